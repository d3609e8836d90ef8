/** How are reloadable parameters put on a running server, and kept as declared? postgresql.auto.conf is ours. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { type Connection, withClient } from "../connection";
import { Fault } from "../faults";
import { asShown, means, readPgSettings } from "./pg-settings";

/** One way in which postgresql.auto.conf is not as declared. */
export interface Drift {
  parameter: string;
  /** What the file says; null when it says nothing. */
  found: string | null;
  /** What is declared; null when nothing is. */
  declared: string | null;
}

/** Parameters whose value is a list of names, each quoted by itself. `guc.c`, GUC_LIST_QUOTE. */
const LISTS = ["local_preload_libraries", "search_path", "session_preload_libraries", "temp_tablespaces"];

/** Entries of postgresql.auto.conf; the last of a name wins. */
async function autoConf(client: Client): Promise<Map<string, string>> {
  const { rows } = await client.query(
    "SELECT name, setting FROM pg_file_settings WHERE sourcefile LIKE '%/postgresql.auto.conf' ORDER BY seqno",
  );
  return new Map(rows.map((row) => [row.name, row.setting]));
}

async function drift(client: Client, declared: Readonly<Record<string, string>>): Promise<Drift[]> {
  const [found, running] = [await autoConf(client), await readPgSettings(client)];
  const differing: Drift[] = [];
  for (const [parameter, value] of Object.entries(declared)) {
    const row = running.get(parameter);
    const entry = found.get(parameter);
    const isSet = entry !== undefined && row !== undefined && asShown(row, entry) === asShown(row, value);
    if (!isSet) differing.push({ parameter, found: entry ?? null, declared: value });
  }
  for (const [parameter, entry] of found)
    if (!(parameter in declared)) differing.push({ parameter, found: entry, declared: null });
  return differing;
}

/** What is not as declared. Asks the live server; changes nothing. */
export async function runningSettingsDrift(
  administration: Connection,
  declared: Readonly<Record<string, string>>,
): Promise<Drift[]> {
  return withClient(administration, (client) => drift(client, declared));
}

function literal(client: Client, parameter: string, value: string): string {
  if (!LISTS.includes(parameter)) return client.escapeLiteral(value);
  const names = value.match(/"(?:[^"]|"")*"|[^,]+/g) ?? [];
  return names
    .map((name) =>
      client.escapeLiteral(
        name
          .trim()
          .replace(/^"(.*)"$/, "$1")
          .replaceAll('""', '"'),
      ),
    )
    .join(", ");
}

/**
 * Writes what differs to postgresql.auto.conf, removes what is not declared, and reloads. Returns what it changed.
 *
 * @throws Fault when the server still runs with another value afterwards.
 */
export async function applyRunningSettings(
  administration: Connection,
  declared: Readonly<Record<string, string>>,
): Promise<Drift[]> {
  const apply = async (client: Client) => {
    const differing = await drift(client, declared);
    for (const { parameter, declared: value } of differing) {
      const name = parameter
        .split(".")
        .map((part) => client.escapeIdentifier(part))
        .join(".");
      const statement =
        value === null ? `RESET ${name}` : `SET ${name} = ${literal(client, parameter, value)}`;
      await client.query(`ALTER SYSTEM ${statement}`);
    }
    if (differing.length > 0) await client.query("SELECT pg_reload_conf()");
    return differing;
  };
  const differing = await withClient(administration, apply, { timeoutMs: 30_000 });
  await waitUntilInForce(administration, declared);
  return differing;
}

/**
 * A reload is asynchronous: the postmaster re-reads its files. Each look is a new session's: some parameters, such as
 * log_connections, never change in one that has begun.
 */
async function waitUntilInForce(
  administration: Connection,
  declared: Readonly<Record<string, string>>,
): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const running = await withClient(administration, readPgSettings);
    const late = Object.entries(declared).filter(([name, value]) => {
      const row = running.get(name);
      return !row || !means(row, value);
    });
    if (late.length === 0) return;
    if (attempt === 100) {
      const names = late.map(
        ([name, value]) =>
          `${name} ${value} (runs with ${running.get(name)?.setting}, source ${running.get(name)?.source})`,
      );
      throw new Fault(
        `the server does not take over ${names.join(", ")}`,
        "look for overrides: SELECT * FROM pg_file_settings; SELECT * FROM pg_db_role_setting",
      );
    }
    await sleep(50);
  }
}
