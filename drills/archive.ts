/** Does the archive hold what the server reported as archived? */

import { open, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readSegmentName, SEGMENT_SIZE } from "../components/backup/lsn";
import { HEADER_SIZE, SYSTEM_IDENTIFIER } from "../components/backup/segments";
import { type Connection, withClient } from "../components/connection";
import type { DrillFinding } from "./server";

/** Writes down which segments the server reports as archived. */
export class ArchiveWatch {
  readonly reported = new Set<string>();
  private readonly cleared = new Set<string>();
  private ending = false;
  private running: Promise<void> | undefined;

  start(administration: Connection): void {
    this.ending = false;
    this.running = this.watch(administration);
  }

  async stop(): Promise<void> {
    this.ending = true;
    await this.running;
  }

  /** Segments that were archived are no longer needed by the drill, and fill its disk. */
  async clear(directory: string): Promise<void> {
    this.reported.clear();
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const { name } = entry;
      // The server goes on reporting it as the last one until it has archived another.
      this.cleared.add(name);
      await rm(path.join(directory, name));
    }
  }

  private async watch(administration: Connection): Promise<void> {
    const look = () =>
      withClient(administration, async (client) => {
        while (!this.ending) {
          const { rows } = await client.query("SELECT last_archived_wal AS name FROM pg_stat_archiver");
          const { name } = rows[0];
          if (readSegmentName(name ?? "") && !this.cleared.has(name)) this.reported.add(name);
          await sleep(20);
        }
      });
    // The crash ends it.
    await look().catch(() => undefined);
  }
}

/** Segments that were reported as archived and are not there, or are not whole. */
export async function archiveFindings(
  directory: string,
  reported: ReadonlySet<string>,
  systemIdentifier: string,
): Promise<DrillFinding[]> {
  const damaged: string[] = [];
  for (const name of reported) {
    const problem = await segmentProblem(path.join(directory, name), systemIdentifier);
    if (problem) damaged.push(`${name} ${problem}`);
  }
  if (damaged.length === 0) return [];
  const some = damaged.slice(0, 3).join(", ");
  const text = `${damaged.length} of ${reported.size} archived segments are not in the archive: ${some}${damaged.length > 3 ? " …" : ""}`;
  return [{ kind: "archive", count: damaged.length, text }];
}

async function segmentProblem(file: string, systemIdentifier: string): Promise<string | undefined> {
  const handle = await open(file, "r").catch(() => undefined);
  if (!handle) return "is missing";
  try {
    const { size } = await handle.stat();
    if (size !== SEGMENT_SIZE) return `has ${size} bytes`;
    const { buffer } = await handle.read(Buffer.alloc(HEADER_SIZE), 0, HEADER_SIZE, 0);
    const found = buffer.readBigUInt64LE(SYSTEM_IDENTIFIER).toString();
    return found === systemIdentifier ? undefined : `is of system ${found}`;
  } finally {
    await handle.close();
  }
}
