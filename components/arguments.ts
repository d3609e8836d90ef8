/** Are the arguments of a database sound? Everything but PostgreSQL's own parameters, which parameters/settings checks. */

import { calibrationFaults, durabilityFaults, recoveryObjective } from "./backup/objectives";
import { type DatabaseArgs, DEFAULT_DATABASE } from "./database";
import { Fault, faultsIn, throwFaults } from "./faults";
import { VERSIONS } from "./parameters/postgres";
import { resolveSettings, type Settings, type SettingsArgs } from "./parameters/settings";
import { STORAGES, WORKLOADS } from "./parameters/sizing";
import { readBytes } from "./parameters/units";
import type { ParameterInput } from "./parameters/user-values";
import { databaseNameFaults } from "./roles/roles";

/** Less holds no server that does useful work. */
const LEAST_MEMORY = 256 * 1024 ** 2;

/** A value that has to be one of a list. */
export function choiceFaults(name: string, value: unknown, choices: readonly string[]): Fault[] {
  if (value === undefined || choices.includes(String(value))) return [];
  return [
    new Fault(
      `${name} ${JSON.stringify(value)} is not one of ${choices.join(", ")}`,
      `write \`${name}: ${quoted(choices[0] ?? "")}\``,
    ),
  ];
}

function quoted(value: string): string {
  return /^\d+$/.test(value) ? `"${value}"` : value;
}

/** A value that has to be a whole number of a range. */
export function countFaults(name: string, value: unknown, least: number, most: number): Fault[] {
  if (value === undefined || (Number.isInteger(value) && Number(value) >= least && Number(value) <= most))
    return [];
  const nearest = Math.min(most, Math.max(least, Math.round(Number(value)) || least));
  return [
    new Fault(
      `${name} ${JSON.stringify(value)} is not a whole number from ${least} to ${most}`,
      `write \`${name}: ${nearest}\``,
    ),
  ];
}

function memoryFaults(memory: string | undefined): Fault[] {
  if (memory === undefined) return [];
  const bytes = readBytes(String(memory));
  if (bytes !== undefined && bytes >= LEAST_MEMORY) return [];
  return [
    new Fault(`memory ${JSON.stringify(memory)} is not a size of at least 256MiB`, "write `memory: 8GiB`"),
  ];
}

function withMaxConnections(args: DatabaseArgs): {
  parameters: Record<string, ParameterInput>;
  faults: Fault[];
} {
  const parameters = { ...args.parameters };
  const { maxConnections } = args;
  if (maxConnections === undefined) return { parameters, faults: [] };
  // Names of parameters ignore case.
  const name =
    Object.keys(parameters).find((given) => given.toLowerCase() === "max_connections") ?? "max_connections";
  const { [name]: other, ...others } = parameters;
  if (other !== undefined && String(other) !== String(maxConnections))
    return {
      parameters,
      faults: [
        new Fault(
          `maxConnections ${maxConnections} and parameter ${name} ${other} contradict each other`,
          `remove \`${name}\` from parameters`,
        ),
      ],
    };
  return { parameters: { ...others, max_connections: maxConnections }, faults: [] };
}

/** Runs a check that throws; returns its faults. Other errors go on. */
export function faultsOf(check: () => unknown): Fault[] {
  try {
    check();
    return [];
  } catch (error) {
    return faultsIn(error);
  }
}

/** What a target demands, and why it cannot drop WAL in an outage of the archive. */
type Limits = Pick<SettingsArgs, "floors" | "enlarge"> & { keepsWal?: string };

/**
 * The settings of a database.
 *
 * @param resources The target's memory and CPUs for these arguments; may throw faults of its own.
 * @param target Parameters that follow from the target and the objectives.
 * @param limits What else the target demands of parameters and memory, and what it cannot do.
 * @throws Fault or Faults: everything that is wrong with the arguments and the parameters.
 */
export function databaseSettings<Args extends DatabaseArgs>(
  args: Args,
  resources: (args: Args) => { memory: number; cpus: number },
  target: (args: Args) => SettingsArgs["target"] = () => undefined,
  { keepsWal, ...limits }: Limits = {},
): Settings {
  const checks: Partial<Record<keyof DatabaseArgs, Fault[]>> = {
    version: choiceFaults("version", args.version, VERSIONS),
    storage: choiceFaults("storage", args.storage, STORAGES),
    workload: choiceFaults("workload", args.workload, WORKLOADS),
    cpus: countFaults("cpus", args.cpus, 1, 1024),
    activeConnections: countFaults("activeConnections", args.activeConnections, 1, 262_143),
    memory: memoryFaults(args.memory),
    database: databaseNameFaults(args.database ?? DEFAULT_DATABASE),
    durability: durabilityFaults(args.durability, { calibration: args.calibration, keepsWal }),
    calibration: calibrationFaults(args.calibration),
  };
  const faults = Object.values(checks).flat();
  const { parameters, faults: contradictions } = withMaxConnections(args);
  faults.push(...contradictions);
  // The parameters are judged with defaults in place of what is faulty, so that one run shows every fault.
  const faulty = Object.entries(checks).filter(([, found]) => found.length > 0);
  const sound = { ...args, ...Object.fromEntries(faulty.map(([name]) => [name, undefined])) };
  const { version, storage = "ssd", workload = "web", activeConnections } = sound;
  let settings: Settings | undefined;
  const resolve = () => {
    const machine = { ...resources(sound), storage, workload };
    settings = resolveSettings({
      version,
      machine,
      activeConnections,
      target: target(sound),
      recovery: recoveryObjective(sound.durability, sound.calibration),
      ...limits,
      parameters,
    });
  };
  throwFaults([...faults, ...faultsOf(resolve)]);
  return settings as Settings;
}
