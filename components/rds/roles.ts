/** Which statements make database and roles where nobody is superuser? For psql, and for a connection. Pure. */

import { createHash } from "node:crypto";
import pg from "pg";
import { MEMBERSHIP, ROLE_KINDS, type RoleKind, roleNames } from "../roles/roles";
import { scramVerifier } from "../roles/scram";

/** Roles of ours; the master user's password is AWS's. */
export type ApplicationRole = Exclude<RoleKind, "superuser">;

export const APPLICATION_ROLES = ROLE_KINDS.filter((kind): kind is ApplicationRole => kind !== "superuser");

/** What the statements make. */
export interface RdsRoles {
  database: string;
  masterUsername: string;
  passwords: Readonly<Record<ApplicationRole, string>>;
  /** Id that RDS never gives again: salts come from it, so that the same roles have the same statements. */
  resourceId: string;
}

/** A statement, to be run unless a query has a row. */
export interface RoleStatement {
  sql: string;
  unless?: string;
}

const { escapeIdentifier: name, escapeLiteral: text } = pg;

/** A salt need not be secret: it has to differ from server to server and from role to role. */
function salt(resourceId: string, role: string): Buffer {
  return createHash("sha256").update(`${resourceId} ${role}`).digest().subarray(0, 16);
}

/**
 * The statements for the master user, connected to any database. Each can be run again. A new role of the master user's
 * has no SUPERUSER, REPLICATION or BYPASSRLS. One that was there before may have them, and not every version lets the
 * master user take them away: then the statements stop, before the role gets a password.
 */
export function roleStatements({
  database,
  masterUsername,
  passwords,
  resourceId,
}: RdsRoles): RoleStatement[] {
  const names = roleNames(database, masterUsername);
  const db = name(database);
  const [owner, readonly, monitor] = [name(names.owner), name(names.readonly), name(names.monitor)];
  const one = (kind: ApplicationRole): RoleStatement[] => {
    const verifier = scramVerifier(passwords[kind], salt(resourceId, names[kind]));
    const member = MEMBERSHIP[kind];
    return [
      {
        sql: `CREATE ROLE ${name(names[kind])}`,
        unless: `SELECT FROM pg_roles WHERE rolname = ${text(names[kind])}`,
      },
      { sql: `ALTER ROLE ${name(names[kind])} LOGIN NOCREATEDB NOCREATEROLE PASSWORD ${text(verifier)}` },
      ...(member ? [{ sql: `GRANT ${member} TO ${name(names[kind])}` }] : []),
    ];
  };
  return [
    // "already a member" is no news.
    { sql: "SET client_min_messages = warning" },
    { sql: "BEGIN" },
    { sql: refusePrivileged(APPLICATION_ROLES.map((kind) => names[kind])) },
    ...APPLICATION_ROLES.flatMap(one),
    // Only a member of a role can give it a database.
    { sql: `GRANT ${owner} TO CURRENT_USER` },
    { sql: "COMMIT" },
    {
      sql: `CREATE DATABASE ${db} OWNER ${owner}`,
      unless: `SELECT FROM pg_database WHERE datname = ${text(database)}`,
    },
    { sql: `ALTER DATABASE ${db} OWNER TO ${owner}` },
    { sql: `REVOKE ALL ON DATABASE ${db} FROM PUBLIC` },
    { sql: `GRANT CONNECT ON DATABASE ${db} TO ${readonly}, ${monitor}` },
  ];
}

/** A statement that fails where one of these roles may do more than an application's role. */
function refusePrivileged(roles: readonly string[]): string {
  return `DO $refuse$
DECLARE privileged name;
BEGIN
  SELECT rolname INTO privileged FROM pg_roles
  WHERE rolname IN (${roles.map((role) => text(role)).join(", ")}) AND (rolsuper OR rolreplication OR rolbypassrls);
  IF FOUND THEN
    RAISE EXCEPTION 'role % was there before, with SUPERUSER, REPLICATION or BYPASSRLS', privileged
      USING HINT = format('ALTER ROLE %I NOSUPERUSER NOREPLICATION NOBYPASSRLS, or DROP ROLE %1$I', privileged);
  END IF;
END
$refuse$`;
}

/** The statements as a script for psql. Holds SCRAM verifiers and no password. */
export function rolesScript(roles: RdsRoles): string {
  const lines = roleStatements(roles).map(({ sql, unless }) =>
    unless === undefined ? `${sql};` : `SELECT ${text(sql)} WHERE NOT EXISTS (${unless}) \\gexec`,
  );
  return [
    `-- Makes database ${roles.database} and its roles; can be run again.`,
    `-- psql -X --dbname postgres --username ${roles.masterUsername} --file <this file>`,
    "\\set ON_ERROR_STOP on",
    ...lines,
    "",
  ].join("\n");
}
