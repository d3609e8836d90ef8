/** From a stack's configuration to its database: which target is built from which arguments? */

import * as pulumi from "@pulumi/pulumi";
import { readConfig, type StackArgs } from "./config";
import type { Database, Target } from "./database";
import { DockerDatabase } from "./docker/database";
import { dockerDesign } from "./docker/settings";
import { LocalDatabase } from "./local/database";
import { localSettings } from "./local/settings";
import type { Settings } from "./parameters/settings";
import { RdsDatabase } from "./rds/database";
import { rdsDesign } from "./rds/settings";
import { refusing } from "./run-error";

/** A target: how its settings come about, and the component that builds it. */
interface TargetRow {
  settings(name: string, args: StackArgs["args"]): Settings;
  create(name: string, args: StackArgs["args"]): Database;
}

/** Every target. */
const TARGET_ROWS: Record<Target, TargetRow> = {
  docker: {
    settings: (name, args) => dockerDesign(name, args).settings,
    create: (name, args) => new DockerDatabase(name, args),
  },
  local: { settings: localSettings, create: (name, args) => new LocalDatabase(name, args) },
  rds: {
    settings: (name, args) => rdsDesign(name, args).settings,
    create: (name, args) => new RdsDatabase(name, args),
  },
};

/**
 * The database that a stack's configuration describes.
 *
 * @param name Prefix of the resources' names.
 * @param config All configuration of the program's namespace, `key` to text.
 * @throws pulumi.RunError with every fault of the configuration at once.
 */
export function stackDatabase(name: string, config: Readonly<Record<string, string>>): Database {
  const stack = refusing(() =>
    readConfig(config, ({ target, args }) => TARGET_ROWS[target]?.settings(name, args)),
  );
  return TARGET_ROWS[stack.target].create(name, stack.args);
}

/** What a stack shows of its database. */
const OUTPUTS = [
  "host",
  "port",
  "database",
  "user",
  "sslmode",
  "ca",
  "settings",
  "verification",
  "container",
  "network",
  "volumes",
  "caBundle",
  "readerHosts",
  "instanceArn",
  "secretArn",
  "bucket",
  "archivePolicies",
  "exportRole",
  "keyArn",
  "vpcId",
  "securityGroup",
  "alarmTopic",
] as const satisfies (keyof Database)[];

/** What a stack hides. */
const SECRET_OUTPUTS = [
  "password",
  "url",
  "env",
  "roles",
  "networkUrl",
  "rolesScript",
] as const satisfies (keyof Database)[];

/** The outputs of a stack; those that its target does not have are left out, since Pulumi warns of undefined ones. */
export function stackOutputs(database: Database): Record<string, unknown> {
  const plain = OUTPUTS.map((name) => [name, database[name]] as const);
  const secret = SECRET_OUTPUTS.map((name) => [name, database[name]] as const)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, pulumi.secret<unknown>(value)] as const);
  return Object.fromEntries([...plain.filter(([, value]) => value !== undefined), ...secret]);
}
