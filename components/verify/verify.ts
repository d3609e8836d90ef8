/** Reads a running server and compares it with what was declared. */

import type { Client } from "pg";
import { type Connection, withClient } from "../connection";
import { Fault } from "../faults";
import { readPgSettings } from "../running/pg-settings";
import { STARTED_AT } from "../running/started-at";
import {
  type ConnectionReport,
  type FileEntry,
  type Finding,
  type ServerReading,
  type VerificationReport,
  verificationReport,
} from "./report";

const FILE_SETTINGS =
  "SELECT name, setting, sourcefile, sourceline, applied, error FROM pg_file_settings ORDER BY seqno";

/** A superuser has it, and whoever was granted both; a member of pg_monitor has not, and on RDS nobody. */
const MAY_READ_FILES = `SELECT has_table_privilege('pg_file_settings', 'SELECT')
  AND has_function_privilege('pg_show_all_file_settings()', 'EXECUTE') AS may`;

/** Lines of the configuration files, for those who may read them. */
async function readFileEntries(client: Client): Promise<FileEntry[]> {
  const { rows } = await client.query(MAY_READ_FILES);
  return rows[0]?.may ? (await client.query(FILE_SETTINGS)).rows : [];
}

/** What a member of pg_monitor can read. */
async function readRunning(client: Client): Promise<Omit<ServerReading, "fileEntries">> {
  const { rows: facts } = await client.query(
    `SELECT current_setting('server_version') AS "version", system_identifier::text AS "systemIdentifier",
            ${STARTED_AT} AS "startedAt", pg_is_in_recovery() AS "inRecovery"
     FROM pg_control_system()`,
  );
  const { rows: overrides } = await client.query(
    `SELECT r.rolname::text AS role, d.datname::text AS database,
            split_part(entry, '=', 1) AS parameter, substr(entry, strpos(entry, '=') + 1) AS value
     FROM pg_db_role_setting s
     CROSS JOIN unnest(s.setconfig) AS entry
     LEFT JOIN pg_roles r ON r.oid = s.setrole
     LEFT JOIN pg_database d ON d.oid = s.setdatabase
     ORDER BY 1, 2, 3`,
  );
  return { ...facts[0], parameters: await readPgSettings(client), overrides };
}

/** Everything a verification looks at; of the files what this role may read. */
export async function readServer(client: Client): Promise<ServerReading> {
  return { ...(await readRunning(client)), fileEntries: await readFileEntries(client) };
}

/**
 * Verifies the server behind a connection.
 *
 * @param declared Values by parameter, in PostgreSQL's notation.
 * @throws Fault when the server cannot be reached; findings are returned, not thrown.
 */
export async function verify(
  connection: Connection,
  declared: Readonly<Record<string, string>>,
): Promise<ConnectionReport> {
  return withClient(connection, async (client) => verificationReport(declared, await readServer(client)));
}

/** One finding as a sentence. */
export function findingText({ parameter, asked, running, source }: Finding): string {
  const values =
    asked === null
      ? `runs with ${running ?? "nothing"}`
      : `asked ${asked}, runs with ${running ?? "nothing"}`;
  return `${parameter}: ${values} (source: ${source})`;
}

/** The fault for a report that is not ok: every error with its hint. */
export function verificationFault(report: VerificationReport): Fault | undefined {
  const errors = report.findings.filter((finding) => finding.severity === "error");
  const [first, ...others] = errors;
  if (!first) return undefined;
  const rest = others.map((finding) => `${findingText(finding)}\nHINT: ${finding.hint}`);
  const what = report.by === "connection" ? "the running server" : "the database, as the RDS API shows it,";
  return new Fault(`${what} is not as declared: ${findingText(first)}`, [first.hint, ...rest].join("\n"));
}
