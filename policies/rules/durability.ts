/** Which parameters must never have an unsafe value? One rule for each unsafe value of the catalogue's fixed rows. */

import { CATALOGUE, type CatalogueRow, safeValues } from "../../components/parameters/catalogue";
import { isManagedByCluster } from "../reading/cluster-manager";
import type { Context, Protected, RuleOf, Severity } from "../rule";
import { type Server, settingText } from "../server";
import { settingRule } from "./setting";

/** What the catalogue does not say of a row. */
interface Facts {
  severity?: Severity;
  protects?: Protected;
  ids?: readonly string[];
  why: string;
  /** Severity of single values. */
  values?: Readonly<Record<string, Severity>>;
  /** The danger is there only then; absent: always. */
  applies?(value: string, server: Server, context: Context): boolean;
  /** Settings that the examples need for `applies`, by value. */
  with?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const STANDBY = { synchronous_standby_names: "standby" };

const FACTS: Readonly<Record<string, Facts>> = {
  fsync: {
    severity: "critical",
    ids: ["PMM:postgresql_fsync"],
    why: "It is the usual advice to make an import or a test fast, and stays. kill -9 does not show the damage; a power cut lost all of 71,986 acknowledged commits in 8 of 8 runs.",
  },
  synchronous_commit: {
    severity: "high",
    ids: ["alibaba-cloud-config:rds-instance-synchronous-commit-enable"],
    why: "COMMIT answers before its WAL is on the disk: up to three times wal_writer_delay of acknowledged commits are gone after a crash.",
    values: { local: "medium", remote_write: "medium" },
    applies: (value, server) =>
      value === "off" || !["", undefined].includes(settingText(server, "synchronous_standby_names")),
    with: { local: STANDBY, remote_write: STANDBY },
  },
  full_page_writes: {
    severity: "critical",
    why: "PostgreSQL's pages are larger than what a disk writes at once. Only a file system that never tears a page (ZFS) does without, and then it is a waiver with a reason.",
  },
  wal_level: {
    severity: "high",
    why: "Base backups made before a change to minimal cannot be used any more. The server does not start either, as long as max_wal_senders is above 0 or archive_mode is on.",
  },
  data_sync_retry: {
    severity: "high",
    why: "After a failed fsync Linux may drop the page and report success the next time.",
  },
  restart_after_crash: {
    severity: "medium",
    protects: "availability",
    why: "Only a cluster manager such as Patroni may want to decide itself.",
    applies: (_value, server, context) =>
      server.hiddenSource?.kind !== "elsewhere" && !isManagedByCluster(context.resource),
  },
  zero_damaged_pages: {
    severity: "critical",
    why: "It destroys what could still be rescued, for every table that is read.",
  },
  ignore_checksum_failure: {
    severity: "critical",
    why: "It is for rescuing single rows by hand, never for a server in use.",
  },
  ignore_invalid_pages: {
    severity: "critical",
    why: "It is for rescuing what is left, never for a server in use.",
  },
  ignore_system_indexes: {
    severity: "medium",
    ids: ["CIS-PG:6.2", "pgdsat:6.2"],
    why: "It is for repairing damaged system indexes in a session of its own.",
  },
  allow_system_table_mods: { severity: "high", why: "Catalogues edited by hand have cost whole clusters." },
  autovacuum: {
    severity: "high",
    protects: "availability",
    ids: ["PMM:postgresql_vacuum_sanity_check"],
    why: "It is turned off to save I/O, and months later the server refuses every write until a vacuum by hand is done.",
  },
  track_counts: {
    severity: "high",
    protects: "availability",
    why: "Autovacuum is then on, and does nothing.",
  },
  password_encryption: {
    severity: "high",
    protects: "access",
    ids: ["pgdsat:5.12"],
    why: "MD5 hashes are passwords themselves, and support for them ends.",
  },
};

/** `synchronous_commit` and `remote_write` are `synchronous-commit-remote-write`. */
function settingRuleName(parameter: string, value: string): string {
  return `${parameter}-${value}`.replaceAll("_", "-");
}

function rulesOf(parameter: string, row: CatalogueRow): RuleOf<"server">[] {
  if (row.control !== "fixed") return [];
  const facts: Facts = FACTS[parameter] ?? { why: row.why };
  return Object.entries(row.unsafe).map(([value, danger]) =>
    settingRule({
      name: settingRuleName(parameter, value),
      title: `${parameter} is ${safeValues(row).join(" or ")}, not ${value}`,
      severity: facts.values?.[value] ?? facts.severity ?? "high",
      protects: facts.protects ?? "data",
      ids: facts.ids ?? [],
      why: facts.why,
      parameter,
      danger: (read, server, context) =>
        read === value && (facts.applies?.(value, server, context) ?? true) ? danger : undefined,
      safe: row.value,
      unsafe: value,
      with: facts.with?.[value],
    }),
  );
}

export const DURABILITY_RULES: readonly RuleOf<"server">[] = Object.entries(CATALOGUE).flatMap(
  ([parameter, row]) => rulesOf(parameter, row),
);
