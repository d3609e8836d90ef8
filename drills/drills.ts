/** How is each drill run: on which storage, with which blow? */

import { mkdir, rm, rmdir } from "node:fs/promises";
import path from "node:path";
import type { DockerBackupLocation } from "../components/backup/store";
import type { Progress } from "../components/progress";
import type { DrillName } from "./claims";
import { createDockerServer } from "./docker-server";
import { failOverUnderLoad, type Standby } from "./failover";
import { createLocalServer } from "./local-server";
import { type RestoreControl, restoreUnderLoad } from "./restore";
import { breakUnderLoad, type DrillRound } from "./rounds";
import type { DrillServer, DrillServerArgs } from "./server";
import {
  type DrillStorages,
  folderStorage,
  powerCutObstacle,
  storagesIn,
  type VolatileStorage,
  xfsStorage,
} from "./storage";
import { tearPages } from "./torn-page";

/** What a drill is run with. */
export interface DrillArgs extends DrillServerArgs {
  rounds: number;
  /** The stack's container with its backups, for a copy of it; undefined for a local server. */
  original: DockerBackupLocation | undefined;
  /** Folder below which the drill makes and removes its own. Default of the command: beside the local databases. */
  home: string;
  progress: Progress;
  /** Once it is aborted no further round begins. Default: all are made. */
  signal?: AbortSignal;
  /** Recovery time objective in seconds: a drill whose recovery takes longer fails. Default: none. */
  rto?: number;
  /** Of a negative control of the drill `restore`. */
  restore?: RestoreControl;
  /** The database that the drill `failover` fails over; absent where there is no standby that AWS manages. */
  standby?: Standby;
}

/** Runs a drill on a server of its own, and removes that. */
export async function runDrill(drill: DrillName, args: DrillArgs): Promise<DrillRound[]> {
  const home = path.join(args.home, `${drill}-${process.pid}-${Date.now()}`);
  await mkdir(home, { recursive: true });
  try {
    return await RUN[drill](args, home);
  } finally {
    await rm(home, { recursive: true, force: true });
    // Stays where another drill runs.
    await rmdir(args.home).catch(() => undefined);
  }
}

const RUN: Record<DrillName, (args: DrillArgs, home: string) => Promise<DrillRound[]>> = {
  crash: (args, home) =>
    inFolder(args, home, ({ server, logs }) =>
      breakUnderLoad({ ...args, server, logs, firstStart: false, blow: killOrReplace }),
    ),
  "torn-page": (args, home) => inFolder(args, home, ({ server }) => tearPages({ ...args, server })),
  "power-cut": cutPower,
  restore: (args, home) =>
    inFolder(args, home, ({ server, logs }) =>
      restoreUnderLoad({ ...args, server, logs, control: args.restore }),
    ),
  failover: async ({ standby, ...args }, home) => {
    if (!standby) throw new Error("there is no standby to fail over to");
    return failOverUnderLoad({ ...args, standby, logs: path.join(home, "acknowledged") });
  },
};

/** Every second time a container is not only killed but gone. */
async function killOrReplace(server: DrillServer, round: number): Promise<void> {
  if (round % 2 === 0 && server.replace) await server.replace();
  else await server.kill();
}

type Places = { server: DrillServer; logs: string };

function createServer(args: DrillArgs, storages: DrillStorages): Promise<DrillServer> {
  args.progress.status("making a server for the drill");
  return args.original
    ? createDockerServer(args.original, args, storages)
    : createLocalServer(args, storages);
}

async function inFolder(
  args: DrillArgs,
  home: string,
  work: (places: Places) => Promise<DrillRound[]>,
): Promise<DrillRound[]> {
  const server = await createServer(args, await storagesIn(home, folderStorage));
  try {
    return await work({ server, logs: path.join(home, "acknowledged") });
  } finally {
    await server.remove();
  }
}

/** Data, archive and backups are on file systems of their own, as they should be; the power fails for all of them. */
async function cutPower(args: DrillArgs, home: string): Promise<DrillRound[]> {
  const obstacle = await powerCutObstacle(home);
  if (obstacle) throw obstacle;
  const storages: VolatileStorage[] = [];
  try {
    const server = await createServer(args, await storagesIn(home, xfsStorage, storages));
    try {
      return await breakUnderLoad({
        ...args,
        server,
        logs: path.join(home, "acknowledged"),
        firstStart: true,
        // First the disks, then the processes: a dying server must not flush anything more.
        async blow(target) {
          await Promise.all(storages.map((storage) => storage.cut()));
          await target.kill();
          for (const storage of storages) await storage.restore();
        },
      });
    } finally {
      await server.remove();
    }
  } finally {
    for (const storage of storages) await storage.remove();
  }
}
