/** Does a missing backup ring, and does another database's backup not keep it quiet? */

import assert from "node:assert/strict";
import { backupAlarmArgs, backupRuleArgs } from "../../../../components/rds/monitoring/backups";
import { AURORA, CLUSTER, PLAN } from "./plans";

function pattern(plan: typeof PLAN) {
  return JSON.parse(String(backupRuleArgs(plan).eventPattern));
}

/** Whether EventBridge would count an event: the part of its language that the pattern uses. */
function counts(plan: typeof PLAN, snapshot: string): boolean {
  const [{ prefix }] = pattern(plan).detail.SourceIdentifier;
  return snapshot.startsWith(prefix);
}

describe("the alarm about backups", () => {
  it("waits for the automated snapshot of an instance", () => {
    assert.deepEqual(pattern(PLAN), {
      source: ["aws.rds"],
      "detail-type": ["RDS DB Snapshot Event"],
      detail: { EventID: ["RDS-EVENT-0091"], SourceIdentifier: [{ prefix: "rds:shop-prod-db-20" }] },
    });
  });

  it("waits for the automated snapshot of a cluster, also of Aurora", () => {
    const expected = {
      source: ["aws.rds"],
      "detail-type": ["RDS DB Cluster Snapshot Event"],
      detail: { EventID: ["RDS-EVENT-0169"], SourceIdentifier: [{ prefix: "rds:shop-prod-db-20" }] },
    };
    assert.deepEqual(pattern(CLUSTER), expected);
    assert.deepEqual(pattern(AURORA), expected);
  });

  it("counts its own database only", () => {
    assert.ok(counts(PLAN, "rds:shop-prod-db-2026-11-24-02-07"));
    assert.ok(!counts(PLAN, "rds:shop-prod-db-copy-2026-11-24-02-07"));
    assert.ok(!counts(PLAN, "rds:shop-prod-2026-11-24-02-07"));
  });

  it("rings when thirty hours saw none", () => {
    assert.deepEqual(backupAlarmArgs(PLAN, "arn:topic"), {
      name: "shop-prod-db-backup",
      alarmDescription:
        "No automated backup of shop-prod-db in 30 hours: the point to which it can be restored by a snapshot stands still.",
      namespace: "AWS/Events",
      metricName: "TriggeredRules",
      dimensions: { RuleName: "shop-prod-db-backup" },
      statistic: "Sum",
      period: 3600,
      evaluationPeriods: 30,
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      treatMissingData: "breaching",
      alarmActions: ["arn:topic"],
      okActions: ["arn:topic"],
    });
  });

  it("looks back no further than CloudWatch does: seven days", () => {
    const { period, evaluationPeriods } = backupAlarmArgs(PLAN, "t");
    assert.ok(Number(period) >= 3600 && Number(period) * Number(evaluationPeriods) <= 7 * 86_400);
  });
});
