/** Archives and backups for tests, without a server: files as they are named, sized and headed. */

import { readSegmentName, SEGMENT_SIZE, segmentStart, showLsn } from "../../../components/backup/lsn";
import { type ArchivedFile, HEADER_SIZE } from "../../../components/backup/segments";
import { showTime } from "../../../components/backup/time";
import type { Backup } from "../../../components/backup/types";

/** System identifier of the cluster. */
export const CLUSTER = "7711713926841009151";

/** Microseconds of the first backup; each later one is a day younger. */
export const FIRST_DAY = 1_795_514_400_000_000n;
const DAY = 86_400_000_000n;

/** A good segment, with a change where one is wanted. */
export function segment(
  name: string,
  change: Partial<ArchivedFile> & { cluster?: string } = {},
): ArchivedFile {
  const { cluster = CLUSTER, ...file } = change;
  const content = Buffer.alloc(HEADER_SIZE);
  content.writeUInt16LE(0xd110, 0);
  content.writeBigUInt64LE(segmentStart(readSegmentName(name)?.number ?? 0n), 8);
  content.writeBigUInt64LE(BigInt(cluster), 24);
  content.writeUInt32LE(SEGMENT_SIZE, 32);
  return { name, size: SEGMENT_SIZE, content, ...file };
}

/** Segments of a timeline, by their last byte. */
export function segments(timeline: number, ...numbers: number[]): ArchivedFile[] {
  const hex = (value: number) => value.toString(16).toUpperCase().padStart(8, "0");
  return numbers.map((number) => segment(`${hex(timeline)}00000000${hex(number)}`));
}

/** A history file with one ancestor. */
export function history(timeline: number, parent: number, until: string): ArchivedFile {
  const content = Buffer.from(`${parent}\t${until}\tno recovery target specified\n`);
  return { name: `0000000${timeline}.history`, size: content.length, content };
}

/** A backup that begins and ends in one segment. */
export function backup(day: number, number: number, timeline = 1): Backup {
  const start = segmentStart(BigInt(number));
  const moment = (offset: bigint) => ({
    time: showTime(FIRST_DAY + BigInt(day) * DAY + offset),
    lsn: showLsn(start + 0x28n + offset),
  });
  return {
    id: `backup-${day}`,
    type: "full",
    serverVersion: "15.18",
    systemIdentifier: CLUSTER,
    timeline,
    start: moment(0n),
    stop: moment(256n),
    size: 1,
  };
}
