/** Would a restore on RDS succeed? Tried with a database that AWS makes for it: a canary row, and every row read once. */

import { findCanary, PATIENT, writeCanary } from "../../backup/rehearsal";
import { conduct, type Rehearsal } from "../../backup/rehearsal-protocol";
import { time } from "../../backup/time";
import { type Connection, withClient } from "../../connection";
import type { Progress } from "../../progress";
import { type MasterAccess, masterConnection, reaching } from "../master-connection";
import type { RdsBackups } from "./backups";
import { type ThrowAway, withThrowAway } from "./throw-away";
import { waitFor } from "./wait";
import { wayBack } from "./way-back";

/** Who looks into the databases. */
export interface RdsWitness {
  /** The master user of the database; its password is that of the restored one as well. */
  access: MasterAccess;
  /** Owner of the application's tables. */
  owner: { database: string; user: string; password: string };
}

/** Reads every row of every table of the application, large values as well. */
async function readRows(owner: Connection): Promise<string> {
  const tables = await withClient(owner, async (client) => {
    const { rows } = await client.query(
      `SELECT c.oid::regclass::text AS name FROM pg_class AS c
       WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND c.relnamespace::regnamespace::text !~ '^(pg_|information_schema$)'
         AND has_table_privilege(c.oid, 'SELECT') ORDER BY 1`,
    );
    return rows.map(({ name }) => name as string);
  });
  let count = 0;
  for (const table of tables) {
    const { rows } = await withClient(
      owner,
      (client) => client.query(`SELECT count(*)::float8 AS rows, sum(length(t::text)) FROM ${table} AS t`),
      PATIENT,
    );
    count += rows[0].rows;
  }
  return `${count} rows of ${tables.length} tables were read`;
}

/** The end of the second in which something was written: it comes back with it. */
function endOfSecond(written: string): string {
  const seconds = time(written) / 1_000_000n + 1n;
  return new Date(Number(seconds) * 1000).toISOString().replace(".000Z", "Z");
}

/**
 * Waits until AWS has archived the WAL up to a moment, which it does every five minutes.
 *
 * @param until Without it, whatever is archived.
 */
function archived(backups: RdsBackups, until: string | undefined, progress: Progress): Promise<string> {
  return waitFor(
    async () => {
      const { to } = (await backups.present()).window;
      if (to !== null && (until === undefined || Date.parse(to) >= Date.parse(until))) return to;
      progress.status(
        `RDS can restore up to ${to ?? "nothing yet"}, waiting for ${until ?? "a first backup"}`,
      );
      return undefined;
    },
    `WAL of ${until ?? "any moment"} in RDS's archive`,
    backups.pauses,
  );
}

/**
 * Writes a canary, lets AWS restore everything up to it, and looks at what came back. Without somebody who reaches the
 * servers, AWS's word that the restored database is available is all that is found. A failure is a result.
 */
export async function rehearseOnRds(
  backups: RdsBackups,
  witness: RdsWitness | undefined,
  progress: Progress,
): Promise<Rehearsal> {
  return conduct(progress, async (id, protocol) => {
    let written = "";
    if (witness)
      await protocol.step("canary", async () => {
        written = await reaching(witness.access, async () =>
          writeCanary(await masterConnection(witness.access), id),
        );
        return { detail: `written at ${written}` };
      });
    const until = witness && endOfSecond(written);
    const { moment } = await protocol.step("archive", async () => {
      const reached = await archived(backups, until, progress);
      return { moment: until ?? reached, detail: `RDS can restore up to ${reached}` };
    });
    const { what } = await protocol.step("plan", async () => {
      const point = { kind: "time" as const, time: time(moment) };
      const way = await wayBack(backups, { point, restorePoint: async () => undefined });
      return { ...way, detail: `to ${way.what}` };
    });
    protocol.found.backup = what;
    await protocol.restore<ThrowAway>(
      (look) => withThrowAway(backups, moment, progress, look),
      (seconds) => `AWS calls it available after ${seconds} s`,
      async ({ host, port }) => {
        if (!witness) return;
        const { access, owner } = witness;
        const there = { ...access, host, port };
        await protocol.step("canary found", async () => {
          const master = await masterConnection(there);
          const canary = await reaching(there, () => findCanary(master, id, written));
          protocol.found.dataAgeSeconds = canary.age;
          return canary;
        });
        await protocol.step("rows", async () => ({
          detail: await readRows({ host, port, ca: access.ca, ...owner }),
        }));
      },
    );
  });
}
