/** One database on RDS: its servers, what watches and verifies them, and what it gives to applications and operators. */

import * as pulumi from "@pulumi/pulumi";
import type { RdsBackupLocation } from "../backup/store";
import type { Database, DatabaseRoles } from "../database";
import { type Address, connectionEnvironment, connectionUrl } from "../environment";
import type { Settings } from "../parameters/settings";
import { roleNames } from "../roles/roles";
import type { VerificationReport } from "../verify/report";
import { createAdministration } from "./administration";
import type { ArchivePolicies } from "./archive";
import { createBackupReplication } from "./backup-replication";
import { caBundleUrl, certificateAuthorities } from "./certificate-authorities";
import { createOwnPassword, hasManagedPassword } from "./master-password";
import { isCluster } from "./members";
import { createLogGroups, createMonitoring } from "./monitoring/monitoring";
import { createServers, finalSnapshotIdentifier, type Servers } from "./servers";
import type { RdsDesign } from "./settings";
import type { Surroundings } from "./surroundings";

/** TLS, and a certificate of AWS's for this very name. */
const SSLMODE = "verify-full";

/** A database in its surroundings, which other generations share. */
export class RdsGeneration implements Database {
  readonly host: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  readonly database: pulumi.Output<string>;
  readonly user: pulumi.Output<string>;
  readonly password: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  readonly sslmode: pulumi.Output<string>;
  readonly ca: pulumi.Output<string>;
  readonly env: pulumi.Output<Record<string, string>>;
  readonly roles: pulumi.Output<DatabaseRoles>;
  readonly settings: Settings;
  readonly verification: pulumi.Output<VerificationReport>;
  readonly backup: pulumi.Output<RdsBackupLocation>;
  readonly caBundle: pulumi.Output<string>;
  readonly readerHosts: pulumi.Output<string[]>;
  readonly instanceArn: pulumi.Output<string>;
  readonly secretArn: pulumi.Output<string>;
  readonly rolesScript?: pulumi.Output<string>;
  readonly bucket: pulumi.Output<string>;
  readonly archivePolicies: pulumi.Output<ArchivePolicies>;
  readonly exportRole: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;
  readonly vpcId: pulumi.Output<string>;
  readonly securityGroup: pulumi.Output<string>;
  readonly alarmTopic: pulumi.Output<string>;

  constructor(name: string, design: RdsDesign, surroundings: Surroundings) {
    const { plan, settings } = design;
    const { archive, network, parameterGroup, passwords } = surroundings;
    const own = { parent: surroundings.inputs.parent };
    const servers = createServersOf(name, design, surroundings);
    const parts = { servers, parameterGroup };
    const administration = createAdministration(name, design, { parts, passwords }, own);

    this.settings = settings;
    this.verification = administration.verification;
    this.roles = administration.roles;
    if (administration.script) this.rolesScript = administration.script;
    // Applications see the database only once it is verified.
    const ready = <Value>(value: pulumi.Input<Value>) =>
      pulumi.all([value, this.verification]).apply(([verified]) => verified) as pulumi.Output<Value>;
    this.host = ready(servers.host);
    this.port = ready(servers.port);
    this.readerHosts = ready(servers.readerHosts);
    this.database = ready(plan.database);
    this.user = ready(roleNames(plan.database).owner);
    this.password = this.roles.apply(({ owner }) => owner.password);
    this.sslmode = pulumi.output(SSLMODE);
    this.ca = pulumi.output(certificateAuthorities(plan.region));
    this.caBundle = pulumi.output(caBundleUrl(plan.region));
    this.url = this.access(connectionUrl);
    this.env = this.access(connectionEnvironment);
    this.instanceArn = servers.arn;
    this.secretArn = servers.secretArn;
    this.bucket = archive.bucket.id;
    this.archivePolicies = archive.policies;
    this.exportRole = archive.exportRole;
    this.keyArn = surroundings.key;
    this.vpcId = network.vpcId;
    this.securityGroup = network.securityGroup.id;
    this.alarmTopic = surroundings.alarmTopic;
    this.backup = backupLocation(design, surroundings, servers);
  }

  /** Something that the application's role needs to reach the database. */
  private access<Result>(render: (address: Address, owner: DatabaseRoles["owner"]) => Result) {
    return pulumi
      .all([this.host, this.port, this.database, this.sslmode, this.roles])
      .apply(([host, port, database, sslmode, { owner }]) =>
        render({ host, port, database, sslmode }, owner),
      ) as pulumi.Output<Result>;
  }
}

function createServersOf(
  name: string,
  { plan, settings }: RdsDesign,
  { key, network, parameterGroup, monitoringRole, backupKey, alarmTopic, inputs, opts }: Surroundings,
): Servers {
  const { id: securityGroup } = network.securityGroup;
  const logGroups = createLogGroups(name, plan, key, opts);
  const generation = inputs.passwordGeneration;
  const servers = createServers(
    name,
    plan,
    {
      key,
      securityGroup,
      subnetGroup: network.subnetGroup,
      parameterGroup,
      monitoringRole,
      finalSnapshot: securityGroup.apply((id) => finalSnapshotIdentifier(plan.identifier, id)),
      blueGreen: inputs.identity.blueGreen,
      ...(!hasManagedPassword(plan) && {
        ownPassword: createOwnPassword(name, plan, { key, generation }, opts),
      }),
    },
    { ...opts, dependsOn: [inputs.identity, ...logGroups] },
  );
  if (backupKey) createBackupReplication(name, plan, { instanceArn: servers.arn, key: backupKey }, opts);
  const identifiers = {
    instances: servers.instances,
    cluster: servers.cluster,
    parameterGroup: isCluster(plan) ? undefined : parameterGroup,
  };
  createMonitoring(name, { plan, settings, topic: alarmTopic, identifiers }, opts);
  return servers;
}

/** What the commands for backups and drills need to know; nothing in it is secret. */
function backupLocation(
  { plan }: RdsDesign,
  { archive, key, network, parameterGroup }: Surroundings,
  { secretArn, cluster, instances }: Servers,
): pulumi.Output<RdsBackupLocation> {
  const { region, topology, version, owner, connect, instanceClass, port, backupRetention: retention } = plan;
  return pulumi
    .all([
      cluster ?? (instances[0] as pulumi.Output<string>),
      secretArn,
      network.subnetGroup,
      network.securityGroup.id,
      parameterGroup,
      archive.bucket.id,
      archive.exportRole,
      key,
    ])
    .apply(([identifier, secret, subnetGroup, securityGroup, group, bucket, exportRole, keyArn]) => ({
      kind: "rds" as const,
      region,
      topology,
      identifier,
      servers: instances.length,
      version,
      owner,
      connect,
      secretArn: secret,
      instanceClass,
      port,
      subnetGroup,
      securityGroup,
      parameterGroup: group,
      bucket,
      exportRole,
      keyArn,
      retention,
    }));
}
