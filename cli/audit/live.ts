/** What does a running server tell about itself, as far as the role may read it? */

import { Client, type ClientConfig } from "pg";
import { Fault } from "../../components/faults";
import { type RunningParameter, readPgSettings } from "../../components/running/pg-settings";

/** A value that a role or a database has of its own. */
export interface Override {
  role: string | null;
  database: string | null;
  parameter: string;
  value: string;
}

/** A line of a pg_hba.conf, as the server read it. */
export interface HbaLine {
  file: string;
  line: number;
  text: string;
}

/** Everything that an audit looks at. */
export interface LiveReading {
  /** `user@host:port/database`, without the password. */
  address: string;
  role: string;
  major: number;
  parameters: ReadonlyMap<string, RunningParameter>;
  /** False: parameters that only some roles see are left out by the server. */
  seesAll: boolean;
  overrides: readonly Override[];
  /** Undefined: the role may not read them. */
  hba: readonly HbaLine[] | undefined;
}

const TIMEOUT_MS = 10_000;

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const INSUFFICIENT_PRIVILEGE = "42501";

/**
 * Reads the server behind a URL, in a transaction that cannot write.
 *
 * @throws Fault when it cannot be reached.
 */
export async function readLive(url: string): Promise<LiveReading> {
  const client = await connect(url);
  try {
    await client.query("SET default_transaction_read_only = on");
    return await readAll(client);
  } catch (error) {
    throw new Fault(
      `${addressOf(client)} cannot be read: ${(error as Error).message}`,
      "audit a PostgreSQL server of version 10 or newer, as a role that may log in",
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function connect(url: string): Promise<Client> {
  const hasMode = /[?&]sslmode=/.test(url);
  const config: ClientConfig = {
    // The meanings of sslmode that psql has.
    connectionString: hasMode ? `${url}&uselibpqcompat=true` : url,
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
    application_name: "durable-postgres",
  };
  // Like psql, which encrypts where the server wants it, also when the URL does not say so.
  const attempts = hasMode ? [config] : [config, { ...config, ssl: { rejectUnauthorized: false } }];
  let problem = "";
  let address = "the server";
  for (const attempt of attempts) {
    const client = clientOf(attempt);
    client.on("error", () => undefined);
    address = addressOf(client);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      const { message, code } = error as Error & { code?: string };
      problem ||= message || code || "no answer";
      if (!/no encryption|SSL/i.test(message)) break;
    }
  }
  throw new Fault(
    `no connection to ${address}: ${problem}`,
    "mend the URL: postgres://user:password@host:5432/database",
  );
}

/** The error of a URL that is none would show it, with its password. */
function clientOf(config: ClientConfig): Client {
  try {
    return new Client(config);
  } catch {
    throw new Fault(
      "the URL of the server is no URL",
      "write postgres://user:password@host:5432/database, with %40 for @ and %2F for / in the password",
    );
  }
}

/** What may be shown of a connection. */
function addressOf({ user, host, port, database }: Client): string {
  return `${user ?? ""}@${host}:${port}/${database ?? ""}`;
}

async function readAll(client: Client): Promise<LiveReading> {
  const parameters = await readPgSettings(client);
  const { rows } = await client.query(
    `SELECT current_user::text AS role, current_setting('server_version_num')::int AS version,
            pg_has_role(current_user, 'pg_read_all_settings', 'USAGE') AS "seesAll"`,
  );
  const [{ role, version, seesAll }] = rows;
  return {
    address: addressOf(client),
    role,
    major: Math.floor(version / 10_000),
    parameters,
    seesAll,
    overrides: await readOverrides(client),
    hba: await readHbaLines(client),
  };
}

async function readOverrides(client: Client): Promise<Override[]> {
  const { rows } = await client.query(
    `SELECT r.rolname::text AS role, d.datname::text AS database,
            split_part(entry, '=', 1) AS parameter, substr(entry, strpos(entry, '=') + 1) AS value
     FROM pg_db_role_setting s
     CROSS JOIN unnest(s.setconfig) AS entry
     LEFT JOIN pg_roles r ON r.oid = s.setrole
     LEFT JOIN pg_database d ON d.oid = s.setdatabase
     ORDER BY 1, 2, 3`,
  );
  return rows;
}

/** Lines in the notation of the file; an address with a mask keeps it beside it. */
async function readHbaLines(client: Client): Promise<HbaLine[] | undefined> {
  try {
    const { rows } = await client.query(
      `SELECT coalesce(to_jsonb(h) ->> 'file_name', 'pg_hba.conf') AS file, line_number AS line,
              concat_ws(' ', type, array_to_string(database, ','), array_to_string(user_name, ','),
                        address, netmask, auth_method) AS text
       FROM pg_hba_file_rules h WHERE error IS NULL ORDER BY line_number`,
    );
    return rows.map(({ file, ...line }) => ({ ...line, file: file.split("/").at(-1) }));
  } catch (error) {
    if ((error as { code?: string }).code === INSUFFICIENT_PRIVILEGE) return undefined;
    throw error;
  }
}
