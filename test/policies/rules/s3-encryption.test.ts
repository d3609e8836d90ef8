/** Which key encrypts a bucket? Both forms of the rule, in the bucket and beside it. */

import assert from "node:assert/strict";
import { type Properties, UNKNOWN } from "../../../policies/reading/known";
import { BUCKET, BUCKET_V2 } from "../../../policies/subjects";
import { foundBy, made, saidBy } from "./stack-of";

const BESIDE = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const BESIDE_V2 =
  "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2";
const RULES = ["s3-bucket-sse", "s3-bucket-sse-kms", "s3-bucket-sse-cmk", "s3-bucket-key"];

/** The same encryption in all the places where it can be written. */
function places(
  byDefault: unknown,
  more: Properties = {},
): Parameters<typeof foundBy> extends [string, ...infer R] ? R[] : never {
  const rule = { applyServerSideEncryptionByDefault: byDefault, ...more };
  const inside = { serverSideEncryptionConfiguration: { rule } };
  const insideV2 = {
    serverSideEncryptionConfigurations: [
      {
        rules: [
          { applyServerSideEncryptionByDefaults: byDefault === UNKNOWN ? UNKNOWN : [byDefault], ...more },
        ],
      },
    ],
  };
  const beside = (type: string) => [
    made(BUCKET, "logs", {}),
    made(type, "e", { bucket: UNKNOWN, rules: [rule] }, { bucket: ["logs"] }),
  ];
  return [
    [made(BUCKET, "logs", inside)],
    [made(BUCKET_V2, "logs", insideV2)],
    beside(BESIDE),
    beside(BESIDE_V2),
  ];
}

const KEY = "arn:aws:kms:eu-central-1:111122223333:key/1";
const CASES: [string, unknown, Properties, string[]][] = [
  ["a key of one's own", { sseAlgorithm: "aws:kms", kmsMasterKeyId: KEY }, { bucketKeyEnabled: true }, []],
  ["two layers", { sseAlgorithm: "aws:kms:dsse", kmsMasterKeyId: UNKNOWN }, { bucketKeyEnabled: true }, []],
  ["AWS's key", { sseAlgorithm: "aws:kms" }, { bucketKeyEnabled: true }, ["s3-bucket-sse-cmk"]],
  [
    "an empty key",
    { sseAlgorithm: "aws:kms", kmsMasterKeyId: "" },
    { bucketKeyEnabled: true },
    ["s3-bucket-sse-cmk"],
  ],
  ["no bucket key", { sseAlgorithm: "aws:kms", kmsMasterKeyId: KEY }, {}, ["s3-bucket-key"]],
  ["S3's own key", { sseAlgorithm: "AES256" }, {}, ["s3-bucket-sse-kms"]],
  ["an algorithm that is none", { sseAlgorithm: "metallica" }, {}, ["s3-bucket-sse", "s3-bucket-sse-kms"]],
  ["no algorithm", { kmsMasterKeyId: KEY }, {}, ["s3-bucket-sse", "s3-bucket-sse-kms"]],
  ["an algorithm that is not known", { sseAlgorithm: UNKNOWN }, {}, []],
  ["nothing that is known", UNKNOWN, {}, []],
];

describe("a bucket is encrypted", () => {
  for (const [name, byDefault, more, expected] of CASES)
    for (const [index, resources] of places(byDefault, more).entries())
      it(`with ${name}, place ${index + 1}`, () =>
        assert.deepEqual(
          RULES.filter((rule) => foundBy(rule, ...resources).length > 0),
          expected,
        ));

  it("by S3 where nothing is said", () =>
    assert.deepEqual(
      RULES.filter((rule) => foundBy(rule, made(BUCKET, "logs", {})).length > 0),
      ["s3-bucket-sse-kms"],
    ));

  it("with AES256 where access logs are delivered to it", () => {
    const logs = {
      serverSideEncryptionConfiguration: {
        rule: { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
      },
    };
    const group = [
      { type: "Group", uri: "http://acs.amazonaws.com/groups/s3/LogDelivery", permissions: ["WRITE"] },
    ];
    assert.deepEqual(
      foundBy("s3-bucket-sse-kms", made(BUCKET, "logs", { ...logs, acl: "log-delivery-write" })),
      [],
    );
    assert.deepEqual(foundBy("s3-bucket-sse-kms", made(BUCKET, "logs", { ...logs, grants: group })), []);
    assert.deepEqual(foundBy("s3-bucket-sse-kms", made(BUCKET, "logs", logs)), ["logs"]);
  });

  it("with odd values: nothing is thrown", () => {
    for (const odd of [null, 7, "x", [], [null], [UNKNOWN], { rule: [7] }, { rules: "x" }, { rule: UNKNOWN }])
      for (const rule of RULES) foundBy(rule, made(BUCKET, "b", { serverSideEncryptionConfiguration: odd }));
  });

  it("and is told where to write it", () =>
    assert.deepEqual(
      saidBy("s3-bucket-key", ...(places({ sseAlgorithm: "aws:kms", kmsMasterKeyId: KEY })[2] ?? [])),
      [
        "aws Bucket logs: each object asks KMS for a key of its own: a restore of many segments is slowed down by KMS's limit of requests\n" +
          "PROPERTY: rules[0].bucketKeyEnabled\n" +
          "HINT: write `bucketKeyEnabled: true` as rules[0].bucketKeyEnabled of e\n" +
          "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html\n" +
          "SAME AS: pulumi:aws-s3-bucket-enable-server-side-encryption-bucket-key",
      ],
    ));
});
