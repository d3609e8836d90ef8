/** A rehearsal on RDS: AWS's part from a double, and real servers for the database and for what is restored of it. */

import assert from "node:assert/strict";
import os from "node:os";
import type { Rehearsal } from "../../../../components/backup/rehearsal-protocol";
import { chooseFreePort } from "../../../../components/port";
import { type RdsWitness, rehearseOnRds } from "../../../../components/rds/backup/rehearsal";
import { findRestorePoint, recordRestorePoint } from "../../../../components/rds/backup/restore-points";
import { REHEARSAL_TAG } from "../../../../components/rds/backup/throw-away";
import type { KeyPair } from "../../../../components/tls/certificate";
import { selfSigned } from "../../../../components/tls/certificate";
import { withDoubles } from "../../../aws/environment";
import { RdsAccount } from "../../../aws/rds-account";
import { SecretsApi } from "../../../aws/secrets-api";
import { BareServer } from "../../../bare-server";
import { Said } from "../../../local-instance";
import { backupsOf, LOCATION } from "./location";

const OWNER = "durable-postgres.database";

/** The database, and the servers that AWS would make of its backups. */
class Servers {
  restored: BareServer | undefined;
  /** Files of an earlier day, where AWS is to restore too little. */
  stale: BareServer | undefined;
  account = this.newAccount();
  private constructor(
    readonly source: BareServer,
    readonly port: number,
    private readonly restoredPort: number,
    readonly keyPair: KeyPair,
  ) {}

  static async make(): Promise<Servers> {
    const source = await BareServer.make("17");
    const keyPair = await selfSigned(["localhost"]);
    const port = await chooseFreePort("rehearsal.server.test");
    await source.startWithTls(port, keyPair);
    const servers = new Servers(
      source,
      port,
      await chooseFreePort("rehearsal.server.test restored"),
      keyPair,
    );
    await source.connected(
      (client) =>
        client.query(
          `CREATE ROLE dbadmin LOGIN CREATEDB CREATEROLE PASSWORD 'master';
           ALTER DATABASE postgres OWNER TO dbadmin;
           CREATE ROLE shop LOGIN PASSWORD 'owner'`,
        ),
      { port },
    );
    await source.connected((client) => client.query("CREATE DATABASE shop OWNER shop"), { port });
    await source.connected(
      (client) =>
        client.query(
          `SET ROLE shop; CREATE SCHEMA own; CREATE TABLE own."Note" (id int, text text);
           INSERT INTO own."Note" SELECT id, repeat(md5(id::text), 500) FROM generate_series(1, 50) AS id`,
        ),
      { port, database: "shop" },
    );
    return servers;
  }

  newAccount(): RdsAccount {
    const made = new RdsAccount({
      onRestore: async () => {
        await this.source.stop("fast");
        this.restored = await (this.stale ?? this.source).copy();
        await this.source.startWithTls(this.port, this.keyPair);
        await this.restored.startWithTls(this.restoredPort, this.keyPair);
        return { host: "localhost", port: this.restoredPort };
      },
      onDelete: async () => {
        await this.restored?.remove();
        this.restored = undefined;
      },
    });
    // AWS archives what it gets in the future as well: it goes on with every question.
    made.add("shop", { host: "localhost", earliest: "2026-01-01T00:00:00Z", latest: "2099-01-01T00:00:00Z" });
    return made;
  }

  get witness(): RdsWitness {
    const { region, secretArn } = LOCATION;
    return {
      access: { region, secretArn, host: "localhost", port: this.port, ca: this.keyPair.certificate },
      owner: { database: "shop", user: "shop", password: "owner" },
    };
  }

  async remove(): Promise<void> {
    await this.restored?.remove();
    await this.stale?.remove();
    await this.source.remove();
  }
}

function steps({ steps: all }: Rehearsal): string[] {
  return all.map(({ name, ok }) => (ok ? name : `${name} FAILED`));
}

describe("a rehearsal on RDS", () => {
  let servers: Servers;
  const secrets = new SecretsApi();

  before(async () => {
    servers = await Servers.make();
    secrets.secrets[LOCATION.secretArn] = { username: "dbadmin", password: "master" };
  });
  after(() => servers.remove());
  beforeEach(() => {
    servers.account = servers.newAccount();
  });

  const run = async (witness: RdsWitness | undefined, said = new Said()) => {
    let rehearsal: Rehearsal | undefined;
    await withDoubles([servers.account, secrets], async () => {
      rehearsal = await rehearseOnRds(backupsOf(), witness, said);
    });
    // Whatever was found, nothing is left at AWS but what is being deleted.
    assert.deepEqual(
      [...servers.account.databases].filter(([, { status }]) => status !== "deleting").map(([name]) => name),
      ["shop"],
    );
    return rehearsal ?? assert.fail("no rehearsal");
  };

  it("finds the canary and reads every row, in a database of one zone without backups", async () => {
    const rehearsal = await run(servers.witness);
    assert.deepEqual(
      [rehearsal.failure, steps(rehearsal)],
      [null, ["canary", "archive", "plan", "restore", "canary found", "rows"]],
    );
    assert.equal(rehearsal.steps.at(-1)?.detail, "50 rows of 1 tables were read");
    assert.ok(rehearsal.restoreSeconds !== null && rehearsal.dataAgeSeconds !== null);
    const [made, deleted] = servers.account.changes;
    const {
      RestoreTime,
      TargetDBInstanceIdentifier: name = "",
      "Tags.Tag.2.Value": tag,
      ...rest
    } = made ?? {};
    assert.deepEqual(rest, {
      Action: "RestoreDBInstanceToPointInTime",
      SourceDBInstanceIdentifier: "shop",
      DBInstanceClass: "db.m7g.large",
      Port: "5432",
      DBSubnetGroupName: "shop-subnets",
      "VpcSecurityGroupIds.VpcSecurityGroupId.1": "sg-0a1b2c3d4e5f",
      DBParameterGroupName: "shop-17",
      MultiAZ: "false",
      PubliclyAccessible: "false",
      DeletionProtection: "false",
      CopyTagsToSnapshot: "false",
      AutoMinorVersionUpgrade: "false",
      BackupRetentionPeriod: "0",
      "Tags.Tag.1.Key": OWNER,
      "Tags.Tag.1.Value": "shop/prod/db",
      "Tags.Tag.2.Key": REHEARSAL_TAG,
    });
    assert.match(name, /^shop-rehearsal-[0-9a-f]{8}$/);
    assert.ok(tag?.startsWith(`${os.hostname()}:${process.pid}:`));
    assert.deepEqual(deleted, {
      Action: "DeleteDBInstance",
      DBInstanceIdentifier: name,
      SkipFinalSnapshot: "true",
      DeleteAutomatedBackups: "true",
    });
  });

  it("fails where AWS restored a database without the canary", async () => {
    await servers.source.stop("fast");
    servers.stale = await servers.source.copy();
    await servers.source.startWithTls(servers.port, servers.keyPair);
    const rehearsal = await run(servers.witness);
    await servers.stale.remove();
    servers.stale = undefined;
    assert.deepEqual(steps(rehearsal).at(-1), "canary found FAILED");
    assert.match(rehearsal.failure ?? "", /^the canary row of .* was not restored\n/);
  });

  it("fails where a row cannot be read", async () => {
    const { onRestore } = servers.account.events;
    servers.account.events.onRestore = async (...args) => {
      const place = await onRestore?.(...args);
      await servers.restored?.connected(
        (client) =>
          client.query(
            `DELETE FROM pg_attribute WHERE attname = 'text' AND attrelid = 'own."Note"'::regclass`,
          ),
        { port: place?.port, database: "shop" },
      );
      return place ?? assert.fail("not restored");
    };
    const rehearsal = await run(servers.witness);
    assert.deepEqual(steps(rehearsal).at(-1), "rows FAILED");
  });

  it("says that nobody looked where nobody reaches the servers", async () => {
    const rehearsal = await run(undefined);
    assert.deepEqual(
      [rehearsal.ok, steps(rehearsal), rehearsal.dataAgeSeconds],
      [true, ["archive", "plan", "restore"], null],
    );
  });

  it("deletes what killed rehearsals of this database left, and leaves what others make", async () => {
    const tag = (owner: string, rehearsal: string) => ({ [OWNER]: owner, [REHEARSAL_TAG]: rehearsal });
    const now = Date.now();
    servers.account.add("shop-rehearsal-1", {
      tags: tag("shop/prod/db", `${os.hostname()}:999999999:${now}`),
    });
    servers.account.add("shop-rehearsal-2", {
      tags: tag("shop/prod/db", `elsewhere:1:${now - 13 * 3_600_000}`),
    });
    const left = {
      "shop-rehearsal-3": tag("shop/prod/db", `elsewhere:1:${now}`),
      "orders-rehearsal-1": tag("orders/prod/db", `${os.hostname()}:999999999:${now}`),
      "shop-rehearsal-4": tag("shop/prod/db", `${os.hostname()}:${process.pid}:${now}`),
    };
    for (const [name, tags] of Object.entries(left)) servers.account.add(name, { tags });
    const said = new Said();
    await withDoubles([servers.account, secrets], async () => {
      assert.ok((await rehearseOnRds(backupsOf(), undefined, said)).ok);
    });
    const there = [...servers.account.databases].filter(([, { status }]) => status !== "deleting");
    assert.deepEqual(there.map(([name]) => name).sort(), ["shop", ...Object.keys(left)].sort());
    assert.deepEqual(said.messages, [
      "deleting shop-rehearsal-1, which a rehearsal left that was killed",
      "deleting shop-rehearsal-2, which a rehearsal left that was killed",
    ]);
  });

  it("deletes its database when it is interrupted", async () => {
    servers.account.events.onRestore = async () => {
      process.emit("SIGTERM");
      return { host: "localhost", port: 1 };
    };
    const rehearsal = await run(undefined);
    assert.match(rehearsal.failure ?? "", /^the rehearsal was interrupted, and its database is deleted/);
  });
});

describe("a restore point on RDS", () => {
  let servers: Servers;
  const secrets = new SecretsApi();

  before(async () => {
    servers = await Servers.make();
    secrets.secrets[LOCATION.secretArn] = { username: "dbadmin", password: "master" };
  });
  after(() => servers.remove());

  it("is the end of a second, after which nothing of it can be committed any more", () =>
    withDoubles([secrets], async () => {
      const { access } = servers.witness;
      assert.equal(await findRestorePoint(access, "before-migration"), undefined);
      const at = await recordRestorePoint(access, "before-migration");
      const { rows } = await servers.source.connected(
        (client) => client.query("SELECT clock_timestamp() >= $1::timestamptz AS over", [at]),
        { port: servers.port },
      );
      assert.match(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      assert.deepEqual([rows[0].over, await findRestorePoint(access, "before-migration")], [true, at]);
      assert.equal(await findRestorePoint(access, "another"), undefined);
      await assert.rejects(recordRestorePoint(access, "before-migration"), {
        message: `there is a restore point before-migration already, at ${at}\nHINT: give this moment another name`,
      });
    }));
});
