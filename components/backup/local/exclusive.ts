/** Does another process take a backup or a dump of this server at the moment? The server knows. */

import type { Client } from "pg";
import { type Connection, withClient } from "../../connection";
import { Fault } from "../../faults";

/** Of advisory locks in the database `postgres`, where applications have none. */
const LOCKS = { backup: [0x4450, 1], dump: [0x4450, 2] } as const;

/** What only one process may do at a time. */
type Exclusive = keyof typeof LOCKS;

/** A checkpoint takes its time, and the session is idle while files are copied. */
const SESSION = { timeoutMs: 30 * 60_000 };

/**
 * Runs work that only one process may do at a time. The server holds the lock, for as long as the session lives: a
 * process that is killed leaves none.
 *
 * @param administration Superuser in the database `postgres`.
 * @throws Fault where another one is at it.
 */
export async function exclusively<Result>(
  administration: Connection,
  what: Exclusive,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const begin = async (client: Client) => {
    await client.query("SET idle_session_timeout = 0");
    const { rows } = await client.query("SELECT pg_try_advisory_lock($1, $2) AS mine", [...LOCKS[what]]);
    if (!rows[0].mine) throw await busy(client, what);
    return work(client);
  };
  return withClient(administration, begin, SESSION);
}

async function busy(client: Client, what: Exclusive): Promise<Fault> {
  const { rows } = await client.query(
    `SELECT pid, extract(epoch FROM clock_timestamp() - backend_start)::int AS seconds
     FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND granted AND classid = $1 AND objid = $2`,
    [...LOCKS[what]],
  );
  const [other] = rows;
  return new Fault(
    `another ${what} of this database is being taken${other ? `, since ${other.seconds} s` : ""}`,
    `wait until it is complete${other ? `, or end it: SELECT pg_terminate_backend(${other.pid})` : ""}`,
  );
}
