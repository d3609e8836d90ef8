/** Which value does each parameter get, and why? Catalogue, then sizes, then the user's own values; all faults at once. */

import { Fault, throwFaults } from "../faults";
import { CATALOGUE, type CatalogueName, type ComputedName, catalogueRow } from "./catalogue";
import { type PgContext, pgParameter, type Version } from "./postgres";
import { type RecoveryObjective, recoveryCeilings } from "./recovery";
import { type EffectiveValues, RULES } from "./rules";
import {
  fewerConnections,
  type Machine,
  type MemoryBudget,
  SIZE_PARAMETERS,
  type Sizing,
  size,
  type UserSizes,
} from "./sizing";
import { type Canonical, readValue, showBytes, showValue } from "./units";
import {
  type ParameterInput,
  readUserValue,
  setByTarget,
  type UserValue,
  write,
  writtenTwice,
} from "./user-values";

/** Where a value came from. */
export type Origin = "default" | "computed" | "objective" | "target" | "user";

/** What a change of the value takes: a reload, a restart, or it cannot be changed to anything unsafe (and takes a restart). */
export type ChangeContext = "reload" | "restart" | "fixed";

/** One parameter of a server. */
export interface Setting {
  /** As `SHOW` prints it: `2GB`, `5min`, `on`. */
  value: string;
  /** Base unit in `pg_settings`, such as `8kB`; null when it has none. */
  unit: string | null;
  origin: Origin;
  context: ChangeContext;
  /** How a computed value was computed; null for the others. */
  formula: string | null;
  reason: string;
}

/** Everything a target needs to configure a server. Frozen. */
export interface Settings {
  readonly version: Version;
  readonly machine: Readonly<Machine>;
  readonly parameters: Readonly<Record<string, Readonly<Setting>>>;
  readonly memoryBudget: Readonly<MemoryBudget>;
  /** How long recovery may take; absent where nothing was said. */
  readonly recovery?: Readonly<RecoveryObjective>;
}

/** What `resolveSettings` starts from. */
export interface SettingsArgs {
  /** Major version. Default: `15`. */
  version?: Version;
  machine: Machine;
  /** Connections that run a query at the same time. Default: a share of max_connections by workload. */
  activeConnections?: number;
  /** What the target decides, by parameter name; a user cannot change it. Default: nothing. */
  target?: Readonly<Record<string, TargetValue>>;
  /** The least that the target takes, by parameter name. Default: PostgreSQL's own ranges. */
  floors?: Readonly<Record<string, Floor>>;
  /** How long recovery may take. Default: as long as PostgreSQL's defaults let it. */
  recovery?: RecoveryObjective;
  /** Instruction to give the server enough memory. Default: write `memory`. */
  enlarge?: (isEnough: IsEnough) => string;
  /** The user's own values by parameter name. */
  parameters?: Readonly<Record<string, ParameterInput>>;
}

/** Whether the memory budget fits into so much. */
export type IsEnough = (resources: Pick<Machine, "memory" | "cpus">) => boolean;

/** A parameter that follows from what the target is. */
export interface TargetValue {
  value: string;
  /** One sentence. */
  why: string;
  /** True for a reloadable parameter that is applied to the running server. Default: it goes on the command line. */
  reload?: boolean;
}

/** The least that a target takes of a parameter. Less is refused from a user, and ours is raised. */
export interface Floor {
  /** The least a user may write. */
  least: string;
  /** The target's default, which is taken where our own value is lower. */
  own: string;
  /** Who says so, such as `RDS`. */
  who: string;
}

/** The most that an objective allows of a parameter. More is refused from a user, and ours is lowered. */
export interface Ceiling {
  most: string;
  /** The objective, such as `durability.rto 30s`. */
  who: string;
  formula: string;
  /** One sentence. */
  why: string;
}

function changeContext(name: string, context: PgContext | undefined): ChangeContext {
  if (catalogueRow(name)?.control === "fixed") return "fixed";
  return context === undefined || context === "postmaster" ? "restart" : "reload";
}

/** Values by parameter name. */
export function parameterValues(settings: Settings): Record<string, string> {
  return Object.fromEntries(Object.entries(settings.parameters).map(([name, { value }]) => [name, value]));
}

/** A canonical value in bytes where its unit is one of memory, unchanged otherwise (-1 stays -1). */
function inBytes(version: Version, name: string, canonical: Canonical): number {
  const unit = pgParameter(version, name)?.unit;
  const size = { kB: 1024, "8kB": 8192, MB: 1024 ** 2, B: 1 }[unit ?? ""];
  return size && Number(canonical) > 0 ? Number(canonical) * size : Number(canonical);
}

/** Values to compute with: what is set, else PostgreSQL's own default. */
export function effectiveValues(
  version: Version,
  settings: Readonly<Record<string, Readonly<Setting>>>,
): EffectiveValues {
  const canonical = (name: string): Canonical => {
    const parameter = pgParameter(version, name);
    if (!parameter) throw new Error(`a rule reads ${name}, which PostgreSQL ${version} does not have`);
    const reading = readValue(parameter, settings[name]?.value ?? parameter.boot_val ?? "");
    return reading.ok ? reading.value : "";
  };
  return {
    number: (name) => Number(canonical(name)),
    bytes: (name) => inBytes(version, name, canonical(name)),
    text: (name) => String(canonical(name)),
    shown: (name) => settings[name]?.value ?? String(canonical(name)),
    has: (name) => pgParameter(version, name) !== undefined,
  };
}

/**
 * Decides the value of every parameter. Pure.
 *
 * @throws Fault or Faults: unknown names, values PostgreSQL would refuse, unsafe values, broken rules between
 *   values, a memory budget that does not fit. Nothing is clamped or ignored.
 */
export function resolveSettings(args: SettingsArgs): Settings {
  const version = args.version ?? "15";
  const readings = Object.entries(args.parameters ?? {}).map(([name, input]) =>
    readUserValue(version, name, input),
  );
  const faults = readings.filter((reading) => reading instanceof Fault);
  const ceilings = args.recovery && recoveryCeilings(args.recovery);
  const user = new Map<string, Canonical>();
  for (const reading of readings) {
    if (reading instanceof Fault) continue;
    if (user.has(reading.name)) faults.push(writtenTwice(args.parameters ?? {}, reading.name));
    if (args.target && Object.hasOwn(args.target, reading.name)) faults.push(setByTarget(reading.name));
    faults.push(...floorFaults(version, reading, args.floors));
    faults.push(...ceilingFaults(version, reading, ceilings));
    user.set(reading.name, reading.canonical);
  }
  const sizes = userSizes(version, user, args.activeConnections);
  const sizing = size(args.machine, sizes);
  const parameters = {
    ...lowered(raised(allSettings(version, user, sizing), version, args.floors), version, ceilings),
    ...targetSettings(version, args.target),
  };
  const values = effectiveValues(version, parameters);
  for (const rule of RULES)
    if (rule.broken(values)) faults.push(new Fault(rule.fact(values), write(...rule.fix(values))));
  if (!sizing.budget.fits) faults.push(overBudget(args, sizes, sizing));
  throwFaults(faults);
  for (const setting of Object.values(parameters)) Object.freeze(setting);
  return Object.freeze({
    version,
    machine: Object.freeze({ ...args.machine }),
    parameters: Object.freeze(parameters),
    memoryBudget: Object.freeze(sizing.budget),
    ...(args.recovery && { recovery: Object.freeze({ ...args.recovery }) }),
  });
}

function userSizes(
  version: Version,
  user: Map<string, Canonical>,
  activeConnections: number | undefined,
): UserSizes {
  const sizes: UserSizes = activeConnections === undefined ? {} : { activeConnections };
  for (const name of SIZE_PARAMETERS) {
    const canonical = user.get(name);
    if (canonical !== undefined) sizes[name] = inBytes(version, name, canonical);
  }
  return sizes;
}

/** Catalogue order first, then the user's further parameters by name. */
function allSettings(
  version: Version,
  user: Map<string, Canonical>,
  sizing: Sizing,
): Record<string, Setting> {
  const settings: Record<string, Setting> = {};
  const ours = Object.keys(CATALOGUE).filter((name) => pgParameter(version, name));
  const others = [...user.keys()].filter((name) => !ours.includes(name)).sort();
  for (const name of [...ours, ...others]) settings[name] = oneSetting(version, name, user.get(name), sizing);
  return settings;
}

/** A value in the parameter's base unit. */
function inBaseUnit(version: Version, name: string, text: string): number {
  const parameter = pgParameter(version, name);
  const reading = parameter && readValue(parameter, text);
  return reading?.ok ? Number(reading.value) : Number.NaN;
}

function floorFaults(
  version: Version,
  { name, canonical }: UserValue,
  floors: SettingsArgs["floors"] = {},
): Fault[] {
  const floor = Object.hasOwn(floors, name) ? floors[name] : undefined;
  const parameter = pgParameter(version, name);
  if (!floor || !parameter || Number(canonical) >= inBaseUnit(version, name, floor.least)) return [];
  const given = showValue(parameter, canonical);
  return [
    new Fault(
      `parameter ${name} = ${given} is below ${floor.least}, ${floor.who}'s least`,
      write(name, floor.own),
    ),
  ];
}

/** Our own values with those below a floor raised to the target's default. */
function raised(
  settings: Record<string, Setting>,
  version: Version,
  floors: SettingsArgs["floors"] = {},
): Record<string, Setting> {
  const result = { ...settings };
  for (const [name, { own, who }] of Object.entries(floors)) {
    const setting = settings[name];
    if (!setting || setting.origin === "user") continue;
    if (inBaseUnit(version, name, setting.value) >= inBaseUnit(version, name, own)) continue;
    const reason = `${setting.reason} Raised from ${setting.value}, since ${who} has ${own} by default.`;
    result[name] = { ...setting, value: own, origin: "target", formula: null, reason };
  }
  return result;
}

function ceilingFaults(
  version: Version,
  { name, canonical }: UserValue,
  ceilings: Readonly<Record<string, Ceiling>> = {},
): Fault[] {
  const ceiling = Object.hasOwn(ceilings, name) ? ceilings[name] : undefined;
  const parameter = pgParameter(version, name);
  if (!ceiling || !parameter || Number(canonical) <= inBaseUnit(version, name, ceiling.most)) return [];
  const { most, who, formula } = ceiling;
  return [
    new Fault(
      `parameter ${name} = ${showValue(parameter, canonical)} is above ${most}, the most with ${who}: ${formula}`,
      `${write(name, most)}, or a longer \`durability.rto\``,
    ),
  ];
}

/** Our own values with those above a ceiling lowered; what an objective decides is said to be its. */
function lowered(
  settings: Record<string, Setting>,
  version: Version,
  ceilings: Readonly<Record<string, Ceiling>> = {},
): Record<string, Setting> {
  const result = { ...settings };
  for (const [name, { most, formula, why }] of Object.entries(ceilings)) {
    const setting = settings[name];
    const parameter = pgParameter(version, name);
    if (!setting || !parameter || setting.origin === "user") continue;
    const own = inBaseUnit(version, name, setting.value);
    const value = showValue(parameter, Math.min(own, inBaseUnit(version, name, most)));
    const before = setting.formula ?? setting.value;
    result[name] = {
      ...setting,
      value,
      origin: "objective",
      formula: `least of ${before} and ${formula}`,
      reason: why,
    };
  }
  return result;
}

function targetSettings(version: Version, target: SettingsArgs["target"] = {}): Record<string, Setting> {
  const setting = (name: string, { value, why, reload }: TargetValue): Setting => ({
    value,
    unit: pgParameter(version, name)?.unit ?? null,
    origin: "target",
    context: reload ? "reload" : "fixed",
    formula: null,
    reason: why,
  });
  return Object.fromEntries(Object.entries(target).map(([name, row]) => [name, setting(name, row)]));
}

function oneSetting(version: Version, name: string, given: Canonical | undefined, sizing: Sizing): Setting {
  const parameter = pgParameter(version, name);
  const shared = { unit: parameter?.unit ?? null, context: changeContext(name, parameter?.context) };
  if (given !== undefined) {
    const value = parameter ? showValue(parameter, given) : String(given);
    return { value, ...shared, origin: "user", formula: null, reason: "set by the user" };
  }
  const row = CATALOGUE[name as CatalogueName];
  const sized = row.control === "computed" ? sizing.values[name as ComputedName] : undefined;
  const text = sized?.value ?? (row as { value: string }).value;
  const reading = parameter && readValue(parameter, text);
  if (!parameter || !reading?.ok) throw new Error(`${name} = ${text}: not a value of PostgreSQL ${version}`);
  const value = showValue(parameter, reading.value);
  const origin = sized ? "computed" : "default";
  return { value, ...shared, origin, formula: sized?.formula ?? null, reason: row.why };
}

function overBudget(args: SettingsArgs, user: UserSizes, sizing: Sizing): Fault {
  const lower = SIZE_PARAMETERS.filter((name) => name !== "max_connections" && user[name] !== undefined);
  const connections = fewerConnections(args.machine, user);
  const isEnough: IsEnough = (resources) => size({ ...args.machine, ...resources }, user).budget.fits;
  const memory = () => showBytes(enoughMemory(args.machine, isEnough)).replace(/B$/, "iB");
  const { enlarge = () => `write \`memory: ${memory()}\`` } = args;
  const ways = [
    ...lower.map((name) => `lower ${name}`),
    ...(connections === undefined ? [] : [`write \`maxConnections: ${connections}\``]),
    enlarge(isEnough),
  ];
  return new Fault(`the memory budget does not fit: ${sizing.budget.inequality}`, ways.join(", or "));
}

/** The next power of two of memory with which the inequality holds. */
function enoughMemory({ memory: present, cpus }: Machine, isEnough: IsEnough): number {
  let memory = 2 ** Math.ceil(Math.log2(present + 1));
  while (!isEnough({ memory, cpus })) memory *= 2;
  return memory;
}
