/** A cluster in all its arguments. Pure: what `rds.Cluster` gets for a plan, and for Aurora each of its members. */

import type { rds } from "@pulumi/aws";
import type { Input } from "@pulumi/pulumi";
import {
  changeArgs,
  insightsArgs,
  LIFECYCLE,
  MONITORING_INTERVAL,
  retentionArgs,
  type ServerInputs,
} from "./instance";
import { exportedLogs } from "./monitoring/logs";
import type { RdsPlan } from "./options";

/** Arguments of the cluster. */
export function clusterArgs(plan: RdsPlan, inputs: ServerInputs): rds.ClusterArgs {
  return {
    clusterIdentifier: plan.identifier,
    engineVersion: plan.engineVersion,
    engineLifecycleSupport: LIFECYCLE,
    // Only Aurora takes a network type.
    ...(plan.topology === "aurora"
      ? { engine: "aurora-postgresql", networkType: "IPV4" }
      : multiAzArgs(plan, inputs)),
    ...changeArgs(plan),
    ...retentionArgs(plan, inputs),
    preferredBackupWindow: plan.backupWindow,
    preferredMaintenanceWindow: plan.maintenanceWindow,
    databaseName: plan.database,
    masterUsername: plan.masterUsername,
    manageMasterUserPassword: true,
    masterUserSecretKmsKeyId: inputs.key,
    iamDatabaseAuthenticationEnabled: true,
    storageEncrypted: true,
    kmsKeyId: inputs.key,
    port: plan.port,
    dbSubnetGroupName: inputs.subnetGroup,
    vpcSecurityGroupIds: [inputs.securityGroup],
    dbClusterParameterGroupName: inputs.parameterGroup,
    databaseInsightsMode: plan.databaseInsights,
    ...insightsArgs(plan, inputs),
    enabledCloudwatchLogsExports: exportedLogs(plan),
    ...restoreArgs(plan),
  };
}

/** What a Multi-AZ cluster says itself, since RDS makes its members, and Aurora's members say. */
function multiAzArgs(plan: RdsPlan, { monitoringRole }: ServerInputs) {
  const { storage } = plan;
  return {
    engine: "postgres",
    dbClusterInstanceClass: plan.instanceClass,
    storageType: storage?.storageType,
    allocatedStorage: storage?.allocatedStorage,
    iops: storage?.iops,
    caCertificateIdentifier: plan.caCertIdentifier,
    monitoringInterval: MONITORING_INTERVAL,
    monitoringRoleArn: monitoringRole,
  };
}

/** From what the cluster is made; options keep it from being read later. */
function restoreArgs({ restoreFrom }: RdsPlan): Partial<rds.ClusterArgs> {
  if (!restoreFrom) return {};
  const { snapshot, source, time } = restoreFrom;
  if (snapshot !== undefined) return { snapshotIdentifier: snapshot };
  return {
    restoreToPointInTime: {
      sourceClusterIdentifier: source as string,
      ...(time === undefined ? { useLatestRestorableTime: true } : { restoreToTime: time }),
    },
  };
}

/** Zones of the subnets, in a fixed order. */
function zonesOf({ network }: Pick<RdsPlan, "network">): string[] {
  return [...(network.kind === "new" ? network.zones : Object.keys(network.subnets))].sort();
}

/**
 * Arguments of an instance of Aurora. The first ones are in different zones, and the lower the number, the sooner an
 * instance takes over from the writer.
 *
 * @param index From 0.
 */
export function memberArgs(
  plan: RdsPlan,
  inputs: ServerInputs,
  { identifier, index, cluster }: { identifier: string; index: number; cluster: Input<string> },
): rds.ClusterInstanceArgs {
  const zones = zonesOf(plan);
  return {
    identifier,
    clusterIdentifier: cluster,
    engine: "aurora-postgresql",
    instanceClass: plan.instanceClass,
    availabilityZone: zones[index % zones.length],
    promotionTier: Math.min(index, 15),
    dbSubnetGroupName: inputs.subnetGroup,
    publiclyAccessible: plan.publiclyAccessible,
    caCertIdentifier: plan.caCertIdentifier,
    preferredMaintenanceWindow: plan.maintenanceWindow,
    autoMinorVersionUpgrade: true,
    applyImmediately: plan.applyImmediately,
    copyTagsToSnapshot: true,
    monitoringInterval: MONITORING_INTERVAL,
    monitoringRoleArn: inputs.monitoringRole,
    ...insightsArgs(plan, inputs),
  };
}
