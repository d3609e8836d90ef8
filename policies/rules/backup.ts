/** Are the backups that AWS Backup makes safe from the same hand, and kept long enough? */

import { type Block, blockIn, blocksIn, inputsBlock, pathIn, valueIn } from "../reading/block";
import { flag, isAbsent, type Known, knownText, number, text, UNKNOWN } from "../reading/known";
import { covers, readPolicy } from "../reading/policy-document";
import { Referable } from "../reading/references";
import type { Resource, Rule, RuleOf } from "../rule";
import { BACKUP_PLAN, BACKUP_VAULT, BACKUP_VAULT_LOCK, BACKUP_VAULT_POLICY } from "../subjects";
import { policyText } from "./s3-policy";

const vaultKey: RuleOf<"resource"> = {
  name: "backup-vault-cmk",
  title: "A vault is encrypted with a key of the team's own",
  severity: "low",
  protects: "access",
  ids: [
    "CKV_AWS_166",
    "prowler:backup_vaults_encrypted",
    "KICS:pulumi backup_vault_encryption_disabled",
    "powerpipe-tf:backup_vault_encryption_at_rest_enabled",
  ],
  docs: "https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html",
  reads: "resource",
  types: [BACKUP_VAULT],
  property: "kmsKeyArn",
  why: "The policy of AWS's key cannot be changed, and recovery points under it cannot be copied to another account.",
  unknown: "passes",
  judge({ kmsKeyArn }) {
    if (kmsKeyArn === UNKNOWN || (!isAbsent(kmsKeyArn) && kmsKeyArn !== "")) return [];
    return [
      {
        property: "kmsKeyArn",
        value: "",
        fact: "it is encrypted with AWS's key aws/backup: its recovery points cannot be copied to an account that an attacker does not have",
        hint: "write `kmsKeyArn: <key>.arn`",
      },
    ];
  },
  good: { change: { kmsKeyArn: "arn:aws:kms:eu-central-1:111122223333:key/1" } },
  bad: { change: { kmsKeyArn: undefined } },
};

const forceDestroy: RuleOf<"resource"> = {
  name: "backup-vault-force-destroy",
  title: "A vault is not emptied when it is removed",
  severity: "critical",
  protects: "data",
  ids: [],
  docs: "https://www.pulumi.com/registry/packages/aws/api-docs/backup/vault/#forcedestroy_nodejs",
  reads: "resource",
  types: [BACKUP_VAULT],
  property: "forceDestroy",
  why: "A destroy, or a change that replaces the vault, deletes all recovery points. AWS refuses it without.",
  unknown: "later",
  judge(properties, { notYetKnown }) {
    const isOn = flag(properties.forceDestroy);
    if (isOn === UNKNOWN) notYetKnown("forceDestroy");
    if (isOn !== true) return [];
    return [
      {
        property: "forceDestroy",
        value: "true",
        fact: "a destroy, or a change that replaces it, empties it first: all recovery points are deleted",
        hint: "remove `forceDestroy`",
      },
    ];
  },
  good: { change: { forceDestroy: false } },
  bad: { change: { forceDestroy: true } },
};

/** What a policy must deny, so that recovery points stay as long as the plan says. */
const DELETING = [
  "backup:DeleteRecoveryPoint",
  "backup:UpdateRecoveryPointLifecycle",
  "backup:PutBackupVaultAccessPolicy",
];
const DENY = { Effect: "Deny", Principal: "*", Action: DELETING, Resource: "*" };

/** Whether a vault's policy denies what deletes recovery points. */
function denies({ properties }: Resource): Known<boolean> {
  const statements = readPolicy(properties.policy);
  if (statements === UNKNOWN) return UNKNOWN;
  const denied = (statements ?? []).filter(
    ({ effect, isForEverybody }) => effect === "Deny" && isForEverybody,
  );
  return DELETING.every((action) => denied.some((statement) => covers(statement, action)));
}

const noManualDeletion: RuleOf<"stack"> = {
  name: "backup-vault-no-manual-deletion",
  title: "Nobody deletes recovery points by hand",
  severity: "medium",
  protects: "data",
  ids: [
    "config:backup-recovery-point-manual-deletion-disabled",
    "powerpipe:backup_recovery_point_manual_deletion_disabled",
  ],
  docs: "https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html",
  reads: "stack",
  types: [BACKUP_VAULT, BACKUP_VAULT_POLICY, BACKUP_VAULT_LOCK],
  property: "backup.VaultLockConfiguration, backup.VaultPolicy.policy",
  why: "Extortion begins with deleting the backups, with the credentials of somebody who may.",
  unknown: "passes",
  judge(resources) {
    const vaults = resources.filter(({ type }) => type === BACKUP_VAULT).map((resource) => ({ resource }));
    const referable = new Referable(vaults, ({ resource }) => {
      const name = knownText(resource.properties.name);
      return name === undefined ? [] : [name];
    });
    const kept = new Set<object>();
    for (const resource of resources) {
      const isLock = resource.type === BACKUP_VAULT_LOCK;
      if (!isLock && (resource.type !== BACKUP_VAULT_POLICY || denies(resource) === false)) continue;
      const found = referable.of(resource, "backupVaultName");
      for (const vault of found === UNKNOWN ? vaults : found) kept.add(vault);
    }
    return vaults
      .filter((vault) => !kept.has(vault))
      .map(({ resource }) => ({
        resource,
        property: "backup.VaultLockConfiguration",
        value: "",
        fact: "neither a lock nor a policy keeps recovery points: who gets in deletes them together with the database",
        hint: "add a backup.VaultLockConfiguration with `backupVaultName: <vault>.name, minRetentionDays: 35, changeableForDays: 3`",
      }));
  },
  good: {
    change: {},
    others: [
      {
        type: BACKUP_VAULT_POLICY,
        name: "keep",
        change: { backupVaultName: "db", policy: policyText(DENY) },
      },
    ],
  },
  bad: { change: {}, others: [] },
};

const RETENTION = {
  retentionDays: { default: 35, minimum: 1, description: "Days that recovery points are kept" },
};

const planRetention: RuleOf<"resource"> = {
  name: "backup-plan-retention",
  title: "A plan makes a recovery point a day, and keeps it long enough",
  severity: "medium",
  protects: "data",
  ids: [
    "config:backup-plan-min-frequency-and-min-retention-check",
    "config:backup-recovery-point-minimum-retention-check",
    "powerpipe:backup_plan_min_retention_35_days",
    "powerpipe:backup_recovery_point_min_retention_35_days",
  ],
  docs: "https://docs.aws.amazon.com/aws-backup/latest/devguide/creating-a-backup-plan.html",
  reads: "resource",
  types: [BACKUP_PLAN],
  property: "rules[].lifecycle.deleteAfter, rules[].schedule",
  why: "Damage that is noticed after the last clean recovery point has expired stays.",
  thresholds: RETENTION,
  unknown: "later",
  judge(properties, { threshold, notYetKnown }) {
    const wanted = threshold("retentionDays");
    const rules = blocksIn(inputsBlock(properties), "rules", "rule").map((rule): PlanRule => {
      const lifecycle = blockIn(rule, "lifecycle");
      const deleteAfter = lifecycle && number(valueIn(lifecycle, "deleteAfter"));
      const schedule = text(valueIn(rule, "schedule"));
      return { rule, deleteAfter, schedule };
    });
    const isUnknown = rules.some(
      ({ deleteAfter, schedule }) => deleteAfter === UNKNOWN || schedule === UNKNOWN,
    );
    const isKeptFor = (days: Known<number> | undefined) =>
      days === undefined || (typeof days === "number" && days >= wanted);
    const isEnough = rules.some(
      ({ deleteAfter, schedule }) => isKeptFor(deleteAfter) && schedule !== UNKNOWN && isDaily(schedule),
    );
    if (isEnough) return [];
    const [first] = rules;
    if (isUnknown || !first) {
      notYetKnown("rules");
      return [];
    }
    const isKept = isKeptFor(first.deleteAfter);
    const days = String(first.deleteAfter);
    const property = isKept
      ? pathIn(first.rule, "schedule")
      : `${pathIn(first.rule, "lifecycle")}.deleteAfter`;
    return [
      {
        property,
        value: isKept ? (knownText(first.schedule) ?? "") : days,
        fact: isKept
          ? "no rule makes a recovery point every day: a day and more of work is lost with the database"
          : `recovery points are deleted after ${days} days, and ${wanted} are wanted: damage that is noticed later cannot be undone`,
        hint: isKept
          ? `write \`schedule: "cron(0 3 * * ? *)"\` in ${first.rule.path}`
          : `write \`lifecycle: { deleteAfter: ${wanted} }\` in ${first.rule.path}`,
      },
    ];
  },
  good: { change: { rules: [planRule({ deleteAfter: 35 }, "cron(0 3 * * ? *)")] } },
  bad: { change: { rules: [planRule({ deleteAfter: 7 }, "cron(0 3 * * ? *)")] } },
};

interface PlanRule {
  rule: Block;
  deleteAfter: Known<number> | undefined;
  schedule: Known<string> | undefined;
}

function planRule(lifecycle: object, schedule: string) {
  return { ruleName: "daily", targetVaultName: "db", schedule, lifecycle };
}

/** Whether a schedule is for every day. Without one, recovery points are made on demand or continuously: not judged. */
function isDaily(schedule: string | undefined): boolean {
  if (schedule === undefined) return true;
  const rate = /^rate\((\d{1,6}) (minute|hour|day)s?\)$/.exec(schedule.trim());
  if (rate)
    return Number(rate[1]) * { minute: 1, hour: 60, day: 1440 }[rate[2] as "minute" | "hour" | "day"] <= 1440;
  const fields = /^cron\((.{1,200})\)$/.exec(schedule.trim())?.[1]?.trim().split(/\s+/);
  if (!fields || fields.length < 5) return false;
  const [, , dayOfMonth = "", month = "", dayOfWeek = ""] = fields;
  const isEvery = (field: string) =>
    ["*", "?", "*/1", "1/1", "1-31", "1-7", "SUN-SAT", "MON-SUN"].includes(field);
  return isEvery(dayOfMonth) && isEvery(dayOfWeek) && ["*", "*/1", "1/1", "1-12"].includes(month);
}

export const BACKUP_RULES: readonly Rule[] = [vaultKey, forceDestroy, noManualDeletion, planRetention];
