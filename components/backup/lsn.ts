/** How are positions in the WAL and the names of its files written, and what do they mean? */

/** Bytes of a WAL segment; initdb's default, which no target changes. */
export const SEGMENT_SIZE = 16 * 1024 ** 2;

/** Segments for each value of the name's middle part. */
const SEGMENTS_PER_ID = 0x1_0000_0000n / BigInt(SEGMENT_SIZE);

/** Reads `16/B374D848`; undefined for anything else. https://www.postgresql.org/docs/15/datatype-pg-lsn.html */
export function readLsn(text: string): bigint | undefined {
  const [, high, low] = /^([0-9A-Fa-f]{1,8})\/([0-9A-Fa-f]{1,8})$/.exec(text) ?? [];
  if (high === undefined || low === undefined) return undefined;
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

/** A position that a server, or this program, has written. */
export function lsn(text: string): bigint {
  const value = readLsn(text);
  if (value === undefined) throw new Error(`${text} is no position in the WAL`);
  return value;
}

/** `16/B374D848` */
export function showLsn(value: bigint): string {
  return `${(value >> 32n).toString(16)}/${(value & 0xffff_ffffn).toString(16)}`.toUpperCase();
}

/** A WAL segment: its timeline, and its number counted from position 0. */
export interface Segment {
  timeline: number;
  number: bigint;
}

/** Number of the segment that holds a position. */
export function segmentOf(position: bigint): bigint {
  return position / BigInt(SEGMENT_SIZE);
}

/** Number of the segment that holds the last byte before a position, as `pg_walfile_name` counts. */
export function segmentBefore(position: bigint): bigint {
  return segmentOf(position - 1n);
}

/** Position of a segment's first byte. */
export function segmentStart(number: bigint): bigint {
  return number * BigInt(SEGMENT_SIZE);
}

function hex(value: bigint | number): string {
  return value.toString(16).toUpperCase().padStart(8, "0");
}

/** `000000010000000000000005` */
export function segmentName({ timeline, number }: Segment): string {
  return hex(timeline) + hex(number / SEGMENTS_PER_ID) + hex(number % SEGMENTS_PER_ID);
}

/** The segment of a file name; undefined for history files, backup labels and anything else. */
export function readSegmentName(name: string): Segment | undefined {
  const [, timeline, id, low] = /^([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})$/.exec(name) ?? [];
  if (timeline === undefined) return undefined;
  const number = BigInt(`0x${id}`) * SEGMENTS_PER_ID + BigInt(`0x${low}`);
  return { timeline: Number.parseInt(timeline, 16), number };
}

/** `00000002.history` */
export function historyName(timeline: number): string {
  return `${hex(timeline)}.history`;
}

/** The timeline of a history file's name. */
export function readHistoryName(name: string): number | undefined {
  const [, timeline] = /^([0-9A-F]{8})\.history$/.exec(name) ?? [];
  return timeline === undefined ? undefined : Number.parseInt(timeline, 16);
}
