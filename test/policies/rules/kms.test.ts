/** Can a key be lost, or be used by others? */

import assert from "node:assert/strict";
import { judgeResource } from "../../../policies/judge";
import { type Properties, UNKNOWN } from "../../../policies/reading/known";
import { RULES } from "../../../policies/rules";
import { KMS_KEY, KMS_KEY_POLICY, ReadResource } from "../../../policies/subjects";
import { foundBy, made, saidBy } from "./stack-of";

const found = (rule: string, properties: Properties, type = KMS_KEY) =>
  foundBy(rule, made(type, "key", properties)).length > 0;

describe("rotation of a key", () => {
  const CASES: [Properties, boolean, boolean][] = [
    [{}, true, false],
    [{ enableKeyRotation: false }, true, false],
    [{ enableKeyRotation: true }, false, false],
    [{ enableKeyRotation: "true" }, false, false],
    [{ enableKeyRotation: UNKNOWN }, false, false],
    [{ customerMasterKeySpec: "SYMMETRIC_DEFAULT" }, true, false],
    [{ customerMasterKeySpec: "RSA_2048" }, false, false],
    [{ customerMasterKeySpec: UNKNOWN }, false, false],
    [{ keyUsage: "SIGN_VERIFY" }, false, false],
    [{ keyUsage: "ENCRYPT_DECRYPT" }, true, false],
    [{ customKeyStoreId: "cks-1" }, false, false],
    [{ isEnabled: false }, false, false],
    [{ enableKeyRotation: true, customerMasterKeySpec: "RSA_2048" }, false, true],
    [{ enableKeyRotation: true, keyUsage: "GENERATE_VERIFY_MAC" }, false, true],
  ];
  for (const [index, [properties, isMissing, isImpossible]] of CASES.entries())
    it(`${Object.keys(properties).join(", ") || "not given"} (${index}): ${isMissing ? "missing" : isImpossible ? "impossible" : "right"}`, () =>
      assert.deepEqual(
        [found("kms-key-rotation", properties), found("kms-rotation-impossible", properties)],
        [isMissing, isImpossible],
      ));
});

describe("a key", () => {
  it("can be brought back for 30 days, which is also what not given means", () => {
    const states = [undefined, 30, "30", UNKNOWN, 29, 7].map((deletionWindowInDays) =>
      found("kms-deletion-window", { deletionWindowInDays }),
    );
    assert.deepEqual(states, [false, false, false, false, true, true]);
  });

  it("can be brought back for as long as the team wants", () => {
    const rule = RULES.find(({ name }) => name === "kms-deletion-window");
    assert.ok(rule);
    const read = new ReadResource(made(KMS_KEY, "key", { deletionWindowInDays: 14 }));
    assert.equal(judgeResource(rule, read, { windowDays: 14 }).findings.length, 0);
    assert.equal(judgeResource(rule, read, { windowDays: 20 }).findings.length, 1);
  });

  it("says so when its window is short", () =>
    assert.deepEqual(saidBy("kms-deletion-window", made(KMS_KEY, "key", { deletionWindowInDays: 10 })), [
      "aws Key key: a key that is deleted by mistake is gone after 10 days: every snapshot, backup and segment that it encrypts is lost\n" +
        "PROPERTY: deletionWindowInDays\n" +
        "HINT: write `deletionWindowInDays: 30`\n" +
        "DOCS: https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html\n" +
        "SAME AS: prowler:kms_cmk_not_deleted_unintentionally, FSBP:KMS.3, config:kms-cmk-not-scheduled-for-deletion, powerpipe:kms_key_not_pending_deletion",
    ]));

  it("is on, and its policy is checked", () => {
    assert.deepEqual(
      [undefined, true, UNKNOWN, false, "false"].map((isEnabled) => found("kms-key-enabled", { isEnabled })),
      [false, false, false, true, true],
    );
    for (const type of [KMS_KEY, KMS_KEY_POLICY])
      assert.equal(found("kms-no-lockout-bypass", { bypassPolicyLockoutSafetyCheck: true }, type), true);
  });

  it("is for nobody without a name", () => {
    const use = (Principal: unknown, more: object = {}) =>
      JSON.stringify({
        Statement: [{ Effect: "Allow", Action: "kms:*", Resource: "*", Principal, ...more }],
      });
    const open = (policy: unknown, type = KMS_KEY) =>
      found("kms-policy-no-wildcard-principal", { policy }, type);
    assert.equal(open(use("*")), true);
    assert.equal(open(use({ AWS: ["*"] })), true);
    assert.equal(open(use("*"), KMS_KEY_POLICY), true);
    assert.equal(open(use({ AWS: "arn:aws:iam::111122223333:root" })), false);
    assert.equal(open(use("*", { Effect: "Deny" })), false);
    assert.equal(
      open(use("*", { Condition: { StringEquals: { "kms:CallerAccount": "111122223333" } } })),
      false,
    );
    assert.equal(open(UNKNOWN), false);
    assert.equal(open("{"), false);
  });

  it("has a policy, in it or beside it", () => {
    const key = (name: string, properties: Properties = {}) => made(KMS_KEY, name, properties);
    const policy = made(KMS_KEY_POLICY, "p", { keyId: UNKNOWN, policy: "{}" }, { keyId: ["a"] });
    assert.deepEqual(foundBy("kms-policy-defined", key("a"), key("b"), policy), ["b"]);
    assert.deepEqual(
      foundBy("kms-policy-defined", key("c", { policy: "{}" }), key("d", { policy: UNKNOWN })),
      [],
    );
  });
});
