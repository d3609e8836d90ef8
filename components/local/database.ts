/** A database on this machine: real PostgreSQL from npm, nothing else needed. */

import * as pulumi from "@pulumi/pulumi";
import type { Database, DatabaseArgs, RoleCredentials } from "../database";
import { connectionEnvironment, connectionUrl } from "../environment";
import { commandLineParameters, reloadableParameters } from "../parameters/command-line";
import { parameterValues, type Settings } from "../parameters/settings";
import { LocalServer, Password, Roles, RunningSettings, Verification } from "../resources";
import { ROLE_KINDS, type RoleKind } from "../roles/roles";
import { refusing } from "../run-error";
import type { VerificationReport } from "../verify/report";
import { type LocalOptions, localDirectory, localSettings } from "./settings";

/** What a user says about a local database. */
export interface LocalDatabaseArgs extends DatabaseArgs, LocalOptions {}

/** No TLS on loopback. */
const SSLMODE = "disable";

/**
 * A PostgreSQL server on this machine, listening on loopback only.
 *
 * It outlives the program, and `pulumi destroy` keeps its data unless `deleteData` was deployed before.
 *
 * @throws pulumi.RunError with every fault of the arguments at once.
 */
export class LocalDatabase extends pulumi.ComponentResource implements Database {
  readonly host: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  readonly database: pulumi.Output<string>;
  readonly user: pulumi.Output<string>;
  readonly password: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  readonly sslmode: pulumi.Output<string>;
  readonly env: pulumi.Output<Record<string, string>>;
  readonly roles: pulumi.Output<Record<RoleKind, RoleCredentials>>;
  readonly settings: Settings;
  readonly verification: pulumi.Output<VerificationReport>;

  constructor(name: string, args: LocalDatabaseArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("durable-postgres:local:Database", name, {}, opts);
    this.settings = refusing(() => localSettings(name, args));
    const server = this.createServer(name, args);
    const passwords = this.createPasswords(name, args);
    const running = this.applySettings(name, server);
    const roles = this.createRoles(name, server, passwords, args.database ?? "app");
    this.verification = this.verify(name, server, [running, roles]);
    this.roles = credentials(roles, passwords);

    // Applications see the database only once its roles are there and the server is verified.
    const ready = <Value>(value: pulumi.Output<Value>) =>
      pulumi.all([value, this.verification]).apply(([own]) => own);
    this.host = ready(server.host);
    this.port = ready(server.port);
    this.database = roles.id;
    this.user = roles.names.owner;
    this.password = passwords.owner.result;
    this.sslmode = pulumi.output(SSLMODE);
    const access = pulumi
      .all([this.host, this.port, this.database, this.roles])
      .apply(([host, port, database, { owner }]) => ({
        address: { host, port, database, sslmode: SSLMODE },
        owner,
      }));
    this.url = access.apply(({ address, owner }) => connectionUrl(address, owner));
    this.env = access.apply(({ address, owner }) => connectionEnvironment(address, owner));
    this.registerOutputs({ host: this.host, port: this.port, verification: this.verification });
  }

  private createServer(name: string, args: LocalDatabaseArgs): LocalServer {
    return new LocalServer(
      `${name}-server`,
      {
        directory: localDirectory(name, args),
        version: this.settings.version,
        port: args.port,
        osUser: args.osUser,
        parameters: commandLineParameters(this.settings),
        memory: this.settings.machine.memory,
        cpus: this.settings.machine.cpus,
        deleteData: args.deleteData ?? false,
      },
      { parent: this },
    );
  }

  private createPasswords(name: string, args: LocalDatabaseArgs): Record<RoleKind, Password> {
    const generation = args.passwordGeneration ?? 1;
    const one = (kind: RoleKind) => [
      kind,
      new Password(`${name}-${kind}-password`, { generation }, { parent: this }),
    ];
    return Object.fromEntries(ROLE_KINDS.map(one));
  }

  private applySettings(name: string, server: LocalServer): RunningSettings {
    return new RunningSettings(
      `${name}-running-settings`,
      {
        administration: server.administration,
        startedAt: server.startedAt,
        parameters: reloadableParameters(this.settings),
      },
      { parent: this },
    );
  }

  private createRoles(
    name: string,
    server: LocalServer,
    passwords: Record<RoleKind, Password>,
    database: string,
  ): Roles {
    const results = Object.fromEntries(ROLE_KINDS.map((kind) => [kind, passwords[kind].result]));
    return new Roles(
      `${name}-roles`,
      {
        administration: server.administration,
        startedAt: server.startedAt,
        database,
        passwords: results as Record<RoleKind, pulumi.Output<string>>,
      },
      { parent: this },
    );
  }

  private verify(
    name: string,
    server: LocalServer,
    after: pulumi.Resource[],
  ): pulumi.Output<VerificationReport> {
    const verification = new Verification(
      `${name}-verification`,
      {
        administration: server.administration,
        startedAt: server.startedAt,
        parameters: parameterValues(this.settings),
      },
      { parent: this, dependsOn: after },
    );
    return verification.report;
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
