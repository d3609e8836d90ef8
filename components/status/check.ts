/** What is a check of a running server: what does it read, how is that judged, and in which words? */

import type { LastRehearsal } from "../backup/evidence";
import type { BackupCatalogue } from "../backup/types";
import type { Fault } from "../faults";
import { readBytes } from "../parameters/units";
import { type RunningParameter, shown } from "../running/pg-settings";
import type { ServerReading } from "../verify/report";

/** How grave is it? The gravest last; its index is the exit code. */
export const VERDICTS = ["ok", "warning", "critical"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What a check says of a server. */
export interface Judgement {
  /** What was read. */
  value: string;
  /** From where on it would be a warning, and critical, on this server. */
  threshold: string;
  verdict: Verdict;
  /** What to do; empty when there is nothing to do. */
  hint: string;
}

/** Space of a file system on which the server writes. */
export interface Disk {
  /** A folder on it, as the server sees it. */
  folder: string;
  /** Bytes that the server may still write. */
  free: number;
  total: number;
}

/** What was deployed, as far as a check needs it. */
export interface Deployed {
  /** Declared values by parameter, in PostgreSQL's notation. */
  parameters: Readonly<Record<string, string>>;
  /** Connections that the memory budget lets run a query at the same time. */
  activeConnections: number;
  /** Start of the server when it was verified. */
  startedAt: string;
}

/** What is kept of the server's database. */
export interface Backups {
  /** Name of the stack, for the commands that a hint names. */
  stack: string;
  catalogue: BackupCatalogue;
  lastRehearsal: LastRehearsal | undefined;
  /** Seconds from which on the newest backup is too old. */
  backupAge: number;
  /** Whether the target takes backups by itself. */
  isScheduled: boolean;
  /** Microseconds since 1970, by the clock of this machine. */
  now: bigint;
}

/** What every check may look at besides its own row. */
export interface Context {
  server: ServerReading;
  /** Or why they cannot be read. */
  disks: readonly Disk[] | Fault;
  /** Or why they cannot be read. */
  backups: Backups | Fault;
  deployed: Deployed;
}

/** One check. `Row` is what its query returns: one row, or none. */
export interface Check<Row = never> {
  name: string;
  /** When it is a warning and when critical, for the documentation. Absent: it never is. */
  warning?: string;
  critical?: string;
  /** What it keeps from happening, in one sentence. */
  why: string;
  /** Views and functions it reads. */
  reads: string;
  /** What a member of pg_monitor can ask a server of this major version. Absent: `Context` has all. */
  query?(major: number): string;
  /**
   * @param previous Row of an earlier reading, where there is one.
   */
  judge(row: Row, context: Context, previous?: Row): Judgement;
}

/** The gravest that holds. */
export function verdictOf(holds: { warning?: boolean; critical?: boolean }): Verdict {
  if (holds.critical) return "critical";
  return holds.warning ? "warning" : "ok";
}

function parameter({ server }: Context, name: string): RunningParameter {
  const found = server.parameters.get(name);
  if (!found) throw new Error(`a check reads ${name}, which PostgreSQL ${server.version} does not have`);
  return found;
}

/** The value in force as text. */
export function textOf(context: Context, name: string): string {
  return parameter(context, name).setting;
}

/** The value in force as a number in the base unit; 0 where this version does not have the parameter. */
export function numberOf(context: Context, name: string): number {
  return Number(context.server.parameters.get(name)?.setting ?? 0);
}

/** The value in force, a memory size, in bytes. */
export function bytesOf(context: Context, name: string): number {
  return readBytes(shown(parameter(context, name))) ?? 0;
}

const SIZES = ["B", "kB", "MB", "GB", "TB"] as const;

/** Bytes as a person reads them: `1.5GB`. */
export function sizeText(bytes: number): string {
  const power = Math.min(SIZES.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  return `${rounded(bytes / 1024 ** power)}${SIZES[power]}`;
}

const TIMES = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
] as const;

/** Seconds as a person reads them: `2.5h`. */
export function timeText(seconds: number): string {
  const [unit, size] = TIMES.find(([, length]) => seconds >= length) ?? ["s", 1];
  return `${rounded(Math.max(0, seconds) / size)}${unit}`;
}

/** A large count as a person reads it: `300 million`. */
export function countText(count: number): string {
  if (count < 1e6) return String(count);
  return count < 1e9 ? `${rounded(count / 1e6)} million` : `${rounded(count / 1e9)} billion`;
}

function rounded(value: number): string {
  return String(Number(value.toFixed(1)));
}
