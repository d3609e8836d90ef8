/** Can the keys of backups be lost, or used by others? */

import { flag, isAbsent, type Known, knownText, number, text, UNKNOWN } from "../reading/known";
import { Referable } from "../reading/references";
import type { Example, Problem, Rule, RuleOf } from "../rule";
import { KMS_KEY, KMS_KEY_POLICY } from "../subjects";
import { policyText, statementRule } from "./s3-policy";

const DELETING = "https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html";
const ROTATING = "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html";
const POLICIES = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html";

interface KeyRow
  extends Pick<
    RuleOf<"resource">,
    "name" | "title" | "severity" | "ids" | "why" | "docs" | "property" | "protects" | "thresholds" | "types"
  > {
  problem: RuleOf<"resource">["judge"];
  good: Example["change"];
  bad: Example["change"];
}

function keyRule({ problem, good, bad, ...row }: KeyRow): RuleOf<"resource"> {
  return {
    types: [KMS_KEY],
    ...row,
    reads: "resource",
    unknown: "later",
    judge: problem,
    good: { change: good },
    bad: { change: bad },
  };
}

/** Whether KMS can rotate a key: symmetric, for encryption, with material that KMS made. */
function isRotatable(properties: Readonly<Record<string, unknown>>): Known<boolean> {
  const spec = text(properties.customerMasterKeySpec);
  const usage = text(properties.keyUsage);
  if (spec === UNKNOWN || usage === UNKNOWN) return UNKNOWN;
  const isSymmetric = spec === undefined || spec === "" || spec === "SYMMETRIC_DEFAULT";
  const isForEncryption = usage === undefined || usage === "" || usage === "ENCRYPT_DECRYPT";
  return isSymmetric && isForEncryption && isAbsent(properties.customKeyStoreId);
}

const ROOT = { AWS: "arn:aws:iam::111122223333:root" };
const USE = { Effect: "Allow", Action: "kms:*", Resource: "*" };

const keyRules: readonly Rule[] = [
  keyRule({
    name: "kms-key-rotation",
    title: "A key is rotated",
    severity: "medium",
    protects: "access",
    ids: [
      "CKV_AWS_7",
      "trivy:AWS-0065",
      "prowler:kms_cmk_rotation_enabled",
      "FSBP:KMS.4",
      "config:cmk-backing-key-rotation-enabled",
      "KICS:tf 22fbfeac-7b5a-421a-8a27-7a2178bb910b",
      "awsguard:cmk-backing-key-rotation-enabled",
      "pulumi:aws-kms-key-enable-key-rotation",
      "guard:CMK_BACKING_KEY_ROTATION_ENABLED",
      "cdk-nag:AwsSolutions-KMS5",
      "terrascan:AC_AWS_0160",
      "powerpipe:kms_cmk_rotation_enabled",
    ],
    docs: ROTATING,
    property: "enableKeyRotation",
    why: "What somebody got out of an old key stays readable for ever. Old material is kept: nothing has to be encrypted anew.",
    problem(properties, { notYetKnown }) {
      const isOn = flag(properties.enableKeyRotation);
      const rotatable = isRotatable(properties);
      if (isOn === UNKNOWN) notYetKnown("enableKeyRotation");
      if (rotatable === UNKNOWN) notYetKnown("customerMasterKeySpec");
      // A key that is switched off encrypts nothing new.
      const isOff = flag(properties.isEnabled) === false;
      if (isOn === UNKNOWN || isOn === true || rotatable !== true || isOff) return [];
      return [
        {
          property: "enableKeyRotation",
          value: knownText(properties.enableKeyRotation) ?? "",
          fact: "it is never rotated: one copy of its material reads all backups, also those of years to come",
          hint: "write `enableKeyRotation: true`",
        },
      ];
    },
    good: { enableKeyRotation: undefined, customerMasterKeySpec: "RSA_4096", keyUsage: "SIGN_VERIFY" },
    bad: { enableKeyRotation: false },
  }),
  keyRule({
    name: "kms-rotation-impossible",
    title: "Rotation is asked for only where KMS can do it",
    severity: "medium",
    protects: "availability",
    ids: ["KICS:tf 22fbfeac-7b5a-421a-8a27-7a2178bb910b"],
    docs: ROTATING,
    property: "enableKeyRotation",
    why: "AWS refuses it in the middle of the deployment: UnsupportedOperationException.",
    problem: (properties) =>
      flag(properties.enableKeyRotation) === true && isRotatable(properties) === false
        ? [
            {
              property: "enableKeyRotation",
              value: "true",
              fact: "KMS rotates only symmetric keys for encryption that it made itself: this deployment will fail",
              hint: "remove `enableKeyRotation`",
            },
          ]
        : [],
    good: { enableKeyRotation: true },
    bad: { enableKeyRotation: true, customerMasterKeySpec: "RSA_4096", keyUsage: "SIGN_VERIFY" },
  }),
  keyRule({
    name: "kms-key-enabled",
    title: "A key is enabled",
    severity: "high",
    protects: "data",
    ids: ["CKV_AWS_227", "prowler:kms_cmk_are_used"],
    docs: "https://docs.aws.amazon.com/kms/latest/developerguide/enabling-keys.html",
    property: "isEnabled",
    why: "Archiving fails from then on, pg_wal fills the disk, and no backup can be read.",
    problem(properties, { notYetKnown }) {
      const isOn = flag(properties.isEnabled);
      if (isOn === UNKNOWN) notYetKnown("isEnabled");
      if (isOn !== false) return [];
      return [
        {
          property: "isEnabled",
          value: "false",
          fact: "it is switched off: nothing that it encrypts can be read or archived, and a database on it stops",
          hint: "remove `isEnabled`",
        },
      ];
    },
    good: { isEnabled: true },
    bad: { isEnabled: false },
  }),
  keyRule({
    name: "kms-deletion-window",
    title: "A key that is removed can be brought back for long enough",
    severity: "high",
    protects: "data",
    ids: [
      "prowler:kms_cmk_not_deleted_unintentionally",
      "FSBP:KMS.3",
      "config:kms-cmk-not-scheduled-for-deletion",
      "powerpipe:kms_key_not_pending_deletion",
    ],
    docs: DELETING,
    property: "deletionWindowInDays",
    why: "A deleted key makes every snapshot, backup and segment unreadable. Nobody can undo that, AWS neither.",
    thresholds: {
      windowDays: { default: 30, minimum: 7, description: "Days in which a deleted key can be brought back" },
    },
    problem(properties, { threshold, notYetKnown }) {
      const days = number(properties.deletionWindowInDays);
      const wanted = threshold("windowDays");
      if (days === UNKNOWN) notYetKnown("deletionWindowInDays");
      if (days === UNKNOWN || days === undefined || days >= wanted) return [];
      return [
        {
          property: "deletionWindowInDays",
          value: String(days),
          fact: `a key that is deleted by mistake is gone after ${days} days: every snapshot, backup and segment that it encrypts is lost`,
          hint: `write \`deletionWindowInDays: ${wanted}\``,
        },
      ];
    },
    // Not given means 30, the longest.
    good: { deletionWindowInDays: undefined },
    bad: { deletionWindowInDays: 7 },
  }),
  keyRule({
    name: "kms-deletion-window-given",
    title: "The time in which a key can be brought back is written down",
    severity: "low",
    protects: "evidence",
    ids: ["KICS:tf 0b530315-0ea4-497f-b34c-4ff86268f59d"],
    docs: DELETING,
    property: "deletionWindowInDays",
    // KICS wants it written, of keys that are used; not given means 30 days, which is safe: low.
    why: "Who reads the program sees how long there is to notice.",
    problem: (properties) =>
      isAbsent(properties.deletionWindowInDays) && flag(properties.isEnabled) !== false
        ? [
            {
              property: "deletionWindowInDays",
              value: "",
              fact: "nobody sees how long there is to notice that it was deleted, before all that it encrypts is lost",
              hint: "write `deletionWindowInDays: 30`",
            },
          ]
        : [],
    good: { deletionWindowInDays: 30 },
    bad: { deletionWindowInDays: undefined },
  }),
  keyRule({
    name: "kms-no-lockout-bypass",
    title: "A policy that locks everybody out is refused",
    severity: "critical",
    protects: "data",
    ids: ["pulumi:aws-kms-key-disallow-bypass-policy-lockout-safety-check"],
    docs: POLICIES,
    property: "bypassPolicyLockoutSafetyCheck",
    why: "A key that nobody may manage cannot be opened again, by AWS's support neither at once.",
    types: [KMS_KEY, KMS_KEY_POLICY],
    problem(properties, { notYetKnown }) {
      const isOn = flag(properties.bypassPolicyLockoutSafetyCheck);
      if (isOn === UNKNOWN) notYetKnown("bypassPolicyLockoutSafetyCheck");
      if (isOn !== true) return [];
      return [
        {
          property: "bypassPolicyLockoutSafetyCheck",
          value: "true",
          fact: "AWS takes a policy that lets nobody manage the key: what it encrypts can be out of reach for good",
          hint: "remove `bypassPolicyLockoutSafetyCheck`",
        },
      ];
    },
    good: { bypassPolicyLockoutSafetyCheck: false },
    bad: { bypassPolicyLockoutSafetyCheck: true },
  }),
  statementRule({
    name: "kms-policy-no-wildcard-principal",
    title: "A key's policy allows nothing to everybody",
    severity: "critical",
    protects: "access",
    ids: [
      "CKV_AWS_33",
      "prowler:kms_key_not_publicly_accessible",
      "FSBP:KMS.5",
      // KICS also fails kms:* for the account itself, which is the policy that AWS writes: not followed.
      "KICS:tf 7ebc9038-0bde-479a-acc4-6ed7b6758899",
      "guard:KMS_NO_WILDCARD_PRINCIPAL",
      "terrascan:AC_AWS_0162",
      "terrascan:AC_AWS_0481",
      "terrascan:AC_AWS_0482",
      "powerpipe:kms_cmk_policy_prohibit_public_access",
    ],
    docs: POLICIES,
    types: [KMS_KEY, KMS_KEY_POLICY],
    property: "policy.Statement.Principal",
    why: "The key is what still protects a backup that somebody got hold of.",
    problem: ({ effect, isForEverybody, hasCondition, label }) =>
      effect === "Allow" && isForEverybody && !hasCondition
        ? {
            fact: `statement ${label} of its policy is for everybody: who gets hold of a backup reads it, and strangers can schedule the key's deletion`,
            hint: `write \`Principal: { AWS: "arn:aws:iam::<account>:root" }\` in statement ${label} of policy`,
          }
        : undefined,
    good: { ...USE, Principal: ROOT },
    bad: { ...USE, Principal: { AWS: "*" } },
  }),
];

const policyDefined: RuleOf<"stack"> = {
  name: "kms-policy-defined",
  title: "A key has a policy of its own",
  severity: "low",
  protects: "access",
  ids: ["CKV2_AWS_64", "KICS:tf 7ebc9038-0bde-479a-acc4-6ed7b6758899"],
  docs: POLICIES,
  reads: "stack",
  types: [KMS_KEY, KMS_KEY_POLICY],
  property: "policy, kms.KeyPolicy",
  why: "The policy that AWS writes leaves it to every administrator of the account to give the key away.",
  unknown: "passes",
  judge(resources): Problem[] {
    const keys = resources.filter(({ type }) => type === KMS_KEY).map((resource) => ({ resource }));
    const referable = new Referable(keys, () => []);
    const withPolicy = new Set<object>();
    for (const policy of resources.filter(({ type }) => type === KMS_KEY_POLICY)) {
      const found = referable.of(policy, "keyId");
      for (const key of found === UNKNOWN ? keys : found) withPolicy.add(key);
    }
    return keys
      .filter((key) => isAbsent(key.resource.properties.policy) && !withPolicy.has(key))
      .map(({ resource }) => ({
        resource,
        property: "policy",
        value: "",
        fact: "it has the policy that AWS writes: every administrator of the account can use it, give it away and delete it",
        hint: "add `policy` with who uses the key and who manages it, or a kms.KeyPolicy",
      }));
  },
  good: { change: { policy: policyText({ ...USE, Principal: ROOT }) } },
  bad: { change: { policy: undefined } },
};

export const KMS_RULES: readonly Rule[] = [...keyRules, policyDefined];
