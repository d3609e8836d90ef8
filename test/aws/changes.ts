/** Which configurations can follow one another? Generators over the options of a database on RDS, sound ones and others. */

import fc from "fast-check";
import type { RdsDatabaseArgs } from "../../components/rds/database";
import { TOPOLOGIES, type Topology } from "../../components/rds/options";
import { EXAMPLES } from "../components/rds/plan-examples";

const KEY = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555";
const TOPIC = "arn:aws:sns:eu-central-1:111122223333:oncall";
const ZONES = ["eu-central-1a", "eu-central-1b", "eu-central-1c"];

function oneOf<Value>(...values: Value[]): fc.Arbitrary<Value> {
  return fc.constantFrom(...values);
}

/** A value, or nothing said any more. */
function perhaps<Value>(...values: Value[]): fc.Arbitrary<Value | undefined> {
  return fc.constantFrom(undefined, ...values);
}

/** Options that no resource of AWS follows from, or that the target does not have; generations have a test of their own. */
type Untried =
  | "memory"
  | "cpus"
  | "storage"
  | "durability"
  | "calibration"
  | "publiclyAccessible"
  | "confirmPublic"
  | "generations"
  | "active";

type Tried = Exclude<keyof RdsDatabaseArgs, Untried>;

/** Values of every option: what is sound on one topology or after one configuration is refused on another. */
const OPTIONS: { [Option in Tried]-?: fc.Arbitrary<RdsDatabaseArgs[Option]> } = {
  version: oneOf("15", "17", "18"),
  database: oneOf("app", "app", "app", "orders"),
  workload: oneOf("web", "oltp", "dw"),
  maxConnections: perhaps(50, 200),
  activeConnections: perhaps(10),
  parameters: oneOf<RdsDatabaseArgs["parameters"]>(
    {},
    { work_mem: "16MB" },
    { random_page_cost: 2, max_worker_processes: 16 },
  ),
  passwordGeneration: oneOf(1, 2),
  region: oneOf("eu-central-1", "eu-central-1", "eu-central-1", "eu-west-1"),
  topology: oneOf(...TOPOLOGIES),
  identifier: perhaps("orders"),
  instanceClass: perhaps("db.m7g.xlarge", "db.m6gd.xlarge", "db.r7g.xlarge"),
  engineVersion: perhaps("15.12", "17.4", "17.6", "18.3"),
  allocatedStorage: perhaps(100, 200, 500),
  maxAllocatedStorage: perhaps(300, 1000),
  storageType: perhaps("gp3", "io2"),
  iops: perhaps(3000, 12_000),
  dedicatedLogVolume: oneOf(false, true),
  port: perhaps(5432, 15_432),
  network: oneOf<RdsDatabaseArgs["network"]>(
    { cidr: "10.42.0.0/16", zones: ZONES },
    { cidr: "10.42.0.0/16", zones: ZONES.slice(0, 2) },
    { cidr: "10.43.0.0/16", zones: ZONES },
    {
      vpcId: "vpc-0a1b2c3d",
      subnets: { "eu-central-1a": "subnet-0a1b2c3d", "eu-central-1b": "subnet-1b2c3d4e" },
    },
  ),
  sources: oneOf([], ["10.42.1.0/24"], ["10.42.1.0/24", "sg-0a1b2c3d"]),
  kmsKeyArn: perhaps(KEY),
  masterUsername: perhaps("administrator"),
  connect: oneOf(false, true),
  backupWindow: perhaps("04:00-05:00"),
  maintenanceWindow: perhaps("sat:05:30-sat:06:30", "SAT:05:30-SAT:06:30"),
  backupRetention: perhaps(7, 35),
  backupRegion: perhaps("eu-west-1"),
  restoreFrom: perhaps({ snapshot: "before" }, { source: "other", time: "2026-01-01T00:00:00Z" }),
  replicas: perhaps(0, 1, 2),
  archiveLockDays: perhaps(7, 35),
  alarmEmails: perhaps(["oncall@example.com"]),
  alarmTopicArn: perhaps(TOPIC),
  databaseInsights: perhaps("standard", "advanced"),
  majorUpgrade: perhaps("refuse", "in-place", "blue-green"),
  applyImmediately: oneOf(false, true),
  caCertIdentifier: perhaps("rds-ca-rsa4096-g1"),
  tags: perhaps({ team: "orders" }),
  deleteData: oneOf(false, true),
};

/** One change: some options, with new values. */
const change: fc.Arbitrary<RdsDatabaseArgs> = fc
  .subarray(Object.entries(OPTIONS) as [string, fc.Arbitrary<unknown>][], { minLength: 1, maxLength: 3 })
  .chain((entries) => fc.record(Object.fromEntries(entries)) as fc.Arbitrary<RdsDatabaseArgs>);

/** A first configuration, and what becomes of it one after the other. */
export interface History {
  topology: Topology;
  configurations: RdsDatabaseArgs[];
}

function history(topology: Topology, changes: readonly RdsDatabaseArgs[]): History {
  const configurations = [EXAMPLES[topology]];
  for (const one of changes) configurations.push({ ...configurations.at(-1), ...one });
  return { topology, configurations };
}

/** Histories on every topology. */
export function histories(length: number): fc.Arbitrary<History> {
  return fc
    .record({
      topology: oneOf(...TOPOLOGIES),
      changes: fc.array(change, { minLength: 1, maxLength: length }),
    })
    .map(({ topology, changes }) => history(topology, changes));
}

/** Histories that chance seldom finds. */
export const LIKELY: readonly History[] = [
  history("multi-az", [{ majorUpgrade: "in-place" }, { version: "18" }, { majorUpgrade: "refuse" }]),
  history("single", [{ majorUpgrade: "blue-green" }, { version: "18" }, { instanceClass: "db.m7g.xlarge" }]),
  history("aurora", [{ majorUpgrade: "in-place", version: "18" }, { replicas: 2 }, { replicas: 0 }]),
  history("cluster", [{ majorUpgrade: "in-place" }, { version: "18", engineVersion: "18.3" }]),
  history("single", [{ topology: "multi-az" }, { topology: "single", replicas: 0 }]),
  history("multi-az", [
    { allocatedStorage: 200 },
    { storageType: "io2", iops: 3000 },
    { dedicatedLogVolume: true },
  ]),
  history("multi-az", [{ engineVersion: "17.4" }, { engineVersion: "17.6" }, { engineVersion: undefined }]),
  history("multi-az", [{ backupRegion: undefined }, { backupRegion: "eu-west-1" }, { backupRetention: 7 }]),
];
