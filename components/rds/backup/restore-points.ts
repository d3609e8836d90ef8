/** When was the moment with this name? RDS restores to times only, so that a table of the database keeps them. */

import type { Client } from "pg";
import { type Connection, withClient } from "../../connection";
import { Fault } from "../../faults";
import { type MasterAccess, masterConnection, reaching } from "../master-connection";

/** In the database `postgres`, away from the application's. */
const TABLE = "durable_postgres.restore_point";

const MAKE_TABLE = `
  CREATE SCHEMA IF NOT EXISTS durable_postgres;
  CREATE TABLE IF NOT EXISTS ${TABLE} (name text PRIMARY KEY, at timestamptz NOT NULL)`;

/** ISO 8601 with seconds, UTC. */
const SHOWN = `to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;

/** The end of a second is at most a second away, and a connection across AWS's network takes its time as well. */
const LIMIT = { timeoutMs: 20_000 };

function asMaster<Result>(access: MasterAccess, work: (client: Client) => Promise<Result>): Promise<Result> {
  return reaching(access, async () => {
    const connection: Connection = await masterConnection(access);
    return withClient(connection, work, LIMIT);
  });
}

/**
 * Gives the end of this second a name, and returns once it is over: what was committed before the call comes back with
 * it, what is committed after the return does not.
 *
 * @returns the moment, to the second.
 * @throws Fault for a name that is taken.
 */
export function recordRestorePoint(access: MasterAccess, name: string): Promise<string> {
  return asMaster(access, async (client) => {
    await client.query(MAKE_TABLE);
    const { rows } = await client.query(
      `INSERT INTO ${TABLE} AS t VALUES ($1, date_trunc('second', clock_timestamp()) + interval '1 second')
       ON CONFLICT DO NOTHING RETURNING ${SHOWN} AS at`,
      [name],
    );
    const at: string | undefined = rows[0]?.at;
    if (at === undefined)
      throw new Fault(
        `there is a restore point ${name} already, at ${await lookUp(client, name)}`,
        "give this moment another name",
      );
    await client.query("SELECT pg_sleep(extract(epoch FROM $1::timestamptz - clock_timestamp())::float8)", [
      at,
    ]);
    return at;
  });
}

/** The moment of a name, to the second; undefined where the database knows none. */
export function findRestorePoint(access: MasterAccess, name: string): Promise<string | undefined> {
  return asMaster(access, (client) => lookUp(client, name));
}

async function lookUp(client: Client, name: string): Promise<string | undefined> {
  const { rows: tables } = await client.query(`SELECT to_regclass('${TABLE}') IS NOT NULL AS "isThere"`);
  if (!tables[0].isThere) return undefined;
  const { rows } = await client.query(`SELECT ${SHOWN} AS at FROM ${TABLE} WHERE name = $1`, [name]);
  return rows[0]?.at;
}
