/** Is what a bucket holds encrypted, and with whose key? */

import { short } from "../reading/block";
import { type Bucket, companionName, type Encryption, encryptionOf, takesLogs } from "../reading/bucket";
import { UNKNOWN } from "../reading/known";
import type { Rule } from "../rule";
import { bucketRule } from "./s3-bucket";

const DOCS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html";
const ALGORITHMS = ["AES256", "aws:kms", "aws:kms:dsse"];
const KEY = '{ sseAlgorithm: "aws:kms", kmsMasterKeyId: … }';

function isKms({ algorithm }: Encryption): boolean {
  return algorithm === "aws:kms" || algorithm === "aws:kms:dsse";
}

/** Where the default encryption is written, or would be. */
function place(bucket: Bucket, encryption: Encryption | undefined, name: string) {
  if (!encryption) return { property: "serverSideEncryptionConfiguration", where: "" };
  const { saying, path } = encryption;
  const where = saying.resource === bucket.resource ? "" : ` of ${saying.resource.name}`;
  return { property: path === "" ? name : `${path}.${name}`, where };
}

function encryptionHint(bucket: Bucket, encryption: Encryption | undefined): string {
  const rule = `applyServerSideEncryptionByDefault: ${KEY}`;
  const { property, where } = place(bucket, encryption, "applyServerSideEncryptionByDefault");
  return encryption
    ? `write \`${rule}\` as ${property}${where}`
    : `add a ${companionName("encryption")} with \`rules: [{ ${rule}, bucketKeyEnabled: true }]\``;
}

/** Log delivery writes with AES256 only, so a bucket for access logs cannot have a key of its own. */
function mayHaveKey(bucket: Bucket): boolean {
  return !takesLogs(bucket);
}

function example(sseAlgorithm: string | undefined, kmsMasterKeyId?: string, bucketKeyEnabled = true) {
  const applyServerSideEncryptionByDefault = {
    ...(sseAlgorithm === undefined ? {} : { sseAlgorithm }),
    ...(kmsMasterKeyId === undefined ? {} : { kmsMasterKeyId }),
  };
  const rule = { applyServerSideEncryptionByDefault, bucketKeyEnabled };
  return { change: { serverSideEncryptionConfiguration: { rule } } };
}

const ARN = "arn:aws:kms:eu-central-1:111122223333:key/1";

export const S3_ENCRYPTION_RULES: readonly Rule[] = [
  bucketRule({
    name: "s3-bucket-sse",
    title: "A bucket's default encryption is one that S3 has",
    severity: "medium",
    protects: "access",
    ids: [
      "CKV_AWS_19",
      "trivy:AWS-0088",
      "prowler:s3_bucket_default_encryption",
      "config:s3-bucket-server-side-encryption-enabled",
      "guard:S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED",
      "pulumi:aws-s3-bucket-enable-server-side-encryption",
      "powerpipe:s3_bucket_default_encryption_enabled",
      "tfsec:s3/enable-bucket-encryption",
    ],
    docs: DOCS,
    property: "serverSideEncryptionConfiguration.rule.applyServerSideEncryptionByDefault.sseAlgorithm",
    // Some tools still want it written. Since January 2023 S3 encrypts what nothing is said about with AES256.
    why: "AWS refuses an algorithm that it does not know, in the middle of the deployment.",
    aspects: ["encryption"],
    alone: "encryption",
    scope: "every",
    problem(bucket) {
      const wrong = encryptionOf(bucket).find(
        ({ algorithm }) => algorithm !== UNKNOWN && !ALGORITHMS.includes(algorithm ?? ""),
      );
      if (!wrong) return undefined;
      const written = typeof wrong.algorithm === "string" ? wrong.algorithm : "";
      const { property } = place(bucket, wrong, "applyServerSideEncryptionByDefault.sseAlgorithm");
      const fact =
        written === ""
          ? "its default encryption names no algorithm"
          : `${short(written)} is no encryption of S3`;
      return {
        property,
        value: written,
        fact: `${fact}: this deployment will fail, and the bucket is left as it was`,
        hint: encryptionHint(bucket, wrong),
      };
    },
    good: example("AES256"),
    bad: example("none"),
  }),
  bucketRule({
    name: "s3-bucket-sse-kms",
    title: "A bucket is encrypted with a key of KMS",
    severity: "low",
    protects: "access",
    ids: [
      "CKV_AWS_145",
      "trivy:AWS-0132",
      "prowler:s3_bucket_kms_encryption",
      "FSBP:S3.17",
      "config:s3-default-encryption-kms",
      "guard:S3_DEFAULT_ENCRYPTION_KMS",
      "pulumi:aws-s3-bucket-configure-server-side-encryption-kms",
      "pulumi:aws-s3-bucket-configure-server-side-encryption-customer-managed-key",
      "terrascan:AC_AWS_0207",
      "cdk-nag:S3DefaultEncryptionKMS",
      "powerpipe:s3_bucket_default_encryption_enabled_kms",
      "tfsec:s3/encryption-customer-key",
    ],
    docs: DOCS,
    property: "serverSideEncryptionConfiguration.rule.applyServerSideEncryptionByDefault.sseAlgorithm",
    // guard takes AES256 as well; the others do not, and it is theirs that is the stricter and common reading.
    why: "With S3's own key everybody who may read the bucket reads the backups: no key policy stands in between.",
    aspects: ["encryption", "acl"],
    alone: "encryption",
    scope: "switched",
    problem(bucket) {
      const all = encryptionOf(bucket);
      if (!mayHaveKey(bucket) || all.some((one) => isKms(one) || one.algorithm === UNKNOWN)) return undefined;
      const written = all[0]?.algorithm;
      const { property } = place(bucket, all[0], "applyServerSideEncryptionByDefault.sseAlgorithm");
      return {
        property,
        value: typeof written === "string" ? written : "",
        fact: "it is not encrypted with a key of KMS: who may read the bucket reads all that is in it",
        hint: encryptionHint(bucket, all[0]),
      };
    },
    good: example("aws:kms:dsse", ARN),
    bad: example("AES256"),
  }),
  bucketRule({
    name: "s3-bucket-sse-cmk",
    title: "The key of a bucket's encryption is the team's own",
    severity: "low",
    protects: "access",
    ids: [
      "trivy:AWS-0132",
      "pulumi:aws-s3-bucket-configure-server-side-encryption-customer-managed-key",
      "tfsec:s3/encryption-customer-key",
    ],
    docs: DOCS,
    property: "serverSideEncryptionConfiguration.rule.applyServerSideEncryptionByDefault.kmsMasterKeyId",
    why: "The policy of AWS's key aws/s3 cannot be changed, and no other account can restore from the bucket.",
    aspects: ["encryption", "acl"],
    alone: "encryption",
    scope: "switched",
    problem(bucket) {
      const wrong = encryptionOf(bucket).find((one) => isKms(one) && !one.key);
      if (!wrong || !mayHaveKey(bucket)) return undefined;
      const { property } = place(bucket, wrong, "applyServerSideEncryptionByDefault.kmsMasterKeyId");
      return {
        property,
        value: "",
        fact: "it is encrypted with AWS's key aws/s3: no other account can restore from it, and nobody can be kept from the key",
        hint: encryptionHint(bucket, wrong),
      };
    },
    good: example("aws:kms", ARN),
    bad: example("aws:kms"),
  }),
  bucketRule({
    name: "s3-bucket-key",
    title: "A bucket that is encrypted with KMS has a bucket key",
    severity: "low",
    protects: "availability",
    ids: ["pulumi:aws-s3-bucket-enable-server-side-encryption-bucket-key"],
    docs: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html",
    property: "serverSideEncryptionConfiguration.rule.bucketKeyEnabled",
    why: "Without it every segment that is archived or restored asks KMS, which limits requests and charges for them.",
    aspects: ["encryption"],
    alone: "encryption",
    scope: "every",
    problem(bucket) {
      const wrong = encryptionOf(bucket).find(
        (one) => isKms(one) && one.hasBucketKey !== true && one.hasBucketKey !== UNKNOWN,
      );
      if (!wrong) return undefined;
      const { property, where } = place(bucket, wrong, "bucketKeyEnabled");
      return {
        property,
        value: String(wrong.hasBucketKey ?? ""),
        fact: "each object asks KMS for a key of its own: a restore of many segments is slowed down by KMS's limit of requests",
        hint: `write \`bucketKeyEnabled: true\` as ${property}${where}`,
      };
    },
    good: example("aws:kms", ARN),
    bad: example("aws:kms", ARN, false),
  }),
];
