/** `durable-postgres explain`: which value would each parameter get, and why? Touches nothing. */

import Table from "cli-table3";
import { databaseSettings } from "../components/arguments";
import type { DatabaseArgs } from "../components/database";
import { Fault } from "../components/faults";
import { localResources } from "../components/local/machine";
import type { Settings } from "../components/parameters/settings";
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
  set: string[];
  json?: boolean;
}

/** Targets whose settings can be explained. */
export const EXPLAINED_TARGETS = ["local", "docker", "rds"] as const;

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

function resources(target: string, args: DatabaseArgs): { memory: number; cpus: number } {
  if (target === "local") return localResources(args, undefined, undefined, { limitToMachine: false });
  if (args.memory === undefined)
    throw new Fault(
      `target ${target} is sized from its configuration, not from this machine`,
      "--memory 8GiB",
    );
  return localResources({ ...args, cpus: args.cpus ?? REMOTE_CPUS }, undefined, undefined, {
    limitToMachine: false,
  });
}

/** The settings that the options describe. */
export function explainedSettings(options: ExplainOptions): Settings {
  if (!(EXPLAINED_TARGETS as readonly string[]).includes(options.target))
    throw new Fault(
      `target ${options.target} is not one of ${EXPLAINED_TARGETS.join(", ")}`,
      "--target local",
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
  } as unknown as DatabaseArgs;
  return databaseSettings(args, (sound) => resources(options.target, sound));
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

/** JSON: parameters by name, and the memory budget. */
export function explainJson({ parameters, memoryBudget }: Settings): string {
  return JSON.stringify({ ...parameters, memoryBudget }, null, 2);
}

/** The table a person reads. */
export function explainText({ version, machine, parameters, memoryBudget }: Settings): string {
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
    "",
    "Parameters marked fixed are PostgreSQL's own defaults: setting them adds nothing. Here other values are refused,",
    "they are locked on the command line, and compared with the running server after every deployment.",
  ].join("\n");
}
