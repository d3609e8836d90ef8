/** What is kept of a database in all its repositories? The first one that answers in full, the others beside it. */

import type { LastRehearsal } from "../evidence";
import { restoreWindow, stretches, unreadWindow } from "../plan";
import type { DockerBackupLocation } from "../store";
import type { BackupCatalogue, Copy, Kept, UnreadCopy } from "../types";
import type { RepositoryReading, RepositoryReadings } from "./archive";

/** A repository, for people. */
function placeOf({ pgBackRest, volumes }: DockerBackupLocation, number: number): string {
  const repository = pgBackRest.repositories[number - 1];
  return repository?.kind === "s3" ? `bucket ${repository.bucket}` : `volume ${volumes.backup}`;
}

/** Backups and WAL of a repository. */
function keptIn(reading: RepositoryReading): Promise<Kept> {
  return reading.work(async (archive, read) => {
    const windows = (await stretches(archive, read)).map((stretch) => restoreWindow(archive, stretch));
    return { backups: reading.backups, windows, archive: archive.state };
  });
}

/** The same without the WAL itself: a bucket is far away, and somebody may look every few seconds. */
function listedIn(reading: RepositoryReading): Promise<Kept> {
  return reading.work(async (archive) => {
    const windows = archive.coverages.map((coverage) => unreadWindow(archive, coverage));
    return { backups: reading.backups, windows, archive: archive.state };
  });
}

/** The first repository that can be restored from, as a restore takes it; else the first one. */
async function restorable(
  read: readonly RepositoryReading[],
): Promise<{ first: RepositoryReading; kept: Kept }> {
  const all: { first: RepositoryReading; kept: Kept }[] = [];
  for (const first of read) {
    const kept = await keptIn(first);
    if (kept.windows.length > 0) return { first, kept };
    all.push({ first, kept });
  }
  return all[0] as { first: RepositoryReading; kept: Kept };
}

/** What was read, as it is shown and judged: the first repository that can be restored from, and the others beside it. */
export async function repositoryCatalogue(
  location: DockerBackupLocation,
  { read, unread }: RepositoryReadings,
  lastRehearsal: LastRehearsal | null,
): Promise<BackupCatalogue> {
  const { first, kept } = await restorable(read);
  const copies: Copy[] = [];
  for (const reading of read)
    if (reading !== first)
      copies.push({ place: placeOf(location, reading.repository), ...(await listedIn(reading)) });
  const silent = unread.map(({ repository, fault: { fact, hint } }): UnreadCopy => {
    return { place: placeOf(location, repository), fact, hint };
  });
  return {
    ...kept,
    dumps: first.dumps,
    lastRehearsal,
    place: placeOf(location, first.repository),
    copies: [...copies, ...silent],
  };
}
