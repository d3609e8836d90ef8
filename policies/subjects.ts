/** Which resources does a rule read, and as what? */

import { imageFamily, imageName } from "../components/docker/image";
import { type Container, readContainer } from "./reading/container";
import { knownText } from "./reading/known";
import { readOwnResource } from "./reading/own-resource";
import { readParameterGroup } from "./reading/parameter-group";
import type { NamedImage, Resource, Rule, Subjects } from "./rule";
import type { Server } from "./server";

export const CONTAINER = "docker:index/container:Container";
export const VOLUME = "docker:index/volume:Volume";
export const REMOTE_IMAGE = "docker:index/remoteImage:RemoteImage";
export const PARAMETER_GROUP = "aws:rds/parameterGroup:ParameterGroup";
export const CLUSTER_PARAMETER_GROUP = "aws:rds/clusterParameterGroup:ClusterParameterGroup";
export const INSTANCE = "aws:rds/instance:Instance";
export const CLUSTER = "aws:rds/cluster:Cluster";
export const CLUSTER_INSTANCE = "aws:rds/clusterInstance:ClusterInstance";
export const GLOBAL_CLUSTER = "aws:rds/globalCluster:GlobalCluster";
export const ACTIVITY_STREAM = "aws:rds/clusterActivityStream:ClusterActivityStream";
export const BACKUP_REPLICATION =
  "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication";
export const SNAPSHOT = "aws:rds/snapshot:Snapshot";
export const CLUSTER_SNAPSHOT = "aws:rds/clusterSnapshot:ClusterSnapshot";
export const SNAPSHOT_COPY = "aws:rds/snapshotCopy:SnapshotCopy";
export const CLUSTER_SNAPSHOT_COPY = "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy";
export const PROXY = "aws:rds/proxy:Proxy";
export const SUBNET_GROUP = "aws:rds/subnetGroup:SubnetGroup";
export const EVENT_SUBSCRIPTION = "aws:rds/eventSubscription:EventSubscription";
export const SUBNET = "aws:ec2/subnet:Subnet";
export const ROUTE_TABLE = "aws:ec2/routeTable:RouteTable";
export const ROUTE = "aws:ec2/route:Route";
export const ROUTE_TABLE_ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation";
export const INTERNET_GATEWAY = "aws:ec2/internetGateway:InternetGateway";

export const BUCKET = "aws:s3/bucket:Bucket";
export const BUCKET_V2 = "aws:s3/bucketV2:BucketV2";
export const KMS_KEY = "aws:kms/key:Key";
export const KMS_KEY_POLICY = "aws:kms/keyPolicy:KeyPolicy";
export const BACKUP_VAULT = "aws:backup/vault:Vault";
export const BACKUP_VAULT_POLICY = "aws:backup/vaultPolicy:VaultPolicy";
export const BACKUP_VAULT_LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration";
export const BACKUP_PLAN = "aws:backup/plan:Plan";
export const BACKUP_SELECTION = "aws:backup/selection:Selection";
export const SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup";
export const DEFAULT_SECURITY_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
export const SECURITY_GROUP_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule";
export const INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
export const EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
export const VPC = "aws:ec2/vpc:Vpc";
export const TRAIL = "aws:cloudtrail/trail:Trail";
export const ACCOUNT_BLOCK = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock";
export const ACCESS_POINT = "aws:s3/accessPoint:AccessPoint";
export const MULTI_REGION_ACCESS_POINT = "aws:s3control/multiRegionAccessPoint:MultiRegionAccessPoint";

export const LOCAL_SERVER = "durable-postgres:local:Server";
export const RUNNING_SETTINGS = "durable-postgres:index:RunningSettings";

/** Resources of this product that hold settings of a server. */
const OWN = [LOCAL_SERVER, RUNNING_SETTINGS] as const;

const GROUPS = [PARAMETER_GROUP, CLUSTER_PARAMETER_GROUP] as const;

/** Types that each kind of subject is read from. `resource` and `stack` name their own. */
const TYPES: Readonly<Record<Exclude<keyof Subjects, "resource" | "stack">, readonly string[]>> = {
  server: [CONTAINER, ...GROUPS, ...OWN],
  container: [CONTAINER],
  program: [CONTAINER],
  parameterGroup: GROUPS,
  image: [CONTAINER, REMOTE_IMAGE],
};

/** `docker:index/container:Container` is `docker Container`. */
export function shortType(type: string): string {
  const [module = "", , name] = type.split(":");
  return name === undefined ? type : `${module} ${name}`;
}

/** Types of resources that a rule reads. */
export function typesOf(rule: Rule): readonly string[] {
  return rule.reads === "resource" || rule.reads === "stack" ? (rule.types ?? []) : TYPES[rule.reads];
}

/** Whether a rule is judged on each resource by itself, not on all together. */
export function isResourceRule(rule: Rule): rule is Exclude<Rule, { reads: "stack" }> {
  return rule.reads !== "stack";
}

/** A resource that is read at most once, whatever the number of rules. */
export class ReadResource {
  private container: Container | undefined | null = null;
  private declared: Server | undefined;
  private group: ReturnType<typeof readParameterGroup> | null = null;

  constructor(readonly resource: Resource) {}

  /** The resource as a rule wants it; undefined where there is no such thing in it. */
  subject<Kind extends Exclude<keyof Subjects, "stack">>(kind: Kind): Subjects[Kind] | undefined {
    return this.read(kind) as Subjects[Kind] | undefined;
  }

  private read(kind: Exclude<keyof Subjects, "stack">): Subjects[keyof Subjects] | undefined {
    switch (kind) {
      case "server":
        return this.server();
      case "container":
        return this.readContainer()?.server && (this.readContainer() as Subjects["container"]);
      case "program":
        return this.readContainer();
      case "parameterGroup":
        return this.readGroup();
      case "image":
        return this.image();
      case "resource":
        return this.resource.properties;
    }
  }

  /** Undefined where it is not known yet: it comes from another resource, which is judged itself. */
  private image(): NamedImage | undefined {
    const { type, properties } = this.resource;
    if (type === CONTAINER) {
      const image = this.readContainer()?.image;
      return typeof image === "object" ? { property: "image", name: image } : undefined;
    }
    // An image that is built has no tag of anybody else's.
    const name = "build" in properties ? undefined : imageName(knownText(properties.name) ?? "");
    return name && imageFamily(name) ? { property: "name", name } : undefined;
  }

  private server(): Server | undefined {
    const { type, properties } = this.resource;
    if (type === CONTAINER) return this.readContainer()?.server;
    if ((OWN as readonly string[]).includes(type)) {
      this.declared ??= readOwnResource(properties);
      return this.declared;
    }
    return this.readGroup()?.server;
  }

  private readContainer(): Container | undefined {
    if (this.container === null)
      this.container = this.resource.type === CONTAINER ? readContainer(this.resource.properties) : undefined;
    return this.container;
  }

  private readGroup(): ReturnType<typeof readParameterGroup> {
    if (this.group === null)
      this.group = (GROUPS as readonly string[]).includes(this.resource.type)
        ? readParameterGroup(this.resource.properties)
        : undefined;
    return this.group;
  }
}
