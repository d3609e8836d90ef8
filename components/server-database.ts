/** What do all databases have in common whose server our plugin administers? Passwords, roles, settings, verification. */

import * as pulumi from "@pulumi/pulumi";
import type { Connection } from "./connection";
import { type Database, type DatabaseArgs, DEFAULT_DATABASE, type RoleCredentials } from "./database";
import { type Address, connectionEnvironment, connectionUrl } from "./environment";
import { reloadableParameters } from "./parameters/command-line";
import { parameterValues, type Settings } from "./parameters/settings";
import { Password, Roles, RunningSettings, Verification } from "./resources";
import { ROLE_KINDS, type RoleKind } from "./roles/roles";
import type { VerificationReport } from "./verify/report";

/** A running server as a target gives it. */
export interface AdministeredServer {
  host: pulumi.Output<string>;
  port: pulumi.Output<number>;
  /** The superuser's connection. */
  administration: pulumi.Output<Connection>;
  /** A new start makes the resources on the server look again. */
  startedAt: pulumi.Output<string>;
  /** libpq's `sslmode` for clients. */
  sslmode: string;
  /** Root of the server's certificate, PEM; absent without TLS. */
  ca?: pulumi.Output<string>;
}

/** What a target brings. */
interface ServerDatabaseArgs {
  args: DatabaseArgs;
  settings: Settings;
  /** Makes the server; called once, with this component as parent. */
  createServer(parent: pulumi.Resource, superuserPassword: pulumi.Output<string>): AdministeredServer;
  opts?: pulumi.ComponentResourceOptions;
}

/** A database on a server of our own: the part of `Database` that does not depend on the target. */
export abstract class ServerDatabase extends pulumi.ComponentResource implements Database {
  readonly host: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  readonly database: pulumi.Output<string>;
  readonly user: pulumi.Output<string>;
  readonly password: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  readonly sslmode: pulumi.Output<string>;
  readonly ca?: pulumi.Output<string>;
  readonly env: pulumi.Output<Record<string, string>>;
  readonly roles: pulumi.Output<Record<RoleKind, RoleCredentials>>;
  readonly settings: Settings;
  readonly verification: pulumi.Output<VerificationReport>;
  /** Done once the server runs as declared. */
  protected readonly verified: pulumi.Resource;

  constructor(type: string, name: string, { args, settings, createServer, opts }: ServerDatabaseArgs) {
    super(type, name, {}, opts);
    this.settings = settings;
    const passwords = this.createPasswords(name, args);
    const server = createServer(this, passwords.superuser.result);
    const running = this.applySettings(name, server);
    const roles = this.createRoles(name, server, passwords, args.database ?? DEFAULT_DATABASE);
    const verification = this.verify(name, server, [running, roles]);
    this.verified = verification;
    // Nothing in it is secret, though the connection it was made with is.
    this.verification = pulumi.unsecret(verification.report);
    this.roles = credentials(roles, passwords);

    // Applications see the database only once its roles are there and the server is verified.
    const ready = <Value>(value: pulumi.Output<Value>) =>
      pulumi.all([value, this.verification]).apply(([own]) => own);
    this.host = ready(server.host);
    this.port = ready(server.port);
    this.database = roles.id;
    this.user = roles.names.owner;
    this.password = passwords.owner.result;
    this.sslmode = pulumi.output(server.sslmode);
    if (server.ca) this.ca = server.ca;
    this.url = this.access(this.host, this.port, connectionUrl);
    this.env = this.access(this.host, this.port, connectionEnvironment);
    this.registerOutputs({ host: this.host, port: this.port, verification: this.verification });
  }

  /** Something that the application's role needs to reach the database at an address. */
  protected access<Result>(
    host: pulumi.Input<string>,
    port: pulumi.Input<number>,
    render: (address: Address, owner: RoleCredentials) => Result,
  ): pulumi.Output<Result> {
    return pulumi
      .all([host, port, this.database, this.sslmode, this.roles])
      .apply(([at, on, database, sslmode, { owner }]) =>
        render({ host: at, port: on, database, sslmode }, owner),
      ) as pulumi.Output<Result>;
  }

  private createPasswords(name: string, args: DatabaseArgs): Record<RoleKind, Password> {
    const generation = args.passwordGeneration ?? 1;
    const one = (kind: RoleKind) => [
      kind,
      new Password(`${name}-${kind}-password`, { generation }, { parent: this }),
    ];
    return Object.fromEntries(ROLE_KINDS.map(one));
  }

  private applySettings(name: string, { administration, startedAt }: AdministeredServer): RunningSettings {
    const parameters = reloadableParameters(this.settings);
    return new RunningSettings(
      `${name}-running-settings`,
      { administration, startedAt, parameters },
      { parent: this },
    );
  }

  private createRoles(
    name: string,
    { administration, startedAt }: AdministeredServer,
    passwords: Record<RoleKind, Password>,
    database: string,
  ): Roles {
    const results = Object.fromEntries(ROLE_KINDS.map((kind) => [kind, passwords[kind].result]));
    return new Roles(
      `${name}-roles`,
      {
        administration,
        startedAt,
        database,
        passwords: results as Record<RoleKind, pulumi.Output<string>>,
      },
      { parent: this },
    );
  }

  private verify(
    name: string,
    { administration, startedAt }: AdministeredServer,
    after: pulumi.Resource[],
  ): Verification {
    return new Verification(
      `${name}-verification`,
      { administration, startedAt, parameters: parameterValues(this.settings) },
      { parent: this, dependsOn: after },
    );
  }
}

function credentials(
  roles: Roles,
  passwords: Record<RoleKind, Password>,
): pulumi.Output<Record<RoleKind, RoleCredentials>> {
  const results = Object.fromEntries(ROLE_KINDS.map((kind) => [kind, passwords[kind].result]));
  return pulumi.all([roles.names, pulumi.all(results)]).apply(([names, values]) => {
    const one = (kind: RoleKind) => [kind, { user: names[kind], password: values[kind] }];
    return Object.fromEntries(ROLE_KINDS.map(one)) as Record<RoleKind, RoleCredentials>;
  });
}
