/** Can a moment of a database on RDS be restored? Everything that can be known is looked at before anything is made. */

import type { RDS } from "@aws-sdk/client-rds";
import { generationName } from "../../backup/generations";
import type { RdsBackupLocation } from "../../backup/store";
import { showTargetPoint, type TargetPoint } from "../../backup/target-point";
import { Fault, throwFaults } from "../../faults";
import { noPosition, restoreTime } from "../generations";
import { isCluster } from "../members";
import { finalSnapshotIdentifier } from "../servers";
import type { RdsBackups } from "./backups";
import { ifThere, type RdsSnapshot, type RdsSource, sourceApi, type TimeWindow } from "./source";

/** How a restore would go. */
export interface RdsWayBack {
  /** For `restoreFrom.to`: a time, `latest`, or a snapshot's name. */
  to: string;
  /** For people. */
  what: string;
}

/** What is asked about. */
export interface Wanted {
  point: TargetPoint;
  /** The moment of a restore point's name, where the database knows it. */
  restorePoint(name: string): Promise<string | undefined>;
}

/** Name of another generation of the same database. */
function identifierOf({ identifier }: RdsBackupLocation, own: number, generation: number): string {
  const first = identifier.slice(0, identifier.length - generationName("", own).length);
  return generationName(first, generation);
}

/** True where AWS has a database of this name, or something that its end would collide with. */
export function isTaken(backups: RdsBackups, own: number, generation: number): Promise<boolean> {
  const { location } = backups;
  const identifier = identifierOf(location, own, generation);
  const api = sourceApi(location.topology);
  return backups.asking(async (client) => {
    if (await api.describe(client, identifier)) return true;
    return (
      (await api.snapshot(client, finalSnapshotIdentifier(identifier, location.securityGroup))) !== undefined
    );
  });
}

/**
 * Looks for the way back to a moment.
 *
 * @throws Faults: a moment that AWS cannot restore, another version, and quotas that are used up.
 */
export async function wayBack(backups: RdsBackups, wanted: Wanted): Promise<RdsWayBack> {
  const source = await backups.present();
  const { way, version } = await found(backups, source, wanted);
  throwFaults([
    ...versionFaults(backups.location, version, way.what),
    ...(await backups.asking((client) => quotaFaults(client, backups.location, source))),
  ]);
  return way;
}

/** The way, and the version of PostgreSQL that the database had there. */
async function found(
  backups: RdsBackups,
  source: RdsSource,
  { point, restorePoint }: Wanted,
): Promise<{ way: RdsWayBack; version: string }> {
  if (point.kind === "lsn") throw noPosition(showTargetPoint(point));
  const { identifier } = backups.location;
  if (point.kind === "latest") {
    const { to } = windowOf(identifier, source);
    return { way: { to: "latest", what: `the latest that RDS can restore, ${to}` }, version: source.version };
  }
  if (point.kind === "time") return atTime(backups, source, restoreTime(point));
  const at = await restorePoint(point.name);
  if (at !== undefined) return atTime(backups, source, at, `restore point ${point.name}, `);
  const snapshot = await backups.snapshot(point.name);
  if (!snapshot) throw await noSuchName(backups, point.name);
  if (snapshot.status !== "available")
    throw new Fault(
      `snapshot ${snapshot.name} is ${snapshot.status}`,
      `wait until it is available: npx durable-postgres backups`,
    );
  return {
    way: { to: snapshot.name, what: `snapshot ${snapshot.name} of ${snapshot.created}` },
    version: snapshot.version,
  };
}

function windowOf(identifier: string, { retention, window }: RdsSource): { from: string; to: string } {
  const { from, to } = window;
  if (retention > 0 && from !== null && to !== null) return { from, to };
  throw new Fault(
    `RDS has no automated backups of ${identifier} from which a moment can be restored`,
    retention > 0
      ? "the first one is made within minutes of the database: run the same command again, or name a snapshot"
      : "write `backupRetention: 14` under rds; until then name a snapshot",
  );
}

async function atTime(
  backups: RdsBackups,
  source: RdsSource,
  time: string,
  name = "",
): Promise<{ way: RdsWayBack; version: string }> {
  const { from, to } = windowOf(backups.location.identifier, source);
  if (!isWithin(time, { from, to }))
    throw new Fault(
      `${name}${time} cannot be restored: RDS goes back from ${from} to ${to}`,
      Date.parse(time) > Date.parse(to)
        ? "RDS archives WAL every five minutes: run the same command again then, or --to latest"
        : `name a moment between them, such as --to ${to}`,
    );
  const { snapshots } = await backups.catalogue();
  return { way: { to: time, what: `${name}${time}` }, version: versionAt(time, snapshots) ?? source.version };
}

function isWithin(time: string, { from, to }: TimeWindow): boolean {
  const moment = Date.parse(time);
  return moment >= Date.parse(String(from)) && moment <= Date.parse(String(to));
}

/** AWS begins with the automated snapshot before a moment, whose version the restored database has. */
function versionAt(time: string, snapshots: readonly RdsSnapshot[]): string | undefined {
  const before = snapshots.filter(
    ({ type, created }) =>
      type === "automated" && created !== null && Date.parse(created) <= Date.parse(time),
  );
  return before.at(-1)?.version;
}

async function noSuchName(backups: RdsBackups, name: string): Promise<Fault> {
  const { snapshots } = await backups.catalogue();
  const names = snapshots.map((snapshot) => snapshot.name);
  const why = backups.location.connect ? "no restore point" : "no restore point that could be looked up";
  return new Fault(
    `there is no snapshot ${name} of ${backups.location.identifier}, and ${why} of this name`,
    names.length > 0 ? `known snapshots are ${names.join(", ")}` : "--to latest, or a time with zone",
  );
}

function versionFaults({ version }: RdsBackupLocation, restored: string, what: string): Fault[] {
  const major = restored.split(".")[0];
  if (major === version) return [];
  return [
    new Fault(
      `${what} is of PostgreSQL ${major}, and this stack is declared as ${version}`,
      `restore it in a stack of its own, with \`version: "${major}"\` and rds.restoreFrom`,
    ),
  ];
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html */
async function quotaFaults(
  client: RDS,
  { topology, servers, region }: RdsBackupLocation,
  { storage }: RdsSource,
): Promise<Fault[]> {
  const attributes = await ifThere(client.describeAccountAttributes({}));
  const rows: [name: string, needed: number, unit: string][] = [
    ["DBInstances", servers, ""],
    ["DBClusters", isCluster({ topology }) ? 1 : 0, ""],
    ["AllocatedStorage", topology === "aurora" ? 0 : storage * servers, " GiB"],
  ];
  return rows.flatMap(([name, needed, unit]) => {
    const quota = attributes?.AccountQuotas?.find(({ AccountQuotaName }) => AccountQuotaName === name);
    const { Used = 0, Max = Number.POSITIVE_INFINITY } = quota ?? {};
    if (needed === 0 || Used + needed <= Max) return [];
    return [
      new Fault(
        `the account's quota ${name} of region ${region} is ${Max}${unit}: ${Used}${unit} are in use, and the restored database needs ${needed}${unit} more`,
        "ask for more at https://console.aws.amazon.com/servicequotas/home/services/rds/quotas, or retire a generation",
      ),
    ];
  });
}
