/** What do all generations of a database share? Network, key, archive, parameters, and where alarms go. */

import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { RdsIdentity } from "../resources";
import { createPasswords, type Passwords } from "./administration";
import { type Archive, createArchive } from "./archive";
import { createBackupKey, createKey } from "./keys";
import { isCluster } from "./members";
import { createAlarmTopic } from "./monitoring/monitoring";
import { createMonitoringRole } from "./monitoring/role";
import { createFlowLog, createNetwork, type Network } from "./network";
import { toParameterGroup } from "./parameter-group";
import type { RdsDesign } from "./settings";

/** What everything of a database is given. */
export interface SurroundingsInputs {
  parent: pulumi.Resource;
  /** All resources wait for it: it refuses what AWS cannot do in place. */
  identity: RdsIdentity;
  passwordGeneration: pulumi.Input<number>;
}

/** The resources around the servers, in the order they are made. They stay when a generation is retired. */
export class Surroundings {
  readonly network: Network;
  /** ARN. */
  readonly key: pulumi.Output<string>;
  readonly archive: Archive;
  readonly parameterGroup: pulumi.Output<string>;
  /** ARN of the key in `backupRegion`; absent without one. */
  readonly backupKey?: pulumi.Output<string>;
  /** ARN of the role by which RDS reports on the operating system. */
  readonly monitoringRole: pulumi.Output<string>;
  /** ARN of where alarms and events go. */
  readonly alarmTopic: pulumi.Output<string>;
  /** A restored database has the passwords of the one it was made from. */
  readonly passwords: Passwords;
  readonly opts: pulumi.CustomResourceOptions;

  constructor(
    private readonly name: string,
    private readonly design: RdsDesign,
    readonly inputs: SurroundingsInputs,
  ) {
    const { plan } = design;
    const { parent, identity, passwordGeneration } = inputs;
    this.opts = { parent, dependsOn: identity };
    this.network = createNetwork(name, plan, this.opts);
    // The account is not asked for: its number is in every ARN.
    const accountArn = this.network.securityGroup.arn;
    this.key = createKey(name, plan, accountArn, this.opts);
    this.archive = createArchive(name, plan, { key: this.key, accountArn }, this.opts);
    createFlowLog(name, this.network, this.archive.logs, this.opts);
    this.parameterGroup = this.createParameterGroup();
    const { backupRegion } = plan;
    if (backupRegion !== undefined)
      this.backupKey = createBackupKey(name, plan, backupRegion, accountArn, this.opts);
    this.monitoringRole = createMonitoringRole(name, plan, this.opts);
    this.alarmTopic = createAlarmTopic(name, plan, this.key, this.opts);
    this.passwords = createPasswords(name, passwordGeneration, { parent });
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
}
