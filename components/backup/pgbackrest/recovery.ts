/** How does a backup in a repository become a database again? Restored by pgBackRest, then brought forward by its server. */

import { setTimeout as sleep } from "node:timers/promises";
import { dataLayout, SUPERUSER } from "../../docker/layout";
import { Fault } from "../../faults";
import { toCommandLine } from "../../parameters/command-line";
import type { Version } from "../../parameters/postgres";
import type { Progress } from "../../progress";
import { startupHint } from "../../startup-causes";
import { raisedToFloors, readFloors } from "../floors";
import { historyName } from "../lsn";
import { recoveryProgress, refuseShortRecovery, wantsAll } from "../plan";
import type { RestorePlan } from "../types";
import { type RestoreContainer, SOURCE_DATA } from "./restore-container";
import { pgBackRestWords } from "./run";

/** WAL that recovery keeps beside the data. */
const SPACE_FOR_WAL = 256 * 1024 ** 2;

/** What pgBackRest and the server print meanwhile. */
const RESTORE_LOG = "/tmp/restore.log";
const SERVER_LOG = "/tmp/server.log";
const HBA = "/tmp/pg_hba.conf";

/** Nobody but this program gets near: no network leads to the server. */
const HBA_TEXT = "local all all trust\nhost all all 127.0.0.1/32 trust\n";

/** How a database is to be restored. */
export interface Recovery {
  version: Version;
  plan: RestorePlan;
  /** Parameters of the command line, as declared. */
  parameters: Readonly<Record<string, string>>;
}

/** @throws Fault where the volume has too little room. */
async function refuseFullVolume(
  container: RestoreContainer,
  { version, plan: { backup } }: Recovery,
): Promise<void> {
  const needed = (backup.restoredSize ?? backup.size) + SPACE_FOR_WAL;
  const usage = await container.shell(`df -PB1 ${dataLayout(version).mount}`);
  const free = Number(usage.trim().split(/\s+/).at(-3));
  if (free >= needed) return;
  const megabytes = (bytes: number) => Math.ceil(bytes / 1024 ** 2);
  throw new Fault(
    `${megabytes(free)} MB are free in Docker's data volume, and the restore needs ${megabytes(needed)} MB`,
    "free some space: docker system df",
  );
}

/** Puts the files back; pgBackRest compares each with its checksum. */
async function copyBack(
  container: RestoreContainer,
  { version, plan }: Recovery,
  progress: Progress,
): Promise<void> {
  const { backup, repository = 1 } = plan;
  const { data } = dataLayout(version);
  await container.shell(`mkdir -p -m 0700 ${data} && chmod 0700 ${data}`);
  progress.status(`restoring backup ${backup.id}`);
  // Parameters of recovery are on the command line: in postgresql.auto.conf they would stay.
  const options = `--repo=${repository} --set=${backup.id} --type=none --log-level-console=detail`;
  const script = `pgbackrest ${options} restore > ${RESTORE_LOG} 2>&1; echo "ended $?" >> ${RESTORE_LOG}`;
  await container.start(script);
  for (;;) {
    const log = await container.shell(`tail -n 20 ${RESTORE_LOG} 2>/dev/null || true`);
    const ended = /^ended (\d+)$/m.exec(log)?.[1];
    if (ended === "0") return;
    if (ended !== undefined) throw restoreFault(backup.id, log);
    const share = log.match(/, ([\d.]+%)\)/g)?.at(-1);
    if (share) progress.status(`restoring backup ${backup.id}${share.replace(")", "")}`);
    await sleep(200);
  }
}

function restoreFault(id: string, log: string): Fault {
  return new Fault(
    `backup ${id} cannot be restored: ${pgBackRestWords({ stdout: log, stderr: "" })}`,
    "restore from another backup: npx durable-postgres backups",
  );
}

/**
 * Fetches a file of WAL: from the archive up to the end of what is whole, since recovery reads ahead of its target; and
 * where everything is wanted also from the volume of a server that may have died before it archived its last segment.
 */
function restoreCommand({ hasSourceData }: RestoreContainer, { version, plan }: Recovery): string {
  // The x makes expr compare texts and not numbers; in other locales the dot of a history file does not count.
  const archived = `{ LC_ALL=C expr "x%f" \\<= "x${plan.lastSegment}" >/dev/null && pgbackrest --repo=${plan.repository ?? 1} archive-get %f "%p"; }`;
  const own = `cp "${SOURCE_DATA}/${dataLayout(version).inVolume}/pg_wal/%f" "%p" 2>/dev/null`;
  return hasSourceData && wantsAll(plan) ? `${archived} || ${own}` : archived;
}

/** Arguments of the server that recovers: it archives nothing, and takes no connections before it is done. */
function recoveryArguments(container: RestoreContainer, recovery: Recovery): string[] {
  const own = {
    archive_mode: "off",
    hba_file: HBA,
    // Nobody looks into it before it is done; and WAL that raises a floor on its way would stop a hot standby.
    hot_standby: "off",
    restore_command: restoreCommand(container, recovery),
    recovery_target_action: "promote",
    ...recovery.plan.recovery,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "/tmp",
    logging_collector: "off",
    ssl: "off",
  };
  return ["-D", dataLayout(recovery.version).data, ...toCommandLine({ ...recovery.parameters, ...own })];
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

async function query(container: RestoreContainer, sql: string): Promise<string | undefined> {
  const { code, stdout } = await container.run([
    "psql",
    "-h",
    "/tmp",
    "-U",
    SUPERUSER,
    "-d",
    "postgres",
    "-AtXqc",
    sql,
  ]);
  return code === 0 ? stdout.trim() : undefined;
}

/** Brings the restored files forward; returns when the server is promoted. */
async function replay(container: RestoreContainer, recovery: Recovery, progress: Progress): Promise<void> {
  const { data } = dataLayout(recovery.version);
  await container.shell(
    `printf '${HBA_TEXT}' > ${HBA}; touch ${data}/recovery.signal && chmod 600 ${data}/recovery.signal`,
  );
  const argv = ["postgres", ...recoveryArguments(container, recovery)].map(quoted).join(" ");
  const begun = Date.now();
  await container.start(`${argv} > ${SERVER_LOG} 2>&1; echo "ended $?" >> ${SERVER_LOG}`);
  for (;;) {
    const log = await container.shell(`cat ${SERVER_LOG} 2>/dev/null || true`);
    if (/^ended \d+$/m.test(log)) throw recoveryFault(log);
    if (/database system is ready to accept connections/.test(log)) return;
    const seconds = Math.round((Date.now() - begun) / 1000);
    if (seconds > 0)
      progress.status(`replaying WAL since ${seconds} s: ${recoveryProgress(recovery.plan, log)}`);
    await sleep(100);
  }
}

function recoveryFault(log: string): Fault {
  const words = log.match(/.*(?:FATAL|PANIC): .*/g)?.at(-1) ?? log.trim().split("\n").at(-2) ?? "";
  return new Fault(
    `recovery failed: ${words.replace(/^.*?(?=FATAL|PANIC)/, "")}`,
    startupHint(words) ?? "look for holes: npx durable-postgres backups",
  );
}

/** The history file of the timeline that recovery began. */
async function newHistory(container: RestoreContainer, version: Version): Promise<string> {
  const segment = await query(container, "SELECT pg_walfile_name(pg_current_wal_lsn())");
  const timeline = Number.parseInt(String(segment).slice(0, 8), 16);
  return container.shell(`cat ${dataLayout(version).data}/pg_wal/${historyName(timeline)}`);
}

/**
 * Restores a database into the empty data volume of a container and leaves its server running, promoted to a timeline of
 * its own.
 *
 * @throws Fault for a damaged backup, a full disk, and WAL that does not reach the target.
 */
export async function recoverInContainer(
  container: RestoreContainer,
  recovery: Recovery,
  progress: Progress,
): Promise<void> {
  await refuseFullVolume(container, recovery);
  await copyBack(container, recovery, progress);
  const control = await container.shell(`base64 ${dataLayout(recovery.version).data}/global/pg_control`);
  const { parameters, raised } = raisedToFloors(
    recovery.parameters,
    readFloors(Buffer.from(control, "base64")),
  );
  if (raised.length > 0)
    progress.info(`for recovery only, as high as where the WAL was written: ${raised.join(", ")}`);
  await replay(container, { ...recovery, parameters }, progress);
  refuseShortRecovery(recovery.plan, await newHistory(container, recovery.version));
}

/** Shuts the server down cleanly, and removes what recovery leaves that nobody needs. */
export async function finishRecovery(container: RestoreContainer, version: Version): Promise<void> {
  const { data } = dataLayout(version);
  const { code, stderr } = await container.run([
    "pg_ctl",
    "-D",
    data,
    "-m",
    "fast",
    "-w",
    "-t",
    "3600",
    "stop",
  ]);
  if (code !== 0)
    throw new Fault(
      `the restored server does not shut down: ${stderr.trim()}`,
      "deploy again: it begins anew",
    );
  const state = /^Database cluster state: *(.*)$/m.exec(
    await container.shell(`LC_ALL=C pg_controldata ${data}`),
  );
  if (state?.[1] !== "shut down")
    throw new Fault(
      `the restored cluster is ${state?.[1]}, and not shut down`,
      "deploy again: it begins anew",
    );
  // Its own archive gets the history of its timeline: nothing else would put it there, since archiving was off.
  await container.shell(
    `cd ${data} && rm -f backup_label.old tablespace_map.old postmaster.opts &&
     for file in pg_wal/*.history; do touch "pg_wal/archive_status/$(basename "$file").ready"; done && sync`,
  );
}
