/** Which moments can be restored, and how would a restore to one of them go? Reads WAL through a function; else pure. */

import { Fault } from "../faults";
import { segmentOf, segmentStart, showLsn, lsn as toLsn } from "./lsn";
import { type Archive, type Coverage, readHistory } from "./segments";
import { recoveryTarget, showTargetPoint, type TargetPoint } from "./target-point";
import { showTime, time } from "./time";
import type { ArchiveFault, Backup, RestorePlan, RestoreWindow } from "./types";
import { type WalEvent, WalReader } from "./wal";

/** Reads one archived segment as a whole. */
export type ReadSegment = (name: string) => Promise<Buffer>;

/** A stretch of WAL with what is at its end. */
export interface Stretch {
  coverage: Coverage;
  /** Where its last whole record begins. */
  lastRecord: bigint;
  /** The last transaction that ended in it; undefined where none did since its first backup. */
  lastEvent: bigint | undefined;
}

/** Looks for the end of a stretch: backwards, since most segments hold a commit. */
async function stretchOf(archive: Archive, coverage: Coverage, read: ReadSegment): Promise<Stretch> {
  let lastRecord: bigint | undefined;
  for (let number = coverage.last; number >= coverage.first; number--) {
    // A record that begins in the segment before can only be seen from there.
    const reader = new WalReader();
    const first = number > coverage.first ? number - 1n : number;
    const names = archive.names(first, number);
    const readings = [];
    for (const [index, name] of names.entries())
      readings.push(reader.read(first + BigInt(index), await read(name)));
    lastRecord ??= readings.findLast((reading) => reading.lastRecord !== undefined)?.lastRecord;
    const events = readings.flatMap((reading) => reading.events).filter(({ name }) => name === undefined);
    const last = events.at(-1);
    if (last && lastRecord !== undefined) return { coverage, lastRecord, lastEvent: last.time };
  }
  return { coverage, lastRecord: lastRecord ?? toLsn(firstBackup(coverage).stop.lsn), lastEvent: undefined };
}

function firstBackup({ backups }: Coverage): Backup {
  return backups[0] as Backup;
}

/** Everything that can be restored, oldest first. */
export async function stretches(archive: Archive, read: ReadSegment): Promise<Stretch[]> {
  return Promise.all(archive.coverages.map((coverage) => stretchOf(archive, coverage, read)));
}

/** The end of a stretch in time: a backup can be younger than the last commit. */
function endTime({ coverage, lastEvent }: Stretch): bigint {
  const stop = time(String(coverage.backups.at(-1)?.stop.time));
  return lastEvent !== undefined && lastEvent > stop ? lastEvent : stop;
}

/** What `backups` shows of a stretch. */
export function restoreWindow(archive: Archive, stretch: Stretch): RestoreWindow {
  return {
    timeline: archive.lineage.timeline,
    from: firstBackup(stretch.coverage).stop,
    to: { time: showTime(endTime(stretch)), lsn: showLsn(stretch.lastRecord) },
    backups: stretch.coverage.backups.map(({ id }) => id),
  };
}

/**
 * What is known of a stretch without reading its WAL, which costs something where it is far away: the end is the
 * beginning of its last segment, and has no time.
 */
export function unreadWindow(archive: Archive, coverage: Coverage): RestoreWindow {
  return {
    timeline: archive.lineage.timeline,
    from: firstBackup(coverage).stop,
    to: { time: null, lsn: showLsn(segmentStart(coverage.last)) },
    backups: coverage.backups.map(({ id }) => id),
  };
}

/** `000000010000000000000007 is missing`, `3 segments from 0000… on are missing`. */
export function showArchiveFault({ segment, count, kind }: ArchiveFault): string {
  if (count > 1) return `${count} segments from ${segment} on are ${kind}`;
  return kind === "foreign" ? `${segment} is another cluster's` : `${segment} is ${kind}`;
}

function outside(point: TargetPoint, archive: Archive, all: readonly Stretch[]): Fault {
  const windows = all.map((stretch) => restoreWindow(archive, stretch));
  if (windows.length === 0)
    return new Fault(
      "there is no backup from which anything can be restored",
      "take one: npx durable-postgres backup, and look at the archive: npx durable-postgres backups",
    );
  const ranges = windows.map(({ from, to }) =>
    point.kind === "lsn" ? `${from.lsn} to ${to.lsn}` : `${from.time} to ${to.time}`,
  );
  return new Fault(
    `${showTargetPoint(point)} cannot be restored: backups and archive reach from ${ranges.join(", and from ")}`,
    `name a moment between them, such as --to ${point.kind === "lsn" ? windows.at(-1)?.to.lsn : windows.at(-1)?.to.time}`,
  );
}

function planOf(archive: Archive, backup: Backup, stretch: Stretch, point: TargetPoint): RestorePlan {
  const { timeline } = archive.lineage;
  return {
    backup,
    timeline,
    recovery: { ...recoveryTarget(point), recovery_target_timeline: String(timeline) },
    lastSegment: archive.lineage.nameOf(stretch.coverage.last),
    reaches: point.kind === "latest" ? showLsn(stretch.lastRecord) : backup.stop.lsn,
  };
}

/** The youngest backup that was finished at a moment; it leaves the least WAL to replay. */
function backupBefore({ coverage }: Stretch, isBefore: (backup: Backup) => boolean): Backup | undefined {
  return coverage.backups.findLast(isBefore);
}

function planLatest(archive: Archive, all: readonly Stretch[]): RestorePlan {
  const stretch = all.at(-1);
  const backup = stretch?.coverage.backups.at(-1);
  if (!stretch || !backup) throw outside({ kind: "latest" }, archive, all);
  const last = archive.lineage.nameOf(stretch.coverage.last);
  const beyond = archive.state.faults.find(({ segment }) => segment.slice(8) > last.slice(8));
  if (beyond)
    throw new Fault(
      `the latest cannot be restored: ${showArchiveFault(beyond)}, and the WAL behind it is of no use without it`,
      `restore what is before it: --to ${showTime(endTime(stretch))}; and take a new backup: npx durable-postgres backup`,
    );
  return planOf(archive, backup, stretch, { kind: "latest" });
}

function planTime(archive: Archive, all: readonly Stretch[], wanted: bigint): RestorePlan {
  const point: TargetPoint = { kind: "time", time: wanted };
  for (const stretch of all.toReversed()) {
    const backup = backupBefore(stretch, ({ stop }) => stop.time !== null && time(stop.time) <= wanted);
    if (!backup || wanted > endTime(stretch)) continue;
    // Recovery stops at the first commit after a time. Where none follows, the end of the WAL is the moment.
    const isEnd = stretch.lastEvent === undefined || wanted >= stretch.lastEvent;
    return planOf(archive, backup, stretch, isEnd ? { kind: "latest" } : point);
  }
  throw outside(point, archive, all);
}

function planLsn(archive: Archive, all: readonly Stretch[], wanted: bigint): RestorePlan {
  const point: TargetPoint = { kind: "lsn", lsn: wanted };
  for (const stretch of all.toReversed()) {
    const backup = backupBefore(stretch, ({ stop }) => toLsn(stop.lsn) <= wanted);
    if (backup && wanted <= stretch.lastRecord) return planOf(archive, backup, stretch, point);
  }
  throw outside(point, archive, all);
}

/** Restore points by name, in all that can be restored. */
async function restorePoints(
  archive: Archive,
  all: readonly Stretch[],
  read: ReadSegment,
): Promise<{ stretch: Stretch; event: WalEvent }[]> {
  const found = new Map<bigint, { stretch: Stretch; event: WalEvent }>();
  for (const stretch of all) {
    const { first, last } = stretch.coverage;
    const reader = new WalReader();
    for (const [index, name] of archive.names(first, last).entries()) {
      const { events } = reader.read(first + BigInt(index), await read(name));
      for (const event of events) if (event.name !== undefined) found.set(event.lsn, { stretch, event });
    }
  }
  return [...found.values()];
}

async function planName(
  archive: Archive,
  all: readonly Stretch[],
  name: string,
  read: ReadSegment,
): Promise<RestorePlan> {
  const points = await restorePoints(archive, all, read);
  const restorable = points.flatMap(({ stretch, event }) => {
    const backup = backupBefore(stretch, ({ stop }) => toLsn(stop.lsn) <= event.lsn);
    return backup ? [{ stretch, event, backup }] : [];
  });
  const [point, ...others] = restorable.filter(({ event }) => event.name === name);
  if (!point) {
    const known = [...new Set(restorable.map(({ event }) => event.name))];
    const faults = archive.state.faults.map((fault) => `, and ${showArchiveFault(fault)}`);
    throw new Fault(
      `there is no restore point ${name} in what can be restored${faults.join("")}`,
      known.length > 0
        ? `known are ${known.join(", ")}`
        : `make one before you need it: npx durable-postgres restore-point ${name}`,
    );
  }
  if (others.length > 0) {
    const places = [point, ...others].map(({ event }) => `${showLsn(event.lsn)} (${showTime(event.time)})`);
    throw new Fault(
      `there are ${places.length} restore points ${name}: at ${places.join(", ")}`,
      `say which one by its position: --to ${showLsn(point.event.lsn)}`,
    );
  }
  return planOf(archive, point.backup, point.stretch, { kind: "name", name });
}

/**
 * How to get to a moment.
 *
 * @throws Fault for a moment outside of what can be restored, and for a name that is not there or not alone.
 */
export async function restorePlan(
  point: TargetPoint,
  archive: Archive,
  read: ReadSegment,
): Promise<RestorePlan> {
  const all = await stretches(archive, read);
  if (point.kind === "time") return planTime(archive, all, point.time);
  if (point.kind === "lsn") return planLsn(archive, all, point.lsn);
  return point.kind === "name" ? planName(archive, all, point.name, read) : planLatest(archive, all);
}

/** True where recovery has no target: it goes on as long as there is WAL. */
export function wantsAll({ recovery }: RestorePlan): boolean {
  return !Object.keys(recovery).some((name) => /^recovery_target_(time|lsn|name)$/.test(name));
}

/** How far recovery is, by what its server prints. */
export function recoveryProgress(plan: RestorePlan, log: string): string {
  const done = log.match(/restored log file "[0-9A-F]{24}"/g)?.length ?? 0;
  const all = segmentOf(toLsn(plan.reaches)) - segmentOf(toLsn(plan.backup.start.lsn)) + 1n;
  // How far a target is, the WAL does not tell before.
  return wantsAll(plan) ? `segment ${done} of ${all}` : `segment ${done}`;
}

/**
 * Refuses a recovery that ended too early: without a target it ends in silence where WAL is missing, and promotes.
 *
 * @param history The history file of the timeline that it began.
 */
export function refuseShortRecovery({ reaches }: RestorePlan, history: string): void {
  const end = readHistory(history).at(-1)?.until ?? 0n;
  if (end > toLsn(reaches)) return;
  throw new Fault(
    `recovery ended at ${showLsn(end)}, and the archive reaches to ${reaches}: its WAL is damaged`,
    "look for holes: npx durable-postgres backups",
  );
}
