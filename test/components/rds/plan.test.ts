/** What options on RDS come to where nothing, or little, is said. */

import assert from "node:assert/strict";
import { type RdsOptions, type RdsPlan, TOPOLOGIES, type Topology } from "../../../components/rds/options";
import { rdsPlan } from "../../../components/rds/plan";

const NETWORK = { cidr: "10.42.0.0/16", zones: ["eu-central-1a", "eu-central-1b"] };

const plan = (options: RdsOptions) =>
  rdsPlan(
    { network: NETWORK, ...options },
    { owner: "Shop/prod/db", region: "eu-central-1", version: "15", database: "app" },
  );

/** The whole plan of an empty configuration. */
const DEFAULT: RdsPlan = {
  owner: "Shop/prod/db",
  region: "eu-central-1",
  topology: "multi-az",
  version: "15",
  database: "app",
  identifier: "shop-prod-db",
  instanceClass: "db.m7g.large",
  engineVersion: "15",
  storage: {
    storageType: "gp3",
    allocatedStorage: 100,
    maxAllocatedStorage: 500,
    iops: undefined,
    dedicatedLogVolume: false,
  },
  port: 5432,
  network: { kind: "new", ...NETWORK },
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
  alarmEmails: [],
  alarmTopicArn: undefined,
  databaseInsights: "standard",
  majorUpgrade: "refuse",
  applyImmediately: false,
  caCertIdentifier: "rds-ca-rsa2048-g1",
  tags: {},
  deleteData: false,
};

/** What each topology has else. */
const OTHERWISE: Readonly<Record<Topology, Partial<RdsPlan>>> = {
  single: {},
  "multi-az": {},
  cluster: {
    instanceClass: "db.m6gd.large",
    storage: {
      storageType: "gp3",
      allocatedStorage: 100,
      maxAllocatedStorage: undefined,
      // CreateDBCluster demands it.
      iops: 3000,
      dedicatedLogVolume: false,
    },
  },
  aurora: { instanceClass: "db.r7g.large", storage: undefined, replicas: 1 },
};

describe("a plan for RDS", () => {
  it("of nothing but a network is safe", () => assert.deepEqual(plan({}), DEFAULT));

  for (const topology of TOPOLOGIES)
    it(`of topology ${topology} has its own class, storage and replicas`, () => {
      assert.deepEqual(plan({ topology }), { ...DEFAULT, topology, ...OTHERWISE[topology] });
    });

  it("grows five times, up to the most that there is", () => {
    assert.equal(plan({ allocatedStorage: 20 }).storage?.maxAllocatedStorage, 100);
    assert.equal(plan({ allocatedStorage: 20_000 }).storage?.maxAllocatedStorage, 65_536);
    assert.equal(plan({ allocatedStorage: 20, maxAllocatedStorage: 30 }).storage?.maxAllocatedStorage, 30);
  });

  it("says the IOPS that have no default", () => {
    const iops = (options: RdsOptions) => plan(options).storage?.iops;
    assert.equal(iops({ storageType: "io2" }), 3000);
    assert.equal(iops({ storageType: "io2", iops: 9000 }), 9000);
    assert.equal(iops({ topology: "cluster", allocatedStorage: 400 }), 12_000);
    assert.equal(iops({ allocatedStorage: 400 }), undefined);
  });

  it("takes a VPC that exists", () => {
    const subnets = { "eu-central-1a": "subnet-0a1b2c3d" };
    assert.deepEqual(plan({ network: { vpcId: "vpc-0a1b2c3d", subnets } }).network, {
      kind: "existing",
      vpcId: "vpc-0a1b2c3d",
      subnets,
    });
  });
});
