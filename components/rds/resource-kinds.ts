/** Of which kinds of AWS's resources is a database made? One row per type; docs and a test loop over them. */

import type { Topology } from "./options";

/** A kind of resource that a database is made of. */
export interface ResourceRow {
  what: string;
  /** Topologies that have it. */
  on: readonly Topology[];
  /** Without it in the configuration there is none. */
  only?: string;
  /** What stays when the stack is destroyed. */
  kept?: true;
}

const EVERY: readonly Topology[] = ["single", "multi-az", "cluster", "aurora"];
const INSTANCES: readonly Topology[] = ["single", "multi-az"];
const CLUSTERS: readonly Topology[] = ["cluster", "aurora"];
const NEW_VPC = "a new VPC: network.cidr";

/** Everything of AWS's that a database is made of. */
export const RESOURCES: Readonly<Record<string, ResourceRow>> = {
  "aws:rds/instance:Instance": { what: "The server, with its standby; and each read replica", on: INSTANCES },
  "aws:rds/cluster:Cluster": { what: "The servers and their endpoints", on: CLUSTERS },
  "aws:rds/clusterInstance:ClusterInstance": { what: "Writer and readers", on: ["aurora"] },
  "aws:rds/parameterGroup:ParameterGroup": { what: "PostgreSQL's parameters", on: INSTANCES, kept: true },
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": {
    what: "PostgreSQL's parameters",
    on: CLUSTERS,
    kept: true,
  },
  "aws:rds/subnetGroup:SubnetGroup": { what: "Where the servers may be", on: EVERY },
  "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": {
    what: "Copies of the backups in another region",
    on: INSTANCES,
    only: "backupRegion",
  },
  "aws:rds/eventSubscription:EventSubscription": { what: "Events that are mailed", on: EVERY },
  "aws:ec2/vpc:Vpc": { what: "A network without a way out", on: EVERY, only: NEW_VPC },
  "aws:ec2/subnet:Subnet": { what: "One for each zone", on: EVERY, only: NEW_VPC },
  "aws:ec2/routeTable:RouteTable": { what: "Leads nowhere but into the VPC", on: EVERY, only: NEW_VPC },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    what: "Subnets and their routes",
    on: EVERY,
    only: NEW_VPC,
  },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
    what: "The VPC's own group, emptied",
    on: EVERY,
    only: NEW_VPC,
  },
  "aws:ec2/flowLog:FlowLog": { what: "Who tried to get in", on: EVERY, only: NEW_VPC },
  "aws:ec2/securityGroup:SecurityGroup": { what: "Who gets in", on: EVERY },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
    what: "One for each source",
    on: EVERY,
    only: "sources",
  },
  "aws:kms/key:Key": { what: "Encrypts everything", on: EVERY, only: "no kmsKeyArn", kept: true },
  "aws:kms/alias:Alias": { what: "The key's name", on: EVERY, only: "no kmsKeyArn" },
  "aws:secretsmanager/secret:Secret": {
    what: "The master password where RDS does not keep it",
    on: INSTANCES,
    only: "replicas, or majorUpgrade: blue-green",
  },
  "aws:secretsmanager/secretVersion:SecretVersion": {
    what: "Its value",
    on: INSTANCES,
    only: "replicas, or majorUpgrade: blue-green",
  },
  "aws:s3/bucket:Bucket": { what: "The archive, and one for logs", on: EVERY, kept: true },
  "aws:s3/bucketVersioning:BucketVersioning": { what: "Old versions are kept", on: EVERY, kept: true },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    what: "The buckets' keys",
    on: EVERY,
    kept: true,
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
    what: "Closed to the world",
    on: EVERY,
    kept: true,
  },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
    what: "No access control lists",
    on: EVERY,
    kept: true,
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    what: "How long old versions stay",
    on: EVERY,
    kept: true,
  },
  "aws:s3/bucketPolicy:BucketPolicy": { what: "TLS and our key only", on: EVERY, kept: true },
  "aws:s3/bucketLogging:BucketLogging": { what: "Who read the archive", on: EVERY, kept: true },
  "aws:s3/bucketNotification:BucketNotification": { what: "Events of the archive", on: EVERY, kept: true },
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": {
    what: "Nobody deletes from the archive",
    on: EVERY,
    only: "archiveLockDays",
    kept: true,
  },
  "aws:iam/policy:Policy": { what: "For pgBackRest, for dumps, and for readers of the archive", on: EVERY },
  "aws:iam/role:Role": { what: "For enhanced monitoring, and for the export of snapshots", on: EVERY },
  "aws:iam/rolePolicy:RolePolicy": { what: "What the export may do", on: EVERY },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    what: "AWS's own policy for enhanced monitoring",
    on: EVERY,
  },
  "aws:cloudwatch/logGroup:LogGroup": { what: "PostgreSQL's logs, for a year", on: EVERY },
  "aws:cloudwatch/metricAlarm:MetricAlarm": { what: "See Alarms", on: EVERY },
  "aws:cloudwatch/eventRule:EventRule": { what: "Counts automated backups", on: EVERY },
  "aws:cloudwatch/dashboard:Dashboard": { what: "Every metric with its thresholds", on: EVERY },
  "aws:sns/topic:Topic": { what: "Where alarms and events go", on: EVERY, only: "no alarmTopicArn" },
  "aws:sns/topicPolicy:TopicPolicy": {
    what: "Alarms and events only",
    on: EVERY,
    only: "no alarmTopicArn",
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    what: "A mail for each address",
    on: EVERY,
    only: "alarmEmails",
  },
};
