/** What does a bucket's policy allow? Text and objects, one statement or many, conditions that narrow and that do not. */

import assert from "node:assert/strict";
import { type Properties, UNKNOWN } from "../../../policies/reading/known";
import { covers, readPolicy } from "../../../policies/reading/policy-document";
import { BUCKET, BUCKET_V2 } from "../../../policies/subjects";
import { foundBy, made, saidBy } from "./stack-of";

const POLICY = "aws:s3/bucketPolicy:BucketPolicy";
const ACL = "aws:s3/bucketAcl:BucketAcl";
const ACL_V2 = "aws:s3/bucketAclV2:BucketAclV2";
const BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const WEBSITE = "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration";

const READ = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
const ROLE = "arn:aws:iam::111122223333:role/backup";
const document = (Statement: unknown) => ({ Version: "2012-10-17", Statement });
const text = (...statements: readonly object[]) => JSON.stringify(document(statements));

function found(rule: string, policy: unknown): boolean {
  return foundBy(rule, made(POLICY, "p", { bucket: "b", policy })).length > 0;
}

describe("a policy for everybody", () => {
  const isPublic = (policy: unknown) => found("s3-policy-no-public-principal", policy);

  it("is found as text, as an object, with one statement and with a list", () => {
    const open = { ...READ, Principal: "*" };
    assert.equal(isPublic(text(open)), true);
    assert.equal(isPublic(JSON.stringify(document(open))), true);
    assert.equal(isPublic(document(open)), true);
    assert.equal(isPublic(document([{ ...READ, Principal: { AWS: ROLE } }, open])), true);
    assert.equal(isPublic(text({ ...READ, Principal: { AWS: "*" } })), true);
    assert.equal(isPublic(text({ ...READ, Principal: { AWS: [ROLE, "*"] } })), true);
  });

  it("is found in a bucket of either name, and beside one", () => {
    for (const type of [BUCKET, BUCKET_V2, POLICY])
      assert.deepEqual(
        foundBy(
          "s3-policy-no-public-principal",
          made(type, "p", { policy: text({ ...READ, Principal: "*" }) }),
        ),
        ["p"],
      );
  });

  it("passes named principals, services and denials", () => {
    assert.equal(isPublic(text({ ...READ, Principal: { AWS: ROLE } })), false);
    assert.equal(isPublic(text({ ...READ, Principal: { Service: "logging.s3.amazonaws.com" } })), false);
    assert.equal(isPublic(text({ ...READ, Effect: "Deny", Principal: "*" })), false);
  });

  const CONDITIONS: [unknown, "some" | "all-but" | "none"][] = [
    [{ StringEquals: { "aws:SourceVpce": "vpce-1" } }, "some"],
    [{ StringEquals: { "aws:sourceVpce": ["vpce-1", "vpce-2"] } }, "some"],
    [{ ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::111122223333:user/u" } }, "some"],
    [{ ArnLike: { "aws:SourceArn": "arn:aws:cloudtrail:*:111122223333:trail/*" } }, "some"],
    [{ StringLike: { "aws:PrincipalOrgID": "o-1" } }, "some"],
    [{ ArnNotEquals: { "aws:PrincipalArn": "arn:aws:iam::111122223333:user/u" } }, "all-but"],
    [{ ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::*" } }, "none"],
    [{ ArnLike: { "aws:PrincipalArn": "*" } }, "none"],
    [{ StringEqualsIfExists: { "aws:PrincipalOrgID": "o-1" } }, "none"],
    [{ IpAddress: { "aws:SourceIp": "0.0.0.0/0" } }, "none"],
    [{ Bool: { "aws:SecureTransport": "true" } }, "none"],
    [{}, "none"],
    ["odd", "none"],
  ];
  for (const [Condition, narrowed] of CONDITIONS)
    it(`with the condition ${JSON.stringify(Condition)} is for ${narrowed}`, () => {
      const policy = text({ ...READ, Principal: "*", Condition: Condition as object });
      assert.deepEqual(
        [isPublic(policy), found("s3-policy-everybody-but", policy)],
        [narrowed === "none", narrowed === "all-but"],
      );
    });

  it("waits for what is not known, and judges what is beside it", () => {
    assert.equal(isPublic(UNKNOWN), false);
    assert.equal(isPublic(document(UNKNOWN)), false);
    assert.equal(isPublic(document([{ ...READ, Principal: UNKNOWN }])), false);
    assert.equal(isPublic(document([{ ...READ, Resource: UNKNOWN, Principal: "*" }])), true);
  });

  it("is no finding where it is no policy: AWS refuses it", () => {
    for (const odd of ["", "{", "[]", "null", 7, null, [], { Statement: "x" }, { Statement: [null, 3] }])
      assert.equal(isPublic(odd), false, JSON.stringify(odd));
  });

  it("says which statement and what to write", () =>
    assert.deepEqual(
      saidBy(
        "s3-policy-everybody-but",
        made(POLICY, "p", {
          policy: text({
            ...READ,
            Sid: "Open",
            Principal: "*",
            Condition: { ArnNotLike: { "aws:PrincipalArn": ROLE } },
          }),
        }),
      ),
      [
        "aws BucketPolicy p: statement Open of its policy allows s3:GetObject to everybody but those in its condition: strangers reach what is in it\n" +
          "PROPERTY: policy\n" +
          "HINT: write `ArnEquals` and who may in Condition of statement Open of policy\n" +
          "DOCS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status\n" +
          "SAME AS: KICS:tf 7af43613-6bb9-4a0e-8c4d-1314b799425e",
      ],
    ));
});

describe("a policy that says too much", () => {
  const named = { ...READ, Principal: { AWS: ROLE } };

  it("allows everything, or everything but something", () => {
    assert.equal(
      found("s3-policy-no-wildcard-action", text({ ...named, Action: ["s3:GetObject", "*"] })),
      true,
    );
    assert.equal(found("s3-policy-no-wildcard-action", text({ ...named, Action: "s3:Get*" })), false);
    assert.equal(
      found("s3-policy-no-wildcard-action", text({ ...named, Effect: "Deny", Action: "s3:*" })),
      false,
    );
    assert.equal(found("s3-policy-no-allow-not-action", text({ ...named, NotAction: "s3:Put*" })), true);
    assert.equal(
      found("s3-policy-no-allow-not-action", text({ ...named, Effect: "Deny", NotAction: "x" })),
      false,
    );
    assert.equal(
      found("s3-policy-no-allow-not-principal", text({ ...READ, NotPrincipal: { AWS: ROLE } })),
      true,
    );
  });

  it("lets an account change who may do what", () => {
    const may = (Action: unknown, AWS: unknown = ROLE) =>
      found("s3-policy-cross-account", text({ ...READ, Action, Principal: { AWS } }));
    assert.equal(may("s3:PutBucketPolicy"), true);
    assert.equal(may("s3:Put*", "111122223333"), true);
    assert.equal(may(["s3:GetObject", "s3:PUTOBJECTACL"]), true);
    assert.equal(may("s3:PutObject"), false);
    assert.equal(may("s3:PutBucketPolicy", "AIDAEXAMPLE"), false);
  });

  it("locks everybody out", () => {
    const locks = (more: object) =>
      found(
        "s3-policy-no-lockout",
        text({ Effect: "Deny", Principal: { AWS: ["*"] }, Action: ["s3:*"], Resource: "*", ...more }),
      );
    assert.equal(locks({}), true);
    assert.equal(locks({ Action: "*" }), true);
    assert.equal(locks({ Action: "s3:*BucketPolicy", Principal: "*" }), true);
    assert.equal(locks({ Action: "s3:GetObject" }), false);
    assert.equal(locks({ Principal: { AWS: ROLE } }), false);
    assert.equal(locks({ Condition: { Bool: { "aws:SecureTransport": "false" } } }), false);
    assert.equal(locks({ Action: undefined, NotAction: "s3:GetObject" }), false);
    assert.equal(locks({ Effect: "Allow" }), false);
  });
});

describe("a pattern of actions", () => {
  const [statement] = readPolicy(
    document({ ...READ, Action: ["s3:Put*", "s3:Get?bject", "a*b*c"] }),
  ) as never[];
  const PATTERNS: [string, boolean][] = [
    ["s3:PutObject", true],
    ["S3:PUTOBJECTACL", true],
    ["s3:GetObject", true],
    ["s3:GetObjects", false],
    ["s3:DeleteObject", false],
    ["axxbyybc", true],
    ["abd", false],
  ];
  for (const [action, expected] of PATTERNS)
    it(`${expected ? "covers" : "does not cover"} ${action}`, () =>
      assert.equal(covers(statement as never, action), expected));

  it("is matched in time, however odd it is", () => {
    const policy = document({ ...READ, Principal: "*", Effect: "Deny", Action: "*a".repeat(50_000) });
    const started = Date.now();
    assert.equal(found("s3-policy-no-lockout", policy), false);
    assert.equal(Date.now() - started < 1000, true);
  });
});

describe("TLS", () => {
  const bucket = made(BUCKET, "logs", { bucket: "b" });
  const beside = (policy: unknown) => made(POLICY, "p", { bucket: UNKNOWN, policy }, { bucket: ["logs"] });
  const deny = (more: object = {}) => ({
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: "*",
    Condition: { Bool: { "aws:SecureTransport": "false" } },
    ...more,
  });
  const allow = { ...READ, Principal: { AWS: ROLE }, Condition: { Bool: { "aws:SecureTransport": "true" } } };
  const state = (...policies: readonly unknown[]) => {
    const resources = [bucket, ...policies.map(beside)];
    return ["s3-policy-tls-only", "s3-policy-tls-allowed-only"].filter(
      (rule) => foundBy(rule, ...resources).length,
    );
  };

  it("is asked for by a denial of what comes without", () => {
    assert.deepEqual(state(text(deny())), []);
    assert.deepEqual(state(text({ ...READ, Principal: { AWS: ROLE } }, deny())), []);
    assert.deepEqual(state(document(deny({ Condition: { Bool: { "AWS:securetransport": [false] } } }))), []);
    assert.deepEqual(state(text(deny({ Action: "s3:PutObject" }))), []);
    assert.deepEqual(state(text(deny({ Action: ["s3:GetObject"] }))), []);
    assert.deepEqual(state(UNKNOWN), []);
  });

  it("is not asked for by anything else", () => {
    assert.deepEqual(state(), ["s3-policy-tls-only"]);
    assert.deepEqual(state(text(deny({ Condition: { Bool: { "aws:SecureTransport": "true" } } }))), [
      "s3-policy-tls-only",
    ]);
    assert.deepEqual(state(text(deny({ Action: "s3:ListBucket" }))), ["s3-policy-tls-only"]);
    assert.deepEqual(state(text({ ...allow, Condition: { Bool: { "aws:SecureTransport": "false" } } })), [
      "s3-policy-tls-only",
    ]);
    assert.deepEqual(state("{"), ["s3-policy-tls-only"]);
  });

  it("is asked for weakly by an allowance of what comes with", () =>
    assert.deepEqual(state(text(allow)), ["s3-policy-tls-allowed-only"]));

  it("is judged in a policy whose bucket is elsewhere", () =>
    assert.deepEqual(
      foundBy("s3-policy-tls-only", made(POLICY, "p", { bucket: "x", policy: text(allow) })),
      [],
    ));

  for (const type of [ACL, ACL_V2])
    it(`is wanted of what is public by ${type}`, () => {
      const open = (properties: Properties) =>
        foundBy(
          "s3-public-acl-without-tls",
          bucket,
          beside(text({ ...READ, Principal: { AWS: ROLE } })),
          made(type, "a", { bucket: UNKNOWN, ...properties }, { bucket: ["logs"] }),
        );
      const grant = (uri: string) => ({
        accessControlPolicy: { grants: [{ permission: "READ", grantee: { type: "Group", uri } }] },
      });
      assert.deepEqual(open({ acl: "public-read" }), ["logs"]);
      assert.deepEqual(open(grant("http://acs.amazonaws.com/groups/global/AllUsers")), ["logs"]);
      assert.deepEqual(open(grant("http://acs.amazonaws.com/groups/s3/LogDelivery")), []);
      assert.deepEqual(open({ acl: "private" }), []);
    });

  it("is not wanted where the list is overridden, or there is a website or a good policy", () => {
    const list = made(ACL, "a", { bucket: UNKNOWN, acl: "public-read" }, { bucket: ["logs"] });
    const found = (policy: unknown, ...more: Parameters<typeof made>[]) =>
      foundBy("s3-public-acl-without-tls", bucket, list, beside(policy), ...more.map((one) => made(...one)));
    const plain = text({ ...READ, Principal: { AWS: ROLE } });
    const logs = { bucket: ["logs"] };
    assert.deepEqual(found(plain), ["logs"]);
    assert.deepEqual(found(plain, [BLOCK, "x", { bucket: UNKNOWN, restrictPublicBuckets: true }, logs]), []);
    assert.deepEqual(found(plain, [BLOCK, "x", { bucket: UNKNOWN, restrictPublicBuckets: false }, logs]), [
      "logs",
    ]);
    assert.deepEqual(found(plain, [WEBSITE, "x", { bucket: UNKNOWN }, logs]), []);
    assert.deepEqual(found(text(deny())), []);
    assert.deepEqual(found(text(allow)), []);
    assert.deepEqual(foundBy("s3-public-acl-without-tls", bucket, list), []);
  });
});
