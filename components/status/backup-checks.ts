/** Could the database be restored, and was it tried? Reads backups and archive, and compares them with what the server says. */

import { readSegmentName, segmentOf, segmentStart, showLsn, lsn as toLsn } from "../backup/lsn";
import { showArchiveFault } from "../backup/plan";
import { time } from "../backup/time";
import type { ArchiveFault, Backup, Kept, Moment, RestoreWindow } from "../backup/types";
import {
  type Backups,
  bytesOf,
  type Check,
  type Context,
  type Judgement,
  sizeText,
  textOf,
  timeText,
  verdictOf,
} from "./check";
import { everywhere, type Judging } from "./places";
import { archivePatience, READY_FILES } from "./wal-checks";

/** A judgement of backups alone; where they cannot be read, that is a warning. */
function judged(
  threshold: string,
  judge: (backups: Backups) => Omit<Judgement, "threshold"> & { threshold?: string },
): (row: unknown, context: Pick<Context, "backups">) => Judgement {
  return (_, { backups }) =>
    "catalogue" in backups
      ? { threshold, ...judge(backups) }
      : { value: `not known: ${backups.fact}`, threshold, verdict: "warning", hint: backups.hint };
}

/** Seconds since a moment; without end where it has no time. */
export function since(moment: string | null, now: bigint): number {
  return moment === null ? Number.POSITIVE_INFINITY : Number(now - time(moment)) / 1e6;
}

/** Backups from which something can be restored, oldest first. */
function usable({ backups, windows }: Kept): Backup[] {
  const ids = windows.flatMap((window) => window.backups);
  return backups.filter(({ id }) => ids.includes(id));
}

function takeOne({ stack }: Backups): string {
  return `npx durable-postgres backup --stack ${stack}`;
}

/** Segments of WAL behind a backup that say nothing: its own end, and what an idle server writes. */
const IDLE_SEGMENTS = 2n;

/** Segments that were archived since a backup was complete. */
function segmentsSince({ stop }: Backup, { archive }: Kept): bigint {
  const newest = readSegmentName(archive.newest ?? "")?.number ?? 0n;
  const behind = newest - segmentOf(toLsn(stop.lsn));
  return behind > 0n ? behind : 0n;
}

function newestBackup(kept: Kept, backups: Backups): ReturnType<Judging> {
  const newest = usable(kept).at(-1);
  if (!newest) return { value: "none can be restored", verdict: "critical", hint: takeOne(backups) };
  const age = since(newest.stop.time, backups.now);
  const behind = segmentsSince(newest, kept);
  const late = age > backups.backupAge && (backups.isScheduled || behind > IDLE_SEGMENTS);
  return {
    value: `${newest.id}, ${timeText(age)} ago, ${behind} segments since`,
    verdict: verdictOf({ warning: late }),
    hint: late
      ? `${takeOne(backups)}${backups.isScheduled ? "; the log of the container of the backups says what kept it from it" : "; docs/backups.md has a line for cron"}`
      : "",
  };
}

const lastBackup: Check = {
  name: "last backup",
  warning:
    "2 h late by the schedule, so 26 h old where it is daily; on target local older than 8 days, or than retention where that is less, and WAL was archived since",
  critical: "there is none that can be restored",
  why: "All WAL since then is replayed in a restore, and retention deletes nothing before there is a new one.",
  reads: "the backups, in every repository",
  judge: judged("", (backups) => ({
    threshold: `${timeText(backups.backupAge)}; critical none`,
    ...everywhere(backups, (kept) => newestBackup(kept, backups)),
  })),
};

/** Seconds without a successful rehearsal: a weekly one may be a day late; a second one that is missed is no accident. */
const REHEARSAL = { warning: 8 * 86_400, critical: 16 * 86_400 };

/** What the check says of itself, on every target. */
export const LAST_REHEARSAL = {
  name: "last rehearsal",
  warning: "8 days old; before the first one the oldest backup counts",
  critical: "16 days old, or it failed, or its record was changed",
  why: "A backup counts only when it was restored.",
} as const;

/** @param begin Time of the oldest backup, which counts before the first rehearsal. */
export function judgeRehearsal({
  lastRehearsal: last,
  stack,
  now,
  begin,
}: Pick<Backups, "lastRehearsal" | "stack" | "now"> & { begin?: string | null }): Judgement {
  const threshold = `${timeText(REHEARSAL.warning)}; critical ${timeText(REHEARSAL.critical)}`;
  const rehearse = `npx durable-postgres rehearse --stack ${stack}`;
  if (last && !last.ok)
    return {
      value: `failed: ${last.failure?.split("\n")[0]}`,
      threshold,
      verdict: "critical",
      hint: `look at what can be restored: npx durable-postgres backups --stack ${stack}; then: ${rehearse}`,
    };
  const from = last ? last.finishedAt : begin;
  const age = from === undefined ? 0 : since(from, now);
  const verdict = verdictOf({ warning: age > REHEARSAL.warning, critical: age > REHEARSAL.critical });
  return {
    value: last
      ? `ok ${timeText(age)} ago, restored in ${timeText(last.restoreSeconds ?? 0)}`
      : `never${from === undefined ? "" : `, and backups since ${timeText(age)}`}`,
    threshold,
    verdict,
    hint: verdict === "ok" ? "" : rehearse,
  };
}

const lastRehearsal: Check = {
  ...LAST_REHEARSAL,
  reads: "the record of rehearsals, and what a container rehearsed by itself",
  judge: judged("", (backups) =>
    judgeRehearsal({ ...backups, begin: backups.catalogue.backups[0]?.stop.time }),
  ),
};

/** Without the microseconds, which only `--to` needs. */
function showMoment({ time: at, lsn }: Moment): string {
  return at?.replace(/\.\d+Z$/, "Z") ?? lsn;
}

function isBehind({ segment }: ArchiveFault, window: RestoreWindow): boolean {
  return (readSegmentName(segment)?.number ?? 0n) > segmentOf(toLsn(window.to.lsn));
}

function wholeness({ windows, archive }: Kept, backups: Backups): ReturnType<Judging> {
  const [oldest, newest] = [windows[0], windows.at(-1)];
  if (!oldest || !newest) return { value: "nothing", verdict: "critical", hint: takeOne(backups) };
  const behind = archive.faults.find((fault) => isBehind(fault, newest));
  const [fault] = behind ? [behind] : archive.faults;
  const others = archive.faults.length > 1 ? `, and ${archive.faults.length - 1} more` : "";
  const hole = fault ? `; ${showArchiveFault(fault)}${others}` : "";
  return {
    value: `${showMoment(oldest.from)} to ${showMoment(newest.to)}${hole}`,
    verdict: verdictOf({ warning: fault !== undefined, critical: behind !== undefined }),
    hint: behind
      ? `a new backup makes everything from then on restorable: ${takeOne(backups)}`
      : fault
        ? `nothing brings back the moments in the hole: ask who deleted or changed it; it is gone with the backup before it, by retention. All of it: npx durable-postgres backups --stack ${backups.stack}`
        : "",
  };
}

const restorableWindow: Check = {
  name: "restorable window",
  warning: "a hole is in it",
  critical: "nothing can be restored, or a hole is behind it: what is written now cannot be restored",
  why: "A restore ends at a segment of WAL that is missing, short, zeroed or another cluster's.",
  reads: "names, sizes and headers of the archive, in every repository, and the WAL at its ends",
  judge: judged("no hole", (backups) => everywhere(backups, (kept) => wholeness(kept, backups))),
};

/** What the server has written, and takes for archived. */
export interface ArchivedRow {
  /** Position of the end of the WAL, and the file that holds it; null on a standby. */
  position: string | null;
  current: string | null;
  /** Files that were finished before it and are still in pg_wal, with seconds since they were. */
  finished: { name: string; age: number }[];
  /** The newest file that the archiver was told is archived. */
  taken: string | null;
}

/** How far the archive is behind the server, by its own files. */
function lag({ position, current, finished }: ArchivedRow, newest: string | null) {
  const timeline = current?.slice(0, 8) ?? "";
  const archived = newest?.startsWith(timeline) ? newest : "";
  const waiting = finished.filter(({ name }) => name.startsWith(timeline) && name > archived);
  const first = readSegmentName(archived)?.number;
  const next = first === undefined ? readSegmentName(waiting[0]?.name ?? current ?? "")?.number : first + 1n;
  const reached = segmentStart(next ?? 0n);
  const bytes = position === null ? 0 : Number(toLsn(position) - reached);
  return {
    reached,
    waiting,
    bytes: Math.max(0, bytes),
    oldest: Math.max(0, ...waiting.map(({ age }) => age)),
  };
}

const archivedWal: Check<ArchivedRow> = {
  name: "archive",
  warning: "10 finished files are not in it, or one since 2 × archive_timeout (10min when that is 0)",
  critical:
    "it lacks a file that the server takes for archived, or as many bytes as max_wal_size are not in it",
  why: "What an archive command says is not what the archive has: true is what lies there.",
  reads:
    "pg_current_wal_lsn, pg_ls_waldir, pg_ls_archive_statusdir, and the archive itself, in every repository",
  query: () =>
    `SELECT position::text, pg_walfile_name(position + 1) AS current,
            (SELECT coalesce(json_agg(json_build_object('name', name,
                      'age', extract(epoch FROM clock_timestamp() - modification)) ORDER BY name), '[]')
             FROM pg_ls_waldir()
             WHERE name ~ '^[0-9A-F]{24}$' AND name < pg_walfile_name(position + 1)) AS finished,
            (SELECT max(left(name, 24)) FROM pg_ls_archive_statusdir()
             WHERE name ~ '^[0-9A-F]{24}[.]done$' AND left(name, 8) = left(pg_walfile_name(position), 8)) AS taken
     FROM (SELECT CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_lsn() END AS position) AS wal`,
  judge(row, context) {
    const patience = archivePatience(context);
    const far = bytesOf(context, "max_wal_size");
    const threshold = `${READY_FILES} files or ${timeText(patience)}; critical ${sizeText(far)}`;
    const { backups } = context;
    if (textOf(context, "archive_mode") === "off")
      return { value: "archive_mode is off", threshold, verdict: "ok", hint: "" };
    if (!("catalogue" in backups))
      return { value: `not known: ${backups.fact}`, threshold, verdict: "warning", hint: backups.hint };
    if (row.position === null)
      return { value: "a standby archives nothing", threshold, verdict: "ok", hint: "" };
    const judge: Judging = ({ archive: { newest } }) => {
      if (row.taken !== null && row.taken > (newest ?? ""))
        return {
          value: `the server takes ${row.taken} for archived, and it is not there`,
          verdict: "critical",
          hint: `archive_command or archive_library does not write to this archive; when it does again: ${takeOne(backups)}`,
        };
      const { reached, waiting, bytes, oldest } = lag(row, newest);
      const verdict = verdictOf({
        warning: waiting.length > READY_FILES || oldest > patience,
        critical: bytes >= far,
      });
      const files =
        waiting.length === 0 ? "" : `, ${waiting.length} finished, the oldest since ${timeText(oldest)}`;
      return {
        value: `to ${showLsn(reached)}, ${sizeText(bytes)} behind${files}`,
        verdict,
        hint:
          verdict === "ok"
            ? ""
            : "look for the archiver's words in the server's log, and for room in the archive",
      };
    };
    return { threshold, ...everywhere(backups, judge) };
  },
};

/** In the order in which they are shown. The first ones are judged without a server as well. */
export const STORE_CHECKS: readonly Check[] = [lastBackup, lastRehearsal, restorableWindow];
export const BACKUP_CHECKS: readonly Check[] = [...STORE_CHECKS, archivedWal];
