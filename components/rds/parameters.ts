/**
 * What does RDS make of PostgreSQL's parameters: which can be changed, how, and what holds where nothing is said?
 *
 * One row per parameter where RDS is not PostgreSQL; types, units and contexts are PostgreSQL's own
 * (parameters/recorded), since RDS takes plain numbers in the base unit of pg_settings. AWS publishes no complete list:
 * rows are from the user guide's tables and from lists of real groups. `aws rds describe-engine-default-parameters
 * --db-parameter-group-family postgres15` tells what holds.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Parameters.html
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Reference.ParameterGroups.html
 */

import type { Floor } from "../parameters/settings";
import type { Topology } from "./options";

/** What is special about a parameter on RDS. */
export interface RdsParameter {
  /** RDS manages it: listed with IsModifiable=false, or not at all. A group that names it is refused. */
  managed?: true;
  /** Takes a restart, though PostgreSQL reloads it or does not know it. */
  static?: true;
  /** RDS's default as `SHOW` prints it; null: it follows the instance class, or is not published. Absent: PostgreSQL's own. */
  default?: string | null;
  /** Our own size in RDS's arithmetic: it follows the instance class without a change of the group. */
  formula?: string;
  /** The same as RDS's own default. */
  isDefault?: true;
  /** Named in the group though RDS has the same default, so that a change of it is seen. */
  always?: true;
  /** Nobody outside AWS has said what holds: left to RDS, unless the user decides. */
  unconfirmed?: true;
  /** Aurora: `absent` where it has none such, `own` where it decides unless the user does. */
  aurora?: "absent" | "own";
  /** Values that RDS takes, where PostgreSQL takes more. */
  values?: readonly string[];
}

const RDS_PARAMETERS: Readonly<Record<string, RdsParameter>> = {
  // Managed: RDS archives WAL every five minutes and keeps these as they are.
  allow_system_table_mods: { managed: true },
  archive_command: { managed: true, default: null, aurora: "absent" },
  archive_library: { managed: true, default: null, aurora: "absent" },
  archive_mode: { managed: true, default: "on", aurora: "absent" },
  archive_timeout: { managed: true, default: "5min", aurora: "absent" },
  config_file: { managed: true },
  data_directory: { managed: true },
  data_sync_retry: { managed: true, aurora: "absent" },
  fsync: { managed: true, aurora: "absent" },
  full_page_writes: { managed: true, aurora: "absent" },
  hba_file: { managed: true },
  ident_file: { managed: true },
  ignore_checksum_failure: { managed: true },
  ignore_invalid_pages: { managed: true },
  ignore_system_indexes: { managed: true },
  listen_addresses: { managed: true, default: null },
  port: { managed: true, default: null },
  recovery_init_sync_method: { managed: true },
  restart_after_crash: { managed: true },
  ssl: { managed: true, default: "on" },
  superuser_reserved_connections: { managed: true, default: null },
  unix_socket_directories: { managed: true },
  update_process_title: { managed: true },
  wal_level: { managed: true, default: null, aurora: "own" },
  wal_receiver_create_temp_slot: { managed: true },
  wal_sync_method: { managed: true, aurora: "absent" },
  zero_damaged_pages: { managed: true },

  // RDS's own.
  "rds.force_ssl": { always: true, default: "1" },
  "rds.logical_replication": { static: true, default: "0" },

  // Durability and what it takes.
  autovacuum: { default: "on" },
  password_encryption: { always: true },
  synchronous_commit: { always: true, default: "on", values: ["on", "local", "off"] },
  track_counts: { default: "on" },

  // Checkpoints and WAL. Aurora has neither: its storage keeps the log.
  checkpoint_completion_target: { default: "0.9", aurora: "absent" },
  checkpoint_timeout: { default: "5min", aurora: "absent" },
  max_slot_wal_keep_size: { aurora: "own" },
  max_wal_senders: { default: null, unconfirmed: true },
  max_replication_slots: { default: null },
  max_wal_size: { default: "2GB", aurora: "absent" },
  min_wal_size: { default: "192MB", aurora: "absent" },
  wal_compression: { default: null, unconfirmed: true, aurora: "absent" },

  // Memory.
  autovacuum_max_workers: { default: null },
  autovacuum_vacuum_cost_limit: { default: null },
  autovacuum_work_mem: { default: null, formula: "LEAST({DBInstanceClassMemory/65536},524288)" },
  effective_cache_size: { default: null, formula: "{DBInstanceClassMemory*3/32768}", aurora: "own" },
  hash_mem_multiplier: { default: "2" },
  huge_pages: { default: null },
  maintenance_work_mem: { default: null, formula: "LEAST({DBInstanceClassMemory/16384},2097152)" },
  max_connections: { default: null },
  shared_buffers: {
    default: null,
    formula: "{DBInstanceClassMemory/32768}",
    isDefault: true,
    aurora: "own",
  },

  // Parallelism and storage.
  io_method: { unconfirmed: true, aurora: "own" },
  jit: { aurora: "own" },
  max_parallel_workers: { default: null },
  max_worker_processes: { default: null },
  temp_file_limit: { static: true },

  // Logs and statistics.
  idle_in_transaction_session_timeout: { default: "1d" },
  log_autovacuum_min_duration: { default: "10s" },
  log_checkpoints: { default: "on", aurora: "absent" },
  log_destination: { default: null },
  log_directory: { default: null },
  log_file_mode: { default: null },
  log_filename: { default: null },
  log_line_prefix: { default: null },
  log_timezone: { default: null },
  log_truncate_on_rotation: { default: null },
  logging_collector: { default: "on" },
  shared_preload_libraries: { default: null },
  ssl_ciphers: { default: null },
  ssl_min_protocol_version: { default: null },
  synchronous_standby_names: { default: null },
  track_io_timing: { default: "on" },
};

/** What is special about a parameter on RDS; nothing for most. */
export function rdsParameter(name: string): RdsParameter {
  return Object.hasOwn(RDS_PARAMETERS, name) ? (RDS_PARAMETERS[name] as RdsParameter) : {};
}

/** Values that RDS has by default where PostgreSQL has others, as `SHOW` prints them; null: not known beforehand. */
export const RDS_DEFAULTS: Readonly<Record<string, string | null>> = Object.fromEntries(
  Object.entries(RDS_PARAMETERS).flatMap(([name, { default: value }]) =>
    value === undefined ? [] : [[name, value]],
  ),
);

/** True for a parameter that no group may name. */
export function isManagedByRds(name: string): boolean {
  return rdsParameter(name).managed === true || name.startsWith("recovery_target");
}

/** True for a parameter that a database of this kind does not have. */
export function isAbsent(name: string, topology: Topology): boolean {
  return topology === "aurora" && rdsParameter(name).aurora === "absent";
}

/** True for a parameter that is left to RDS unless the user decides. */
export function isLeftToRds(name: string, topology: Topology): boolean {
  const { unconfirmed, aurora } = rdsParameter(name);
  return unconfirmed === true || (topology === "aurora" && aurora === "own");
}

/**
 * Least sizes of WAL. Lists of groups of families up to 14 have 128 MB as the least of both, and 192 MB and 2 GB as
 * defaults; those of later families are not public. Aurora has neither parameter.
 */
export function walFloors(topology: Topology): Readonly<Record<string, Floor>> {
  if (topology === "aurora") return {};
  return {
    max_wal_size: { least: "128MB", own: "2GB", who: "RDS" },
    min_wal_size: { least: "128MB", own: "192MB", who: "RDS" },
  };
}
