/** Which rule covers what the tools ask of RDS and of PostgreSQL's settings there, and what is left out, and why? */

import type { Coverage } from "./coverage-aws";

/** An entry that is covered but for what some tools mean by it. */
type Partly = { rules: readonly string[]; without: readonly string[]; because: string };

/** By the entry's name. Most entries about settings are about containers as well. */
export const RDS_COVERAGE: Readonly<Record<string, Coverage | Partly>> = {
  "rds-instance-storage-encrypted": {
    rules: ["rds-instance-storage-encrypted"],
  },
  "rds-cluster-storage-encrypted": {
    rules: ["rds-cluster-storage-encrypted"],
  },
  "rds-global-cluster-encrypted": {
    rules: ["rds-global-cluster-encrypted"],
  },
  "rds-storage-cmk": {
    rules: ["rds-storage-cmk"],
  },
  "rds-performance-insights-enabled": {
    rules: ["rds-performance-insights-enabled"],
  },
  "rds-performance-insights-cmk": {
    rules: ["rds-performance-insights-cmk"],
  },
  "rds-activity-stream-cmk": {
    rules: ["rds-activity-stream-cmk"],
  },
  "rds-backup-replication-cmk": {
    rules: ["rds-backup-replication-cmk"],
  },
  "rds-snapshot-copy-cmk": {
    rules: ["rds-snapshot-copy-cmk"],
  },
  "rds-snapshot-encrypted": {
    rules: ["rds-snapshot-encrypted"],
  },
  "rds-not-publicly-accessible": {
    rules: ["rds-not-publicly-accessible"],
  },
  "rds-not-in-public-subnet": {
    rules: ["rds-not-in-public-subnet"],
  },
  "rds-in-vpc": {
    rules: ["rds-in-vpc"],
  },
  "rds-non-default-port": {
    rules: ["rds-non-default-port"],
  },
  "rds-backup-enabled": {
    rules: ["rds-backup-enabled"],
  },
  "rds-cluster-backup-enabled": {
    rules: ["rds-cluster-backup-enabled"],
  },
  "rds-backup-retention-min": {
    rules: ["rds-backup-retention-min"],
  },
  "rds-in-backup-plan": {
    rules: ["rds-in-backup-plan"],
  },
  "rds-instance-deletion-protection": {
    rules: ["rds-instance-deletion-protection"],
  },
  "rds-cluster-deletion-protection": {
    rules: ["rds-cluster-deletion-protection"],
  },
  "rds-instance-multi-az": {
    rules: ["rds-instance-multi-az"],
  },
  "rds-cluster-multi-az": {
    rules: ["rds-cluster-multi-az", "rds-aurora-single-instance"],
  },
  "rds-auto-minor-version-upgrade": {
    rules: ["rds-auto-minor-version-upgrade"],
  },
  "rds-instance-copy-tags": {
    rules: ["rds-instance-copy-tags"],
  },
  "rds-cluster-copy-tags": {
    rules: ["rds-cluster-copy-tags"],
  },
  "rds-instance-iam-auth": {
    rules: ["rds-instance-iam-auth"],
  },
  "rds-cluster-iam-auth": {
    rules: ["rds-cluster-iam-auth"],
  },
  "rds-custom-admin-name": {
    rules: ["rds-custom-admin-name"],
  },
  "rds-no-plaintext-master-password": {
    rules: ["rds-no-plaintext-master-password"],
  },
  "rds-force-ssl": {
    rules: ["rds-force-ssl"],
  },
  "rds-proxy-require-tls": {
    rules: ["rds-proxy-require-tls"],
  },
  "rds-ca-cert-modern": {
    rules: ["rds-ca-cert-modern"],
  },
  "rds-instance-log-exports": {
    rules: ["rds-instance-log-exports"],
  },
  "rds-cluster-log-exports": {
    rules: ["rds-cluster-log-exports"],
  },
  "rds-enhanced-monitoring": {
    rules: ["rds-enhanced-monitoring"],
  },
  "rds-query-logging-params": {
    rules: ["rds-query-logging-params"],
  },
  "rds-snapshot-not-public": {
    rules: ["rds-snapshot-not-public"],
  },
  "rds-event-subscriptions": {
    rules: [
      "rds-cluster-events",
      "rds-instance-events",
      "rds-parameter-group-events",
      "rds-security-group-events",
    ],
  },
  "rds-log-fdw-vulnerable-version": {
    rules: ["rds-log-fdw-vulnerable-version"],
  },
  "rds-engine-supported": {
    rules: ["rds-engine-supported", "rds-extended-support"],
  },
  "rds-no-default-parameter-group": {
    rules: ["rds-no-default-parameter-group"],
  },
  "rds-previous-generation-class": {
    rules: ["rds-previous-generation-class"],
  },
  "rds-mysql-only": {
    leftOut:
      "Backtracking, audit logs and require_secure_transport are MySQL's, MariaDB's and SQL Server's: this pack judges PostgreSQL.",
  },
  "pg-log-connections": {
    rules: ["pg-log-connections"],
  },
  "pg-log-disconnections": {
    rules: ["pg-log-disconnections"],
  },
  "pg-log-checkpoints": {
    rules: ["pg-log-checkpoints"],
  },
  "pg-log-lock-waits": {
    rules: ["pg-log-lock-waits"],
  },
  "pg-log-temp-files": {
    rules: ["pg-log-temp-files"],
  },
  "pg-log-min-messages": {
    rules: ["pg-log-min-messages"],
  },
  "pg-log-min-error-statement": {
    rules: ["pg-log-min-error-statement"],
  },
  "pg-log-min-duration-statement": {
    rules: ["pg-log-min-duration-statement"],
  },
  "pg-log-statement": {
    rules: ["pg-log-statement"],
  },
  "pg-log-hostname": {
    rules: ["pg-log-hostname"],
    without: ["CKV_GCP_108"],
    because:
      "checkov wants log_hostname on for Google's servers, CIS and pgdsat off: a look-up of names at every connection is worse than an address in the log.",
  },
  "pg-log-duration": {
    rules: ["pg-log-duration"],
  },
  "pg-log-stats-off": {
    rules: ["pg-log-parser-stats", "pg-log-planner-stats", "pg-log-executor-stats", "pg-log-statement-stats"],
  },
  "pg-log-error-verbosity": {
    rules: ["pg-log-error-verbosity"],
  },
  "pg-log-line-prefix": {
    rules: ["pg-log-line-prefix"],
  },
  "pg-log-timezone": {
    rules: ["pg-log-timezone"],
  },
  "pg-logging-collector": {
    rules: ["pg-logging-collector"],
  },
  "pg-log-file-mode": {
    rules: ["pg-log-file-mode"],
  },
  "pg-log-truncate-on-rotation": {
    rules: ["pg-log-truncate-on-rotation"],
  },
  "pg-log-directory": {
    rules: ["pg-log-directory"],
  },
  "pg-syslog": {
    rules: ["pg-syslog-sequence-numbers", "pg-syslog-split-messages"],
  },
  "pg-debug-print-off": {
    rules: ["pg-debug-print-parse", "pg-debug-print-rewritten", "pg-debug-print-plan"],
  },
  "pg-debug-pretty-print": {
    rules: ["pg-debug-pretty-print"],
  },
  "pg-log-replication-commands": {
    rules: ["pg-log-replication-commands"],
  },
  "pg-log-autovacuum-min-duration": {
    rules: ["pg-log-autovacuum-min-duration"],
  },
  "pg-pgaudit": {
    rules: ["pg-pgaudit"],
  },
  "pg-listen-addresses": {
    leftOut:
      "RDS manages listen_addresses, and rds-parameter-not-modifiable finds it in a group. In a container the image listens on all addresses, and port-wildcard judges what is published.",
  },
  "pg-password-encryption": {
    rules: ["password-encryption-md5"],
  },
  "pg-hba-no-trust": {
    rules: ["pg-hba-no-trust", "hba-trust"],
  },
  "pg-hba-hostssl": {
    rules: ["pg-hba-hostssl"],
  },
  "pg-authentication-timeout": {
    rules: ["pg-authentication-timeout"],
  },
  "pg-ssl": {
    rules: ["pg-ssl"],
  },
  "pg-ssl-min-protocol-version": {
    rules: ["pg-ssl-min-protocol-version"],
  },
  "pg-ssl-ciphers": {
    rules: ["pg-ssl-ciphers"],
  },
  "pg-backend-params-off": {
    rules: [
      "ignore-system-indexes-on",
      "pg-post-auth-delay",
      "pg-pre-auth-delay",
      "pg-jit-debugging-support",
      "pg-jit-profiling-support",
    ],
  },
  "pg-post-auth-delay": {
    rules: ["pg-post-auth-delay", "pg-pre-auth-delay"],
  },
  "pg-archive-mode": {
    rules: ["archive-mode-off", "archive-command-empty"],
  },
  "pg-primary-conninfo": {
    rules: ["pg-primary-conninfo"],
  },
  "pg-data-checksums": {
    rules: ["data-checksums-off"],
  },
  "pg-fsync": {
    rules: ["fsync-off"],
  },
  "pg-synchronous-commit": {
    rules: ["synchronous-commit-off", "synchronous-commit-local", "synchronous-commit-remote-write"],
  },
  "pg-max-connections": {
    rules: ["pg-max-connections"],
  },
  "pg-stale-slot": {
    rules: ["slot-wal-unlimited", "autovacuum-off"],
    without: ["PMM:postgresql_wal_retention_check", "PMM:postgresql_txid_wraparound_approaching"],
    because: "The state of a running server is not in a program; what leads to it is.",
  },
  "pg-azure-params": {
    leftOut:
      "connection_throttling and log_retention are parameters of Azure's servers: neither RDS nor the image has them.",
  },
  "dur-fsync-off": {
    rules: ["fsync-off"],
  },
  "dur-full-page-writes-off": {
    rules: ["full-page-writes-off"],
  },
  "dur-synchronous-commit-off": {
    rules: ["synchronous-commit-off"],
  },
  "dur-wal-level-minimal": {
    rules: ["wal-level-minimal"],
  },
  "dur-archive-command-noop": {
    rules: ["archive-command-noop", "archive-command-swallows-failure"],
  },
  "dur-archive-command-placeholders": {
    rules: ["archive-command-placeholders"],
  },
  "dur-archive-timeout-zero": {
    rules: ["archive-timeout-zero"],
  },
  "dur-zero-damaged-pages": {
    rules: ["zero-damaged-pages-on"],
  },
  "dur-ignore-checksum-failure": {
    rules: ["ignore-checksum-failure-on"],
  },
  "dur-ignore-invalid-pages": {
    rules: ["ignore-invalid-pages-on"],
  },
  "dur-ignore-system-indexes": {
    rules: ["ignore-system-indexes-on"],
  },
  "dur-allow-system-table-mods": {
    rules: ["allow-system-table-mods-on"],
  },
  "dur-data-sync-retry": {
    rules: ["data-sync-retry-on"],
  },
  "dur-restart-after-crash-off": {
    rules: ["restart-after-crash-off"],
  },
  "dur-slot-wal-unlimited": {
    rules: ["slot-wal-unlimited"],
  },
  "dur-idle-in-transaction-unbounded": {
    rules: ["idle-in-transaction-unbounded"],
  },
  "dur-autovacuum-off": {
    rules: ["autovacuum-off", "track-counts-off"],
  },
  "dur-freeze-max-age-high": {
    rules: ["freeze-max-age-high"],
  },
  "dur-memory-overcommit": {
    rules: ["memory-overcommit"],
  },
  "dur-rds-skip-final-snapshot": {
    rules: ["rds-skip-final-snapshot"],
  },
  "dur-rds-final-snapshot-id-missing": {
    rules: ["rds-final-snapshot-id-missing"],
  },
  "dur-rds-delete-automated-backups": {
    rules: ["rds-delete-automated-backups"],
  },
  "dur-resource-not-protected": {
    rules: ["resource-not-protected", "rds-not-protected", "backups-not-protected"],
  },
  "dur-rds-params-durability": {
    rules: [
      "fsync-off",
      "full-page-writes-off",
      "synchronous-commit-off",
      "autovacuum-off",
      "track-counts-off",
      "rds-parameter-not-modifiable",
    ],
  },
  "dur-rds-no-storage-autoscaling": {
    rules: ["rds-no-storage-autoscaling"],
  },
  "dur-rds-major-upgrade-open": {
    rules: ["rds-major-upgrade-open"],
  },
  "dur-aurora-single-instance": {
    rules: ["rds-aurora-single-instance"],
  },
};

/** What the tools say differently of the same thing, what holds here, and why: each is decided once. */
export const RDS_DECISIONS: readonly { rule: string; tools: string; here: string; because: string }[] = [
  {
    rule: "rds-backup-enabled",
    tools:
      "checkov takes an unset backupRetentionPeriod for 1, awsguard for 7; trivy, KICS, guard and cfn_nag fail it.",
    here: "Unset fails on an instance and on a restore, and passes on a replica.",
    because: "The provider documents 0 as the default of an instance.",
  },
  {
    rule: "rds-cluster-backup-enabled",
    tools: "KICS and terrascan fail an unset backupRetentionPeriod; checkov passes it.",
    here: "Unset passes, and rds-backup-retention-min says that one day is short.",
    because: "The provider documents 1 as the default of a cluster.",
  },
  {
    rule: "rds-backup-retention-min",
    tools: "2 days (trivy), 3 (compliance-policies), 7 (AWS Config, Security Hub, powerpipe).",
    here: "7, to be changed by the threshold minimumDays.",
    because: "The longest satisfies all of them.",
  },
  {
    rule: "rds-instance-storage-encrypted",
    tools: "trivy and awsguard skip replicas, checkov does not; KICS passes a kmsKeyId alone.",
    here: "Replicas pass; a kmsKeyId alone fails; restores must say it.",
    because: "A replica has its source's encryption, and the provider wants both properties.",
  },
  {
    rule: "rds-storage-cmk",
    tools: "compliance-policies and trivy ask only where storage is encrypted; checkov asks every cluster.",
    here: "Every cluster, and instances that are encrypted.",
    because: "A cluster without a key is in one of the two states that need one.",
  },
  {
    rule: "rds-not-publicly-accessible",
    tools: "guard fails an unset publiclyAccessible; the others pass it.",
    here: "Unset passes.",
    because: "The provider sends false.",
  },
  {
    rule: "rds-auto-minor-version-upgrade",
    tools:
      "checkov, guard and KICS fail an unset autoMinorVersionUpgrade; prowler and Security Hub read what results.",
    here: "Unset passes.",
    because: "The provider's default is true.",
  },
  {
    rule: "rds-non-default-port",
    tools: "KICS passes an unset port; Security Hub, prowler and powerpipe read 5432 then.",
    here: "Unset fails, but for Serverless v1.",
    because: "The default is 5432. Serverless v1 can have no other port.",
  },
  {
    rule: "rds-ca-cert-modern",
    tools: "checkov passes rds-ca-2019, and KICS nothing else.",
    here: "It fails.",
    because: "It ended on 22 August 2024.",
  },
  {
    rule: "rds-instance-log-exports",
    tools: "checkov, KICS and guard pass any log; powerpipe and Security Hub want postgresql and upgrade.",
    here: "Both, and postgresql alone for Aurora.",
    because: "The errors are in the one, failed upgrades in the other.",
  },
  {
    rule: "rds-cluster-multi-az",
    tools: "compliance-policies reads availabilityZones, the others the members.",
    here: "One zone written fails; unset passes, and rds-aurora-single-instance counts members.",
    because: "AWS chooses three zones where none is written.",
  },
  {
    rule: "rds-in-vpc",
    tools: "prowler and Security Hub ask for a VPC.",
    here: "An instance names its subnet group.",
    because: "EC2-Classic is gone: what is left to choose are the subnets.",
  },
  {
    rule: "rds-no-plaintext-master-password",
    tools: "guard and cfn_nag tell literals from references.",
    here: "Any known password is found, and shown without stopping a deployment.",
    because: "A policy sees a secret as plain text.",
  },
  {
    rule: "rds-no-default-parameter-group",
    tools: "tflint reads written names only.",
    here: "Unset fails as well, but for replicas.",
    because: "Unset is the default group.",
  },
  {
    rule: "rds-previous-generation-class",
    tools: "tflint lists cr1, m1, m2, m3, r3 and t1; AWS calls m4, r4 and t2 old as well.",
    here: "tflint's list.",
    because: "AWS moves the others itself.",
  },
  {
    rule: "rds-extended-support",
    tools: "prowler fails extended support, which is the provider's default.",
    here: "Anything but open-source-rds-extended-support-disabled is found, as advice.",
    because: "The upgrade at the end of support is announced for a year; the bill is not.",
  },
  {
    rule: "rds-security-group-events",
    tools: "Security Hub, prowler and powerpipe want a subscription to database security groups.",
    here: "One that is there has to be complete; none is asked for.",
    because: "There are no such groups without EC2-Classic.",
  },
];
