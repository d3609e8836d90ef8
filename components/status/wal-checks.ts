/** Is the write-ahead log written, archived, checkpointed and kept as it should be, and is there room for it? */

import { Fault } from "../faults";
import {
  bytesOf,
  type Check,
  type Context,
  type Disk,
  numberOf,
  sizeText,
  textOf,
  timeText,
  verdictOf,
} from "./check";

/** End of the WAL; a standby has no write position of its own. */
const POSITION = "CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END";

/** Seconds since a time. */
function age(time: string): string {
  return `extract(epoch FROM clock_timestamp() - ${time})::float8`;
}

/** `archive_timeout` where nothing is said: PostgreSQL's own advice is a minute or so, managed services take five. */
const USUAL_ARCHIVE_TIMEOUT = 300; // s

/** Files that may wait while the archiver works on the others. */
export const READY_FILES = 10;

/** Seconds that a file may wait. */
export function archivePatience(context: Context): number {
  return 2 * (numberOf(context, "archive_timeout") || USUAL_ARCHIVE_TIMEOUT);
}

export interface BacklogRow {
  files: number;
  /** Seconds; null when nothing waits. */
  oldest: number | null;
}

/**
 * The alarm of the archive: pg_stat_archiver does not count a command that exits with 126 or more, or dies by a signal.
 * `pgarch.c`, pgarch_archiveXlog and wait_result_is_any_signal.
 */
const backlog: Check<BacklogRow> = {
  name: "WAL not yet archived",
  warning: "more than 10 files, or one older than 2 × archive_timeout (10min when that is 0)",
  critical: "as many files as make max_wal_size",
  why: "What is not archived is lost with the disk, and stays in pg_wal until the disk is full.",
  reads: "pg_ls_archive_statusdir",
  query: () =>
    `SELECT count(*)::int AS files, ${age("min(modification)")} AS oldest
     FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'`,
  judge({ files, oldest }, context) {
    const limit = archivePatience(context);
    const full = Math.max(2, bytesOf(context, "max_wal_size") / bytesOf(context, "wal_segment_size"));
    const threshold = `${READY_FILES} files or ${timeText(limit)}; critical ${full} files`;
    if (textOf(context, "archive_mode") === "off")
      return { value: "archive_mode is off", threshold, verdict: "ok", hint: "" };
    const verdict = verdictOf({
      warning: files > READY_FILES || (oldest ?? 0) > limit,
      critical: files >= full,
    });
    return {
      value:
        oldest === null
          ? "0 files"
          : `${files} file${files === 1 ? "" : "s"}, the oldest since ${timeText(oldest)}`,
      threshold,
      verdict,
      hint:
        verdict === "ok"
          ? ""
          : "look for the archiver's words in the server's log; it tries the same file again until it succeeds",
    };
  },
};

export interface ArchiverRow {
  archived: number;
  failed: number;
  lastArchived: number | null;
  lastFailed: number | null;
  failedFile: string | null;
}

const archiver: Check<ArchiverRow> = {
  name: "archiver",
  warning: "the last attempt failed",
  why: "It says which file it is. An archiver that was killed counts as no failure, so this check alone is not enough.",
  reads: "pg_stat_archiver",
  query: () =>
    `SELECT archived_count::float8 AS archived, failed_count::float8 AS failed, ${age("last_archived_time")} AS "lastArchived",
            ${age("last_failed_time")} AS "lastFailed", last_failed_wal AS "failedFile"
     FROM pg_stat_archiver`,
  judge({ archived, failed, lastArchived, lastFailed, failedFile }, context) {
    const threshold = "the last attempt failed";
    if (textOf(context, "archive_mode") === "off")
      return { value: "archive_mode is off", threshold, verdict: "ok", hint: "" };
    const fails = lastFailed !== null && lastFailed < (lastArchived ?? Number.POSITIVE_INFINITY);
    const last = lastArchived === null ? "" : `, the last ${timeText(lastArchived)} ago`;
    return {
      value: `${archived} archived${last}; ${failed} failures`,
      threshold,
      verdict: verdictOf({ warning: fails }),
      hint: fails
        ? `${failedFile} failed ${timeText(lastFailed)} ago: look for the archiver's words in the server's log`
        : "",
    };
  },
};

export interface WalRow {
  /** Bytes in pg_wal. */
  size: number;
  position: string;
  /** Position in bytes. */
  written: number;
  /** Seconds since 1970, by the server's clock. */
  at: number;
}

const size: Check<WalRow> = {
  name: "WAL size",
  warning: "more than 1.5 × max_wal_size + wal_keep_size",
  critical: "more than half of the disk",
  why: "A server whose WAL has no room stops.",
  reads: "pg_ls_waldir, pg_current_wal_lsn",
  query: () =>
    `SELECT (SELECT coalesce(sum(size), 0)::float8 FROM pg_ls_waldir()) AS size, position::text AS position,
            pg_wal_lsn_diff(position, '0/0')::float8 AS written, extract(epoch FROM clock_timestamp())::float8 AS at
     FROM (SELECT ${POSITION} AS position) AS wal`,
  judge(row, context, previous) {
    const limit = 1.5 * bytesOf(context, "max_wal_size") + bytesOf(context, "wal_keep_size");
    const half = context.disks instanceof Fault ? Infinity : (context.disks[0]?.total ?? Infinity) / 2;
    const rate = previous && Math.max(0, row.written - previous.written) / (row.at - previous.at);
    const verdict = verdictOf({ warning: row.size > limit, critical: row.size > half });
    return {
      value: `${sizeText(row.size)}, at ${row.position}${rate === undefined ? "" : `, ${sizeText(rate)}/s`}`,
      threshold: `${sizeText(limit)}${half === Infinity ? "" : `; critical ${sizeText(half)}`}`,
      verdict,
      hint:
        verdict === "ok"
          ? ""
          : "something keeps it: the archive, a replication slot, or checkpoints that do not end; see their lines",
    };
  },
};

/** A disk is not short of space at 80 % if the rest holds this many times max_wal_size. */
const PLENTY = { warning: 16, critical: 8 };

function shortest(disks: readonly Disk[]): Disk | undefined {
  return [...disks].sort((a, b) => a.free / a.total - b.free / b.total)[0];
}

const space: Check = {
  name: "free disk space",
  warning: "less than 20 % and less than 16 × max_wal_size; or it cannot be read",
  critical: "less than 10 % and less than 8 × max_wal_size",
  why: "A server that cannot write its WAL stops.",
  reads: "the file system of the data; in a container those of data, archive and backup, by df",
  judge(_, context) {
    const wal = bytesOf(context, "max_wal_size");
    const { disks } = context;
    if (disks instanceof Fault)
      return {
        value: `not known: ${disks.fact}`,
        threshold: "below 20 %",
        verdict: "warning",
        hint: disks.hint,
      };
    const disk = shortest(disks) ?? { folder: "", free: 0, total: 0 };
    const warning = Math.min(0.2 * disk.total, PLENTY.warning * wal);
    const critical = Math.min(0.1 * disk.total, PLENTY.critical * wal);
    const verdict = verdictOf({ warning: disk.free < warning, critical: disk.free < critical });
    return {
      value: `${sizeText(disk.free)} of ${sizeText(disk.total)}`,
      threshold: `below ${sizeText(warning)}; critical ${sizeText(critical)}`,
      verdict,
      hint:
        verdict === "ok"
          ? ""
          : `make room on the file system of ${disk.folder}; delete nothing in pg_wal by hand`,
    };
  },
};

export interface OutageRow extends BacklogRow {
  /** Position in bytes. */
  written: number;
  /** Seconds since 1970, by the server's clock. */
  at: number;
}

/** Seconds after which a file that waits is more than the archiver's turn: it tries again every minute. `pgarch.c` */
const STANDS_STILL = 60;

/** Seconds until the disk is full, when nothing is archived. */
const LEFT = { warning: 86_400, critical: 3600 };

/** Bytes a second: since the archiver stands still, or between two readings, whichever is more. */
function outageRate(
  { files, oldest, written, at }: OutageRow,
  segment: number,
  previous?: OutageRow,
): number {
  const average = (files * segment) / Math.max(1, oldest ?? 0);
  const current = previous && at > previous.at ? (written - previous.written) / (at - previous.at) : 0;
  return Math.max(average, current);
}

const outage: Check<OutageRow> = {
  name: "time until disk full",
  warning: "a file has waited for the archive for 1 min, and 1 d is left at this rate",
  critical: "the same, and 1 h is left",
  why: "While archiving stands still all WAL is kept, until the disk is full and the server stops.",
  reads: "pg_ls_archive_statusdir, pg_current_wal_lsn, and the file system of the data",
  query: () =>
    `SELECT count(*)::int AS files, ${age("min(modification)")} AS oldest,
            pg_wal_lsn_diff(${POSITION}, '0/0')::float8 AS written, extract(epoch FROM clock_timestamp())::float8 AS at
     FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'`,
  judge(row, context, previous) {
    const threshold = `${timeText(LEFT.warning)}; critical ${timeText(LEFT.critical)}`;
    const { disks } = context;
    if (textOf(context, "archive_mode") === "off")
      return { value: "archive_mode is off", threshold, verdict: "ok", hint: "" };
    if ((row.oldest ?? 0) < STANDS_STILL)
      return { value: "archiving goes on", threshold, verdict: "ok", hint: "" };
    const [disk] = disks instanceof Fault ? [] : disks;
    if (!disk)
      return {
        value: "not known: the disk cannot be read",
        threshold,
        verdict: "warning",
        hint: disks instanceof Fault ? disks.hint : "",
      };
    const rate = outageRate(row, bytesOf(context, "wal_segment_size"), previous);
    const left = disk.free / rate;
    const verdict = verdictOf({ warning: left < LEFT.warning, critical: left < LEFT.critical });
    return {
      value: `${timeText(left)} at ${sizeText(rate)}/s; archiving stands still since ${timeText(row.oldest ?? 0)}`,
      threshold,
      verdict,
      hint:
        verdict === "ok"
          ? ""
          : "let the archive take files again: see the line of the archiver; until then make room, and delete nothing in pg_wal by hand",
    };
  },
};

export interface CheckpointsRow {
  requested: number;
  timed: number;
  /** Seconds since the statistics began. */
  since: number;
  /** Seconds, of all of them together. */
  write: number;
  sync: number;
}

/** Fewer requested checkpoints, or a shorter time, say nothing: a deployment requests some as well. */
const ENOUGH_CHECKPOINTS = { requested: 10, seconds: 1800 };

const checkpoints: Check<CheckpointsRow> = {
  name: "checkpoints",
  warning: "more requested than timed ones; at least 10, within at least 30 min",
  why: "Each one makes pages be written whole again: too many of them cost WAL and time.",
  reads: "pg_stat_checkpointer; up to 16 pg_stat_bgwriter",
  query: (major) =>
    major >= 17
      ? `SELECT num_requested::float8 AS requested, num_timed::float8 AS timed, ${age("stats_reset")} AS since,
                write_time / 1000 AS write, sync_time / 1000 AS sync
         FROM pg_stat_checkpointer`
      : `SELECT checkpoints_req::float8 AS requested, checkpoints_timed::float8 AS timed, ${age("stats_reset")} AS since,
                checkpoint_write_time / 1000 AS write, checkpoint_sync_time / 1000 AS sync
         FROM pg_stat_bgwriter`,
  judge({ requested, timed, since, write, sync }, context) {
    const enough = requested >= ENOUGH_CHECKPOINTS.requested && since >= ENOUGH_CHECKPOINTS.seconds;
    const verdict = verdictOf({ warning: enough && requested > timed });
    const larger = sizeText(2 * bytesOf(context, "max_wal_size"));
    return {
      value: `${requested} requested, ${timed} timed in ${timeText(since)}; writing ${timeText(write)}, sync ${timeText(sync)}`,
      threshold: "half of them requested",
      verdict,
      hint: verdict === "ok" ? "" : `write \`max_wal_size: ${larger}\` under parameters`,
    };
  },
};

export interface LastCheckpointRow {
  /** Seconds since it began. */
  ago: number;
  /** Bytes of WAL that a crash now would replay. */
  distance: number;
}

const lastCheckpoint: Check<LastCheckpointRow> = {
  name: "last checkpoint",
  warning: "older than 2 × checkpoint_timeout, and 2 WAL files have been written since",
  critical: "the same, and 2 × max_wal_size have been written since",
  why: "All WAL since then is replayed after a crash, before anybody can log in.",
  reads: "pg_control_checkpoint",
  query: () =>
    `SELECT ${age("checkpoint_time")} AS ago, pg_wal_lsn_diff(${POSITION}, redo_lsn)::float8 AS distance
     FROM pg_control_checkpoint()`,
  judge({ ago, distance }, context) {
    const limit = 2 * numberOf(context, "checkpoint_timeout");
    // An idle server makes no checkpoints, and has nothing to replay.
    const idle = 2 * bytesOf(context, "wal_segment_size");
    const far = 2 * bytesOf(context, "max_wal_size");
    const late = ago > limit && distance > idle;
    const verdict = verdictOf({ warning: late, critical: late && distance > far });
    return {
      value: `${timeText(ago)} ago, ${sizeText(distance)} to replay`,
      threshold: `${timeText(limit)} with ${sizeText(idle)}; critical ${sizeText(far)}`,
      verdict,
      hint:
        verdict === "ok"
          ? ""
          : "look for slow storage: CHECKPOINT as superuser, and its line in the server's log",
    };
  },
};

export interface Slot {
  name: string;
  active: boolean;
  status: string | null;
  /** Bytes of WAL that it keeps; null when it keeps none. */
  retained: number | null;
  /** Seconds; null when active, and before version 17. */
  inactive: number | null;
}

const FORGOTTEN = 1800; // s

function slotVerdict({ status, retained, inactive }: Slot, limit: number) {
  return verdictOf({
    warning: (retained ?? 0) > limit || (inactive ?? 0) > FORGOTTEN,
    critical: status === "unreserved" || status === "lost",
  });
}

function slotText({ name, active, status, retained, inactive }: Slot): string {
  const use = active ? "active" : `inactive${inactive === null ? "" : ` for ${timeText(inactive)}`}`;
  return `${name} ${use}, ${status ?? "reserves nothing"}, keeps ${sizeText(retained ?? 0)}`;
}

const slots: Check<{ slots: Slot[] }> = {
  name: "replication slots",
  warning: "one keeps more than max_wal_size, or (from 17 on) is inactive for 30 min",
  critical: "one is unreserved or lost",
  why: "A slot that nobody reads keeps WAL until the disk is full, or its reader has to begin anew.",
  reads: "pg_replication_slots",
  query: (major) =>
    `SELECT coalesce(json_agg(json_build_object('name', slot_name, 'active', active, 'status', wal_status,
              'retained', pg_wal_lsn_diff(${POSITION}, restart_lsn)::float8,
              'inactive', ${major >= 17 ? age("inactive_since") : "NULL"}) ORDER BY slot_name), '[]') AS slots
     FROM pg_replication_slots WHERE NOT temporary`,
  judge({ slots: all }, context) {
    const limit = bytesOf(context, "max_wal_size");
    const of = (verdict: string) => all.filter((slot) => slotVerdict(slot, limit) === verdict);
    const [worst] = [...of("critical"), ...of("warning")];
    return {
      value: worst ? slotText(worst) : `${all.length}, ${all.filter(({ active }) => active).length} active`,
      threshold: `${sizeText(limit)} or ${timeText(FORGOTTEN)}; critical unreserved`,
      verdict: worst ? slotVerdict(worst, limit) : "ok",
      hint: worst
        ? `start its reader; if there is none any more: SELECT pg_drop_replication_slot('${worst.name}')`
        : "",
    };
  },
};

export interface StandbysRow {
  standbys: number;
  synchronous: number;
  /** Seconds; null when nothing was sent lately. */
  lag: number | null;
}

const LAG = 300; // s

const standbys: Check<StandbysRow> = {
  name: "standbys",
  warning: "300 s behind",
  critical: "synchronous_standby_names is set and no synchronous standby is connected",
  why: "Commits wait for a synchronous standby, without end when there is none.",
  reads: "pg_stat_replication",
  query: () =>
    `SELECT count(*)::int AS standbys, (count(*) FILTER (WHERE sync_state IN ('sync', 'quorum')))::int AS synchronous,
            extract(epoch FROM max(flush_lag))::float8 AS lag
     FROM pg_stat_replication WHERE state <> 'backup'`,
  judge({ standbys: count, synchronous, lag }, context) {
    const alone = textOf(context, "synchronous_standby_names") !== "" && synchronous === 0;
    const late = (lag ?? 0) > LAG;
    return {
      value: `${count}, ${synchronous} synchronous${lag === null ? "" : `, ${timeText(lag)} behind`}`,
      threshold: `${timeText(LAG)}; critical no synchronous one`,
      verdict: verdictOf({ warning: late, critical: alone }),
      hint: alone
        ? "every commit waits: start the standby, or remove `synchronous_standby_names` from parameters"
        : late
          ? "look at the standby's disk and at the network between the two"
          : "",
    };
  },
};

/** In the order in which they are shown. */
export const WAL_CHECKS: readonly Check[] = [
  backlog,
  archiver,
  size,
  space,
  outage,
  checkpoints,
  lastCheckpoint,
  slots,
  standbys,
];
