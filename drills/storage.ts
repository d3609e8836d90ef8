/** Where does a drill's server keep its files, and how is the power cut? */

import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, chmod, mkdir, open, readdir, rm, statfs } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Fault } from "../components/faults";

const run = promisify(execFile);

/** A place for files. */
export interface Storage {
  readonly directory: string;
  remove(): Promise<void>;
}

/** A place that can lose everything that was not flushed. */
export interface VolatileStorage extends Storage {
  /** From now on nothing more reaches the disk, as when the power fails. */
  cut(): Promise<void>;
  /** The power comes back: what had reached the disk is there. Nothing may use the place any more. */
  restore(): Promise<void>;
}

/** What a drill's server keeps, each in a place of its own. */
export const STORED = ["data", "archive", "backup"] as const;
export type DrillStorages = Readonly<Record<(typeof STORED)[number], Storage>>;

/** A plain folder: it outlives a killed process, and says nothing about a power cut. */
export async function folderStorage(directory: string): Promise<Storage> {
  await makeFolder(directory);
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}

/**
 * Makes one for everything that a server keeps.
 *
 * @param made Gets each as soon as it is there, also where a later one cannot be made.
 */
export async function storagesIn<Kind extends Storage>(
  home: string,
  make: (directory: string) => Promise<Kind>,
  made: Kind[] = [],
): Promise<Record<keyof DrillStorages, Kind>> {
  const entries: [string, Kind][] = [];
  for (const name of STORED) {
    const storage = await make(path.join(home, name));
    made.push(storage);
    entries.push([name, storage]);
  }
  return Object.fromEntries(entries) as Record<keyof DrillStorages, Kind>;
}

async function makeFolder(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  // The server's user has to pass.
  await chmod(directory, 0o755);
}

/** Bytes of a file system for one drill; the file is sparse. */
const SIZE = 4 * 1024 ** 3;

/** Programs that a power cut needs, all of the package xfsprogs or of every Linux. */
const PROGRAMS = ["mkfs.xfs", "xfs_io", "mount", "umount"];

/**
 * Why the power of a file system cannot be cut on this machine; undefined where it can.
 *
 * @param home Folder in which the file systems would be.
 */
export async function powerCutObstacle(home: string): Promise<Fault | undefined> {
  const instead = "run it as root on Linux; `drill crash` runs everywhere, and does not prove the same";
  if (process.platform !== "linux")
    return new Fault("a power cut needs a file system that can be shut down: XFS, on Linux", instead);
  if (process.getuid?.() !== 0)
    return new Fault("a power cut needs root: it mounts file systems of its own", instead);
  const missing = [];
  for (const program of PROGRAMS) if (!(await findProgram(program))) missing.push(program);
  if (missing.length > 0)
    return new Fault(`a power cut needs ${missing.join(", ")}`, "apt-get install xfsprogs mount");
  const { bavail, bsize } = await statfs(home);
  if (bavail * bsize < SIZE)
    return new Fault(
      `a power cut needs ${SIZE / 1024 ** 3} GB free in ${home}, and ${Math.floor((bavail * bsize) / 1024 ** 3)} GB are`,
      `free some space: df -h ${home}`,
    );
  return mountObstacle(home);
}

/** Containers often have no loop devices: only a try tells. */
async function mountObstacle(home: string): Promise<Fault | undefined> {
  const probe = path.join(home, `.probe-${process.pid}`);
  try {
    const storage = await xfsStorage(probe, 320 * 1024 ** 2);
    await storage.remove();
    return undefined;
  } catch (error) {
    await rm(`${probe}.xfs`, { force: true });
    return new Fault(
      `a power cut needs XFS on a loop device, and this machine does not give one: ${lastLine(error)}`,
      "run it on a machine, or in a container with --privileged; `drill crash` does not prove the same",
    );
  }
}

function lastLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr || message).trim().split("\n").at(-1) as string;
}

async function findProgram(name: string): Promise<string | undefined> {
  for (const folder of [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/sbin"]) {
    const file = path.join(folder, name);
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return file;
  }
  return undefined;
}

async function command(name: string, ...args: string[]): Promise<void> {
  await run((await findProgram(name)) ?? name, args);
}

/**
 * An XFS file system of its own on a loop device. Its cut is the file system's own shutdown without flushing the log
 * (`XFS_FSOP_GOING_FLAGS_NOLOGFLUSH`): what was not written by an fsync is gone, in data and in folders.
 * https://man7.org/linux/man-pages/man8/xfs_io.8.html
 */
export async function xfsStorage(directory: string, size = SIZE): Promise<VolatileStorage> {
  const image = `${directory}.xfs`;
  const handle = await open(image, "wx", 0o600);
  await handle.truncate(size).finally(() => handle.close());
  await command("mkfs.xfs", "-q", image);
  await makeFolder(directory);
  await command("mount", "-o", "loop", image, directory);
  await chmod(directory, 0o755);
  return {
    directory,
    cut: () => command("xfs_io", "-x", "-c", "shutdown", directory),
    restore: () => mountAnew(image, directory),
    async remove() {
      await unmount(directory);
      await rm(directory, { recursive: true, force: true });
      await rm(image, { force: true });
    },
  };
}

/** How often a file system is mounted until it is another one than the one that was cut; 100 ms between. */
const ATTEMPTS = 300;

/**
 * Mounts a file system that was shut down. While another mount namespace holds it, as that of a container which is just
 * being started, the same one comes back, and it fails every access: that must not be taken for what a cut has lost.
 */
async function mountAnew(image: string, directory: string): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    await unmount(directory);
    await command("mount", "-o", "loop", image, directory);
    const error = await readdir(directory).then(
      () => undefined,
      (reason: NodeJS.ErrnoException) => reason,
    );
    if (error === undefined) return;
    if (error.code !== "EIO") throw error;
    await sleep(100);
  }
  throw new Fault(
    `the file system in ${directory} is held by another mount namespace, so that it cannot be mounted anew after the cut`,
    "end the containers or the `unshare` that began while the drill ran, and run it again",
  );
}

/** Killed processes hold their files for a moment. */
async function unmount(directory: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const error = await command("umount", directory).catch((reason) => reason);
    if (!error || /not mounted/.test(String(error.stderr))) return;
    if (attempt === 100) throw error;
    await sleep(100);
  }
}
