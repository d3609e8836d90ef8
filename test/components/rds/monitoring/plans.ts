/** A database on RDS to be watched, decided in every point. */

import { resolveSettings, type Settings } from "../../../../components/parameters/settings";
import type { ParameterInput } from "../../../../components/parameters/user-values";
import type { RdsPlan } from "../../../../components/rds/options";

export const PLAN: RdsPlan = {
  owner: "shop/prod/db",
  region: "eu-central-1",
  topology: "multi-az",
  version: "17",
  database: "app",
  identifier: "shop-prod-db",
  instanceClass: "db.m7g.large",
  engineVersion: "17",
  storage: {
    storageType: "gp3",
    allocatedStorage: 100,
    maxAllocatedStorage: 500,
    iops: undefined,
    dedicatedLogVolume: false,
  },
  port: 5432,
  network: { kind: "new", cidr: "10.42.0.0/16", zones: ["eu-central-1a", "eu-central-1b"] },
  sources: [],
  publiclyAccessible: false,
  kmsKeyArn: undefined,
  masterUsername: "dbadmin",
  connect: false,
  backupWindow: "02:00-03:00",
  maintenanceWindow: "sun:03:30-sun:04:30",
  backupRetention: 14,
  backupRegion: undefined,
  restoreFrom: undefined,
  replicas: 0,
  archiveLockDays: 0,
  alarmEmails: ["dba@example.com"],
  alarmTopicArn: undefined,
  databaseInsights: "standard",
  majorUpgrade: "refuse",
  applyImmediately: false,
  caCertIdentifier: "rds-ca-rsa2048-g1",
  tags: {},
  deleteData: false,
};

const GIB = 1024 ** 3;

/** Settings of a machine with 8 GiB and 2 CPUs. */
export function settings(parameters: Record<string, ParameterInput> = {}): Settings {
  return resolveSettings({
    version: "17",
    machine: { memory: 8 * GIB, cpus: 2, storage: "ssd", workload: "web" },
    parameters,
  });
}

/** A Multi-AZ cluster on a class with a local disk; RDS does not grow its storage. */
export const CLUSTER: RdsPlan = {
  ...PLAN,
  topology: "cluster",
  instanceClass: "db.m6gd.large",
  storage: {
    storageType: "io2",
    allocatedStorage: 100,
    maxAllocatedStorage: undefined,
    iops: 3000,
    dedicatedLogVolume: false,
  },
};

export const AURORA: RdsPlan = {
  ...PLAN,
  topology: "aurora",
  instanceClass: "db.r7g.large",
  storage: undefined,
  replicas: 1,
};
