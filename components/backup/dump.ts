/** What is a logical dump called, when is one too old, and which commands make and try one? Pure. */

import { Fault } from "../faults";
import { showTime } from "./time";
import type { KeptDump } from "./types";

/** A dump that was taken. */
export interface DumpTaken {
  /** Path, or name in the repositories. */
  file: string;
  /** Bytes. */
  size: number;
  /** Tables with rows. */
  tables: number;
  /** Files that retention did not need any more. */
  expired: string[];
}

/** What makes the files, from the PostgreSQL client's own package. */
export const DUMP_TOOLS = ["pg_dump", "pg_dumpall", "pg_restore"] as const;
export type DumpTool = (typeof DUMP_TOOLS)[number];

/** `20261124-100000`, in UTC. */
function stamp(time: bigint): string {
  return new Date(Number(time / 1000n)).toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
}

/**
 * The files of one dump: the database in PostgreSQL's custom format, and roles with their password hashes, which no
 * dump of a database holds.
 *
 * @param time Microseconds since 1970.
 */
export function dumpFiles(database: string, time: bigint): DumpFiles {
  return filesAt(database, stamp(time));
}

interface DumpFiles {
  dump: string;
  globals: string;
}

function filesAt(database: string, at: string): DumpFiles {
  return { dump: `${database}_${at}.dump`, globals: `globals_${at}.sql` };
}

/** A file of ours, with its time. Perl reads it as well. */
const NAME = /_(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)\.(?:dump|sql)$/;

/** When a file was dumped, in microseconds since 1970; undefined for what is none of ours. */
export function dumpedAt(name: string): bigint | undefined {
  const [, year, month, day, hour, minute, second] = NAME.exec(name) ?? [];
  if (second === undefined) return undefined;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : BigInt(time) * 1000n;
}

const DAY = 24n * 60n * 60n * 1_000_000n;

/** Files of a folder that retention does not need any more. The newest dump is kept, however old. */
export function expiredDumps(names: readonly string[], retention: number, now: bigint): string[] {
  const ours = names.flatMap((name) => {
    const time = dumpedAt(name);
    return time === undefined ? [] : [{ name, time }];
  });
  const last = ours
    .filter(({ name }) => name.endsWith(".dump"))
    .map(({ time }) => time)
    .sort((one, other) => Number(one - other))
    .at(-1);
  return ours
    .filter(({ time }) => time < now - BigInt(retention) * DAY && time !== last)
    .map(({ name }) => name);
}

/** Arguments of the commands. Where to connect is in their environment. */
export const DUMP_ARGUMENTS = {
  /** Custom format: compressed, and pg_restore can take single tables out of it. */
  dump: (file: string) => ["--format=custom", `--file=${file}`],
  globals: (file: string) => ["--globals-only", `--file=${file}`],
  list: (file: string) => ["--list", file],
  /** Subscriptions and publications of a copy would take part in replication. */
  restore: (file: string, database: string) => [
    "--exit-on-error",
    "--no-publications",
    "--no-subscriptions",
    `--dbname=${database}`,
    file,
  ],
} as const;

/** First part of the names of databases in which a dump is tried. */
export const SCRATCH = "durable_postgres_dump_";

/** A table with rows in what `pg_restore --list` printed. Perl reads it as well. */
const TABLE = /^\d+; \d+ \d+ TABLE DATA /gm;

/** Tables with rows in what `pg_restore --list` printed. */
export function tablesIn(list: string): number {
  return list.match(TABLE)?.length ?? 0;
}

/**
 * All of the above for a program in another language; it puts its own values where `{time}`, `{file}` and `{database}`
 * stand.
 */
export function dumpProgramPlan(database: string): object {
  const [file, scratch] = ["{file}", "{database}"];
  return {
    files: filesAt(database, "{time}"),
    scratch: SCRATCH,
    name: NAME.source,
    table: TABLE.source,
    arguments: {
      dump: DUMP_ARGUMENTS.dump(file),
      globals: DUMP_ARGUMENTS.globals(file),
      list: DUMP_ARGUMENTS.list(file),
      restore: DUMP_ARGUMENTS.restore(file, scratch),
    },
  };
}

/** The dumps among files, oldest first. */
export function keptDumps(files: readonly { name: string; size: number }[]): KeptDump[] {
  return files
    .flatMap(({ name, size }) => {
      const time = name.endsWith(".dump") ? dumpedAt(name) : undefined;
      return time === undefined ? [] : [{ name, time: showTime(time), size }];
    })
    .sort((one, other) => one.time.localeCompare(other.time));
}

/**
 * Why a tool cannot dump a server; undefined when it can.
 *
 * @param printed What `--version` printed; undefined where there is no such tool.
 * @param major Of the server.
 */
export function toolFault(tool: DumpTool, printed: string | undefined, major: number): Fault | undefined {
  const hint = `apt install postgresql-client-${major}, or name the folder of one: export PGBIN=/usr/lib/postgresql/${major}/bin`;
  if (printed === undefined)
    return new Fault(`there is no ${tool} on PATH, and the database's own binaries bring none`, hint);
  const version = Number(/ (\d+)(?:\.|beta|rc|devel)/.exec(printed)?.[1]);
  if (version >= major) return undefined;
  return new Fault(
    `${tool} is of version ${version || printed.trim()}, and cannot dump a server of version ${major}`,
    hint,
  );
}
