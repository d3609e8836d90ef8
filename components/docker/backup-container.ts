/** The container of the backups in all its arguments: a scheduler, and whatever is run in it on command. Pure. */

import { readFileSync } from "node:fs";
import path from "node:path";
import type { ContainerArgs } from "@pulumi/docker";
import type { Input } from "@pulumi/pulumi";
import { packageRoot } from "../package";
import type { Settings } from "../parameters/settings";
import { CONTAINER_ENVIRONMENT, databaseLabels } from "./container";
import { ARCHIVE, BACKUP, backupContainerName, dataLayout, SHARED, SUPERUSER } from "./layout";
import type { DockerPlan } from "./options";

/** MiB. Two processes that compress take a tenth of it; the rest is for many files. */
const MEMORY = 512;

const FOLDER = "/etc/durable-postgres";
const SCHEDULER = `${FOLDER}/scheduler.pl`;

/** Its programs, in the sources and in the npm package. */
const PROGRAMS = ["scheduler.pl", "rehearse.pl"];

function upload(name: string): { file: string; content: string } {
  const file = path.join(packageRoot, "components", "docker", "backup-image", name);
  return { file: `${FOLDER}/${name}`, content: readFileSync(file, "utf8") };
}

/** What the scheduler reads. */
function scheduleText(
  { backup: { schedule, maxAge }, containerName }: DockerPlan,
  rebackup: boolean,
): string {
  const jobs = Object.fromEntries(Object.entries(schedule).filter(([, expression]) => expression !== "none"));
  const content = { database: containerName, socket: SHARED.socket, maxAge, rebackup, jobs };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/**
 * Arguments of the container. It sees the data, and cannot write to them.
 *
 * @param image Id of the image with pgBackRest.
 * @param rebackup Whether a hole in the archive makes a full backup due.
 */
export function backupContainerArgs(
  plan: DockerPlan,
  { version }: Settings,
  { image, rebackup }: { image: Input<string>; rebackup: boolean },
): ContainerArgs {
  const name = backupContainerName(plan.containerName);
  return {
    image,
    name,
    hostname: name,
    entrypoints: ["perl", SCHEDULER],
    command: ["run"],
    envs: CONTAINER_ENVIRONMENT,
    user: SUPERUSER,
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    mounts: [
      { type: "volume", source: plan.volumes.data, target: dataLayout(version).mount, readOnly: true },
      { type: "volume", source: plan.volumes.archive, target: ARCHIVE },
      { type: "volume", source: plan.volumes.backup, target: BACKUP },
    ],
    uploads: [
      ...PROGRAMS.map(upload),
      { file: `${FOLDER}/schedule.json`, content: scheduleText(plan, rebackup) },
    ],
    // For buckets; the server is reached over its socket.
    networksAdvanced: [{ name: plan.containerName }],
    memory: MEMORY,
    memorySwap: MEMORY,
    // A backup that runs is ended, and the next one begins where it was.
    stopSignal: "SIGTERM",
    stopTimeout: 60,
    destroyGraceSeconds: 60,
    restart: plan.restart,
    healthcheck: {
      tests: ["CMD", "perl", SCHEDULER, "health"],
      interval: "1m0s",
      timeout: "30s",
      retries: 3,
      startPeriod: "5m0s",
    },
    wait: false,
    logDriver: "json-file",
    logOpts: { "max-size": "10m", "max-file": "5" },
    labels: databaseLabels(plan),
  };
}
