/** As whom does RDS write enhanced monitoring? */

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { RdsPlan } from "../options";
import { accountOf, trustPolicy } from "../policies";

/** AWS's own policy: log groups and streams below `RDS*`, and nothing else. */
function policyArn(roleArn: string): string {
  return `arn:${accountOf(roleArn).partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole`;
}

/**
 * The role by which RDS writes enhanced monitoring.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html
 *
 * @returns its ARN, known once the role may write: RDS tries it out when it makes the instance.
 */
export function createMonitoringRole(
  name: string,
  { identifier }: Pick<RdsPlan, "identifier">,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const role = new aws.iam.Role(
    `${name}-monitoring`,
    {
      description: `Enhanced monitoring of ${identifier}`,
      assumeRolePolicy: trustPolicy("monitoring.rds.amazonaws.com"),
    },
    opts,
  );
  const attachment = new aws.iam.RolePolicyAttachment(
    `${name}-monitoring`,
    { role: role.id, policyArn: role.arn.apply(policyArn) },
    opts,
  );
  return pulumi.all([role.arn, attachment.id]).apply(([arn]) => arn);
}
