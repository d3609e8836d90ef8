/** A database on this machine: real PostgreSQL from npm, nothing else needed. */

import type * as pulumi from "@pulumi/pulumi";
import type { LocalBackupLocation } from "../backup/store";
import type { DatabaseArgs } from "../database";
import { commandLineParameters } from "../parameters/command-line";
import type { Settings } from "../parameters/settings";
import { LocalBackup, LocalServer } from "../resources";
import { refusing } from "../run-error";
import { type AdministeredServer, ServerDatabase } from "../server-database";
import { type LocalOptions, localBackups, localDirectory, localSettings } from "./settings";

/** What a user says about a local database. */
export interface LocalDatabaseArgs extends DatabaseArgs, LocalOptions {}

/**
 * A PostgreSQL server on this machine, listening on loopback only.
 *
 * It outlives the program, and `pulumi destroy` keeps its data unless `deleteData` was deployed before.
 *
 * @throws pulumi.RunError with every fault of the arguments at once.
 */
export class LocalDatabase extends ServerDatabase {
  /** Where its backups and its WAL archive are, once there is a first backup. */
  readonly backup: pulumi.Output<LocalBackupLocation>;

  constructor(name: string, args: LocalDatabaseArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const settings = refusing(() => localSettings(name, args));
    const location = localBackups(name, args);
    let server: AdministeredServer | undefined;
    super("durable-postgres:local:Database", name, {
      args,
      settings,
      createServer: (parent) => {
        server = createServer(parent, name, args, settings, location);
        return server;
      },
      opts,
    });
    const { administration, startedAt } = server as unknown as AdministeredServer;
    // After the verification: what is backed up first has its roles and runs as declared.
    this.backup = new LocalBackup(
      `${name}-backup`,
      { administration, startedAt, location },
      { parent: this, dependsOn: this.verified },
    ).location;
  }
}

function createServer(
  parent: pulumi.Resource,
  name: string,
  args: LocalDatabaseArgs,
  settings: Settings,
  { archiveDirectory, backupDirectory }: LocalBackupLocation,
): AdministeredServer {
  const { host, port, administration, startedAt } = new LocalServer(
    `${name}-server`,
    {
      directory: localDirectory(name, args),
      version: settings.version,
      port: args.port,
      osUser: args.osUser,
      parameters: commandLineParameters(settings),
      memory: settings.machine.memory,
      cpus: settings.machine.cpus,
      archiveDirectory,
      backupDirectory,
      deleteData: args.deleteData ?? false,
      restoreFrom: args.restoreFrom,
    },
    { parent },
  );
  // No TLS on loopback.
  return { host, port, administration, startedAt, sslmode: "disable" };
}
