/**
 * Which PostgreSQL parameters has the product an opinion about, and which one?
 *
 * One row per parameter. Type, unit, range and context are PostgreSQL's own (recorded/*.json) and are not repeated
 * here. From a row derive validation, `-c` flags, configuration, verification, policies, hints and the docs table.
 *
 * To add a parameter: add a row, keep the order within its section, run `npm run docs` and the tests.
 */

/** What every row says. */
interface Row {
  /** Why this value: one sentence, shown by `explain` and in the docs. */
  why: string;
  /** Page and anchor below https://www.postgresql.org/docs/<version>/ */
  doc: `${string}.html#${string}`;
}

/** The product insists: another value than `value` (or one of `safe`) is refused, locked and verified. */
interface FixedRow extends Row {
  control: "fixed";
  value: string;
  /** Values a user may choose; absent: only `value`. */
  safe?: readonly string[];
  /** What each refused value does. */
  unsafe: Readonly<Record<string, string>>;
}

/** A starting value that the user may change within PostgreSQL's range. */
interface DefaultRow extends Row {
  control: "default";
  value: string;
}

/** Computed by `sizing` from memory, CPUs, storage and workload; the user may change it. */
interface ComputedRow extends Row {
  control: "computed";
}

/** A row of the catalogue. */
export type CatalogueRow = FixedRow | DefaultRow | ComputedRow;

export const CATALOGUE = {
  // Durability: PostgreSQL's defaults, and exactly these are locked, verified and drilled.
  fsync: {
    control: "fixed",
    value: "on",
    unsafe: { off: "a power cut can leave the cluster unreadable" },
    why: "A commit reaches the disk before it is acknowledged.",
    doc: "runtime-config-wal.html#GUC-FSYNC",
  },
  synchronous_commit: {
    control: "fixed",
    value: "on",
    safe: ["on", "remote_apply"],
    unsafe: {
      off: "a crash loses commits that were acknowledged",
      local: "commits do not wait for the synchronous standby, so a failover loses them",
      remote_write: "commits wait for the standby's memory only, so a failover after a power cut loses them",
    },
    why: "COMMIT returns only after its WAL is flushed.",
    doc: "runtime-config-wal.html#GUC-SYNCHRONOUS-COMMIT",
  },
  full_page_writes: {
    control: "fixed",
    value: "on",
    unsafe: { off: "a page half written by a power cut is not repaired" },
    why: "Recovery rebuilds a page of which only a part reached the disk.",
    doc: "runtime-config-wal.html#GUC-FULL-PAGE-WRITES",
  },
  wal_level: {
    control: "fixed",
    value: "replica",
    safe: ["replica", "logical"],
    unsafe: { minimal: "there is no WAL to archive, so no point-in-time recovery and no standby" },
    why: "WAL carries what archiving and standbys need.",
    doc: "runtime-config-wal.html#GUC-WAL-LEVEL",
  },
  data_sync_retry: {
    control: "fixed",
    value: "off",
    unsafe: { on: "a failed fsync is tried again, and the second try can succeed with the page lost" },
    why: "A failed fsync stops the server and recovery replays the WAL.",
    doc: "runtime-config-error-handling.html#GUC-DATA-SYNC-RETRY",
  },
  restart_after_crash: {
    control: "fixed",
    value: "on",
    unsafe: { off: "one crashed backend leaves the server down" },
    why: "The server recovers by itself after a backend's crash.",
    doc: "runtime-config-error-handling.html#GUC-RESTART-AFTER-CRASH",
  },
  zero_damaged_pages: {
    control: "fixed",
    value: "off",
    unsafe: { on: "damaged pages are replaced by empty ones, and their rows are gone" },
    why: "A damaged page is an error, not an empty page.",
    doc: "runtime-config-developer.html#GUC-ZERO-DAMAGED-PAGES",
  },
  ignore_checksum_failure: {
    control: "fixed",
    value: "off",
    unsafe: { on: "corrupt pages are read as if they were good" },
    why: "A page that fails its checksum is an error.",
    doc: "runtime-config-developer.html#GUC-IGNORE-CHECKSUM-FAILURE",
  },
  ignore_invalid_pages: {
    control: "fixed",
    value: "off",
    unsafe: { on: "recovery goes on past missing pages, and their rows are gone" },
    why: "Recovery stops at WAL that refers to missing pages.",
    doc: "runtime-config-developer.html#GUC-IGNORE-INVALID-PAGES",
  },
  ignore_system_indexes: {
    control: "fixed",
    value: "off",
    unsafe: { on: "system catalogues are read without their indexes and can be changed inconsistently" },
    why: "System indexes are used and checked.",
    doc: "runtime-config-developer.html#GUC-IGNORE-SYSTEM-INDEXES",
  },
  allow_system_table_mods: {
    control: "fixed",
    value: "off",
    unsafe: { on: "one statement can make the cluster unusable" },
    why: "Nobody edits the system catalogues.",
    doc: "runtime-config-developer.html#GUC-ALLOW-SYSTEM-TABLE-MODS",
  },
  autovacuum: {
    control: "fixed",
    value: "on",
    unsafe: { off: "transaction ids run out and the server stops taking writes" },
    why: "Vacuum keeps transaction ids from running out.",
    doc: "runtime-config-autovacuum.html#GUC-AUTOVACUUM",
  },
  track_counts: {
    control: "fixed",
    value: "on",
    unsafe: { off: "autovacuum does not know what to vacuum" },
    why: "Autovacuum needs the counts.",
    doc: "runtime-config-statistics.html#GUC-TRACK-COUNTS",
  },
  password_encryption: {
    control: "fixed",
    value: "scram-sha-256",
    unsafe: { md5: "stored passwords can be used to log in by whoever reads them" },
    why: "Passwords are stored as SCRAM verifiers.",
    doc: "runtime-config-connection.html#GUC-PASSWORD-ENCRYPTION",
  },

  // Checkpoints and WAL: how long recovery takes.
  checkpoint_timeout: {
    control: "default",
    value: "5min",
    why: "300 s between checkpoints bounds the WAL that recovery replays.",
    doc: "runtime-config-wal.html#GUC-CHECKPOINT-TIMEOUT",
  },
  checkpoint_completion_target: {
    control: "default",
    value: "0.9",
    why: "Checkpoint writes are spread over the interval.",
    doc: "runtime-config-wal.html#GUC-CHECKPOINT-COMPLETION-TARGET",
  },
  max_wal_size: {
    control: "computed",
    why: "WAL between checkpoints: more means fewer full-page writes and a longer recovery (70 to 240 MB/s measured).",
    doc: "runtime-config-wal.html#GUC-MAX-WAL-SIZE",
  },
  min_wal_size: {
    control: "default",
    value: "80MB",
    why: "WAL files kept for reuse.",
    doc: "runtime-config-wal.html#GUC-MIN-WAL-SIZE",
  },
  wal_compression: {
    control: "default",
    value: "pglz",
    why: "Full-page images are compressed: less WAL to flush, archive and replay.",
    doc: "runtime-config-wal.html#GUC-WAL-COMPRESSION",
  },
  max_slot_wal_keep_size: {
    control: "default",
    value: "16GB",
    why: "A forgotten replication slot is cut off before it fills the disk and stops the server.",
    doc: "runtime-config-replication.html#GUC-MAX-SLOT-WAL-KEEP-SIZE",
  },
  max_wal_senders: {
    control: "default",
    value: "10",
    why: "Base backups and standbys need connections of this kind.",
    doc: "runtime-config-replication.html#GUC-MAX-WAL-SENDERS",
  },

  // Memory: one inequality, see sizing.ts.
  max_connections: {
    control: "computed",
    why: "Each connection is a process that needs memory.",
    doc: "runtime-config-connection.html#GUC-MAX-CONNECTIONS",
  },
  shared_buffers: {
    control: "computed",
    why: "PostgreSQL's own cache.",
    doc: "runtime-config-resource.html#GUC-SHARED-BUFFERS",
  },
  effective_cache_size: {
    control: "computed",
    why: "What the planner may assume to be cached, by PostgreSQL and the operating system together.",
    doc: "runtime-config-query.html#GUC-EFFECTIVE-CACHE-SIZE",
  },
  work_mem: {
    control: "computed",
    why: "Memory of one sort or hash step, before it goes to disk.",
    doc: "runtime-config-resource.html#GUC-WORK-MEM",
  },
  hash_mem_multiplier: {
    control: "default",
    value: "2",
    why: "Hash steps may take this many times work_mem.",
    doc: "runtime-config-resource.html#GUC-HASH-MEM-MULTIPLIER",
  },
  maintenance_work_mem: {
    control: "computed",
    why: "Memory of one CREATE INDEX or VACUUM started by hand.",
    doc: "runtime-config-resource.html#GUC-MAINTENANCE-WORK-MEM",
  },
  autovacuum_work_mem: {
    control: "computed",
    why: "Memory of one autovacuum worker; unset it would be maintenance_work_mem for each.",
    doc: "runtime-config-resource.html#GUC-AUTOVACUUM-WORK-MEM",
  },
  autovacuum_max_workers: {
    control: "default",
    value: "3",
    why: "Tables vacuumed at the same time.",
    doc: "runtime-config-autovacuum.html#GUC-AUTOVACUUM-MAX-WORKERS",
  },

  // Parallelism and storage.
  max_worker_processes: {
    control: "computed",
    why: "Background processes, parallel workers among them.",
    doc: "runtime-config-resource.html#GUC-MAX-WORKER-PROCESSES",
  },
  max_parallel_workers: {
    control: "computed",
    why: "Parallel workers of all queries together.",
    doc: "runtime-config-resource.html#GUC-MAX-PARALLEL-WORKERS",
  },
  max_parallel_workers_per_gather: {
    control: "computed",
    why: "Parallel workers of one query step.",
    doc: "runtime-config-resource.html#GUC-MAX-PARALLEL-WORKERS-PER-GATHER",
  },
  max_parallel_maintenance_workers: {
    control: "computed",
    why: "Parallel workers of one CREATE INDEX.",
    doc: "runtime-config-resource.html#GUC-MAX-PARALLEL-MAINTENANCE-WORKERS",
  },
  random_page_cost: {
    control: "computed",
    why: "Cost of a random read relative to a sequential one.",
    doc: "runtime-config-query.html#GUC-RANDOM-PAGE-COST",
  },
  effective_io_concurrency: {
    control: "computed",
    why: "Reads the storage serves at the same time.",
    doc: "runtime-config-resource.html#GUC-EFFECTIVE-IO-CONCURRENCY",
  },
  io_method: {
    control: "default",
    value: "worker",
    why: "io_uring does not start under the default seccomp profile of containers.",
    doc: "runtime-config-resource.html#GUC-IO-METHOD",
  },
  jit: {
    control: "computed",
    why: "Compiling a query pays off in long analytical ones only.",
    doc: "runtime-config-query.html#GUC-JIT",
  },

  // What a person needs to see afterwards.
  log_checkpoints: {
    control: "default",
    value: "on",
    why: "Recovery time and write bursts can be explained afterwards.",
    doc: "runtime-config-logging.html#GUC-LOG-CHECKPOINTS",
  },
  log_lock_waits: {
    control: "default",
    value: "on",
    why: "Waits longer than deadlock_timeout are logged.",
    doc: "runtime-config-logging.html#GUC-LOG-LOCK-WAITS",
  },
  log_temp_files: {
    control: "default",
    value: "10MB",
    why: "Sorts and hashes that outgrow work_mem are logged.",
    doc: "runtime-config-logging.html#GUC-LOG-TEMP-FILES",
  },
  log_autovacuum_min_duration: {
    control: "default",
    value: "10s",
    why: "Long vacuums are logged.",
    doc: "runtime-config-logging.html#GUC-LOG-AUTOVACUUM-MIN-DURATION",
  },
  track_io_timing: {
    control: "default",
    value: "on",
    why: "Shows whether a slow query waits for the disk.",
    doc: "runtime-config-statistics.html#GUC-TRACK-IO-TIMING",
  },
} as const satisfies Record<string, CatalogueRow>;

/** A parameter of the catalogue. */
export type CatalogueName = keyof typeof CATALOGUE;

/** A parameter of the catalogue whose value `sizing` computes. */
export type ComputedName = {
  [Name in CatalogueName]: (typeof CATALOGUE)[Name]["control"] extends "computed" ? Name : never;
}[CatalogueName];

/** The row of a parameter, or undefined when the product has no opinion about it. */
export function catalogueRow(name: string): CatalogueRow | undefined {
  return Object.hasOwn(CATALOGUE, name) ? CATALOGUE[name as CatalogueName] : undefined;
}

/** Values a fixed row lets a user choose. */
export function safeValues(row: FixedRow): readonly string[] {
  return row.safe ?? [row.value];
}

/** Address of the documentation of a row, for one major version. */
export function docUrl(row: Row, version = "current"): string {
  return `https://www.postgresql.org/docs/${version}/${row.doc}`;
}
