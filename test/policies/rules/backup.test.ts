/** Are recovery points kept, and from whom? */

import assert from "node:assert/strict";
import { type Properties, UNKNOWN } from "../../../policies/reading/known";
import {
  BACKUP_PLAN,
  BACKUP_VAULT,
  BACKUP_VAULT_LOCK,
  BACKUP_VAULT_POLICY,
  KMS_KEY,
} from "../../../policies/subjects";
import { foundBy, made, saidBy } from "./stack-of";

describe("a vault", () => {
  const vault = (name: string, properties: Properties = {}) => made(BACKUP_VAULT, name, properties);
  const DELETING = [
    "backup:DeleteRecoveryPoint",
    "backup:UpdateRecoveryPointLifecycle",
    "backup:PutBackupVaultAccessPolicy",
  ];
  const policy = (statement: object) =>
    made(
      BACKUP_VAULT_POLICY,
      "p",
      { backupVaultName: UNKNOWN, policy: JSON.stringify({ Statement: [{ Resource: "*", ...statement }] }) },
      { backupVaultName: ["a"] },
    );
  const kept = (...more: Parameters<typeof foundBy> extends [string, ...infer Rest] ? Rest : never) =>
    foundBy(
      "backup-vault-no-manual-deletion",
      vault("a", { name: "va" }),
      vault("b", { name: "vb" }),
      ...more,
    );

  it("is kept by a lock or by a policy that denies what deletes", () => {
    assert.deepEqual(kept(), ["a", "b"]);
    assert.deepEqual(
      kept(made(BACKUP_VAULT_LOCK, "l", { backupVaultName: UNKNOWN }, { backupVaultName: ["b"] })),
      ["a"],
    );
    assert.deepEqual(kept(made(BACKUP_VAULT_LOCK, "l", { backupVaultName: "va" })), ["b"]);
    assert.deepEqual(kept(policy({ Effect: "Deny", Principal: "*", Action: DELETING })), ["b"]);
    assert.deepEqual(kept(policy({ Effect: "Deny", Principal: { AWS: "*" }, Action: "backup:*" })), ["b"]);
  });

  it("is not kept by a policy that leaves a way, or that is for some", () => {
    assert.deepEqual(kept(policy({ Effect: "Deny", Principal: "*", Action: DELETING.slice(1) })), ["a", "b"]);
    assert.deepEqual(kept(policy({ Effect: "Allow", Principal: "*", Action: DELETING })), ["a", "b"]);
    assert.deepEqual(kept(policy({ Effect: "Deny", Principal: { AWS: "111122223333" }, Action: DELETING })), [
      "a",
      "b",
    ]);
  });

  it("has a key of the team's own, and is not emptied", () => {
    assert.deepEqual(
      [undefined, "", UNKNOWN, "arn:aws:kms:x"].map(
        (kmsKeyArn) => foundBy("backup-vault-cmk", vault("a", { kmsKeyArn })).length,
      ),
      [1, 1, 0, 0],
    );
    assert.deepEqual(
      [undefined, false, UNKNOWN, true, "true"].map(
        (forceDestroy) => foundBy("backup-vault-force-destroy", vault("a", { forceDestroy })).length,
      ),
      [0, 0, 0, 1, 1],
    );
  });

  it("is protected, as a key is", () => {
    for (const type of [BACKUP_VAULT, KMS_KEY]) {
      assert.deepEqual(foundBy("backups-not-protected", { ...made(type, "a", {}), protect: false }), ["a"]);
      assert.deepEqual(foundBy("backups-not-protected", { ...made(type, "a", {}), protect: undefined }), []);
    }
  });
});

describe("a plan", () => {
  const short = (...rules: readonly unknown[]) =>
    foundBy("backup-plan-retention", made(BACKUP_PLAN, "p", { rules })).length > 0;
  const rule = (deleteAfter: unknown, schedule: unknown = "cron(0 3 * * ? *)") => ({
    schedule,
    lifecycle: { deleteAfter },
  });

  it("keeps recovery points for 35 days, or for ever", () => {
    assert.equal(short(rule(35)), false);
    assert.equal(short({ schedule: "rate(1 day)" }), false);
    assert.equal(short(rule(34)), true);
    assert.equal(short(rule(7), rule(90, "cron(0 5 ? * * *)")), false);
    assert.equal(short(rule(UNKNOWN)), false);
    assert.equal(short(UNKNOWN), false);
  });

  it("makes one every day", () => {
    for (const schedule of [
      "cron(0 5 ? * * *)",
      "cron(0/30 * * * ? *)",
      "rate(12 hours)",
      "rate(1 day)",
      UNKNOWN,
      undefined,
    ])
      assert.equal(short(rule(35, schedule)), false, String(schedule));
    for (const schedule of ["cron(0 5 ? * SUN *)", "cron(0 5 1 * ? *)", "rate(7 days)", "weekly", "cron()"])
      assert.equal(short(rule(35, schedule)), true, schedule);
  });

  it("says what is missing", () =>
    assert.deepEqual(
      saidBy("backup-plan-retention", made(BACKUP_PLAN, "p", { rules: [rule(90, "cron(0 5 ? * SUN *)")] })),
      [
        "aws Plan p: no rule makes a recovery point every day: a day and more of work is lost with the database\n" +
          "PROPERTY: rules[0].schedule\n" +
          'HINT: write `schedule: "cron(0 3 * * ? *)"` in rules[0]\n' +
          "DOCS: https://docs.aws.amazon.com/aws-backup/latest/devguide/creating-a-backup-plan.html\n" +
          "SAME AS: config:backup-plan-min-frequency-and-min-retention-check, config:backup-recovery-point-minimum-retention-check, powerpipe:backup_plan_min_retention_35_days, powerpipe:backup_recovery_point_min_retention_35_days",
      ],
    ));
});
