/** The target local under the real engine: what `npm start`, `preview`, `up`, `destroy` do to a real server. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { runningPostmaster, startedWith } from "../../../components/local/postmaster";
import { fromCommandLine } from "../../../components/parameters/command-line";
import { createWorkspace, type Workspace } from "../../workspace";

const run = promisify(execFile);

/** Sizes that do not depend on the machine that runs the test. */
const CONFIG = { memory: "1GiB", cpus: 2 };

async function insert(workspace: Workspace, text: string): Promise<void> {
  await workspace.query(`CREATE TABLE IF NOT EXISTS note (text text); INSERT INTO note VALUES ('${text}')`);
}

async function notes(workspace: Workspace): Promise<string[]> {
  return (await workspace.query("SELECT text FROM note")).map((row) => row.text);
}

describe("a local database under the real engine", function () {
  this.timeout(300_000);
  let workspace: Workspace;

  before(async () => {
    workspace = await createWorkspace(CONFIG);
    await workspace.start();
  });

  after(() => workspace.remove());

  it("runs with exactly these options on its command line", async () => {
    const options =
      (await startedWith(workspace.instance.data)).match(/"[^"]*"/g)?.map((word) => word.slice(1, -1)) ?? [];
    const { port } = await workspace.outputs();
    const { directory, log, data, socket } = workspace.instance;
    assert.deepEqual(fromCommandLine(options), {
      parameters: {
        fsync: "on",
        synchronous_commit: "on",
        full_page_writes: "on",
        wal_level: "replica",
        data_sync_retry: "off",
        restart_after_crash: "on",
        zero_damaged_pages: "off",
        ignore_checksum_failure: "off",
        ignore_invalid_pages: "off",
        ignore_system_indexes: "off",
        allow_system_table_mods: "off",
        autovacuum: "on",
        track_counts: "on",
        password_encryption: "scram-sha-256",
        max_wal_senders: "10",
        max_connections: "30",
        shared_buffers: "256MB",
        autovacuum_max_workers: "3",
        max_worker_processes: "8",
        archive_mode: "on",
        archive_library: "basic_archive",
        "basic_archive.archive_directory": `${directory}-archive`,
        listen_addresses: "127.0.0.1",
        port: String(port),
        unix_socket_directories: socket,
        logging_collector: "on",
        log_directory: log,
        log_filename: "postgresql-%a.log",
        log_rotation_age: "1d",
        log_rotation_size: "0",
        log_truncate_on_rotation: "on",
      },
      refused: [],
    });
    assert.deepEqual(options.slice(0, 2), ["-D", data]);
  });

  it("runs with exactly these reloadable parameters in postgresql.auto.conf", async () => {
    const rows = await workspace.query(
      "SELECT name, setting FROM pg_file_settings WHERE sourcefile LIKE '%auto.conf' ORDER BY name",
    );
    assert.deepEqual(Object.fromEntries(rows.map(({ name, setting }) => [name, setting])), {
      archive_timeout: "5min",
      autovacuum_work_mem: "16MB",
      checkpoint_completion_target: "0.9",
      checkpoint_timeout: "5min",
      effective_cache_size: "768MB",
      effective_io_concurrency: "200",
      hash_mem_multiplier: "2",
      jit: "off",
      log_autovacuum_min_duration: "10s",
      log_checkpoints: "on",
      log_lock_waits: "on",
      log_temp_files: "10MB",
      maintenance_work_mem: "64MB",
      max_parallel_maintenance_workers: "1",
      max_parallel_workers: "2",
      max_parallel_workers_per_gather: "1",
      max_slot_wal_keep_size: "16GB",
      max_wal_size: "1GB",
      min_wal_size: "80MB",
      random_page_cost: "1.1",
      track_io_timing: "on",
      wal_compression: "pglz",
      work_mem: "4MB",
    });
  });

  it("gives an application everything it needs to connect, and works", async () => {
    const { host, port, database, user, password, url, sslmode, env, verification } =
      await workspace.outputs();
    assert.deepEqual([host, database, user, sslmode], ["127.0.0.1", "app", "app", "disable"]);
    assert.equal(url, `postgresql://app:${password}@127.0.0.1:${port}/app?sslmode=disable`);
    assert.deepEqual(env, {
      DATABASE_URL: url,
      PGHOST: "127.0.0.1",
      PGPORT: String(port),
      PGDATABASE: "app",
      PGUSER: "app",
      PGPASSWORD: password,
      PGSSLMODE: "disable",
    });
    assert.deepEqual([verification.ok, verification.findings], [true, []]);
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query("CREATE TABLE item (id int)");
    await client.end();
  });

  it("gives each role what it needs and no more", async () => {
    const { host, port, database, roles } = await workspace.outputs();
    const as = async (kind: string, query: string) => {
      const client = new Client({ host, port, database, ...roles[kind] });
      await client.connect();
      return client.query(query).finally(() => client.end());
    };
    const { rows } = await workspace
      .query(
        "SELECT rolname FROM pg_roles WHERE rolcanlogin AND NOT (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls) ORDER BY 1",
      )
      .then((found) => ({ rows: found }));
    assert.deepEqual(rows, [{ rolname: "app" }, { rolname: "app_monitor" }, { rolname: "app_readonly" }]);
    assert.deepEqual((await as("readonly", "SELECT count(*) FROM item")).rows, [{ count: "0" }]);
    await assert.rejects(as("readonly", "INSERT INTO item VALUES (1)"), /permission denied for table item/);
    await assert.rejects(
      as("readonly", "CREATE TABLE other (id int)"),
      /permission denied for schema public/,
    );
    await assert.rejects(as("monitor", "SELECT * FROM item"), /permission denied for table item/);
    assert.equal(
      (
        await as(
          "monitor",
          "SELECT count(*) > 0 AS sees FROM pg_stat_activity WHERE query <> '<insufficient privilege>'",
        )
      ).rows[0].sees,
      true,
    );
    await assert.rejects(as("owner", "ALTER SYSTEM SET fsync = off"), /permission denied/);
  });

  it("shows no password in state, output, logs, arguments or environments", async () => {
    const { roles } = await workspace.outputs();
    const passwords: string[] = Object.values<{ password: string }>(roles).map(({ password }) => password);
    const preview = await workspace.pulumi(["preview", "--diff", "--json"]);
    const shown = await workspace.pulumi(["stack", "output"]);
    const exported = await workspace.pulumi(["stack", "export"]);
    const logs = await readdir(workspace.instance.log).then((names) =>
      Promise.all(names.map((name) => readFile(path.join(workspace.instance.log, name), "utf8"))),
    );
    const { pid = 0 } = (await runningPostmaster(workspace.instance.data)) ?? {};
    const processes =
      (await run("ps", ["-eo", "args"])).stdout + (await readFile(`/proc/${pid}/environ`, "utf8"));
    const places = {
      preview: preview.text,
      shown: shown.text,
      exported: exported.text,
      logs: logs.join(""),
      processes,
    };
    assert.match(exported.text, /::postgres-owner-password"/);
    for (const [place, text] of Object.entries(places))
      assert.deepEqual(
        passwords.filter((password) => text.includes(password)),
        [],
        place,
      );
  });

  it("plans nothing when nothing changed, also with --refresh", async () => {
    for (const args of [["preview"], ["preview", "--refresh"]]) {
      const { text } = await workspace.pulumi([...args, "--expect-no-changes"]);
      assert.match(text, /11 unchanged/);
    }
  });

  it("changes work_mem by a reload, and preview says so", async () => {
    const before = await workspace.startedAt();
    await workspace.configure({ ...CONFIG, parameters: { work_mem: "5MB" } });
    const preview = await workspace.pulumi(["preview", "--suppress-outputs"]);
    assert.match(preview.text, /reload: work_mem 4MB → 5MB/);
    assert.doesNotMatch(preview.text, /restart/);
    await workspace.start();
    assert.equal(await workspace.startedAt(), before);
    assert.deepEqual(await workspace.query("SHOW work_mem"), [{ work_mem: "5MB" }]);
  });

  it("changes max_connections by exactly one restart, and preview says so", async () => {
    const before = await workspace.startedAt();
    await workspace.configure({ ...CONFIG, maxConnections: 25 });
    const preview = await workspace.pulumi(["preview", "--suppress-outputs"]);
    assert.match(preview.text, /restart: max_connections 30 → 25/);
    const { logDirectory } = { logDirectory: workspace.instance.log };
    const shutdowns = async () =>
      (await serverLog(logDirectory)).match(/received fast shutdown request/g)?.length ?? 0;
    const shutdownsBefore = await shutdowns();
    await workspace.start();
    assert.equal((await shutdowns()) - shutdownsBefore, 1);
    assert.notEqual(await workspace.startedAt(), before);
    assert.deepEqual(await workspace.query("SHOW max_connections"), [{ max_connections: "25" }]);
    // work_mem was removed from the configuration: back to its computed value.
    assert.deepEqual(await workspace.query("SHOW work_mem"), [{ work_mem: "4MB" }]);
  });

  it("repairs what somebody else did with ALTER SYSTEM, and says so", async () => {
    const before = await workspace.startedAt();
    await workspace.query("ALTER SYSTEM SET work_mem = '64MB'");
    await workspace.query("ALTER SYSTEM SET lock_timeout = '1s'");
    const { text } = await workspace.start();
    assert.match(
      text,
      /repairing ALTER SYSTEM by somebody else: work_mem 64MB → 4MB, lock_timeout 1s → PostgreSQL's default/,
    );
    assert.deepEqual(await workspace.query("SHOW lock_timeout"), [{ lock_timeout: "0" }]);
    assert.equal(await workspace.startedAt(), before);
  });

  it("fails when a role commits asynchronously, which SHOW does not see, and names the mending line", async () => {
    await workspace.query("ALTER ROLE app SET synchronous_commit = off");
    try {
      assert.deepEqual(await workspace.query("SHOW synchronous_commit"), [{ synchronous_commit: "on" }]);
      const up = await workspace.cli(["start"]);
      assert.equal(up.code, 1);
      assert.match(
        up.text,
        /synchronous_commit: asked on, runs with off \(source: role app\)\n\s+HINT: ALTER ROLE "app" RESET synchronous_commit/,
      );
      const verify = await workspace.cli(["verify", "--stack", "local", "--json"]);
      assert.equal(verify.code, 1);
      assert.deepEqual(JSON.parse(verify.stdout).findings, [
        {
          parameter: "synchronous_commit",
          asked: "on",
          running: "off",
          source: "role app",
          severity: "error",
          hint: 'ALTER ROLE "app" RESET synchronous_commit',
        },
      ]);
    } finally {
      await workspace.query("ALTER ROLE app RESET synchronous_commit");
    }
    await workspace.start();
    const verify = await workspace.cli(["verify", "--stack", "local"]);
    assert.equal(verify.code, 0);
    assert.match(verify.text, /ok: 44 parameters run as declared/);
  });

  it("starts again after kill -9 of the whole server, with everything that was committed, also by up --refresh", async () => {
    await insert(workspace, "committed");
    await workspace.killServer();
    const preview = await workspace.pulumi(["preview", "--suppress-outputs"]);
    assert.match(preview.text, /start: the server is down/);
    const verify = await workspace.cli(["verify", "--stack", "local"]);
    assert.equal(verify.code, 1);
    assert.match(
      verify.stderr,
      /^no connection to .*\nHINT: run the deployment again: it starts a stopped server\n$/,
    );
    await workspace.start();
    assert.deepEqual(await notes(workspace), ["committed"]);
    await workspace.killServer();
    const refreshed = await workspace.pulumi(["up", "--yes", "--refresh", "--suppress-outputs"]);
    assert.equal(refreshed.code, 0, refreshed.text);
    assert.deepEqual(await notes(workspace), ["committed"]);
  });

  it("gives new passwords for a new generation, and the old ones no longer work", async () => {
    const { url: old, roles: before } = await workspace.outputs();
    await workspace.configure({ ...CONFIG, maxConnections: 25, passwordGeneration: 2 });
    const startedAt = await workspace.startedAt();
    await workspace.start();
    const { url, roles } = await workspace.outputs();
    for (const kind of Object.keys(roles)) assert.notEqual(roles[kind].password, before[kind].password, kind);
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.end();
    await assert.rejects(new Client({ connectionString: old }).connect(), /password authentication failed/);
    assert.equal(await workspace.startedAt(), startedAt);
  });

  it("keeps the data on destroy and says where; the next up adopts it and sets new passwords", async () => {
    const destroyed = await workspace.pulumi(["destroy", "--yes"]);
    assert.equal(destroyed.code, 0, destroyed.text);
    const { directory } = workspace.instance;
    assert.ok(
      destroyed.text.includes(
        `its data stays in ${directory}. The next up adopts it; to delete it: rm -r ${directory}`,
      ),
    );
    assert.equal(await runningPostmaster(workspace.instance.data), undefined);
    await workspace.start();
    assert.deepEqual(await notes(workspace), ["committed"]);
    const client = new Client({ connectionString: (await workspace.outputs()).url });
    await client.connect();
    await client.end();
  });

  it("deletes the data on destroy only after deleteData was deployed", async () => {
    await workspace.configure({ ...CONFIG, maxConnections: 25, local: { deleteData: true } });
    const before = await workspace.startedAt();
    await workspace.start();
    assert.equal(await workspace.startedAt(), before);
    await workspace.pulumi(["destroy", "--yes"]);
    await assert.rejects(stat(workspace.instance.data), { code: "ENOENT" });
  });
});

async function serverLog(directory: string): Promise<string> {
  const names = (await readdir(directory)).filter((name) => name.startsWith("postgresql"));
  return (await Promise.all(names.map((name) => readFile(path.join(directory, name), "utf8")))).join("");
}
