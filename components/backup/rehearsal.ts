/** Would a restore succeed? Tried in a throw-away server: a canary row, a named restore point, every page and every index. */

import { randomUUID } from "node:crypto";
import { type Connection, withClient } from "../connection";
import { Fault, isFault } from "../faults";
import type { Progress } from "../progress";
import type { BackupStore, ThrowAwayServer } from "./store";
import { now, showTime } from "./time";

/** One step, in the order they are tried. */
interface RehearsalStep {
  name: string;
  ok: boolean;
  seconds: number;
  /** What was found. */
  detail: string;
}

/** The result of a rehearsal. */
export interface Rehearsal {
  ok: boolean;
  /** ISO 8601. */
  startedAt: string;
  finishedAt: string;
  /** Name of the restore point. */
  restorePoint: string;
  /** Id of the backup that was restored; null where it did not come to that. */
  backup: string | null;
  /** From the first byte copied until the server took connections; null where it never did. */
  restoreSeconds: number | null;
  /** Age of the newest restored row when the restored server took connections. */
  dataAgeSeconds: number | null;
  steps: RehearsalStep[];
  /** Why it failed; null for a success. */
  failure: string | null;
}

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

/** Keeps the time and the end of each step. */
export class Protocol {
  readonly steps: RehearsalStep[] = [];

  constructor(private readonly progress: Progress) {}

  /** @param begin Milliseconds since 1970. */
  add(name: string, begin: number, detail: string, ok = true): void {
    this.steps.push({ name, ok, seconds: (Date.now() - begin) / 1000, detail });
  }

  async step<Result extends { detail: string }>(name: string, work: () => Promise<Result>): Promise<Result> {
    const begin = Date.now();
    this.progress.status(name);
    try {
      const result = await work();
      this.add(name, begin, result.detail);
      return result;
    } catch (error) {
      this.add(name, begin, failureText(error), false);
      throw error;
    }
  }
}

export function failureText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Errors of a restore that cannot be trusted, as opposed to errors of this program. */
export function isFinding(error: unknown): boolean {
  return isFault(error) || typeof (error as { code?: unknown }).code === "string";
}

/**
 * Writes a canary, restores everything up to it into a throw-away server, and looks at what came back. A failure is a
 * result.
 */
export async function rehearse(store: BackupStore, progress: Progress): Promise<Rehearsal> {
  const startedAt = showTime(now());
  const restorePoint = `rehearsal-${randomUUID()}`;
  const protocol = new Protocol(progress);
  const found = {
    backup: null as string | null,
    restoreSeconds: null as number | null,
    age: null as number | null,
  };
  const run = async () => {
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
    found.backup = plan.backup.id;
    const begin = Date.now();
    const work = async ({ administration, restoreSeconds }: ThrowAwayServer) => {
      found.restoreSeconds = restoreSeconds;
      protocol.add("restore", begin, `to ${restorePoint} in ${restoreSeconds} s`);
      await protocol.step("canary found", async () => {
        const canary = await findCanary(administration, restorePoint, written);
        found.age = canary.age;
        return canary;
      });
      await protocol.step("pages", async () => ({ detail: await readPages(administration) }));
      await protocol.step("indexes", async () => ({ detail: await checkIndexes(administration) }));
    };
    await store.throwAway(plan, progress, work).catch((error) => {
      if (found.restoreSeconds === null) protocol.add("restore", begin, failureText(error), false);
      throw error;
    });
  };
  const failure = await run().then(
    () => null,
    (error) => {
      if (isFinding(error)) return failureText(error);
      throw error;
    },
  );
  return {
    ok: failure === null,
    startedAt,
    finishedAt: showTime(now()),
    restorePoint,
    backup: found.backup,
    restoreSeconds: found.restoreSeconds,
    dataAgeSeconds: found.age,
    steps: protocol.steps,
    failure,
  };
}
