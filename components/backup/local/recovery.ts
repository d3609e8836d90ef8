/** How does a backup become a database again? Copied back with every checksum compared, then brought forward by its server. */

import { existsSync } from "node:fs";
import { readFile, rm, statfs } from "node:fs/promises";
import path from "node:path";
import { type Connection, withClient } from "../../connection";
import { Fault } from "../../faults";
import type { Account } from "../../local/account";
import type { Binaries } from "../../local/binaries";
import { SUPERUSER } from "../../local/cluster";
import { type InstancePaths, syncDirectory, writeDurably } from "../../local/instance";
import { startServer, stopServer } from "../../local/postmaster";
import { toCommandLine } from "../../parameters/command-line";
import type { Progress } from "../../progress";
import { raisedToFloors, readFloors } from "../floors";
import { historyName } from "../lsn";
import { recoveryProgress, refuseShortRecovery, wantsAll } from "../plan";
import type { LocalBackupLocation } from "../store";
import type { Backup, RestorePlan } from "../types";
import { CLUSTER } from "./base-backup";
import { copyFolder, copyProgress } from "./copy";
import { MANIFEST, readManifest } from "./manifest";

/** Where and as whom a database is restored. */
export interface RestorePlace {
  /** `data` must not exist yet. */
  paths: InstancePaths;
  binaries: Binaries;
  account: Account;
  /** Of the socket; the server does not listen on TCP. */
  port: number;
  /** Parameters of the command line, as declared. */
  parameters: Readonly<Record<string, string>>;
}

/** WAL that recovery keeps beside the data. */
const SPACE_FOR_WAL = 256 * 1024 ** 2;

/**
 * Looks for room for a restored backup.
 *
 * @param directory May not exist yet: then its nearest parent counts.
 * @throws Fault where there is too little.
 */
export async function refuseFullDisk(directory: string, { size }: Backup): Promise<void> {
  const needed = size + SPACE_FOR_WAL;
  let existing = directory;
  while (!existsSync(existing)) existing = path.dirname(existing);
  const { bavail, bsize } = await statfs(existing);
  if (bavail * bsize >= needed) return;
  const megabytes = (bytes: number) => Math.ceil(bytes / 1024 ** 2);
  throw new Fault(
    `${megabytes(bavail * bsize)} MB are free for ${directory}, and the restore needs ${megabytes(needed)} MB`,
    `free some space: df -h ${directory}`,
  );
}

/** Copies the files of a backup and compares each with its checksum. */
async function copyBack(
  source: LocalBackupLocation,
  { backup }: RestorePlan,
  { paths, account }: RestorePlace,
  progress: Progress,
): Promise<void> {
  await refuseFullDisk(paths.directory, backup);
  const folder = path.join(source.backupDirectory, backup.id, CLUSTER);
  const manifestFile = path.join(folder, MANIFEST);
  const expected = readManifest(await readFile(manifestFile, "utf8"), manifestFile);
  const copied = await copyFolder(folder, paths.data, {
    account,
    isExcluded: (file) => file === MANIFEST,
    // The server syncs the whole folder before it recovers.
    sync: false,
    onBytes: copyProgress(progress, `copying backup ${backup.id}`, backup.size),
  });
  const found = new Map(copied.map(({ path: file, checksum }) => [file, checksum]));
  const damaged = [...expected].filter(([file, checksum]) => found.get(file) !== checksum);
  if (damaged.length > 0)
    throw new Fault(
      `backup ${backup.id} is damaged: ${damaged[0]?.[0]} has another checksum than when it was taken${damaged.length > 1 ? `, and ${damaged.length - 1} files more` : ""}`,
      "restore from another backup: npx durable-postgres backups",
    );
}

function quoted(file: string): string {
  return `'${file.replaceAll("'", "'\\''").replaceAll("%", "%%")}'`;
}

/**
 * Fetches a file of WAL: from the archive up to the end of what is whole, since recovery reads ahead of its target; and
 * where everything is wanted also from the folder of a server that may have died before it archived its last segment.
 */
function restoreCommand(source: LocalBackupLocation, plan: RestorePlan): string {
  const copy = (folder: string) => `cp ${quoted(`${folder}/`)}"%f" "%p" 2>/dev/null`;
  // The x makes expr compare texts and not numbers.
  const archived = `{ expr "x%f" \\<= "x${plan.lastSegment}" >/dev/null && ${copy(source.archiveDirectory)}; }`;
  return wantsAll(plan) ? `${archived} || ${copy(path.join(source.directory, "data", "pg_wal"))}` : archived;
}

/** Arguments of the server that recovers: it archives nothing, and takes no connections before it is done. */
function recoveryArguments(
  source: LocalBackupLocation,
  plan: RestorePlan,
  { paths, port, parameters }: RestorePlace,
): string[] {
  const own = {
    archive_mode: "off",
    // Nobody looks into it before it is done; and WAL that raises a floor on its way would stop a hot standby.
    hot_standby: "off",
    restore_command: restoreCommand(source, plan),
    recovery_target_action: "promote",
    ...plan.recovery,
    listen_addresses: "",
    port: String(port),
    unix_socket_directories: paths.socket,
    logging_collector: "off",
  };
  return ["-D", paths.data, ...toCommandLine({ ...parameters, ...own })];
}

/** How far recovery is. */
async function replayed(paths: InstancePaths, plan: RestorePlan): Promise<string> {
  return recoveryProgress(plan, await readFile(paths.startupLog, "utf8").catch(() => ""));
}

/**
 * Restores a cluster into a new folder and leaves its server running, promoted to a timeline of its own.
 *
 * @throws Fault for a damaged backup, a full disk, and WAL that does not reach the target.
 */
export async function recoverCluster(
  source: LocalBackupLocation,
  plan: RestorePlan,
  place: RestorePlace,
  progress: Progress,
): Promise<Connection> {
  const { paths, binaries, account, port } = place;
  await copyBack(source, plan, place, progress);
  const control = await readFile(path.join(paths.data, "global", "pg_control"));
  const { parameters, raised } = raisedToFloors(place.parameters, readFloors(control));
  if (raised.length > 0)
    progress.info(`for recovery only, as high as where the WAL was written: ${raised.join(", ")}`);
  await writeDurably(path.join(paths.data, "recovery.signal"), "", { mode: 0o600, account });
  const argv = recoveryArguments(source, plan, { ...place, parameters });
  const onWait = (seconds: number) => {
    void replayed(paths, plan).then((text) => progress.status(`replaying WAL since ${seconds} s: ${text}`));
  };
  await startServer(paths, binaries, account, argv, port, onWait, ["ready"]);
  const administration = { host: paths.socket, port, user: SUPERUSER, database: "postgres" };
  try {
    refuseShortRecovery(plan, await newHistory(administration, paths));
  } catch (error) {
    await stopServer(paths, binaries, account);
    throw error;
  }
  return administration;
}

/** The history file of the timeline that recovery began. */
async function newHistory(administration: Connection, paths: InstancePaths): Promise<string> {
  const timeline = await withClient(administration, async (client) => {
    const { rows } = await client.query(
      "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) AS timeline",
    );
    return Number.parseInt(rows[0].timeline, 16);
  });
  return readFile(path.join(paths.data, "pg_wal", historyName(timeline)), "utf8");
}

/** Removes what recovery leaves that nobody needs; the server is stopped. */
export async function tidyRecovered(data: string): Promise<void> {
  for (const name of ["backup_label.old", "tablespace_map.old", "postmaster.opts"])
    await rm(path.join(data, name), { force: true });
  await syncDirectory(data);
}
