/** What is in a folder of archived WAL? Reads names, sizes and the first bytes of segments. */

import { open, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { Fault } from "../../faults";
import { isAlive } from "../../process";
import { readHistoryName, readSegmentName } from "../lsn";
import { type ArchivedFile, HEADER_SIZE } from "../segments";

async function readArchived(directory: string, name: string): Promise<ArchivedFile | undefined> {
  const isSegment = readSegmentName(name) !== undefined;
  if (!isSegment && readHistoryName(name) === undefined) return undefined;
  const handle = await open(path.join(directory, name), "r").catch(() => undefined);
  // Expired in the meantime.
  if (!handle) return undefined;
  try {
    const { size } = await handle.stat();
    const length = isSegment ? HEADER_SIZE : size;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0);
    return { name, size, content: buffer.subarray(0, bytesRead) };
  } finally {
    await handle.close();
  }
}

/** Names in a folder; none where there is no folder. */
export async function namesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new Fault(`${directory} cannot be read: ${error.message}`, "run as the user who owns it");
  });
}

/** Segments and history files of an archive. */
export async function readArchiveFolder(directory: string): Promise<ArchivedFile[]> {
  const names = await namesIn(directory);
  const files: ArchivedFile[] = [];
  for (const name of names.sort()) {
    const file = await readArchived(directory, name);
    if (file) files.push(file);
  }
  return files;
}

/** A whole segment. */
export function readSegment(directory: string): (name: string) => Promise<Buffer> {
  return (name) => readFile(path.join(directory, name));
}

/** `archtemp.<segment>.<process>.<milliseconds>`. https://www.postgresql.org/docs/15/basic-archive.html */
const TEMPORARY = /^archtemp\..+\.(\d+)\.(\d+)$/;

/**
 * Names of the temporary files that nobody writes any more: those of an archiver that is gone, and all but the newest
 * of one that lives, since it copies one file at a time. Pure.
 */
export function abandoned(names: readonly string[], isRunning: (pid: number) => boolean): string[] {
  const files = names.flatMap((name) => {
    const [, pid, time] = TEMPORARY.exec(name) ?? [];
    return pid === undefined ? [] : [{ name, pid: Number(pid), time: Number(time) }];
  });
  return files
    .filter(
      ({ pid, time }) => !isRunning(pid) || files.some((other) => other.pid === pid && other.time > time),
    )
    .map(({ name }) => name);
}

/**
 * Removes what attempts that failed left in an archive: `basic_archive` itself removes none of it, and on a full disk it
 * leaves a file with each attempt.
 */
export async function sweepArchive(directory: string): Promise<void> {
  for (const name of abandoned(await namesIn(directory), isAlive))
    await rm(path.join(directory, name), { force: true });
}
