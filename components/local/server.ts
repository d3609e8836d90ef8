/** What does it take to have one local PostgreSQL server: made or adopted, running as declared, never overwritten? */

import { existsSync } from "node:fs";
import { rm, rmdir } from "node:fs/promises";
import type { Client } from "pg";
import { type Connection, withClient } from "../connection";
import { Fault, isFault, throwFaults } from "../faults";
import { toCommandLine } from "../parameters/command-line";
import type { Version } from "../parameters/postgres";
import { chooseFreePort, PortTaken } from "../port";
import type { Progress } from "../progress";
import { STARTED_AT } from "../running/started-at";
import { serverAccount } from "./account";
import { type Binaries, installBinaries } from "./binaries";
import { clusterIdentity, makeCluster, SUPERUSER } from "./cluster";
import { type Instance, inspectLocalServer, look } from "./inspection";
import {
  entries,
  type InstancePaths,
  type InstanceRecord,
  instancePaths,
  makeArchiveDirectory,
  makeDirectories,
  readRecord,
  unwritable,
  writeRecord,
} from "./instance";
import { optionsFile, runningPostmaster, startedWith, startServer, stopServer } from "./postmaster";
import { restoreCluster } from "./restore";
import type { LocalRestore } from "./settings";

/** What is declared about a local server. */
export interface LocalServerArgs {
  /** Folder of the instance: PGDATA, logs, socket and record below it. */
  directory: string;
  version: Version;
  /** TCP port on loopback. Default: chosen once and recorded. */
  port?: number;
  /** Operating system user; only for root. Default: `postgres`, else `nobody`. */
  osUser?: string;
  /** Parameters of the command line, by name. */
  parameters: Record<string, string>;
  /** Bytes and CPUs the sizes were computed from; recorded. */
  memory: number;
  cpus: number;
  /** Folder of the WAL archive. */
  archiveDirectory: string;
  /** Folder of the base backups. */
  backupDirectory: string;
  /** Delete PGDATA, archive and backups when the resource is deleted. Default: false. */
  deleteData?: boolean;
  /** Make the cluster from the backups of another one; for its creation only. */
  restoreFrom?: LocalRestore;
}

/** What is there. */
export interface LocalServerState {
  host: string;
  port: number;
  dataDirectory: string;
  logDirectory: string;
  systemIdentifier: string;
  /** `server_version`, such as `15.18`; empty while stopped. */
  serverVersion: string;
  /** `pg_postmaster_start_time()`; empty while stopped. A changed value means that the server was restarted. */
  startedAt: string;
  /** Superuser over the socket, without a password: see cluster.ts, HBA. */
  administration: Connection;
}

/** Arguments of `postgres`: declared parameters, then what this target itself decides. */
function serverArguments(
  paths: InstancePaths,
  { parameters, archiveDirectory }: LocalServerArgs,
  port: number,
): string[] {
  const own = {
    "basic_archive.archive_directory": archiveDirectory,
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: paths.socket,
    logging_collector: "on",
    log_directory: paths.log,
    log_filename: "postgresql-%a.log",
    log_rotation_age: "1d",
    log_rotation_size: "0",
    log_truncate_on_rotation: "on",
  };
  return ["-D", paths.data, ...toCommandLine({ ...parameters, ...own })];
}

interface PreparedInstance extends Instance {
  binaries: Binaries;
}

async function prepare(args: LocalServerArgs, owner: string): Promise<PreparedInstance> {
  throwFaults(await inspectLocalServer(args, owner));
  const instance = await look(args);
  await makeDirectories(instance.paths, instance.account);
  await makeArchiveDirectory(args.archiveDirectory, instance.account);
  const binaries = await installBinaries(args.version, args.directory).catch((error) => {
    throw isFault(error) ? error : unwritable(args.directory, error);
  });
  return { ...instance, binaries };
}

/**
 * Makes the server, or adopts the one this stack left there, and sees that it runs as declared. Safe to call again
 * after any interruption.
 */
export async function ensureLocalServer(
  args: LocalServerArgs,
  owner: string,
  progress: Progress,
): Promise<LocalServerState> {
  const instance = await prepare(args, owner);
  const { paths, account } = instance;
  const known = instance.identity && instance.record;
  const fixedPort = args.port ?? known?.port;
  for (;;) {
    const port = fixedPort ?? (await chooseFreePort(args.directory));
    const facts = {
      owner,
      version: args.version,
      port,
      memory: args.memory,
      cpus: args.cpus,
      osUser: account.user,
    };
    await ensureCluster(instance, facts, progress);
    try {
      await ensureRunning(instance, serverArguments(paths, args, port), port, progress);
      return await readLocalServer(args);
    } catch (error) {
      // Another stack of this machine chose the same port at the same time.
      if (!(error instanceof PortTaken) || fixedPort !== undefined) throw error;
    }
  }
}

type RecordedFacts = Omit<InstanceRecord, "systemIdentifier" | "createdAt" | "restoredFrom">;

/** Makes the cluster where there is none; keeps the record up to date. */
async function ensureCluster(
  instance: PreparedInstance,
  facts: RecordedFacts,
  progress: Progress,
): Promise<void> {
  const { args, paths, account, binaries } = instance;
  const record = readRecord(paths.directory);
  if (record && (await clusterIdentity(paths.data))) {
    const changed = Object.entries(facts).some(
      ([name, value]) => record[name as keyof InstanceRecord] !== value,
    );
    if (changed) await writeRecord(paths.directory, { ...record, ...facts });
    return;
  }
  const remember = (systemIdentifier: string, restoredFrom?: InstanceRecord["restoredFrom"]) =>
    writeRecord(paths.directory, {
      ...facts,
      systemIdentifier,
      createdAt: new Date().toISOString(),
      restoredFrom,
    });
  if (args.restoreFrom)
    return restoreCluster(args.restoreFrom, { ...instance, port: facts.port }, remember, progress);
  progress.status(`initdb: PostgreSQL ${facts.version} in ${paths.data}`);
  await makeCluster(paths, binaries, account, facts.version, remember);
}

async function ensureRunning(
  { paths, account, binaries }: PreparedInstance,
  argv: string[],
  port: number,
  progress: Progress,
): Promise<void> {
  if (await runningPostmaster(paths.data)) {
    if ((await startedWith(paths.data)) === optionsFile(binaries, argv)) return;
    progress.status("restarting with a fast shutdown");
    await stopServer(paths, binaries, account);
  }
  await startServer(paths, binaries, account, argv, port, (seconds) =>
    progress.status(`starting since ${seconds} s: the server replays its WAL after a crash`),
  );
}

/**
 * What is really there: a stopped server has an empty `startedAt`.
 *
 * @throws Fault when the data is gone: it must not be taken for a reason to make an empty database.
 */
export async function readLocalServer(args: LocalServerArgs): Promise<LocalServerState> {
  const { paths, record, identity } = await look(args);
  if (!record || !identity)
    throw new Fault(
      `the database in ${paths.data} is gone`,
      "bring the folder back (is its disk mounted?), or restore it from its backups: npx durable-postgres restore --to latest",
    );
  const running = await runningPostmaster(paths.data);
  const port = running?.port ?? record.port;
  const administration = { host: paths.socket, port, user: SUPERUSER, database: "postgres" };
  const live = running && (await withClient(administration, readIdentity));
  return {
    host: "127.0.0.1",
    port,
    dataDirectory: paths.data,
    logDirectory: paths.log,
    systemIdentifier: identity.systemIdentifier,
    serverVersion: live?.version ?? "",
    startedAt: live?.started ?? "",
    administration,
  };
}

async function readIdentity(client: Client): Promise<{ version: string; started: string }> {
  const { rows } = await client.query(
    `SELECT current_setting('server_version') AS version, ${STARTED_AT} AS started`,
  );
  return rows[0];
}

/** How a server differs from what is declared. */
export interface LocalServerDrift {
  /** Properties that differ: `startedAt` when it was stopped or restarted, `parameters` when its options differ. */
  drift: string[];
  isDown: boolean;
}

/** Compares the running server with what is declared and with what was there after the last deployment. */
export async function localServerDrift(
  args: LocalServerArgs,
  state: LocalServerState,
): Promise<LocalServerDrift> {
  const live = await readLocalServer(args);
  const paths = instancePaths(args.directory);
  const binaries = await installBinaries(args.version, args.directory);
  const isDown = live.startedAt === "";
  const drift = live.startedAt === state.startedAt && !isDown ? [] : ["startedAt"];
  const asDeclared = optionsFile(binaries, serverArguments(paths, args, args.port ?? live.port));
  if (!isDown && (await startedWith(paths.data)) !== asDeclared) drift.push("parameters");
  return { drift, isDown };
}

/** Stops the server; deletes its data only when that was declared. Works when nothing is there any more, or in ruins. */
export async function removeLocalServer(args: LocalServerArgs, progress: Progress): Promise<void> {
  const paths = instancePaths(args.directory);
  const account = serverAccount(args.osUser);
  if (await runningPostmaster(paths.data))
    await stopServer(paths, await installBinaries(args.version, args.directory), account);
  await rm(paths.socket, { recursive: true, force: true });
  if (args.deleteData) {
    const { ours } = await entries(paths);
    for (const entry of [...ours, args.archiveDirectory, args.backupDirectory])
      await rm(entry, { recursive: true, force: true });
    // Stays when it holds something else, or is somebody's mount point.
    await rmdir(paths.directory).catch(() => undefined);
    progress.info(
      `stopped, and its data in ${paths.directory}, archive and backups deleted (local.deleteData is true)`,
    );
  } else if (existsSync(paths.data)) {
    progress.info(
      `stopped with a fast shutdown; its data stays in ${paths.directory}. The next up adopts it; to delete it: rm -r ${[paths.directory, args.archiveDirectory, args.backupDirectory].join(" ")}`,
    );
  }
}
