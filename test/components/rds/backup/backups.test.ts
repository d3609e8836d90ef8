/** Snapshots and automated backups over HTTP, as AWS's client asks for them, from a double of the RDS API. */

import assert from "node:assert/strict";
import type { BackupType } from "../../../../components/backup/types";
import { exportSnapshot } from "../../../../components/rds/backup/export";
import { withDoubles } from "../../../aws/environment";
import { RdsAccount } from "../../../aws/rds-account";
import { Said } from "../../../local-instance";
import { backupsOf, LOCATION } from "./location";

const COPY = "arn:aws:rds:eu-west-1:111122223333:auto-backup:ab-1";

function withAccount(test: (account: RdsAccount) => Promise<void>): Promise<void> {
  const account = new RdsAccount();
  account.add("shop", { earliest: "2026-10-20T02:10:00Z", latest: "2026-11-24T11:55:03Z", copies: [COPY] });
  account.copies[COPY] = {
    earliest: "2026-10-20T02:10:00Z",
    latest: "2026-11-24T11:50:00Z",
    status: "replicating",
  };
  account.addSnapshot("rds:shop-2026-11-24-02-10", { database: "shop", type: "automated" });
  return withDoubles([account], () => test(account));
}

async function message(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "none",
    (fault: Error) => fault.message,
  );
}

describe("backups on RDS", () => {
  it("are listed with what can be restored, here and in another region", () =>
    withAccount(async () => {
      assert.deepEqual(await backupsOf().catalogue(), {
        identifier: "shop",
        topology: "multi-az",
        source: {
          arn: "arn:aws:rds:eu-central-1:111122223333:db:shop",
          status: "available",
          version: "17.6",
          storage: 100,
          retention: 35,
          window: { from: "2026-10-20T02:10:00Z", to: "2026-11-24T11:55:03Z" },
          copies: [COPY],
        },
        snapshots: [
          {
            name: "rds:shop-2026-11-24-02-10",
            arn: "arn:aws:rds:eu-central-1:111122223333:snapshot:rds:shop-2026-11-24-02-10",
            type: "automated",
            status: "available",
            percent: 100,
            created: "2026-11-24T02:10:00Z",
            size: 107_374_182_400,
            version: "17.6",
          },
        ],
        copies: [
          {
            arn: COPY,
            region: "eu-west-1",
            status: "replicating",
            window: { from: "2026-10-20T02:10:00Z", to: "2026-11-24T11:50:00Z" },
          },
        ],
      });
    }));

  it("of a cluster are listed as well, and those of a database that is gone", () =>
    withAccount(async (account) => {
      account.add("orders", {
        kind: "cluster",
        earliest: "2026-11-20T00:00:00Z",
        latest: "2026-11-24T12:00:00Z",
      });
      account.addSnapshot("orders-1", { database: "orders" });
      const cluster = await backupsOf({ topology: "cluster", identifier: "orders" }).catalogue();
      assert.deepEqual(
        [cluster.source?.window, cluster.snapshots.map(({ name }) => name)],
        [{ from: "2026-11-20T00:00:00Z", to: "2026-11-24T12:00:00Z" }, ["orders-1"]],
      );
      account.databases.delete("shop");
      const { source, snapshots } = await backupsOf().catalogue();
      assert.deepEqual([source, snapshots.length], [null, 1]);
      assert.match(
        await message(backupsOf().present()),
        /^shop is not in region eu-central-1 any more\nHINT: /,
      );
    }));

  for (const [topology, kind] of [
    ["multi-az", "instance"],
    ["aurora", "cluster"],
  ] as const)
    it(`are taken of ${topology}, under a name that says when, with the owner's tag`, () =>
      withAccount(async (account) => {
        account.add("shop", { kind });
        const { name, status } = await backupsOf({ topology }).take("full", new Said());
        assert.match(name, /^shop-\d{8}t\d{6}z$/);
        assert.equal(status, "available");
        const [change] = account.changes;
        assert.deepEqual(
          [change?.["Tags.Tag.1.Key"], change?.["Tags.Tag.1.Value"]],
          ["durable-postgres.database", LOCATION.owner],
        );
      }));

  it("are not taken of other types, nor of a database that is not available", () =>
    withAccount(async (account) => {
      for (const type of ["diff", "incr"] as BackupType[])
        assert.equal(
          await message(backupsOf().take(type, new Said())),
          `RDS takes no ${type} backup: of every snapshot it stores by itself only what changed since the one before\nHINT: npx durable-postgres backup --type full`,
        );
      account.add("shop", { status: "modifying" });
      assert.match(await message(backupsOf().take("full", new Said())), /^shop is modifying, and RDS takes/);
      assert.deepEqual(account.changes, []);
    }));

  it("say what the policy of whoever asks has to allow", () =>
    withAccount(async (account) => {
      account.state.refusal = { code: "AccessDenied", status: 403 };
      assert.match(
        await message(backupsOf().catalogue()),
        /^AWS does not let you look at shop.*\n.*rds:CreateDBSnapshot/,
      );
    }));
});

describe("a snapshot's export", () => {
  it("goes to the archive's prefix, by the stack's role and key", () =>
    withAccount(async (account) => {
      account.addSnapshot("before-migration", { database: "shop" });
      const { place, gigabytes } = await exportSnapshot(backupsOf(), "before-migration", new Said());
      assert.match(place, /^s3:\/\/shop-archive\/snapshots\/before-migration-\w+$/);
      assert.equal(gigabytes, 3);
      const { ExportTaskIdentifier, ...change } = account.changes[0] ?? {};
      assert.deepEqual(change, {
        Action: "StartExportTask",
        SourceArn: "arn:aws:rds:eu-central-1:111122223333:snapshot:before-migration",
        S3BucketName: "shop-archive",
        S3Prefix: "snapshots",
        IamRoleArn: LOCATION.exportRole,
        KmsKeyId: LOCATION.keyArn,
      });
      assert.match(ExportTaskIdentifier ?? "", /^[a-z][\w-]{0,59}$/);
    }));

  it("is refused where AWS has none, and fails with AWS's reason", () =>
    withAccount(async (account) => {
      assert.match(
        await message(exportSnapshot(backupsOf({ topology: "cluster" }), "x", new Said())),
        /^AWS does not export snapshots of Multi-AZ clusters\nHINT: dump it/,
      );
      assert.match(await message(exportSnapshot(backupsOf(), "x", new Said())), /^snapshot x is not there\n/);
      account.addSnapshot("one", { database: "shop" });
      const { set } = account.exports;
      account.exports.set = (name, task) =>
        set.call(account.exports, name, { ...task, status: "FAILED", failure: "no access to the key" });
      assert.match(
        await message(exportSnapshot(backupsOf(), "one", new Said())),
        /^the export one-\w+ has ended as FAILED: no access to the key\n/,
      );
    }));
});
