/** Which inputs of RDS's resources are safe? */

import type { Properties } from "./reading/known";
import type { Example } from "./rule";
import {
  ACTIVITY_STREAM,
  BACKUP_REPLICATION,
  BACKUP_SELECTION,
  CLUSTER,
  CLUSTER_INSTANCE,
  CLUSTER_SNAPSHOT,
  CLUSTER_SNAPSHOT_COPY,
  EVENT_SUBSCRIPTION,
  GLOBAL_CLUSTER,
  INSTANCE,
  INTERNET_GATEWAY,
  PARAMETER_GROUP,
  PROXY,
  ROUTE,
  ROUTE_TABLE,
  ROUTE_TABLE_ASSOCIATION,
  SNAPSHOT,
  SNAPSHOT_COPY,
  SUBNET,
  SUBNET_GROUP,
} from "./subjects";

const AT_RDS = "arn:aws:rds:eu-central-1:111122223333";
const KEY = "arn:aws:kms:eu-central-1:111122223333:key/1";
const ROLE = "arn:aws:iam::111122223333:role/rds";

/** What instances and members of clusters have alike. */
const WATCHED: Properties = {
  publiclyAccessible: false,
  dbSubnetGroupName: "private",
  autoMinorVersionUpgrade: true,
  caCertIdentifier: "rds-ca-rsa2048-g1",
  monitoringInterval: 60,
  monitoringRoleArn: ROLE,
  performanceInsightsEnabled: true,
  performanceInsightsKmsKeyId: KEY,
};

/** What instances and clusters have alike. */
const KEPT: Properties = {
  dbSubnetGroupName: "private",
  vpcSecurityGroupIds: ["sg-1"],
  port: 15432,
  storageEncrypted: true,
  kmsKeyId: KEY,
  manageMasterUserPassword: true,
  iamDatabaseAuthenticationEnabled: true,
  backupRetentionPeriod: 14,
  copyTagsToSnapshot: true,
  deletionProtection: true,
  deleteAutomatedBackups: false,
  skipFinalSnapshot: false,
  finalSnapshotIdentifier: "db-final",
  engineLifecycleSupport: "open-source-rds-extended-support-disabled",
};

/** Inputs without a finding, by type. */
export const HAPPY_RDS: Readonly<Record<string, Properties>> = {
  [INSTANCE]: {
    identifier: "db",
    engine: "postgres",
    engineVersion: "17",
    instanceClass: "db.m7g.large",
    allocatedStorage: 100,
    maxAllocatedStorage: 500,
    multiAz: true,
    username: "app_owner",
    parameterGroupName: "db-postgres17",
    enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
    ...KEPT,
    ...WATCHED,
  },
  [CLUSTER]: {
    clusterIdentifier: "db",
    engine: "aurora-postgresql",
    engineVersion: "17",
    masterUsername: "app_owner",
    dbClusterParameterGroupName: "db-aurora-postgresql17",
    enabledCloudwatchLogsExports: ["postgresql"],
    ...KEPT,
  },
  [CLUSTER_INSTANCE]: {
    clusterIdentifier: "db",
    identifier: "db-1",
    engine: "aurora-postgresql",
    instanceClass: "db.r7g.large",
    ...WATCHED,
  },
  [GLOBAL_CLUSTER]: {
    globalClusterIdentifier: "db",
    engine: "aurora-postgresql",
    deletionProtection: true,
    storageEncrypted: true,
  },
  [ACTIVITY_STREAM]: { resourceArn: `${AT_RDS}:cluster:db`, mode: "async", kmsKeyId: KEY },
  [BACKUP_REPLICATION]: { sourceDbInstanceArn: `${AT_RDS}:db:db`, kmsKeyId: KEY, retentionPeriod: 14 },
  [SNAPSHOT]: { dbInstanceIdentifier: "db", dbSnapshotIdentifier: "before-upgrade" },
  [CLUSTER_SNAPSHOT]: { dbClusterIdentifier: "db", dbClusterSnapshotIdentifier: "before-upgrade" },
  [SNAPSHOT_COPY]: {
    sourceDbSnapshotIdentifier: `${AT_RDS}:snapshot:before-upgrade`,
    targetDbSnapshotIdentifier: "copy",
    kmsKeyId: KEY,
  },
  [CLUSTER_SNAPSHOT_COPY]: {
    sourceDbClusterSnapshotIdentifier: `${AT_RDS}:cluster-snapshot:before-upgrade`,
    targetDbClusterSnapshotIdentifier: "copy",
    kmsKeyId: KEY,
  },
  [PROXY]: {
    engineFamily: "POSTGRESQL",
    requireTls: true,
    roleArn: ROLE,
    vpcSubnetIds: ["subnet-1"],
    auths: [{ authScheme: "SECRETS", iamAuth: "REQUIRED", secretArn: "arn:aws:secretsmanager:::secret:db" }],
  },
  [SUBNET_GROUP]: { name: "private", subnetIds: ["subnet-1", "subnet-2"] },
  [EVENT_SUBSCRIPTION]: { snsTopic: "arn:aws:sns:eu-central-1:111122223333:db" },
  [SUBNET]: { vpcId: "vpc-1", cidrBlock: "10.0.1.0/24" },
  [ROUTE_TABLE]: { vpcId: "vpc-1", routes: [{ cidrBlock: "0.0.0.0/0", natGatewayId: "nat-1" }] },
  [ROUTE]: { routeTableId: "rtb-1", destinationCidrBlock: "0.0.0.0/0", natGatewayId: "nat-1" },
  [ROUTE_TABLE_ASSOCIATION]: { routeTableId: "rtb-1", subnetId: "subnet-1" },
  [INTERNET_GATEWAY]: { vpcId: "vpc-1" },
};

const TOLD = { type: EVENT_SUBSCRIPTION, name: "events", change: {} };
const BACKED_UP = { type: BACKUP_SELECTION, name: "selection", change: {} };

/** What has to be beside a resource, so that there is no finding. */
export const HAPPY_RDS_BESIDE: Readonly<Record<string, Example["others"]>> = {
  [INSTANCE]: [BACKED_UP, TOLD],
  [CLUSTER]: [
    BACKED_UP,
    TOLD,
    { type: CLUSTER_INSTANCE, name: "first", change: { identifier: "db-1" } },
    { type: CLUSTER_INSTANCE, name: "second", change: { identifier: "db-2" } },
  ],
  [CLUSTER_INSTANCE]: [TOLD],
  [PARAMETER_GROUP]: [TOLD],
};
