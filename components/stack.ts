/** From a stack's configuration to its database: which target is built from which arguments? */

import * as pulumi from "@pulumi/pulumi";
import { type LastRehearsal, lastRehearsal, newerRehearsal } from "./backup/evidence";
import { type Generation, type Generations, generationName } from "./backup/generations";
import type { BackupLocation } from "./backup/store";
import { readConfig, type StackArgs } from "./config";
import type { Database, Target } from "./database";
import { plainSecretFaults } from "./docker/backup-repositories";
import { DockerDatabase } from "./docker/database";
import { dockerDesign, dockerGeneration } from "./docker/settings";
import { Fault, throwFaults } from "./faults";
import { LocalDatabase } from "./local/database";
import { localGeneration, localSettings } from "./local/settings";
import type { Settings } from "./parameters/settings";
import type { RdsDatabase, RdsDatabaseArgs } from "./rds/database";
import { rdsGeneration } from "./rds/generations";
import { ownerOf, rdsDesign } from "./rds/settings";
import { refusing } from "./run-error";

/** A target: how its settings come about, and the component that builds it. */
interface TargetRow {
  /** The arguments of one generation. */
  generation(name: string, args: StackArgs["args"], generation: Generation): StackArgs["args"];
  settings(name: string, args: StackArgs["args"]): Settings;
  create(name: string, args: StackArgs["args"]): Database;
  /** All generations at once, where they share something. */
  createAll?(name: string, args: StackArgs["args"], generations: Generations): StackDatabase["generations"];
}

/** Every target. */
const TARGET_ROWS: Record<Target, TargetRow> = {
  docker: {
    generation: dockerGeneration,
    settings: (name, args) => dockerDesign(name, args).settings,
    create: (name, args) => new DockerDatabase(name, args),
  },
  local: {
    generation: localGeneration,
    settings: localSettings,
    create: (name, args) => new LocalDatabase(name, args),
  },
  rds: {
    generation: (name, args, generation) => rdsGeneration(args, generation, ownerOf(name)),
    settings: (name, args) => rdsDesign(name, args).settings,
    create: (name, args) => rdsDatabase(name, args),
    createAll: (name, args, { list, active }) =>
      rdsDatabase(name, { ...args, generations: list, active }).generations,
  },
};

function rdsDatabase(name: string, args: RdsDatabaseArgs): RdsDatabase {
  // The AWS SDK takes 100 ms to load, which no other target needs.
  const { RdsDatabase: Rds } = require("./rds/database") as typeof import("./rds/database");
  return new Rds(name, args);
}

/** The generations of a stack's database, by number. */
export interface StackDatabase {
  generations: ReadonlyMap<number, Database>;
  /** The one that applications use. */
  active: number;
}

/**
 * The database that a stack's configuration describes, in all its generations.
 *
 * @param name Prefix of the resources' names.
 * @param config All configuration of the program's namespace, `key` to text.
 * @param isSecret Whether a key is encrypted where it is written. Default: all are.
 * @throws pulumi.RunError with every fault of the configuration at once.
 */
export function stackDatabase(
  name: string,
  config: Readonly<Record<string, string>>,
  isSecret: (key: string) => boolean = () => true,
): StackDatabase {
  const { target, args, generations } = refusing(() => readConfig(config, checkStack(name, isSecret)));
  const row = TARGET_ROWS[target];
  if (row.createAll)
    return { generations: row.createAll(name, args, generations), active: generations.active };
  const databases = generations.list.map((generation) => {
    const own = generationName(name, generation.number);
    return [generation.number, row.create(own, row.generation(name, args, generation))] as const;
  });
  return { generations: new Map(databases), active: generations.active };
}

/** Looks for faults of the settings, in each generation. */
function checkStack(name: string, isSecret: (key: string) => boolean): (stack: StackArgs) => void {
  return ({ target, args, generations }) => {
    const row = TARGET_ROWS[target];
    if (target === "docker" && !isSecret("docker")) throwFaults(plainSecretFaults(args.backup));
    const retiring = generations.list.find((generation) => generation.retiring);
    if (row && !row.createAll && retiring)
      throw new Fault(
        `generation ${retiring.number} is retiring, and only databases on RDS have a protection to be taken away`,
        "remove `retiring` from it",
      );
    for (const generation of row ? generations.list : [])
      row.settings(generationName(name, generation.number), row.generation(name, args, generation));
  };
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
  "backup",
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

/** What a stack shows of each generation. */
export interface GenerationOutput {
  number: number;
  active: boolean;
  host: pulumi.Output<string>;
  port: pulumi.Output<number>;
  backup?: pulumi.Output<BackupLocation>;
}

function generationOutputs({ generations, active }: StackDatabase): GenerationOutput[] {
  return [...generations].map(([number, { host, port, backup }]) => ({
    number,
    active: number === active,
    host,
    port,
    ...(backup && { backup }),
  }));
}

/** The newest rehearsal: of the record, or of a container that rehearses by itself. */
function stackRehearsal({ backup, container }: Database): pulumi.Input<LastRehearsal | undefined> {
  const recorded = lastRehearsal(pulumi.runtime.getRootDirectory?.() ?? process.cwd(), pulumi.getStack());
  if (!backup || !container) return recorded;
  return backup.apply(async (location) => {
    if (location.kind !== "docker") return recorded;
    const { lookForRehearsal } = await import("./backup/pgbackrest/scheduler-state");
    return newerRehearsal(recorded, await lookForRehearsal(location));
  });
}

/** The outputs of a stack; those that its target does not have are left out, since Pulumi warns of undefined ones. */
export function stackOutputs(stack: StackDatabase): Record<string, unknown> {
  const database = stack.generations.get(stack.active) as Database;
  const plain = OUTPUTS.map((name) => [name, database[name]] as const);
  const secret = SECRET_OUTPUTS.map((name) => [name, database[name]] as const)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, pulumi.secret<unknown>(value)] as const);
  const shown = plain.filter(([, value]) => value !== undefined);
  const rehearsal = stackRehearsal(database);
  return {
    ...Object.fromEntries([...shown, ...secret]),
    generations: generationOutputs(stack),
    ...(rehearsal && { lastRehearsal: rehearsal }),
  };
}
