/** Can strangers get at a bucket? Blocks, lists, websites, access points, in the bucket and beside it. */

import assert from "node:assert/strict";
import { type Properties, UNKNOWN } from "../../../policies/reading/known";
import type { Resource } from "../../../policies/rule";
import {
  ACCESS_POINT,
  ACCOUNT_BLOCK,
  BUCKET,
  BUCKET_V2,
  MULTI_REGION_ACCESS_POINT,
} from "../../../policies/subjects";
import { foundBy, made, saidBy } from "./stack-of";

const BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const ACL = "aws:s3/bucketAcl:BucketAcl";
const OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls";
const WEBSITE = "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration";
const WEBSITE_V2 = "aws:s3/bucketWebsiteConfigurationV2:BucketWebsiteConfigurationV2";
const CORS = "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration";
const CLOSED = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};
const SWITCHES: Record<string, string> = {
  blockPublicAcls: "s3-block-public-acls",
  blockPublicPolicy: "s3-block-public-policy",
  ignorePublicAcls: "s3-ignore-public-acls",
  restrictPublicBuckets: "s3-restrict-public-buckets",
};

const logs = (type = BUCKET, properties: Properties = {}) => made(type, "logs", properties);
const beside = (type: string, properties: Properties) =>
  made(type, "beside", { bucket: UNKNOWN, ...properties }, { bucket: ["logs"] });

describe("a public access block", () => {
  for (const type of [BUCKET, BUCKET_V2])
    it(`is missing of ${type}, unless one refers to it or the account has one`, () => {
      const found = (...more: Resource[]) => foundBy("s3-public-access-block", logs(type), ...more);
      assert.deepEqual(found(), ["logs"]);
      assert.deepEqual(found(beside(BLOCK, {})), []);
      assert.deepEqual(found(made(BLOCK, "other", { bucket: UNKNOWN }, { bucket: ["other"] })), ["logs"]);
      assert.deepEqual(found(made(ACCOUNT_BLOCK, "all", CLOSED)), []);
      assert.deepEqual(found(made(ACCOUNT_BLOCK, "all", { ...CLOSED, ignorePublicAcls: false })), ["logs"]);
    });

  for (const [property, rule] of Object.entries(SWITCHES))
    it(`has ${property}: each switch is a rule of its own`, () => {
      const found = (properties: Properties) =>
        Object.values(SWITCHES).filter((name) => foundBy(name, made(BLOCK, "b", properties)).length > 0);
      assert.deepEqual(found(CLOSED), []);
      assert.deepEqual(found({ ...CLOSED, [property]: "true" }), []);
      assert.deepEqual(found({ ...CLOSED, [property]: UNKNOWN }), []);
      assert.deepEqual(found({ ...CLOSED, [property]: false }), [rule]);
      assert.deepEqual(found({ ...CLOSED, [property]: undefined }), [rule]);
      assert.deepEqual(found({ ...CLOSED, [property]: "yes" }), [rule]);
    });

  it("says what each leaves open", () =>
    assert.deepEqual(saidBy("s3-ignore-public-acls", made(BLOCK, "b", {})), [
      "aws BucketPublicAccessBlock b: ignorePublicAcls is not given, which means false: objects that were made public stay readable for everybody, and with it what is in the bucket\n" +
        "PROPERTY: ignorePublicAcls\n" +
        "HINT: write `ignorePublicAcls: true`\n" +
        "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html\n" +
        "SAME AS: CKV_AWS_55, trivy:AWS-0091, KICS:tf 4fa66806-0dd9-4f8d-9480-3174d39c7c91, prowler:s3_bucket_level_public_access_block, FSBP:S3.8, config:s3-bucket-level-public-access-prohibited, guard:S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED, cdk-nag:S3BucketLevelPublicAccessProhibited, powerpipe:s3_public_access_block_bucket",
    ]));

  it("of the account has all four; for one id only a false that is written counts", () => {
    const found = (rule: string, properties: Properties) =>
      foundBy(rule, made(ACCOUNT_BLOCK, "all", properties)).length;
    assert.equal(found("s3-account-public-access-block", CLOSED), 0);
    assert.equal(found("s3-account-public-access-block", {}), 4);
    assert.equal(found("s3-account-restrict-public-buckets", {}), 0);
    assert.equal(found("s3-account-restrict-public-buckets", { restrictPublicBuckets: false }), 1);
    assert.equal(found("s3-account-restrict-public-buckets", { restrictPublicBuckets: "false" }), 1);
  });

  it("of an access point is closed where nothing is said", () => {
    const found = (properties: Properties) =>
      foundBy("s3-access-point-block", made(ACCESS_POINT, "p", properties)).length;
    assert.equal(found({}), 0);
    assert.equal(found({ publicAccessBlockConfiguration: {} }), 0);
    assert.equal(found({ publicAccessBlockConfiguration: { blockPublicAcls: false } }), 1);
    assert.equal(found({ publicAccessBlockConfiguration: UNKNOWN }), 0);
    const multi = { details: { publicAccessBlock: { blockPublicPolicy: false } } };
    assert.equal(
      foundBy("s3-multi-region-access-point-block", made(MULTI_REGION_ACCESS_POINT, "m", multi)).length,
      1,
    );
  });
});

describe("an access control list", () => {
  const RULES = {
    read: "s3-acl-not-public",
    write: "s3-acl-public-write",
    "read permissions": "s3-acl-public-permissions",
    "write permissions": "s3-acl-write-permissions",
    authenticated: "s3-acl-authenticated-users",
  };
  const lets = (type: string, properties: Properties) =>
    Object.entries(RULES).flatMap(([what, rule]) =>
      foundBy(rule, made(type, "a", properties)).length > 0 ? [what] : [],
    );

  const CANNED: [string, string[]][] = [
    ["private", []],
    ["log-delivery-write", []],
    ["bucket-owner-full-control", []],
    ["public-read", ["read"]],
    ["website", ["read"]],
    ["authenticated-read", ["read"]],
    ["public-read-write", ["read", "write"]],
    ["PUBLIC-READ", ["read"]],
  ];
  for (const [acl, expected] of CANNED)
    it(`${acl} lets everybody ${expected.join(" and ") || "do nothing"}`, () => {
      for (const type of [BUCKET, BUCKET_V2, ACL, "aws:s3/bucketAclV2:BucketAclV2"])
        assert.deepEqual(lets(type, { acl }), expected, type);
    });

  const GRANTS: [string, string, string[]][] = [
    ["AllUsers", "READ", ["read"]],
    ["AllUsers", "WRITE", ["write"]],
    ["AllUsers", "READ_ACP", ["read permissions"]],
    ["AllUsers", "WRITE_ACP", ["write permissions"]],
    ["AllUsers", "FULL_CONTROL", ["read", "write", "read permissions"]],
    ["AuthenticatedUsers", "READ", ["read", "authenticated"]],
    ["AuthenticatedUsers", "READ_ACP", ["authenticated"]],
    ["Other", "FULL_CONTROL", []],
  ];
  for (const [group, permission, expected] of GRANTS)
    it(`that grants ${permission} to ${group} lets ${expected.join(" and ") || "nobody"}`, () => {
      const uri = `http://acs.amazonaws.com/groups/global/${group}`;
      const grantee = { type: "Group", uri };
      assert.deepEqual(lets(ACL, { accessControlPolicy: { grants: [{ grantee, permission }] } }), expected);
      assert.deepEqual(
        lets(BUCKET, { grants: [{ type: "Group", uri, permissions: [permission] }] }),
        expected,
      );
    });

  it("that is not known, or odd, lets nobody", () => {
    for (const acl of [UNKNOWN, 7, null, {}, []]) assert.deepEqual(lets(ACL, { acl }), []);
    for (const grants of [UNKNOWN, "x", [UNKNOWN], [null], [{ permissions: UNKNOWN }]])
      assert.deepEqual(lets(BUCKET, { grants }), []);
    assert.deepEqual(lets(ACL, { accessControlPolicy: UNKNOWN }), []);
  });

  it("is refused where the block is closed", () => {
    const found = (...more: Resource[]) => foundBy("s3-acl-overridden", ...more);
    assert.deepEqual(found(logs(BUCKET, { acl: "public-read" }), beside(BLOCK, CLOSED)), ["logs"]);
    assert.deepEqual(
      found(logs(BUCKET, { acl: "public-read" }), beside(BLOCK, { ...CLOSED, blockPublicAcls: false })),
      [],
    );
    assert.deepEqual(found(logs(BUCKET, { acl: "private" }), beside(BLOCK, CLOSED)), []);
    assert.deepEqual(
      found(
        logs(),
        beside(ACL, { acl: "public-read-write" }),
        made(BLOCK, "c", { bucket: UNKNOWN, ...CLOSED }, { bucket: ["logs"] }),
      ),
      ["logs"],
    );
  });

  it("is off only with BucketOwnerEnforced", () => {
    const found = (rule: unknown) => foundBy("s3-acls-disabled", made(OWNERSHIP, "o", { rule }));
    assert.deepEqual(found({ objectOwnership: "BucketOwnerEnforced" }), []);
    assert.deepEqual(found({ objectOwnership: UNKNOWN }), []);
    assert.deepEqual(found({ objectOwnership: "ObjectWriter" }), ["o"]);
    assert.deepEqual(found(undefined), ["o"]);
  });
});

describe("a website", () => {
  const wal = made(BUCKET, "wal", {});
  const site = (type: string, of: string) => made(type, "site", { bucket: UNKNOWN }, { bucket: [of] });

  for (const type of [WEBSITE, WEBSITE_V2])
    it(`of backups is refused, another is shown: ${type}`, () => {
      assert.deepEqual(foundBy("s3-static-website", wal, logs(), site(type, "wal")), ["wal"]);
      assert.deepEqual(foundBy("s3-static-website-of-others", wal, logs(), site(type, "logs")), ["logs"]);
      assert.deepEqual(foundBy("s3-static-website", wal, logs(), site(type, "logs")), []);
    });

  it("is found in the bucket in both versions", () => {
    assert.deepEqual(foundBy("s3-static-website", made(BUCKET, "wal", { website: { indexDocument: "i" } })), [
      "wal",
    ]);
    assert.deepEqual(
      foundBy("s3-static-website", made(BUCKET_V2, "wal", { websites: [{ indexDocument: "i" }] })),
      ["wal"],
    );
    assert.deepEqual(foundBy("s3-static-website", made(BUCKET_V2, "wal", { websites: [] })), []);
  });

  it("of somebody else does not write", () => {
    const found = (rule: object) => foundBy("s3-cors-wildcard", logs(), beside(CORS, { corsRules: [rule] }));
    const one = { allowedMethods: ["GET"], allowedOrigins: ["https://example.org"] };
    assert.deepEqual(found(one), []);
    assert.deepEqual(found({ ...one, allowedOrigins: ["*"] }), ["logs"]);
    assert.deepEqual(found({ ...one, allowedOrigins: ["https://*.example.org"] }), ["logs"]);
    assert.deepEqual(found({ ...one, allowedHeaders: ["*"] }), ["logs"]);
    assert.deepEqual(found({ ...one, allowedMethods: ["GET", "PUT", "POST", "DELETE", "HEAD"] }), ["logs"]);
    assert.deepEqual(found({ allowedOrigins: UNKNOWN }), []);
  });
});
