/** What can a drill do with a server? Each target has one; it is made for the drill and removed after it. */

import type { Connection } from "../components/connection";

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
  /** Ends every process of the server at once; nothing is flushed. */
  kill(): Promise<void>;
  /**
   * Starts it again, without any help.
   *
   * @throws Fault with the server's own words when it does not come up.
   */
  start(): Promise<Recovery>;
  /** Stops it and removes all of it. */
  remove(): Promise<void>;
}

/** Something that must not be: lost, half there, corrupt, or not up again. */
export interface DrillFinding {
  kind: "lost" | "unacknowledged" | "half" | "corrupt" | "unbalanced" | "archive" | "down";
  /** How many commits, rows or files; 1 where nothing is counted. */
  count: number;
  text: string;
}
