/** Why does a resource of AWS have this input and not the provider's default? One row per property; docs and a test loop over them. */

import type { RdsOptions } from "./options";

/** Why an input is as it is. */
export interface Reason {
  /** What the provider, or AWS, does where nothing is said. */
  unset: string;
  /** The one value it has; absent: it follows from the configuration or from another resource. */
  value?: unknown;
  /** Key of the configuration that decides it. */
  from?: keyof RdsOptions | "version" | "database" | "passwordGeneration";
  why: string;
  docs: string;
}

const GUIDE = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide";
const AURORA = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide";
const S3 = "https://docs.aws.amazon.com/AmazonS3/latest/userguide";
const KMS = "https://docs.aws.amazon.com/kms/latest/developerguide";
const VPC = "https://docs.aws.amazon.com/vpc/latest/userguide";
const SECRETS = "https://docs.aws.amazon.com/secretsmanager/latest/userguide";

const SNAPSHOTS: Readonly<Record<string, Reason>> = {
  backupRetentionPeriod: {
    unset: "0 for an instance: no backups; 1 for a cluster",
    from: "backupRetention",
    why: "Any moment of these days can be restored. A replica has no backups of its own: 0.",
    docs: `${GUIDE}/USER_WorkingWithAutomatedBackups.BackupRetention.html`,
  },
  copyTagsToSnapshot: {
    unset: "false",
    value: true,
    why: "A snapshot says whose it is when the database has gone.",
    docs: `${GUIDE}/USER_Tagging.html`,
  },
  deleteAutomatedBackups: {
    unset: "true",
    value: false,
    why: "Whoever deletes the database by mistake can still go back to the minute before.",
    docs: `${GUIDE}/USER_DeleteInstance.html`,
  },
  deletionProtection: {
    unset: "false",
    from: "deleteData",
    why: "AWS itself refuses to delete the database, whatever tool asks.",
    docs: `${GUIDE}/USER_DeleteInstance.html`,
  },
  finalSnapshotIdentifier: {
    unset: "no name, so that a deletion fails half-way",
    why: "A name that stays the same in every deployment and differs for every database.",
    docs: `${GUIDE}/USER_DeleteInstance.html`,
  },
};

const ENCRYPTION: Readonly<Record<string, Reason>> = {
  kmsKeyId: {
    unset: "AWS's own key for the service",
    from: "kmsKeyArn",
    why: "A key of your own can be shared with another account, which a restore after a break-in needs, and its use is logged.",
    docs: `${GUIDE}/Overview.Encryption.html`,
  },
  storageEncrypted: {
    unset: "false",
    value: true,
    why: "It cannot be turned on later without a restore. Data, snapshots, backups and replicas are encrypted with it.",
    docs: `${GUIDE}/Overview.Encryption.html`,
  },
};

const ACCESS: Readonly<Record<string, Reason>> = {
  iamDatabaseAuthenticationEnabled: {
    unset: "false",
    value: true,
    why: "People and jobs can log in with a token of 15 minutes instead of a password.",
    docs: `${GUIDE}/UsingWithRDS.IAMDBAuth.html`,
  },
  manageMasterUserPassword: {
    unset: "a password in the program and in the state",
    value: true,
    why: "RDS makes the password, keeps it in Secrets Manager and rotates it; it is in no state. Not where read replicas or blue/green deployments exclude it.",
    docs: `${GUIDE}/rds-secrets-manager.html`,
  },
  masterUserSecretKmsKeyId: {
    unset: "AWS's own key for secrets",
    from: "kmsKeyArn",
    why: "Whoever may not use the key cannot read the password.",
    docs: `${GUIDE}/rds-secrets-manager.html`,
  },
};

const VERSIONS: Readonly<Record<string, Reason>> = {
  allowMajorVersionUpgrade: {
    unset: "false",
    from: "majorUpgrade",
    why: "A new number alone does not start an upgrade from which only a restore leads back.",
    docs: `${GUIDE}/USER_UpgradeDBInstance.PostgreSQL.html`,
  },
  engineLifecycleSupport: {
    unset: "open-source-rds-extended-support",
    value: "open-source-rds-extended-support-disabled",
    why: "A version that the community has given up is not kept running, unnoticed and for money.",
    docs: `${GUIDE}/extended-support.html`,
  },
  engineVersion: {
    unset: "AWS's newest",
    from: "engineVersion",
    why: "The major version is the one whose parameters were checked. Minor ones come by themselves.",
    docs: `${GUIDE}/USER_UpgradeDBInstance.PostgreSQL.html`,
  },
  warningEventCategories: {
    unset: "no events",
    value: ["failure"],
    why: "What fails in the course of an update, such as the checks before an upgrade, is shown with it.",
    docs: "https://www.pulumi.com/registry/packages/aws/api-docs/rds/instance/",
  },
};

/** What later deployments do not read. */
const RESTORE: Readonly<Record<string, Reason>> = {
  restoreToPointInTime: {
    unset: "an empty database",
    from: "restoreFrom",
    why: "What the database is made from. Once it is there, a change of this plans nothing.",
    docs: `${GUIDE}/USER_PIT.html`,
  },
  snapshotIdentifier: {
    unset: "an empty database",
    from: "restoreFrom",
    why: "What the database is made from. Once it is there, a change of this plans nothing.",
    docs: `${GUIDE}/USER_RestoreFromSnapshot.html`,
  },
};

const CHANGES: Readonly<Record<string, Reason>> = {
  applyImmediately: {
    unset: "false",
    from: "applyImmediately",
    why: "Changes that interrupt wait for the maintenance window, unless you say that it is now.",
    docs: `${GUIDE}/Overview.DBInstance.Modifying.html`,
  },
};

const PORT: Readonly<Record<string, Reason>> = {
  port: {
    unset: "5432",
    from: "port",
    why: "The security group lets in this one.",
    docs: `${GUIDE}/USER_ConnectToPostgreSQLInstance.html`,
  },
};

const PUBLIC: Readonly<Record<string, Reason>> = {
  publiclyAccessible: {
    unset: "false",
    from: "publiclyAccessible",
    why: "An address on the internet has to be asked for twice.",
    docs: `${GUIDE}/USER_VPC.WorkingWithRDSInstanceinaVPC.html`,
  },
};

const INSIGHTS: Readonly<Record<string, Reason>> = {
  performanceInsightsEnabled: {
    unset: "false",
    value: true,
    why: "What the server waited for is seen nowhere else once it is over. Seven days cost nothing.",
    docs: `${GUIDE}/USER_PerfInsights.html`,
  },
  performanceInsightsKmsKeyId: {
    unset: "AWS's own key for RDS",
    from: "kmsKeyArn",
    why: "It shows texts of queries.",
    docs: `${GUIDE}/USER_PerfInsights.access-control.html`,
  },
  performanceInsightsRetentionPeriod: {
    unset: "7",
    from: "databaseInsights",
    why: "Days: 7 are free, and advanced demands 465.",
    docs: `${GUIDE}/USER_DatabaseInsights.TurningOnAdvanced.html`,
  },
};

const WATCHED: Readonly<Record<string, Reason>> = {
  monitoringInterval: {
    unset: "0: off",
    value: 60,
    why: "Memory, swap and single processes are seen nowhere else.",
    docs: `${GUIDE}/USER_Monitoring.OS.html`,
  },
};

const INSIGHTS_MODE: Readonly<Record<string, Reason>> = {
  databaseInsightsMode: {
    unset: "standard",
    from: "databaseInsights",
    why: "advanced keeps 15 months and shows a fleet at a glance, for money.",
    docs: `${GUIDE}/USER_DatabaseInsights.html`,
  },
};

const CERTIFICATE: Reason = {
  unset: "the account's default",
  from: "caCertIdentifier",
  why: "Its root is valid until 2061, and clients that hold the bundle of their region know it.",
  docs: `${GUIDE}/UsingWithRDS.SSL.html`,
};

const BACKUP_WINDOW: Reason = {
  unset: "one that AWS picks",
  from: "backupWindow",
  why: "A known hour, before the maintenance window: there is a fresh snapshot when maintenance begins.",
  docs: `${GUIDE}/USER_WorkingWithAutomatedBackups.html`,
};

const MAINTENANCE_WINDOW: Reason = {
  unset: "one that AWS picks",
  from: "maintenanceWindow",
  why: "Restarts and minor upgrades happen in a known hour.",
  docs: `${GUIDE}/USER_UpgradeDBInstance.Maintenance.html`,
};

const STORAGE: Readonly<Record<string, Reason>> = {
  allocatedStorage: {
    unset: "none: it has to be said",
    from: "allocatedStorage",
    why: "A minimum: RDS grows it, and nothing ever shrinks it.",
    docs: `${GUIDE}/CHAP_Storage.html`,
  },
  iops: {
    unset: "those of the storage type",
    from: "iops",
    why: "io2 has none by default.",
    docs: `${GUIDE}/CHAP_Storage.html`,
  },
  storageType: {
    unset: "gp2, or io1 with iops",
    from: "storageType",
    why: "gp3 has 3000 IOPS at any size and does not run out of burst credits; gp2 does.",
    docs: `${GUIDE}/CHAP_Storage.html`,
  },
};

const LOGS: Readonly<Record<string, Reason>> = {
  enabledCloudwatchLogsExports: {
    unset: "none",
    why: "RDS keeps logs for three days on the instance's own disk, and deletes them with it.",
    docs: `${GUIDE}/USER_LogAccess.Concepts.PostgreSQL.PublishtoCloudWatchLogs.html`,
  },
};

/** Every input that is not the provider's default, with the reason: by type of the resource, then by property. */
export const REASONS: Readonly<Record<string, Readonly<Record<string, Reason>>>> = {
  "aws:rds/instance:Instance": {
    ...STORAGE,
    ...SNAPSHOTS,
    ...ENCRYPTION,
    ...ACCESS,
    ...VERSIONS,
    ...INSIGHTS,
    ...INSIGHTS_MODE,
    ...WATCHED,
    ...LOGS,
    ...CHANGES,
    ...PORT,
    ...PUBLIC,
    ...RESTORE,
    backupWindow: BACKUP_WINDOW,
    blueGreenUpdate: {
      unset: "off",
      from: "majorUpgrade",
      why: "With blue-green the upgrade is made on a copy, and the switch takes about a minute. It is on in that deployment only: the provider would make a copy for every change.",
      docs: `${GUIDE}/blue-green-deployments.html`,
    },
    caCertIdentifier: CERTIFICATE,
    dedicatedLogVolume: {
      unset: "false",
      from: "dedicatedLogVolume",
      why: "WAL on a volume of its own: commits do not wait behind checkpoints.",
      docs: `${GUIDE}/USER_PIOPS.dlv.html`,
    },
    maintenanceWindow: MAINTENANCE_WINDOW,
    maxAllocatedStorage: {
      unset: "0: storage does not grow",
      from: "maxAllocatedStorage",
      why: "A full disk stops the server.",
      docs: `${GUIDE}/USER_PIOPS.Autoscaling.html`,
    },
    multiAz: {
      unset: "false",
      from: "topology",
      why: "A commit is on disks in two zones; the loss of one is a failover of one or two minutes.",
      docs: `${GUIDE}/Concepts.MultiAZSingleStandby.html`,
    },
    passwordWo: {
      unset: "a password in the state",
      why: "Where RDS cannot manage the password it is written to AWS and kept out of the instance's state.",
      docs: `${GUIDE}/rds-secrets-manager.html#rds-secrets-manager-limitations`,
    },
    passwordWoVersion: {
      unset: "none",
      from: "passwordGeneration",
      why: "A new number makes AWS take the password again.",
      docs: "https://www.pulumi.com/registry/packages/aws/api-docs/rds/instance/",
    },
    skipFinalSnapshot: {
      unset: "false",
      why: "A replica has no final snapshot: AWS refuses one.",
      docs: `${GUIDE}/USER_DeleteInstance.html`,
    },
  },
  "aws:rds/cluster:Cluster": {
    ...STORAGE,
    ...SNAPSHOTS,
    ...ENCRYPTION,
    ...ACCESS,
    ...VERSIONS,
    ...INSIGHTS,
    ...INSIGHTS_MODE,
    ...WATCHED,
    ...LOGS,
    ...CHANGES,
    ...PORT,
    ...RESTORE,
    caCertificateIdentifier: CERTIFICATE,
    dbClusterInstanceClass: {
      unset: "none: without it the cluster would be Aurora's",
      from: "instanceClass",
      why: "With it RDS makes three servers in three zones.",
      docs: `${GUIDE}/multi-az-db-clusters-concepts.html`,
    },
    preferredBackupWindow: BACKUP_WINDOW,
    preferredMaintenanceWindow: MAINTENANCE_WINDOW,
  },
  "aws:rds/clusterInstance:ClusterInstance": {
    ...INSIGHTS,
    ...WATCHED,
    ...CHANGES,
    ...PUBLIC,
    availabilityZone: {
      unset: "one that AWS picks",
      why: "Writer and reader are in different zones.",
      docs: `${AURORA}/Concepts.AuroraHighAvailability.html`,
    },
    caCertIdentifier: CERTIFICATE,
    copyTagsToSnapshot: SNAPSHOTS.copyTagsToSnapshot as Reason,
    preferredMaintenanceWindow: MAINTENANCE_WINDOW,
    promotionTier: {
      unset: "0 for each",
      why: "It is known which reader takes over.",
      docs: `${AURORA}/Concepts.AuroraHighAvailability.html`,
    },
  },
  "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": {
    kmsKeyId: {
      unset: "none: it has to be said",
      why: "Keys do not leave their region, so it is one of the other region.",
      docs: `${GUIDE}/USER_ReplicateBackups.html`,
    },
    retentionPeriod: {
      unset: "7",
      from: "backupRetention",
      why: "The copies reach back as far as the backups.",
      docs: `${GUIDE}/USER_ReplicateBackups.html`,
    },
  },
  "aws:kms/key:Key": {
    enableKeyRotation: {
      unset: "false",
      value: true,
      why: "New data gets a new key every year; old data stays readable.",
      docs: `${KMS}/rotate-keys.html`,
    },
    policy: {
      unset: "everything to the account",
      why: "Logs and alarms may use it as well, each for this account only.",
      docs: `${KMS}/key-policies.html`,
    },
  },
  "aws:ec2/vpc:Vpc": {
    enableDnsHostnames: {
      unset: "false",
      value: true,
      why: "Clients find the database by its name.",
      docs: `${VPC}/vpc-dns.html`,
    },
  },
  "aws:ec2/flowLog:FlowLog": {
    logDestinationType: {
      unset: "cloud-watch-logs",
      value: "s3",
      why: "The logs are kept with the other ones, and cheaper.",
      docs: `${VPC}/flow-logs-s3.html`,
    },
    trafficType: {
      unset: "none: it has to be said",
      value: "ALL",
      why: "Who was let in is as interesting as who was not.",
      docs: `${VPC}/flow-logs.html`,
    },
  },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
    egress: {
      unset: "everything",
      value: [],
      why: "What is put into the VPC without a group of its own reaches nothing.",
      docs: `${VPC}/default-security-group.html`,
    },
    ingress: {
      unset: "everything from the same group",
      value: [],
      why: "And nobody reaches it.",
      docs: `${VPC}/default-security-group.html`,
    },
  },
  "aws:s3/bucket:Bucket": {
    objectLockEnabled: {
      unset: "false",
      value: true,
      why: "It costs nothing, and archiveLockDays can then be set at any time.",
      docs: `${S3}/object-lock.html`,
    },
  },
  "aws:s3/bucketVersioning:BucketVersioning": {
    versioningConfiguration: {
      unset: "off",
      value: { status: "Enabled" },
      why: "What was deleted or overwritten can be brought back.",
      docs: `${S3}/Versioning.html`,
    },
  },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    rules: {
      unset: "S3's own key",
      why: "The archive has the database's key; log delivery can use none but S3's.",
      docs: `${S3}/UsingKMSEncryption.html`,
    },
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": Object.fromEntries(
    ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].map((property) => [
      property,
      {
        unset: "false",
        value: true,
        why: "Nobody opens the bucket to the world by mistake.",
        docs: `${S3}/access-control-block-public-access.html`,
      },
    ]),
  ),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
    rule: {
      unset: "BucketOwnerEnforced",
      value: { objectOwnership: "BucketOwnerEnforced" },
      why: "Access control lists mean nothing, also where an account's default is older.",
      docs: `${S3}/about-object-ownership.html`,
    },
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    rules: {
      unset: "everything is kept",
      why: "Old versions go after backupRetention and 30 days. What is current never ends by itself: no WAL goes that a base backup needs.",
      docs: `${S3}/object-lifecycle-mgmt.html`,
    },
  },
  "aws:s3/bucketPolicy:BucketPolicy": {
    policy: {
      unset: "none",
      why: "Nothing without TLS 1.2, and nothing with another key.",
      docs: `${S3}/bucket-policies.html`,
    },
  },
  "aws:s3/bucketLogging:BucketLogging": {
    targetPrefix: {
      unset: "none",
      value: "access/",
      why: "Who asked for what is told apart from the flow log.",
      docs: `${S3}/ServerLogs.html`,
    },
  },
  "aws:s3/bucketNotification:BucketNotification": {
    eventbridge: {
      unset: "false",
      value: true,
      why: "Whoever wants to be told of a new or deleted object needs one rule, and no change here.",
      docs: `${S3}/EventBridge.html`,
    },
  },
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": {
    rule: {
      unset: "no lock",
      from: "archiveLockDays",
      why: "Nobody, not even the owner, deletes an object for these days.",
      docs: `${S3}/object-lock.html`,
    },
  },
  "aws:secretsmanager/secret:Secret": {
    kmsKeyId: {
      unset: "AWS's own key for secrets",
      from: "kmsKeyArn",
      why: "Whoever may not use the key cannot read the password.",
      docs: `${SECRETS}/security-encryption.html`,
    },
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    kmsKeyId: {
      unset: "AWS's own key for logs",
      from: "kmsKeyArn",
      why: "Logs show texts of queries.",
      docs: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
    },
    retentionInDays: {
      unset: "for ever",
      value: 365,
      why: "A year back is where a break-in or a corruption is looked for.",
      docs: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
    },
  },
  "aws:sns/topic:Topic": {
    kmsMasterKeyId: {
      unset: "not encrypted",
      from: "kmsKeyArn",
      why: "CloudWatch cannot publish to a topic that has AWS's own key.",
      docs: "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html",
    },
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    policy: {
      unset: "the account's own users",
      why: "Alarms and events of this account get in, and nothing without TLS.",
      docs: "https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html",
    },
  },
};
