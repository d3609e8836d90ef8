/** An instance in all its arguments. Pure: what `rds.Instance` gets for a plan, and for each of its read replicas. */

import type { rds } from "@pulumi/aws";
import type { CustomResourceOptions, Input } from "@pulumi/pulumi";
import type { OwnPassword } from "./master-password";
import { isCluster } from "./members";
import { exportedLogs } from "./monitoring/logs";
import type { RdsPlan } from "./options";

/** What comes from other resources. */
export interface ServerInputs {
  /** ARN. */
  key: Input<string>;
  subnetGroup: Input<string>;
  securityGroup: Input<string>;
  parameterGroup: Input<string>;
  /** ARN of the role by which RDS reports on the operating system. */
  monitoringRole: Input<string>;
  finalSnapshot: Input<string>;
  /** Whether this deployment brings a new major version by a blue/green deployment. */
  blueGreen: Input<boolean>;
  /** Where RDS does not manage the master user's password. */
  ownPassword?: OwnPassword;
}

/** Seconds between two reports on the operating system. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.html */
export const MONITORING_INTERVAL = 60;

/** RDS would otherwise keep a version that has ended, and bill for it. */
export const LIFECYCLE = "open-source-rds-extended-support-disabled";

/** Days; the advanced mode demands 15 months. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DatabaseInsights.TurningOnAdvanced.html */
const INSIGHTS_RETENTION = { standard: 7, advanced: 465 } as const;

/**
 * Restores of terabytes, the first backup of a new standby and a final snapshot take hours; when a deployment stops
 * waiting, RDS goes on, and the state does not know.
 */
export const TIMEOUTS: CustomResourceOptions["customTimeouts"] = { create: "6h", update: "6h", delete: "6h" };

/** What instances, replicas and members of clusters are watched by. */
export function insightsArgs({ databaseInsights }: RdsPlan, { key }: Pick<ServerInputs, "key">) {
  return {
    performanceInsightsEnabled: true,
    performanceInsightsKmsKeyId: key,
    performanceInsightsRetentionPeriod: INSIGHTS_RETENTION[databaseInsights],
  };
}

/** What keeps the data when somebody deletes the database; the same for instances and clusters. */
export function retentionArgs(plan: RdsPlan, { finalSnapshot }: Pick<ServerInputs, "finalSnapshot">) {
  return {
    backupRetentionPeriod: plan.backupRetention,
    deletionProtection: !plan.deleteData,
    deleteAutomatedBackups: false,
    skipFinalSnapshot: false,
    finalSnapshotIdentifier: finalSnapshot,
    copyTagsToSnapshot: true,
  };
}

/** How changes and versions come. */
export function changeArgs({ majorUpgrade, applyImmediately }: RdsPlan) {
  return {
    allowMajorVersionUpgrade: majorUpgrade !== "refuse",
    autoMinorVersionUpgrade: true,
    applyImmediately,
    // What fails in the course of an update, such as the checks before a major upgrade, is shown with it.
    warningEventCategories: ["failure"],
  };
}

/** What the primary and its replicas have alike. */
function sharedArgs(plan: RdsPlan, inputs: ServerInputs) {
  const { storage } = plan;
  return {
    instanceClass: plan.instanceClass,
    maxAllocatedStorage: storage?.maxAllocatedStorage,
    storageType: storage?.storageType,
    iops: storage?.iops,
    dedicatedLogVolume: storage?.dedicatedLogVolume,
    storageEncrypted: true,
    kmsKeyId: inputs.key,
    port: plan.port,
    networkType: "IPV4",
    publiclyAccessible: plan.publiclyAccessible,
    vpcSecurityGroupIds: [inputs.securityGroup],
    parameterGroupName: inputs.parameterGroup,
    iamDatabaseAuthenticationEnabled: true,
    caCertIdentifier: plan.caCertIdentifier,
    maintenanceWindow: plan.maintenanceWindow,
    monitoringInterval: MONITORING_INTERVAL,
    monitoringRoleArn: inputs.monitoringRole,
    databaseInsightsMode: plan.databaseInsights,
    ...insightsArgs(plan, inputs),
    enabledCloudwatchLogsExports: exportedLogs(plan),
    deletionProtection: !plan.deleteData,
    copyTagsToSnapshot: true,
  };
}

function passwordArgs({ key, ownPassword }: ServerInputs) {
  if (ownPassword) return { passwordWo: ownPassword.password, passwordWoVersion: ownPassword.generation };
  return { manageMasterUserPassword: true, masterUserSecretKmsKeyId: key };
}

/** Arguments of the instance. */
export function instanceArgs(plan: RdsPlan, inputs: ServerInputs): rds.InstanceArgs {
  return {
    identifier: plan.identifier,
    engine: "postgres",
    engineVersion: plan.engineVersion,
    engineLifecycleSupport: LIFECYCLE,
    ...sharedArgs(plan, inputs),
    ...changeArgs(plan),
    ...(plan.majorUpgrade === "blue-green" && { blueGreenUpdate: { enabled: inputs.blueGreen } }),
    ...retentionArgs(plan, inputs),
    backupWindow: plan.backupWindow,
    // Less than what RDS has grown it to changes nothing; more grows it.
    allocatedStorage: plan.storage?.allocatedStorage,
    multiAz: plan.topology === "multi-az",
    dbSubnetGroupName: inputs.subnetGroup,
    dbName: plan.database,
    username: plan.masterUsername,
    ...passwordArgs(inputs),
    ...restoreArgs(plan),
  };
}

/** From what the instance is made; options keep it from being read later. */
function restoreArgs({ restoreFrom }: RdsPlan): Partial<rds.InstanceArgs> {
  if (!restoreFrom) return {};
  const { snapshot, source, automatedBackup, time } = restoreFrom;
  if (snapshot !== undefined) return { snapshotIdentifier: snapshot };
  return {
    restoreToPointInTime: {
      ...(source !== undefined && { sourceDbInstanceIdentifier: source }),
      ...(automatedBackup !== undefined && { sourceDbInstanceAutomatedBackupsArn: automatedBackup }),
      ...(time === undefined ? { useLatestRestorableTime: true } : { restoreTime: time }),
    },
  };
}

/** Properties that count when the database is made, and never again. */
const CREATION_ONLY = ["snapshotIdentifier", "restoreToPointInTime"];

/**
 * An instance that is restored has the key of what it was made from, which AWS lets nobody choose: another one here
 * would look like a change, for which AWS makes a new, empty instance. identity.ts refuses another key.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceToPointInTime.html
 */
const KEY_OF_SOURCE = "kmsKeyId";

/**
 * Properties that later deployments leave alone. A minor version is what the database begins with: RDS installs newer
 * ones by itself, and going back to the older one would be refused.
 */
export function ignoredChanges(plan: RdsPlan): string[] {
  const isMinor = plan.engineVersion.includes(".") && plan.majorUpgrade === "refuse";
  return [
    ...CREATION_ONLY,
    ...(isCluster(plan) ? [] : [KEY_OF_SOURCE]),
    ...(isMinor ? ["engineVersion"] : []),
  ];
}

/**
 * Arguments of a read replica. What it has of its source (engine, version, user, subnets, allocated storage) is not
 * said again. It has no data of its own, so that it is neither backed up nor has a final snapshot, which AWS refuses.
 */
export function replicaArgs(
  plan: RdsPlan,
  inputs: ServerInputs,
  { identifier, source }: { identifier: string; source: Input<string> },
): rds.InstanceArgs {
  const { applyImmediately } = plan;
  return {
    identifier,
    replicateSourceDb: source,
    ...sharedArgs(plan, inputs),
    autoMinorVersionUpgrade: true,
    applyImmediately,
    backupRetentionPeriod: 0,
    skipFinalSnapshot: true,
    multiAz: false,
  };
}
