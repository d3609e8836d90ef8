/** Which transactions ended in a segment of WAL, and when? Recovery to a time or a name stops at these records. */

import { SEGMENT_SIZE, segmentStart } from "./lsn";
import { fromPostgres } from "./time";

/**
 * Layout of pages and records, the same in 15 to 18.
 * https://github.com/postgres/postgres/blob/REL_18_STABLE/src/include/access/xlogrecord.h
 */
const PAGE = 8192;
const LONG_HEADER = 40;
const SHORT_HEADER = 24;
const RECORD_HEADER = 24;

/** Resource managers. `rmgrlist.h` */
const RM_XLOG = 0;
const RM_XACT = 1;

/** Kinds of records: the upper bits of `xl_info`. */
const XLOG_SWITCH = 0x40;
const XLOG_RESTORE_POINT = 0x70;
const XACT_END = [0x00, 0x20, 0x30, 0x40];

/** Ids of the parts before a record's data. */
const DATA_SHORT = 255;
const DATA_LONG = 254;
const ORIGIN = 253;
const TOP_XID = 252;

/** A record that recovery can stop at: a commit or an abort, or a restore point, which has a name. */
export interface WalEvent {
  lsn: bigint;
  /** Microseconds since 1970. */
  time: bigint;
  name?: string;
}

/** What one segment holds. */
export interface SegmentReading {
  events: WalEvent[];
  /** Where the last record begins that is whole; undefined when there is none. */
  lastRecord: bigint | undefined;
}

/** Position of a byte of a segment's payload, which is the segment without page headers. */
function positionOf(number: bigint, offset: number): bigint {
  const firstPage = PAGE - LONG_HEADER;
  if (offset < firstPage) return segmentStart(number) + BigInt(LONG_HEADER + offset);
  const beyond = offset - firstPage;
  const page = 1 + Math.floor(beyond / (PAGE - SHORT_HEADER));
  const inPage = beyond % (PAGE - SHORT_HEADER);
  return segmentStart(number) + BigInt(page * PAGE + SHORT_HEADER + inPage);
}

function payloadOf(segment: Buffer): Buffer {
  const pages: Buffer[] = [];
  for (let page = 0; page < SEGMENT_SIZE; page += PAGE)
    pages.push(segment.subarray(page + (page === 0 ? LONG_HEADER : SHORT_HEADER), page + PAGE));
  return Buffer.concat(pages);
}

/** Records begin at multiples of 8; headers are such multiples as well. */
function aligned(offset: number): number {
  return Math.ceil(offset / 8) * 8;
}

/** Data of a record that refers to no page; undefined where it has none. */
function mainData(record: Buffer): Buffer | undefined {
  for (let offset = RECORD_HEADER; offset < record.length; ) {
    const id = record[offset];
    if (id === DATA_SHORT) return record.subarray(offset + 2);
    if (id === DATA_LONG) return record.subarray(offset + 5);
    if (id === ORIGIN) offset += 3;
    else if (id === TOP_XID) offset += 5;
    else return undefined;
  }
  return undefined;
}

function eventOf(lsn: bigint, record: Buffer): WalEvent | undefined {
  const [kind, manager] = [record.readUInt8(16) & 0x70, record.readUInt8(17)];
  const isEnd = manager === RM_XACT && XACT_END.includes(kind);
  const isRestorePoint = manager === RM_XLOG && kind === XLOG_RESTORE_POINT;
  if (!isEnd && !isRestorePoint) return undefined;
  const data = mainData(record);
  if (!data || data.length < 8) return undefined;
  const event = { lsn, time: fromPostgres(data.readBigInt64LE(0)) };
  return isEnd ? event : { ...event, name: data.toString("utf8", 8).split("\0")[0] };
}

/** Reads segments that follow one another: a record that one of them cuts off goes on in the next. */
export class WalReader {
  private carried: { lsn: bigint; bytes: Buffer[] } | undefined;

  /**
   * Reads the next segment.
   *
   * @param number Its number; one more than that of the one before.
   */
  read(number: bigint, segment: Buffer): SegmentReading {
    const payload = payloadOf(segment);
    const reading: SegmentReading = { events: [], lastRecord: undefined };
    let offset = this.finishCarried(payload, segment.readUInt32LE(16), reading);
    while (offset + 4 <= payload.length) {
      const length = payload.readUInt32LE(offset);
      // Zeros up to the end of the segment follow on a switch.
      if (length < RECORD_HEADER) break;
      const lsn = positionOf(number, offset);
      const record = payload.subarray(offset, offset + length);
      if (record.length < length) {
        this.carried = { lsn, bytes: [Buffer.from(record)] };
        break;
      }
      if (!this.take(lsn, record, reading)) break;
      offset = aligned(offset + length);
    }
    return reading;
  }

  /** Completes the record that the segment before cut off; returns where the next one begins. */
  private finishCarried(payload: Buffer, remaining: number, reading: SegmentReading): number {
    const { carried } = this;
    const rest = payload.subarray(0, remaining);
    if (carried && remaining > 0) carried.bytes.push(Buffer.from(rest));
    if (remaining > payload.length) return payload.length;
    this.carried = undefined;
    if (carried && remaining > 0) this.take(carried.lsn, Buffer.concat(carried.bytes), reading);
    return aligned(remaining);
  }

  /** False when nothing follows in this segment. */
  private take(lsn: bigint, record: Buffer, reading: SegmentReading): boolean {
    reading.lastRecord = lsn;
    const event = eventOf(lsn, record);
    if (event) reading.events.push(event);
    return !(record.readUInt8(17) === RM_XLOG && (record.readUInt8(16) & 0x70) === XLOG_SWITCH);
  }
}
