/** What does AWS answer when a resource has been made? Made-up ids, ARNs and addresses of an account that is nobody's. */

import { createHash } from "node:crypto";
import type { Properties } from "../../../provider/wire";
import { fromPrefix, type Unique } from "./names";
import { actualVersion, stored } from "./state";

/** Where resources are made. */
export interface Scope {
  /** Of the provider's configuration. */
  region: string;
  unique: Unique;
}

/** A resource that was made, with all its outputs. */
export interface Made {
  id: string;
  outputs: Properties;
}

/** The account that AWS's documentation uses. */
const ACCOUNT = "111122223333";

/** What the rows below know of a resource. */
interface Subject {
  inputs: Properties;
  /** An input as text. */
  text(property: string): string;
  region: string;
  /** `arn:aws:<service>:<region>:<account>:<rest>` */
  arn(service: string, rest: string): string;
  /** As many hexadecimal digits, the same for the same resource. */
  hex(digits: number): string;
  unique: Unique;
}

type Maker = (subject: Subject) => Made;

/** A resource with an id like `vpc-0a1b…`, and an ARN of EC2. */
function ec2(prefix: string, kind: string, outputs: (subject: Subject) => Properties = () => ({})): Maker {
  return (subject) => {
    const id = `${prefix}-0${subject.unique().slice(0, 16)}`;
    const owner = { ownerId: ACCOUNT, arn: subject.arn("ec2", `${kind}/${id}`) };
    return { id, outputs: { ...owner, ...outputs(subject) } };
  };
}

/** A resource whose id is one of its properties. */
function byProperty(property: string, outputs: (subject: Subject) => Properties = () => ({})): Maker {
  return (subject) => ({ id: subject.text(property), outputs: outputs(subject) });
}

/** A resource whose id is its ARN. */
function byArn(service: string, rest: (subject: Subject) => string): Maker {
  return (subject) => {
    const arn = subject.arn(service, rest(subject));
    return { id: arn, outputs: { arn } };
  };
}

const group: Maker = byProperty("name", ({ arn, text }) => ({ arn: arn("rds", `pg:${text("name")}`) }));
const ofBucket = byProperty("bucket");

/** RDS writes the endpoints of one account and region under one name. */
function endpoint({ region }: Subject, identifier: string, kind = ""): string {
  const account = digest(`${ACCOUNT} ${region}`).slice(0, 11);
  return `${identifier}.${kind}c${account}.${region}.rds.amazonaws.com`;
}

function masterUserSecrets({ inputs, arn, hex }: Subject): Properties {
  if (inputs.manageMasterUserPassword !== true) return { masterUserSecrets: [] };
  const kmsKeyId = inputs.masterUserSecretKmsKeyId ?? arn("kms", "alias/aws/secretsmanager");
  const secretArn = arn("secretsmanager", `secret:rds!${hex(8)}-${hex(6)}`);
  return { masterUserSecrets: [{ kmsKeyId, secretArn, secretStatus: "active" }] };
}

const instance: Maker = (subject) => {
  const { inputs, text, arn, hex, region } = subject;
  const identifier = text("identifier");
  const address = endpoint(subject, identifier);
  const port = inputs.port ?? 5432;
  const resourceId = `db-${hex(26).toUpperCase()}`;
  const outputs: Properties = {
    address,
    arn: arn("rds", `db:${identifier}`),
    availabilityZone: inputs.availabilityZone ?? `${region}a`,
    endpoint: `${address}:${String(port)}`,
    engineVersionActual: actualVersion(inputs),
    hostedZoneId: `Z${hex(13).toUpperCase()}`,
    latestRestorableTime: "2026-01-01T00:00:00Z",
    listenerEndpoints: [],
    port,
    replicas: [],
    resourceId,
    status: "available",
    upgradeRolloutOrder: "second",
    ...masterUserSecrets(subject),
    // Neither RestoreDBInstanceFromDBSnapshot nor RestoreDBInstanceToPointInTime takes a key: it is the source's.
    ...((inputs.snapshotIdentifier ?? inputs.restoreToPointInTime) && {
      kmsKeyId: arn("kms", "key/the-source"),
    }),
  };
  return { id: resourceId, outputs };
};

const cluster: Maker = (subject) => {
  const { inputs, text, arn, hex, region } = subject;
  const identifier = text("clusterIdentifier");
  const outputs: Properties = {
    arn: arn("rds", `cluster:${identifier}`),
    availabilityZones: inputs.availabilityZones ?? ["a", "b", "c"].map((zone) => `${region}${zone}`),
    clusterResourceId: `cluster-${hex(26).toUpperCase()}`,
    endpoint: endpoint(subject, identifier, "cluster-"),
    readerEndpoint: endpoint(subject, identifier, "cluster-ro-"),
    engineVersionActual: actualVersion(inputs),
    hostedZoneId: `Z${hex(13).toUpperCase()}`,
    port: inputs.port ?? 5432,
    ...masterUserSecrets(subject),
  };
  return { id: identifier, outputs };
};

const clusterInstance: Maker = byProperty("identifier", (subject) => ({
  arn: subject.arn("rds", `db:${subject.text("identifier")}`),
  dbiResourceId: `db-${subject.hex(26).toUpperCase()}`,
  endpoint: endpoint(subject, subject.text("identifier")),
  engineVersionActual: actualVersion(subject.inputs),
  port: 5432,
  storageEncrypted: true,
  writer: subject.inputs.promotionTier === 0,
}));

const key: Maker = ({ arn, hex }) => {
  const id = hex(32).replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
  return { id, outputs: { arn: arn("kms", `key/${id}`), keyId: id } };
};

const bucket: Maker = byProperty("bucket", ({ text, region }) => ({
  arn: `arn:aws:s3:::${text("bucket")}`,
  bucketDomainName: `${text("bucket")}.s3.amazonaws.com`,
  bucketRegion: region,
  bucketRegionalDomainName: `${text("bucket")}.s3.${region}.amazonaws.com`,
}));

const topicSubscription: Maker = ({ text, hex }) => {
  const arn = `${text("topic")}:${hex(32)}`;
  return { id: arn, outputs: { arn, ownerId: ACCOUNT, pendingConfirmation: text("protocol") === "email" } };
};

const secretVersion: Maker = ({ text, unique }) => {
  const versionId = unique();
  const id = `${text("secretId")}|${versionId}`;
  return { id, outputs: { arn: text("secretId"), secretArn: text("secretId"), versionId } };
};

const MAKERS: Readonly<Record<string, Maker>> = {
  "aws:rds/instance:Instance": instance,
  "aws:rds/cluster:Cluster": cluster,
  "aws:rds/clusterInstance:ClusterInstance": clusterInstance,
  "aws:rds/parameterGroup:ParameterGroup": group,
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": byProperty("name", ({ arn, text }) => ({
    arn: arn("rds", `cluster-pg:${text("name")}`),
  })),
  "aws:rds/subnetGroup:SubnetGroup": byProperty("name", ({ arn, text }) => ({
    arn: arn("rds", `subgrp:${text("name")}`),
  })),
  "aws:rds/eventSubscription:EventSubscription": byProperty("name", ({ arn, text }) => ({
    arn: arn("rds", `es:${text("name")}`),
    customerAwsId: ACCOUNT,
  })),
  "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": ({ arn, hex }) => ({
    id: arn("rds", `auto-backup:ab-${hex(26)}`),
    outputs: {},
  }),
  "aws:kms/key:Key": key,
  "aws:kms/alias:Alias": byProperty("name", ({ arn, text }) => ({ arn: arn("kms", text("name")) })),
  "aws:s3/bucket:Bucket": bucket,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ofBucket,
  "aws:s3/bucketLogging:BucketLogging": ofBucket,
  "aws:s3/bucketNotification:BucketNotification": ofBucket,
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": ofBucket,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ofBucket,
  "aws:s3/bucketPolicy:BucketPolicy": ofBucket,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ofBucket,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": ofBucket,
  "aws:s3/bucketVersioning:BucketVersioning": ofBucket,
  "aws:ec2/vpc:Vpc": ec2("vpc", "vpc", ({ unique }) => ({
    defaultSecurityGroupId: `sg-0${unique().slice(0, 16)}`,
  })),
  "aws:ec2/subnet:Subnet": ec2("subnet", "subnet"),
  "aws:ec2/routeTable:RouteTable": ec2("rtb", "route-table"),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": ec2("rtbassoc", "route-table-association"),
  "aws:ec2/securityGroup:SecurityGroup": ec2("sg", "security-group"),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ec2("sg", "security-group", () => ({
    name: "default",
  })),
  "aws:ec2/flowLog:FlowLog": ec2("fl", "vpc-flow-log"),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ec2("sgr", "security-group-rule"),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ec2("sgr", "security-group-rule"),
  "aws:iam/policy:Policy": ({ text, unique }) => {
    const arn = `arn:aws:iam::${ACCOUNT}:policy/${text("name")}`;
    return { id: arn, outputs: { arn, policyId: `ANPA${unique().slice(0, 17).toUpperCase()}` } };
  },
  "aws:iam/role:Role": byProperty("name", ({ text, unique }) => ({
    arn: `arn:aws:iam::${ACCOUNT}:role/${text("name")}`,
    uniqueId: `AROA${unique().slice(0, 17).toUpperCase()}`,
  })),
  "aws:iam/rolePolicy:RolePolicy": ({ text }) => ({ id: `${text("role")}:${text("name")}`, outputs: {} }),
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ({ text, unique }) => ({
    id: `${text("role")}-${unique()}`,
    outputs: {},
  }),
  "aws:secretsmanager/secret:Secret": byArn(
    "secretsmanager",
    ({ text, hex }) => `secret:${text("name")}-${hex(6)}`,
  ),
  "aws:secretsmanager/secretVersion:SecretVersion": secretVersion,
  "aws:sns/topic:Topic": byArn("sns", ({ text }) => text("name")),
  "aws:sns/topicPolicy:TopicPolicy": byProperty("arn", () => ({ owner: ACCOUNT })),
  "aws:sns/topicSubscription:TopicSubscription": topicSubscription,
  "aws:cloudwatch/logGroup:LogGroup": byProperty("name", ({ arn, text }) => ({
    arn: arn("logs", `log-group:${text("name")}`),
  })),
  "aws:cloudwatch/metricAlarm:MetricAlarm": byProperty("name", ({ arn, text }) => ({
    arn: arn("cloudwatch", `alarm:${text("name")}`),
  })),
  "aws:cloudwatch/dashboard:Dashboard": byProperty("dashboardName", ({ text }) => ({
    dashboardArn: `arn:aws:cloudwatch::${ACCOUNT}:dashboard/${text("dashboardName")}`,
  })),
  "aws:cloudwatch/eventRule:EventRule": byProperty("name", ({ arn, text }) => ({
    arn: arn("events", `rule/${text("name")}`),
  })),
  "aws:cloudwatch/eventTarget:EventTarget": ({ text }) => ({
    id: `${text("rule")}-${text("targetId")}`,
    outputs: {},
  }),
};

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * Makes a resource of the inputs.
 *
 * @throws for a type that the double does not have.
 */
export function made(type: string, inputs: Properties, scope: Scope): Made {
  const maker = MAKERS[type];
  if (!maker) throw new Error(`the double of the AWS provider makes no ${type}: see outputs.ts`);
  const name = fromPrefix(type, inputs, scope.unique);
  const region = String(inputs.region ?? scope.region);
  const own = digest(scope.unique());
  const all = { ...inputs, ...name };
  const { id, outputs } = maker({
    inputs: all,
    text: (property) => String(all[property]),
    region,
    arn: (service, rest) => `arn:aws:${service}:${region}:${ACCOUNT}:${rest}`,
    hex: (digits) => own.slice(0, digits),
    unique: scope.unique,
  });
  const given = { ...stored(inputs), ...name, ...outputs };
  return { id, outputs: { ...given, region, tagsAll: inputs.tags ?? {} } };
}
