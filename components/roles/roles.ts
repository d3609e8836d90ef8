/** Who may log in, and what may they do? An owner, a reader and a monitor for applications; nobody needs the superuser. */

import type { Client } from "pg";
import { type Connection, withClient } from "../connection";
import { Fault } from "../faults";
import { scramMatches, scramVerifier } from "./scram";

/** Kinds of roles that every target makes. */
export const ROLE_KINDS = ["superuser", "owner", "readonly", "monitor"] as const;

/** `owner` owns the application's database; `readonly` reads every table; `monitor` is in pg_monitor. */
export type RoleKind = (typeof ROLE_KINDS)[number];

/** What is declared. */
export interface RolesArgs {
  administration: Connection;
  /** The application's database; its owner has the same name. */
  database: string;
  passwords: Record<RoleKind, string>;
}

/** Predefined roles the reader and the monitor are in. https://www.postgresql.org/docs/15/predefined-roles.html */
export const MEMBERSHIP: Partial<Record<RoleKind, string>> = {
  readonly: "pg_read_all_data",
  monitor: "pg_monitor",
};

/** No application role may do any of these. */
const NO_PRIVILEGES = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS";

/** Names of the roles of a database. */
export function roleNames(database: string, superuser = "postgres"): Record<RoleKind, string> {
  return { superuser, owner: database, readonly: `${database}_readonly`, monitor: `${database}_monitor` };
}

/** Faults of a database's name; it is an identifier that roles are named after. */
export function databaseNameFaults(database: string): Fault[] {
  if (["postgres", "template0", "template1"].includes(database) || database.startsWith("pg_"))
    return [new Fault(`database ${database} is PostgreSQL's own`, "write `database: app`")];
  if (!/^[a-z_][a-z0-9_]{0,49}$/.test(database))
    return [
      new Fault(
        `database ${JSON.stringify(database)} is not a plain name: small letters, digits and underscores, a letter first, 50 at most`,
        "write `database: app`",
      ),
    ];
  return [];
}

interface RoleRow {
  rolname: string;
  rolpassword: string | null;
  privileged: boolean;
  rolcanlogin: boolean;
  member_of: string[];
}

async function readRoles(client: Client, names: readonly string[]): Promise<Map<string, RoleRow>> {
  const { rows } = await client.query<RoleRow>(
    `SELECT rolname, rolpassword, rolcanlogin,
            rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls AS privileged,
            ARRAY(SELECT r.rolname::text FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid
                  WHERE m.member = a.oid) AS member_of
     FROM pg_authid a WHERE rolname = ANY($1)`,
    [names],
  );
  return new Map(rows.map((row) => [row.rolname, row]));
}

async function databaseOwner(client: Client, database: string): Promise<string | undefined> {
  const { rows } = await client.query<{ owner: string }>(
    "SELECT pg_get_userbyid(datdba)::text AS owner FROM pg_database WHERE datname = $1",
    [database],
  );
  return rows[0]?.owner;
}

/** Kinds of roles that are not as declared, and `database` when that is not. Asks the live server; changes nothing. */
export async function rolesDrift({ administration, database, passwords }: RolesArgs): Promise<string[]> {
  return withClient(administration, async (client) => {
    const names = roleNames(database, administration.user);
    const rows = await readRoles(client, Object.values(names));
    const drift: string[] = ROLE_KINDS.filter((kind) => {
      const row = rows.get(names[kind]);
      const member = MEMBERSHIP[kind];
      return (
        !row?.rolcanlogin ||
        (kind !== "superuser" && row.privileged) ||
        !scramMatches(passwords[kind], row.rolpassword) ||
        (member !== undefined && !row.member_of.includes(member))
      );
    });
    if ((await databaseOwner(client, database)) !== names.owner) drift.push("database");
    return drift;
  });
}

/** Makes or mends the roles and the database. Adopted roles get the passwords given here. */
export async function applyRoles(args: RolesArgs): Promise<void> {
  const { administration, database, passwords } = args;
  const names = roleNames(database, administration.user);
  await withClient(
    administration,
    async (client) => {
      const quoted = Object.fromEntries(
        ROLE_KINDS.map((kind) => [kind, client.escapeIdentifier(names[kind])]),
      ) as Record<RoleKind, string>;
      const db = client.escapeIdentifier(database);
      const rows = await readRoles(client, Object.values(names));
      await client.query("BEGIN");
      for (const kind of ROLE_KINDS) {
        if (!rows.has(names[kind])) await client.query(`CREATE ROLE ${quoted[kind]}`);
        const matches = scramMatches(passwords[kind], rows.get(names[kind])?.rolpassword ?? null);
        const password = matches ? "" : `PASSWORD ${client.escapeLiteral(scramVerifier(passwords[kind]))}`;
        await client.query(
          `ALTER ROLE ${quoted[kind]} LOGIN ${kind === "superuser" ? "" : NO_PRIVILEGES} ${password}`,
        );
        if (MEMBERSHIP[kind]) await client.query(`GRANT ${MEMBERSHIP[kind]} TO ${quoted[kind]}`);
      }
      await client.query("COMMIT");
      const owner = await databaseOwner(client, database);
      if (owner === undefined) await client.query(`CREATE DATABASE ${db} OWNER ${quoted.owner}`);
      else if (owner !== names.owner) await client.query(`ALTER DATABASE ${db} OWNER TO ${quoted.owner}`);
      await client.query(`REVOKE ALL ON DATABASE ${db} FROM PUBLIC`);
      await client.query(`GRANT CONNECT ON DATABASE ${db} TO ${quoted.readonly}, ${quoted.monitor}`);
    },
    { timeoutMs: 60_000 },
  );
}
