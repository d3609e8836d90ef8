/** Where does a local server keep its files, and whose are they? */

import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { chmod, chown, mkdir, open, readdir, rename } from "node:fs/promises";
import path from "node:path";
import { Fault } from "../faults";
import type { Version } from "../parameters/postgres";
import type { Account } from "./account";
import { isRoot } from "./account";

/** What a cluster's record holds: facts that are decided once and outlive the state. */
export interface InstanceRecord {
  /** URN of the resource that made the cluster. */
  owner: string;
  version: Version;
  /** Decimal; a JSON number could not hold its 64 bits. */
  systemIdentifier: string;
  port: number;
  /** Bytes the sizes were computed from. */
  memory: number;
  cpus: number;
  osUser: string;
  /** ISO 8601. */
  createdAt: string;
  /** Absent for a cluster that initdb made. */
  restoredFrom?: {
    /** Folder of the instance that was restored. */
    directory: string;
    /** The moment, as it was written. */
    to: string;
    /** Id of the backup. */
    backup: string;
  };
}

/** Files of one instance. */
export interface InstancePaths {
  directory: string;
  /** PGDATA. It exists only once initdb finished. */
  data: string;
  log: string;
  /** What the server printed before its log collector took over. */
  startupLog: string;
  record: string;
  socket: string;
}

/** Longest path of a Unix socket: `sun_path` holds 104 bytes on macOS, 108 on Linux, the final zero included. */
const SOCKET_PATH_LIMIT = 103;

/**
 * Directory of the Unix socket: inside the instance, or below /tmp when that path would be too long for a socket.
 * Derived, so that nothing has to remember it.
 */
function socketDirectory(directory: string): string {
  const inside = path.join(directory, "run");
  if (Buffer.byteLength(path.join(inside, ".s.PGSQL.65535")) <= SOCKET_PATH_LIMIT) return inside;
  return `/tmp/durable-postgres-${createHash("sha256").update(directory).digest("hex").slice(0, 16)}`;
}

/** The files of an instance. */
export function instancePaths(directory: string): InstancePaths {
  const inside = (name: string) => path.join(directory, name);
  return {
    directory,
    data: inside("data"),
    log: inside("log"),
    startupLog: path.join(directory, "log", "startup.log"),
    record: inside("instance.json"),
    socket: socketDirectory(directory),
  };
}

/** Between PGDATA's name and a random one while initdb works. */
export const UNFINISHED = ".unfinished-";

/** Names below an instance that we make. */
function isOurs(name: string): boolean {
  return (
    ["data", "instance.json", "log", "run", "postgresql"].includes(name) ||
    name.startsWith(`data${UNFINISHED}`) ||
    name.startsWith("instance.json.")
  );
}

/** What lies in the folder of an instance: our own files, and others. */
export async function entries(paths: InstancePaths): Promise<{ ours: string[]; others: string[] }> {
  const names = await readdir(paths.directory).catch(() => []);
  const inside = (name: string) => path.join(paths.directory, name);
  // lost+found: the root of a file system of its own.
  const others = names.filter((name) => !isOurs(name) && name !== "lost+found");
  return { ours: names.filter(isOurs).map(inside), others: others.map(inside) };
}

/**
 * Directory that holds the instances of a project: inside it, or below /var/lib for root, whose server
 * runs as another user and could not reach into /root or a private temporary folder.
 */
export function instancesHome(projectRoot: string): string {
  if (!isRoot) return path.join(projectRoot, ".durable-postgres", "local");
  const hash = createHash("sha256").update(projectRoot).digest("hex").slice(0, 8);
  return path.join("/var/lib/durable-postgres", `${path.basename(projectRoot)}-${hash}`);
}

/** The record of an instance; undefined when there is none. Synchronous: components read it while they are built. */
export function readRecord(directory: string): InstanceRecord | undefined {
  const file = instancePaths(directory).record;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw unreadable(file, error as Error);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Fault(
      `${file} is not valid JSON`,
      `restore it from a backup, or move ${directory} away to start an empty database`,
    );
  }
}

function unreadable(file: string, error: Error): Fault {
  return new Fault(
    `${file} cannot be read: ${error.message}`,
    `run as the user who owns ${path.dirname(file)}`,
  );
}

/** Makes the entries of a directory survive a power cut. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  await handle.sync().finally(() => handle.close());
}

/** Makes new directories survive a power cut, from the parent of the first one down to the last. */
async function syncPath(first: string, last: string): Promise<void> {
  for (let directory = last; directory.length >= first.length; directory = path.dirname(directory))
    await syncDirectory(path.dirname(directory));
}

/** Writes a small file so that a power cut leaves the old or the new content, never a part. */
export async function writeDurably(
  file: string,
  text: string,
  options: { mode: number; account?: Account },
): Promise<void> {
  const temporary = `${file}.${randomUUID()}`;
  const handle = await open(temporary, "wx", options.mode);
  try {
    await handle.writeFile(text);
    if (isRoot && options.account) await handle.chown(options.account.uid, options.account.gid);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
  await syncDirectory(path.dirname(file));
}

/** Writes the record of an instance. */
export async function writeRecord(directory: string, record: InstanceRecord): Promise<void> {
  await writeDurably(instancePaths(directory).record, `${JSON.stringify(record, null, 2)}\n`, {
    mode: 0o644,
  });
}

/**
 * Makes the folders of an instance: parents that the server's user can pass, private ones below.
 *
 * @throws Fault when a folder cannot be made or the socket's folder belongs to somebody else.
 */
export async function makeDirectories(paths: InstancePaths, account: Account): Promise<void> {
  try {
    const created = await mkdir(paths.directory, { recursive: true, mode: 0o755 });
    if (created) await syncPath(created, paths.directory);
    for (const directory of [paths.log, paths.socket]) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const handle = await open(directory, "r");
      try {
        const { uid } = await handle.stat();
        if (uid !== account.uid && uid !== process.getuid?.())
          throw new Fault(`${directory} belongs to another user (uid ${uid})`, `sudo rm -r ${directory}`);
        if (isRoot) await chown(directory, account.uid, account.gid);
        await handle.chmod(0o700);
      } finally {
        await handle.close();
      }
    }
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw unwritable(paths.directory, error as NodeJS.ErrnoException);
  }
}

/** Makes the folder of the WAL archive, into which the server itself writes. */
export async function makeArchiveDirectory(directory: string, account: Account): Promise<void> {
  try {
    const created = await mkdir(directory, { recursive: true, mode: 0o755 });
    if (!created) return;
    if (isRoot) await chown(directory, account.uid, account.gid);
    await chmod(directory, 0o700);
    await syncPath(created, directory);
  } catch (error) {
    throw unwritable(directory, error as NodeJS.ErrnoException);
  }
}

/** The fault for a folder that cannot be written. */
export function unwritable(directory: string, error: NodeJS.ErrnoException): Fault {
  if (error.code === "ENOSPC")
    return new Fault(
      `the disk that holds ${directory} is full`,
      `free some space: df -h ${path.dirname(directory)}`,
    );
  return new Fault(
    `${directory} cannot be written: ${error.message}`,
    "write `directory: <a folder you own>` under local, or change the owner of this one",
  );
}
