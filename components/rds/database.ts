/** A database on Amazon RDS: the resources of AWS, the application's roles, and what verifies them. */

import * as pulumi from "@pulumi/pulumi";
import type { Database, DatabaseArgs, DatabaseRoles } from "../database";
import { type Address, connectionEnvironment, connectionUrl } from "../environment";
import type { Settings } from "../parameters/settings";
import { roleNames } from "../roles/roles";
import { refusing } from "../run-error";
import type { VerificationReport } from "../verify/report";
import { createAdministration, createIdentity, createPasswords } from "./administration";
import type { ArchivePolicies } from "./archive";
import { caBundleUrl, certificateAuthorities } from "./certificate-authorities";
import type { RdsOptions } from "./options";
import { RdsParts } from "./parts";
import { inScope } from "./scope";
import { rdsDesign } from "./settings";

/** What a user says about a database on RDS. */
export interface RdsDatabaseArgs extends DatabaseArgs, RdsOptions {}

/** TLS, and a certificate of AWS's for this very name. */
const SSLMODE = "verify-full";

/**
 * A PostgreSQL database on Amazon RDS or Aurora, with network, key, backups, archive and monitoring.
 *
 * `pulumi destroy` stops at the database, the key and the archive, unless `deleteData` was deployed before; a final
 * snapshot, the automated backups, the key and the archive stay even then.
 *
 * @throws pulumi.RunError with every fault of the arguments at once.
 */
export class RdsDatabase extends pulumi.ComponentResource implements Database {
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

  constructor(name: string, args: RdsDatabaseArgs = {}, opts: pulumi.ComponentResourceOptions = {}) {
    const design = refusing(() => rdsDesign(name, args));
    const { plan, settings } = design;
    const transformations = [...(opts.transformations ?? []), inScope(plan)];
    super("durable-postgres:rds:Database", name, {}, { ...opts, transformations });
    const passwordGeneration = args.passwordGeneration ?? 1;
    const own = { parent: this };
    const identity = createIdentity(name, plan, own);
    const parts = new RdsParts(name, design, { parent: this, identity, passwordGeneration });
    const passwords = createPasswords(name, passwordGeneration, own);
    const { servers, archive, network } = parts;
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
    this.keyArn = parts.key;
    this.vpcId = network.vpcId;
    this.securityGroup = network.securityGroup.id;
    this.alarmTopic = parts.monitoring.topicArn;
    this.registerOutputs({ host: this.host, port: this.port, verification: this.verification });
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
