/** Is a WAL archive whole? Names, sizes and headers of its files tell: holes, short, zeroed and foreign segments. Pure. */

import {
  readHistoryName,
  readSegmentName,
  SEGMENT_SIZE,
  segmentBefore,
  segmentName,
  segmentOf,
  segmentStart,
  lsn as toLsn,
} from "./lsn";
import type { ArchiveFault, ArchiveState, Backup, SegmentFault } from "./types";

/** Bytes at the beginning of a segment that tell whose it is: the long page header. */
export const HEADER_SIZE = 40;

/** Where it holds what. https://github.com/postgres/postgres/blob/REL_15_STABLE/src/include/access/xlog_internal.h */
const PAGE_ADDRESS = 8;
export const SYSTEM_IDENTIFIER = 24;
const WAL_SEGMENT_SIZE = 32;

/** A file of the archive, as far as it was read. */
export interface ArchivedFile {
  name: string;
  /** Bytes that it takes. */
  size: number;
  /**
   * The first `HEADER_SIZE` bytes of a segment, fewer where it is shorter; the whole of a history file. Absent for a
   * segment that was checked when it was archived.
   */
  content?: Buffer;
  /** What was found when a segment was read as a whole. */
  fault?: SegmentFault;
}

/** What is wrong with a segment by its header; undefined for a good one. */
export function segmentFault(
  { name, size, content }: ArchivedFile,
  systemIdentifier: string,
): SegmentFault | undefined {
  const segment = readSegmentName(name);
  if (!segment) throw new Error(`${name} is no segment`);
  if (!content) return undefined;
  if (size !== SEGMENT_SIZE || content.length < HEADER_SIZE) return "short";
  if (content.every((byte) => byte === 0)) return "zeroed";
  const isOurs =
    content.readBigUInt64LE(SYSTEM_IDENTIFIER).toString() === systemIdentifier &&
    content.readUInt32LE(WAL_SEGMENT_SIZE) === SEGMENT_SIZE &&
    content.readBigUInt64LE(PAGE_ADDRESS) === segmentStart(segment.number);
  return isOurs ? undefined : "foreign";
}

/** A timeline, and the position from which on its successor goes on; the last one has none. */
interface Stretch {
  timeline: number;
  until: bigint | undefined;
}

/** Lines of a history file: `1	0/5000110	no recovery target specified`. */
export function readHistory(text: string): Stretch[] {
  return text.split("\n").flatMap((line) => {
    const [, timeline, until] = /^\s*(\d+)\s+([0-9A-F]+\/[0-9A-F]+)/.exec(line) ?? [];
    return timeline === undefined || until === undefined
      ? []
      : [{ timeline: Number(timeline), until: toLsn(until) }];
  });
}

/** A timeline with those it came from, oldest first. */
export class Lineage {
  constructor(private readonly stretches: readonly Stretch[]) {}

  /** The timeline at its end. */
  get timeline(): number {
    return this.stretches.at(-1)?.timeline ?? 1;
  }

  /** On which timeline recovery reads a segment: the newest one that has it. `XLogFileReadAnyTLI`. */
  timelineOf(number: bigint): number {
    const newer = this.stretches.findLast((_, index) => {
      const begin = this.stretches[index - 1]?.until;
      return begin === undefined || segmentOf(begin) <= number;
    });
    return newer?.timeline ?? this.timeline;
  }

  /** True when a timeline is a part of this one up to a position. */
  holds(timeline: number, position: bigint): boolean {
    const stretch = this.stretches.find((candidate) => candidate.timeline === timeline);
    return stretch !== undefined && (stretch.until === undefined || position <= stretch.until);
  }

  nameOf(number: bigint): string {
    return segmentName({ timeline: this.timelineOf(number), number });
  }
}

/** A stretch of WAL without a hole that a backup can be brought forward with. */
export interface Coverage {
  /** Backups that reach to its end, oldest first. */
  backups: Backup[];
  /** Its first and last segment. */
  first: bigint;
  last: bigint;
}

/** What was found in an archive. */
export class Archive {
  readonly lineage: Lineage;
  readonly state: ArchiveState;
  /** Stretches that end at a hole or at the end of the archive, oldest first. */
  readonly coverages: Coverage[];
  private readonly good = new Set<string>();
  private readonly bad = new Map<string, SegmentFault>();

  /**
   * @param files Everything in the archive; what is neither segment nor history file is passed over.
   * @param backups Backups of the same cluster, oldest first.
   */
  constructor(files: readonly ArchivedFile[], backups: readonly Backup[], systemIdentifier: string) {
    const segments = files.filter(({ name }) => readSegmentName(name));
    for (const file of segments) {
      const fault = file.fault ?? segmentFault(file, systemIdentifier);
      if (fault) this.bad.set(file.name, fault);
      else this.good.add(file.name);
    }
    this.lineage = newestLineage(files, segments, backups);
    this.coverages = this.cover(backups);
    const newest = segments
      .map(({ name }) => name)
      .sort()
      .at(-1);
    this.state = {
      segments: segments.length,
      size: segments.reduce((sum, { size }) => sum + size, 0),
      newest: newest ?? null,
      faults: this.faults(segments, backups),
    };
  }

  /** Names of the segments between two numbers on the newest timeline. */
  names(first: bigint, last: bigint): string[] {
    const names: string[] = [];
    for (let number = first; number <= last; number++) names.push(this.lineage.nameOf(number));
    return names;
  }

  private cover(backups: readonly Backup[]): Coverage[] {
    const coverages: Coverage[] = [];
    for (const backup of backups) {
      const [start, stop] = [toLsn(backup.start.lsn), toLsn(backup.stop.lsn)];
      if (!this.lineage.holds(backup.timeline, stop)) continue;
      const last = this.lastGood(segmentOf(start));
      if (last < segmentBefore(stop)) continue;
      const same = coverages.find((coverage) => coverage.last === last);
      if (same) same.backups.push(backup);
      else coverages.push({ backups: [backup], first: segmentOf(start), last });
    }
    return coverages;
  }

  /** The last segment of a row without a hole; the one before `first` where that is missing. */
  private lastGood(first: bigint): bigint {
    let number = first;
    while (this.good.has(this.lineage.nameOf(number))) number++;
    return number - 1n;
  }

  /** What is wrong between the oldest backup that counts and the newest segment. */
  private faults(segments: readonly ArchivedFile[], backups: readonly Backup[]): ArchiveFault[] {
    const numbers = segments
      .map(({ name }) => readSegmentName(name))
      .filter((segment) => segment !== undefined)
      .filter(({ timeline, number }) => this.lineage.timelineOf(number) === timeline)
      .map(({ number }) => number);
    const starts = backups
      .filter(({ timeline, stop }) => this.lineage.holds(timeline, toLsn(stop.lsn)))
      .map(({ start }) => segmentOf(toLsn(start.lsn)));
    if (starts.length === 0) return [];
    const ascending = (a: bigint, b: bigint) => Number(a - b);
    const [oldest = 0n, newest = 0n] = [starts.sort(ascending)[0], numbers.sort(ascending).at(-1)];
    const faults: ArchiveFault[] = [];
    for (const name of this.names(oldest, newest)) {
      if (this.good.has(name)) continue;
      const kind = this.bad.get(name) ?? "missing";
      const before = faults.at(-1);
      if (kind === "missing" && before?.kind === "missing" && this.follows(before, name)) before.count++;
      else faults.push({ segment: name, count: 1, kind });
    }
    return faults;
  }

  private follows({ segment, count }: ArchiveFault, name: string): boolean {
    const [before, after] = [readSegmentName(segment), readSegmentName(name)];
    return before !== undefined && after !== undefined && before.number + BigInt(count) === after.number;
  }
}

/** The newest timeline that anything in the archive or a backup belongs to, with its ancestors. */
function newestLineage(
  files: readonly ArchivedFile[],
  segments: readonly ArchivedFile[],
  backups: readonly Backup[],
): Lineage {
  const histories = new Map<number, Stretch[]>();
  for (const { name, content } of files) {
    const timeline = readHistoryName(name);
    if (timeline !== undefined) histories.set(timeline, readHistory(content?.toString("utf8") ?? ""));
  }
  const known = [
    ...histories.keys(),
    ...backups.map(({ timeline }) => timeline),
    ...segments.map(({ name }) => readSegmentName(name)?.timeline ?? 1),
  ];
  const timeline = Math.max(1, ...known);
  return new Lineage([...(histories.get(timeline) ?? []), { timeline, until: undefined }]);
}
