/** What is in a folder of archived WAL? Reads names, sizes and the first bytes of segments. */

import { open, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { Fault } from "../../faults";
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
