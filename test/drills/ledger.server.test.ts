/** What the check after a break finds: each kind of damage, and nothing where there is none. */

import assert from "node:assert/strict";
import type { Client } from "pg";
import { withClient } from "../../components/connection";
import { readLocalServer } from "../../components/local/server";
import { type Known, LEDGER_TABLES, ledgerFindings, structureFindings } from "../../drills/ledger";
import { Workload } from "../../drills/workload";
import { type LocalInstance, withInstance } from "../local-instance";
import { withHome } from "./power-cut";

/** Some seconds of the workload on a healthy server; then the test damages it. */
async function withLedger(test: (client: Client, known: Known) => Promise<void>): Promise<void> {
  await withHome((home) =>
    withInstance(async (instance: LocalInstance) => {
      await instance.ensure();
      const { administration } = await readLocalServer(instance.args);
      await withClient(administration, (client) => client.query(LEDGER_TABLES));
      const workload = new Workload(home);
      await workload.start(administration, administration);
      while (workload.commits < 300) await new Promise((resolve) => setTimeout(resolve, 10));
      await workload.stop();
      await withClient(administration, async (client) => test(client, await workload.known()), {
        timeoutMs: 60_000,
      });
    }),
  );
}

/** A damage, made with triggers and keys out of the way, and what the check says of it. */
const DAMAGES: readonly { name: string; statement: string; expected: RegExp[] }[] = [
  {
    name: "an acknowledged commit that is gone",
    statement: "DELETE FROM drill_entry WHERE client = 3 AND sequence = 2",
    expected: [/^lost: 1 acknowledged commits are gone$/],
  },
  {
    name: "a commit that nobody made",
    statement: "INSERT INTO drill_entry SELECT 1, 1000000, 1, 1, 'x', encode(sha256('1:1000000:1:x'), 'hex')",
    expected: [/^unacknowledged: 1 commits are there that nobody made$/],
  },
  {
    name: "a transaction of which a part is there",
    statement: "DELETE FROM drill_entry WHERE client = 1 AND sequence = 3 AND part = 5",
    expected: [/^half: 1 transactions are there in part$/],
  },
  {
    name: "a row with another content",
    statement: "UPDATE drill_entry SET payload = 'x' WHERE client = 1 AND sequence = 2",
    expected: [/^corrupt: 1 rows do not have the content that was written$/],
  },
  {
    name: "money that appeared",
    statement: "UPDATE drill_account SET balance = balance + 1 WHERE id = 7",
    expected: [/^unbalanced: 1 accounts do not have the balance of their transfers$/],
  },
  {
    name: "a transfer without its entry",
    statement: "UPDATE drill_transfer SET client = 99 WHERE ctid = (SELECT ctid FROM drill_transfer LIMIT 1)",
    expected: [/^half: 1 transfers and entries do not belong together$/],
  },
];

describe("ledger of a drill", () => {
  it("is whole while the server is", () =>
    withLedger(async (client, known) => {
      const commits = [...known.acknowledged.values()].flat().length;
      assert.ok(commits >= 300, `${commits} commits`);
      assert.deepEqual(await ledgerFindings(client, known), []);
      assert.deepEqual(await structureFindings(client), []);
    }));

  it("finds each damage, and only that", () =>
    withLedger(async (client, known) => {
      const found: Record<string, string[]> = {};
      for (const { name, statement } of DAMAGES) {
        await client.query("BEGIN");
        await client.query(statement);
        found[name] = (await ledgerFindings(client, known)).map(({ kind, text }) => `${kind}: ${text}`);
        await client.query("ROLLBACK");
      }
      for (const { name, expected } of DAMAGES) {
        assert.equal(found[name]?.length, expected.length, `${name}: ${found[name]}`);
        for (const [index, pattern] of expected.entries()) assert.match(found[name]?.[index] ?? "", pattern);
      }
    }));
});
