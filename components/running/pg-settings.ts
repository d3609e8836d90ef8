/** What does a running server say about its parameters? */

import type { Client } from "pg";
import type { PgParameter } from "../parameters/postgres";
import { type Canonical, readValue, showValue } from "../parameters/units";

/** One row of `pg_settings`: PostgreSQL's own description and the value in force. */
export interface RunningParameter extends PgParameter {
  /** Value of a new session, in the base unit: what this session set for itself does not count. */
  setting: string;
  source: string;
  sourcefile: string | null;
  pending_restart: boolean;
}

/** Every row of `pg_settings`, by name. https://www.postgresql.org/docs/15/view-pg-settings.html */
export async function readPgSettings(client: Client): Promise<Map<string, RunningParameter>> {
  const { rows } = await client.query(
    `SELECT name, vartype, context, unit, min_val, max_val, enumvals, boot_val,
            reset_val AS setting, source, sourcefile, pending_restart
     FROM pg_settings`,
  );
  return new Map(rows.map((row) => [row.name, toRunning(row)]));
}

function toRunning(
  row: Record<string, string | null> & { enumvals: string[] | null; pending_restart: boolean },
): RunningParameter {
  const numeric = row.vartype === "integer" || row.vartype === "real";
  return {
    ...(row as unknown as RunningParameter),
    unit: row.unit ?? undefined,
    min_val: numeric ? Number(row.min_val) : undefined,
    max_val: numeric ? Number(row.max_val) : undefined,
    enumvals: row.enumvals ?? undefined,
  };
}

/** The value in force, in the base unit. */
function inForce({ vartype, setting }: RunningParameter): Canonical {
  return vartype === "integer" || vartype === "real" ? Number(setting) : setting;
}

/** True when a value as somebody wrote it means the value in force: `1024MB` and `131072` pages of 8 kB are the same. */
export function means(parameter: RunningParameter, written: string): boolean {
  const reading = readValue(parameter, written);
  return reading.ok && reading.value === inForce(parameter);
}

/** The value in force, as `SHOW` prints it. */
export function shown(parameter: RunningParameter): string {
  return showValue(parameter, inForce(parameter));
}

/** A value as somebody wrote it, as `SHOW` would print it; unchanged when the server would refuse it. */
export function asShown(parameter: RunningParameter, written: string): string {
  const reading = readValue(parameter, written);
  return reading.ok ? showValue(parameter, reading.value) : written;
}
