/** What is kept of a database in all its repositories? The first one that answers in full, the others beside it. */

import type { LastRehearsal } from "../evidence";
import { restoreWindow, stretches, unreadWindow } from "../plan";
import type { DockerBackupLocation } from "../store";
import type { BackupCatalogue, Copy, UnreadCopy } from "../types";
import type { RepositoryReading, RepositoryReadings } from "./archive";

/** A repository, for people. */
function placeOf({ pgBackRest, volumes }: DockerBackupLocation, number: number): string {
  const repository = pgBackRest.repositories[number - 1];
  return repository?.kind === "s3" ? `bucket ${repository.bucket}` : `volume ${volumes.backup}`;
}

/** Without the WAL itself: a bucket is far away, and somebody may look every few seconds. */
function copyOf(place: string, { backups, archive }: RepositoryReading): Copy {
  const windows = archive.coverages.map((coverage) => unreadWindow(archive, coverage));
  return { place, backups, windows, archive: archive.state };
}

/** What was read, as it is shown and judged. */
export async function repositoryCatalogue(
  location: DockerBackupLocation,
  { read, unread }: RepositoryReadings,
  lastRehearsal: LastRehearsal | null,
): Promise<BackupCatalogue> {
  const [first, ...others] = read as [RepositoryReading, ...RepositoryReading[]];
  const { archive, backups, dumps } = first;
  const windows = (await stretches(archive, first.read)).map((stretch) => restoreWindow(archive, stretch));
  const copies = others.map((one) => copyOf(placeOf(location, one.repository), one));
  const silent = unread.map(({ repository, fault: { fact, hint } }): UnreadCopy => {
    return { place: placeOf(location, repository), fact, hint };
  });
  return {
    backups,
    windows,
    archive: archive.state,
    dumps,
    lastRehearsal,
    place: placeOf(location, first.repository),
    copies: [...copies, ...silent],
  };
}
