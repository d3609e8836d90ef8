/** Does the archive hold what the server reported as archived? */

import { open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readSegmentName, SEGMENT_SIZE } from "../components/backup/lsn";
import { HEADER_SIZE, SYSTEM_IDENTIFIER } from "../components/backup/segments";
import { type Connection, withClient } from "../components/connection";
import type { DrillArchive, DrillFinding, DrillServer, SegmentChange } from "./server";

/** Where a server notes what is archived: a file `<segment>.done` for each that it still has. */
const STATUS = path.join("pg_wal", "archive_status");

/** Writes down which segments the server reports as archived. */
export class ArchiveWatch {
  private readonly reported = new Set<string>();
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

  /** What was reported, and what the server has noted: it never archives one of these again. */
  async archived({ dataDirectory }: Pick<DrillServer, "dataDirectory">): Promise<Set<string>> {
    const noted = await readdir(path.join(dataDirectory, STATUS));
    for (const file of noted) this.report(path.parse(file).ext === ".done" ? path.parse(file).name : "");
    return this.reported;
  }

  /** Segments that were found are no longer needed by the drill. */
  async clear(archive: DrillArchive): Promise<void> {
    this.reported.clear();
    // The server goes on reporting one as the last one until it has archived another.
    for (const name of await archive.clear()) this.cleared.add(name);
  }

  private report(name: string): void {
    if (readSegmentName(name) && !this.cleared.has(name)) this.reported.add(name);
  }

  private async watch(administration: Connection): Promise<void> {
    const look = () =>
      withClient(administration, async (client) => {
        while (!this.ending) {
          const { rows } = await client.query("SELECT last_archived_wal AS name FROM pg_stat_archiver");
          this.report(rows[0].name ?? "");
          await sleep(20);
        }
      });
    // The crash ends it.
    await look().catch(() => undefined);
  }
}

/** The finding for segments that are not there, or not whole; each with what is wrong with it. */
export function archiveFindings(damaged: readonly string[], archived: number): DrillFinding[] {
  if (damaged.length === 0) return [];
  const some = damaged.slice(0, 3).join(", ");
  const text = `${damaged.length} of ${archived} archived segments are not in the archive: ${some}${damaged.length > 3 ? " …" : ""}`;
  return [{ kind: "archive", count: damaged.length, text }];
}

/** An archive of plain segments in a folder. */
export class FolderArchive implements DrillArchive {
  /**
   * @param directory As this process sees it.
   * @param flush Makes the server archive all that it has written.
   */
  constructor(
    private readonly directory: string,
    private readonly systemIdentifier: () => Promise<string>,
    readonly flush: () => Promise<void>,
  ) {}

  async findings(archived: ReadonlySet<string>): Promise<DrillFinding[]> {
    const damaged: string[] = [];
    const identifier = await this.systemIdentifier();
    for (const name of archived) {
      const problem = await segmentProblem(path.join(this.directory, name), identifier);
      if (problem) damaged.push(`${name} ${problem}`);
    }
    return archiveFindings(damaged, archived.size);
  }

  async clear(): Promise<string[]> {
    const entries = await readdir(this.directory, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    for (const name of names) await rm(path.join(this.directory, name));
    return names;
  }

  async change(segment: string, change: SegmentChange): Promise<void> {
    const file = path.join(this.directory, segment);
    const content = change(await readFile(file));
    if (content) await writeFile(file, content);
    else await rm(file);
  }
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
