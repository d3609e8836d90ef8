/** The container in all its arguments. Pure: what `docker.Container` gets for a plan and its settings. */

import type { ContainerArgs } from "@pulumi/docker";
import type { Input } from "@pulumi/pulumi";
import { commandLineParameters, toCommandLine } from "../parameters/command-line";
import { pgParameter } from "../parameters/postgres";
import type { Settings } from "../parameters/settings";
import { hbaFile } from "./hba";
import {
  ARCHIVE,
  BACKUP,
  dataLayout,
  HBA_FILE,
  PGBACKREST_ENVIRONMENT,
  PORT,
  SHARED,
  SOCKET,
  SUPERUSER,
} from "./layout";
import type { DockerPlan } from "./options";

const MIB = 1024 ** 2;

/** Marks what belongs to a database; its value is the owner, `<project>/<stack>/<name>`. */
export const DATABASE_LABEL = "durable-postgres.database";

/** Seconds that the shutdown checkpoint of a busy server takes at least. */
export const LEAST_STOP_TIMEOUT = 60;

/** The label of everything that belongs to a database. Docker's volumes and containers carry it. */
export function databaseLabels(plan: DockerPlan): { label: string; value: string }[] {
  return [{ label: DATABASE_LABEL, value: plan.owner }];
}

/** What the target itself decides, beyond the settings. */
function ownParameters(): Record<string, string> {
  return {
    listen_addresses: "*",
    port: String(PORT),
    hba_file: HBA_FILE,
    // One for programs in this container, one for the container of the backups.
    unix_socket_directories: `${SOCKET},${SHARED.socket}`,
  };
}

/** How pgBackRest finds its settings. */
export const CONTAINER_ENVIRONMENT = Object.entries(PGBACKREST_ENVIRONMENT).map(
  ([name, value]) => `${name}=${value}`,
);

/** `postgres` with every parameter that nothing inside may override. */
export function serverCommand(settings: Settings): string[] {
  return ["postgres", ...toCommandLine({ ...commandLineParameters(settings), ...ownParameters() })];
}

/**
 * A real query over TCP: the socket already answers while the image initialises, and a listening port may belong to a
 * server that refuses every session. Durations are written as Docker reports them, else a refresh would see a change.
 * Failures count after an hour: until then a server may replay its WAL after a crash.
 */
const HEALTHCHECK = {
  tests: ["CMD", "psql", "-h", "127.0.0.1", "-U", SUPERUSER, "-d", "postgres", "-AtXqc", "SELECT 1"],
  interval: "5s",
  timeout: "5s",
  retries: 5,
  startPeriod: "1h0m0s",
};

/** What the kernel lets every process open: some daemons may not give more, and the container would not start. */
const OPEN_FILES = 4096;

/** Files beside those of max_files_per_process: sockets, libraries, programs that archive. */
const OTHER_FILES = 1024;

/** Files that each process of the container may open, the same on every engine. */
function openFiles({ version, parameters }: Settings): number {
  const name = "max_files_per_process";
  const files = Number(parameters[name]?.value ?? pgParameter(version, name)?.boot_val);
  return Math.max(OPEN_FILES, files + OTHER_FILES);
}

/**
 * Arguments of the container.
 *
 * @param image Id or name of the image.
 * @param port Published port.
 */
export function containerArgs(
  plan: DockerPlan,
  settings: Settings,
  { image, port }: { image: Input<string>; port: Input<number> },
): ContainerArgs {
  const memory = settings.machine.memory / MIB;
  const files = openFiles(settings);
  return {
    image,
    name: plan.containerName,
    hostname: plan.containerName,
    command: serverCommand(settings),
    // pgBackRest's processes that archive asynchronously outlive their parents, and the first process of a container
    // inherits them. A postmaster would take one that fails for a crashed session, and restart every other.
    init: true,
    envs: CONTAINER_ENVIRONMENT,
    // The volumes are prepared before, so nothing here needs root: no capability comes back.
    user: SUPERUSER,
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    mounts: [
      { type: "volume", source: plan.volumes.data, target: dataLayout(settings.version).mount },
      { type: "volume", source: plan.volumes.archive, target: ARCHIVE },
      { type: "volume", source: plan.volumes.backup, target: BACKUP },
    ],
    uploads: [{ file: HBA_FILE, content: hbaFile(plan) }],
    networksAdvanced: [{ name: plan.containerName, aliases: [SUPERUSER] }],
    ports: [{ internal: PORT, external: port, ip: plan.address }],
    memory,
    // No swap: a swapped shared buffer is slower than the disk it caches.
    memorySwap: memory,
    shmSize: plan.shmSize / MIB,
    ulimits: [{ name: "nofile", soft: files, hard: files }],
    // A fast shutdown with a checkpoint; without the grace Docker kills at once, and the next start is a recovery.
    stopSignal: "SIGINT",
    stopTimeout: plan.stopTimeout,
    destroyGraceSeconds: plan.stopTimeout,
    restart: plan.restart,
    healthcheck: HEALTHCHECK,
    // The resource after this one waits, and says what it waits for.
    wait: false,
    logDriver: "json-file",
    logOpts: { "max-size": "10m", "max-file": "5" },
    labels: databaseLabels(plan),
  };
}
