/** Which tables does a drill write, and are they whole? The answer compares them with what was acknowledged. */

import type { Client } from "pg";
import type { DrillFinding } from "./server";

/** Accounts between which transfers are made, and what each begins with. */
export const ACCOUNTS = 100;
const BALANCE = 1000;

/** Made by the application's role, which then owns them. */
export const LEDGER_TABLES = `
  CREATE TABLE drill_entry (
    client int, sequence int, part int, parts int NOT NULL, payload text NOT NULL, checksum text NOT NULL,
    PRIMARY KEY (client, sequence, part));
  CREATE TABLE drill_account (id int PRIMARY KEY, balance bigint NOT NULL);
  CREATE TABLE drill_transfer (
    client int, sequence int, source int NOT NULL, target int NOT NULL, amount int NOT NULL,
    PRIMARY KEY (client, sequence));
  CREATE INDEX drill_entry_checksum ON drill_entry (checksum);
  INSERT INTO drill_account SELECT id, ${BALANCE} FROM generate_series(1, ${ACCOUNTS}) AS id;`;

/** What is covered by the checksum of an entry, in the server's words and in ours. */
const COVERED = "client || ':' || sequence || ':' || part || ':' || payload";
export function covered(client: number, sequence: number, part: number, payload: string): string {
  return `${client}:${sequence}:${part}:${payload}`;
}

/** What the clients know. */
export interface Known {
  /** Acknowledged sequences by client. */
  acknowledged: ReadonlyMap<number, readonly number[]>;
  /** Sequences of commits that were sent and not answered, by client: each may be there or not. */
  unanswered: ReadonlyMap<number, readonly number[]>;
  /** What any other commit is. Default: nobody made it. */
  strange?: string;
}

/** Everything that is wrong with the tables. */
export async function ledgerFindings(client: Client, known: Known): Promise<DrillFinding[]> {
  const findings = [
    ...(await commitFindings(client, known)),
    ...(await counted(
      client,
      "half",
      "transactions are there in part",
      `SELECT count(*) FROM (
         SELECT FROM drill_entry GROUP BY client, sequence HAVING count(*) <> max(parts)) AS part`,
    )),
    ...(await counted(
      client,
      "corrupt",
      "rows do not have the content that was written",
      `SELECT count(*) FROM drill_entry
       WHERE checksum <> encode(sha256(convert_to(${COVERED}, 'UTF8')), 'hex')`,
    )),
    ...(await counted(
      client,
      "unbalanced",
      "accounts do not have the balance of their transfers",
      `SELECT count(*) FROM drill_account AS a
       WHERE balance <> ${BALANCE}
         + coalesce((SELECT sum(amount) FROM drill_transfer WHERE target = a.id), 0)
         - coalesce((SELECT sum(amount) FROM drill_transfer WHERE source = a.id), 0)`,
    )),
    ...(await counted(
      client,
      "half",
      "transfers and entries do not belong together",
      `SELECT count(*) FROM drill_transfer AS t
       WHERE NOT EXISTS (SELECT FROM drill_entry AS e WHERE e.client = t.client AND e.sequence = t.sequence)`,
    )),
  ];
  return findings;
}

async function counted(
  client: Client,
  kind: DrillFinding["kind"],
  what: string,
  query: string,
): Promise<DrillFinding[]> {
  const count = Number((await client.query(query)).rows[0].count);
  return count === 0 ? [] : [{ kind, count, text: `${count} ${what}` }];
}

async function commitFindings(client: Client, known: Known): Promise<DrillFinding[]> {
  const { rows } = await client.query<{ client: number; sequences: number[] }>(
    "SELECT client, array_agg(DISTINCT sequence) AS sequences FROM drill_entry GROUP BY client",
  );
  const present = new Map(rows.map((row) => [row.client, new Set(row.sequences)]));
  let lost = 0;
  let strange = 0;
  for (const [number, sequences] of known.acknowledged) {
    const there = present.get(number) ?? new Set();
    const answered = new Set(sequences);
    const unanswered = new Set(known.unanswered.get(number));
    lost += sequences.filter((sequence) => !there.has(sequence)).length;
    strange += [...there].filter((sequence) => !answered.has(sequence) && !unanswered.has(sequence)).length;
  }
  const findings: DrillFinding[] = [];
  if (lost > 0) findings.push({ kind: "lost", count: lost, text: `${lost} acknowledged commits are gone` });
  if (strange > 0)
    findings.push({
      kind: "unacknowledged",
      count: strange,
      text: `${strange} commits are there that ${known.strange ?? "nobody made"}`,
    });
  return findings;
}

/**
 * Structure of every table and index, down to each heap tuple: amcheck. It does not see what is not there.
 * https://www.postgresql.org/docs/current/amcheck.html
 */
export async function structureFindings(client: Client): Promise<DrillFinding[]> {
  await client.query("CREATE EXTENSION IF NOT EXISTS amcheck");
  const { rows: problems } = await client.query(
    `SELECT c.oid::regclass::text || ', block ' || blkno || ': ' || msg AS text
     FROM pg_class AS c CROSS JOIN LATERAL verify_heapam(c.oid) WHERE c.relkind IN ('r', 't', 'm') LIMIT 100`,
  );
  const texts = problems.map(({ text }) => text as string);
  const { rows: indexes } = await client.query(
    `SELECT c.oid, c.oid::regclass::text AS name FROM pg_class AS c
     JOIN pg_index AS i ON i.indexrelid = c.oid JOIN pg_am AS a ON a.oid = c.relam
     WHERE a.amname = 'btree' AND i.indisvalid AND c.relpersistence <> 't'`,
  );
  for (const { oid, name } of indexes)
    await client
      .query("SELECT bt_index_check($1::oid::regclass, true)", [oid])
      .catch((error: Error) => texts.push(`${name}: ${error.message}`));
  const { rows: checksums } = await client.query(
    "SELECT coalesce(sum(checksum_failures), 0)::int AS failures FROM pg_stat_database",
  );
  if (checksums[0].failures > 0) texts.push(`${checksums[0].failures} pages fail their checksum`);
  return texts.map((text) => ({ kind: "corrupt", count: 1, text }));
}
