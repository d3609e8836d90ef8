/** Which logs leave the database, and how long are they kept? */

import type { cloudwatch } from "@pulumi/aws";
import type { Input } from "@pulumi/pulumi";
import { isCluster, members } from "../members";
import type { RdsPlan } from "../options";

/** Days. A year: whoever looks for the beginning of a break-in or a corruption looks far back. */
const LOG_RETENTION = 365;

/**
 * Logs that are sent to CloudWatch. Aurora writes no upgrade log, and the provider lets no cluster send it.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Concepts.PostgreSQL.PublishtoCloudWatchLogs.html
 */
export function exportedLogs(plan: Pick<RdsPlan, "topology">): string[] {
  return isCluster(plan) ? ["postgresql"] : ["postgresql", "upgrade"];
}

/** A log group, and what its resource is called. */
export interface LogGroup {
  name: string;
  group: string;
}

/** The log groups, named as RDS names them: for each server, or for a whole cluster. */
export function logGroups(plan: RdsPlan): LogGroup[] {
  const owners = isCluster(plan)
    ? [{ name: "cluster", folder: `cluster/${plan.identifier}` }]
    : members(plan).map(({ name, identifier }) => ({ name, folder: `instance/${identifier}` }));
  return owners.flatMap(({ name, folder }) =>
    exportedLogs(plan).map((log) => ({ name: `${name}-${log}`, group: `/aws/rds/${folder}/${log}` })),
  );
}

/**
 * A log group. RDS would make it at the first line, without a limit in time and with AWS's own key.
 *
 * @param key ARN of the key; its policy has to let `logs.<region>.amazonaws.com` use it.
 */
export function logGroupArgs(name: string, key: Input<string>): cloudwatch.LogGroupArgs {
  return { name, retentionInDays: LOG_RETENTION, kmsKeyId: key };
}
