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
  /** `archive_command` for the drill's folder, of a negative control. Default: basic_archive. */
  archiveCommand?: (directory: string) => string;
}

/** How a server came back. */
export interface Recovery {
  /** From the start until it takes connections. */
  seconds: number;
  /** WAL that was replayed, in bytes; 0 after a clean shutdown. */
  replayedBytes: number;
}

/** A throw-away server. */
export interface DrillServer {
  /** As superuser. */
  readonly administration: Connection;
  /** As the role of an application. */
  readonly application: Connection;
  /** PGDATA, as this process sees it. */
  readonly dataDirectory: string;
  /** Where finished WAL segments go, as this process sees it. */
  readonly archiveDirectory: string;
  /** Its backups and its archive; absent where the target's cannot be restored here. */
  readonly backups?: BackupStore;
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

/**
 * How finished WAL segments get into the drill's own folder: by PostgreSQL's own safe module where nothing else is said.
 *
 * @param directory As the server sees it.
 */
export function archivingParameters(
  { archiveCommand }: DrillServerArgs,
  directory: string,
): Record<string, string> {
  const how: Record<string, string> = archiveCommand
    ? { archive_command: archiveCommand(directory), archive_library: "" }
    : {
        archive_command: "",
        archive_library: "basic_archive",
        "basic_archive.archive_directory": directory,
      };
  return { archive_mode: "on", ...how };
}
