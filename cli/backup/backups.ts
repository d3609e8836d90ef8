/** `durable-postgres backup`, `restore-point` and `backups`: take one, name a moment, and show what can be restored. */

import Table from "cli-table3";
import { lastRehearsal, newerRehearsal } from "../../components/backup/evidence";
import { showArchiveFault } from "../../components/backup/plan";
import { readTargetPoint } from "../../components/backup/target-point";
import { now } from "../../components/backup/time";
import {
  BACKUP_TYPES,
  type Backup,
  type BackupCatalogue,
  type BackupType,
  type Copy,
  isRead,
  type KeptDump,
  type UnreadCopy,
} from "../../components/backup/types";
import { withClient } from "../../components/connection";
import { Fault } from "../../components/faults";
import { showBytes } from "../../components/parameters/units";
import type { Progress } from "../../components/progress";
import { findProject } from "../project";
import { deployedGeneration, isOnRds, storeOf } from "./generations";
import type { RdsBackupReport } from "./rds";

/** A catalogue, with the newest rehearsal. */
export interface BackupReport extends BackupCatalogue {
  generation: number;
}

/** Takes a backup. */
export async function takeBackup(stack: string, type: string, progress: Progress): Promise<string> {
  if (!(BACKUP_TYPES as readonly string[]).includes(type))
    throw new Fault(`backup type ${type} is not one of ${BACKUP_TYPES.join(", ")}`, "--type full");
  const generation = await deployedGeneration(stack);
  if (isOnRds(generation))
    return (await import("./rds")).takeSnapshot(generation, type as BackupType, progress);
  const store = storeOf(generation);
  const { id, size } = await store.backup(type as BackupType, progress);
  return `backup ${id}: ${showSize(size)}`;
}

/** Gives this moment a name to which the database can be restored; archived when this returns. */
export async function makeRestorePoint(stack: string, name: string, progress: Progress): Promise<string> {
  const point = readTargetPoint(name, now());
  if (point.kind !== "name")
    throw new Fault(
      `${name} would be read as a ${point.kind}, and not as a name`,
      "restore-point before-migration",
    );
  const generation = await deployedGeneration(stack);
  if (isOnRds(generation)) return (await import("./rds")).nameMoment(stack, generation, point.name);
  const store = storeOf(generation);
  const { rows } = await withClient(store.administration, (client) =>
    client.query("SELECT pg_create_restore_point($1)::text AS lsn", [point.name]),
  );
  await store.flush(progress);
  return `restore point ${point.name} at ${rows[0].lsn}`;
}

/** What is there of a generation. */
export async function backupReport(
  stack: string,
  generation?: number,
): Promise<BackupReport | RdsBackupReport> {
  const deployed = await deployedGeneration(stack, generation);
  const recorded = lastRehearsal(findProject(), stack);
  if (isOnRds(deployed)) return (await import("./rds")).rdsReport(deployed, recorded ?? null);
  const catalogue = await storeOf(deployed).catalogue();
  const rehearsal = newerRehearsal(recorded, catalogue.lastRehearsal);
  return { generation: deployed.number, ...catalogue, lastRehearsal: rehearsal ?? null };
}

/** Whole megabytes. */
export function showSize(bytes: number): string {
  return showBytes(Math.ceil(bytes / 1024 ** 2) * 1024 ** 2);
}

function backupTable(backups: readonly Backup[]): string {
  const table = new Table({
    head: ["backup", "type", "begun", "complete", "size", "WAL", "timeline"],
    style: { head: [], border: [], compact: true },
  });
  for (const { id, type, start, stop, size, timeline } of backups)
    table.push([
      id,
      type,
      shortTime(start.time),
      shortTime(stop.time),
      showSize(size),
      `${start.lsn} to ${stop.lsn}`,
      timeline,
    ]);
  return table.toString();
}

/** Without the microseconds, which only `--to` needs. */
export function shortTime(time: string | null): string {
  return (time ?? "").replace(/\.\d+Z$/, "Z");
}

export function rehearsalText(stack: string, last: BackupReport["lastRehearsal"]): string {
  if (!last) return `never rehearsed: npx durable-postgres rehearse --stack ${stack}`;
  if (!last.ok)
    return `last rehearsal FAILED${last.finishedAt ? ` at ${shortTime(last.finishedAt)}` : ""}: ${last.failure}`;
  return `last rehearsal: ok at ${shortTime(last.finishedAt)}, restored in ${last.restoreSeconds} s`;
}

function copyText(copy: Copy | UnreadCopy): string {
  if (!isRead(copy)) return `NOT read: ${copy.place}: ${copy.fact}\nHINT: ${copy.hint}`;
  const { place, backups, archive } = copy;
  const holes = archive.faults.map((fault) => `; NOT whole: ${showArchiveFault(fault)}`);
  return `also in ${place}: ${backups.length} backups, ${archive.segments} segments, newest ${archive.newest ?? "none"}${holes.join("")}`;
}

function dumpsText(dumps: readonly KeptDump[]): string[] {
  const newest = dumps.at(-1);
  if (!newest) return [];
  return [`logical dumps: ${dumps.length}, newest ${newest.name}, ${showSize(newest.size)}`];
}

/** The report as a person reads it. */
export function backupsText(stack: string, report: BackupReport): string {
  const { generation, backups, windows, archive, copies, dumps, lastRehearsal } = report;
  const { segments, size, newest, faults } = archive;
  return [
    `generation ${generation} of stack ${stack}`,
    backupTable(backups),
    `archive: ${segments} segments, ${showSize(size)}${newest ? `, newest ${newest}` : ""}`,
    ...faults.map((fault) => `NOT whole: ${showArchiveFault(fault)}`),
    ...windows.map(
      ({ from, to }) => `can be restored: ${from.time} to ${to.time} (${from.lsn} to ${to.lsn})`,
    ),
    ...(windows.length === 0
      ? [`NOTHING can be restored: npx durable-postgres backup --stack ${stack}`]
      : []),
    ...(faults.length > 0
      ? [
          `HINT: a new backup makes everything from then on restorable: npx durable-postgres backup --stack ${stack}`,
        ]
      : []),
    ...copies.map(copyText),
    ...dumpsText(dumps),
    rehearsalText(stack, lastRehearsal),
  ].join("\n");
}
