/** The servers of a database on RDS: an instance with its replicas, or a cluster with its members. */

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { clusterArgs, memberArgs } from "./cluster";
import { ignoredChanges, instanceArgs, replicaArgs, type ServerInputs, TIMEOUTS } from "./instance";
import { isCluster, type Member, members } from "./members";
import type { RdsPlan } from "./options";

/** The servers as the rest of the stack needs them. */
export interface Servers {
  /** ARN of the instance or the cluster. */
  arn: pulumi.Output<string>;
  /** Id that RDS never gives again, such as `db-ABC…` or `cluster-ABC…`. */
  resourceId: pulumi.Output<string>;
  /** Name of the server that takes the writes, whichever it is today. */
  host: pulumi.Output<string>;
  /** Names under which data can be read only. */
  readerHosts: pulumi.Output<string[]>;
  port: pulumi.Output<number>;
  /** ARN of the master user's secret. */
  secretArn: pulumi.Output<string>;
  /** `DBInstanceIdentifier` of every server, in the order of `members`. */
  instances: pulumi.Output<string>[];
  /** `DBClusterIdentifier`. */
  cluster?: pulumi.Output<string>;
  /** Whoever needs all servers waits for these. */
  resources: pulumi.Resource[];
}

/** The name of the snapshot that is left of a database: the same in every deployment, and new for every database. */
export function finalSnapshotIdentifier(identifier: string, securityGroupId: string): string {
  return `${identifier}-final-${securityGroupId.replace(/^sg-/, "").slice(-8)}`;
}

/** Makes the servers. */
export function createServers(
  name: string,
  plan: RdsPlan,
  inputs: ServerInputs,
  opts: pulumi.CustomResourceOptions,
): Servers {
  return isCluster(plan)
    ? createCluster(name, plan, inputs, opts)
    : createInstances(name, plan, inputs, opts);
}

/** Options of what holds the data. */
function dataOptions(
  plan: RdsPlan,
  ignoreChanges: string[],
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
  return { ...opts, protect: !plan.deleteData, ignoreChanges, customTimeouts: TIMEOUTS };
}

/** The ARN of the secret that RDS made. */
function managedSecret(secrets: { secretArn: string }[]): string {
  return secrets[0]?.secretArn ?? "";
}

function createInstances(
  name: string,
  plan: RdsPlan,
  inputs: ServerInputs,
  opts: pulumi.CustomResourceOptions,
): Servers {
  const [primary, ...others] = members(plan);
  const instance = new aws.rds.Instance(
    `${name}-${primary?.name}`,
    instanceArgs(plan, inputs),
    dataOptions(plan, ignoredChanges(plan), opts),
  );
  const replicas = others.map(
    (replica) =>
      new aws.rds.Instance(
        `${name}-${replica.name}`,
        replicaArgs(plan, inputs, { identifier: replica.identifier, source: instance.identifier }),
        { ...opts, customTimeouts: TIMEOUTS },
      ),
  );
  return {
    arn: instance.arn,
    resourceId: instance.resourceId,
    host: instance.address,
    readerHosts: pulumi.all(replicas.map(({ address }) => address)),
    port: instance.port,
    secretArn: inputs.ownPassword?.secretArn ?? instance.masterUserSecrets.apply(managedSecret),
    instances: [instance, ...replicas].map(({ identifier }) => identifier),
    resources: [instance, ...replicas],
  };
}

function createCluster(
  name: string,
  plan: RdsPlan,
  inputs: ServerInputs,
  opts: pulumi.CustomResourceOptions,
): Servers {
  const cluster = new aws.rds.Cluster(
    `${name}-cluster`,
    clusterArgs(plan, inputs),
    // Zones are AWS's choice: it fills the list up to three, which must not look like a change.
    dataOptions(plan, [...ignoredChanges(plan), "availabilityZones"], opts),
  );
  const made = plan.topology === "aurora" ? createMembers(name, plan, inputs, cluster, opts) : [];
  return {
    arn: cluster.arn,
    resourceId: cluster.clusterResourceId,
    host: cluster.endpoint,
    readerHosts: cluster.readerEndpoint.apply((host) => [host]),
    port: cluster.port,
    secretArn: cluster.masterUserSecrets.apply(managedSecret),
    instances:
      made.length > 0
        ? made.map(({ identifier }) => identifier)
        : members(plan).map(({ identifier }) => cluster.id.apply(() => identifier)),
    cluster: cluster.clusterIdentifier,
    resources: [cluster, ...made],
  };
}

/** Aurora's instances. The first one is made before the others: the first there is becomes the writer. */
function createMembers(
  name: string,
  plan: RdsPlan,
  inputs: ServerInputs,
  cluster: aws.rds.Cluster,
  opts: pulumi.CustomResourceOptions,
): aws.rds.ClusterInstance[] {
  const made: aws.rds.ClusterInstance[] = [];
  const create = (member: Member, index: number) =>
    new aws.rds.ClusterInstance(
      `${name}-${member.name}`,
      memberArgs(plan, inputs, { identifier: member.identifier, index, cluster: cluster.id }),
      {
        ...opts,
        dependsOn: made.slice(0, 1),
        // A member stays where it was put, also when the list of zones changes.
        ignoreChanges: ["availabilityZone"],
        customTimeouts: TIMEOUTS,
      },
    );
  for (const [index, member] of members(plan).entries()) made.push(create(member, index));
  return made;
}
