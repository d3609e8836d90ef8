/** How is a logical dump taken that can be restored? Written under another name, tried in a database of its own, then renamed. */

import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmod, mkdir, open, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { Client } from "pg";
import type { Connection } from "../../connection";
import { Fault, throwFaults } from "../../faults";
import { syncDirectory } from "../../local/instance";
import type { Progress } from "../../progress";
import {
  DUMP_ARGUMENTS,
  DUMP_TOOLS,
  type DumpTaken,
  type DumpTool,
  dumpFiles,
  expiredDumps,
  keptDumps,
  SCRATCH,
  tablesIn,
  toolFault,
} from "../dump";
import type { LocalBackupLocation } from "../store";
import { now } from "../time";
import type { KeptDump } from "../types";
import { namesIn } from "./archive-folder";
import { exclusively } from "./exclusive";

const run = promisify(execFile);

/** Last part of the names of files that are not complete. */
const UNFINISHED = ".unfinished";

/** A list of very many tables is long. */
const OUTPUT = { maxBuffer: 256 * 1024 ** 2 };

/** Where dumps are that were not asked for elsewhere: beside the database. */
export function dumpDirectory({ directory }: Pick<LocalBackupLocation, "directory">): string {
  return `${directory}-dumps`;
}

/** The dumps that are there. */
export async function listDumps(location: LocalBackupLocation): Promise<KeptDump[]> {
  const directory = dumpDirectory(location);
  const files = [];
  for (const name of await namesIn(directory)) {
    // A dump that is taken at the same moment gives one another name, or removes it.
    const found = await stat(path.join(directory, name)).catch(() => undefined);
    if (found) files.push({ name, size: found.size });
  }
  return keptDumps(files);
}

/** What is to be dumped, and where to. */
export interface DumpRequest {
  database: string;
  directory: string;
  /** Days. */
  retention: number;
  /** Folder of the client's programs; without it PATH is searched. */
  programs?: string;
}

class Tools {
  private readonly env: NodeJS.ProcessEnv;

  constructor(
    private readonly programs: string | undefined,
    { host, port, user, password }: Connection,
    database: string,
  ) {
    const { PATH } = process.env;
    const address = { PGHOST: host, PGPORT: String(port), PGUSER: user, PGDATABASE: database };
    this.env = { PATH, LC_ALL: "C", ...address, ...(password !== undefined && { PGPASSWORD: password }) };
  }

  private file(tool: DumpTool): string {
    return this.programs === undefined ? tool : path.join(this.programs, tool);
  }

  /** Faults of all of them at once. */
  async faults(major: number): Promise<Fault[]> {
    const faults: (Fault | undefined)[] = [];
    for (const tool of DUMP_TOOLS) {
      const printed = await run(this.file(tool), ["--version"], { env: this.env }).then(
        ({ stdout }) => stdout,
        (error: NodeJS.ErrnoException) => (error.code === "ENOENT" ? undefined : error.message),
      );
      faults.push(toolFault(tool, printed, major));
    }
    return faults.filter((fault) => fault !== undefined);
  }

  /** @throws Fault in the tool's own words. */
  async run(tool: DumpTool, args: readonly string[]): Promise<string> {
    try {
      return (await run(this.file(tool), [...args], { ...OUTPUT, env: this.env })).stdout;
    } catch (error) {
      const { stderr, message } = error as { stderr?: string; message: string };
      const words = stderr?.trim().split("\n").slice(0, 3).join("; ") || message;
      throw new Fault(`no dump was taken: ${words}`, "mend what it says, and run the same command again");
    }
  }
}

async function sync(file: string): Promise<void> {
  const handle = await open(file, "r");
  await handle.sync().finally(() => handle.close());
}

/** Removes what killed dumps left: nobody else dumps this server now. */
async function sweep(client: Client, directory: string): Promise<void> {
  for (const name of await namesIn(directory))
    if (name.endsWith(UNFINISHED)) await rm(path.join(directory, name), { force: true });
  const { rows } = await client.query(
    "SELECT quote_ident(datname) AS name FROM pg_database WHERE starts_with(datname, $1)",
    [SCRATCH],
  );
  for (const { name } of rows) await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
}

/** Restores a dump into a database of its own, which is dropped afterwards. */
async function tryRestore(client: Client, tools: Tools, file: string): Promise<void> {
  const scratch = `${SCRATCH}${randomUUID().slice(0, 8)}`;
  await client.query(`CREATE DATABASE "${scratch}" TEMPLATE template0`);
  try {
    await tools.run("pg_restore", DUMP_ARGUMENTS.restore(file, scratch));
  } finally {
    await client.query(`DROP DATABASE "${scratch}" WITH (FORCE)`);
  }
}

/**
 * Dumps a database and the cluster's roles. The files appear under their names once they are on disk and the dump was
 * restored.
 *
 * @throws Fault where the client's programs are missing or older than the server, and for a dump that fails.
 */
export async function takeDump(
  administration: Connection,
  { database, directory, retention, programs }: DumpRequest,
  progress: Progress,
): Promise<DumpTaken> {
  const work = async (client: Client): Promise<DumpTaken> => {
    const { rows } = await client.query("SELECT current_setting('server_version_num')::int / 10000 AS major");
    const tools = new Tools(programs, administration, database);
    throwFaults(await tools.faults(rows[0].major));
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await sweep(client, directory);
    const time = now();
    const names = dumpFiles(database, time);
    const [dump, globals] = [names.dump, names.globals].map((name) => path.join(directory, name)) as [
      string,
      string,
    ];
    const unfinished = { dump: `${dump}${UNFINISHED}`, globals: `${globals}${UNFINISHED}` };
    try {
      progress.status(`dumping ${database}`);
      await tools.run("pg_dump", DUMP_ARGUMENTS.dump(unfinished.dump));
      await tools.run("pg_dumpall", DUMP_ARGUMENTS.globals(unfinished.globals));
      for (const file of Object.values(unfinished)) {
        await chmod(file, 0o600);
        await sync(file);
      }
      const tables = tablesIn(await tools.run("pg_restore", DUMP_ARGUMENTS.list(unfinished.dump)));
      progress.status(`restoring ${names.dump} into a database of its own`);
      await tryRestore(client, tools, unfinished.dump);
      const { size } = await stat(unfinished.dump);
      await rename(unfinished.globals, globals);
      await rename(unfinished.dump, dump);
      await syncDirectory(directory);
      const expired = expiredDumps(await namesIn(directory), retention, time);
      for (const name of expired) await rm(path.join(directory, name), { force: true });
      return { file: dump, size, tables, expired };
    } finally {
      for (const file of Object.values(unfinished)) await rm(file, { force: true });
    }
  };
  return exclusively(administration, "dump", work);
}
