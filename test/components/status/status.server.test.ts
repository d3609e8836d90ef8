/** What the checks say of real servers, asked as the monitor: of a healthy one, and of one with each trouble. */

import assert from "node:assert/strict";
import { appendFile } from "node:fs/promises";
import path from "node:path";
import { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import Ajv from "ajv/dist/2020";
import type { Client } from "pg";
import type { StackOutputs } from "../../../cli/project";
import { status } from "../../../cli/status";
import { LocalBackupStore } from "../../../components/backup/local/store";
import { oldestBackup } from "../../../components/backup/objectives";
import { now } from "../../../components/backup/time";
import { type Connection, withClient } from "../../../components/connection";
import { Fault } from "../../../components/faults";
import { readLocalServer } from "../../../components/local/server";
import { commandLineParameters, reloadableParameters } from "../../../components/parameters/command-line";
import type { Version } from "../../../components/parameters/postgres";
import { parameterValues, resolveSettings, type Settings } from "../../../components/parameters/settings";
import type { ParameterInput } from "../../../components/parameters/user-values";
import { applyRoles, roleNames } from "../../../components/roles/roles";
import { applyRunningSettings } from "../../../components/running/settings";
import type { Backups, Judgement } from "../../../components/status/check";
import { CHECKS } from "../../../components/status/checks";
import { localDisks } from "../../../components/status/disks";
import { readStatus, type StatusReading } from "../../../components/status/reading";
import { type StatusReport, statusReport } from "../../../components/status/report";
import { verify } from "../../../components/verify/verify";
import schema from "../../../docs/status.schema.json";
import { type LocalInstance, Said, withInstance } from "../../local-instance";

/** What the product refuses to deploy, and what a server can have all the same. */
type Undeclared = Record<string, string>;

const PASSWORDS = { superuser: "s", owner: "o", readonly: "r", monitor: "m" };

/** A deployed server, as the command sees it. */
class Deployment {
  private constructor(
    readonly instance: LocalInstance,
    readonly administration: Connection,
    readonly settings: Settings,
    readonly startedAt: string,
  ) {}

  static async make(instance: LocalInstance, settings: Settings): Promise<Deployment> {
    await instance.ensure();
    const { administration } = await readLocalServer(instance.args);
    await applyRunningSettings(administration, reloadableParameters(settings));
    await applyRoles({ administration, database: "app", passwords: PASSWORDS });
    const { ok, server } = await verify(administration, parameterValues(settings));
    assert.ok(ok);
    return new Deployment(instance, administration, settings, server.startedAt);
  }

  get monitor(): Connection {
    const { port } = this.administration;
    return { host: "127.0.0.1", port, database: "app", user: roleNames("app").monitor, password: "m" };
  }

  read(): Promise<StatusReading> {
    return readStatus(this.monitor, { disks: localDisks, backups: () => this.backups() });
  }

  get store(): LocalBackupStore {
    const { directory, archiveDirectory, backupDirectory } = this.instance.args;
    const location = { kind: "local", directory, archiveDirectory, backupDirectory, retention: 14 } as const;
    return LocalBackupStore.at(location, this.administration.port);
  }

  async backups(): Promise<Backups> {
    const catalogue = await this.store.catalogue();
    const backupAge = oldestBackup(14);
    return { stack: "local", catalogue, lastRehearsal: undefined, backupAge, isScheduled: false, now: now() };
  }

  /** The disk of this machine is not the test's. */
  async report(previous?: StatusReading): Promise<StatusReport> {
    const disks = [{ folder: "/data", free: 2 ** 40, total: 2 ** 40 }];
    const deployed = {
      parameters: parameterValues(this.settings),
      activeConnections: this.settings.memoryBudget.activeConnections,
      startedAt: this.startedAt,
    };
    return statusReport({ ...(await this.read()), disks }, deployed, previous);
  }

  async check(name: string): Promise<Judgement> {
    return checkOf(await this.report(), name);
  }

  /** Everything that is not ok, by name. */
  async verdicts(): Promise<Record<string, string>> {
    const { checks } = await this.report();
    return Object.fromEntries(
      checks.filter(({ verdict }) => verdict !== "ok").map(({ name, verdict }) => [name, verdict]),
    );
  }

  superuser<Result>(work: (client: Client) => Promise<Result>, database = "app"): Promise<Result> {
    return withClient({ ...this.administration, database }, work, { timeoutMs: 60_000 });
  }

  /** Ends the current WAL file some times: an empty one would not be ended. */
  async switchWal(times: number): Promise<void> {
    await this.superuser(async (client) => {
      for (let time = 0; time < times; time++)
        await client.query("SELECT pg_logical_emit_message(false, 'test', 'x'); SELECT pg_switch_wal()");
    });
  }

  get outputs(): StackOutputs {
    const { host, port, database } = this.monitor;
    const roles = { monitor: { user: this.monitor.user, password: "m" } };
    const { settings } = this;
    const verification = { server: { startedAt: this.startedAt } };
    return { host, port, database, roles, settings, verification } as unknown as StackOutputs;
  }
}

function checkOf({ checks }: StatusReport, wanted: string): Judgement {
  const { name, ...judgement } = checks.find((check) => check.name === wanted) ?? assert.fail(wanted);
  return judgement;
}

async function withDeployment(
  version: Version,
  test: (deployment: Deployment) => Promise<void>,
  parameters: Record<string, ParameterInput> = {},
  undeclared: Undeclared = {},
): Promise<void> {
  const machine = { memory: 2 ** 30, cpus: 1, storage: "ssd", workload: "web" } as const;
  const settings = resolveSettings({ version, machine, parameters });
  await withInstance(async (instance) => test(await Deployment.make(instance, settings)), {
    version,
    parameters: { ...commandLineParameters(settings), ...undeclared },
  });
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(50);
}

/** What the settings of a local database put on the command line. */
const ARCHIVING = { archive_mode: "on", archive_library: "basic_archive" };

const SMALL_WAL = { max_wal_size: "32MB", min_wal_size: "32MB" };

for (const version of ["15", "18"] as const)
  describe(`status of a server of version ${version}`, () => {
    it("is ok in every check while it is healthy and idle, and knows the rate of its WAL", () =>
      withDeployment(
        version,
        async (deployment) => {
          await deployment.store.backup("full", new Said());
          const first = await deployment.read();
          const report = await deployment.report(first);
          assert.deepEqual(await deployment.verdicts(), {});
          assert.equal(report.ok, true);
          const values: Record<string, RegExp> = {
            "WAL size": /^\d+MB, at 0\/[0-9A-F]+, [\d.]+k?B\/s$/,
            checkpoints: /^\d+ requested, \d+ timed in [\d.]+\w+; writing [\d.]+s, sync [\d.]+s$/,
            "last backup": /^\d{8}-\d{6}F, [\d.]+s ago, 0 segments since$/,
            "last rehearsal": /^never, and backups since [\d.]+s$/,
            "restorable window": /^\d{4}-\d\d-\d\dT[\d:]+Z to \d{4}-\d\d-\d\dT[\d:]+Z$/,
            archive: /^to 0\/[0-9A-F]+, [\d.]+k?B behind$/,
            "time until disk full": /^archiving goes on$/,
          };
          for (const [name, value] of Object.entries(values))
            assert.match(checkOf(report, name).value, value);
        },
        {},
        ARCHIVING,
      ));

    it("finds what pg_stat_archiver counts", () =>
      withDeployment(
        version,
        async (deployment) => {
          await deployment.switchWal(11);
          await until(async () => (await deployment.check("archiver")).verdict !== "ok");
          assert.deepEqual(await deployment.verdicts(), {
            "WAL not yet archived": "warning",
            archiver: "warning",
            archive: "warning",
            "last backup": "critical",
            "restorable window": "critical",
          });
          const { value, hint } = await deployment.check("archiver");
          assert.match(value, /^0 archived; [1-9]\d* failures$/);
          assert.match(hint, /^00000001[0-9A-F]{16} failed \S+ ago: look for/);
        },
        {},
        { archive_mode: "on", archive_command: "false" },
      ));

    it("finds archive commands of which pg_stat_archiver counts no failure", () =>
      withDeployment(
        version,
        async (deployment) => {
          const archiving = async (command: string) => {
            await deployment.superuser(async (client) => {
              await client.query(`ALTER SYSTEM SET archive_command = '${command}'`);
              await client.query("SELECT pg_reload_conf()");
            });
            await deployment.switchWal(6);
            // The archiver has to have tried: it dies of the command each time.
            await sleep(1500);
          };
          await archiving("/there/is/no/such/program %p");
          await archiving("kill -9 $$ # %p");
          const { value, ...judgement } = await deployment.check("WAL not yet archived");
          assert.match(value, /^1[1-9] files, the oldest since \S+$/);
          assert.deepEqual(judgement, {
            threshold: "10 files or 10min; critical 64 files",
            verdict: "warning",
            hint: "look for the archiver's words in the server's log; it tries the same file again until it succeeds",
          });
          assert.deepEqual(await deployment.check("archiver"), {
            value: "0 archived; 0 failures",
            threshold: "the last attempt failed",
            verdict: "ok",
            hint: "",
          });
          const waiting = await deployment.check("archive");
          assert.match(waiting.value, /^to 0\/1000000, \d+MB behind, 1\d finished, the oldest since \S+$/);
          assert.equal(waiting.verdict, "warning");

          // It says yes and writes nothing: only the archive itself tells.
          await archiving("true %p");
          await until(async () => (await deployment.check("WAL not yet archived")).verdict === "ok");
          assert.equal((await deployment.check("archiver")).verdict, "ok");
          const lost = await deployment.check("archive");
          assert.match(
            lost.value,
            /^the server takes 00000001[0-9A-F]{16} for archived, and it is not there$/,
          );
          assert.equal(lost.verdict, "critical");
        },
        {},
        { archive_mode: "on" },
      ));

    it("finds an inactive slot that keeps WAL, and one that lost it", () =>
      withDeployment(
        version,
        async (deployment) => {
          const slot = "SELECT pg_create_physical_replication_slot('forgotten', true)";
          await deployment.superuser((client) => client.query(slot));
          const { value, verdict } = await deployment.check("replication slots");
          assert.deepEqual([value, verdict], ["1, 0 active", "ok"]);
          await deployment.switchWal(4);
          const kept = await deployment.check("replication slots");
          assert.match(
            kept.value,
            /^forgotten inactive( for \S+)?, (reserved|extended), keeps \d+(\.\d)?MB$/,
          );
          assert.deepEqual(
            [kept.verdict, kept.threshold, kept.hint],
            [
              "warning",
              "32MB or 30min; critical unreserved",
              "start its reader; if there is none any more: SELECT pg_drop_replication_slot('forgotten')",
            ],
          );
          await deployment.switchWal(6);
          await deployment.superuser((client) => client.query("CHECKPOINT"));
          const lost = await deployment.check("replication slots");
          assert.match(lost.value, /^forgotten inactive( for \S+)?, (unreserved|lost), keeps \d+(\.\d)?\w+$/);
          assert.equal(lost.verdict, "critical");
        },
        { ...SMALL_WAL, max_slot_wal_keep_size: "64MB" },
      ));

    it("finds a role that checks no foreign keys, one that does not wait for the disk, and lines of files", () =>
      withDeployment(version, async (deployment) => {
        await deployment.superuser((client) =>
          client.query("ALTER ROLE app SET session_replication_role = replica"),
        );
        assert.deepEqual(await deployment.check("declared settings"), {
          value: "session_replication_role: runs with replica (source: role app)",
          threshold: "any",
          verdict: "warning",
          hint: 'ALTER ROLE "app" RESET session_replication_role',
        });
        await deployment.superuser((client) =>
          client.query(
            "ALTER ROLE app RESET ALL; ALTER ROLE app SET synchronous_commit = off; ALTER ROLE app SET work_mem = '1MB'",
          ),
        );
        assert.deepEqual(await deployment.check("declared settings"), {
          value: "synchronous_commit: asked on, runs with off (source: role app); 1 more, see verify",
          threshold: "any",
          verdict: "critical",
          hint: 'ALTER ROLE "app" RESET synchronous_commit',
        });

        const { data } = deployment.instance.paths;
        await appendFile(path.join(data, "postgresql.conf"), "cursor_tuple_fraction = 'much'\n");
        await deployment.superuser((client) => client.query("ALTER ROLE app RESET ALL"));
        assert.equal((await deployment.check("declared settings")).verdict, "ok");
        await deployment.superuser((client) =>
          client.query(
            "GRANT SELECT ON pg_file_settings TO app_monitor; GRANT EXECUTE ON FUNCTION pg_show_all_file_settings() TO app_monitor",
          ),
        );
        const { value, verdict } = await deployment.check("declared settings");
        assert.match(value, /^cursor_tuple_fraction: .*postgresql\.conf line \d+/);
        assert.equal(verdict, "warning");
      }));

    it("counts sessions without its own, and sees prepared transactions and unlogged tables", () =>
      withDeployment(
        version,
        async (deployment) => {
          await deployment.superuser(async (client) => {
            await client.query("CREATE UNLOGGED TABLE cache (id int)");
            await client.query("BEGIN; SELECT 1; PREPARE TRANSACTION 'one'");
            await client.query("BEGIN");
            const row = (await deployment.read()).rows["oldest transaction"] as { state: string };
            assert.equal(row.state, "idle in transaction");
            assert.equal((await deployment.check("connections")).value, "1 of 17");
          });
          const prepared = await deployment.check("prepared transactions");
          assert.match(prepared.value, /^1, the oldest since \S+s$/);
          assert.deepEqual(await deployment.check("unlogged tables"), {
            value: "cache",
            threshold: "any",
            verdict: "warning",
            hint: "ALTER TABLE cache SET LOGGED, unless its rows may go",
          });
        },
        { max_prepared_transactions: 1, max_connections: 20 },
      ));

    it("finds a crash that the server survived", () =>
      withDeployment(version, async (deployment) => {
        const up = async () => ((await deployment.read()).rows.restarts as { up: number }).up;
        await until(async () => (await up()) > 6);
        await deployment
          .superuser(async (client) => {
            const { rows } = await client.query("SELECT pg_backend_pid() AS pid");
            process.kill(rows[0].pid, "SIGKILL");
            await client.query("SELECT pg_sleep(10)");
          })
          .catch(() => undefined);
        await until(() =>
          deployment.read().then(
            () => true,
            () => false,
          ),
        );
        const { value, verdict } = await deployment.check("restarts");
        assert.match(value, /^crashed and recovered \S+ ago$/);
        assert.equal(verdict, "warning");
      }));
  });

/** What a command writes into a pipe. */
class Pipe extends Writable {
  text = "";
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
  get stream(): NodeJS.WriteStream {
    return this as unknown as NodeJS.WriteStream;
  }
}

describe("the command status", () => {
  it("prints JSON, with exit code 2 when something is critical", () =>
    withDeployment("18", async (deployment) => {
      await deployment.superuser((client) => client.query("ALTER ROLE app SET synchronous_commit = off"));
      const pipe = new Pipe();
      const code = await status(
        Promise.resolve(deployment.outputs),
        { stack: "local", json: true },
        pipe.stream,
      );
      const report: StatusReport = JSON.parse(pipe.text);
      assert.ok(new Ajv({ strict: false, validateFormats: false }).validate(schema, report));
      const { ok, server, checks } = report;
      assert.deepEqual([code, ok, server?.startedAt], [2, false, deployment.startedAt]);
      assert.deepEqual(
        checks.map(({ name }) => name),
        CHECKS.map(({ name }) => name),
      );
      assert.equal(checks.find(({ verdict }) => verdict === "critical")?.name, "declared settings");
    }));

  it("goes on watching when the server is killed, until Ctrl-C", () =>
    withDeployment("15", async (deployment) => {
      const pipe = new Pipe();
      const reports = () =>
        pipe.text
          .trim()
          .split("\n")
          .filter(Boolean)
          .map((line) => JSON.parse(line).server);
      const listeners = process.listenerCount("SIGINT");
      const watching = status(
        Promise.resolve(deployment.outputs),
        { stack: "local", watch: true, json: true },
        pipe.stream,
      );
      await until(async () => reports().length >= 1);
      await deployment.instance.killPostmaster();
      await until(async () => reports().includes(null));
      await deployment.instance.ensure();
      const down = reports().length;
      await until(async () => reports().slice(down).some(Boolean));
      process.emit("SIGINT");
      await watching;
      assert.equal(process.listenerCount("SIGINT"), listeners);
    }));

  it("counts a server that cannot be reached as critical, in the words of every command", () =>
    withDeployment("15", async (deployment) => {
      const { outputs } = deployment;
      await deployment.instance.killPostmaster();
      const pipe = new Pipe();
      assert.equal(await status(Promise.resolve(outputs), { stack: "local" }, pipe.stream), 2);
      const address = `127.0.0.1:${outputs.port}`;
      assert.equal(
        pipe.text,
        `critical: no connection to app_monitor@${address}/app: connect ECONNREFUSED ${address}\n` +
          "HINT: run the deployment again: it starts a stopped server\n",
      );
    }));

  it("counts a stack that was not deployed as critical", async () => {
    const pipe = new Pipe();
    const missing = Promise.reject(new Fault("stack x has no output host", "npx durable-postgres start"));
    assert.equal(await status(missing, { stack: "local" }, pipe.stream), 2);
    assert.equal(pipe.text, "critical: stack x has no output host\nHINT: npx durable-postgres start\n");
  });
});
