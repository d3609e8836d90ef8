/** Is there a backup of RDS's data, and for how long? */

import { number, UNKNOWN } from "../reading/known";
import type { Database } from "../reading/rds";
import type { Context, Problem, Rule } from "../rule";
import { CLUSTER, INSTANCE } from "../subjects";
import { databaseRule, flagRule, isMissing, stated } from "./rds-rule";

const DOCS =
  "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupRetention.html";
const TAGS = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.html";
/** What AWS takes. */
const LONGEST = 35;
const PROPERTY = "backupRetentionPeriod";

/** Days that backups are kept; undefined where they are not known yet, or not this database's matter. */
function retention({ properties, kind, isReplica }: Database, context: Context): number | undefined {
  const days = number(properties[PROPERTY]);
  if (days === UNKNOWN) context.notYetKnown(PROPERTY);
  if (days === UNKNOWN) return undefined;
  // A replica's data are backed up at its source; on Aurora's replicas the property is their own.
  if (isReplica && kind === "instance" && !days) return undefined;
  // The provider's defaults: 0 for instances, so that nothing is kept, and 1 for clusters.
  return days ?? (kind === "cluster" ? 1 : 0);
}

function retentionProblems(database: Database, days: number): Problem[] {
  const isOff = days <= 0;
  if (!isOff && days <= LONGEST) return [];
  const given = stated(database.properties, PROPERTY);
  const fact = isOff
    ? `${given}${isMissing(database.properties, PROPERTY) ? ", and 0 by default" : ""}: there are no backups, and no way back to any point in time`
    : `${given}, and AWS takes ${LONGEST} days at most: this deployment will fail`;
  const hint = `write \`${PROPERTY}: ${isOff ? 7 : LONGEST}\``;
  return [
    { property: PROPERTY, value: isMissing(database.properties, PROPERTY) ? "" : String(days), fact, hint },
  ];
}

export const RDS_BACKUP_RULES: readonly Rule[] = [
  databaseRule({
    name: "rds-backup-enabled",
    title: "An instance is backed up",
    severity: "high",
    protects: "data",
    ids: [
      "CKV_AWS_133",
      "trivy:AWS-0077",
      "prowler:rds_instance_backup_enabled",
      "FSBP:RDS.11",
      "config:db-instance-backup-enabled",
      "KICS:tf 1dc73fb4-5b51-430c-8c5f-25dcf9090b02",
      "awsguard:rds-instance-backup-enabled",
      "pulumi:aws-rds-instance-enable-backup-retention",
      "guard:DB_INSTANCE_BACKUP_ENABLED",
      "cfn_nag:W75",
      "cdk-nag:AwsSolutions-RDS13",
      "terrascan:AC_AWS_0052",
      "powerpipe:rds_db_instance_backup_enabled",
      "tfsec:rds/specify-backup-retention",
    ],
    docs: DOCS,
    property: PROPERTY,
    // checkov takes 1 for the default, awsguard 7: the provider documents 0. So nothing written is no backup. A
    // restore has to write it as well: what its snapshot had cannot be seen.
    why: "The provider's default is 0: no backups, no point-in-time recovery, and no replica either.",
    types: [INSTANCE],
    problems(database, context) {
      const days = retention(database, context);
      return days === undefined ? [] : retentionProblems(database, days);
    },
    good: { change: { backupRetentionPeriod: 7 } },
    bad: { change: { backupRetentionPeriod: undefined } },
  }),
  databaseRule({
    name: "rds-cluster-backup-enabled",
    title: "A cluster is backed up",
    severity: "medium",
    protects: "data",
    ids: [
      "CKV_AWS_133",
      "trivy:AWS-0077",
      "KICS:tf e542bd46-58c4-4e0f-a52a-1fb4f9548e02",
      "pulumi:aws-rds-cluster-enable-backup-retention",
      "terrascan:AC_AWS_0495",
    ],
    docs: "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Backups.html",
    property: PROPERTY,
    // KICS and terrascan want it written. Nothing written is one day, which rds-backup-retention-min speaks of.
    why: "0 is refused by Aurora, and turns the backups of a Multi-AZ cluster off.",
    types: [CLUSTER],
    problems(database, context) {
      const days = retention(database, context);
      return days === undefined ? [] : retentionProblems(database, days);
    },
    good: { change: { backupRetentionPeriod: 1 } },
    bad: { change: { backupRetentionPeriod: 0 } },
  }),
  databaseRule({
    name: "rds-backup-retention-min",
    title: "Backups are kept for long enough",
    severity: "medium",
    protects: "data",
    ids: [
      "trivy:AWS-0077",
      "KICS:tf e542bd46-58c4-4e0f-a52a-1fb4f9548e02",
      "pulumi:aws-rds-instance-configure-backup-retention",
      "pulumi:aws-rds-cluster-configure-backup-retention",
      "powerpipe:rds_db_instance_backup_retention_period_less_than_7",
      "config:rds-cluster-backup-retention-check",
      "FSBP:RDS.50",
    ],
    docs: DOCS,
    property: PROPERTY,
    // 2 days (trivy), 3 (compliance-policies), 7 (AWS Config, Security Hub, powerpipe): the longest of these.
    why: "A wrong delete is found after the weekend: with two days of backups it is too late then.",
    thresholds: {
      minimumDays: { default: 7, minimum: 1, description: "Days that backups are kept at least" },
    },
    types: [INSTANCE, CLUSTER],
    problems(database, context) {
      const days = retention(database, context);
      const least = context.threshold("minimumDays");
      if (days === undefined || days >= least) return [];
      const isUnset = isMissing(database.properties, PROPERTY);
      const given = isUnset
        ? `${PROPERTY} is not set, and ${days} by default`
        : stated(database.properties, PROPERTY);
      return [
        {
          property: PROPERTY,
          value: isUnset ? "" : String(days),
          fact: `${given}: a mistake that is found ${least} days later cannot be undone`,
          hint: `write \`${PROPERTY}: ${least}\``,
        },
      ];
    },
    good: { change: { backupRetentionPeriod: 7 } },
    bad: { change: { backupRetentionPeriod: 2 } },
  }),
  flagRule({
    name: "rds-instance-copy-tags",
    title: "Snapshots have the instance's tags",
    severity: "low",
    protects: "evidence",
    ids: [
      "CKV2_AWS_60",
      "prowler:rds_instance_copy_tags_to_snapshots",
      "FSBP:RDS.17",
      "config:rds-instance-copy-tags-to-snapshots-enabled",
      "powerpipe:rds_db_instance_copy_tags_to_snapshot_enabled",
    ],
    docs: TAGS,
    property: "copyTagsToSnapshot",
    // Members of Aurora follow their cluster.
    why: "Rules that delete, share or bill by tag do not know what the snapshot is.",
    types: [INSTANCE],
    wanted: true,
    default: false,
    loss: "rules that keep or delete by tag take its snapshots for nobody's",
    isExempt: ({ engine }) => engine === "aurora-postgresql",
    good: { change: { copyTagsToSnapshot: true } },
    bad: { change: { copyTagsToSnapshot: undefined } },
  }),
  flagRule({
    name: "rds-cluster-copy-tags",
    title: "Snapshots have the cluster's tags",
    severity: "low",
    protects: "evidence",
    ids: [
      "CKV_AWS_313",
      "prowler:rds_cluster_copy_tags_to_snapshots",
      "FSBP:RDS.16",
      "FSBP:RDS.47",
      "FSBP:RDS.48",
      "config:rds-cluster-copy-tags-to-snapshots-enabled",
      "powerpipe:rds_db_cluster_copy_tags_to_snapshot_enabled",
      "powerpipe:rds_db_cluster_aurora_postgres_copy_tags_to_snapshot_enabled",
    ],
    docs: TAGS,
    property: "copyTagsToSnapshot",
    why: "Rules that delete, share or bill by tag do not know what the snapshot is.",
    types: [CLUSTER],
    wanted: true,
    default: false,
    loss: "rules that keep or delete by tag take its snapshots for nobody's",
    good: { change: { copyTagsToSnapshot: true } },
    bad: { change: { copyTagsToSnapshot: undefined } },
  }),
];
