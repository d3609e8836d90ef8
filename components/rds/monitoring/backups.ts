/** Is somebody told when there was no backup? RDS has no event for a backup that failed: the daily one has to be missed. */

import type { cloudwatch } from "@pulumi/aws";
import type { Input } from "@pulumi/pulumi";
import { isCluster } from "../members";
import type { RdsPlan } from "../options";

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html */
const AUTOMATED_SNAPSHOT = { detailType: "RDS DB Snapshot Event", id: "RDS-EVENT-0091" };
const AUTOMATED_CLUSTER_SNAPSHOT = { detailType: "RDS DB Cluster Snapshot Event", id: "RDS-EVENT-0169" };

/** A day, the backup window, and time for the backup itself. CloudWatch looks back seven days at most. */
const HOURS = 30;

/**
 * The rule that sees an automated snapshot of this database; what it sees is counted by CloudWatch, it needs no target.
 * Snapshots are named `rds:<identifier>-<date>`: the century keeps out databases whose names begin alike.
 */
export function backupRuleArgs(plan: RdsPlan): cloudwatch.EventRuleArgs {
  const event = isCluster(plan) ? AUTOMATED_CLUSTER_SNAPSHOT : AUTOMATED_SNAPSHOT;
  return {
    name: `${plan.identifier}-backup`,
    description: `Automated backups of ${plan.identifier}`,
    eventPattern: JSON.stringify({
      source: ["aws.rds"],
      "detail-type": [event.detailType],
      detail: { EventID: [event.id], SourceIdentifier: [{ prefix: `rds:${plan.identifier}-20` }] },
    }),
  };
}

/**
 * The alarm when the rule has seen nothing.
 *
 * @param topic ARN of the topic that is told.
 */
export function backupAlarmArgs(plan: RdsPlan, topic: Input<string>): cloudwatch.MetricAlarmArgs {
  return {
    name: `${plan.identifier}-backup`,
    alarmDescription: `No automated backup of ${plan.identifier} in ${HOURS} hours: the point to which it can be restored by a snapshot stands still.`,
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
    namespace: "AWS/Events",
    metricName: "TriggeredRules",
    dimensions: { RuleName: `${plan.identifier}-backup` },
    statistic: "Sum",
    period: 3600,
    evaluationPeriods: HOURS,
    comparisonOperator: "LessThanThreshold",
    threshold: 1,
    // The metric exists in hours with a backup only.
    treatMissingData: "breaching",
    alarmActions: [topic],
    okActions: [topic],
  };
}
