/** How is a folder of data copied so that the copy is complete, on disk, and known by its checksums? */

import { createHash } from "node:crypto";
import { chown, mkdir, open, readdir } from "node:fs/promises";
import path from "node:path";
import type { Account } from "../../local/account";
import { isRoot } from "../../local/account";
import { syncDirectory } from "../../local/instance";
import type { Progress } from "../../progress";

/** A file that was copied. */
export interface CopiedFile {
  /** Relative to the folder, with `/`. */
  path: string;
  size: number;
  modified: Date;
  /** SHA-256, hexadecimal. */
  checksum: string;
}

/** What a copy needs to know. */
export interface CopyOptions {
  /** True for files and folders that stay behind, by their relative path. */
  isExcluded?(file: string): boolean;
  /** Owner of the copies; only root can choose. */
  account?: Account;
  /** False leaves it to PostgreSQL, which syncs a restored folder before it recovers. Default: true. */
  sync?: boolean;
  onBytes?(bytes: number): void;
}

/** As many as Node has threads for files. */
const CONCURRENCY = 4;
const CHUNK = 1024 ** 2;

async function walk(
  root: string,
  isExcluded: (file: string) => boolean,
): Promise<{ files: string[]; folders: string[] }> {
  const found = { files: [] as string[], folders: [] as string[] };
  const visit = async (folder: string) => {
    for (const entry of await readdir(path.join(root, folder), { withFileTypes: true })) {
      const name = path.posix.join(folder, entry.name);
      if (isExcluded(name)) continue;
      if (entry.isDirectory()) {
        found.folders.push(name);
        await visit(name);
      } else if (entry.isFile()) found.files.push(name);
    }
  };
  await visit("");
  return found;
}

/** Copies one file; undefined when it was gone before it could be opened. */
async function copyOne(
  from: string,
  to: string,
  { account, sync = true, onBytes }: CopyOptions,
): Promise<Omit<CopiedFile, "path"> | undefined> {
  const source = await open(from, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (!source) return undefined;
  const hash = createHash("sha256");
  let size = 0;
  try {
    const { mtime } = await source.stat();
    const target = await open(to, "wx", 0o600);
    try {
      const buffer = Buffer.allocUnsafe(CHUNK);
      for (;;) {
        const { bytesRead } = await source.read(buffer, 0, CHUNK, null);
        if (bytesRead === 0) break;
        const bytes = buffer.subarray(0, bytesRead);
        hash.update(bytes);
        await target.writeFile(bytes);
        size += bytesRead;
        onBytes?.(bytesRead);
      }
      if (isRoot && account) await target.chown(account.uid, account.gid);
      if (sync) await target.sync();
    } finally {
      await target.close();
    }
    return { size, modified: mtime, checksum: hash.digest("hex") };
  } finally {
    await source.close();
  }
}

/** Copies a folder into a new one, files that vanish meanwhile left out. Returns what was copied, by path. */
export async function copyFolder(from: string, to: string, options: CopyOptions = {}): Promise<CopiedFile[]> {
  const { account, sync = true, isExcluded = () => false } = options;
  const { files, folders } = await walk(from, isExcluded);
  for (const folder of ["", ...folders]) {
    const target = path.join(to, folder);
    await mkdir(target, { mode: 0o700 });
    if (isRoot && account) await chown(target, account.uid, account.gid);
  }
  const copied: CopiedFile[] = [];
  const queue = files.values();
  const worker = async () => {
    for (const file of queue) {
      const result = await copyOne(path.join(from, file), path.join(to, file), options);
      if (result) copied.push({ path: file, ...result });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  if (sync) for (const folder of [...folders, ""]) await syncDirectory(path.join(to, folder));
  return copied.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Says how far a copy is, with its rate and the time left, at most once a second. */
export function copyProgress(
  progress: Progress,
  what: string,
  total: number | undefined,
  clock = () => Date.now(),
): (bytes: number) => void {
  const begin = clock();
  let said = begin;
  let done = 0;
  return (bytes) => {
    done += bytes;
    const current = clock();
    if (current - said < 1000) return;
    said = current;
    const rate = done / (current - begin);
    const megabytes = (count: number) => Math.round(count / 1024 ** 2);
    const left =
      total === undefined ? "" : `, ${Math.max(0, Math.round((total - done) / rate / 1000))} s left`;
    const size = total === undefined ? "" : ` of ${megabytes(total)}`;
    progress.status(`${what}: ${megabytes(done)}${size} MB, ${megabytes(rate * 1000)} MB/s${left}`);
  };
}
