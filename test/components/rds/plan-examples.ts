/** Plans of databases for tests, one for each topology. */

import type { DatabaseArgs } from "../../../components/database";
import type { RdsOptions, RdsPlan, Topology } from "../../../components/rds/options";
import { rdsDesign } from "../../../components/rds/settings";

/** What every example says. */
const SHARED: DatabaseArgs & RdsOptions = {
  region: "eu-central-1",
  version: "17",
  network: { cidr: "10.42.0.0/16", zones: ["eu-central-1a", "eu-central-1b", "eu-central-1c"] },
  sources: ["10.42.1.0/24"],
  port: 15432,
};

/** Arguments by topology; between them they use every kind of resource. */
export const EXAMPLES: Readonly<Record<Topology, DatabaseArgs & RdsOptions>> = {
  single: {
    ...SHARED,
    topology: "single",
    identifier: "orders",
    network: {
      vpcId: "vpc-0a1b2c3d",
      subnets: { "eu-central-1a": "subnet-0a1b2c3d", "eu-central-1b": "subnet-1b2c3d4e" },
    },
    sources: ["sg-0a1b2c3d", "10.0.1.0/24"],
    replicas: 1,
    alarmTopicArn: "arn:aws:sns:eu-central-1:111122223333:oncall",
    tags: { team: "orders" },
  },
  "multi-az": {
    ...SHARED,
    topology: "multi-az",
    backupRetention: 35,
    backupRegion: "eu-west-1",
    archiveLockDays: 35,
    alarmEmails: ["oncall@example.com"],
  },
  cluster: { ...SHARED, topology: "cluster" },
  aurora: { ...SHARED, topology: "aurora", replicas: 1 },
};

/** The plan of an example with changes. */
export function examplePlan(topology: Topology, changes: DatabaseArgs & RdsOptions = {}): RdsPlan {
  return rdsDesign("db", { ...EXAMPLES[topology], ...changes }, "shop/prod/db").plan;
}
