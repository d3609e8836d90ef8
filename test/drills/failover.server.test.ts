/** The drill `failover`: AWS's part from a double, and a real server that is ended without a checkpoint in place of the failover. */

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Connection } from "../../components/connection";
import { chooseFreePort } from "../../components/port";
import { failOver } from "../../components/rds/failover";
import { type KeyPair, selfSigned } from "../../components/tls/certificate";
import { CONTROLS } from "../../drills/controls";
import { FAILOVER_ROLE, failOverUnderLoad, type Standby } from "../../drills/failover";
import type { DrillRound } from "../../drills/rounds";
import { withDoubles } from "../aws/environment";
import { RdsAccount } from "../aws/rds-account";
import { BareServer } from "../bare-server";
import { backupsOf } from "../components/rds/backup/location";
import { Said } from "../local-instance";
import { withHome } from "./power-cut";

const LIMIT = 10 * 60_000; // ms

/** A database with a standby: the same files, in a server that is started when the first one was killed. */
class Database {
  private constructor(
    readonly server: BareServer,
    readonly port: number,
    private readonly keyPair: KeyPair,
  ) {}

  static async make(): Promise<Database> {
    const server = await BareServer.make("17");
    const [port, keyPair] = [await chooseFreePort("failover.server.test"), await selfSigned(["localhost"])];
    await server.startWithTls(port, keyPair);
    // The master user of RDS is no superuser.
    await server.connected(
      (client) => client.query("CREATE ROLE dbadmin LOGIN CREATEDB CREATEROLE PASSWORD 'master'"),
      { port },
    );
    return new Database(server, port, keyPair);
  }

  get master(): Connection {
    return {
      host: "localhost",
      port: this.port,
      user: "dbadmin",
      password: "master",
      database: "postgres",
      ca: this.keyPair.certificate,
    };
  }

  /** AWS answers first. */
  async crash(): Promise<void> {
    await sleep(200);
    await this.server.stop("immediate");
    await this.server.startWithTls(this.port, this.keyPair);
  }

  /** Names of roles and databases of the drill that are there. */
  async left(): Promise<string[]> {
    const { rows } = await this.server.connected(
      (client) =>
        client.query("SELECT datname AS name FROM pg_database UNION ALL SELECT rolname FROM pg_roles"),
      { port: this.port },
    );
    return rows.map(({ name }) => name).filter((name) => name === FAILOVER_ROLE);
  }
}

describe("drill failover", function () {
  this.timeout(LIMIT);
  let database: Database;
  let account: RdsAccount;
  /** The failover that AWS works at. */
  let working: Promise<void> | undefined;

  before(async () => {
    database = await Database.make();
  });
  after(() => database?.server.remove());
  beforeEach(() => {
    account = new RdsAccount({
      onFailover: async () => {
        working = database.crash();
      },
    });
    account.add("shop", { host: "localhost" });
  });

  const run = async (
    args: { rounds?: number; rto?: number; prepare?: readonly string[]; standby?: Partial<Standby> } = {},
    topology: "multi-az" | "aurora" = "multi-az",
  ): Promise<DrillRound[]> => {
    let rounds: DrillRound[] = [];
    const standby: Standby = {
      administration: async () => database.master,
      failOver: () => failOver(backupsOf({ topology })),
      ...args.standby,
    };
    try {
      await withDoubles([account], () =>
        withHome(async (logs) => {
          rounds = await failOverUnderLoad({ rounds: 1, ...args, standby, logs, progress: new Said() });
        }),
      );
    } finally {
      await working;
      assert.deepEqual(await database.left(), []);
    }
    return rounds;
  };

  it("loses nothing, and tells how long nobody could commit", async () => {
    const rounds = await run({ rounds: 2 });
    assert.deepEqual(
      rounds.map(({ round, findings }) => ({ round, findings })),
      [1, 2].map((round) => ({ round, findings: [] })),
    );
    for (const { commits, recovery } of rounds) {
      assert.ok(commits > 0);
      assert.ok(recovery && recovery.seconds > 0 && recovery.replayedBytes === null);
    }
    assert.deepEqual(account.changes, [
      { Action: "RebootDBInstance", DBInstanceIdentifier: "shop", ForceFailover: "true" },
      { Action: "RebootDBInstance", DBInstanceIdentifier: "shop", ForceFailover: "true" },
    ]);
  });

  it("asks a cluster for another writer, and finds an outage beyond the objective", async () => {
    account.add("shop", { kind: "cluster" });
    const [round] = await run({ rto: 0 }, "aurora");
    assert.deepEqual(
      round?.findings.map(({ kind }) => kind),
      ["slow"],
    );
    assert.deepEqual(account.changes, [{ Action: "FailoverDBCluster", DBClusterIdentifier: "shop" }]);
  });

  it("finds a role that does not wait for the disk", async () => {
    const [control] = CONTROLS.filter(({ drill }) => drill === "failover");
    const rounds = await run({ rounds: 5, prepare: control?.prepare });
    const kinds = rounds.flatMap(({ findings }) => findings.map(({ kind }) => kind));
    assert.ok(
      kinds.some((kind) => control?.expects.includes(kind)),
      JSON.stringify(rounds.at(-1)),
    );
  });

  it("shows nothing where nothing was failed over, and leaves nothing behind", async () => {
    account = new RdsAccount();
    account.add("shop");
    await assert.rejects(
      run({ standby: { patience: 300 } }),
      /^Fault: no connection was lost in .*: nothing was failed over\n/,
    );
    account.add("shop", { multiAz: false });
    await assert.rejects(run(), /InvalidParameterCombination/);
  });

  it("does not count lost connections as a failover", async () => {
    const disconnect = async () => {
      await database.server.connected(
        (client) =>
          client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1", [
            FAILOVER_ROLE,
          ]),
        { port: database.port },
      );
    };
    await assert.rejects(
      run({ standby: { failOver: disconnect } }),
      /and the same server is there again: nothing was failed over/,
    );
  });
});
