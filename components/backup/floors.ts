/** Which parameters must not be lower than where the WAL was written? The control file tells. */

import { Fault } from "../faults";

/**
 * Parameters that recovery needs as large as they were, and where global/pg_control keeps them; the same in all
 * versions we know. https://github.com/postgres/postgres/blob/REL_15_STABLE/src/include/catalog/pg_control.h
 */
const OFFSETS = {
  max_connections: 180,
  max_worker_processes: 184,
  max_wal_senders: 188,
  max_prepared_transactions: 192,
  max_locks_per_transaction: 196,
} as const;

/** `pg_control_version` of PostgreSQL 15 and 16, 17, 18. */
const CONTROL_VERSIONS = [1300, 1700, 1800];

/** The least values with which recovery goes on. */
export type Floors = Record<keyof typeof OFFSETS, number>;

/**
 * Reads the floors of a control file.
 *
 * @throws Fault for a file of another version of PostgreSQL.
 */
export function readFloors(control: Buffer): Floors {
  const version = control.length < 256 ? undefined : control.readUInt32LE(8);
  if (version === undefined || !CONTROL_VERSIONS.includes(version))
    throw new Fault(
      `the control file of the backup is of version ${version ?? "unknown"}, and not of PostgreSQL 15 to 18`,
      "restore another backup: npx durable-postgres backups",
    );
  const entries = Object.entries(OFFSETS).map(([name, offset]) => [name, control.readInt32LE(offset)]);
  return Object.fromEntries(entries) as Floors;
}

/**
 * The parameters that recovery runs with: those declared, raised where they are below the floors. They hold until the
 * database is restored; then it runs as declared.
 */
export function raisedToFloors(
  declared: Readonly<Record<string, string>>,
  floors: Floors,
): { parameters: Record<string, string>; raised: string[] } {
  const low = Object.entries(floors).filter(([name, floor]) => Number(declared[name] ?? 0) < floor);
  const values = Object.fromEntries(low.map(([name, floor]) => [name, String(floor)]));
  const raised = low
    .filter(([name]) => declared[name] !== undefined)
    .map(([name, floor]) => `${name} ${declared[name]} → ${floor}`);
  return { parameters: { ...declared, ...values }, raised };
}
