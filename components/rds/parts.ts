/** Which resources of AWS is a database made of, and in which order? */

import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { RdsIdentity } from "../resources";
import { type Archive, createArchive } from "./archive";
import { createBackupReplication } from "./backup-replication";
import type { ServerInputs } from "./instance";
import { createKey } from "./keys";
import { createOwnPassword, hasManagedPassword } from "./master-password";
import { isCluster } from "./members";
import { createLogGroups, createMonitoring, type Monitoring } from "./monitoring/monitoring";
import { createMonitoringRole } from "./monitoring/role";
import { createFlowLog, createNetwork, type Network } from "./network";
import { toParameterGroup } from "./parameter-group";
import { createServers, finalSnapshotIdentifier, type Servers } from "./servers";
import type { RdsDesign } from "./settings";

/** What the resources of AWS need of the others. */
interface PartsInputs {
  parent: pulumi.Resource;
  /** All resources wait for it: it refuses what AWS cannot do in place. */
  identity: RdsIdentity;
  /** For a master password that RDS does not manage. */
  passwordGeneration: pulumi.Input<number>;
}

/** The resources of one database, in the order they are made. */
export class RdsParts {
  readonly network: Network;
  /** ARN. */
  readonly key: pulumi.Output<string>;
  readonly archive: Archive;
  readonly parameterGroup: pulumi.Output<string>;
  readonly servers: Servers;
  readonly monitoring: Monitoring;

  private readonly opts: pulumi.CustomResourceOptions;

  constructor(
    private readonly name: string,
    private readonly design: RdsDesign,
    private readonly inputs: PartsInputs,
  ) {
    const { plan } = design;
    this.opts = { parent: inputs.parent, dependsOn: inputs.identity };
    this.network = createNetwork(name, plan, this.opts);
    // The account is not asked for: its number is in every ARN.
    const accountArn = this.network.securityGroup.arn;
    this.key = createKey(name, plan, accountArn, this.opts);
    this.archive = createArchive(name, plan, { key: this.key, accountArn }, this.opts);
    createFlowLog(name, this.network, this.archive.logs, this.opts);
    this.parameterGroup = this.createParameterGroup();
    this.servers = this.createServers();
    createBackupReplication(name, plan, { instanceArn: this.servers.arn, accountArn }, this.opts);
    this.monitoring = this.createMonitoring();
  }

  /**
   * A group with a new name for every major version, so that it is made beside the old one. As long as an upgrade waits
   * for the maintenance window AWS refuses to delete the old one: it is kept, and costs nothing.
   */
  private createParameterGroup(): pulumi.Output<string> {
    const { plan, settings } = this.design;
    const { family, parameters } = toParameterGroup(settings, plan);
    const args = {
      namePrefix: `${plan.identifier}-${family.replaceAll(".", "-")}-`,
      description: `Parameters of ${plan.identifier}`,
      family,
      parameters,
    };
    const name = `${this.name}-parameters`;
    const opts = { ...this.opts, retainOnDelete: true };
    const group = isCluster(plan)
      ? new aws.rds.ClusterParameterGroup(name, args, opts)
      : new aws.rds.ParameterGroup(name, args, opts);
    return group.name;
  }

  private createServers(): Servers {
    const { name, opts, key } = this;
    const { plan } = this.design;
    const { identity, passwordGeneration: generation } = this.inputs;
    const { id: securityGroup } = this.network.securityGroup;
    const logGroups = createLogGroups(name, plan, key, opts);
    const inputs: ServerInputs = {
      key,
      securityGroup,
      subnetGroup: this.network.subnetGroup,
      parameterGroup: this.parameterGroup,
      monitoringRole: createMonitoringRole(name, plan, opts),
      finalSnapshot: securityGroup.apply((id) => finalSnapshotIdentifier(plan.identifier, id)),
      blueGreen: identity.blueGreen,
      ...(!hasManagedPassword(plan) && {
        ownPassword: createOwnPassword(name, plan, { key, generation }, opts),
      }),
    };
    return createServers(name, plan, inputs, { ...opts, dependsOn: [identity, ...logGroups] });
  }

  private createMonitoring(): Monitoring {
    const { plan, settings } = this.design;
    const { instances, cluster } = this.servers;
    const parameterGroup = isCluster(plan) ? undefined : this.parameterGroup;
    const identifiers = { instances, cluster, parameterGroup };
    return createMonitoring(this.name, { plan, settings, key: this.key, identifiers }, this.opts);
  }
}
