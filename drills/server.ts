/** What can a drill do with a server? Each target has one; it is made for the drill and removed after it. */

import type { BackupStore } from "../components/backup/store";
import type { Connection } from "../components/connection";
import type { Version } from "../components/parameters/postgres";

/** What a drill's server is made with. */
export interface DrillServerArgs {
  version: Version;
  /** All parameters of the stack, those of a negative control over them. */
  parameters: Readonly<Record<string, string>>;
  /** Run by the superuser once the role and the database `drill` are there. Default: nothing. */
  prepare?: readonly string[];
  /** `archive_command` for a folder of the drill's, of a negative control. Default: as the stack's server archives. */
  archiveCommand?: (directory: string) => string;
}

/** How a server came back. */
export interface Recovery {
  /** From the start until it takes connections. */
  seconds: number;
  /** WAL that was replayed, in bytes; 0 after a clean shutdown. */
  replayedBytes: number;
}

/** Where a drill's server archives its WAL. */
export interface DrillArchive {
  /**
   * Makes the server archive all that it has written.
   *
   * @throws Fault when the archive takes no WAL.
   */
  flush(): Promise<void>;
  /** Segments that were archived and are not there, or are not whole. The server is up. */
  findings(archived: ReadonlySet<string>): Promise<DrillFinding[]>;
  /** Removes what fills the drill's disk and is not needed any more; the names of the segments that went. */
  clear(): Promise<string[]>;
  /** Puts another content in place of a segment's, or nothing: what a negative control does. */
  change(segment: string, change: SegmentChange): Promise<void>;
}

/** What becomes of a segment's content; undefined removes it. */
export type SegmentChange = (content: Buffer) => Buffer | undefined;

/** A throw-away server. */
export interface DrillServer {
  /** As superuser. */
  readonly administration: Connection;
  /** As the role of an application. */
  readonly application: Connection;
  /** PGDATA, as this process sees it. */
  readonly dataDirectory: string;
  readonly archive: DrillArchive;
  /** Its backups. The first call makes what it takes to have some. */
  backups(): Promise<BackupStore>;
  /** Ends every process of the server at once; nothing is flushed. */
  kill(): Promise<void>;
  /** Ends them and removes what they ran in, but none of the data; absent where they run in nothing. */
  replace?(): Promise<void>;
  /**
   * Starts it again, without any help.
   *
   * @throws Fault with the server's own words when it does not come up.
   */
  start(): Promise<Recovery>;
  /** What it wrote since its last start. */
  log(): Promise<string>;
  /** Stops it and removes all of it. */
  remove(): Promise<void>;
}

/** Something that must not be: lost, half there, corrupt, not up again, not restored, or too slow. */
export interface DrillFinding {
  kind:
    | "lost"
    | "unacknowledged"
    | "half"
    | "corrupt"
    | "unbalanced"
    | "archive"
    | "down"
    | "restore"
    | "slow";
  /** How many commits, rows or files; 1 where nothing is counted. */
  count: number;
  text: string;
}
