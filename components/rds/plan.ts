/** What do a database's options on RDS come to? Pure. */

import type { Version } from "../parameters/postgres";
import type { NetworkPlan, RdsOptions, RdsPlan, StoragePlan, Topology } from "./options";

/** Topology where nothing is said. */
export const DEFAULT_TOPOLOGY: Topology = "multi-az";

/** Graviton, and the newest generation that every larger region has; clusters need local disks. */
const INSTANCE_CLASS: Readonly<Record<Topology, string>> = {
  single: "db.m7g.large",
  "multi-az": "db.m7g.large",
  cluster: "db.m6gd.large",
  aurora: "db.r7g.large",
};

/** GiB. */
const ALLOCATED_STORAGE = 100;

/** How far RDS grows the storage by itself. */
const GROWTH = 5;

/** GiB: the most that a volume of PostgreSQL takes. */
export const MOST_STORAGE = 65_536;

/** IOPS where nothing is said: io2 has no default. */
const IO2_IOPS = 3000;

/** What gp3 has anyway, from 400 GiB on and below. A cluster has to say it. */
const GP3_IOPS = { striped: 12_000, single: 3000, stripedFrom: 400 } as const;

/** Name of the database where none is given: RDS keeps names in small letters. */
export function rdsIdentifier(owner: string): string {
  return owner.replaceAll("/", "-").toLowerCase();
}

/** UTC; neither hour is one in which most work. */
export const BACKUP_WINDOW = "02:00-03:00";
export const MAINTENANCE_WINDOW = "sun:03:30-sun:04:30";

/** Instance class where none is given. */
export function classOf({ instanceClass, topology = DEFAULT_TOPOLOGY }: RdsOptions): string {
  return instanceClass ?? INSTANCE_CLASS[topology];
}

/** True where RDS grows the storage by itself. */
export function growsByItself(topology: Topology): boolean {
  return topology === "single" || topology === "multi-az";
}

/** IOPS where none are given; undefined: RDS has a default. */
function ownIops(
  { storageType }: RdsOptions,
  topology: Topology,
  allocatedStorage: number,
): number | undefined {
  if (storageType === "io2") return IO2_IOPS;
  if (topology !== "cluster") return undefined;
  return allocatedStorage < GP3_IOPS.stripedFrom ? GP3_IOPS.single : GP3_IOPS.striped;
}

function storagePlan(options: RdsOptions): StoragePlan | undefined {
  const { topology = DEFAULT_TOPOLOGY, storageType = "gp3", dedicatedLogVolume = false } = options;
  if (topology === "aurora") return undefined;
  const { allocatedStorage = ALLOCATED_STORAGE } = options;
  const most = options.maxAllocatedStorage ?? Math.min(allocatedStorage * GROWTH, MOST_STORAGE);
  return {
    storageType,
    allocatedStorage,
    maxAllocatedStorage: growsByItself(topology) ? most : undefined,
    iops: options.iops ?? ownIops(options, topology, allocatedStorage),
    dedicatedLogVolume,
  };
}

function networkPlan({ network = {} }: RdsOptions): NetworkPlan {
  const { vpcId, subnets, cidr, zones } = network;
  return vpcId === undefined
    ? { kind: "new", cidr: cidr ?? "", zones: zones ?? [] }
    : { kind: "existing", vpcId, subnets: subnets ?? {} };
}

/**
 * What a database's options come to. The options are sound: see faults.ts.
 *
 * @param decided What does not come from these options.
 */
export function rdsPlan(
  options: RdsOptions,
  decided: { owner: string; region: string; version: Version; database: string },
): RdsPlan {
  const { owner, version } = decided;
  const topology = options.topology ?? DEFAULT_TOPOLOGY;
  return {
    ...decided,
    topology,
    identifier: options.identifier ?? rdsIdentifier(owner),
    instanceClass: classOf(options),
    engineVersion: options.engineVersion ?? version,
    storage: storagePlan(options),
    port: options.port ?? 5432,
    network: networkPlan(options),
    sources: options.sources ?? [],
    publiclyAccessible: options.publiclyAccessible ?? false,
    kmsKeyArn: options.kmsKeyArn,
    masterUsername: options.masterUsername ?? "dbadmin",
    connect: options.connect ?? false,
    backupWindow: options.backupWindow ?? BACKUP_WINDOW,
    maintenanceWindow: options.maintenanceWindow ?? MAINTENANCE_WINDOW,
    backupRetention: options.backupRetention ?? 14,
    backupRegion: options.backupRegion,
    restoreFrom: options.restoreFrom,
    replicas: options.replicas ?? (topology === "aurora" ? 1 : 0),
    archiveLockDays: options.archiveLockDays ?? 0,
    alarmEmails: options.alarmEmails ?? [],
    alarmTopicArn: options.alarmTopicArn,
    databaseInsights: options.databaseInsights ?? "standard",
    majorUpgrade: options.majorUpgrade ?? "refuse",
    applyImmediately: options.applyImmediately ?? false,
    caCertIdentifier: options.caCertIdentifier ?? "rds-ca-rsa2048-g1",
    tags: options.tags ?? {},
    deleteData: options.deleteData ?? false,
  };
}
