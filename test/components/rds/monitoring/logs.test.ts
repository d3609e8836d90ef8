/** Is there a log group for every log that leaves the database? */

import assert from "node:assert/strict";
import { exportedLogs, logGroupArgs, logGroups } from "../../../../components/rds/monitoring/logs";
import { AURORA, CLUSTER, PLAN } from "./plans";

describe("log groups", () => {
  it("of an instance and its replica are named as RDS names them", () => {
    assert.deepEqual(logGroups({ ...PLAN, replicas: 1 }), [
      { name: "instance-postgresql", group: "/aws/rds/instance/shop-prod-db/postgresql" },
      { name: "instance-upgrade", group: "/aws/rds/instance/shop-prod-db/upgrade" },
      { name: "replica-1-postgresql", group: "/aws/rds/instance/shop-prod-db-replica-1/postgresql" },
      { name: "replica-1-upgrade", group: "/aws/rds/instance/shop-prod-db-replica-1/upgrade" },
    ]);
  });

  it("of a cluster are one, whatever its members", () => {
    const expected = [{ name: "cluster-postgresql", group: "/aws/rds/cluster/shop-prod-db/postgresql" }];
    assert.deepEqual(logGroups(CLUSTER), expected);
    assert.deepEqual(logGroups(AURORA), expected);
  });

  it("are as many as the logs that are sent", () => {
    for (const plan of [PLAN, CLUSTER, AURORA])
      assert.equal(logGroups(plan).length, exportedLogs(plan).length, plan.topology);
  });

  it("are kept for a year, with the database's key", () => {
    assert.deepEqual(logGroupArgs("/aws/rds/instance/shop-prod-db/postgresql", "arn:key"), {
      name: "/aws/rds/instance/shop-prod-db/postgresql",
      retentionInDays: 365,
      kmsKeyId: "arn:key",
    });
  });
});
