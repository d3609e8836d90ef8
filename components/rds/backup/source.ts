/** What does RDS keep of a database? Instances and clusters have the same questions under different names. */

import type {
  DBCluster,
  DBClusterSnapshot,
  DBInstance,
  DBInstanceAutomatedBackup,
  DBSnapshot,
  RDS,
  Tag,
} from "@aws-sdk/client-rds";
import { isCluster } from "../members";
import type { Topology } from "../options";

/** Everything between two times can be restored. ISO 8601, UTC; null where AWS does not say. */
export interface TimeWindow {
  from: string | null;
  to: string | null;
}

/** The database whose backups these are. */
export interface RdsSource {
  arn: string;
  status: string;
  /** Such as `17.6`. */
  version: string;
  /** GiB; 1 for Aurora, which has no size of its own. */
  storage: number;
  /** Days; 0: no automated backups. */
  retention: number;
  window: TimeWindow;
  /** ARNs of automated backups in other regions. */
  copies: string[];
}

/** A snapshot. */
export interface RdsSnapshot {
  name: string;
  arn: string;
  /** `automated`, `manual`, `awsbackup`, `shared` or `public`. */
  type: string;
  status: string;
  /** Of its making. */
  percent: number;
  /** ISO 8601, UTC; null while it is being made. */
  created: string | null;
  /** Bytes of what it holds, else the size of the storage it was taken of. */
  size: number;
  /** Such as `17.6`. */
  version: string;
}

/** The API of instances or of clusters, as far as backups need it. */
export interface SourceApi {
  describe(client: RDS, identifier: string): Promise<RdsSource | undefined>;
  /** Oldest first. */
  snapshots(client: RDS, identifier: string): Promise<RdsSnapshot[]>;
  snapshot(client: RDS, name: string): Promise<RdsSnapshot | undefined>;
  take(client: RDS, identifier: string, name: string, tags: Tag[]): Promise<void>;
}

const GIB = 1024 ** 3;

function iso(date: Date | undefined): string | null {
  return date?.toISOString().replace(".000Z", "Z") ?? null;
}

/** The answer, or undefined for what is not there. */
export async function ifThere<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  return answer.catch((error: Error) => {
    if (/NotFound/.test(error.name)) return undefined;
    throw error;
  });
}

function instanceSource(instance: DBInstance, backup: DBInstanceAutomatedBackup | undefined): RdsSource {
  return {
    arn: instance.DBInstanceArn ?? "",
    status: instance.DBInstanceStatus ?? "unknown",
    version: instance.EngineVersion ?? "",
    storage: instance.AllocatedStorage ?? 0,
    retention: instance.BackupRetentionPeriod ?? 0,
    window: {
      from: iso(backup?.RestoreWindow?.EarliestTime),
      to: iso(instance.LatestRestorableTime ?? backup?.RestoreWindow?.LatestTime),
    },
    copies: (instance.DBInstanceAutomatedBackupsReplications ?? []).flatMap(
      ({ DBInstanceAutomatedBackupsArn: arn }) => (arn === undefined ? [] : [arn]),
    ),
  };
}

function clusterSource(cluster: DBCluster): RdsSource {
  return {
    arn: cluster.DBClusterArn ?? "",
    status: cluster.Status ?? "unknown",
    version: cluster.EngineVersion ?? "",
    storage: cluster.AllocatedStorage ?? 0,
    retention: cluster.BackupRetentionPeriod ?? 0,
    window: { from: iso(cluster.EarliestRestorableTime), to: iso(cluster.LatestRestorableTime) },
    copies: [],
  };
}

function snapshotRow(
  of: (DBSnapshot | DBClusterSnapshot) & { FullSnapshotSizeInBytes?: number },
  name: string | undefined,
  arn: string | undefined,
): RdsSnapshot {
  return {
    name: name ?? "",
    arn: arn ?? "",
    type: of.SnapshotType ?? "unknown",
    status: of.Status ?? "unknown",
    percent: of.PercentProgress ?? 0,
    created: iso(of.SnapshotCreateTime),
    size: of.FullSnapshotSizeInBytes ?? (of.AllocatedStorage ?? 0) * GIB,
    version: of.EngineVersion ?? "",
  };
}

const ofInstance = (row: DBSnapshot) => snapshotRow(row, row.DBSnapshotIdentifier, row.DBSnapshotArn);
const ofCluster = (row: DBClusterSnapshot) =>
  snapshotRow(row, row.DBClusterSnapshotIdentifier, row.DBClusterSnapshotArn);

/** Those that are being made have no time yet, and come last. */
function oldestFirst(snapshots: RdsSnapshot[]): RdsSnapshot[] {
  const key = ({ created, name }: RdsSnapshot) => `${created ?? "9"} ${name}`;
  return snapshots.sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

/** The first of a list of rows, or nothing where AWS knows none. */
async function first<Row>(rows: Promise<Row[] | undefined>): Promise<Row | undefined> {
  return (await ifThere(rows))?.[0];
}

const INSTANCE: SourceApi = {
  async describe(client, identifier) {
    const asked = { DBInstanceIdentifier: identifier };
    const instance = await first(client.describeDBInstances(asked).then(({ DBInstances }) => DBInstances));
    if (!instance) return undefined;
    const backup = await first(
      client
        .describeDBInstanceAutomatedBackups(asked)
        .then(({ DBInstanceAutomatedBackups }) => DBInstanceAutomatedBackups),
    );
    return instanceSource(instance, backup);
  },
  async snapshots(client, identifier) {
    const rows: DBSnapshot[] = [];
    for await (const page of client.paginateDescribeDBSnapshots({ DBInstanceIdentifier: identifier }))
      rows.push(...(page.DBSnapshots ?? []));
    return oldestFirst(rows.map(ofInstance));
  },
  async snapshot(client, name) {
    const rows = client
      .describeDBSnapshots({ DBSnapshotIdentifier: name })
      .then(({ DBSnapshots }) => DBSnapshots);
    const row = await first(rows);
    return row && ofInstance(row);
  },
  async take(client, identifier, name, Tags) {
    await client.createDBSnapshot({ DBInstanceIdentifier: identifier, DBSnapshotIdentifier: name, Tags });
  },
};

const CLUSTER: SourceApi = {
  async describe(client, identifier) {
    const asked = { DBClusterIdentifier: identifier };
    const cluster = await first(client.describeDBClusters(asked).then(({ DBClusters }) => DBClusters));
    return cluster && clusterSource(cluster);
  },
  async snapshots(client, identifier) {
    const rows: DBClusterSnapshot[] = [];
    for await (const page of client.paginateDescribeDBClusterSnapshots({ DBClusterIdentifier: identifier }))
      rows.push(...(page.DBClusterSnapshots ?? []));
    return oldestFirst(rows.map(ofCluster));
  },
  async snapshot(client, name) {
    const rows = client
      .describeDBClusterSnapshots({ DBClusterSnapshotIdentifier: name })
      .then(({ DBClusterSnapshots }) => DBClusterSnapshots);
    const row = await first(rows);
    return row && ofCluster(row);
  },
  async take(client, identifier, name, Tags) {
    await client.createDBClusterSnapshot({
      DBClusterIdentifier: identifier,
      DBClusterSnapshotIdentifier: name,
      Tags,
    });
  },
};

/** The API of a topology. */
export function sourceApi(topology: Topology): SourceApi {
  return isCluster({ topology }) ? CLUSTER : INSTANCE;
}

/** Automated backups that lie in another region. */
export interface RdsCopy {
  arn: string;
  region: string;
  status: string;
  window: TimeWindow;
}

/** The region of an ARN. */
export function regionOf(arn: string): string {
  return arn.split(":")[3] ?? "";
}

/** Reads a copy, with a client of its region; one that AWS does not know any more has a status of ours. */
export async function readCopy(client: RDS, arn: string): Promise<RdsCopy> {
  const row = await first(
    client
      .describeDBInstanceAutomatedBackups({ DBInstanceAutomatedBackupsArn: arn })
      .then(({ DBInstanceAutomatedBackups }) => DBInstanceAutomatedBackups),
  );
  const { EarliestTime, LatestTime } = row?.RestoreWindow ?? {};
  return {
    arn,
    region: regionOf(arn),
    status: row?.Status ?? "not there",
    window: { from: iso(EarliestTime), to: iso(LatestTime) },
  };
}
