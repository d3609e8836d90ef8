/** `durable-postgres explain`: which value would each parameter get, and why? Touches nothing. */

import Table from "cli-table3";
import { databaseSettings } from "../components/arguments";
import { archiveParameters } from "../components/backup/objectives";
import type { DatabaseArgs } from "../components/database";
import { dockerDesign } from "../components/docker/settings";
import { Fault } from "../components/faults";
import { localResources } from "../components/local/machine";
import { recoveryInequality } from "../components/parameters/recovery";
import { effectiveValues, type Settings } from "../components/parameters/settings";
import type { MemoryBudget } from "../components/parameters/sizing";
import { showBytes } from "../components/parameters/units";

/** Options of the command, as commander reads them. */
export interface ExplainOptions {
  target: string;
  version?: string;
  memory?: string;
  cpus?: string;
  storage?: string;
  workload?: string;
  maxConnections?: string;
  activeConnections?: string;
  rto?: string;
  set: string[];
  json?: boolean;
}

/** Settings by target, of a database of which nothing more is known. */
const EXPLAINED: Record<string, (args: DatabaseArgs) => Settings> = {
  local: (args) =>
    databaseSettings(
      args,
      (sound) => unlimited(sound),
      () => archiveParameters(),
    ),
  docker: (args) => dockerDesign("postgres", args, "project/stack/postgres").settings,
  rds: (args) => databaseSettings(args, remoteResources),
};

/** Targets whose settings can be explained. */
export const EXPLAINED_TARGETS: readonly string[] = Object.keys(EXPLAINED);

/** CPUs of a server away from this machine, unless said otherwise. */
const REMOTE_CPUS = 2;

/** A number; text that is none stays as it is, for the message that refuses it. */
function count(text: string | undefined): number | string | undefined {
  return text === undefined || Number.isNaN(Number(text)) ? text : Number(text);
}

function assignments(entries: readonly string[]): Record<string, string> {
  const pairs = entries.map((entry) => {
    const equals = entry.indexOf("=");
    if (equals < 1) throw new Fault(`--set ${entry} is not name=value`, "--set work_mem=32MB");
    return [entry.slice(0, equals).trim(), entry.slice(equals + 1)] as const;
  });
  return Object.fromEntries(pairs);
}

/** Also sizes that this machine does not have: they only are to be explained. */
function unlimited(args: DatabaseArgs): { memory: number; cpus: number } {
  return localResources(args, undefined, undefined, { limitToMachine: false });
}

function remoteResources(args: DatabaseArgs): { memory: number; cpus: number } {
  if (args.memory === undefined)
    throw new Fault("target rds is sized from its configuration, not from this machine", "--memory 8GiB");
  return unlimited({ ...args, cpus: args.cpus ?? REMOTE_CPUS });
}

/** The settings that the options describe. */
export function explainedSettings(options: ExplainOptions): Settings {
  const explained = Object.hasOwn(EXPLAINED, options.target) ? EXPLAINED[options.target] : undefined;
  if (!explained)
    throw new Fault(
      `target ${options.target} is not one of ${EXPLAINED_TARGETS.join(", ")}`,
      "--target local",
    );
  if (options.target === "rds" && options.rto !== undefined)
    throw new Fault(
      "durability.rto decides on the topology of RDS, and on no parameter: a standby takes over",
      "leave --rto away; docs/rds.md",
    );
  const args = {
    version: options.version,
    memory: options.memory,
    cpus: count(options.cpus),
    storage: options.storage,
    workload: options.workload,
    maxConnections: count(options.maxConnections),
    activeConnections: count(options.activeConnections),
    parameters: assignments(options.set),
    durability: options.rto === undefined ? undefined : { rto: options.rto },
  } as unknown as DatabaseArgs;
  return explained(args);
}

function budgetLines({ terms, total, memory }: MemoryBudget): string {
  const table = new Table({
    head: ["memory", "size", "formula"],
    style: { head: [], border: [], compact: true },
    colAligns: ["left", "right", "left"],
  });
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1024 ** 2)}MB`;
  for (const term of terms) table.push([term.name, megabytes(term.bytes), term.formula]);
  table.push(["total", megabytes(total), `of ${showBytes(memory)}`]);
  return table.toString();
}

/** JSON: parameters by name, the memory budget, and the recovery time objective where there is one. */
export function explainJson({ parameters, memoryBudget, recovery }: Settings): string {
  return JSON.stringify({ ...parameters, memoryBudget, recovery }, null, 2);
}

/** The table a person reads. */
export function explainText(settings: Settings): string {
  const { version, machine, parameters, memoryBudget, recovery } = settings;
  const head = ["parameter", "value", "unit", "origin", "context", "formula and reason"];
  const table = new Table({
    head,
    style: { head: [], border: [], compact: true },
    wordWrap: true,
    colWidths: [null, null, null, null, null, 62],
  });
  for (const [name, { value, unit, origin, context, formula, reason }] of Object.entries(parameters))
    table.push([name, value, unit ?? "", origin, context, formula ? `${formula}. ${reason}` : reason]);
  return [
    `PostgreSQL ${version}, ${showBytes(machine.memory)} of memory, ${machine.cpus} CPUs, storage ${machine.storage}, workload ${machine.workload}`,
    table.toString(),
    budgetLines(memoryBudget),
    memoryBudget.inequality,
    ...(recovery
      ? [recoveryInequality(recovery, effectiveValues(version, parameters).bytes("max_wal_size"))]
      : []),
    "",
    "Parameters marked fixed are PostgreSQL's own defaults: setting them adds nothing. Here other values are refused,",
    "they are locked on the command line, and compared with the running server after every deployment.",
  ].join("\n");
}
