/** Which settings does a database in a container get? Sized from its configuration, not from this machine. */

import * as pulumi from "@pulumi/pulumi";
import { databaseSettings, faultsOf } from "../arguments";
import { type Generation, generationName } from "../backup/generations";
import { archiveParameters, DURABILITY, pgBackRestArchive } from "../backup/objectives";
import { type DatabaseArgs, DEFAULT_DATABASE } from "../database";
import { throwFaults } from "../faults";
import type { Settings, TargetValue } from "../parameters/settings";
import { readBytes } from "../parameters/units";
import type { DockerBackupOptions } from "./backup";
import { STANZA } from "./layout";
import { type DockerOptions, type DockerPlan, dockerFaults, dockerPlan } from "./options";
import type { DockerRestoreSource } from "./restore-args";

/** Memory and CPUs where nothing is said. */
const DOCKER_MEMORY = "4GiB";
const DOCKER_CPUS = 2;

/** Memory and CPUs of a container, as given or the defaults. */
function dockerResources({ memory, cpus }: Pick<DatabaseArgs, "memory" | "cpus">): {
  memory: number;
  cpus: number;
} {
  return { memory: readBytes(String(memory ?? DOCKER_MEMORY)) as number, cpus: cpus ?? DOCKER_CPUS };
}

/** What follows from a port that other machines reach. */
const PUBLIC: Readonly<Record<string, TargetValue>> = {
  ssl: { value: "on", why: "The port is reachable from other machines.", reload: true },
};

/** `<project>/<stack>/<name>` */
function ownerOf(name: string): string {
  return `${pulumi.getProject()}/${pulumi.getStack()}/${name}`;
}

/** What is to be built, and with which settings. */
export interface DockerDesign {
  plan: DockerPlan;
  settings: Settings;
  /** Name of the application's database. */
  database: string;
  /** Days that can be restored. */
  retention: number;
  backup: DockerBackupOptions;
  /** Bytes of WAL that may wait for the archive before it is dropped; absent where it never is. */
  archiveQueueMax?: number;
}

/** Times max_wal_size. Half of the room below which `status` calls a disk short. */
const QUEUE = 4;

function archiveQueueMax({ parameters }: Settings): number {
  return QUEUE * (readBytes(String(parameters.max_wal_size?.value)) as number);
}

/**
 * The settings and the plan of a database in a container.
 *
 * @throws Fault or Faults: everything that is wrong with arguments, parameters and options.
 */
export function dockerDesign(
  name: string,
  args: DatabaseArgs & DockerOptions,
  owner = ownerOf(name),
): DockerDesign {
  const faults = dockerFaults(args, { memory: args.memory, version: args.version, owner });
  let settings: Settings | undefined;
  const resolve = () => {
    const isPublic = dockerPlan(args, { version: "15", memory: 0, owner }).isPublic;
    const parameters = ({ durability }: DatabaseArgs) => ({
      ...archiveParameters(durability, pgBackRestArchive(STANZA)),
      ...(isPublic && PUBLIC),
    });
    settings = databaseSettings(args, dockerResources, parameters);
  };
  throwFaults([...faults, ...faultsOf(resolve)]);
  const { version, machine } = settings as Settings;
  return {
    database: args.database ?? DEFAULT_DATABASE,
    retention: args.durability?.retention ?? DURABILITY.retention,
    backup: args.backup ?? {},
    settings: settings as Settings,
    ...(args.durability?.onArchiveOutage === "drop-and-rebackup" && {
      archiveQueueMax: archiveQueueMax(settings as Settings),
    }),
    plan: dockerPlan(args, { version, memory: machine.memory, owner }),
  };
}

/** The arguments of one generation: later ones have a container, volumes and a port of their own. */
export function dockerGeneration<Args extends DatabaseArgs & DockerOptions>(
  name: string,
  args: Args,
  { number, restoreFrom }: Generation,
): Args {
  const of = (generation: number): Args => {
    const own = (value: string | undefined) => value && generationName(value, generation);
    const { data, archive, backup } = args.volumes ?? {};
    return {
      ...args,
      containerName: own(args.containerName),
      volumes: args.volumes && { data: own(data), archive: own(archive), backup: own(backup) },
      port: generation === 1 ? args.port : undefined,
    };
  };
  if (!restoreFrom) return of(number);
  const { generation, to } = restoreFrom;
  const { plan, settings, retention } = dockerDesign(generationName(name, generation), of(generation));
  const { engine, containerName, owner, volumes, backup } = plan;
  const source: DockerRestoreSource = {
    ...(engine !== undefined && { engine }),
    version: settings.version,
    containerName,
    owner,
    volumes,
    retention,
    backup,
  };
  return { ...of(number), restoreFrom: { source, to } };
}
