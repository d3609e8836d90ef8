/** A database on this machine: real PostgreSQL from npm, nothing else needed. */

import type * as pulumi from "@pulumi/pulumi";
import type { DatabaseArgs } from "../database";
import { commandLineParameters } from "../parameters/command-line";
import type { Settings } from "../parameters/settings";
import { LocalServer } from "../resources";
import { refusing } from "../run-error";
import { type AdministeredServer, ServerDatabase } from "../server-database";
import { type LocalOptions, localDirectory, localSettings } from "./settings";

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
  constructor(name: string, args: LocalDatabaseArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const settings = refusing(() => localSettings(name, args));
    super("durable-postgres:local:Database", name, {
      args,
      settings,
      createServer: (parent) => createServer(parent, name, args, settings),
      opts,
    });
  }
}

function createServer(
  parent: pulumi.Resource,
  name: string,
  args: LocalDatabaseArgs,
  settings: Settings,
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
      deleteData: args.deleteData ?? false,
    },
    { parent },
  );
  // No TLS on loopback.
  return { host, port, administration, startedAt, sslmode: "disable" };
}
