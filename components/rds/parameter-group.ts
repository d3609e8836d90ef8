/** Which parameter group gives a database on RDS its settings, and which settings does a group give? Pure. */

import { pgParameter, type Version } from "../parameters/postgres";
import type { Setting, Settings } from "../parameters/settings";
import { readValue, showValue } from "../parameters/units";
import type { RdsPlan } from "./options";
import { isManagedByRds, rdsParameter } from "./parameters";

/** One parameter of a group. */
export interface GroupParameter {
  name: string;
  /** In RDS's notation: a number in the base unit, 1 or 0, a word, or a formula. */
  value: string;
  applyMethod: "immediate" | "pending-reboot";
}

/**
 * What a parameter group holds. A Multi-AZ cluster has a group of the cluster and no other; that of an Aurora cluster
 * holds for all of its instances. AWS takes at most 20 parameters a call: the provider sends several.
 */
export interface ParameterGroup {
  /** `postgres15`, `aurora-postgresql15` */
  family: string;
  /** By name. */
  parameters: GroupParameter[];
}

/** Family of the parameter groups of a version. */
function parameterGroupFamily({ topology, version }: Pick<RdsPlan, "topology" | "version">): string {
  return `${topology === "aurora" ? "aurora-postgresql" : "postgres"}${version}`;
}

/** A value as RDS writes it. */
function rdsValue(version: Version, name: string, value: string): string {
  const parameter = pgParameter(version, name);
  const reading = parameter && readValue(parameter, value);
  if (!parameter || !reading?.ok) return value;
  if (parameter.vartype === "bool") return reading.value === "on" ? "1" : "0";
  return String(reading.value);
}

/** A value as `SHOW` prints it; undefined for a formula, which is RDS's to resolve. */
function shownValue(version: Version, { name, value }: GroupParameter): string | undefined {
  if (value.includes("{DBInstance")) return undefined;
  const parameter = pgParameter(version, name);
  const reading = parameter && readValue(parameter, value);
  return parameter && reading?.ok ? showValue(parameter, reading.value) : value;
}

/** What a group says of a parameter; undefined where RDS's own default is the same, or RDS manages it. */
function groupParameter(
  version: Version,
  topology: RdsPlan["topology"],
  name: string,
  setting: Pick<Setting, "value" | "origin" | "context">,
): GroupParameter | undefined {
  const row = rdsParameter(name);
  const formula = setting.origin === "user" || topology === "aurora" ? undefined : row.formula;
  if (isManagedByRds(name) || (formula && row.isDefault)) return undefined;
  if (setting.value === row.default && !row.always) return undefined;
  // Where only the method differs from AWS's own, AWS keeps its own, pending-reboot: a fixed value would differ for ever.
  const isImmediate = setting.context === "reload" && !row.static;
  return {
    name,
    value: formula ?? rdsValue(version, name, setting.value),
    applyMethod: isImmediate ? "immediate" : "pending-reboot",
  };
}

/** Parameters of RDS's own: TLS for everybody, and what stands for `wal_level = logical`. */
function rdsSettings({ parameters }: Settings): [string, Pick<Setting, "value" | "origin" | "context">][] {
  const isLogical = parameters.wal_level?.value === "logical";
  return [
    ["rds.force_ssl", { value: "1", origin: "target", context: "fixed" }],
    ["rds.logical_replication", { value: isLogical ? "1" : "0", origin: "target", context: "fixed" }],
  ];
}

/**
 * The parameter group for these settings. Left out is what RDS has by default, so that nothing is planned when AWS
 * changes a formula, and what RDS manages itself.
 */
export function toParameterGroup(
  settings: Settings,
  { topology, version }: Pick<RdsPlan, "topology" | "version">,
): ParameterGroup {
  const rows = [...Object.entries(settings.parameters), ...rdsSettings(settings)];
  const parameters = rows
    .map(([name, setting]) => groupParameter(version, topology, name, setting))
    .filter((parameter) => parameter !== undefined)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  return { family: parameterGroupFamily({ topology, version }), parameters };
}

/** The values that a group gives, as `SHOW` prints them; those of formulas, which RDS resolves, are left out. */
export function fromParameterGroup({ family, parameters }: ParameterGroup): Record<string, string> {
  const version = (/\d+$/.exec(family)?.[0] ?? "15") as Version;
  const values = parameters.map((parameter) => [parameter.name, shownValue(version, parameter)] as const);
  return Object.fromEntries(values.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/**
 * What a running server must show: the values of the group, and the durability that RDS manages. Defaults of RDS and
 * formulas are not asserted, since AWS decides what they come to.
 */
export function assertedValues(
  settings: Settings,
  plan: Pick<RdsPlan, "topology" | "version">,
): Record<string, string> {
  const fixed = Object.entries(settings.parameters).filter(([, { context }]) => context === "fixed");
  const group = fromParameterGroup(toParameterGroup(settings, plan));
  const values = { ...Object.fromEntries(fixed.map(([name, { value }]) => [name, value])), ...group };
  // RDS's own parameters are none of PostgreSQL's: the API tells what they are.
  return Object.fromEntries(Object.entries(values).filter(([name]) => !name.startsWith("rds.")));
}
