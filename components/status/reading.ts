/** What does a running server say of its state? All checks' rows from one read-only transaction. */

import type { Client } from "pg";
import { type Connection, withClient } from "../connection";
import { Fault, isFault } from "../faults";
import { readServer } from "../verify/verify";
import type { Context } from "./check";
import { CHECKS } from "./checks";

/** What was read at one moment. */
export interface StatusReading extends Omit<Context, "deployed"> {
  /** Row of each check that has a query, by its name; undefined when the query returned none. */
  rows: Readonly<Record<string, unknown>>;
}

/** A large pg_wal takes a while to list. */
const TIMEOUT_MS = 10_000;

async function readRows(client: Client): Promise<Pick<StatusReading, "server" | "rows">> {
  await client.query("BEGIN TRANSACTION READ ONLY");
  const server = await readServer(client);
  const rows: Record<string, unknown> = {};
  for (const { name, query } of CHECKS) {
    if (!query) continue;
    const result = await client.query(query(Number.parseInt(server.version, 10)));
    rows[name] = result.rows[0];
  }
  await client.query("COMMIT");
  return { server, rows };
}

/** What is read of a server from elsewhere than from it. */
export interface Surroundings {
  /** Space of the server's file systems, given its data directory. */
  disks(dataDirectory: string): Promise<Context["disks"]>;
  backups(): Promise<Context["backups"]>;
}

/**
 * Reads a server. A member of pg_monitor that may connect is enough.
 *
 * @throws Fault when the server cannot be reached, goes away, or does not answer within 10 s.
 */
export async function readStatus(
  connection: Connection,
  { disks, backups }: Surroundings,
): Promise<StatusReading> {
  const reading = await withClient(connection, readRows, { timeoutMs: TIMEOUT_MS }).catch((error) => {
    if (isFault(error)) throw error;
    throw new Fault(
      `the server does not tell its state to ${connection.user}: ${(error as Error).message}`,
      "run the deployment again: it starts a stopped server, and grants the roles what they need",
    );
  });
  const directory = reading.server.parameters.get("data_directory")?.setting ?? "";
  // Behind the server: what that takes for archived must be there by now.
  return { ...reading, disks: await disks(directory), backups: await backups() };
}
