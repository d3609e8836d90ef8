/** Where do exported snapshots, dumps and the repository of pgBackRest lie, and who gets to them? */

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  archiveBucketPolicy,
  dumpPolicy,
  exportPolicy,
  LOG_PREFIXES,
  logBucketPolicy,
  pgbackrestPolicy,
  readerPolicy,
} from "./archive-policy";
import { bucketPrefix, createBucket } from "./bucket";
import type { RdsPlan } from "./options";
import { accountOf, trustPolicy } from "./policies";

/** Days for which what was deleted from the archive can be brought back, beyond the time for which a restore is promised. */
const MARGIN = 30;

/** Days for which logs of access are kept. */
const LOG_DAYS = 365;

/** The archive of a database. */
export interface Archive {
  bucket: aws.s3.Bucket;
  logs: Logs;
  /** ARNs of policies to attach to whoever needs them. */
  policies: pulumi.Output<ArchivePolicies>;
  /** ARN of the role with which RDS exports snapshots. */
  exportRole: pulumi.Output<string>;
}

/** The bucket for logs, and the policy that lets them in. */
export interface Logs {
  id: pulumi.Output<string>;
  arn: pulumi.Output<string>;
  policy: aws.s3.BucketPolicy;
}

/** ARNs of policies by what they are for. */
export interface ArchivePolicies {
  pgbackrest: string;
  dumps: string;
  reader: string;
}

/** Days for which deleted and overwritten objects are kept: as long as any of them can be needed, and then some. */
export function noncurrentDays({
  backupRetention,
  archiveLockDays,
}: Pick<RdsPlan, "backupRetention" | "archiveLockDays">): number {
  return Math.max(backupRetention, archiveLockDays) + MARGIN;
}

/** Makes the archive: its bucket, a bucket for logs, and who may do what. */
export function createArchive(
  name: string,
  plan: RdsPlan,
  { key, accountArn }: { key: pulumi.Output<string>; accountArn: pulumi.Output<string> },
  opts: pulumi.CustomResourceOptions,
): Archive {
  // What protects a bucket has to stay as long as the bucket.
  const kept = { ...opts, retainOnDelete: true };
  const bucket = createBucket(
    `${name}-archive`,
    {
      prefix: bucketPrefix(plan.identifier, "archive"),
      key,
      noncurrentDays: noncurrentDays(plan),
    },
    { ...kept, protect: !plan.deleteData },
  );
  const logs = createLogs(name, plan, { archiveArn: bucket.arn, accountArn }, kept);
  protectArchive(name, plan, { bucket, key, logs }, kept);
  return {
    bucket,
    logs,
    policies: createPolicies(name, bucket, key, opts),
    exportRole: createExportRole(name, bucket, key, opts),
  };
}

/** The bucket for logs of who asked for what, of the archive and of a VPC of our own. */
function createLogs(
  name: string,
  plan: RdsPlan,
  { archiveArn, accountArn }: { archiveArn: pulumi.Output<string>; accountArn: pulumi.Output<string> },
  opts: pulumi.CustomResourceOptions,
): Logs {
  const { id, arn } = createBucket(
    `${name}-logs`,
    {
      prefix: bucketPrefix(plan.identifier, "logs"),
      key: undefined,
      noncurrentDays: MARGIN,
      expireDays: LOG_DAYS,
    },
    { ...opts, protect: !plan.deleteData },
  );
  const policy = new aws.s3.BucketPolicy(
    `${name}-logs-policy`,
    {
      bucket: id,
      policy: pulumi
        .all([arn, archiveArn, accountArn])
        .apply(([own, archive, account]) => logBucketPolicy(own, archive, accountOf(account))),
    },
    opts,
  );
  return { id, arn, policy };
}

/** What the archive has beyond a bucket: a policy, a lock, and a log of who asked for what. */
function protectArchive(
  name: string,
  { archiveLockDays }: RdsPlan,
  { bucket, key, logs }: { bucket: aws.s3.Bucket; key: pulumi.Output<string>; logs: Logs },
  opts: pulumi.CustomResourceOptions,
): void {
  new aws.s3.BucketPolicy(
    `${name}-archive-policy`,
    {
      bucket: bucket.id,
      policy: pulumi.all([bucket.arn, key]).apply(([arn, keyArn]) => archiveBucketPolicy(arn, keyArn)),
    },
    opts,
  );
  new aws.s3.BucketLogging(
    `${name}-archive-logging`,
    { bucket: bucket.id, targetBucket: logs.id, targetPrefix: LOG_PREFIXES.access },
    { ...opts, dependsOn: logs.policy },
  );
  if (archiveLockDays > 0)
    new aws.s3.BucketObjectLockConfiguration(
      `${name}-archive-lock`,
      { bucket: bucket.id, rule: { defaultRetention: { mode: "COMPLIANCE", days: archiveLockDays } } },
      // It goes alone where the lock is taken out of the configuration, and stays where the bucket stays.
      { ...opts, retainOnDelete: false, deletedWith: bucket },
    );
}

/** Policies without a principal: which role a container or a job runs with is not known here. */
function createPolicies(
  name: string,
  { arn }: aws.s3.Bucket,
  key: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): Archive["policies"] {
  const policy = (
    kind: string,
    description: string,
    document: (bucketArn: string, keyArn: string) => string,
  ) =>
    new aws.iam.Policy(
      `${name}-archive-${kind}`,
      {
        description,
        policy: pulumi.all([arn, key]).apply(([bucketArn, keyArn]) => document(bucketArn, keyArn)),
      },
      opts,
    ).arn;
  return pulumi.output({
    pgbackrest: policy("pgbackrest", "Repository of pgBackRest: read, write, expire", pgbackrestPolicy),
    dumps: policy("dumps", "Dumps: add only", dumpPolicy),
    reader: policy("reader", "Archive: read only", readerPolicy),
  });
}

function createExportRole(
  name: string,
  { arn }: aws.s3.Bucket,
  key: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const role = new aws.iam.Role(
    `${name}-snapshot-export`,
    {
      description: "RDS exports snapshots into the archive",
      assumeRolePolicy: trustPolicy("export.rds.amazonaws.com"),
    },
    opts,
  );
  new aws.iam.RolePolicy(
    `${name}-snapshot-export-policy`,
    {
      role: role.id,
      policy: pulumi.all([arn, key]).apply(([bucketArn, keyArn]) => exportPolicy(bucketArn, keyArn)),
    },
    opts,
  );
  return role.arn;
}
