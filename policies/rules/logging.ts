/** Can anybody tell afterwards what happened? What the server logs. */

import type { Level, Profile, Rule, RuleOf } from "../rule";
import { type Server, settingText } from "../server";
import { settingRule } from "./setting";

/** A rule that wants one of some values. */
interface LoggingRow {
  name: string;
  parameter: string;
  /** Values that pass, as `pg_settings` shows them. */
  wanted: readonly string[];
  unsafe: string;
  ids: readonly string[];
  /** What nobody can tell otherwise. */
  danger: string;
  why: string;
  doc?: string;
  levels?: Partial<Record<Profile, Level>>;
  /** Settings without which the rule says nothing. */
  applies?(server: Server): boolean;
  with?: Readonly<Record<string, string>>;
}

/** Verbose or doubtful advice of one tool: there for those who need its number, and off until they turn it on. */
const OFF: LoggingRow["levels"] = { production: "disabled", development: "disabled" };

const ROWS: readonly LoggingRow[] = [
  {
    name: "pg-log-connections",
    parameter: "log_connections",
    // From 18 on it is a list of what to log of a connection.
    wanted: ["on", "all", "receipt", "authentication", "authorization", "setup_durations"],
    unsafe: "off",
    ids: ["CIS-PG:3.1.20", "CKV_GCP_52", "CKV_AZURE_31", "trivy:GCP-0016", "trivy:AZU-0019", "pgdsat:3.1.20"],
    danger: "nobody can tell who was connected, or who tried",
    why: "Guessed passwords and stolen accounts show first in connections.",
  },
  {
    name: "pg-log-disconnections",
    parameter: "log_disconnections",
    wanted: ["on"],
    unsafe: "off",
    ids: ["CIS-PG:3.1.21", "CKV_GCP_53", "trivy:GCP-0022", "pgdsat:3.1.21"],
    danger: "nobody can tell how long somebody was connected",
    why: "It completes the log of connections.",
  },
  {
    name: "pg-log-checkpoints",
    parameter: "log_checkpoints",
    wanted: ["on"],
    unsafe: "off",
    ids: ["CKV_GCP_51", "CKV_AZURE_30", "trivy:GCP-0025", "trivy:AZU-0024", "PMM:postgresql_log_checkpoints"],
    danger: "bursts of writes and long recoveries cannot be explained",
    why: "It is one line every few minutes, and the only record of what a checkpoint cost.",
  },
  {
    name: "pg-log-lock-waits",
    parameter: "log_lock_waits",
    wanted: ["on"],
    unsafe: "off",
    ids: ["CKV_GCP_54", "trivy:GCP-0020"],
    danger: "nobody can tell which session others waited for",
    why: "It only logs waits longer than deadlock_timeout.",
  },
  {
    name: "pg-log-min-messages",
    parameter: "log_min_messages",
    wanted: ["warning", "notice", "info", "log", "debug1", "debug2", "debug3", "debug4", "debug5"],
    unsafe: "fatal",
    ids: ["CIS-PG:3.1.14", "CKV_GCP_55", "trivy:GCP-0018", "pgdsat:3.1.14"],
    danger: "warnings and errors of the server are not logged",
    why: "Warnings of the server are the last sign before an outage.",
  },
  {
    name: "pg-log-min-error-statement",
    parameter: "log_min_error_statement",
    wanted: ["error", "warning", "notice", "info", "log", "debug1", "debug2", "debug3", "debug4", "debug5"],
    unsafe: "panic",
    ids: ["CIS-PG:3.1.15", "CKV_GCP_109", "pgdsat:3.1.15"],
    danger: "statements that fail are not logged",
    why: "An error without its statement cannot be found again.",
  },
  {
    name: "pg-log-hostname",
    parameter: "log_hostname",
    // CIS and pgdsat want off, checkov's CKV_GCP_108 wants on: each connection would wait for a name server.
    wanted: ["off"],
    unsafe: "on",
    ids: ["CIS-PG:3.1.23", "pgdsat:3.1.23"],
    danger: "each connection waits for a name server, and none gets in while that is down",
    why: "The address is in the log anyway.",
  },
  {
    name: "pg-log-duration",
    parameter: "log_duration",
    wanted: ["on"],
    unsafe: "off",
    ids: ["CKV2_GCP_13"],
    danger: "durations of statements are not logged",
    // log_min_duration_statement tells more, and only of slow ones.
    levels: OFF,
    why: "It is for measuring a load.",
  },
  ...["log_parser_stats", "log_planner_stats", "log_executor_stats", "log_statement_stats"].map(
    (parameter, index): LoggingRow => ({
      name: `pg-${parameter.replaceAll("_", "-")}`,
      parameter,
      wanted: ["off"],
      unsafe: "on",
      ids: [`CKV2_GCP_${14 + index}`],
      danger: "several lines for each statement fill the disk and hide what matters",
      why: "It is for developers of PostgreSQL.",
      doc: "runtime-config-statistics.html#GUC-LOG-STATEMENT-STATS",
    }),
  ),
  {
    name: "pg-log-error-verbosity",
    parameter: "log_error_verbosity",
    wanted: ["verbose"],
    unsafe: "terse",
    ids: ["CIS-PG:3.1.22", "pgdsat:3.1.22"],
    danger: "errors are logged without their code and place",
    // The default already has detail and hint; the rest is for developers of PostgreSQL.
    levels: OFF,
    why: "CIS wants verbose.",
  },
  {
    name: "pg-log-truncate-on-rotation",
    parameter: "log_truncate_on_rotation",
    wanted: ["on"],
    unsafe: "off",
    ids: ["CIS-PG:3.1.7", "pgdsat:3.1.7"],
    danger: "a log file is appended to for ever where its name comes back",
    why: "It only matters where the server writes its own log files.",
    applies: writesFiles,
    with: { logging_collector: "on" },
  },
  {
    name: "pg-log-file-mode",
    parameter: "log_file_mode",
    wanted: ["384"], // 0600
    unsafe: "0644",
    ids: ["CIS-PG:3.1.6", "pgdsat:3.1.6"],
    danger: "other users of the machine read statements, and passwords in them",
    why: "Statements hold data.",
    applies: writesFiles,
    with: { logging_collector: "on" },
  },
  {
    name: "pg-syslog-sequence-numbers",
    parameter: "syslog_sequence_numbers",
    wanted: ["on"],
    unsafe: "off",
    ids: ["CIS-PG:3.1.11", "pgdsat:3.1.11"],
    danger: "equal lines are left out of the log",
    why: "syslog suppresses repeated lines.",
    applies: writesSyslog,
    with: { log_destination: "syslog" },
  },
  {
    name: "pg-syslog-split-messages",
    parameter: "syslog_split_messages",
    wanted: ["on"],
    unsafe: "off",
    ids: ["CIS-PG:3.1.12", "pgdsat:3.1.12"],
    danger: "long lines are cut off in the log",
    why: "syslog cuts lines above 1024 bytes.",
    applies: writesSyslog,
    with: { log_destination: "syslog" },
  },
  ...["debug_print_parse", "debug_print_rewritten", "debug_print_plan"].map(
    (parameter, index): LoggingRow => ({
      name: `pg-${parameter.replaceAll("_", "-")}`,
      parameter,
      wanted: ["off"],
      unsafe: "on",
      ids: [`CIS-PG:3.1.${16 + index}`, "pgdsat:3.1.16-18"],
      danger: "pages for each statement fill the disk, with the data in them",
      why: "It is for developers of PostgreSQL.",
      doc: "runtime-config-logging.html#GUC-DEBUG-PRINT-PARSE",
    }),
  ),
  {
    name: "pg-debug-pretty-print",
    parameter: "debug_pretty_print",
    wanted: ["on"],
    unsafe: "off",
    ids: ["CIS-PG:3.1.19", "pgdsat:3.1.19"],
    danger: "debug output is in one long line",
    why: "It only matters while debug_print_… is on.",
  },
  {
    name: "pg-log-replication-commands",
    parameter: "log_replication_commands",
    wanted: ["on"],
    unsafe: "off",
    ids: ["CIS-PG:7.2", "pgdsat:7.2"],
    danger: "nobody can tell who copied the whole cluster",
    why: "A base backup is a copy of everything, and takes one command.",
  },
  {
    name: "pg-log-autovacuum-min-duration",
    parameter: "log_autovacuum_min_duration",
    wanted: [],
    unsafe: "-1",
    ids: ["PMM:postgresql_log_autovacuum_min_duration"],
    danger: "vacuums that cannot remove anything are not seen until transaction ids run out",
    why: "A vacuum that takes hours is the first sign of trouble.",
  },
];

function writesFiles(server: Server): boolean {
  return settingText(server, "logging_collector") === "on";
}

function writesSyslog(server: Server): boolean {
  return (settingText(server, "log_destination") ?? "").includes("syslog");
}

function loggingRule({ wanted, danger, applies, ...row }: LoggingRow): RuleOf<"server"> {
  const safe = wanted[0] === "384" ? "0600" : (wanted[0] ?? "10s");
  return settingRule({
    ...row,
    title:
      wanted.length > 0
        ? `${row.parameter} is ${wanted[0] === "384" ? "0600" : row.name === "pg-log-min-messages" || row.name === "pg-log-min-error-statement" ? `${wanted[0]} or more` : wanted[0]}`
        : `${row.parameter} is set`,
    severity: "low",
    protects: "evidence",
    doc: row.doc ?? `runtime-config-logging.html#GUC-${row.parameter.toUpperCase().replaceAll("_", "-")}`,
    danger(value, server) {
      if (applies && !applies(server)) return undefined;
      const words = String(value)
        .split(",")
        .map((word) => word.trim());
      const passes = wanted.length > 0 ? words.some((word) => wanted.includes(word)) : Number(value) >= 0;
      return passes ? undefined : danger;
    },
    safe,
  });
}

/** What a line of the log should begin with: when, which process, who, where. */
const PREFIX: readonly (readonly [RegExp, string])[] = [
  [/%[mtn]/, "the time"],
  [/%[pc]/, "the process"],
  [/%d/, "the database"],
  [/%u/, "the user"],
  [/%a/, "the application"],
  [/%[hr]/, "the client's address"],
];

export const LOGGING_RULES: readonly Rule[] = [
  ...ROWS.map(loggingRule),
  settingRule({
    name: "pg-log-temp-files",
    title: "Temporary files are logged",
    severity: "low",
    protects: "evidence",
    ids: ["CKV_GCP_56", "trivy:GCP-0014"],
    parameter: "log_temp_files",
    // The scanners want 0, every file; one bound by size tells the same of those that matter.
    danger: (value) =>
      Number(value) < 0 ? "queries that outgrow work_mem are not seen until they fill the disk" : undefined,
    why: "Temporary files are in the data directory.",
    safe: "10MB",
    unsafe: "-1",
  }),
  settingRule({
    name: "pg-log-min-duration-statement",
    title: "Slow statements are logged, not all of them",
    severity: "low",
    protects: "evidence",
    ids: ["CKV_GCP_57", "trivy:GCP-0021", "CKV2_AWS_27"],
    parameter: "log_min_duration_statement",
    doc: "runtime-config-logging.html#GUC-LOG-MIN-DURATION-STATEMENT",
    // On Google's service it has to be -1, on Amazon's it has to be there: both are met above 0, what both fear is 0.
    danger: (value) =>
      Number(value) === 0
        ? "every statement is logged with its data: the log is a second, unguarded database"
        : undefined,
    why: "The tools contradict each other; the reason they give is met by any bound above 0.",
    safe: "1s",
    unsafe: "0",
  }),
  settingRule({
    name: "pg-log-statement",
    title: "Changes of the schema are logged",
    severity: "low",
    protects: "evidence",
    ids: ["CIS-PG:3.1.25", "CKV_GCP_111", "CKV2_AWS_27", "CKV2_AWS_30", "pgdsat:3.1.25"],
    parameter: "log_statement",
    doc: "runtime-config-logging.html#GUC-LOG-STATEMENT",
    danger: (value) => (value === "none" ? "nobody can tell who dropped a table" : undefined),
    // mod and all log data, and passwords with it: ddl is what is asked for.
    why: "ddl is enough: mod and all log the data, with passwords in them.",
    safe: "ddl",
    unsafe: "none",
  }),
  settingRule({
    name: "pg-log-line-prefix",
    title: "A line of the log says when, who and where",
    severity: "low",
    protects: "evidence",
    ids: ["CIS-PG:3.1.24", "pgdsat:3.1.24"],
    parameter: "log_line_prefix",
    doc: "runtime-config-logging.html#GUC-LOG-LINE-PREFIX",
    danger(value, server) {
      if (writesSyslog(server)) return undefined;
      const missing = PREFIX.filter(([sign]) => !sign.test(String(value))).map(([, what]) => what);
      return missing.length > 0 ? `a line of the log does not say ${missing.join(", ")}` : undefined;
    },
    why: "A line that names nobody is no evidence.",
    safe: "%m [%p] %u@%d %a %h ",
    unsafe: "%m ",
  }),
  settingRule({
    name: "pg-log-timezone",
    title: "The log is in UTC",
    severity: "low",
    protects: "evidence",
    ids: ["CIS-PG:3.1.26", "pgdsat:3.1.26"],
    parameter: "log_timezone",
    doc: "runtime-config-logging.html#GUC-LOG-TIMEZONE",
    danger: (value) =>
      /^(UTC|GMT|Etc\/(UTC|GMT|UCT|Zulu|Universal)|UCT|Zulu|Universal|Z)$/i.test(String(value))
        ? undefined
        : "an hour is there twice when the clock is put back, and logs of two places do not fit together",
    why: "Recovery to a point in time needs a time that is there once.",
    safe: "UTC",
    unsafe: "Europe/Berlin",
  }),
  settingRule({
    name: "pg-log-directory",
    title: "Log files are outside of the data directory",
    severity: "low",
    protects: "evidence",
    ids: ["pgdsat:3.1.27"],
    parameter: "log_directory",
    doc: "runtime-config-logging.html#GUC-LOG-DIRECTORY",
    danger: (value, server) =>
      writesFiles(server) && !String(value).startsWith("/")
        ? "logs fill the disk of the data, are in every base backup, and are lost together with the data"
        : undefined,
    why: "A relative path is below the data directory.",
    safe: "/var/log/postgresql",
    unsafe: "log",
    with: { logging_collector: "on" },
  }),
  settingRule({
    name: "pg-logging-collector",
    title: "What is logged is kept",
    severity: "low",
    protects: "evidence",
    ids: ["CIS-PG:3.1.2", "CIS-PG:3.1.3", "pgdsat:3.1.3"],
    parameter: "logging_collector",
    doc: "runtime-config-logging.html#GUC-LOGGING-COLLECTOR",
    // In a container Docker collects stderr.
    danger: (value, server) =>
      value === "off" &&
      (server.kind !== "container" || /csvlog|jsonlog/.test(settingText(server, "log_destination") ?? "")) &&
      !writesSyslog(server)
        ? "log_destination has nobody who writes it: lines are lost"
        : undefined,
    why: "csvlog and jsonlog are written by the collector only.",
    safe: "on",
    unsafe: "off",
    with: { log_destination: "csvlog" },
  }),
  settingRule({
    name: "pg-pgaudit",
    title: "pgAudit logs who changed what",
    severity: "low",
    protects: "evidence",
    ids: ["CIS-PG:3.2", "CKV_GCP_110", "pgdsat:3.2"],
    parameter: "shared_preload_libraries",
    doc: "runtime-config-client.html#GUC-SHARED-PRELOAD-LIBRARIES",
    // The official image does not hold pgAudit: a rule for those who have it.
    levels: OFF,
    danger: (value) =>
      /(^|[\s,"])pgaudit($|[\s,"])/.test(String(value))
        ? undefined
        : "changes are not logged in a form that an audit takes",
    why: "log_statement misses what functions do.",
    safe: "pgaudit",
    unsafe: "pg_stat_statements",
  }),
];
