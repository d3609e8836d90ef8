/** How do applications get at a database? A URL and environment variables, in the forms that libraries read. */

import type { RoleCredentials } from "./database";

/** Where a database is. */
export interface Address {
  host: string;
  port: number;
  database: string;
  /** libpq's `sslmode`: `disable`, `require`, `verify-full`, … */
  sslmode: string;
}

/**
 * A connection URI with every part percent-encoded.
 * https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-CONNSTRING-URIS
 */
export function connectionUrl(
  { host, port, database, sslmode }: Address,
  { user, password }: RoleCredentials,
): string {
  const place = host.includes(":") ? `[${host}]` : encodeURIComponent(host);
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return `postgresql://${login}@${place}:${port}/${encodeURIComponent(database)}?sslmode=${encodeURIComponent(sslmode)}`;
}

/**
 * `DATABASE_URL` and libpq's variables.
 * https://www.postgresql.org/docs/15/libpq-envars.html
 */
export function connectionEnvironment(
  address: Address,
  credentials: RoleCredentials,
): Record<string, string> {
  return {
    DATABASE_URL: connectionUrl(address, credentials),
    PGHOST: address.host,
    PGPORT: String(address.port),
    PGDATABASE: address.database,
    PGUSER: credentials.user,
    PGPASSWORD: credentials.password,
    PGSSLMODE: address.sslmode,
  };
}
