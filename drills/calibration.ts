/** How fast are this machine's disk and PostgreSQL's recovery on it? Measured on the file system of a local database's data. */

import { randomBytes } from "node:crypto";
import { mkdir, open, rm } from "node:fs/promises";
import path from "node:path";
import { lsn } from "../components/backup/lsn";
import { type Connection, withClient } from "../components/connection";
import type { Progress } from "../components/progress";
import { createLocalServer } from "./local-server";
import { readReplay } from "./recovery";
import type { DrillServer, DrillServerArgs } from "./server";
import { folderStorage, storagesIn } from "./storage";

export const MB = 1024 ** 2;

/** Bytes of a flushed write: a page, as `pg_test_fsync` writes them. */
export const PAGE = 8192;

/** Pages of the file that they are written into. */
export const PAGES = 2048;

/** For how long flushes are counted. */
export const FLUSHING_MS = 2000;

/** What is written to see how fast the disk is. */
export const DISK_BYTES = 256 * MB;

/** WAL that recovery replays: half of what it may be by default. */
const WAL_BYTES = 512 * MB;

/** What was measured. */
export interface Measurement {
  /** Median microseconds of a write of 8 kB into an allocated file with its flush. */
  fdatasync: number;
  /** MB written in a row and flushed at their end, in a second. */
  diskRate: number;
  /** MB of WAL replayed in a second, from the first record until the server took connections. */
  replayRate: number;
  /** What recovery replayed, in bytes. */
  replayedBytes: number;
  /** Seconds of it, by the server's own log. */
  replaySeconds: number;
}

/**
 * Measures disk and recovery, in a folder that it makes and removes.
 *
 * @param home Folder on the file system of the data.
 */
export async function calibrate(
  { version, parameters }: Pick<DrillServerArgs, "version" | "parameters">,
  home: string,
  progress: Progress,
): Promise<Measurement> {
  const folder = path.join(home, `calibration-${process.pid}-${Date.now()}`);
  await mkdir(folder, { recursive: true });
  try {
    progress.status("flushing pages of 8 kB");
    const fdatasync = await flushTime(path.join(folder, "pages"));
    progress.status(`writing ${DISK_BYTES / MB} MB`);
    const diskRate = await writeRate(path.join(folder, "bytes"));
    progress.status("making a server");
    const args = { version, parameters: { ...parameters, ...UNCHECKED } };
    const server = await createLocalServer(args, await storagesIn(folder, folderStorage));
    const replay = await replayRate(server, progress);
    return { fdatasync, diskRate, ...replay };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function microsecondsSince(begin: bigint): number {
  return Number(process.hrtime.bigint() - begin) / 1000;
}

/** The middle one, at least 1. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return Math.max(1, Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0));
}

/** WAL segments are allocated before they are written, so that a flush changes no size. */
async function flushTime(file: string): Promise<number> {
  const handle = await open(file, "wx", 0o600);
  try {
    await handle.write(Buffer.alloc(PAGES * PAGE));
    await handle.sync();
    const page = randomBytes(PAGE);
    const times: number[] = [];
    for (const end = Date.now() + FLUSHING_MS; Date.now() < end; ) {
      const begin = process.hrtime.bigint();
      await handle.write(page, 0, PAGE, (times.length % PAGES) * PAGE);
      await handle.datasync();
      times.push(microsecondsSince(begin));
    }
    return median(times);
  } finally {
    await handle.close();
  }
}

async function writeRate(file: string): Promise<number> {
  const chunk = randomBytes(MB);
  const handle = await open(file, "wx", 0o600);
  try {
    const begin = process.hrtime.bigint();
    for (let written = 0; written < DISK_BYTES; written += MB) await handle.write(chunk);
    await handle.datasync();
    return rate(DISK_BYTES, microsecondsSince(begin) / 1e6);
  } finally {
    await handle.close();
  }
}

/** Whole MB in a second. */
export function rate(bytes: number, seconds: number): number {
  return Math.max(1, Math.floor(bytes / MB / seconds));
}

/** Nothing is checkpointed before the kill, and the log tells the time. */
export const UNCHECKED = { max_wal_size: "8GB", checkpoint_timeout: "1d", log_line_prefix: "%m [%p] " };

/** What is asked of a server that recovers. */
type Recovering = Pick<DrillServer, "application" | "administration" | "kill" | "start" | "log" | "remove">;

/** Kills a server that has checkpointed nothing of what it wrote, lets it recover, and removes it. */
export async function replayRate(
  server: Recovering,
  progress: Progress,
): Promise<Pick<Measurement, "replayRate" | "replayedBytes" | "replaySeconds">> {
  try {
    await writeWal(server.application, server.administration, progress);
    await server.kill();
    progress.status("recovering");
    const { replayedBytes } = await server.start();
    const replaySeconds = readReplay(await server.log());
    return { replayRate: rate(replayedBytes, replaySeconds), replayedBytes, replaySeconds };
  } finally {
    await server.remove();
  }
}

/** Inserts with a scattered index, and updates of rows all over the table. */
async function writeWal(
  application: Connection,
  administration: Connection,
  progress: Progress,
): Promise<void> {
  await withClient(administration, (client) => client.query("CHECKPOINT"), { timeoutMs: 60_000 });
  await withClient(
    application,
    async (client) => {
      const position = async () =>
        lsn((await client.query("SELECT pg_current_wal_lsn()::text AS lsn")).rows[0].lsn);
      await client.query("CREATE TABLE calibration (id bigserial PRIMARY KEY, key text, filler text)");
      await client.query("CREATE INDEX ON calibration (key)");
      const begin = await position();
      for (let written = 0; written < WAL_BYTES; written = Number((await position()) - begin)) {
        progress.status(`writing WAL: ${Math.floor(written / MB)} of ${WAL_BYTES / MB} MB`);
        await client.query(
          `INSERT INTO calibration (key, filler)
           SELECT md5(random()::text), repeat('x', 100) FROM generate_series(1, 50000)`,
        );
        await client.query("UPDATE calibration SET filler = repeat('y', 100) WHERE id % 10 = $1", [
          written % 10,
        ]);
      }
    },
    { timeoutMs: 10 * 60_000 },
  );
}
