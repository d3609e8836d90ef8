/** How is a base backup of a running server taken? By the low-level API, in one session, into a folder of its own. */

import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { Fault } from "../../faults";
import { syncDirectory, writeDurably } from "../../local/instance";
import type { Progress } from "../../progress";
import { segmentBefore, segmentName, lsn as toLsn } from "../lsn";
import { showTime } from "../time";
import type { Backup } from "../types";
import { namesIn, sweepArchive } from "./archive-folder";
import { type CopiedFile, copyFolder, copyProgress } from "./copy";
import { MANIFEST, renderManifest } from "./manifest";

/** What a backup is called while it is taken, and while it is deleted. */
const UNFINISHED = ".unfinished";
const EXPIRED = ".expired";

/** What a folder of a backup holds: our own record, and the cluster's files. */
const RECORD = "backup.json";
export const CLUSTER = "data";

/** By it recovery knows where to begin. */
const LABEL = "backup_label";

/**
 * What the documentation says to leave out: the server that uses the copy makes it anew.
 * https://www.postgresql.org/docs/15/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP-DATA
 */
const EXCLUDED_FILES = [
  "postmaster.pid",
  "postmaster.opts",
  LABEL,
  `${LABEL}.old`,
  "tablespace_map",
  "tablespace_map.old",
  "current_logfiles",
  "recovery.signal",
  "standby.signal",
  MANIFEST,
];
const EMPTIED_FOLDERS = [
  "pg_wal",
  "pg_replslot",
  "pg_dynshmem",
  "pg_notify",
  "pg_serial",
  "pg_snapshots",
  "pg_stat_tmp",
  "pg_subtrans",
];

function isExcluded(file: string): boolean {
  const [top = "", ...rest] = file.split("/");
  const name = rest.at(-1) ?? top;
  if (rest.length > 0 && EMPTIED_FOLDERS.includes(top)) return true;
  if (rest.length === 0 && (EXCLUDED_FILES.includes(name) || name.startsWith("postgresql.auto.conf.tmp")))
    return true;
  return name.startsWith("pgsql_tmp") || name.startsWith("pg_internal.init");
}

/** How long an archive may take no segment before a backup gives up. */
const ARCHIVE_PATIENCE_MS = 60_000;

interface ServerFacts {
  dataDirectory: string;
  serverVersion: string;
  systemIdentifier: string;
  archiveMode: string;
  tablespaces: string[];
}

async function readFacts(client: Client): Promise<ServerFacts> {
  const { rows } = await client.query(
    `SELECT current_setting('data_directory') AS "dataDirectory", current_setting('server_version') AS "serverVersion",
            system_identifier::text AS "systemIdentifier", current_setting('archive_mode') AS "archiveMode",
            ARRAY(SELECT spcname::text FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global')) AS tablespaces
     FROM pg_control_system()`,
  );
  return rows[0];
}

function refuse({ archiveMode, tablespaces }: ServerFacts): void {
  if (archiveMode === "off")
    throw new Fault(
      "the server archives no WAL, without which a backup cannot be restored",
      "run the deployment again: it turns archive_mode on, with a restart",
    );
  if (tablespaces.length > 0)
    throw new Fault(
      `the tablespace ${tablespaces[0]} lies outside of the database's folder, and a backup of target local would not hold it`,
      `ALTER TABLE ALL IN TABLESPACE ${tablespaces[0]} SET TABLESPACE pg_default; DROP TABLESPACE ${tablespaces[0]}`,
    );
}

/** `2026-11-24T10:00:00.123456Z`, from the server's clock. */
async function serverTime(client: Client): Promise<string> {
  const { rows } = await client.query(
    "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint::text AS time",
  );
  return showTime(BigInt(rows[0].time));
}

/** Waits until the archive has a segment. */
export async function waitForArchive(
  client: Client,
  { archiveDirectory, name }: { archiveDirectory: string; name: string },
  progress: Progress,
): Promise<void> {
  let begin = Date.now();
  let archived: string | undefined;
  while (!(await stat(path.join(archiveDirectory, name)).catch(() => undefined))) {
    await sleep(50);
    const { rows } = await client.query("SELECT last_archived_wal, last_failed_wal FROM pg_stat_archiver");
    if (rows[0].last_archived_wal !== archived) {
      archived = rows[0].last_archived_wal;
      begin = Date.now();
    }
    if (Date.now() - begin < ARCHIVE_PATIENCE_MS) continue;
    throw new Fault(
      `the archive ${archiveDirectory} does not get the segment ${name}${rows[0].last_failed_wal ? `: archiving ${rows[0].last_failed_wal} failed` : ""}`,
      `does the folder belong to the server's user, and is there space? ls -ld ${archiveDirectory}; df -h ${archiveDirectory}; the server's log says more`,
    );
  }
  progress.status(`archived: ${name}`);
}

/** Removes what killed backups left. Nobody else takes one: see `exclusively`. */
async function sweepBackups(backupDirectory: string): Promise<void> {
  for (const name of await namesIn(backupDirectory))
    if (name.endsWith(UNFINISHED) || name.endsWith(EXPIRED))
      await rm(path.join(backupDirectory, name), { recursive: true, force: true });
}

/** `20261124-100000F`, as pgBackRest names full backups. */
function backupId(startTime: string): string {
  return `${startTime.slice(0, 19).replaceAll("-", "").replaceAll(":", "").replace("T", "-")}F`;
}

/**
 * Takes a full backup. It appears under its name once it is complete, on disk, and its WAL is archived.
 *
 * @param client A session of `exclusively`.
 * @throws Fault when the server does not archive, or has files outside of its folder.
 */
export async function takeBaseBackup(
  client: Client,
  folders: { archiveDirectory: string; backupDirectory: string },
  progress: Progress,
): Promise<Backup> {
  const { archiveDirectory, backupDirectory } = folders;
  await mkdir(backupDirectory, { recursive: true, mode: 0o700 });
  await sweepBackups(backupDirectory);
  await sweepArchive(archiveDirectory);
  const unfinished = path.join(backupDirectory, `${randomUUID()}${UNFINISHED}`);
  const take = async (): Promise<Backup> => {
    const facts = await readFacts(client);
    refuse(facts);
    progress.status("checkpoint");
    let startTime = await serverTime(client);
    // Ids count seconds.
    for (
      ;
      (await namesIn(backupDirectory)).includes(backupId(startTime));
      startTime = await serverTime(client)
    )
      await sleep(100);
    const id = backupId(startTime);
    const { rows: started } = await client.query("SELECT pg_backup_start($1, true)::text AS lsn", [id]);
    const onBytes = copyProgress(progress, "copying", undefined);
    await mkdir(unfinished, { mode: 0o700 });
    const files = await copyFolder(facts.dataDirectory, path.join(unfinished, CLUSTER), {
      isExcluded,
      onBytes,
    });
    const { rows: stopped } = await client.query(
      "SELECT lsn::text, labelfile, spcmapfile FROM pg_backup_stop(false)",
    );
    const stop = { time: await serverTime(client), lsn: stopped[0].lsn as string };
    const timeline = Number(/^START TIMELINE: (\d+)$/m.exec(stopped[0].labelfile)?.[1]);
    const backup: Backup = {
      id,
      type: "full",
      serverVersion: facts.serverVersion,
      systemIdentifier: facts.systemIdentifier,
      timeline,
      start: { time: startTime, lsn: started[0].lsn },
      stop,
      size: files.reduce((sum, { size }) => sum + size, 0),
    };
    await describe(unfinished, backup, files, stopped[0].labelfile);
    const name = segmentName({ timeline, number: segmentBefore(toLsn(stop.lsn)) });
    await waitForArchive(client, { archiveDirectory, name }, progress);
    await rename(unfinished, path.join(backupDirectory, id));
    await syncDirectory(backupDirectory);
    return backup;
  };
  try {
    return await take();
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** Adds the label, the manifest and our record. */
async function describe(
  folder: string,
  backup: Backup,
  files: readonly CopiedFile[],
  label: string,
): Promise<void> {
  const data = path.join(folder, CLUSTER);
  await writeDurably(path.join(data, LABEL), label, { mode: 0o600 });
  const checksum = createHash("sha256").update(label).digest("hex");
  const all = [...files, { path: LABEL, size: Buffer.byteLength(label), modified: new Date(), checksum }];
  const { timeline, start, stop } = backup;
  const manifest = renderManifest(all, { timeline, startLsn: start.lsn, stopLsn: stop.lsn });
  await writeDurably(path.join(data, MANIFEST), manifest, { mode: 0o600 });
  await writeDurably(path.join(folder, RECORD), `${JSON.stringify(backup, null, 2)}\n`, { mode: 0o600 });
}

/** Backups in a folder, oldest first. */
export async function listBackups(backupDirectory: string): Promise<Backup[]> {
  const backups: Backup[] = [];
  for (const name of (await namesIn(backupDirectory)).sort()) {
    if (!/^\d{8}-\d{6}F$/.test(name)) continue;
    const file = path.join(backupDirectory, name, RECORD);
    const text = await readFile(file, "utf8").catch((error: Error) => {
      throw new Fault(`${file} cannot be read: ${error.message}`, "run as the user who owns it");
    });
    backups.push(JSON.parse(text));
  }
  return backups;
}

/** Deletes a backup; one that is deleted half-way has no backup's name any more. */
export async function deleteBackup(backupDirectory: string, { id }: Backup): Promise<void> {
  const expired = path.join(backupDirectory, `${id}${EXPIRED}`);
  await rename(path.join(backupDirectory, id), expired);
  await rm(expired, { recursive: true, force: true });
}
