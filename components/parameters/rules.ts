/** Which values exclude each other? One row per rule; `settings` reports every broken one. */

import { losingArchiveCommand } from "./archive-command";

/** Effective values: what is set, else PostgreSQL's own default. */
export interface EffectiveValues {
  /** A count or a plain number. */
  number(name: string): number;
  /** A memory size in bytes. */
  bytes(name: string): number;
  text(name: string): string;
  /** The value as `SHOW` prints it. */
  shown(name: string): string;
  /** False when this version does not have the parameter. */
  has(name: string): boolean;
}

/** A rule between values. */
export interface Rule {
  name: string;
  broken(values: EffectiveValues): boolean;
  fact(values: EffectiveValues): string;
  /** Parameter and value to write instead. */
  fix(values: EffectiveValues): readonly [parameter: string, value: string];
}

/** Bytes of a WAL segment; initdb's default, which no target changes. */
const WAL_SEGMENT = 16 * 1024 ** 2;

/** The rules between values, in the order they are reported. */
export const RULES: readonly Rule[] = [
  {
    name: "min_wal_size holds two WAL segments",
    broken: (values) => values.bytes("min_wal_size") < 2 * WAL_SEGMENT,
    fact: (values) =>
      `min_wal_size ${values.shown("min_wal_size")} is below two WAL segments of 16MB, and the server would not start`,
    fix: () => ["min_wal_size", "80MB"],
  },
  {
    name: "min_wal_size is not above max_wal_size",
    broken: (values) => values.bytes("min_wal_size") > values.bytes("max_wal_size"),
    fact: (values) =>
      `min_wal_size ${values.shown("min_wal_size")} is above max_wal_size ${values.shown("max_wal_size")}`,
    fix: (values) => ["min_wal_size", values.shown("max_wal_size")],
  },
  {
    name: "reserved connections leave room for applications",
    broken: (values) => values.number("max_connections") <= reserved(values),
    fact: (values) =>
      `max_connections ${values.shown("max_connections")} leaves no connection to applications: ${reserved(values)} are reserved`,
    fix: (values) => ["max_connections", String(reserved(values) + 10)],
  },
  {
    name: "parallel workers come out of the worker processes",
    broken: (values) => values.number("max_parallel_workers") > values.number("max_worker_processes"),
    fact: (values) =>
      `max_parallel_workers ${values.shown("max_parallel_workers")} is above max_worker_processes ${values.shown("max_worker_processes")}, which it is taken from`,
    fix: (values) => ["max_worker_processes", values.shown("max_parallel_workers")],
  },
  {
    name: "autovacuum workers have slots",
    broken: (values) =>
      values.has("autovacuum_worker_slots") &&
      values.number("autovacuum_max_workers") > values.number("autovacuum_worker_slots"),
    fact: (values) =>
      `autovacuum_max_workers ${values.shown("autovacuum_max_workers")} is above autovacuum_worker_slots ${values.shown("autovacuum_worker_slots")}`,
    fix: (values) => ["autovacuum_worker_slots", values.shown("autovacuum_max_workers")],
  },
  {
    name: "one way of archiving",
    broken: (values) => values.text("archive_command") !== "" && values.text("archive_library") !== "",
    fact: () =>
      "archive_command and archive_library are both set: the server takes the library, or from version 16 on neither",
    fix: () => ["archive_command", "''"],
  },
  {
    name: "archiving goes somewhere",
    broken: (values) =>
      values.text("archive_mode") !== "off" &&
      values.text("archive_command") === "" &&
      values.text("archive_library") === "",
    fact: () =>
      "archive_mode is on without archive_command or archive_library: WAL would pile up until the disk is full",
    fix: () => ["archive_mode", "off"],
  },
  {
    name: "archive_command keeps every segment",
    broken: (values) => losingArchiveCommand(values.text("archive_command")) !== undefined,
    fact: (values) =>
      `archive_command \`${values.text("archive_command").slice(0, 200)}\`: ${losingArchiveCommand(values.text("archive_command"))}`,
    fix: () => ["archive_command", "pgbackrest --stanza=main archive-push %p"],
  },
  {
    name: "WAL senders need WAL",
    broken: (values) => values.number("max_wal_senders") === 0,
    fact: () => "max_wal_senders 0 allows neither base backups nor standbys",
    fix: () => ["max_wal_senders", "10"],
  },
];

function reserved(values: EffectiveValues): number {
  const names = ["superuser_reserved_connections", "reserved_connections"];
  return names.filter((name) => values.has(name)).reduce((sum, name) => sum + values.number(name), 0);
}
