/**
 * A power cut in the middle of a write leaves a page of which one half is new and the other one old. No file system
 * does this on demand, so the drill makes such pages by hand after a kill, and recovery has to repair them from WAL.
 */

import { open } from "node:fs/promises";
import path from "node:path";
import type { Client } from "pg";
import { lsn } from "../components/backup/lsn";
import { withClient } from "../components/connection";
import { structureFindings } from "./ledger";
import { type DrillRound, down, inRounds, type RoundsArgs, slowFindings, unreadable } from "./rounds";
import type { DrillFinding, DrillServer } from "./server";

/** Bytes of a page; half of it reached the disk. */
const PAGE = 8192;
const HALF = PAGE / 2;

/** Rows of the table; the fill factor leaves room for a second version of each on the same page. */
const ROWS = 2000;

const TABLE = `
  CREATE EXTENSION IF NOT EXISTS pageinspect;
  CREATE TABLE IF NOT EXISTS drill_page (id int PRIMARY KEY, round int NOT NULL, filler text NOT NULL)
    WITH (fillfactor = 40, autovacuum_enabled = false);
  INSERT INTO drill_page SELECT id, 0, repeat('x', 100) FROM generate_series(1, ${ROWS}) AS id ON CONFLICT DO NOTHING;`;

/** Where the pages of the table are, and what is in them. */
interface Pages {
  file: string;
  pages: Buffer[];
}

/** Tears every page of a table in each round. */
export async function tearPages(
  args: Pick<RoundsArgs, "server" | "rounds" | "progress" | "rto" | "signal">,
): Promise<DrillRound[]> {
  const { server, rounds, progress, rto } = args;
  return inRounds(args, async (round) => {
    progress.status(`round ${round} of ${rounds}: torn pages`);
    const { before, after } = await changeEveryPage(server, round);
    await server.kill();
    await tear(before, after);
    const { recovery, findings } = await recoverAndCheck(server, round);
    findings.push(...slowFindings(recovery, rto));
    return { round, commits: 1, loadSeconds: 0, recovery, findings };
  });
}

/** Changes all rows in one commit, with no checkpoint between the old and the new pages. */
async function changeEveryPage(server: DrillServer, round: number): Promise<{ before: Pages; after: Pages }> {
  return withClient(
    server.administration,
    async (client) => {
      await client.query(TABLE);
      for (;;) {
        await client.query("VACUUM drill_page");
        await client.query("CHECKPOINT");
        const checkpoint = await redo(client);
        const before = await readPages(client, server.dataDirectory);
        await client.query("UPDATE drill_page SET round = $1", [round]);
        const after = await readPages(client, server.dataDirectory);
        // After a checkpoint the new pages are on disk as a whole: a torn one would be damage, and no power cut's.
        if ((await redo(client)) === checkpoint) return { before, after };
      }
    },
    { timeoutMs: 60_000 },
  );
}

async function redo(client: Client): Promise<bigint> {
  const { rows } = await client.query("SELECT redo_lsn::text AS lsn FROM pg_control_checkpoint()");
  return lsn(rows[0].lsn);
}

async function readPages(client: Client, dataDirectory: string): Promise<Pages> {
  const { rows } = await client.query(
    `SELECT pg_relation_filepath('drill_page') AS file, array_agg(get_raw_page('drill_page', n::int) ORDER BY n) AS pages
     FROM generate_series(0, pg_relation_size('drill_page') / ${PAGE} - 1) AS n`,
  );
  return { file: path.join(dataDirectory, rows[0].file), pages: rows[0].pages };
}

async function tear(before: Pages, after: Pages): Promise<void> {
  const handle = await open(after.file, "r+");
  try {
    for (const [number, page] of after.pages.entries()) {
      const old = before.pages[number] ?? Buffer.alloc(PAGE);
      await handle.write(Buffer.concat([page.subarray(0, HALF), old.subarray(HALF)]), 0, PAGE, number * PAGE);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function recoverAndCheck(
  server: DrillServer,
  round: number,
): Promise<Pick<DrillRound, "recovery" | "findings">> {
  try {
    const recovery = await server.start();
    const findings = await withClient(
      server.administration,
      async (client) => [...(await rowFindings(client, round)), ...(await structureFindings(client))],
      { timeoutMs: 300_000 },
    ).catch((error) => [unreadable(error)]);
    return { recovery, findings };
  } catch (error) {
    return { recovery: null, findings: [down(error)] };
  }
}

async function rowFindings(client: Client, round: number): Promise<DrillFinding[]> {
  const { rows } = await client.query(
    "SELECT count(*)::int AS count FROM drill_page WHERE round = $1 AND filler = repeat('x', 100)",
    [round],
  );
  const lost = ROWS - rows[0].count;
  return lost === 0
    ? []
    : [{ kind: "lost", count: Math.abs(lost), text: `${rows[0].count} of ${ROWS} changed rows are there` }];
}
