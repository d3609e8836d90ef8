/** Would a restore succeed? Tried in a throw-away server: a canary row, a named restore point, every page and every index. */

import { type Connection, withClient } from "../connection";
import { Fault } from "../faults";
import type { Progress } from "../progress";
import { conduct, type Rehearsal } from "./rehearsal-protocol";
import type { BackupStore, ThrowAwayServer } from "./store";

/** A check of a large table takes its time. */
export const PATIENT = { timeoutMs: 6 * 60 * 60_000 };

/** Writes a row that has to be there after a restore; returns its time. The table of canaries is in the database `postgres`, away from the application's. */
export async function writeCanary(administration: Connection, id: string): Promise<string> {
  return withClient(administration, async (client) => {
    await client.query("CREATE SCHEMA IF NOT EXISTS durable_postgres");
    await client.query(
      "CREATE TABLE IF NOT EXISTS durable_postgres.canary (id text PRIMARY KEY, written_at timestamptz NOT NULL)",
    );
    await client.query("DELETE FROM durable_postgres.canary WHERE written_at < now() - interval '90 days'");
    const { rows } = await client.query(
      "INSERT INTO durable_postgres.canary VALUES ($1, clock_timestamp()) RETURNING written_at::text",
      [id],
    );
    return rows[0].written_at;
  });
}

async function createRestorePoint(administration: Connection, name: string): Promise<void> {
  await withClient(administration, (client) => client.query("SELECT pg_create_restore_point($1)", [name]));
}

/** What became of the canary in a restored database: its age in seconds, or a Fault where it is not the one. */
export async function findCanary(
  administration: Connection,
  id: string,
  written: string,
): Promise<{ detail: string; age: number }> {
  const { rows } = await withClient(administration, (client) =>
    client.query(
      `SELECT written_at::text AS written, extract(epoch FROM clock_timestamp() - written_at)::float8 AS age
       FROM durable_postgres.canary WHERE id = $1`,
      [id],
    ),
  );
  if (rows[0]?.written === written) return { detail: `written at ${written}`, age: rows[0].age };
  throw new Fault(
    rows[0]
      ? `the canary row was restored with the time ${rows[0].written} in place of ${written}`
      : `the canary row of ${written} was not restored`,
    "look at the archive: npx durable-postgres backups",
  );
}

async function databases(administration: Connection): Promise<string[]> {
  const { rows } = await withClient(administration, (client) =>
    client.query("SELECT datname::text AS name FROM pg_database WHERE datallowconn ORDER BY 1"),
  );
  return rows.map(({ name }) => name);
}

/** Reads every page of every relation: the server compares each with its checksum. */
async function readPages(administration: Connection): Promise<string> {
  let pages = 0;
  for (const database of await databases(administration)) {
    const { rows } = await withClient(
      { ...administration, database },
      async (client) => {
        await client.query("CREATE EXTENSION IF NOT EXISTS pg_prewarm");
        return client.query(
          `SELECT coalesce(sum(pg_prewarm(oid)), 0)::int AS pages FROM pg_class
           WHERE relkind IN ('r', 'i', 't', 'm', 'S') AND relpersistence = 'p'`,
        );
      },
      PATIENT,
    );
    pages += rows[0].pages;
  }
  return `${pages} pages with the right checksum`;
}

/** Compares every B-tree index with its table. https://www.postgresql.org/docs/15/amcheck.html */
async function checkIndexes(administration: Connection): Promise<string> {
  let indexes = 0;
  for (const database of await databases(administration)) {
    const { rows } = await withClient(
      { ...administration, database },
      async (client) => {
        await client.query("CREATE EXTENSION IF NOT EXISTS amcheck");
        return client.query(
          `SELECT count(*)::int AS indexes FROM (
             SELECT bt_index_check(index => i.indexrelid, heapallindexed => true)
             FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
             WHERE a.amname = 'btree' AND c.relkind = 'i' AND c.relpersistence = 'p' AND i.indisready AND i.indisvalid
             OFFSET 0) AS checked`,
        );
      },
      PATIENT,
    );
    indexes += rows[0].indexes;
  }
  return `${indexes} indexes agree with their tables`;
}

/**
 * Writes a canary, restores everything up to it into a throw-away server, and looks at what came back. A failure is a
 * result.
 */
export async function rehearse(store: BackupStore, progress: Progress): Promise<Rehearsal> {
  return conduct(progress, async (restorePoint, protocol) => {
    let written = "";
    await protocol.step("canary", async () => {
      written = await writeCanary(store.administration, restorePoint);
      await createRestorePoint(store.administration, restorePoint);
      return { detail: `written at ${written}` };
    });
    await protocol.step("archive", async () => {
      await store.flush(progress);
      return { detail: "the WAL of the canary is archived" };
    });
    const { plan } = await protocol.step("plan", async () => {
      const chosen = await store.plan({ kind: "name", name: restorePoint });
      return { plan: chosen, detail: `backup ${chosen.backup.id}, timeline ${chosen.timeline}` };
    });
    protocol.found.backup = plan.backup.id;
    await protocol.restore<ThrowAwayServer>(
      (look) => store.throwAway(plan, progress, look),
      (seconds) => `to ${restorePoint} in ${seconds} s`,
      async ({ administration }) => {
        await protocol.step("canary found", async () => {
          const canary = await findCanary(administration, restorePoint, written);
          protocol.found.dataAgeSeconds = canary.age;
          return canary;
        });
        await protocol.step("pages", async () => ({ detail: await readPages(administration) }));
        await protocol.step("indexes", async () => ({ detail: await checkIndexes(administration) }));
      },
    );
  });
}
