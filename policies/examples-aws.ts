/** Which inputs of AWS's resources around a database are safe? RDS has its own. */

import { type Properties, UNKNOWN } from "./reading/known";
import type { Example } from "./rule";
import {
  ACCESS_POINT,
  ACCOUNT_BLOCK,
  BACKUP_PLAN,
  BACKUP_SELECTION,
  BACKUP_VAULT,
  BACKUP_VAULT_LOCK,
  BACKUP_VAULT_POLICY,
  BUCKET,
  BUCKET_V2,
  DEFAULT_SECURITY_GROUP,
  EGRESS_RULE,
  INGRESS_RULE,
  KMS_KEY,
  KMS_KEY_POLICY,
  MULTI_REGION_ACCESS_POINT,
  SECURITY_GROUP,
  SECURITY_GROUP_RULE,
  TRAIL,
  VPC,
} from "./subjects";

const NAME = "db-wal-archive";
const ARN = `arn:aws:s3:::${NAME}`;
const KEY = "arn:aws:kms:eu-central-1:111122223333:key/1";
const REPLICA = { bucket: "arn:aws:s3:::db-wal-replica" };
const ROLE = "arn:aws:iam::111122223333:role/replicate";

function policy(...Statement: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

const TLS = policy({
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [ARN, `${ARN}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});
const KEY_POLICY = policy({
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::111122223333:root" },
  Action: "kms:*",
  Resource: "*",
});
const KEEP = policy({
  Effect: "Deny",
  Principal: "*",
  Action: [
    "backup:DeleteRecoveryPoint",
    "backup:UpdateRecoveryPointLifecycle",
    "backup:PutBackupVaultAccessPolicy",
  ],
  Resource: "*",
});

const BY_DEFAULT = { sseAlgorithm: "aws:kms", kmsMasterKeyId: KEY };
const RETENTION = { mode: "COMPLIANCE", days: 35 };
const CLOSED = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};
const CLIENTS = { fromPort: 5432, toPort: 5432, description: "clients" };
const ARCHIVE = { fromPort: 443, toPort: 443, description: "archive" };

/** What can be said of a bucket beside it; both names of a resource have the same inputs. */
const BESIDE: Readonly<Record<string, Properties>> = {
  BucketVersioning: { versioningConfiguration: { status: "Enabled" } },
  BucketServerSideEncryptionConfiguration: {
    rules: [{ applyServerSideEncryptionByDefault: BY_DEFAULT, bucketKeyEnabled: true }],
  },
  BucketPublicAccessBlock: CLOSED,
  BucketPolicy: { policy: TLS },
  BucketAcl: { acl: "private" },
  BucketOwnershipControls: { rule: { objectOwnership: "BucketOwnerEnforced" } },
  BucketObjectLockConfiguration: { rule: { defaultRetention: RETENTION } },
  BucketLifecycleConfiguration: {
    rules: [
      {
        id: "old",
        status: "Enabled",
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
        noncurrentVersionExpiration: { noncurrentDays: 90 },
      },
    ],
  },
  BucketLogging: { targetBucket: "logs", targetPrefix: "s3/" },
  BucketReplicationConfig: { role: ROLE, rules: [{ status: "Enabled", destination: REPLICA }] },
  BucketCorsConfiguration: {
    corsRules: [{ allowedMethods: ["GET"], allowedOrigins: ["https://example.org"] }],
  },
  BucketNotification: { eventbridge: true },
};

/** Types of the provider's two names for the same resource. */
function besideTypes(name: string): string[] {
  const token = name.charAt(0).toLowerCase() + name.slice(1);
  const hasTwo = !["BucketPublicAccessBlock", "BucketPolicy", "BucketOwnershipControls"].includes(name);
  const first = `aws:s3/${token}:${name}`;
  return hasTwo && !/Notification|Replication/.test(name) ? [first, `aws:s3/${token}V2:${name}V2`] : [first];
}

/** Inputs without a finding, by type. */
export const HAPPY_AWS: Readonly<Record<string, Properties>> = {
  [BUCKET]: {
    bucket: NAME,
    objectLockEnabled: true,
    policy: TLS,
    versioning: { enabled: true },
    serverSideEncryptionConfiguration: {
      rule: { applyServerSideEncryptionByDefault: BY_DEFAULT, bucketKeyEnabled: true },
    },
    objectLockConfiguration: { objectLockEnabled: "Enabled", rule: { defaultRetention: RETENTION } },
    lifecycleRules: [
      { enabled: true, abortIncompleteMultipartUploadDays: 7, noncurrentVersionExpiration: { days: 90 } },
    ],
    logging: { targetBucket: "logs", targetPrefix: "s3/" },
    replicationConfiguration: { role: ROLE, rules: [{ status: "Enabled", destination: REPLICA }] },
  },
  [BUCKET_V2]: {
    bucket: NAME,
    objectLockEnabled: true,
    policy: TLS,
    versionings: [{ enabled: true }],
    serverSideEncryptionConfigurations: [
      { rules: [{ applyServerSideEncryptionByDefaults: [BY_DEFAULT], bucketKeyEnabled: true }] },
    ],
    objectLockConfiguration: { objectLockEnabled: "Enabled", rules: [{ defaultRetentions: [RETENTION] }] },
    lifecycleRules: [
      { enabled: true, abortIncompleteMultipartUploadDays: 7, noncurrentVersionExpirations: [{ days: 90 }] },
    ],
    loggings: [{ targetBucket: "logs", targetPrefix: "s3/" }],
    replicationConfigurations: [{ role: ROLE, rules: [{ status: "Enabled", destinations: [REPLICA] }] }],
  },
  ...Object.fromEntries(
    Object.entries(BESIDE).flatMap(([name, properties]) =>
      besideTypes(name).map((type) => [type, { bucket: NAME, ...properties }]),
    ),
  ),
  [ACCOUNT_BLOCK]: CLOSED,
  [ACCESS_POINT]: { bucket: NAME, name: "archive", publicAccessBlockConfiguration: CLOSED },
  [MULTI_REGION_ACCESS_POINT]: { details: { name: "archive", publicAccessBlock: CLOSED } },
  [TRAIL]: {
    s3BucketName: "logs",
    eventSelectors: [
      { readWriteType: "All", dataResources: [{ type: "AWS::S3::Object", values: ["arn:aws:s3"] }] },
    ],
  },
  [KMS_KEY]: {
    description: "backups",
    enableKeyRotation: true,
    deletionWindowInDays: 30,
    policy: KEY_POLICY,
  },
  [KMS_KEY_POLICY]: { keyId: KEY, policy: KEY_POLICY },
  [BACKUP_VAULT]: { name: "db", kmsKeyArn: KEY },
  [BACKUP_VAULT_LOCK]: { backupVaultName: "db", minRetentionDays: 35, changeableForDays: 3 },
  [BACKUP_VAULT_POLICY]: { backupVaultName: "db", policy: KEEP },
  [BACKUP_PLAN]: {
    name: "db",
    rules: [
      {
        ruleName: "daily",
        targetVaultName: "db",
        schedule: "cron(0 3 * * ? *)",
        lifecycle: { deleteAfter: 35 },
      },
    ],
  },
  [BACKUP_SELECTION]: { planId: "1", iamRoleArn: ROLE, resources: ["*"] },
  [SECURITY_GROUP]: {
    description: "PostgreSQL",
    vpcId: "vpc-1",
    ingress: [{ ...CLIENTS, protocol: "tcp", cidrBlocks: ["10.0.1.0/24"] }],
    egress: [{ ...ARCHIVE, protocol: "tcp", prefixListIds: ["pl-1"] }],
  },
  [SECURITY_GROUP_RULE]: {
    ...CLIENTS,
    type: "ingress",
    protocol: "tcp",
    securityGroupId: "sg-1",
    cidrBlocks: ["10.0.1.0/24"],
  },
  [INGRESS_RULE]: { ...CLIENTS, ipProtocol: "tcp", securityGroupId: "sg-1", cidrIpv4: "10.0.1.0/24" },
  [EGRESS_RULE]: { ...ARCHIVE, ipProtocol: "tcp", securityGroupId: "sg-1", prefixListId: "pl-1" },
  [DEFAULT_SECURITY_GROUP]: { vpcId: UNKNOWN },
  [VPC]: { cidrBlock: "10.0.0.0/16" },
};

const BESIDE_BUCKETS: Example["others"] = [
  { type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", name: "closed", change: {} },
  { type: "aws:s3/bucketNotification:BucketNotification", name: "told", change: {} },
  { type: TRAIL, name: "trail", change: {} },
];

/** What has to be beside a resource, so that there is no finding. */
export const HAPPY_AWS_BESIDE: Readonly<Record<string, Example["others"]>> = {
  [BUCKET]: BESIDE_BUCKETS,
  [BUCKET_V2]: BESIDE_BUCKETS,
  [BACKUP_VAULT]: [{ type: BACKUP_VAULT_LOCK, name: "lock", change: {} }],
  [VPC]: [{ type: DEFAULT_SECURITY_GROUP, name: "none", change: {} }],
};
