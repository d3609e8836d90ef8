/** Who may do what with the archive? Policies of the buckets, and one for each kind of writer and reader. Pure. */

import { type Account, policyDocument, type Statement } from "./policies";

/** Who writes into the archive, and where. */
export const ARCHIVE_PREFIXES = {
  /** Snapshots that RDS exports. */
  snapshots: "snapshots",
  /** Repository of pgBackRest, for databases that run in containers. */
  pgbackrest: "pgbackrest",
  /** Logical dumps. */
  dumps: "dumps",
} as const;

/** Where a bucket's own access log and a VPC's flow log go. */
export const LOG_PREFIXES = { access: "access/", flow: "AWSLogs/" } as const;

/** Older versions of TLS than this are refused. */
const OLDEST_TLS = "1.2";

/** Nobody gets in without TLS, and not with an old one. */
function tlsStatements(bucketArn: string): Statement[] {
  const all = [bucketArn, `${bucketArn}/*`];
  const deny = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: all } as const;
  return [
    { Sid: "OnlyWithTls", ...deny, Condition: { Bool: { "aws:SecureTransport": "false" } } },
    { Sid: "OnlyWithNewTls", ...deny, Condition: { NumericLessThan: { "s3:TlsVersion": OLDEST_TLS } } },
  ];
}

/** Whoever names an encryption names ours; whoever names none gets the bucket's. */
function encryptionStatements(bucketArn: string, keyArn: string): Statement[] {
  const header = "s3:x-amz-server-side-encryption";
  const deny = {
    Effect: "Deny",
    Principal: "*",
    Action: "s3:PutObject",
    Resource: `${bucketArn}/*`,
  } as const;
  return [
    { Sid: "OnlyWithKms", ...deny, Condition: { StringNotEqualsIfExists: { [header]: "aws:kms" } } },
    {
      Sid: "OnlyWithOurKey",
      ...deny,
      Condition: { StringNotEqualsIfExists: { [`${header}-aws-kms-key-id`]: keyArn } },
    },
  ];
}

/** Policy of the archive's bucket. It allows nothing: who may write says IAM. */
export function archiveBucketPolicy(bucketArn: string, keyArn: string): string {
  return policyDocument([...tlsStatements(bucketArn), ...encryptionStatements(bucketArn, keyArn)]);
}

/**
 * Policy of the bucket for logs: only the two services that deliver them write.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
 * https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html
 */
export function logBucketPolicy(bucketArn: string, archiveArn: string, { id }: Account): string {
  const account = { StringEquals: { "aws:SourceAccount": id } };
  const flowLogs = { Service: "delivery.logs.amazonaws.com" };
  return policyDocument([
    ...tlsStatements(bucketArn),
    {
      Sid: "AccessLog",
      Effect: "Allow",
      Principal: { Service: "logging.s3.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `${bucketArn}/${LOG_PREFIXES.access}*`,
      Condition: { ...account, ArnLike: { "aws:SourceArn": archiveArn } },
    },
    {
      Sid: "FlowLog",
      Effect: "Allow",
      Principal: flowLogs,
      Action: "s3:PutObject",
      Resource: `${bucketArn}/${LOG_PREFIXES.flow}*`,
      Condition: { StringEquals: { ...account.StringEquals, "s3:x-amz-acl": "bucket-owner-full-control" } },
    },
    {
      Sid: "FlowLogBucket",
      Effect: "Allow",
      Principal: flowLogs,
      Action: ["s3:GetBucketAcl", "s3:ListBucket"],
      Resource: bucketArn,
      Condition: account,
    },
  ]);
}

/** Lists what is below one prefix. */
function listStatement(bucketArn: string, prefix: string): Statement {
  return {
    Sid: "List",
    Effect: "Allow",
    Action: "s3:ListBucket",
    Resource: bucketArn,
    Condition: { StringLike: { "s3:prefix": `${prefix}/*` } },
  };
}

function keyStatement(keyArn: string, actions: readonly string[]): Statement {
  return { Sid: "Key", Effect: "Allow", Action: actions, Resource: keyArn };
}

/**
 * For pgBackRest. It removes what its retention says; the bucket keeps the removed versions for a while, and nobody
 * gets leave to delete those. https://pgbackrest.org/user-guide.html#s3-support
 */
export function pgbackrestPolicy(bucketArn: string, keyArn: string): string {
  return policyDocument([
    listStatement(bucketArn, ARCHIVE_PREFIXES.pgbackrest),
    {
      Sid: "ReadAndWrite",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
      Resource: `${bucketArn}/${ARCHIVE_PREFIXES.pgbackrest}/*`,
    },
    keyStatement(keyArn, ["kms:Decrypt", "kms:GenerateDataKey"]),
  ]);
}

/** For whoever writes dumps: he can add, and neither read nor delete. S3 needs Decrypt to join the parts of an upload. */
export function dumpPolicy(bucketArn: string, keyArn: string): string {
  return policyDocument([
    {
      Sid: "Write",
      Effect: "Allow",
      Action: ["s3:PutObject", "s3:AbortMultipartUpload"],
      Resource: `${bucketArn}/${ARCHIVE_PREFIXES.dumps}/*`,
    },
    keyStatement(keyArn, ["kms:Decrypt", "kms:GenerateDataKey"]),
  ]);
}

/** For a restore: he can read everything, and change nothing. */
export function readerPolicy(bucketArn: string, keyArn: string): string {
  return policyDocument([
    { Sid: "List", Effect: "Allow", Action: "s3:ListBucket", Resource: bucketArn },
    { Sid: "Read", Effect: "Allow", Action: "s3:GetObject", Resource: `${bucketArn}/*` },
    keyStatement(keyArn, ["kms:Decrypt"]),
  ]);
}

/**
 * For the export of snapshots, with the actions that RDS asks for.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ExportSnapshot.Setup.html
 */
export function exportPolicy(bucketArn: string, keyArn: string): string {
  return policyDocument([
    {
      Sid: "Bucket",
      Effect: "Allow",
      Action: ["s3:ListBucket", "s3:GetBucketLocation"],
      Resource: bucketArn,
    },
    {
      Sid: "Snapshots",
      Effect: "Allow",
      Action: ["s3:PutObject*", "s3:GetObject*", "s3:DeleteObject*"],
      Resource: `${bucketArn}/${ARCHIVE_PREFIXES.snapshots}/*`,
    },
    keyStatement(keyArn, [
      "kms:Encrypt",
      "kms:Decrypt",
      "kms:ReEncrypt*",
      "kms:GenerateDataKey*",
      "kms:CreateGrant",
      "kms:DescribeKey",
    ]),
  ]);
}
