/** The container of the backups in all its arguments: a scheduler, and whatever is run in it on command. Pure. */

import { readFileSync } from "node:fs";
import path from "node:path";
import type { ContainerArgs } from "@pulumi/docker";
import type { Input } from "@pulumi/pulumi";
import { dumpProgramPlan } from "../backup/dump";
import { packageRoot } from "../package";
import type { Settings } from "../parameters/settings";
import { CONTAINER_ENVIRONMENT, databaseLabels } from "./container";
import {
  ARCHIVE,
  BACKUP,
  backupContainerName,
  DUMPS,
  dataLayout,
  PROGRAMS,
  SHARED,
  SUPERUSER,
} from "./layout";
import type { DockerPlan } from "./options";

/** MiB. Two processes that compress take a tenth of it; the rest is for many files. */
const MEMORY = 512;

const SCHEDULER = `${PROGRAMS}/scheduler.pl`;

/** Its programs, in the sources and in the npm package. */
const SOURCES = ["scheduler.pl", "steps.pl", "rehearse.pl", "dump.pl"];

function upload(name: string): { file: string; content: string } {
  const file = path.join(packageRoot, "components", "docker", "backup-image", name);
  return { file: `${PROGRAMS}/${name}`, content: readFileSync(file, "utf8") };
}

/** What the scheduler reads. */
function scheduleText(
  { backup: { schedule, maxAge }, containerName }: DockerPlan,
  rebackup: boolean,
): string {
  const jobs = Object.fromEntries(Object.entries(schedule).filter(([, expression]) => expression !== "none"));
  return text({ database: containerName, socket: SHARED.socket, maxAge, rebackup, jobs });
}

/** What the program that dumps reads. */
function dumpText(database: string, retention: number): string {
  return text({ socket: SHARED.socket, database, retention, folder: DUMPS, ...dumpProgramPlan(database) });
}

function text(content: object): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** What the container is told of the database beyond the plan. */
export interface BackupContainerContext {
  /** Id of the image with pgBackRest. */
  image: Input<string>;
  /** Name of the application's database. */
  database: string;
  /** Days. */
  retention: number;
  /** Whether a hole in the archive makes a full backup due. */
  rebackup: boolean;
}

/** Arguments of the container. It sees the data, and cannot write to them. */
export function backupContainerArgs(
  plan: DockerPlan,
  { version }: Settings,
  { image, database, retention, rebackup }: BackupContainerContext,
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
      ...SOURCES.map(upload),
      { file: `${PROGRAMS}/schedule.json`, content: scheduleText(plan, rebackup) },
      { file: `${PROGRAMS}/dump.json`, content: dumpText(database, retention) },
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
