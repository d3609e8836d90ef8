/** How is a local database made from the backups of another one? */

import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { recoverCluster, refuseFullDisk, tidyRecovered } from "../backup/local/recovery";
import { localRestorePlan } from "../backup/local/store";
import { readTargetPoint } from "../backup/target-point";
import { now } from "../backup/time";
import type { RestorePlan } from "../backup/types";
import { Fault, faultsIn } from "../faults";
import type { Version } from "../parameters/postgres";
import type { Progress } from "../progress";
import type { Binaries } from "./binaries";
import { publishCluster, unfinishedName } from "./cluster";
import type { Instance } from "./inspection";
import { type InstanceRecord, readRecord, writeDurably } from "./instance";
import { stopServer } from "./postmaster";
import type { LocalRestore } from "./settings";

function planOf({ source, to }: LocalRestore): Promise<RestorePlan> {
  return localRestorePlan(source, readTargetPoint(to, now()));
}

/** Why a restore would fail; empty when it can begin. Changes nothing. */
export async function restoreFaults(
  restore: LocalRestore,
  { directory, version }: { directory: string; version: Version },
): Promise<Fault[]> {
  try {
    const { backup } = await planOf(restore);
    const { serverVersion } = backup;
    await refuseFullDisk(directory, backup);
    const [major] = serverVersion.split(".");
    if (major === version) return [];
    return [
      new Fault(
        `the backup is of PostgreSQL ${serverVersion}, and version ${version} cannot read it`,
        `write \`version: "${major}"\``,
      ),
    ];
  } catch (error) {
    return faultsIn(error);
  }
}

/**
 * Restores a database into the folder of an instance. PGDATA appears only when the database is promoted, shut down
 * cleanly, and on disk.
 *
 * @param remember Records the cluster before it appears.
 */
export async function restoreCluster(
  restore: LocalRestore,
  instance: Instance & { binaries: Binaries; port: number },
  remember: (systemIdentifier: string, restoredFrom: InstanceRecord["restoredFrom"]) => Promise<void>,
  progress: Progress,
): Promise<void> {
  const { args, paths, account, binaries, port } = instance;
  const plan = await planOf(restore);
  const unfinished = await unfinishedName(paths);
  const place = {
    paths: { ...paths, data: unfinished },
    binaries,
    account,
    port,
    parameters: args.parameters,
  };
  await recoverCluster(restore.source, plan, place, progress);
  await stopServer(place.paths, binaries, account);
  await tidyRecovered(unfinished);
  const { id, systemIdentifier } = plan.backup;
  await remember(systemIdentifier, { directory: restore.source.directory, to: restore.to, backup: id });
  await keepHistory(unfinished, instance);
  await publishCluster(paths, unfinished);
  progress.info(`restored to ${restore.to} from backup ${id} of ${restore.source.directory}`);
}

/** Puts the history of its timeline into the new archive: nothing else would, since archiving was off. */
async function keepHistory(data: string, { args, account }: Instance): Promise<void> {
  const folder = path.join(data, "pg_wal");
  for (const name of (await readdir(folder)).filter((entry) => entry.endsWith(".history"))) {
    const text = await readFile(path.join(folder, name), "utf8");
    await writeDurably(path.join(args.archiveDirectory, name), text, { mode: 0o600, account });
  }
}

/**
 * Refuses to take a database for a restored one that is another: data that was kept when its generation was retired.
 *
 * @throws Fault with both origins.
 */
export function refuseOtherDatabase(directory: string, restore: LocalRestore | undefined): void {
  const record = readRecord(directory);
  if (!restore || !record) return;
  const { restoredFrom } = record;
  if (restoredFrom?.directory === restore.source.directory && restoredFrom.to === restore.to) return;
  const origin = restoredFrom ? `restored from ${restoredFrom.directory} to ${restoredFrom.to}` : "made anew";
  throw new Fault(
    `${directory} holds a database already, ${origin} on ${record.createdAt}`,
    "give the generation a number that was not used yet; or remove `restoreFrom` to take this database",
  );
}
