/** Can what was archived still be there when it is needed? */

import { blockIn, blocksIn, valueIn } from "../reading/block";
import {
  aspectBlocks,
  BUCKETS,
  type Bucket,
  bucketsByName,
  companionName,
  companionTypes,
  holdsBackups,
  type LifecycleRule,
  lifecycleOf,
  lifecycleRules,
  mfaDeleteOf,
  said,
  versioningOf,
} from "../reading/bucket";
import { flag, isAbsent, type Known, list, number, text, UNKNOWN } from "../reading/known";
import { oncePer } from "../reading/references";
import type { Problem, Rule, RuleOf } from "../rule";
import { BACKUP_SELECTION, BACKUP_VAULT, KMS_KEY } from "../subjects";
import { bucketRule, type Stack } from "./s3-bucket";

const LOCK = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html";
const LIFECYCLE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html";
const VERSIONING = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html";

const VERSIONING_IDS = [
  "CKV_AWS_21",
  "trivy:AWS-0090",
  "prowler:s3_bucket_object_versioning",
  "FSBP:S3.14",
  "config:s3-bucket-versioning-enabled",
  "KICS:tf 568a4d22-3517-44a6-a7ad-6a7eed88722c",
  "guard:S3_BUCKET_VERSIONING_ENABLED",
  "cdk-nag:S3BucketVersioningEnabled",
  "terrascan:AC_AWS_0214",
  "powerpipe:s3_bucket_versioning_enabled",
  "tfsec:s3/enable-versioning",
];

/** A bucket that nothing tells to hold backups. */
const PLAIN = { bucket: "assets" };

function versioningProblem(bucket: Bucket, lost: string): Omit<Problem, "resource"> | undefined {
  const isOn = versioningOf(bucket);
  if (isOn === true || isOn === UNKNOWN) return undefined;
  const saying = said(bucket, "versioning")[0];
  const isOwn = saying?.isOwn === true;
  const fact = saying ? "versioning is not enabled" : "nothing enables versioning";
  const companion = companionName("versioning");
  return {
    property: isOwn ? "versioning.enabled" : "versioningConfiguration.status",
    value: writtenStatus(bucket),
    fact: `${fact}: ${lost}`,
    hint: isOwn
      ? "write `enabled: true` as versioning.enabled"
      : saying
        ? `write \`status: "Enabled"\` as versioningConfiguration.status of ${saying.resource.name}`
        : `add a ${companion} with \`versioningConfiguration: { status: "Enabled" }\``,
  };
}

function writtenStatus(bucket: Bucket): string {
  const block = aspectBlocks(bucket, "versioning")[0];
  if (!block) return "";
  const configuration = block.saying.isOwn ? block : blockIn(block, "versioningConfiguration");
  const written = configuration && text(valueIn(configuration, "enabled", "status"));
  return typeof written === "string" ? written : "";
}

/** How long a lock keeps objects, and how. */
interface Lock {
  property: string;
  where: string;
  isEnabled: Known<boolean>;
  status: string;
  mode: Known<string> | undefined;
  /** Undefined: there is no default retention. */
  days: Known<number> | undefined;
}

function locksOf(bucket: Bucket): Lock[] {
  return aspectBlocks(bucket, "objectLock").map(({ saying, ...block }) => {
    const rule = blockIn(block, "rule", "rules");
    const retention = rule && blockIn(rule, "defaultRetention", "defaultRetentions");
    // `Enabled` is the only value that the provider knows, and its default.
    const status = text(valueIn(block, "objectLockEnabled")) ?? "Enabled";
    const days = retention && number(valueIn(retention, "days"));
    const years = retention && number(valueIn(retention, "years"));
    return {
      property: retention?.path ?? (block.path === "" ? "rule" : `${block.path}.rule`),
      where: saying.resource === bucket.resource ? "" : ` of ${saying.resource.name}`,
      isEnabled: status === UNKNOWN ? UNKNOWN : status === "Enabled",
      status: status === UNKNOWN ? "" : status,
      mode: retention && text(valueIn(retention, "mode")),
      days: days ?? (typeof years === "number" ? years * 365 : years),
    };
  });
}

/** Whether nobody can delete what is in the bucket, for a while. */
function isLocked(bucket: Bucket): boolean {
  return locksOf(bucket).some(
    ({ isEnabled, days, mode }) => isEnabled !== false && days !== undefined && mode !== "GOVERNANCE",
  );
}

const DAYS = {
  retentionDays: {
    default: 7,
    minimum: 1,
    description: "Days for which a base backup and the write-ahead log since then must be kept",
  },
};

/** When a rule ends the life of an object: path, days, and which objects. */
interface Ending {
  property: string;
  days: Known<number>;
  what: string;
}

function endingsOf({ block }: LifecycleRule): Ending[] {
  const read = (names: readonly string[], days: readonly string[], what: string) =>
    blocksIn(block, ...names).flatMap((part): Ending[] => {
      const value = number(valueIn(part, ...days));
      return value === undefined
        ? []
        : [{ property: `${part.path}.${nameOf(part.properties, days)}`, days: value, what }];
    });
  return [
    ...read(["expiration", "expirations"], ["days"], "what is in it"),
    ...read(
      ["noncurrentVersionExpiration", "noncurrentVersionExpirations"],
      ["noncurrentDays", "days"],
      "what was overwritten or deleted by mistake",
    ),
  ];
}

function nameOf(properties: object, names: readonly string[]): string {
  return names.find((name) => name in properties) ?? names[0] ?? "";
}

/** Days after which write-ahead log of one prefix is gone, where base backups of another are kept longer. */
function walBeforeBase(rules: readonly LifecycleRule[]): { ending: Ending; base: number } | undefined {
  const of = (pattern: RegExp) =>
    rules
      .filter(({ prefix }) => pattern.test(prefix))
      .flatMap(endingsOf)
      .filter(({ what }) => what === "what is in it");
  const bases = of(/(^|[^a-z])(base|basebackups?|backups?|full)([^a-z]|$)/i).map(({ days }) => days);
  const base = Math.max(...bases.filter((days) => typeof days === "number"));
  const ending = of(/(^|[^a-z])(wal|wals|archive|xlog)([^a-z]|$)/i).find(
    ({ days }) => typeof days === "number" && days < base,
  );
  return ending && { ending, base };
}

const retentionRules: readonly Rule[] = [
  bucketRule({
    name: "s3-bucket-versioning",
    title: "A bucket of backups keeps old versions",
    severity: "high",
    ids: VERSIONING_IDS,
    docs: VERSIONING,
    property: "versioning.enabled, BucketVersioning.versioningConfiguration.status",
    why: "An archive command that runs twice, or a wrong prefix, overwrites a segment; without it the backup cannot be restored.",
    aspects: ["versioning"],
    alone: "versioning",
    scope: "backups",
    problem: (bucket) =>
      versioningProblem(
        bucket,
        "a segment or backup that is overwritten or deleted is gone, and with it the restore",
      ),
    good: { change: { versioning: { enabled: true, mfaDelete: true } } },
    bad: { change: { versioning: { enabled: false } } },
  }),
  bucketRule({
    name: "s3-versioning-of-others",
    title: "Every bucket keeps old versions",
    severity: "medium",
    // Medium where nothing tells that it holds backups: logs and assets can be made again.
    ids: VERSIONING_IDS,
    docs: VERSIONING,
    property: "versioning.enabled, BucketVersioning.versioningConfiguration.status",
    why: "What is overwritten or deleted by mistake is gone.",
    aspects: ["versioning"],
    alone: "versioning",
    scope: "others",
    problem: (bucket) => versioningProblem(bucket, "what is overwritten or deleted by mistake is gone"),
    good: { change: { ...PLAIN, versioning: { enabled: true } } },
    bad: { change: { ...PLAIN, objectLockEnabled: undefined, versioning: undefined } },
  }),
  bucketRule({
    name: "s3-bucket-mfa-delete",
    title: "Versions cannot be deleted with stolen credentials",
    severity: "low",
    ids: [
      "trivy:AWS-0170",
      "prowler:s3_bucket_no_mfa_delete",
      "FSBP:S3.20",
      "config:s3-bucket-mfa-delete-enabled",
      "KICS:tf c5b31ab9-0f26-4a49-b8aa-4cc064392f4d",
      "powerpipe:s3_bucket_mfa_delete_enabled",
    ],
    docs: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiFactorAuthenticationDelete.html",
    property: "versioning.mfaDelete, BucketVersioning.versioningConfiguration.mfaDelete",
    // S3 refuses a lifecycle beside MFA delete, which the tools want as well. A lock that nobody can open does the
    // same without a second factor: it passes.
    why: "Versioning does not help against somebody who deletes the versions too.",
    aspects: ["versioning", "objectLock"],
    scope: "switched",
    problem(bucket) {
      const isOn = mfaDeleteOf(bucket);
      if (isOn === true || isOn === UNKNOWN || isLocked(bucket)) return undefined;
      const saying = said(bucket, "versioning")[0];
      const isOwn = saying?.isOwn === true;
      return {
        property: isOwn ? "versioning.mfaDelete" : "versioningConfiguration.mfaDelete",
        value: "",
        fact: "who has credentials can delete all versions of what is in it: neither a second factor nor a lock keeps them",
        hint: `add a ${companionName("objectLock")} with \`rule: { defaultRetention: { mode: "COMPLIANCE", days: 35 } }\`, or write \`mfaDelete: "Enabled"\` in ${companionName("versioning")}`,
      };
    },
    good: { change: { versioning: { enabled: true, mfaDelete: true }, objectLockConfiguration: undefined } },
    bad: { change: { versioning: { enabled: true }, objectLockConfiguration: undefined } },
  }),
  bucketRule({
    name: "s3-bucket-object-lock",
    title: "A bucket of backups can lock them",
    severity: "medium",
    ids: [
      "CKV_AWS_143",
      "prowler:s3_bucket_object_lock",
      "FSBP:S3.15",
      "config:s3-bucket-default-lock-enabled",
      "guard:S3_BUCKET_DEFAULT_LOCK_ENABLED",
      "cdk-nag:S3BucketDefaultLockEnabled",
      "powerpipe:s3_bucket_object_lock_enabled",
    ],
    docs: LOCK,
    property: "objectLockEnabled, BucketObjectLockConfiguration",
    // Nothing said: unknown for checkov, a failure for the others. A failure here, for buckets of backups only.
    why: "Extortion begins with deleting the backups.",
    aspects: ["objectLock"],
    alone: "objectLock",
    scope: "every",
    problem(bucket) {
      const locks = locksOf(bucket);
      const off = locks.find(({ isEnabled }) => isEnabled === false);
      const isEnabled = flag(bucket.resource.properties.objectLockEnabled);
      if (!off && (locks.length > 0 || isEnabled === true || isEnabled === UNKNOWN)) return undefined;
      if (!off && !holdsBackups(bucket.resource)) return undefined;
      return {
        property:
          off && bucket.isInStack && off.where === ""
            ? "objectLockConfiguration.objectLockEnabled"
            : "objectLockEnabled",
        value: off?.status ?? String(isEnabled ?? ""),
        fact: "its objects cannot be locked: who gets in deletes them together with the database",
        hint: off
          ? `write \`objectLockEnabled: "Enabled"\` in the lock's configuration${off.where}`
          : `add a ${companionName("objectLock")} with \`rule: { defaultRetention: { mode: "COMPLIANCE", days: 35 } }\``,
      };
    },
    good: { change: { objectLockEnabled: true, objectLockConfiguration: { objectLockEnabled: "Enabled" } } },
    bad: { change: { objectLockEnabled: undefined, objectLockConfiguration: undefined } },
  }),
  bucketRule({
    name: "archive-object-lock-weak",
    title: "A lock holds for everybody, and as long as backups are needed",
    severity: "low",
    ids: [],
    docs: LOCK,
    property: "BucketObjectLockConfiguration.rule.defaultRetention",
    why: "Without a default nothing is locked; in GOVERNANCE who has the permission opens it.",
    thresholds: DAYS,
    aspects: ["objectLock"],
    alone: "objectLock",
    scope: "every",
    problem(bucket, { context }) {
      const wanted = context.threshold("retentionDays");
      for (const { property, where, isEnabled, mode, days } of locksOf(bucket)) {
        if (isEnabled === false || mode === UNKNOWN || days === UNKNOWN) continue;
        const found = { property, value: [mode, days].filter((part) => part !== undefined).join(", ") };
        const hint = `write \`defaultRetention: { mode: "COMPLIANCE", days: ${Math.max(wanted, 35)} }\` in rule${where}`;
        if (days === undefined)
          return {
            ...found,
            fact: "its lock has no default retention: nothing that is archived is locked",
            hint,
          };
        if (mode === "GOVERNANCE")
          return {
            ...found,
            fact: "its lock is in GOVERNANCE mode: who has the permission opens it and deletes the backups",
            hint,
          };
        if (days < wanted)
          return {
            ...found,
            fact: `its lock holds for ${days} days, and backups are needed for ${wanted}: the rest of the time they can be deleted`,
            hint,
          };
      }
      return undefined;
    },
    good: { change: { objectLockConfiguration: locked({ mode: "COMPLIANCE", days: 35 }) } },
    bad: { change: { objectLockConfiguration: locked({ mode: "GOVERNANCE", days: 35 }) } },
  }),
  bucketRule({
    name: "archive-lifecycle-too-short",
    title: "Backups and write-ahead log outlive the time for which a restore must be possible",
    severity: "high",
    ids: [],
    docs: LIFECYCLE,
    property:
      "BucketLifecycleConfiguration.rules[].expiration.days, noncurrentVersionExpiration.noncurrentDays",
    why: "A restore needs every segment since its base backup: one that has expired ends it there.",
    thresholds: DAYS,
    unknown: "passes",
    aspects: ["lifecycle"],
    alone: "lifecycle",
    scope: "every",
    problem(bucket, { context }) {
      const rules = lifecycleOf(bucket).filter(({ isEnabled }) => isEnabled === true);
      const where = (rule: LifecycleRule) =>
        rule.saying.resource === bucket.resource ? "" : ` of ${rule.saying.resource.name}`;
      const holds = (rule: LifecycleRule) =>
        holdsBackups(bucket.resource) ||
        /(^|[^a-z])(wal|base|basebackup|backups?|pgbackrest|barman)([^a-z]|$)/i.test(rule.prefix);
      const wanted = context.threshold("retentionDays");
      for (const rule of rules.filter(holds))
        for (const { property, days, what } of endingsOf(rule))
          if (typeof days === "number" && days < wanted)
            return {
              property,
              value: String(days),
              fact: `it deletes ${what} after ${days} days, and a restore must be possible for ${wanted}: write-ahead log is missing, and the backup cannot be restored`,
              hint: `write \`${wanted}\` or more as ${property}${where(rule)}`,
            };
      const earlier = walBeforeBase(rules);
      if (!earlier || rules[0] === undefined) return undefined;
      const { ending, base } = earlier;
      return {
        property: ending.property,
        value: String(ending.days),
        fact: `it deletes write-ahead log after ${String(ending.days)} days and base backups after ${base}: the older base backups cannot be restored`,
        hint: `write \`${base}\` or more as ${ending.property}${where(rules[0])}`,
      };
    },
    good: {
      change: {
        lifecycleRules: [{ enabled: true, abortIncompleteMultipartUploadDays: 7, expiration: { days: 90 } }],
      },
    },
    bad: {
      change: {
        lifecycleRules: [{ enabled: true, abortIncompleteMultipartUploadDays: 7, expiration: { days: 2 } }],
      },
    },
  }),
  bucketRule({
    name: "s3-bucket-lifecycle",
    title: "A bucket says how long things are kept",
    severity: "low",
    protects: "availability",
    ids: [
      "CKV2_AWS_61",
      "prowler:s3_bucket_lifecycle_enabled",
      "FSBP:S3.10",
      "FSBP:S3.13",
      "config:s3-lifecycle-policy-check",
      "config:s3-version-lifecycle-policy-check",
      "powerpipe:s3_bucket_lifecycle_policy_enabled",
      "powerpipe:s3_bucket_versioning_and_lifecycle_policy_enabled",
    ],
    docs: LIFECYCLE,
    property: "lifecycleRules, BucketLifecycleConfiguration.rules",
    why: "Old versions and half uploads stay for ever, and are paid for, until somebody cleans up by hand and deletes too much.",
    aspects: ["lifecycle"],
    scope: "switched",
    problem(bucket) {
      const rules = lifecycleOf(bucket);
      const isUnknown = said(bucket, "lifecycle").some(({ block }) => block.isUnknown);
      if (isUnknown || rules.some(({ isEnabled }) => isEnabled !== false)) return undefined;
      return {
        property: rules[0]?.path ?? "lifecycleRules",
        value: "",
        fact: "no lifecycle rule is enabled: old versions stay until somebody cleans up by hand, and deletes too much",
        hint: `add a ${companionName("lifecycle")} with \`rules: [{ id: "old", status: "Enabled", abortIncompleteMultipartUpload: { daysAfterInitiation: 7 }, noncurrentVersionExpiration: { noncurrentDays: 90 } }]\``,
      };
    },
    good: { change: { lifecycleRules: [{ enabled: true, abortIncompleteMultipartUploadDays: 7 }] } },
    bad: { change: { lifecycleRules: undefined } },
  }),
  bucketRule({
    name: "s3-bucket-replication",
    title: "A bucket is replicated",
    severity: "low",
    ids: [
      "CKV_AWS_144",
      "prowler:s3_bucket_cross_region_replication",
      "FSBP:S3.7",
      "config:s3-bucket-replication-enabled",
      "config:s3-bucket-cross-region-replication-enabled",
      "guard:S3_BUCKET_REPLICATION_ENABLED",
      "pulumi:aws-s3-bucket-enable-replication-configuration",
      "pulumi:aws-s3-bucket-configure-replication-configuration",
      "cdk-nag:S3BucketReplicationEnabled",
      "powerpipe:s3_bucket_cross_region_replication_enabled",
    ],
    docs: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html",
    property: "replicationConfiguration.rules[].status, BucketReplicationConfig.rules[].status",
    // In which region the other bucket is cannot be seen: only that there is one.
    why: "Backups that are only in the region of the database are away together with it.",
    aspects: ["replication"],
    scope: "switched",
    problem(bucket, stack) {
      const rules = replicationRules(bucket);
      const off = rules.find(({ status }) => status !== UNKNOWN && status !== "Enabled");
      if (
        rules.some(({ status }) => status === "Enabled" || status === UNKNOWN) ||
        replicas(stack).has(bucket)
      )
        return undefined;
      const role = "role: …, ";
      return {
        property: off?.path ?? "replicationConfiguration",
        value: typeof off?.status === "string" ? off.status : "",
        fact: `${off ? "its replication is not enabled" : "nothing replicates it"}: what is in it is away together with the region`,
        hint: off
          ? `write \`status: "Enabled"\` as ${off.path}`
          : `add a ${companionName("replication")} with \`${role}rules: [{ status: "Enabled", destination: { bucket: <arn of a bucket in another region> } }]\``,
      };
    },
    good: { change: { replicationConfiguration: replicated("Enabled") } },
    bad: { change: { replicationConfiguration: replicated("Disabled") } },
  }),
  bucketRule({
    name: "bucket-force-destroy",
    title: "A bucket of backups is not emptied when it is removed",
    severity: "critical",
    ids: [],
    docs: "https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucket/#forcedestroy_nodejs",
    property: "forceDestroy",
    why: "A destroy, or a change that replaces the bucket, deletes all backups, also locked ones. AWS refuses it without.",
    unknown: "passes",
    aspects: [],
    scope: "backups",
    problem: ({ resource }) =>
      flag(resource.properties.forceDestroy) === true
        ? {
            property: "forceDestroy",
            value: "true",
            fact: "a destroy, or a change that replaces it, empties it first: all backups are deleted, also locked ones",
            hint: "remove `forceDestroy`",
          }
        : undefined,
    good: { change: { forceDestroy: false } },
    bad: { change: { forceDestroy: true } },
  }),
  bucketRule({
    name: "s3-in-backup-plan",
    title: "A bucket of backups is in the backup plan of the stack",
    severity: "low",
    ids: [
      "config:s3-resources-protected-by-backup-plan",
      "config:s3-last-backup-recovery-point-created",
      "config:s3-resources-in-logically-air-gapped-vault",
    ],
    docs: "https://docs.aws.amazon.com/aws-backup/latest/devguide/s3-backups.html",
    property: "backup.Selection.resources, selectionTags",
    // A plan of another stack is not seen: without any selection in this one, nothing is said.
    why: "A plan that was made for the database is thought to hold its archive as well.",
    aspects: [],
    with: [BACKUP_SELECTION],
    scope: "backups",
    problem(bucket, stack) {
      const selection = stack.resources.find(({ type }) => type === BACKUP_SELECTION);
      const known = selected(stack);
      if (!selection || known === UNKNOWN || known.has(bucket)) return undefined;
      return {
        property: "backup.Selection.resources",
        value: "",
        fact: "no backup selection of the stack names it: of the backups themselves there is no copy",
        hint: `add the bucket's ARN to resources of Selection ${selection.name}`,
      };
    },
    good: {
      change: {},
      others: [
        { type: BACKUP_SELECTION, name: "all", change: { resources: ["arn:aws:s3:::db-wal-archive"] } },
      ],
    },
    bad: {
      change: {},
      others: [{ type: BACKUP_SELECTION, name: "other", change: { resources: ["arn:aws:s3:::other"] } }],
    },
  }),
];

function locked(defaultRetention: object) {
  return { objectLockEnabled: "Enabled", rule: { defaultRetention } };
}

function replicated(status: string) {
  return {
    role: "arn:aws:iam::111122223333:role/replicate",
    rules: [{ status, destination: { bucket: "arn:aws:s3:::other" } }],
  };
}

function replicationRules(bucket: Bucket): { path: string; status: Known<string> | undefined }[] {
  return aspectBlocks(bucket, "replication").flatMap((block) =>
    blocksIn(block, "rules", "rule").map((rule) => ({
      path: `${rule.path}.status`,
      status: text(valueIn(rule, "status")),
    })),
  );
}

/** Buckets that others of the stack are replicated to. */
const replicas = oncePer(({ buckets }: Stack) => {
  const referable = bucketsByName(buckets);
  const found = buckets.flatMap((from) =>
    aspectBlocks(from, "replication").flatMap(({ saying, ...block }) =>
      blocksIn(block, "rules", "rule").flatMap((rule) => {
        const destination = blockIn(rule, "destination", "destinations");
        const property = saying.isOwn ? topLevel(block.path) : "rules";
        const to = destination && referable.of(saying.resource, property, valueIn(destination, "bucket"));
        return to === undefined || to === UNKNOWN ? [] : to.filter((bucket) => bucket !== from);
      }),
    ),
  );
  return new Set(found);
});

/** Dependencies are known of top-level properties only. */
function topLevel(path: string): string {
  return path.split(/[.[]/)[0] ?? "";
}

/** Buckets that a backup selection of the stack names; `UNKNOWN`: it can be any. */
const selected = oncePer(({ resources, buckets }: Stack): Known<Set<Bucket>> => {
  const referable = bucketsByName(buckets);
  const found = new Set<Bucket>();
  for (const selection of resources.filter(({ type }) => type === BACKUP_SELECTION)) {
    const { properties } = selection;
    if (["selectionTags", "conditions"].some((name) => !isAbsent(properties[name]))) return UNKNOWN;
    for (const pattern of list(properties.resources)) {
      const written = text(pattern);
      if (typeof written === "string" && /^(\*|arn:[\w-]*:s3:::\*?)$/.test(written)) return UNKNOWN;
      const named = referable.of(selection, "resources", pattern);
      if (named === UNKNOWN) return UNKNOWN;
      for (const bucket of named) found.add(bucket);
    }
  }
  return found;
});

const abortIncomplete: RuleOf<"resource"> = {
  name: "s3-abort-incomplete-uploads",
  title: "Uploads that were broken off are cleaned up",
  severity: "low",
  protects: "availability",
  ids: ["CKV_AWS_300", "powerpipe-tf:s3_bucket_abort_incomplete_multipart_upload_enabled"],
  docs: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html",
  reads: "resource",
  types: [...companionTypes("lifecycle"), ...BUCKETS],
  property: "rules[].abortIncompleteMultipartUpload",
  why: "A base backup that is broken off leaves parts that no listing shows and that are paid for.",
  unknown: "later",
  judge(properties, { resource, notYetKnown }) {
    if (!resource) return [];
    const isOwn = BUCKETS.includes(resource.type);
    const rules = lifecycleRules({ resource, isOwn, block: { path: "", properties, isUnknown: false } });
    if (isOwn && rules.length === 0) return [];
    const name = isOwn ? "abortIncompleteMultipartUploadDays" : "abortIncompleteMultipartUpload";
    const states = rules.map((rule) => {
      if (rule.isEnabled === false || rule.isFiltered === true || rule.block.isUnknown)
        return rule.block.isUnknown ? UNKNOWN : false;
      if (isAbsent(valueIn(rule.block, name))) return false;
      return rule.isEnabled === UNKNOWN || rule.isFiltered === UNKNOWN ? UNKNOWN : true;
    });
    if (states.includes(true)) return [];
    const property = isOwn ? "lifecycleRules" : "rules";
    if (states.includes(UNKNOWN)) {
      notYetKnown(property);
      return [];
    }
    const line = isOwn
      ? "{ enabled: true, abortIncompleteMultipartUploadDays: 7 }"
      : '{ id: "uploads", status: "Enabled", abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } }';
    return [
      {
        property,
        value: "",
        fact: "no enabled rule for all objects ends broken uploads: parts of base backups stay that no listing shows",
        hint: `add \`${line}\` to ${property}`,
      },
    ];
  },
  good: {
    change: {
      rules: [
        { id: "uploads", status: "Enabled", abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } },
      ],
    },
  },
  bad: { change: { rules: [{ id: "old", status: "Enabled", expiration: { days: 90 } }] } },
};

const notProtected: RuleOf<"resource"> = {
  name: "backups-not-protected",
  title: "Buckets of backups, vaults and keys are protected",
  severity: "medium",
  protects: "data",
  ids: [],
  docs: "https://www.pulumi.com/docs/iac/concepts/resources/options/protect/",
  reads: "resource",
  types: [...BUCKETS, KMS_KEY, BACKUP_VAULT],
  property: "opts.protect",
  why: "`destroy`, a renamed resource or a removed line deletes it: the backups, or the key without which nobody reads them.",
  unknown: "passes",
  judge(_properties, { resource }) {
    if (resource?.protect !== false) return [];
    if (BUCKETS.includes(resource.type) && !holdsBackups(resource)) return [];
    const lost = resource.type === KMS_KEY ? "everything that it encrypts" : "the backups in it";
    return [
      {
        property: "opts.protect",
        value: "false",
        fact: `it is not protected: a destroy, or a line that is removed, takes ${lost}`,
        hint: "write `protect: true` in the resource's options (retainOnDelete keeps it as well, but no policy can see it)",
      },
    ];
  },
  good: { change: {}, protect: true },
  bad: { change: {}, protect: false },
};

export const S3_RETENTION_RULES: readonly Rule[] = [...retentionRules, abortIncomplete, notProtected];
