/** What is left when somebody deletes a database of RDS? */

import { flag, UNKNOWN } from "../reading/known";
import type { Example, Rule, RuleOf } from "../rule";
import { CLUSTER, INSTANCE } from "../subjects";
import { databaseRule, flagRule, isMissing } from "./rds-rule";

const DELETE = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html";
/** A stack of a developer is thrown away on purpose, and nobody loses what he did not want to lose. */
const ON_PURPOSE: RuleOf<"resource">["levels"] = { development: "advisory" };

const REPLICA: Example = { change: { replicateSourceDb: "primary", skipFinalSnapshot: true } };

export const RDS_DELETION_RULES: readonly Rule[] = [
  flagRule({
    name: "rds-instance-deletion-protection",
    title: "AWS refuses to delete the instance",
    severity: "high",
    protects: "data",
    ids: [
      "CKV_AWS_293",
      "trivy:AWS-0177",
      "prowler:rds_instance_deletion_protection",
      "FSBP:RDS.8",
      "config:rds-instance-deletion-protection-enabled",
      "guard:RDS_INSTANCE_DELETION_PROTECTION_ENABLED",
      "cfn_nag:F80",
      "cdk-nag:AwsSolutions-RDS10",
      "powerpipe:rds_db_instance_deletion_protection_enabled",
    ],
    docs: DELETE,
    levels: ON_PURPOSE,
    property: "deletionProtection",
    // For members of Aurora it is the cluster's. No tool leaves replicas out.
    why: "A replacement that nobody saw in the preview, or a click in the console, deletes the database.",
    types: [INSTANCE],
    wanted: true,
    default: false,
    loss: "a replacement, a destroy or a click deletes the database",
    isExempt: ({ engine }) => engine === "aurora-postgresql",
    good: { change: { deletionProtection: true } },
    bad: { change: { deletionProtection: undefined } },
  }),
  flagRule({
    name: "rds-cluster-deletion-protection",
    title: "AWS refuses to delete the cluster",
    severity: "high",
    protects: "data",
    ids: [
      "CKV_AWS_139",
      "trivy:AWS-0343",
      "prowler:rds_cluster_deletion_protection",
      "FSBP:RDS.7",
      "config:rds-cluster-deletion-protection-enabled",
      "cdk-nag:AwsSolutions-RDS10",
      "powerpipe:rds_db_cluster_deletion_protection_enabled",
    ],
    docs: "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html",
    levels: ON_PURPOSE,
    property: "deletionProtection",
    why: "A replacement that nobody saw in the preview, or a click in the console, deletes the database.",
    types: [CLUSTER],
    wanted: true,
    default: false,
    loss: "a replacement, a destroy or a click deletes the database",
    good: { change: { deletionProtection: true } },
    bad: { change: { deletionProtection: undefined } },
  }),
  flagRule({
    name: "rds-skip-final-snapshot",
    title: "A last snapshot is taken before a database is deleted",
    severity: "high",
    protects: "data",
    ids: [],
    docs: DELETE,
    levels: ON_PURPOSE,
    property: "skipFinalSnapshot",
    // AWS takes no last snapshot of a replica, and refuses to delete one where it is asked for.
    why: "A destroy or a replacement deletes the data and its automated backups, and there is nothing to go back to.",
    types: [INSTANCE, CLUSTER],
    wanted: false,
    default: false,
    loss: "a destroy or a replacement leaves nothing to restore from",
    isExempt: ({ isReplica }) => isReplica,
    good: REPLICA,
    bad: { change: { skipFinalSnapshot: true } },
  }),
  databaseRule({
    name: "rds-final-snapshot-id-missing",
    title: "The last snapshot has a name",
    severity: "low",
    protects: "availability",
    ids: [],
    docs: DELETE,
    property: "finalSnapshotIdentifier",
    why: "The provider refuses to delete without it: a replacement or a destroy stops half-way.",
    types: [INSTANCE, CLUSTER],
    problems({ properties, isReplica }, context) {
      const skips = flag(properties.skipFinalSnapshot);
      const isAsked = !isReplica && skips !== true && isMissing(properties, "finalSnapshotIdentifier");
      if (isAsked && skips === UNKNOWN) context.notYetKnown("skipFinalSnapshot");
      if (!isAsked || skips === UNKNOWN) return [];
      return [
        {
          property: "finalSnapshotIdentifier",
          value: "",
          fact: "finalSnapshotIdentifier is not set: a destroy or a replacement fails half-way, with the rest of the stack gone",
          hint: 'write `finalSnapshotIdentifier: "db-final"`, with a name that no snapshot has yet',
        },
      ];
    },
    good: { change: { finalSnapshotIdentifier: "db-final" } },
    bad: { change: { finalSnapshotIdentifier: undefined } },
  }),
  flagRule({
    name: "rds-delete-automated-backups",
    title: "Automated backups stay when a database is deleted",
    severity: "high",
    protects: "data",
    ids: [],
    docs: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.Retaining.html",
    levels: ON_PURPOSE,
    property: "deleteAutomatedBackups",
    // A replica without backups of its own has none to keep.
    why: "They go with the database by default, and cannot be brought back: no point in time is left, the last snapshot apart.",
    types: [INSTANCE, CLUSTER],
    wanted: false,
    default: true,
    loss: "every point in time to go back to is deleted with the database",
    isExempt: ({ isReplica, properties }) => isReplica && !properties.backupRetentionPeriod,
    good: { change: { deleteAutomatedBackups: false } },
    bad: { change: { deleteAutomatedBackups: undefined } },
  }),
  databaseRule({
    name: "rds-not-protected",
    title: "A database is protected in Pulumi",
    severity: "medium",
    protects: "data",
    ids: [],
    docs: "https://www.pulumi.com/docs/iac/concepts/resources/options/protect/",
    property: "opts.protect",
    why: "A renamed resource or a removed line deletes the database; deletionProtection stops it only half-way.",
    types: [INSTANCE, CLUSTER],
    problems({ isReplica }, { resource }) {
      if (resource?.protect !== false || isReplica) return [];
      return [
        {
          property: "opts.protect",
          value: "false",
          fact: "it is not protected: a destroy, or a line that is removed or renamed, deletes the database",
          hint: "write `protect: true` in the resource's options (retainOnDelete keeps the data as well, but no policy can see it)",
        },
      ];
    },
    good: { change: {}, protect: true },
    bad: { change: {}, protect: false },
  }),
];
