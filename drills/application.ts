/** The role and the database that a drill's workload uses. */

import { type Connection, withClient } from "../components/connection";
import { LEDGER_TABLES } from "./ledger";

/** Name of both. */
export const APPLICATION = "drill";

/**
 * Makes them, and the tables.
 *
 * @param prepare Run by the superuser before the tables are made: what a negative control does to role or database.
 */
export async function createApplication(
  { administration, application }: { administration: Connection; application: Connection },
  prepare: readonly string[],
): Promise<void> {
  await withClient(
    administration,
    async (client) => {
      await client.query(`CREATE ROLE ${APPLICATION} LOGIN PASSWORD '${application.password}'`);
      await client.query(`CREATE DATABASE ${APPLICATION} OWNER ${APPLICATION}`);
      for (const statement of prepare) await client.query(statement);
    },
    // A new database is a copy of another one, file by file.
    { timeoutMs: 60_000 },
  );
  await withClient(application, (client) => client.query(LEDGER_TABLES));
}
