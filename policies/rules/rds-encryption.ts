/** Are the data of RDS encrypted, and with whose key? */

import { flag, type Properties, UNKNOWN } from "../reading/known";
import { engineOf } from "../reading/rds";
import type { Rule, RuleOf, Severity } from "../rule";
import {
  ACTIVITY_STREAM,
  BACKUP_REPLICATION,
  CLUSTER,
  CLUSTER_INSTANCE,
  CLUSTER_SNAPSHOT_COPY,
  GLOBAL_CLUSTER,
  INSTANCE,
  SNAPSHOT_COPY,
} from "../subjects";
import { databaseRule, flagProblems, flagRule, isMissing, REPLACES } from "./rds-rule";

const DOCS = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html";
const KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const WHOSE = "no snapshot can be shared with another account, which would survive the loss of this one";

interface KeyRow {
  name: string;
  title: string;
  severity: Severity;
  ids: readonly string[];
  docs: string;
  why: string;
  types: readonly string[];
  fact: string;
}

/** A rule about the key of something that is no database itself. */
function keyRule({ fact, ...row }: KeyRow): RuleOf<"resource"> {
  return {
    ...row,
    protects: "access",
    reads: "resource",
    property: "kmsKeyId",
    unknown: "passes",
    judge: (properties) =>
      isMissing(properties, "kmsKeyId")
        ? [
            {
              property: "kmsKeyId",
              value: "",
              fact,
              hint: "write `kmsKeyId: key.arn`, with a key of your own",
            },
          ]
        : [],
    good: { change: { kmsKeyId: KEY } },
    bad: { change: { kmsKeyId: undefined } },
  };
}

/** Whether storage is encrypted, as far as the program says. */
function isEncrypted(properties: Properties): boolean {
  return flag(properties.storageEncrypted) === true;
}

export const RDS_ENCRYPTION_RULES: readonly Rule[] = [
  flagRule({
    name: "rds-instance-storage-encrypted",
    title: "An instance's storage is encrypted",
    severity: "high",
    protects: "access",
    ids: [
      "CKV_AWS_16",
      "trivy:AWS-0080",
      "prowler:rds_instance_storage_encrypted",
      "FSBP:RDS.3",
      "config:rds-storage-encrypted",
      "KICS:tf 08bd0760-8752-44e1-9779-7bb369b2b4e4",
      "awsguard:rds-storage-encrypted",
      "pulumi:aws-rds-instance-disallow-unencrypted-storage",
      "guard:RDS_STORAGE_ENCRYPTED",
      "cfn_nag:F27",
      "cdk-nag:AwsSolutions-RDS2",
      "terrascan:AC_AWS_0058",
      "powerpipe:rds_db_instance_encryption_at_rest_enabled",
      "tfsec:rds/encrypt-instance-storage-data",
    ],
    docs: DOCS,
    property: "storageEncrypted",
    // A replica has its source's encryption and ignores the property (trivy, awsguard; checkov does not look).
    // KICS takes a kmsKeyId alone: the provider asks for both. A restore must say it as well, as everywhere else.
    why: "It cannot be turned on later: the instance has to be replaced by one from an encrypted copy of a snapshot.",
    types: [INSTANCE],
    wanted: true,
    default: false,
    loss: "disks, backups and snapshots can be read by whoever gets hold of them, and it cannot be turned on later",
    caution: REPLACES,
    isExempt: ({ isReplica }) => isReplica,
    good: { change: { storageEncrypted: true } },
    bad: { change: { storageEncrypted: undefined } },
  }),
  flagRule({
    name: "rds-cluster-storage-encrypted",
    title: "A cluster's storage is encrypted",
    severity: "high",
    protects: "access",
    ids: [
      "CKV_AWS_96",
      "trivy:AWS-0079",
      "prowler:rds_cluster_storage_encrypted",
      "FSBP:RDS.27",
      "config:rds-cluster-encrypted-at-rest",
      "KICS:tf 656880aa-1388-488f-a6d4-8f73c23149b2",
      "KICS:tf 3199c26c-7871-4cb3-99c2-10a59244ce7f",
      "KICS:tf 1a690d1d-0ae7-49fa-b2db-b75ae0dd1d3e",
      "pulumi:aws-rds-cluster-disallow-unencrypted-storage",
      "guard:RDS_STORAGE_ENCRYPTED",
      "cfn_nag:F26",
      "cdk-nag:AwsSolutions-RDS2",
      "terrascan:AC_AWS_0186",
      "powerpipe:rds_db_cluster_encryption_at_rest_enabled",
      "tfsec:rds/encrypt-cluster-storage-data",
    ],
    docs: DOCS,
    property: "storageEncrypted",
    // Serverless v1 is always encrypted (checkov, powerpipe, KICS). Replicas in another region have to say it.
    why: "It cannot be turned on later: the cluster has to be restored from a snapshot.",
    types: [CLUSTER],
    wanted: true,
    default: false,
    loss: "the volume, backups and snapshots can be read by whoever gets hold of them, and it cannot be turned on later",
    caution: REPLACES,
    isExempt: ({ isServerlessV1 }) => isServerlessV1,
    good: { change: { storageEncrypted: true } },
    bad: { change: { storageEncrypted: false } },
  }),
  {
    name: "rds-global-cluster-encrypted",
    title: "A global cluster is encrypted",
    severity: "high",
    protects: "access",
    ids: ["CKV_AWS_140", "powerpipe-tf:rds_global_cluster_encryption_enabled"],
    docs: DOCS,
    reads: "resource",
    types: [GLOBAL_CLUSTER],
    property: "storageEncrypted",
    why: "Its clusters in all regions follow it, and it cannot be turned on later.",
    unknown: "later",
    judge(properties, context) {
      const engine = engineOf(properties);
      if (engine === UNKNOWN) context.notYetKnown("engine");
      // With a source, encryption is the source's.
      const isOurs = engine === undefined || engine === "aurora-postgresql" || engine === "postgres";
      if (!isOurs || !isMissing(properties, "sourceDbClusterIdentifier")) return [];
      const loss = "the data can be read in every region by whoever gets hold of a disk or a snapshot";
      return flagProblems(properties, context, {
        property: "storageEncrypted",
        wanted: true,
        absent: false,
        loss,
        caution: REPLACES,
      });
    },
    good: { change: { storageEncrypted: true } },
    bad: { change: { storageEncrypted: undefined } },
  },
  databaseRule({
    name: "rds-storage-cmk",
    title: "Storage is encrypted with a key of your own",
    severity: "low",
    protects: "access",
    ids: [
      "CKV_AWS_327",
      "trivy:AWS-0079",
      "pulumi:aws-rds-instance-configure-customer-managed-key",
      "pulumi:aws-rds-cluster-configure-customer-managed-key",
      "awsguard:rds-storage-encrypted",
      "powerpipe:rds_db_cluster_encrypted_with_cmk",
      "powerpipe-tf:rds_db_cluster_encrypted_with_kms_cmk",
    ],
    docs: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html",
    property: "kmsKeyId",
    // Of an instance that is not encrypted another rule speaks. Of a cluster checkov asks for the key in any case.
    why: "A snapshot under AWS's own key cannot be shared with the account that would survive the loss of this one.",
    types: [INSTANCE, CLUSTER],
    unknown: "passes",
    problems({ properties, kind, isReplica }) {
      const isAsked = kind === "cluster" || isEncrypted(properties);
      if (!isAsked || isReplica || !isMissing(properties, "kmsKeyId")) return [];
      const fact = `kmsKeyId is not set, and the key is AWS's own: ${WHOSE}`;
      return [
        {
          property: "kmsKeyId",
          value: "",
          fact,
          hint: `write \`kmsKeyId: key.arn\`, a key of your own, ${REPLACES}`,
        },
      ];
    },
    good: { change: { storageEncrypted: true, kmsKeyId: KEY } },
    bad: { change: { storageEncrypted: true, kmsKeyId: undefined } },
  }),
  databaseRule({
    name: "rds-performance-insights-cmk",
    title: "Performance Insights has a key of your own",
    severity: "low",
    protects: "access",
    ids: [
      "CKV_AWS_354",
      "trivy:AWS-0078",
      "pulumi:aws-rds-instance-disallow-unencrypted-performance-insights",
      "pulumi:aws-rds-clusterinstance-disallow-unencrypted-performance-insights",
      "powerpipe-tf:rds_db_instance_performance_insights_encrypted_with_kms_cmk",
      "tfsec:rds/enable-performance-insights-encryption",
    ],
    docs: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.access-control.html",
    property: "performanceInsightsKmsKeyId",
    why: "It keeps the text of statements, with what users wrote into them. The key cannot be changed later.",
    types: [INSTANCE, CLUSTER_INSTANCE],
    unknown: "passes",
    problems({ properties }) {
      const isOn = flag(properties.performanceInsightsEnabled) === true;
      if (!isOn || !isMissing(properties, "performanceInsightsKmsKeyId")) return [];
      return [
        {
          property: "performanceInsightsKmsKeyId",
          value: "",
          fact: "Performance Insights is on without a key of your own: whoever may read metrics in the account reads the statements",
          hint: "write `performanceInsightsKmsKeyId: key.arn`, with a key of your own",
        },
      ];
    },
    good: { change: { performanceInsightsEnabled: true, performanceInsightsKmsKeyId: KEY } },
    bad: { change: { performanceInsightsEnabled: true, performanceInsightsKmsKeyId: undefined } },
  }),
  keyRule({
    name: "rds-activity-stream-cmk",
    title: "An activity stream has a key of your own",
    severity: "low",
    ids: ["CKV_AWS_246", "powerpipe-tf:rds_cluster_activity_stream_encrypted_with_kms_cmk"],
    docs: "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/DBActivityStreams.Enabling.html",
    why: "The stream repeats every statement, and AWS refuses one without a key of yours.",
    types: [ACTIVITY_STREAM],
    fact: "kmsKeyId is not set: this deployment will fail, and nothing is recorded",
  }),
  keyRule({
    name: "rds-backup-replication-cmk",
    title: "Backups in the other region have a key of your own",
    severity: "low",
    ids: ["CKV_AWS_245"],
    docs: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/AutomatedBackups.Replicating.Enable.html",
    why: "Backups of an encrypted instance are not replicated without a key in the other region.",
    types: [BACKUP_REPLICATION],
    fact: "kmsKeyId is not set: the backups of an encrypted instance do not get to the other region, and are lost with this one",
  }),
  keyRule({
    name: "rds-snapshot-copy-cmk",
    title: "A snapshot's copy has a key of your own",
    severity: "low",
    ids: ["CKV_AWS_266", "powerpipe-tf:rds_db_snapshot_copy_encrypted_with_kms_cmk"],
    docs: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CopySnapshot.html",
    why: "The copy of a plain snapshot is plain, and one under AWS's own key cannot be shared with another account.",
    types: [SNAPSHOT_COPY, CLUSTER_SNAPSHOT_COPY],
    fact: "kmsKeyId is not set: the copy of a plain snapshot stays plain, and another one cannot be shared with another account",
  }),
];
