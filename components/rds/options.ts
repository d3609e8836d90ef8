/** What can a user say about a database on RDS, and what does it come to where nothing is said? Pure. */

import type { Version } from "../parameters/postgres";

/** How the database is laid out. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.html */
export const TOPOLOGIES = ["single", "multi-az", "cluster", "aurora"] as const;
export type Topology = (typeof TOPOLOGIES)[number];

/** Storage of instances and Multi-AZ clusters. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html */
export const STORAGE_TYPES = ["gp3", "io2"] as const;

/** How a new major version comes. */
export const MAJOR_UPGRADES = ["refuse", "in-place", "blue-green"] as const;

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DatabaseInsights.html */
export const DATABASE_INSIGHTS = ["standard", "advanced"] as const;

/** Where the database is: in subnets that exist, or in a VPC that is made for it. */
export interface NetworkOptions {
  /** VPC that exists, such as `vpc-0a1b2c3d`; with `subnets`. */
  vpcId?: string;
  /** Subnets that exist, by availability zone: `{ eu-central-1a: subnet-0a1b2c3d, … }`. */
  subnets?: Readonly<Record<string, string>>;
  /** Address range of a new VPC, such as `10.42.0.0/16`; with `zones`. */
  cidr?: string;
  /** Availability zones of a new VPC; each gets a subnet. */
  zones?: readonly string[];
}

/** From what the database is made, at its creation only: later changes of this plan nothing. */
export interface RestoreOptions {
  /** Identifier or ARN of a snapshot. */
  snapshot?: string;
  /** Identifier of the database whose automated backups are replayed. */
  source?: string;
  /** ARN of automated backups that outlived their database, or were replicated from another region. */
  automatedBackup?: string;
  /** Point in time with zone, such as `2026-11-24T10:00:00Z`. Default: the latest one there is. */
  time?: string;
}

/** What only a database on RDS has. */
export interface RdsOptions {
  /** AWS region. Default: `aws:region` of the stack's configuration. */
  region?: string;
  /** Default: `multi-az`. */
  topology?: Topology;
  /** Name of the instance or cluster, and first part of all other names; 52 characters. Default: `<project>-<stack>-<name>`. */
  identifier?: string;
  /** Default: `db.m7g.large`; cluster `db.m6gd.large`; aurora `db.r7g.large`. Memory and CPUs follow from it. */
  instanceClass?: string;
  /** Minor version to start with, such as `15.12`. Default: AWS's own choice for the major version. */
  engineVersion?: string;
  /** GiB to start with; RDS grows it and it never shrinks. Not for aurora. Default: 100. */
  allocatedStorage?: number;
  /** GiB up to which RDS grows it by itself. Only single and multi-az. Default: 5 times `allocatedStorage`. */
  maxAllocatedStorage?: number;
  /** Not for aurora. Default: `gp3`. */
  storageType?: (typeof STORAGE_TYPES)[number];
  /** Provisioned IOPS; of gp3 from 400 GiB on. Default: gp3's own; io2 3000. */
  iops?: number;
  /** WAL on a volume of its own; io2 of single and multi-az only. Default: false. */
  dedicatedLogVolume?: boolean;
  /** Default: 5432. */
  port?: number;
  network?: NetworkOptions;
  /** Who may connect: address ranges such as `10.0.0.0/16`, or security groups such as `sg-0a1b2c3d`. Default: nobody. */
  sources?: readonly string[];
  /** An address on the internet; only together with `confirmPublic`. Default: false. */
  publiclyAccessible?: boolean;
  /** The identifier, written a second time. */
  confirmPublic?: string;
  /** ARN of the key that encrypts storage, backups, secrets and the archive. Default: a new one, rotated every year. */
  kmsKeyArn?: string;
  /** Master user; its password is made, kept and rotated by Secrets Manager. Default: `dbadmin`. */
  masterUsername?: string;
  /** This machine reaches the database: roles are made and the server is verified over a connection. Default: false. */
  connect?: boolean;
  /** UTC, `hh:mm-hh:mm`. Default: `02:00-03:00`. */
  backupWindow?: string;
  /** UTC, `ddd:hh:mm-ddd:hh:mm`. Default: `sun:03:30-sun:04:30`. */
  maintenanceWindow?: string;
  /** Days for which any moment can be restored, 1 to 35. Default: `durability.retention`, else 14. */
  backupRetention?: number;
  /** Region to which automated backups are copied; single and multi-az. Default: none. */
  backupRegion?: string;
  restoreFrom?: RestoreOptions;
  /** Read replicas; for aurora further instances. Not for cluster, which has two readable standbys. Default: 0; aurora 1. */
  replicas?: number;
  /** Days for which nobody, not even the owner, can delete an object of the archive. Default: 0, no lock. */
  archiveLockDays?: number;
  /** Addresses to which alarms and events are mailed. */
  alarmEmails?: readonly string[];
  /** ARN of an SNS topic that exists. Default: a new one. */
  alarmTopicArn?: string;
  /** Default: `standard`. */
  databaseInsights?: (typeof DATABASE_INSIGHTS)[number];
  /** What to do when `version` is a new major version. Default: `refuse`. */
  majorUpgrade?: (typeof MAJOR_UPGRADES)[number];
  /** Apply changes at once and not in the maintenance window. Default: false. */
  applyImmediately?: boolean;
  /** Default: `rds-ca-rsa2048-g1`. */
  caCertIdentifier?: string;
  /** Tags of every resource, beside our own. */
  tags?: Readonly<Record<string, string>>;
  /** Let `destroy` delete the database, after a final snapshot; takes effect once deployed. Default: false. */
  deleteData?: boolean;
}

/** The network with everything decided. */
export type NetworkPlan =
  | { kind: "existing"; vpcId: string; subnets: Readonly<Record<string, string>> }
  | { kind: "new"; cidr: string; zones: readonly string[] };

/** The options with everything decided that AWS need not be asked for. */
export interface RdsPlan {
  /** `<project>/<stack>/<name>` */
  owner: string;
  region: string;
  topology: Topology;
  version: Version;
  /** The application's database. */
  database: string;
  identifier: string;
  instanceClass: string;
  /** `15`, or `15.12` where the user says so. */
  engineVersion: string;
  /** undefined for aurora. */
  storage: StoragePlan | undefined;
  port: number;
  network: NetworkPlan;
  sources: readonly string[];
  publiclyAccessible: boolean;
  kmsKeyArn: string | undefined;
  masterUsername: string;
  connect: boolean;
  backupWindow: string;
  maintenanceWindow: string;
  /** Days. */
  backupRetention: number;
  backupRegion: string | undefined;
  restoreFrom: RestoreOptions | undefined;
  replicas: number;
  /** Days; 0: no lock. */
  archiveLockDays: number;
  alarmEmails: readonly string[];
  alarmTopicArn: string | undefined;
  databaseInsights: (typeof DATABASE_INSIGHTS)[number];
  majorUpgrade: (typeof MAJOR_UPGRADES)[number];
  applyImmediately: boolean;
  caCertIdentifier: string;
  tags: Readonly<Record<string, string>>;
  deleteData: boolean;
}

/** Storage of an instance or a Multi-AZ cluster. */
export interface StoragePlan {
  storageType: (typeof STORAGE_TYPES)[number];
  /** GiB. */
  allocatedStorage: number;
  /** GiB; undefined for a cluster, which RDS does not grow. */
  maxAllocatedStorage: number | undefined;
  iops: number | undefined;
  dedicatedLogVolume: boolean;
}
