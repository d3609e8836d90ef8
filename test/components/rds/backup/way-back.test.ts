/** Which restores does AWS allow, and which are refused before anything is made? */

import assert from "node:assert/strict";
import { readTargetPoint } from "../../../../components/backup/target-point";
import { now } from "../../../../components/backup/time";
import { isTaken, wayBack } from "../../../../components/rds/backup/way-back";
import { withDoubles } from "../../../aws/environment";
import { RdsAccount } from "../../../aws/rds-account";
import { backupsOf } from "./location";

/** A database with a week of backups, upgraded in its midst. */
function account(): RdsAccount {
  const made = new RdsAccount();
  made.add("shop", { earliest: "2026-01-01T02:10:00Z", latest: "2026-01-08T11:55:00Z" });
  made.addSnapshot("rds:shop-2026-01-01-02-10", {
    database: "shop",
    type: "automated",
    version: "16.10",
    created: "2026-01-01T02:10:00Z",
  });
  made.addSnapshot("rds:shop-2026-01-05-02-10", {
    database: "shop",
    type: "automated",
    created: "2026-01-05T02:10:00Z",
  });
  made.addSnapshot("before-migration", { database: "shop", created: "2026-01-06T00:00:00Z" });
  made.addSnapshot("of-16", { database: "shop", version: "16.10" });
  made.addSnapshot("unfinished", { database: "shop", status: "failed" });
  return made;
}

/** What becomes of `--to`. */
async function to(text: string, change: (account: RdsAccount) => void = () => undefined): Promise<unknown> {
  const made = account();
  change(made);
  let answer: unknown;
  await withDoubles([made], async () => {
    answer = await wayBack(backupsOf(), {
      point: readTargetPoint(text, now()),
      restorePoint: async (name) => (name === "known" ? "2026-01-07T00:00:00Z" : undefined),
    }).catch((error: Error) => error.message);
  });
  assert.deepEqual(made.changes, []);
  return answer;
}

describe("the way back on RDS", () => {
  it("leads to a time, to the latest, to a restore point's time, and to a snapshot", async () => {
    assert.deepEqual(await to("2026-01-06T12:00:00+01:00"), {
      to: "2026-01-06T11:00:00Z",
      what: "2026-01-06T11:00:00Z",
    });
    assert.deepEqual(await to("latest"), {
      to: "latest",
      what: "the latest that RDS can restore, 2026-01-08T11:55:00Z",
    });
    assert.deepEqual(await to("known"), {
      to: "2026-01-07T00:00:00Z",
      what: "restore point known, 2026-01-07T00:00:00Z",
    });
    assert.deepEqual(await to("before-migration"), {
      to: "before-migration",
      what: "snapshot before-migration of 2026-01-06T00:00:00Z",
    });
  });

  const refused: Record<string, [to: string, message: string]> = {
    "a position in the WAL": [
      "0/5000028",
      "RDS restores to times and snapshots, and 0/5000028 is a position in the WAL\nHINT: --to 2026-11-24T10:00:00Z, a snapshot's name as backups lists it, or --to latest",
    ],
    "a part of a second": [
      "2026-01-06T11:00:00.5Z",
      "the time 2026-01-06T11:00:00.500000Z has a fraction of a second, and RDS restores to whole seconds\nHINT: --to 2026-01-06T11:00:00Z is the second before, --to 2026-01-06T11:00:01Z the one after",
    ],
    "a time before the first backup": [
      "2025-12-31T00:00:00Z",
      "2025-12-31T00:00:00Z cannot be restored: RDS goes back from 2026-01-01T02:10:00Z to 2026-01-08T11:55:00Z\nHINT: name a moment between them, such as --to 2026-01-08T11:55:00Z",
    ],
    "a time that RDS has not archived yet": [
      "2026-01-08T12:00:00Z",
      "2026-01-08T12:00:00Z cannot be restored: RDS goes back from 2026-01-01T02:10:00Z to 2026-01-08T11:55:00Z\nHINT: RDS archives WAL every five minutes: run the same command again then, or --to latest",
    ],
    "a time before an upgrade": [
      "2026-01-03T00:00:00Z",
      '2026-01-03T00:00:00Z is of PostgreSQL 16, and this stack is declared as 17\nHINT: restore it in a stack of its own, with `version: "16"` and rds.restoreFrom',
    ],
    "a snapshot of another version": [
      "of-16",
      'snapshot of-16 of 2026-11-24T02:10:00Z is of PostgreSQL 16, and this stack is declared as 17\nHINT: restore it in a stack of its own, with `version: "16"` and rds.restoreFrom',
    ],
    "a snapshot that failed": [
      "unfinished",
      "snapshot unfinished is failed\nHINT: wait until it is available: npx durable-postgres backups",
    ],
    "a name of nothing": [
      "nowhere",
      "there is no snapshot nowhere of shop, and no restore point of this name\nHINT: known snapshots are rds:shop-2026-01-01-02-10, rds:shop-2026-01-05-02-10, before-migration, of-16, unfinished",
    ],
  };
  for (const [what, [text, message]] of Object.entries(refused))
    it(`does not lead to ${what}`, async () => assert.equal(await to(text), message));

  it("does not begin without automated backups, without the database, and beyond the quotas", async () => {
    assert.match(
      String(
        await to("latest", ({ databases }) => Object.assign(databases.get("shop") ?? {}, { retention: 0 })),
      ),
      /^RDS has no automated backups of shop .*\nHINT: write `backupRetention: 14` under rds/,
    );
    assert.match(String(await to("latest", ({ databases }) => databases.clear())), /^shop is not in region/);
    assert.match(
      String(
        await to("latest", ({ quotas }) => {
          quotas.DBInstances = [40, 40];
          quotas.AllocatedStorage = [99_950, 100_000];
        }),
      ),
      /quota DBInstances of region eu-central-1 is 40: 40 are in use, and the restored database needs 1 more\n[\s\S]*quota AllocatedStorage of region eu-central-1 is 100000 GiB/,
    );
  });

  it("knows the names that are taken: by a database, and by a final snapshot", async () => {
    const made = account();
    made.add("shop-2");
    made.addSnapshot("shop-3-final-2c3d4e5f", { database: "shop-3" });
    await withDoubles([made], async () => {
      const taken = [2, 3, 4].map((number) => isTaken(backupsOf(), 1, number));
      assert.deepEqual(await Promise.all(taken), [true, true, false]);
      assert.equal(await isTaken(backupsOf({ identifier: "shop-2" }), 2, 3), true);
    });
  });
});
