/** The commands for backups, of a database on RDS: through AWS's API, and over a connection where there is one. */

import Table from "cli-table3";
import type { LastRehearsal } from "../../components/backup/evidence";
import type { Rehearsal } from "../../components/backup/rehearsal-protocol";
import type { BackupType } from "../../components/backup/types";
import { Fault } from "../../components/faults";
import type { Progress } from "../../components/progress";
import { RdsBackups, type RdsCatalogue } from "../../components/rds/backup/backups";
import { exportSnapshot } from "../../components/rds/backup/export";
import { type RdsWitness, rehearseOnRds } from "../../components/rds/backup/rehearsal";
import { findRestorePoint, recordRestorePoint } from "../../components/rds/backup/restore-points";
import type { TimeWindow } from "../../components/rds/backup/source";
import type { MasterAccess } from "../../components/rds/master-connection";
import { stackOutputs } from "../project";
import { rehearsalText, shortTime, showSize } from "./backups";
import { deployedGeneration, isOnRds, type RdsDeployed } from "./generations";

/** What AWS keeps of a generation, with the newest rehearsal. */
export interface RdsBackupReport extends RdsCatalogue {
  generation: number;
  lastRehearsal: LastRehearsal | null;
}

/** How the master user gets to a database; undefined where the stack is deployed without a connection. */
export async function masterAccess(
  stack: string,
  { host, port, backup: { region, secretArn, connect } }: RdsDeployed,
): Promise<MasterAccess | undefined> {
  if (!connect) return undefined;
  const { ca } = await stackOutputs(stack);
  return { region, secretArn, host, port, ca: ca ?? "" };
}

/** Takes a snapshot. */
export async function takeSnapshot(
  { backup }: RdsDeployed,
  type: BackupType,
  progress: Progress,
): Promise<string> {
  const { name, size } = await new RdsBackups(backup).take(type, progress);
  return `snapshot ${name}: ${showSize(size)}`;
}

/** Gives this moment a name. */
export async function nameMoment(stack: string, generation: RdsDeployed, name: string): Promise<string> {
  const access = await masterAccess(stack, generation);
  if (!access)
    throw new Fault(
      "RDS keeps no names of moments, and this machine does not reach the database that could",
      `write down the time, or take a snapshot: npx durable-postgres backup --stack ${stack}; with a connection: \`connect: true\` under rds`,
    );
  const at = await recordRestorePoint(access, name);
  return `restore point ${name} at ${at}; RDS can restore to it within five minutes`;
}

/** The moment of a name, where the database can be asked. */
export async function momentOf(
  stack: string,
  generation: RdsDeployed,
  name: string,
): Promise<string | undefined> {
  const access = await masterAccess(stack, generation);
  return access && findRestorePoint(access, name);
}

/** Exports a snapshot of the active generation. */
export async function exportToArchive(stack: string, snapshot: string, progress: Progress): Promise<string> {
  const generation = await deployedGeneration(stack);
  if (!isOnRds(generation))
    throw new Fault(
      `stack ${stack} is not on RDS, and only AWS exports snapshots`,
      `take a backup: npx durable-postgres backup --stack ${stack}`,
    );
  const { place, gigabytes } = await exportSnapshot(new RdsBackups(generation.backup), snapshot, progress);
  return `exported: ${gigabytes} GB to ${place}`;
}

async function witnessOf(stack: string, generation: RdsDeployed): Promise<RdsWitness | undefined> {
  const access = await masterAccess(stack, generation);
  if (!access) return undefined;
  const { database, roles } = await stackOutputs(stack);
  return { access, owner: { database, ...roles.owner } };
}

/** Rehearses a restore, once it is said what it takes. */
export async function rehearseRds(
  stack: string,
  generation: RdsDeployed,
  progress: Progress,
  last?: number | null,
): Promise<Rehearsal> {
  const { backup } = generation;
  const backups = new RdsBackups(backup);
  const { storage } = await backups.present();
  const size = backup.topology === "aurora" ? "" : ` with ${storage} GiB`;
  const took = last
    ? `the last restore took ${Math.ceil(last / 60)} min`
    : "a restore takes from ten minutes to hours, by the size of the database";
  progress.info(
    `this makes a database ${backup.instanceClass}${size} beside ${backup.identifier}, which AWS bills by the second until it is deleted at the end; ${took}. ` +
      "Prices: https://aws.amazon.com/rds/postgresql/pricing/",
  );
  return rehearseOnRds(backups, await witnessOf(stack, generation), progress);
}

/** What AWS keeps of a generation. */
export async function rdsReport(
  { number, backup }: RdsDeployed,
  rehearsal: LastRehearsal | null,
): Promise<RdsBackupReport> {
  return { generation: number, ...(await new RdsBackups(backup).catalogue()), lastRehearsal: rehearsal };
}

function windowText({ from, to }: TimeWindow): string {
  return from === null || to === null ? "nothing" : `${from} to ${to}`;
}

function snapshotTable({ snapshots }: RdsCatalogue): string {
  const table = new Table({
    head: ["snapshot", "type", "made", "status", "size", "PostgreSQL"],
    style: { head: [], border: [], compact: true },
  });
  for (const { name, type, created, status, percent, size, version } of snapshots)
    table.push([
      name,
      type,
      shortTime(created),
      status === "creating" ? `${status}, ${percent} %` : status,
      showSize(size),
      version,
    ]);
  return table.toString();
}

/** The report as a person reads it. */
export function rdsBackupsText(stack: string, report: RdsBackupReport): string {
  const { generation, identifier, topology, source, snapshots, copies, lastRehearsal } = report;
  return [
    `generation ${generation} of stack ${stack}: ${identifier}, ${topology}`,
    ...(snapshots.length > 0 ? [snapshotTable(report)] : ["no snapshots"]),
    ...(source
      ? [
          source.retention === 0
            ? "NO automated backups: write `backupRetention: 14` under rds"
            : `automated backups: ${source.retention} days`,
          `can be restored: ${windowText(source.window)}`,
        ]
      : [`GONE: AWS has no ${identifier} any more`]),
    ...copies.map(
      ({ region, status, window }) => `copy in ${region}: ${status}, can be restored: ${windowText(window)}`,
    ),
    rehearsalText(stack, lastRehearsal),
  ].join("\n");
}
