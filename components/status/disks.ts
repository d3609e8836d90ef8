/** How much room do the server's file systems have? PostgreSQL does not tell: the operating system does. */

import { statfs } from "node:fs/promises";
import { orUndefined, withEngine } from "../docker/engine";
import { ARCHIVE, BACKUP, SUPERUSER } from "../docker/layout";
import { execute } from "../docker/run";
import { Fault } from "../faults";
import type { Disk } from "./check";

const SEE_IT = "look at it yourself: df -h";

/** The disks of a server on this machine, or why they cannot be read: of its data, and of further folders. */
export async function localDisks(...folders: readonly string[]): Promise<Disk[] | Fault> {
  try {
    const disks: Disk[] = [];
    for (const folder of folders) {
      const { bavail, blocks, bsize } = await statfs(folder);
      disks.push({ folder, free: bavail * bsize, total: blocks * bsize });
    }
    return disks;
  } catch (error) {
    return new Fault((error as Error).message, SEE_IT);
  }
}

/**
 * Disks in the output of `df -Pk`, in the order they were asked for: the form of POSIX, which busybox has as well.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/df.html
 */
export function parseDf(printed: string, folders: readonly string[]): Disk[] {
  const lines = printed.trim().split("\n").slice(1);
  return lines.map((line, index) => {
    const [, total, , free] = /\s(\d+)\s+(\d+)\s+(\d+)\s+\d+%\s/.exec(line) ?? [];
    return { folder: folders[index] ?? "", free: Number(free) * 1024, total: Number(total) * 1024 };
  });
}

/** The disks of a server in a container, or why they cannot be read. */
export async function containerDisks(container: string, dataDirectory: string): Promise<Disk[] | Fault> {
  const folders = [dataDirectory, ARCHIVE, BACKUP];
  const command = ["df", "-Pk", ...folders];
  try {
    return await withEngine(undefined, async (docker) => {
      const result = await orUndefined(execute(docker, container, { command, user: SUPERUSER }));
      if (!result)
        return new Fault(
          `the Docker engine has no container ${container}`,
          "name the stack's engine: export DOCKER_HOST=…",
        );
      return result.code === 0
        ? parseDf(result.stdout, folders)
        : new Fault(`df in the container says: ${result.stderr.trim()}`, SEE_IT);
    });
  } catch (error) {
    return error instanceof Fault ? error : new Fault((error as Error).message, SEE_IT);
  }
}
