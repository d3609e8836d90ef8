/** What does each rule say of the bad example of another engine? Whole messages, line by line. */

export const OTHER_ENGINE_MESSAGES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "rds-instance-deletion-protection-of-other-engines": [
    [
      "aws Instance db: deletionProtection is not set, and false by default: a replacement, a destroy or a click deletes the database",
      "PROPERTY: deletionProtection",
      "HINT: write `deletionProtection: true`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html",
      "SAME AS: CKV_AWS_293, trivy:AWS-0177, prowler:rds_instance_deletion_protection, FSBP:RDS.8, config:rds-instance-deletion-protection-enabled, guard:RDS_INSTANCE_DELETION_PROTECTION_ENABLED, cfn_nag:F80, cdk-nag:AwsSolutions-RDS10, powerpipe:rds_db_instance_deletion_protection_enabled",
    ],
  ],
  "rds-cluster-deletion-protection-of-other-engines": [
    [
      "aws Cluster db: deletionProtection is not set, and false by default: a replacement, a destroy or a click deletes the database",
      "PROPERTY: deletionProtection",
      "HINT: write `deletionProtection: true`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html",
      "SAME AS: CKV_AWS_139, trivy:AWS-0343, prowler:rds_cluster_deletion_protection, FSBP:RDS.7, config:rds-cluster-deletion-protection-enabled, cdk-nag:AwsSolutions-RDS10, powerpipe:rds_db_cluster_deletion_protection_enabled",
    ],
  ],
  "rds-skip-final-snapshot-of-other-engines": [
    [
      "aws Instance db: skipFinalSnapshot is true: a destroy or a replacement leaves nothing to restore from",
      "PROPERTY: skipFinalSnapshot",
      "HINT: write `skipFinalSnapshot: false`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html",
    ],
  ],
  "rds-delete-automated-backups-of-other-engines": [
    [
      "aws Instance db: deleteAutomatedBackups is not set, and true by default: every point in time to go back to is deleted with the database",
      "PROPERTY: deleteAutomatedBackups",
      "HINT: write `deleteAutomatedBackups: false`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.Retaining.html",
    ],
  ],
  "rds-backup-enabled-of-other-engines": [
    [
      "aws Instance db: backupRetentionPeriod is not set, and 0 by default: there are no backups, and no way back to any point in time",
      "PROPERTY: backupRetentionPeriod",
      "HINT: write `backupRetentionPeriod: 7`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupRetention.html",
      "SAME AS: CKV_AWS_133, trivy:AWS-0077, prowler:rds_instance_backup_enabled, FSBP:RDS.11, config:db-instance-backup-enabled, KICS:tf 1dc73fb4-5b51-430c-8c5f-25dcf9090b02, awsguard:rds-instance-backup-enabled, pulumi:aws-rds-instance-enable-backup-retention, guard:DB_INSTANCE_BACKUP_ENABLED, cfn_nag:W75, cdk-nag:AwsSolutions-RDS13, terrascan:AC_AWS_0052, powerpipe:rds_db_instance_backup_enabled, tfsec:rds/specify-backup-retention",
    ],
  ],
  "rds-cluster-backup-enabled-of-other-engines": [
    [
      "aws Cluster db: backupRetentionPeriod is 0: there are no backups, and no way back to any point in time",
      "PROPERTY: backupRetentionPeriod",
      "HINT: write `backupRetentionPeriod: 7`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Backups.html",
      "SAME AS: CKV_AWS_133, trivy:AWS-0077, KICS:tf e542bd46-58c4-4e0f-a52a-1fb4f9548e02, pulumi:aws-rds-cluster-enable-backup-retention, terrascan:AC_AWS_0495",
    ],
  ],
  "rds-backup-retention-min-of-other-engines": [
    [
      "aws Instance db: backupRetentionPeriod is 2: a mistake that is found 7 days later cannot be undone",
      "PROPERTY: backupRetentionPeriod",
      "HINT: write `backupRetentionPeriod: 7`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupRetention.html",
      "SAME AS: trivy:AWS-0077, KICS:tf e542bd46-58c4-4e0f-a52a-1fb4f9548e02, pulumi:aws-rds-instance-configure-backup-retention, pulumi:aws-rds-cluster-configure-backup-retention, powerpipe:rds_db_instance_backup_retention_period_less_than_7, config:rds-cluster-backup-retention-check, FSBP:RDS.50",
    ],
  ],
  "rds-instance-copy-tags-of-other-engines": [
    [
      "aws Instance db: copyTagsToSnapshot is not set, and false by default: rules that keep or delete by tag take its snapshots for nobody's",
      "PROPERTY: copyTagsToSnapshot",
      "HINT: write `copyTagsToSnapshot: true`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.html",
      "SAME AS: CKV2_AWS_60, prowler:rds_instance_copy_tags_to_snapshots, FSBP:RDS.17, config:rds-instance-copy-tags-to-snapshots-enabled, powerpipe:rds_db_instance_copy_tags_to_snapshot_enabled",
    ],
  ],
  "rds-cluster-copy-tags-of-other-engines": [
    [
      "aws Cluster db: copyTagsToSnapshot is not set, and false by default: rules that keep or delete by tag take its snapshots for nobody's",
      "PROPERTY: copyTagsToSnapshot",
      "HINT: write `copyTagsToSnapshot: true`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.html",
      "SAME AS: CKV_AWS_313, prowler:rds_cluster_copy_tags_to_snapshots, FSBP:RDS.16, FSBP:RDS.47, FSBP:RDS.48, config:rds-cluster-copy-tags-to-snapshots-enabled, powerpipe:rds_db_cluster_copy_tags_to_snapshot_enabled, powerpipe:rds_db_cluster_aurora_postgres_copy_tags_to_snapshot_enabled",
    ],
  ],
  "rds-instance-storage-encrypted-of-other-engines": [
    [
      "aws Instance db: storageEncrypted is not set, and false by default: disks, backups and snapshots can be read by whoever gets hold of them, and it cannot be turned on later",
      "PROPERTY: storageEncrypted",
      "HINT: write `storageEncrypted: true` where the database is new: this replaces it, so that one with data has to be moved by a snapshot or a dump first",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html",
      "SAME AS: CKV_AWS_16, trivy:AWS-0080, prowler:rds_instance_storage_encrypted, FSBP:RDS.3, config:rds-storage-encrypted, KICS:tf 08bd0760-8752-44e1-9779-7bb369b2b4e4, awsguard:rds-storage-encrypted, pulumi:aws-rds-instance-disallow-unencrypted-storage, guard:RDS_STORAGE_ENCRYPTED, cfn_nag:F27, cdk-nag:AwsSolutions-RDS2, terrascan:AC_AWS_0058, powerpipe:rds_db_instance_encryption_at_rest_enabled, tfsec:rds/encrypt-instance-storage-data",
    ],
  ],
  "rds-cluster-storage-encrypted-of-other-engines": [
    [
      "aws Cluster db: storageEncrypted is false: the volume, backups and snapshots can be read by whoever gets hold of them, and it cannot be turned on later",
      "PROPERTY: storageEncrypted",
      "HINT: write `storageEncrypted: true` where the database is new: this replaces it, so that one with data has to be moved by a snapshot or a dump first",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html",
      "SAME AS: CKV_AWS_96, trivy:AWS-0079, prowler:rds_cluster_storage_encrypted, FSBP:RDS.27, config:rds-cluster-encrypted-at-rest, KICS:tf 656880aa-1388-488f-a6d4-8f73c23149b2, KICS:tf 3199c26c-7871-4cb3-99c2-10a59244ce7f, KICS:tf 1a690d1d-0ae7-49fa-b2db-b75ae0dd1d3e, pulumi:aws-rds-cluster-disallow-unencrypted-storage, guard:RDS_STORAGE_ENCRYPTED, cfn_nag:F26, cdk-nag:AwsSolutions-RDS2, terrascan:AC_AWS_0186, powerpipe:rds_db_cluster_encryption_at_rest_enabled, tfsec:rds/encrypt-cluster-storage-data",
    ],
  ],
  "rds-storage-cmk-of-other-engines": [
    [
      "aws Instance db: kmsKeyId is not set, and the key is AWS's own: no snapshot can be shared with another account, which would survive the loss of this one",
      "PROPERTY: kmsKeyId",
      "HINT: write `kmsKeyId: key.arn`, a key of your own, where the database is new: this replaces it, so that one with data has to be moved by a snapshot or a dump first",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html",
      "SAME AS: CKV_AWS_327, trivy:AWS-0079, pulumi:aws-rds-instance-configure-customer-managed-key, pulumi:aws-rds-cluster-configure-customer-managed-key, awsguard:rds-storage-encrypted, powerpipe:rds_db_cluster_encrypted_with_cmk, powerpipe-tf:rds_db_cluster_encrypted_with_kms_cmk",
    ],
  ],
  "rds-performance-insights-cmk-of-other-engines": [
    [
      "aws Instance db: Performance Insights is on without a key of your own: whoever may read metrics in the account reads the statements",
      "PROPERTY: performanceInsightsKmsKeyId",
      "HINT: write `performanceInsightsKmsKeyId: key.arn`, with a key of your own",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.access-control.html",
      "SAME AS: CKV_AWS_354, trivy:AWS-0078, pulumi:aws-rds-instance-disallow-unencrypted-performance-insights, pulumi:aws-rds-clusterinstance-disallow-unencrypted-performance-insights, powerpipe-tf:rds_db_instance_performance_insights_encrypted_with_kms_cmk, tfsec:rds/enable-performance-insights-encryption",
    ],
  ],
  "rds-not-publicly-accessible-of-other-engines": [
    [
      "aws Instance db: publiclyAccessible is true: it has an address on the internet, and everybody can try passwords",
      "PROPERTY: publiclyAccessible",
      "HINT: write `publiclyAccessible: false`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
      "SAME AS: CKV_AWS_17, trivy:AWS-0180, prowler:rds_instance_no_public_access, FSBP:RDS.2, config:rds-instance-public-access-check, KICS:tf 35113e6f-2c6b-414d-beec-7a9482d3b2d1, KICS:pulumi rds_db_instance_publicly_accessible, awsguard:rds-instance-public-access, pulumi:aws-rds-instance-disallow-public-access, pulumi:aws-rds-clusterinstance-disallow-public-access, guard:RDS_INSTANCE_PUBLIC_ACCESS_CHECK, cfn_nag:F22, cdk-nag:RDSInstancePublicAccess, terrascan:AC_AWS_0054, powerpipe:rds_db_instance_prohibit_public_access, tfsec:rds/no-public-db-access",
    ],
  ],
  "rds-in-vpc-of-other-engines": [
    [
      "aws Instance db: dbSubnetGroupName is not set: it is in the default VPC, where every subnet is open to the internet",
      "PROPERTY: dbSubnetGroupName",
      "HINT: write `dbSubnetGroupName: privateSubnets.name`, with a subnet group of private subnets",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
      "SAME AS: FSBP:RDS.18, prowler:rds_instance_inside_vpc, powerpipe:rds_db_instance_in_vpc, config:rds-deployed-in-vpc",
    ],
  ],
  "rds-instance-iam-auth-of-other-engines": [
    [
      "aws Instance db: iamDatabaseAuthenticationEnabled is not set, and false by default: every user has a password that does not end, in some file of every program",
      "PROPERTY: iamDatabaseAuthenticationEnabled",
      "HINT: write `iamDatabaseAuthenticationEnabled: true`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html",
      "SAME AS: CKV_AWS_161, trivy:AWS-0176, prowler:rds_instance_iam_authentication_enabled, FSBP:RDS.10, config:rds-instance-iam-authentication-enabled, KICS:tf 88fd05e0-ac0e-43d2-ba6d-fc0ba60ae1a6, terrascan:AC_AWS_0053, powerpipe:rds_db_instance_iam_authentication_enabled",
    ],
  ],
  "rds-cluster-iam-auth-of-other-engines": [
    [
      "aws Cluster db: iamDatabaseAuthenticationEnabled is not set, and false by default: every user has a password that does not end, in some file of every program",
      "PROPERTY: iamDatabaseAuthenticationEnabled",
      "HINT: write `iamDatabaseAuthenticationEnabled: true`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html",
      "SAME AS: CKV_AWS_162, prowler:rds_cluster_iam_authentication_enabled, FSBP:RDS.12, config:rds-cluster-iam-authentication-enabled, cdk-nag:AwsSolutions-RDS6, powerpipe:rds_db_cluster_iam_authentication_enabled",
    ],
  ],
  "rds-custom-admin-name-of-other-engines": [
    [
      "aws Instance db: username is postgres: a name that everybody tries is half of what he needs",
      "PROPERTY: username",
      'HINT: write `username: "app_owner"` where the database is new: this replaces it, so that one with data has to be moved by a snapshot or a dump first',
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html",
      "SAME AS: FSBP:RDS.24, FSBP:RDS.25, prowler:rds_instance_default_admin, prowler:rds_cluster_default_admin, config:rds-instance-default-admin-check, config:rds-cluster-default-admin-check, powerpipe:rds_db_instance_no_default_admin_name, powerpipe:rds_db_cluster_no_default_admin_name",
    ],
  ],
  "rds-no-plaintext-master-password-of-other-engines": [
    [
      "aws Instance db: password is given: it is in the program, or at best in the stack's state, and nobody changes it",
      "PROPERTY: password",
      "HINT: write `manageMasterUserPassword: true` in place of password, or `passwordWo`, which is kept nowhere",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html",
      "SAME AS: guard:RDS_MASTER_USER_PASSWORD_NO_PLAINTEXT_PASSWORD, guard:RDS_CLUSTER_MASTER_USER_PASSWORD_NO_PLAINTEXT_PASSWORD, guard:RDS_MASTER_USER_NAME_NO_PLAINTEXT_PASSWORD, cfn_nag:F23, cfn_nag:F34, cfn_nag:F24",
    ],
  ],
  "rds-ca-cert-modern-of-other-engines": [
    [
      "aws Instance db: caCertIdentifier is rds-ca-2019, which has ended or is none of RDS's: clients that verify the server cannot connect",
      "PROPERTY: caCertIdentifier",
      'HINT: write `caCertIdentifier: "rds-ca-rsa2048-g1"`',
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html",
      "SAME AS: CKV_AWS_211, prowler:rds_instance_certificate_expiration, KICS:tf 9f40c07e-699e-4410-8856-3ba0f2e3a2dd, terrascan:AC_AWS_0057, powerpipe-tf:rds_db_instance_uses_recent_ca_certificate, powerpipe:rds_db_instance_ca_certificate_expires_7_days",
    ],
  ],
  "rds-instance-multi-az-of-other-engines": [
    [
      "aws Instance db: multiAz is not set, and false by default: the loss of its zone is an outage until it is restored, with the last five minutes gone",
      "PROPERTY: multiAz",
      "HINT: write `multiAz: true`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZSingleStandby.html",
      "SAME AS: CKV_AWS_157, prowler:rds_instance_multi_az, FSBP:RDS.5, config:rds-multi-az-support, awsguard:rds-instance-multi-az-enabled, guard:RDS_MULTI_AZ_SUPPORT, cdk-nag:AwsSolutions-RDS3, KICS:pulumi e338c1af-2471-41b1-af28-929a28227e41, powerpipe:rds_db_instance_multiple_az_enabled",
    ],
  ],
  "rds-cluster-multi-az-of-other-engines": [
    [
      "aws Cluster db: availabilityZones has 1: AWS makes three of it, and the next update replaces the cluster for the difference",
      "PROPERTY: availabilityZones",
      "HINT: remove availabilityZones, so that AWS chooses three",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html",
      "SAME AS: prowler:rds_cluster_multi_az, FSBP:RDS.15, config:rds-cluster-multi-az-enabled, pulumi:aws-rds-cluster-disallow-single-availability-zone, powerpipe:rds_db_cluster_multiple_az_enabled",
    ],
  ],
  "rds-auto-minor-version-upgrade-of-other-engines": [
    [
      "aws Instance db: autoMinorVersionUpgrade is false: repairs of corruption and of holes are not installed",
      "PROPERTY: autoMinorVersionUpgrade",
      "HINT: write `autoMinorVersionUpgrade: true`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.Minor.html",
      "SAME AS: CKV_AWS_226, prowler:rds_instance_minor_version_upgrade_enabled, prowler:rds_cluster_minor_version_upgrade_enabled, FSBP:RDS.13, FSBP:RDS.35, config:rds-automatic-minor-version-upgrade-enabled, KICS:tf 3b6d777b-76e3-4133-80a3-0d6f667ade7f, guard:RDS_AUTOMATIC_MINOR_VERSION_UPGRADE_ENABLED, cdk-nag:RDSAutomaticMinorVersionUpgradeEnabled, terrascan:AC_AWS_0056, powerpipe:rds_db_instance_automatic_minor_version_upgrade_enabled, powerpipe:rds_db_cluster_automatic_minor_version_upgrade_enabled",
    ],
  ],
  "rds-enhanced-monitoring-of-other-engines": [
    [
      "aws Instance db: monitoringInterval is 0: nobody can tell afterwards which process took the memory",
      "PROPERTY: monitoringInterval",
      "HINT: write `monitoringInterval: 60` and `monitoringRoleArn: role.arn`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.html",
      "SAME AS: CKV_AWS_118, prowler:rds_instance_enhanced_monitoring_enabled, FSBP:RDS.6, config:rds-enhanced-monitoring-enabled, guard:RDS_ENHANCED_MONITORING_ENABLED, cdk-nag:RDSEnhancedMonitoringEnabled, powerpipe:rds_db_instance_and_cluster_enhanced_monitoring_enabled",
    ],
  ],
  "rds-performance-insights-enabled-of-other-engines": [
    [
      "aws Instance db: performanceInsightsEnabled is not set, and false by default: nobody can tell afterwards which statement stopped the others",
      "PROPERTY: performanceInsightsEnabled",
      "HINT: write `performanceInsightsEnabled: true`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.Enabling.html",
      "SAME AS: CKV_AWS_353, trivy:AWS-0133, pulumi:aws-rds-instance-enable-performance-insights, pulumi:aws-rds-clusterinstance-enable-performance-insights, powerpipe-tf:rds_db_instance_performance_insights_enabled, powerpipe-tf:rds_db_cluster_instance_performance_insights_enabled, tfsec:rds/enable-performance-insights",
    ],
  ],
};
