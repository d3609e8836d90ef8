/** Is the server as deployed and its data sound, and do sessions leave it room? */

import { verificationReport } from "../verify/report";
import { findingText } from "../verify/verify";
import { type Check, countText, numberOf, timeText, verdictOf } from "./check";

/** Findings of a verification as far as pg_monitor can see them: it may not read pg_file_settings. */
const settings: Check = {
  name: "declared settings",
  warning: "a value waits for a restart, or a role or database has another value",
  critical: "a value is not as declared, or an unsafe one is in force for a role or database",
  why: "A single unsafe value loses commits, and SHOW does not see what is set for another role.",
  reads: "pg_settings, pg_db_role_setting; verify also reads the files, as superuser",
  judge(_, { server, deployed }) {
    const { compared, findings: all } = verificationReport(deployed.parameters, server);
    // Checksums have a line of their own.
    const findings = all.filter(({ parameter }) => parameter !== "data_checksums");
    const critical = findings.filter(({ severity }) => severity === "error");
    const [worst] = [...critical, ...findings];
    const threshold = "any";
    if (!worst) return { value: `${compared} as declared`, threshold, verdict: "ok", hint: "" };
    const others = findings.length === 1 ? "" : `; ${findings.length - 1} more, see verify`;
    return {
      value: `${findingText(worst)}${others}`,
      threshold,
      verdict: verdictOf({ warning: true, critical: critical.length > 0 }),
      hint: worst.hint,
    };
  },
};

export interface ChecksumRow {
  /** Null without data checksums. */
  failures: number | null;
  databases: string | null;
}

const checksums: Check<ChecksumRow> = {
  name: "checksum failures",
  critical: "any, or data checksums are off",
  why: "A page that fails its checksum was changed by something other than PostgreSQL.",
  reads: "pg_stat_database",
  query: () =>
    `SELECT sum(checksum_failures)::float8 AS failures,
            string_agg(coalesce(datname, 'shared catalogs'), ', ' ORDER BY datname)
              FILTER (WHERE checksum_failures > 0) AS databases
     FROM pg_stat_database`,
  judge({ failures, databases }) {
    const threshold = "critical any";
    if (failures === null)
      return {
        value: "data checksums are off",
        threshold,
        verdict: "critical",
        hint: "stop the server, then: pg_checksums --enable -D <data directory>",
      };
    const failed = failures > 0;
    return {
      value: failed ? `${failures} in ${databases}` : "0",
      threshold,
      verdict: verdictOf({ critical: failed }),
      hint: failed
        ? "copy the data directory before anything else, then restore a backup: the disk changes pages"
        : "",
    };
  },
};

export interface AgeRow {
  database: string;
  age: number;
}

/** A counter that stops the server before it wraps round. */
function wraparound(row: {
  name: string;
  age: string;
  maxAge: string;
  failsafe: string;
  why: string;
}): Check<AgeRow> {
  return {
    name: row.name,
    warning: `more than 1.5 × ${row.maxAge}`,
    critical: `more than 5 × ${row.maxAge}, at most ${row.failsafe}`,
    why: row.why,
    reads: "pg_database",
    query: () =>
      `SELECT datname::text AS database, ${row.age} AS age FROM pg_database ORDER BY 2 DESC, 1 LIMIT 1`,
    judge({ database, age }, context) {
      const maxAge = numberOf(context, row.maxAge);
      const critical = Math.min(5 * maxAge, numberOf(context, row.failsafe));
      const warning = Math.min(1.5 * maxAge, critical);
      const verdict = verdictOf({ warning: age > warning, critical: age > critical });
      return {
        value: `${countText(age)} in ${database}`,
        threshold: `${countText(warning)}; critical ${countText(critical)}`,
        verdict,
        hint:
          verdict === "ok"
            ? ""
            : `end old and prepared transactions, drop unused slots, then in ${database} as superuser: VACUUM (FREEZE)`,
      };
    },
  };
}

const transactionIds = wraparound({
  name: "transaction ID age",
  age: "age(datfrozenxid)",
  maxAge: "autovacuum_freeze_max_age",
  failsafe: "vacuum_failsafe_age",
  why: "At 2 billion the server takes no more writes; autovacuum begins to freeze at autovacuum_freeze_max_age.",
});

const multixactIds = wraparound({
  name: "multixact ID age",
  age: "mxid_age(datminmxid)",
  maxAge: "autovacuum_multixact_freeze_max_age",
  failsafe: "vacuum_multixact_failsafe_age",
  why: "The same for locks that several transactions share.",
});

/** Seconds a transaction may be open. */
const OPEN = { warning: 300, critical: 3600 };

export interface TransactionRow {
  pid: number;
  role: string | null;
  state: string | null;
  /** Seconds since it began. */
  age: number;
}

const oldestTransaction: Check<TransactionRow | undefined> = {
  name: "oldest transaction",
  warning: "open for 5 min",
  critical: "open for 1 h",
  why: "It keeps VACUUM from removing dead rows, and its locks keep others waiting.",
  reads: "pg_stat_activity",
  query: () =>
    `SELECT pid, usename::text AS role, state, extract(epoch FROM clock_timestamp() - xact_start)::float8 AS age
     FROM pg_stat_activity
     WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
     ORDER BY xact_start LIMIT 1`,
  judge(row) {
    const threshold = `${timeText(OPEN.warning)}; critical ${timeText(OPEN.critical)}`;
    if (!row) return { value: "none", threshold, verdict: "ok", hint: "" };
    const { pid, role, state, age } = row;
    const verdict = verdictOf({ warning: age > OPEN.warning, critical: age > OPEN.critical });
    return {
      value: `${timeText(age)}, ${role}, ${state}`,
      threshold,
      verdict,
      hint: verdict === "ok" ? "" : `end it, as ${role} or superuser: SELECT pg_terminate_backend(${pid})`,
    };
  },
};

/** Seconds a prepared transaction may wait for its second phase. */
const PREPARED = 600;

export interface PreparedRow {
  gid: string;
  database: string;
  age: number;
  count: number;
}

const preparedTransactions: Check<PreparedRow | undefined> = {
  name: "prepared transactions",
  warning: "one is older than 10 min",
  why: "It outlives sessions and restarts, with its locks, until somebody ends it.",
  reads: "pg_prepared_xacts",
  query: () =>
    `SELECT gid, database::text AS database, extract(epoch FROM clock_timestamp() - prepared)::float8 AS age,
            (count(*) OVER ())::int AS count
     FROM pg_prepared_xacts ORDER BY prepared LIMIT 1`,
  judge(row) {
    const threshold = timeText(PREPARED);
    if (!row) return { value: "none", threshold, verdict: "ok", hint: "" };
    const late = row.age > PREPARED;
    return {
      value: `${row.count}, the oldest since ${timeText(row.age)}`,
      threshold,
      verdict: verdictOf({ warning: late }),
      hint: late
        ? `ask its transaction manager, then in ${row.database}: COMMIT PREPARED '${row.gid}', or ROLLBACK PREPARED`
        : "",
    };
  },
};

export interface ConnectionsRow {
  /** This command's own does not count. */
  connections: number;
  active: number;
}

const CONNECTIONS = `SELECT count(*)::int AS connections, (count(*) FILTER (WHERE state = 'active'))::int AS active
   FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`;

/** Share of the connections that may be taken. */
const TAKEN = { warning: 0.8, critical: 0.95 };

const connections: Check<ConnectionsRow> = {
  name: "connections",
  warning: "80 % of max_connections without the reserved ones",
  critical: "95 %",
  why: "When all are taken, nobody else can log in.",
  reads: "pg_stat_activity",
  query: () => CONNECTIONS,
  judge({ connections: taken }, context) {
    const room =
      numberOf(context, "max_connections") -
      numberOf(context, "superuser_reserved_connections") -
      numberOf(context, "reserved_connections");
    const verdict = verdictOf({
      warning: taken > TAKEN.warning * room,
      critical: taken > TAKEN.critical * room,
    });
    return {
      value: `${taken} of ${room}`,
      threshold: `${Math.floor(TAKEN.warning * room)}; critical ${Math.floor(TAKEN.critical * room)}`,
      verdict,
      hint:
        verdict === "ok"
          ? ""
          : "let the application's pool keep fewer, or write a larger `maxConnections`, which takes memory",
    };
  },
};

const activeConnections: Check<ConnectionsRow> = {
  name: "active connections",
  warning: "more than the memory budget has",
  why: "Memory was computed for so many queries at the same time; more of them can run out of it.",
  reads: "pg_stat_activity",
  query: () => CONNECTIONS,
  judge({ active }, { deployed }) {
    const more = active > deployed.activeConnections;
    return {
      value: `${active} of ${deployed.activeConnections} budgeted`,
      threshold: String(deployed.activeConnections),
      verdict: verdictOf({ warning: more }),
      hint: more ? `let a pool queue queries, or write \`activeConnections: ${active}\`` : "",
    };
  },
};

export interface RestartsRow {
  /** Seconds since the server was started. */
  up: number;
  /** Seconds since its checkpointer was started: anew after a crash of any of its processes. */
  checkpointer: number | null;
}

/** Seconds that a start may take between the two. */
const START = 5;

/** Seconds for which a restart is shown. */
const RECENT = 86_400;

const restarts: Check<RestartsRow> = {
  name: "restarts",
  warning: "within a day: a restart that no deployment made, or a recovery from a crash",
  why: "The server comes back by itself, and nobody asks what killed it.",
  reads: "pg_postmaster_start_time, pg_stat_activity",
  query: () =>
    `SELECT extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())::float8 AS up,
            (SELECT extract(epoch FROM clock_timestamp() - backend_start)::float8
             FROM pg_stat_activity WHERE backend_type = 'checkpointer') AS checkpointer`,
  judge({ up, checkpointer }, { server, deployed }) {
    const threshold = "any within a day";
    const crashed = checkpointer !== null && up - checkpointer > START && checkpointer < RECENT;
    const restarted = server.startedAt !== deployed.startedAt && up < RECENT;
    if (crashed)
      return {
        value: `crashed and recovered ${timeText(checkpointer)} ago`,
        threshold,
        verdict: "warning",
        hint: "look for `was terminated by signal` in the server's log, and for the OOM killer: dmesg | grep -i oom",
      };
    return {
      value: `up for ${timeText(up)}${restarted ? ", restarted since the deployment" : ""}`,
      threshold,
      verdict: verdictOf({ warning: restarted }),
      hint: restarted
        ? "look for the reason in the server's log; a deployment takes note of the new start"
        : "",
    };
  },
};

const unlogged: Check<{ tables: string[] }> = {
  name: "unlogged tables",
  warning: "any in the stack's database",
  why: "A crash empties them, and no backup and no standby has their rows.",
  reads: "pg_class",
  query: () =>
    `SELECT coalesce(array_agg(oid::regclass::text ORDER BY 1), '{}') AS tables
     FROM pg_class WHERE relpersistence = 'u' AND relkind = 'r'`,
  judge({ tables }) {
    const [first] = tables;
    const others = tables.length > 1 ? ` and ${tables.length - 1} more` : "";
    return {
      value: first === undefined ? "none" : `${first}${others}`,
      threshold: "any",
      verdict: verdictOf({ warning: first !== undefined }),
      hint: first === undefined ? "" : `ALTER TABLE ${first} SET LOGGED, unless its rows may go`,
    };
  },
};

/** In the order in which they are shown. */
export const DATABASE_CHECKS: readonly Check[] = [
  settings,
  checksums,
  transactionIds,
  multixactIds,
  oldestTransaction,
  preparedTransactions,
  connections,
  activeConnections,
  restarts,
  unlogged,
];
