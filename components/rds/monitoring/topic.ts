/** Where do alarms and events go, and who may send them there? */

import type { sns } from "@pulumi/aws";
import type { Input } from "@pulumi/pulumi";
import type { RdsPlan } from "../options";
import { accountOf, policyDocument } from "../policies";

/** Services that publish: alarms, and events of RDS. */
const PUBLISHERS = ["cloudwatch.amazonaws.com", "events.rds.amazonaws.com"];

/**
 * The topic's arguments.
 *
 * @param key ARN of the key. Alarms cannot use AWS's own key for topics, so it is one whose policy lets them.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
 */
export function topicArgs({ identifier }: Pick<RdsPlan, "identifier">, key: Input<string>): sns.TopicArgs {
  return { displayName: identifier, kmsMasterKeyId: key };
}

/** The topic's policy: only alarms and events of its own account get in, and nothing without TLS. */
export function topicPolicy(topicArn: string): string {
  return policyDocument([
    {
      Sid: "AlarmsAndEvents",
      Effect: "Allow",
      Principal: { Service: PUBLISHERS },
      Action: "sns:Publish",
      Resource: topicArn,
      Condition: { StringEquals: { "aws:SourceAccount": accountOf(topicArn).id } },
    },
    {
      Sid: "OnlyWithTls",
      Effect: "Deny",
      Principal: "*",
      Action: "sns:Publish",
      Resource: topicArn,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ]);
}
