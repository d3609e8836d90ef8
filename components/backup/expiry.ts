/** Which backups and which WAL does nobody need any more? Pure. */

import { readSegmentName, segmentOf, lsn as toLsn } from "./lsn";
import type { Archive } from "./segments";
import { time } from "./time";
import type { Backup } from "./types";

const DAY = 24n * 60n * 60n * 1_000_000n;

/** What can be deleted. */
export interface Expiry {
  backups: Backup[];
  /** Names of archived segments. */
  segments: string[];
}

/**
 * Everything before the newest backup from which the whole retention can be restored. The newest backup that can be
 * restored at all is kept, however old.
 *
 * @param backups Oldest first.
 * @param names Files of the archive.
 * @param now Microseconds since 1970.
 */
export function expired(
  backups: readonly Backup[],
  names: readonly string[],
  { archive, retention, now }: { archive: Archive; retention: number; now: bigint },
): Expiry {
  const usable = archive.coverages.flatMap((coverage) => coverage.backups);
  const begin = now - BigInt(retention) * DAY;
  const oldest = usable.findLast(({ stop }) => stop.time !== null && time(stop.time) <= begin);
  if (!oldest) return { backups: [], segments: [] };
  const first = segmentOf(toLsn(oldest.start.lsn));
  const isOld = (name: string) => {
    const segment = readSegmentName(name.slice(0, 24));
    return segment !== undefined && segment.number < first;
  };
  return { backups: backups.slice(0, backups.indexOf(oldest)), segments: names.filter(isOld) };
}
