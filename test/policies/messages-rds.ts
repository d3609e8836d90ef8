/** What do the rules about RDS say of their bad examples? Whole messages, line by line. */

export const RDS_MESSAGES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "rds-instance-deletion-protection": [
    [
      "aws Instance db: deletionProtection is not set, and false by default: a replacement, a destroy or a click deletes the database",
      "PROPERTY: deletionProtection",
      "HINT: write `deletionProtection: true`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html",
      "SAME AS: CKV_AWS_293, trivy:AWS-0177, prowler:rds_instance_deletion_protection, FSBP:RDS.8, config:rds-instance-deletion-protection-enabled, guard:RDS_INSTANCE_DELETION_PROTECTION_ENABLED, cfn_nag:F80, cdk-nag:AwsSolutions-RDS10, powerpipe:rds_db_instance_deletion_protection_enabled",
    ],
  ],
  "rds-cluster-deletion-protection": [
    [
      "aws Cluster db: deletionProtection is not set, and false by default: a replacement, a destroy or a click deletes the database",
      "PROPERTY: deletionProtection",
      "HINT: write `deletionProtection: true`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html",
      "SAME AS: CKV_AWS_139, trivy:AWS-0343, prowler:rds_cluster_deletion_protection, FSBP:RDS.7, config:rds-cluster-deletion-protection-enabled, cdk-nag:AwsSolutions-RDS10, powerpipe:rds_db_cluster_deletion_protection_enabled",
    ],
  ],
  "rds-skip-final-snapshot": [
    [
      "aws Instance db: skipFinalSnapshot is true: a destroy or a replacement leaves nothing to restore from",
      "PROPERTY: skipFinalSnapshot",
      "HINT: write `skipFinalSnapshot: false`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html",
    ],
  ],
  "rds-final-snapshot-id-missing": [
    [
      "aws Instance db: finalSnapshotIdentifier is not set: a destroy or a replacement fails half-way, with the rest of the stack gone",
      "PROPERTY: finalSnapshotIdentifier",
      'HINT: write `finalSnapshotIdentifier: "db-final"`, with a name that no snapshot has yet',
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html",
    ],
  ],
  "rds-delete-automated-backups": [
    [
      "aws Instance db: deleteAutomatedBackups is not set, and true by default: every point in time to go back to is deleted with the database",
      "PROPERTY: deleteAutomatedBackups",
      "HINT: write `deleteAutomatedBackups: false`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.Retaining.html",
    ],
  ],
  "rds-not-protected": [
    [
      "aws Instance db: it is not protected: a destroy, or a line that is removed or renamed, deletes the database",
      "PROPERTY: opts.protect",
      "HINT: write `protect: true` in the resource's options (retainOnDelete keeps the data as well, but no policy can see it)",
      "DOCS: https://www.pulumi.com/docs/iac/concepts/resources/options/protect/",
    ],
  ],
  "rds-backup-enabled": [
    [
      "aws Instance db: backupRetentionPeriod is not set, and 0 by default: there are no backups, and no way back to any point in time",
      "PROPERTY: backupRetentionPeriod",
      "HINT: write `backupRetentionPeriod: 7`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupRetention.html",
      "SAME AS: CKV_AWS_133, trivy:AWS-0077, prowler:rds_instance_backup_enabled, FSBP:RDS.11, config:db-instance-backup-enabled, KICS:tf 1dc73fb4-5b51-430c-8c5f-25dcf9090b02, awsguard:rds-instance-backup-enabled, pulumi:aws-rds-instance-enable-backup-retention, guard:DB_INSTANCE_BACKUP_ENABLED, cfn_nag:W75, cdk-nag:AwsSolutions-RDS13, terrascan:AC_AWS_0052, powerpipe:rds_db_instance_backup_enabled, tfsec:rds/specify-backup-retention",
    ],
  ],
  "rds-cluster-backup-enabled": [
    [
      "aws Cluster db: backupRetentionPeriod is 0: there are no backups, and no way back to any point in time",
      "PROPERTY: backupRetentionPeriod",
      "HINT: write `backupRetentionPeriod: 7`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Backups.html",
      "SAME AS: CKV_AWS_133, trivy:AWS-0077, KICS:tf e542bd46-58c4-4e0f-a52a-1fb4f9548e02, pulumi:aws-rds-cluster-enable-backup-retention, terrascan:AC_AWS_0495",
    ],
  ],
  "rds-backup-retention-min": [
    [
      "aws Instance db: backupRetentionPeriod is 2: a mistake that is found 7 days later cannot be undone",
      "PROPERTY: backupRetentionPeriod",
      "HINT: write `backupRetentionPeriod: 7`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupRetention.html",
      "SAME AS: trivy:AWS-0077, KICS:tf e542bd46-58c4-4e0f-a52a-1fb4f9548e02, pulumi:aws-rds-instance-configure-backup-retention, pulumi:aws-rds-cluster-configure-backup-retention, powerpipe:rds_db_instance_backup_retention_period_less_than_7, config:rds-cluster-backup-retention-check, FSBP:RDS.50",
    ],
  ],
  "rds-instance-copy-tags": [
    [
      "aws Instance db: copyTagsToSnapshot is not set, and false by default: rules that keep or delete by tag take its snapshots for nobody's",
      "PROPERTY: copyTagsToSnapshot",
      "HINT: write `copyTagsToSnapshot: true`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.html",
      "SAME AS: CKV2_AWS_60, prowler:rds_instance_copy_tags_to_snapshots, FSBP:RDS.17, config:rds-instance-copy-tags-to-snapshots-enabled, powerpipe:rds_db_instance_copy_tags_to_snapshot_enabled",
    ],
  ],
  "rds-cluster-copy-tags": [
    [
      "aws Cluster db: copyTagsToSnapshot is not set, and false by default: rules that keep or delete by tag take its snapshots for nobody's",
      "PROPERTY: copyTagsToSnapshot",
      "HINT: write `copyTagsToSnapshot: true`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.html",
      "SAME AS: CKV_AWS_313, prowler:rds_cluster_copy_tags_to_snapshots, FSBP:RDS.16, FSBP:RDS.47, FSBP:RDS.48, config:rds-cluster-copy-tags-to-snapshots-enabled, powerpipe:rds_db_cluster_copy_tags_to_snapshot_enabled, powerpipe:rds_db_cluster_aurora_postgres_copy_tags_to_snapshot_enabled",
    ],
  ],
  "rds-instance-storage-encrypted": [
    [
      "aws Instance db: storageEncrypted is not set, and false by default: disks, backups and snapshots can be read by whoever gets hold of them, and it cannot be turned on later",
      "PROPERTY: storageEncrypted",
      "HINT: write `storageEncrypted: true` where the database is new: this replaces it, so that one with data has to be moved by a snapshot or a dump first",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html",
      "SAME AS: CKV_AWS_16, trivy:AWS-0080, prowler:rds_instance_storage_encrypted, FSBP:RDS.3, config:rds-storage-encrypted, KICS:tf 08bd0760-8752-44e1-9779-7bb369b2b4e4, awsguard:rds-storage-encrypted, pulumi:aws-rds-instance-disallow-unencrypted-storage, guard:RDS_STORAGE_ENCRYPTED, cfn_nag:F27, cdk-nag:AwsSolutions-RDS2, terrascan:AC_AWS_0058, powerpipe:rds_db_instance_encryption_at_rest_enabled, tfsec:rds/encrypt-instance-storage-data",
    ],
  ],
  "rds-cluster-storage-encrypted": [
    [
      "aws Cluster db: storageEncrypted is false: the volume, backups and snapshots can be read by whoever gets hold of them, and it cannot be turned on later",
      "PROPERTY: storageEncrypted",
      "HINT: write `storageEncrypted: true` where the database is new: this replaces it, so that one with data has to be moved by a snapshot or a dump first",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html",
      "SAME AS: CKV_AWS_96, trivy:AWS-0079, prowler:rds_cluster_storage_encrypted, FSBP:RDS.27, config:rds-cluster-encrypted-at-rest, KICS:tf 656880aa-1388-488f-a6d4-8f73c23149b2, KICS:tf 3199c26c-7871-4cb3-99c2-10a59244ce7f, KICS:tf 1a690d1d-0ae7-49fa-b2db-b75ae0dd1d3e, pulumi:aws-rds-cluster-disallow-unencrypted-storage, guard:RDS_STORAGE_ENCRYPTED, cfn_nag:F26, cdk-nag:AwsSolutions-RDS2, terrascan:AC_AWS_0186, powerpipe:rds_db_cluster_encryption_at_rest_enabled, tfsec:rds/encrypt-cluster-storage-data",
    ],
  ],
  "rds-global-cluster-encrypted": [
    [
      "aws GlobalCluster db: storageEncrypted is not set, and false by default: the data can be read in every region by whoever gets hold of a disk or a snapshot",
      "PROPERTY: storageEncrypted",
      "HINT: write `storageEncrypted: true` where the database is new: this replaces it, so that one with data has to be moved by a snapshot or a dump first",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html",
      "SAME AS: CKV_AWS_140, powerpipe-tf:rds_global_cluster_encryption_enabled",
    ],
  ],
  "rds-storage-cmk": [
    [
      "aws Instance db: kmsKeyId is not set, and the key is AWS's own: no snapshot can be shared with another account, which would survive the loss of this one",
      "PROPERTY: kmsKeyId",
      "HINT: write `kmsKeyId: key.arn`, a key of your own, where the database is new: this replaces it, so that one with data has to be moved by a snapshot or a dump first",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html",
      "SAME AS: CKV_AWS_327, trivy:AWS-0079, pulumi:aws-rds-instance-configure-customer-managed-key, pulumi:aws-rds-cluster-configure-customer-managed-key, awsguard:rds-storage-encrypted, powerpipe:rds_db_cluster_encrypted_with_cmk, powerpipe-tf:rds_db_cluster_encrypted_with_kms_cmk",
    ],
  ],
  "rds-performance-insights-cmk": [
    [
      "aws Instance db: Performance Insights is on without a key of your own: whoever may read metrics in the account reads the statements",
      "PROPERTY: performanceInsightsKmsKeyId",
      "HINT: write `performanceInsightsKmsKeyId: key.arn`, with a key of your own",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.access-control.html",
      "SAME AS: CKV_AWS_354, trivy:AWS-0078, pulumi:aws-rds-instance-disallow-unencrypted-performance-insights, pulumi:aws-rds-clusterinstance-disallow-unencrypted-performance-insights, powerpipe-tf:rds_db_instance_performance_insights_encrypted_with_kms_cmk, tfsec:rds/enable-performance-insights-encryption",
    ],
  ],
  "rds-activity-stream-cmk": [
    [
      "aws ClusterActivityStream db: kmsKeyId is not set: this deployment will fail, and nothing is recorded",
      "PROPERTY: kmsKeyId",
      "HINT: write `kmsKeyId: key.arn`, with a key of your own",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/DBActivityStreams.Enabling.html",
      "SAME AS: CKV_AWS_246, powerpipe-tf:rds_cluster_activity_stream_encrypted_with_kms_cmk",
    ],
  ],
  "rds-backup-replication-cmk": [
    [
      "aws InstanceAutomatedBackupsReplication db: kmsKeyId is not set: the backups of an encrypted instance do not get to the other region, and are lost with this one",
      "PROPERTY: kmsKeyId",
      "HINT: write `kmsKeyId: key.arn`, with a key of your own",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/AutomatedBackups.Replicating.Enable.html",
      "SAME AS: CKV_AWS_245",
    ],
  ],
  "rds-snapshot-copy-cmk": [
    [
      "aws SnapshotCopy db: kmsKeyId is not set: the copy of a plain snapshot stays plain, and another one cannot be shared with another account",
      "PROPERTY: kmsKeyId",
      "HINT: write `kmsKeyId: key.arn`, with a key of your own",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CopySnapshot.html",
      "SAME AS: CKV_AWS_266, powerpipe-tf:rds_db_snapshot_copy_encrypted_with_kms_cmk",
    ],
  ],
  "rds-not-publicly-accessible": [
    [
      "aws Instance db: publiclyAccessible is true: it has an address on the internet, and everybody can try passwords",
      "PROPERTY: publiclyAccessible",
      "HINT: write `publiclyAccessible: false`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
      "SAME AS: CKV_AWS_17, trivy:AWS-0180, prowler:rds_instance_no_public_access, FSBP:RDS.2, config:rds-instance-public-access-check, KICS:tf 35113e6f-2c6b-414d-beec-7a9482d3b2d1, KICS:pulumi rds_db_instance_publicly_accessible, awsguard:rds-instance-public-access, pulumi:aws-rds-instance-disallow-public-access, pulumi:aws-rds-clusterinstance-disallow-public-access, guard:RDS_INSTANCE_PUBLIC_ACCESS_CHECK, cfn_nag:F22, cdk-nag:RDSInstancePublicAccess, terrascan:AC_AWS_0054, powerpipe:rds_db_instance_prohibit_public_access, tfsec:rds/no-public-db-access",
    ],
  ],
  "rds-in-vpc": [
    [
      "aws Instance db: dbSubnetGroupName is not set: it is in the default VPC, where every subnet is open to the internet",
      "PROPERTY: dbSubnetGroupName",
      "HINT: write `dbSubnetGroupName: privateSubnets.name`, with a subnet group of private subnets",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
      "SAME AS: FSBP:RDS.18, prowler:rds_instance_inside_vpc, powerpipe:rds_db_instance_in_vpc, config:rds-deployed-in-vpc",
    ],
  ],
  "rds-non-default-port": [
    [
      "aws Instance db: port is 5432: it is what scanners try first",
      "PROPERTY: port",
      "HINT: write `port: 15432`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_BestPractices.Security.html",
      "SAME AS: FSBP:RDS.23, prowler:rds_instance_non_default_port, prowler:rds_cluster_non_default_port, KICS:tf bca7cc4d-b3a4-4345-9461-eb69c68fcd26, cdk-nag:AwsSolutions-RDS11, config:rds-no-default-ports, powerpipe:rds_db_instance_and_cluster_no_default_port",
    ],
  ],
  "rds-instance-iam-auth": [
    [
      "aws Instance db: iamDatabaseAuthenticationEnabled is not set, and false by default: every user has a password that does not end, in some file of every program",
      "PROPERTY: iamDatabaseAuthenticationEnabled",
      "HINT: write `iamDatabaseAuthenticationEnabled: true`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html",
      "SAME AS: CKV_AWS_161, trivy:AWS-0176, prowler:rds_instance_iam_authentication_enabled, FSBP:RDS.10, config:rds-instance-iam-authentication-enabled, KICS:tf 88fd05e0-ac0e-43d2-ba6d-fc0ba60ae1a6, terrascan:AC_AWS_0053, powerpipe:rds_db_instance_iam_authentication_enabled",
    ],
  ],
  "rds-cluster-iam-auth": [
    [
      "aws Cluster db: iamDatabaseAuthenticationEnabled is not set, and false by default: every user has a password that does not end, in some file of every program",
      "PROPERTY: iamDatabaseAuthenticationEnabled",
      "HINT: write `iamDatabaseAuthenticationEnabled: true`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html",
      "SAME AS: CKV_AWS_162, prowler:rds_cluster_iam_authentication_enabled, FSBP:RDS.12, config:rds-cluster-iam-authentication-enabled, cdk-nag:AwsSolutions-RDS6, powerpipe:rds_db_cluster_iam_authentication_enabled",
    ],
  ],
  "rds-custom-admin-name": [
    [
      "aws Instance db: username is postgres: a name that everybody tries is half of what he needs",
      "PROPERTY: username",
      'HINT: write `username: "app_owner"` where the database is new: this replaces it, so that one with data has to be moved by a snapshot or a dump first',
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html",
      "SAME AS: FSBP:RDS.24, FSBP:RDS.25, prowler:rds_instance_default_admin, prowler:rds_cluster_default_admin, config:rds-instance-default-admin-check, config:rds-cluster-default-admin-check, powerpipe:rds_db_instance_no_default_admin_name, powerpipe:rds_db_cluster_no_default_admin_name",
    ],
  ],
  "rds-no-plaintext-master-password": [
    [
      "aws Instance db: password is given: it is in the program, or at best in the stack's state, and nobody changes it",
      "PROPERTY: password",
      "HINT: write `manageMasterUserPassword: true` in place of password, or `passwordWo`, which is kept nowhere",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html",
      "SAME AS: guard:RDS_MASTER_USER_PASSWORD_NO_PLAINTEXT_PASSWORD, guard:RDS_CLUSTER_MASTER_USER_PASSWORD_NO_PLAINTEXT_PASSWORD, guard:RDS_MASTER_USER_NAME_NO_PLAINTEXT_PASSWORD, cfn_nag:F23, cfn_nag:F34, cfn_nag:F24",
    ],
  ],
  "rds-proxy-require-tls": [
    [
      "aws Proxy db: requireTls is not set, and false by default: passwords and data can be read and changed on their way",
      "PROPERTY: requireTls",
      "HINT: write `requireTls: true`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.howitworks.html#rds-proxy-security",
      "SAME AS: FSBP:RDS.43, powerpipe:rds_db_proxy_tls_encryption_enabled",
    ],
  ],
  "rds-ca-cert-modern": [
    [
      "aws Instance db: caCertIdentifier is rds-ca-2019, which has ended or is none of RDS's: clients that verify the server cannot connect",
      "PROPERTY: caCertIdentifier",
      'HINT: write `caCertIdentifier: "rds-ca-rsa2048-g1"`',
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html",
      "SAME AS: CKV_AWS_211, prowler:rds_instance_certificate_expiration, KICS:tf 9f40c07e-699e-4410-8856-3ba0f2e3a2dd, terrascan:AC_AWS_0057, powerpipe-tf:rds_db_instance_uses_recent_ca_certificate, powerpipe:rds_db_instance_ca_certificate_expires_7_days",
    ],
  ],
  "rds-snapshot-not-public": [
    [
      "aws Snapshot db: it is shared with all: everybody with an AWS account can restore it and read the data",
      "PROPERTY: sharedAccounts[0]",
      'HINT: write `sharedAccounts: ["111122223333"]`, with the accounts that are meant, or remove it',
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html",
      "SAME AS: CKV_AWS_302, prowler:rds_snapshots_public_access, FSBP:RDS.1, config:rds-snapshots-public-prohibited, powerpipe:rds_db_snapshot_prohibit_public_access, powerpipe-tf:rds_db_snapshot_not_publicly_accesible",
    ],
  ],
  "rds-instance-multi-az": [
    [
      "aws Instance db: multiAz is not set, and false by default: the loss of its zone is an outage until it is restored, with the last five minutes gone",
      "PROPERTY: multiAz",
      "HINT: write `multiAz: true`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZSingleStandby.html",
      "SAME AS: CKV_AWS_157, prowler:rds_instance_multi_az, FSBP:RDS.5, config:rds-multi-az-support, awsguard:rds-instance-multi-az-enabled, guard:RDS_MULTI_AZ_SUPPORT, cdk-nag:AwsSolutions-RDS3, KICS:pulumi e338c1af-2471-41b1-af28-929a28227e41, powerpipe:rds_db_instance_multiple_az_enabled",
    ],
  ],
  "rds-cluster-multi-az": [
    [
      "aws Cluster db: availabilityZones has 1: AWS makes three of it, and the next update replaces the cluster for the difference",
      "PROPERTY: availabilityZones",
      "HINT: remove availabilityZones, so that AWS chooses three",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html",
      "SAME AS: prowler:rds_cluster_multi_az, FSBP:RDS.15, config:rds-cluster-multi-az-enabled, pulumi:aws-rds-cluster-disallow-single-availability-zone, powerpipe:rds_db_cluster_multiple_az_enabled",
    ],
  ],
  "rds-auto-minor-version-upgrade": [
    [
      "aws Instance db: autoMinorVersionUpgrade is false: repairs of corruption and of holes are not installed",
      "PROPERTY: autoMinorVersionUpgrade",
      "HINT: write `autoMinorVersionUpgrade: true`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.Minor.html",
      "SAME AS: CKV_AWS_226, prowler:rds_instance_minor_version_upgrade_enabled, prowler:rds_cluster_minor_version_upgrade_enabled, FSBP:RDS.13, FSBP:RDS.35, config:rds-automatic-minor-version-upgrade-enabled, KICS:tf 3b6d777b-76e3-4133-80a3-0d6f667ade7f, guard:RDS_AUTOMATIC_MINOR_VERSION_UPGRADE_ENABLED, cdk-nag:RDSAutomaticMinorVersionUpgradeEnabled, terrascan:AC_AWS_0056, powerpipe:rds_db_instance_automatic_minor_version_upgrade_enabled, powerpipe:rds_db_cluster_automatic_minor_version_upgrade_enabled",
    ],
  ],
  "rds-instance-log-exports": [
    [
      "aws Instance db: its upgrade log is not sent to CloudWatch: RDS deletes it after three days, and with the database",
      "PROPERTY: enabledCloudwatchLogsExports",
      'HINT: write `enabledCloudwatchLogsExports: ["postgresql", "upgrade"]`',
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Concepts.PostgreSQL.PublishtoCloudWatchLogs.html",
      "SAME AS: CKV_AWS_129, prowler:rds_instance_integration_cloudwatch_logs, FSBP:RDS.9, FSBP:RDS.36, config:rds-logging-enabled, KICS:tf 8d7f7b8c-6c7c-40f8-baa6-62006c6c7b56, guard:RDS_LOGGING_ENABLED, terrascan:AC_AWS_0454, cdk-nag:RDSLoggingEnabled, powerpipe:rds_db_instance_logging_enabled, powerpipe:rds_db_instance_postgres_logging_enabled, powerpipe:rds_db_instance_cloudwatch_logs_enabled",
    ],
  ],
  "rds-cluster-log-exports": [
    [
      "aws Cluster db: its postgresql log is not sent to CloudWatch: RDS deletes it after three days, and with the database",
      "PROPERTY: enabledCloudwatchLogsExports",
      'HINT: write `enabledCloudwatchLogsExports: ["postgresql"]`',
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.CloudWatch.html",
      "SAME AS: CKV_AWS_324, prowler:rds_cluster_integration_cloudwatch_logs, FSBP:RDS.37, powerpipe:rds_db_cluster_aurora_postgres_logging_enabled",
    ],
  ],
  "rds-enhanced-monitoring": [
    [
      "aws Instance db: monitoringInterval is 0: nobody can tell afterwards which process took the memory",
      "PROPERTY: monitoringInterval",
      "HINT: write `monitoringInterval: 60` and `monitoringRoleArn: role.arn`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.html",
      "SAME AS: CKV_AWS_118, prowler:rds_instance_enhanced_monitoring_enabled, FSBP:RDS.6, config:rds-enhanced-monitoring-enabled, guard:RDS_ENHANCED_MONITORING_ENABLED, cdk-nag:RDSEnhancedMonitoringEnabled, powerpipe:rds_db_instance_and_cluster_enhanced_monitoring_enabled",
    ],
  ],
  "rds-performance-insights-enabled": [
    [
      "aws Instance db: performanceInsightsEnabled is not set, and false by default: nobody can tell afterwards which statement stopped the others",
      "PROPERTY: performanceInsightsEnabled",
      "HINT: write `performanceInsightsEnabled: true`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.Enabling.html",
      "SAME AS: CKV_AWS_353, trivy:AWS-0133, pulumi:aws-rds-instance-enable-performance-insights, pulumi:aws-rds-clusterinstance-enable-performance-insights, powerpipe-tf:rds_db_instance_performance_insights_enabled, powerpipe-tf:rds_db_cluster_instance_performance_insights_enabled, tfsec:rds/enable-performance-insights",
    ],
  ],
  "rds-no-default-parameter-group": [
    [
      "aws Instance db: parameterGroupName is default.postgres17: AWS's default group cannot be changed, and a change of any setting will need a restart",
      "PROPERTY: parameterGroupName",
      "HINT: write `parameterGroupName: parameters.name`, with a parameter group of your own",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html",
      "SAME AS: tflint:aws_db_instance_default_parameter_group",
    ],
  ],
  "rds-no-storage-autoscaling": [
    [
      "aws Instance db: maxAllocatedStorage is not set, so that its storage does not grow: a full disk stops the server",
      "PROPERTY: maxAllocatedStorage",
      "HINT: write `maxAllocatedStorage: 200`",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html",
    ],
  ],
  "rds-major-upgrade-open": [
    [
      "aws Instance db: a new major version is installed at once: the database is down for as long as it takes, and there is no way back but a restore",
      "PROPERTY: allowMajorVersionUpgrade",
      "HINT: write `applyImmediately: false`, or remove `allowMajorVersionUpgrade` after the upgrade",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.html",
    ],
  ],
  "rds-extended-support": [
    [
      "aws Instance db: engineLifecycleSupport is not set, and open-source-rds-extended-support by default: it stays on a version that nobody repairs any more, and is billed for it",
      "PROPERTY: engineLifecycleSupport",
      'HINT: write `engineLifecycleSupport: "open-source-rds-extended-support-disabled"`',
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/extended-support-viewing.html",
      "SAME AS: prowler:rds_instance_deprecated_engine_version, prowler:rds_instance_extended_support",
    ],
  ],
  "rds-log-fdw-vulnerable-version": [
    [
      "aws Instance db: engineVersion is 13.2, whose log_fdw reads any file of the server: users get at AWS's credentials",
      "PROPERTY: engineVersion",
      'HINT: write `engineVersion: "17"`, by way of the versions that AWS lets it be upgraded to',
      "DOCS: https://aws.amazon.com/security/security-bulletins/AWS-2022-004/",
      "SAME AS: CKV_AWS_250, CKV_AWS_388, powerpipe:rds_db_instance_postgres_not_exposed_to_local_file_read_vulnerability, powerpipe:rds_db_cluster_aurora_postgres_not_exposed_to_local_file_read_vulnerability",
    ],
  ],
  "rds-engine-supported": [
    [
      "aws Instance db: engineVersion is 12.17, and standard support of 12 ended on 28 February 2025: corruption and holes in it are not repaired",
      "PROPERTY: engineVersion",
      'HINT: write `engineVersion: "17"`, by way of the versions that AWS lets it be upgraded to',
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html",
      "SAME AS: prowler:rds_instance_deprecated_engine_version, prowler:rds_instance_extended_support",
    ],
  ],
  "rds-previous-generation-class": [
    [
      "aws Instance db: instanceClass is db.m3.medium, which AWS starts no longer: a restore into it fails",
      "PROPERTY: instanceClass",
      'HINT: write `instanceClass: "db.m7g.large"`, or another class of today',
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Types.html",
      "SAME AS: tflint:aws_db_instance_previous_type",
    ],
  ],
  "rds-not-in-public-subnet": [
    [
      "aws Instance db: it is in the subnet subnet, which is public, for its block is every address: one flag is all that keeps the internet out",
      "PROPERTY: dbSubnetGroupName",
      "HINT: write `subnetIds: privateSubnets.map((subnet) => subnet.id)` in its subnet group",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
      "SAME AS: KICS:tf 2f737336-b18a-4602-8ea0-b200312e1ac1, config:rds-instance-subnet-igw-check, powerpipe:rds_db_instance_no_public_subnet, FSBP:RDS.46",
    ],
  ],
  "rds-in-backup-plan": [
    [
      "aws Instance db: no backup selection of the stack has it: its backups end after 35 days, and with the account",
      "PROPERTY: arn",
      "HINT: add a backup Selection with `resources: [instance.arn]`",
      "DOCS: https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html",
      "SAME AS: CKV2_AWS_8, prowler:rds_instance_protected_by_backup_plan, prowler:rds_cluster_protected_by_backup_plan, FSBP:RDS.26, config:rds-in-backup-plan, config:rds-resources-protected-by-backup-plan, config:aurora-resources-protected-by-backup-plan, config:rds-last-backup-recovery-point-created, config:aurora-last-backup-recovery-point-created, config:aurora-resources-in-logically-air-gapped-vault, cdk-nag:RDSInBackupPlan, powerpipe:rds_db_instance_in_backup_plan, powerpipe:rds_db_cluster_aurora_protected_by_backup_plan",
    ],
  ],
  "rds-snapshot-encrypted": [
    [
      "aws Snapshot db: orders is not encrypted, so that this snapshot is not: whoever gets hold of it reads the data without any key",
      "PROPERTY: dbInstanceIdentifier",
      "HINT: write `storageEncrypted: true` in orders",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html",
      "SAME AS: CKV_AWS_146, prowler:rds_snapshots_encrypted, FSBP:RDS.4, config:rds-snapshot-encrypted, powerpipe:rds_db_snapshot_encrypted_at_rest",
    ],
  ],
  "rds-aurora-single-instance": [
    [
      "aws Cluster db: it has one member in the stack: the loss of a zone is an outage until Aurora has made another",
      "PROPERTY: ClusterInstance",
      "HINT: add a ClusterInstance with `clusterIdentifier: cluster.id`, so that there are two",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html",
      "SAME AS: FSBP:RDS.15, prowler:rds_cluster_multi_az, config:rds-cluster-multi-az-enabled, powerpipe:rds_db_cluster_multiple_az_enabled",
    ],
  ],
  "rds-cluster-events": [
    [
      "aws EventSubscription db: it does not tell of maintenance, failure of clusters: nobody hears of them",
      "PROPERTY: eventCategories",
      'HINT: write `sourceType: "db-cluster", eventCategories: ["maintenance", "failure"], enabled: true`',
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html",
      "SAME AS: FSBP:RDS.19, prowler:rds_cluster_critical_event_subscription, powerpipe:rds_db_cluster_events_subscription",
    ],
  ],
  "rds-instance-events": [
    [
      "aws EventSubscription db: it does not tell of maintenance, configuration change, failure of instances: nobody hears of them",
      "PROPERTY: eventCategories",
      'HINT: write `sourceType: "db-instance", eventCategories: ["maintenance", "configuration change", "failure"], enabled: true`',
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html",
      "SAME AS: FSBP:RDS.20, prowler:rds_instance_critical_event_subscription, powerpipe:rds_db_instance_events_subscription",
    ],
  ],
  "rds-parameter-group-events": [
    [
      "aws EventSubscription db: it does not tell of configuration change of parameter groups: nobody hears of them",
      "PROPERTY: eventCategories",
      'HINT: write `sourceType: "db-parameter-group", eventCategories: ["configuration change"], enabled: true`',
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html",
      "SAME AS: FSBP:RDS.21, prowler:rds_instance_event_subscription_parameter_groups, powerpipe:rds_db_parameter_group_events_subscription",
    ],
  ],
  "rds-security-group-events": [
    [
      "aws EventSubscription db: it does not tell of configuration change, failure of database security groups: nobody hears of them",
      "PROPERTY: eventCategories",
      'HINT: write `sourceType: "db-security-group", eventCategories: ["configuration change", "failure"], enabled: true`',
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html",
      "SAME AS: FSBP:RDS.22, prowler:rds_instance_event_subscription_security_groups, powerpipe:rds_db_security_group_events_subscription",
    ],
  ],
};
