/** How is a bucket made that nobody reads or deletes by mistake? The archive's and the one for logs are both such. */

import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** AWS appends 26 characters to a prefix, and a bucket's name has 63 at most. */
const LONGEST_PREFIX = 37;

/** Days after which parts of an upload that was broken off are removed. */
const UNFINISHED_UPLOADS = 7;

/** What differs between two buckets. */
export interface BucketRow {
  /** Its names begin so; names of buckets are the world's. */
  prefix: string;
  /** ARN of a key; undefined: S3's own, since log delivery can use no other. */
  key: pulumi.Input<string> | undefined;
  /** Days for which deleted and overwritten objects are kept. */
  noncurrentDays: number;
  /** Days after which objects are removed; undefined: never. */
  expireDays?: number;
}

/** The first part of a bucket's name. A long identifier is cut, and what the bucket is for stays readable. */
export function bucketPrefix(identifier: string, purpose: string): string {
  const end = `-${purpose}-`;
  return `${identifier.slice(0, LONGEST_PREFIX - end.length).replace(/-+$/, "")}${end}`;
}

/** How long things stay. A current object of the archive never ends by itself: pgBackRest knows what a restore needs. */
export function lifecycleRules({
  noncurrentDays,
  expireDays,
}: Pick<BucketRow, "noncurrentDays" | "expireDays">): aws.types.input.s3.BucketLifecycleConfigurationRule[] {
  return [
    {
      id: "unfinished-uploads",
      status: "Enabled",
      filter: {},
      abortIncompleteMultipartUpload: { daysAfterInitiation: UNFINISHED_UPLOADS },
    },
    {
      id: "old-versions",
      status: "Enabled",
      filter: {},
      noncurrentVersionExpiration: { noncurrentDays },
      expiration: expireDays === undefined ? { expiredObjectDeleteMarker: true } : { days: expireDays },
    },
  ];
}

function encryption(key: BucketRow["key"]): aws.types.input.s3.BucketServerSideEncryptionConfigurationRule {
  if (key === undefined) return { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } };
  return {
    applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key },
    // One request to KMS for many objects: a restore of thousands of segments is not slowed down by its limits.
    bucketKeyEnabled: true,
  };
}

/**
 * Makes a bucket: versioned, encrypted, closed to the public, without access control lists. EventBridge is told what
 * happens in it, so that a rule of the account can watch for deletions.
 *
 * @param opts The bucket outlives the stack, and so must what protects it: `retainOnDelete` for all of them.
 */
export function createBucket(
  name: string,
  row: BucketRow,
  { protect, ...opts }: pulumi.CustomResourceOptions,
): aws.s3.Bucket {
  const created = new aws.s3.Bucket(
    name,
    // That objects can be locked costs nothing, and later it takes a new bucket. How long is said elsewhere.
    { bucketPrefix: row.prefix, objectLockEnabled: true },
    { ...opts, protect },
  );
  const bucket = created.id;
  const versioning = new aws.s3.BucketVersioning(
    `${name}-versioning`,
    { bucket, versioningConfiguration: { status: "Enabled" } },
    opts,
  );
  new aws.s3.BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    { bucket, rules: [encryption(row.key)] },
    opts,
  );
  new aws.s3.BucketPublicAccessBlock(
    `${name}-public-access`,
    {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    opts,
  );
  new aws.s3.BucketOwnershipControls(
    `${name}-ownership`,
    { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
    opts,
  );
  new aws.s3.BucketNotification(`${name}-events`, { bucket, eventbridge: true }, opts);
  new aws.s3.BucketLifecycleConfiguration(
    `${name}-lifecycle`,
    { bucket, rules: lifecycleRules(row) },
    // Rules about old versions mean something on a versioned bucket only.
    { ...opts, dependsOn: versioning },
  );
  return created;
}
