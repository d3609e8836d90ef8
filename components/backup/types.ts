/** What is a backup, which moments can be restored, and what is wrong with an archive? The same for every target. */

import type { LastRehearsal } from "./evidence";

/** Kinds of backups; `diff` and `incr` need a target that can take them. */
export const BACKUP_TYPES = ["full", "diff", "incr"] as const;
export type BackupType = (typeof BACKUP_TYPES)[number];

/** A point in a server's history. */
export interface Moment {
  /** ISO 8601 with microseconds, UTC; null where the WAL holds no time. */
  time: string | null;
  /** Position in the WAL, `0/5000028`. */
  lsn: string;
}

/** One backup of a whole cluster. */
export interface Backup {
  /** Sorts by time. */
  id: string;
  type: BackupType;
  /** `server_version`, such as `15.18`. */
  serverVersion: string;
  /** Decimal. */
  systemIdentifier: string;
  timeline: number;
  start: Moment;
  /** From here on the cluster can be restored. */
  stop: Moment;
  /** Bytes it takes where it is kept. */
  size: number;
  /** Bytes it takes once it is restored; absent: the same. */
  restoredSize?: number;
}

/** Everything between two moments can be restored. */
export interface RestoreWindow {
  /** Timeline that a restore follows to its end. */
  timeline: number;
  from: Moment;
  /** The last record of WAL, and the time of the last commit. */
  to: Moment;
  /** Ids of the backups that a restore can start from, oldest first. */
  backups: string[];
}

/** What can be wrong with an archived segment; `damaged` has another checksum than when it was archived. */
export type SegmentFault = "missing" | "short" | "zeroed" | "foreign" | "damaged";

/** A segment that ends a window. */
export interface ArchiveFault {
  /** Name of the segment, or of the first one of a row of missing ones. */
  segment: string;
  /** Segments in a row, for missing ones. */
  count: number;
  kind: SegmentFault;
}

/** The WAL archive. */
export interface ArchiveState {
  segments: number;
  /** Bytes. */
  size: number;
  /** Newest segment of the newest timeline; null while nothing is archived. */
  newest: string | null;
  faults: ArchiveFault[];
}

/** A logical dump that is kept. It knows one moment alone. */
export interface KeptDump {
  /** Of its file. */
  name: string;
  /** ISO 8601, UTC: what was committed before it is in it. */
  time: string;
  /** Bytes. */
  size: number;
}

/** Backups and WAL in one place. */
export interface Kept {
  /** Oldest first. */
  backups: Backup[];
  /** Oldest first; more than one where the archive has holes. */
  windows: RestoreWindow[];
  archive: ArchiveState;
}

/** All that is kept of one generation of a database. */
export interface BackupCatalogue extends Kept {
  /** Logical dumps, oldest first. */
  dumps: KeptDump[];
  /** The newest rehearsal that the target made by itself; null where it made none. */
  lastRehearsal: LastRehearsal | null;
  /** Name of the place. */
  place: string;
  /** Further places, each with the same: a bucket. */
  copies: (Copy | UnreadCopy)[];
}

/** Backups and WAL in a further place. */
export interface Copy extends Kept {
  place: string;
}

/** A further place that does not answer. */
export interface UnreadCopy {
  place: string;
  fact: string;
  hint: string;
}

/** True for a place that answered. */
export function isRead(copy: Copy | UnreadCopy): copy is Copy {
  return "archive" in copy;
}

/** What a restore starts from and where it ends. */
export interface RestorePlan {
  backup: Backup;
  timeline: number;
  /** Parameters of recovery, by name. */
  recovery: Record<string, string>;
  /** The last segment that may be read: what follows it may be damaged. */
  lastSegment: string;
  /** WAL that has to be replayed at least, else the restore has lost something: position of a record. */
  reaches: string;
  /** Number of the repository in pgBackRest's settings; absent where there is one place alone. */
  repository?: number;
}
