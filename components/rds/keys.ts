/** With which key is everything of a database encrypted, and who may use it? */

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { RdsPlan } from "./options";
import { type Account, accountOf, policyDocument, type Statement } from "./policies";

/** Days in which a deleted key can be brought back; the longest there is. */
const DELETION_WINDOW = 30;

/**
 * The account decides by its own IAM policies. RDS, Secrets Manager and S3 use the key on behalf of whoever asks them.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
function accountStatement({ partition, id }: Account): Statement {
  return {
    Sid: "Account",
    Effect: "Allow",
    Principal: { AWS: `arn:${partition}:iam::${id}:root` },
    Action: "kms:*",
    Resource: "*",
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html */
function logsStatement({ partition, id }: Account, region: string): Statement {
  return {
    Sid: "Logs",
    Effect: "Allow",
    Principal: { Service: `logs.${region}.amazonaws.com` },
    Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
    Resource: "*",
    Condition: {
      ArnLike: {
        "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${id}:log-group:/aws/rds/*`,
      },
    },
  };
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html */
function alarmsStatement({ id }: Account): Statement {
  return {
    Sid: "AlarmsAndEvents",
    Effect: "Allow",
    Principal: { Service: ["cloudwatch.amazonaws.com", "events.rds.amazonaws.com"] },
    Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
    Resource: "*",
    Condition: { StringEquals: { "aws:SourceAccount": id } },
  };
}

/** Who may use the key of a database. A key of the user's own needs the same statements. */
export function keyPolicy(account: Account, region: string): string {
  return policyDocument([
    accountStatement(account),
    logsStatement(account, region),
    alarmsStatement(account),
  ]);
}

/** Who may use the key of the backups in the other region. */
function backupKeyPolicy(account: Account): string {
  return policyDocument([accountStatement(account)]);
}

/** Arguments of a key. */
function keyArgs(description: string, policy: pulumi.Input<string>): aws.kms.KeyArgs {
  return { description, enableKeyRotation: true, deletionWindowInDays: DELETION_WINDOW, policy };
}

/** Nothing that a key encrypted, such as the final snapshot, can be read without it. So keys outlive the stack. */
const OUTLIVES = { retainOnDelete: true } as const;

/**
 * The ARN of the key: the user's, or a new one.
 *
 * @param accountArn ARN of any resource of the account.
 */
export function createKey(
  name: string,
  plan: RdsPlan,
  accountArn: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  if (plan.kmsKeyArn !== undefined) return pulumi.output(plan.kmsKeyArn);
  const policy = accountArn.apply((arn) => keyPolicy(accountOf(arn), plan.region));
  const key = new aws.kms.Key(`${name}-key`, keyArgs(`Database ${plan.identifier}`, policy), {
    ...opts,
    ...OUTLIVES,
    protect: !plan.deleteData,
  });
  new aws.kms.Alias(`${name}-key-alias`, { name: `alias/${plan.identifier}`, targetKeyId: key.keyId }, opts);
  return key.arn;
}

/** The ARN of a new key in the region that automated backups are copied to; keys do not leave their region. */
export function createBackupKey(
  name: string,
  plan: RdsPlan,
  region: string,
  accountArn: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const policy = accountArn.apply((arn) => backupKeyPolicy(accountOf(arn)));
  const key = new aws.kms.Key(
    `${name}-backup-key`,
    { ...keyArgs(`Backups of database ${plan.identifier}`, policy), region },
    // Not protected: taking `backupRegion` away again must be possible.
    { ...opts, ...OUTLIVES },
  );
  new aws.kms.Alias(
    `${name}-backup-key-alias`,
    { name: `alias/${plan.identifier}`, targetKeyId: key.keyId, region },
    opts,
  );
  return key.arn;
}
