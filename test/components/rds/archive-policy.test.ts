/** Who gets at the archive, statement by statement? */

import assert from "node:assert/strict";
import {
  archiveBucketPolicy,
  dumpPolicy,
  exportPolicy,
  logBucketPolicy,
  pgbackrestPolicy,
  readerPolicy,
} from "../../../components/rds/archive-policy";

const BUCKET = "arn:aws:s3:::archive";
const KEY = "arn:aws:kms:eu-central-1:111122223333:key/1";
const ACCOUNT = { partition: "aws", id: "111122223333" };

interface Statement {
  Sid: string;
  Effect: string;
  Principal?: unknown;
  Action: string | string[];
  Resource: string | string[];
  Condition?: unknown;
}
const statements = (policy: string) => (JSON.parse(policy) as { Statement: Statement[] }).Statement;

const TLS = (bucket: string) => [
  {
    Sid: "OnlyWithTls",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [bucket, `${bucket}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  },
  {
    Sid: "OnlyWithNewTls",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [bucket, `${bucket}/*`],
    Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } },
  },
];

describe("The archive's bucket", () => {
  it("denies what is not safe, and allows nothing", () =>
    assert.deepEqual(statements(archiveBucketPolicy(BUCKET, KEY)), [
      ...TLS(BUCKET),
      {
        Sid: "OnlyWithKms",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:PutObject",
        Resource: `${BUCKET}/*`,
        Condition: { StringNotEqualsIfExists: { "s3:x-amz-server-side-encryption": "aws:kms" } },
      },
      {
        Sid: "OnlyWithOurKey",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:PutObject",
        Resource: `${BUCKET}/*`,
        Condition: { StringNotEqualsIfExists: { "s3:x-amz-server-side-encryption-aws-kms-key-id": KEY } },
      },
    ]));
});

describe("The bucket for logs", () => {
  it("takes logs of this archive and this account only", () =>
    assert.deepEqual(statements(logBucketPolicy("arn:aws:s3:::logs", BUCKET, ACCOUNT)), [
      ...TLS("arn:aws:s3:::logs"),
      {
        Sid: "AccessLog",
        Effect: "Allow",
        Principal: { Service: "logging.s3.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: "arn:aws:s3:::logs/access/*",
        Condition: {
          StringEquals: { "aws:SourceAccount": "111122223333" },
          ArnLike: { "aws:SourceArn": BUCKET },
        },
      },
      {
        Sid: "FlowLog",
        Effect: "Allow",
        Principal: { Service: "delivery.logs.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: "arn:aws:s3:::logs/AWSLogs/*",
        Condition: {
          StringEquals: {
            "aws:SourceAccount": "111122223333",
            "s3:x-amz-acl": "bucket-owner-full-control",
          },
        },
      },
      {
        Sid: "FlowLogBucket",
        Effect: "Allow",
        Principal: { Service: "delivery.logs.amazonaws.com" },
        Action: ["s3:GetBucketAcl", "s3:ListBucket"],
        Resource: "arn:aws:s3:::logs",
        Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
      },
    ]));
});

/** What each policy allows, as `action on resource`. */
function allowed(policy: string): string[] {
  return statements(policy).flatMap(({ Effect, Action, Resource }) => {
    assert.equal(Effect, "Allow");
    return [Action].flat().flatMap((action) => [Resource].flat().map((on) => `${action} on ${on}`));
  });
}

describe("Writers and readers of the archive", () => {
  it("get what their work needs, where it is", () =>
    assert.deepEqual(
      {
        pgbackrest: allowed(pgbackrestPolicy(BUCKET, KEY)),
        dumps: allowed(dumpPolicy(BUCKET, KEY)),
        reader: allowed(readerPolicy(BUCKET, KEY)),
        export: allowed(exportPolicy(BUCKET, KEY)),
      },
      {
        pgbackrest: [
          `s3:ListBucket on ${BUCKET}`,
          `s3:GetObject on ${BUCKET}/pgbackrest/*`,
          `s3:PutObject on ${BUCKET}/pgbackrest/*`,
          `s3:DeleteObject on ${BUCKET}/pgbackrest/*`,
          `kms:Decrypt on ${KEY}`,
          `kms:GenerateDataKey on ${KEY}`,
        ],
        dumps: [
          `s3:PutObject on ${BUCKET}/dumps/*`,
          `s3:AbortMultipartUpload on ${BUCKET}/dumps/*`,
          `kms:Decrypt on ${KEY}`,
          `kms:GenerateDataKey on ${KEY}`,
        ],
        reader: [`s3:ListBucket on ${BUCKET}`, `s3:GetObject on ${BUCKET}/*`, `kms:Decrypt on ${KEY}`],
        export: [
          `s3:ListBucket on ${BUCKET}`,
          `s3:GetBucketLocation on ${BUCKET}`,
          `s3:PutObject* on ${BUCKET}/snapshots/*`,
          `s3:GetObject* on ${BUCKET}/snapshots/*`,
          `s3:DeleteObject* on ${BUCKET}/snapshots/*`,
          `kms:Encrypt on ${KEY}`,
          `kms:Decrypt on ${KEY}`,
          `kms:ReEncrypt* on ${KEY}`,
          `kms:GenerateDataKey* on ${KEY}`,
          `kms:CreateGrant on ${KEY}`,
          `kms:DescribeKey on ${KEY}`,
        ],
      },
    ));

  it("list their own prefix only", () =>
    assert.deepEqual(statements(pgbackrestPolicy(BUCKET, KEY)).find(({ Sid }) => Sid === "List")?.Condition, {
      StringLike: { "s3:prefix": "pgbackrest/*" },
    }));
});
