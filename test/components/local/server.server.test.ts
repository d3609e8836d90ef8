/** One local server, without Pulumi: made, adopted, restarted, never overwritten. */

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { chown, cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { withClient } from "../../../components/connection";
import { Fault } from "../../../components/faults";
import { serverAccount } from "../../../components/local/account";
import { installBinaries } from "../../../components/local/binaries";
import { clusterIdentity, makeCluster, unfinishedClusters } from "../../../components/local/cluster";
import { readRecord } from "../../../components/local/instance";
import { runningPostmaster } from "../../../components/local/postmaster";
import { readLocalServer, removeLocalServer } from "../../../components/local/server";
import { VERSIONS } from "../../../components/parameters/postgres";
import { type LocalInstance, OWNER, Said, withInstance } from "../../local-instance";

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;

async function insert(instance: LocalInstance, text: string): Promise<void> {
  const { administration } = await readLocalServer(instance.args);
  await withClient(administration, async (client) => {
    await client.query("CREATE TABLE IF NOT EXISTS note (text text)");
    await client.query("INSERT INTO note VALUES ($1)", [text]);
  });
}

async function notes(instance: LocalInstance): Promise<string[]> {
  const { administration } = await readLocalServer(instance.args);
  const { rows } = await withClient(administration, (client) => client.query("SELECT text FROM note"));
  return rows.map((row) => row.text);
}

/** The message of the Fault that `work` throws; anything else fails the test. */
async function faultOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => assert.fail("no fault"),
    (reason) => reason,
  );
  assert.ok(error instanceof Fault, error.stack);
  return error.message;
}

describe("local server", () => {
  for (const version of VERSIONS)
    it(`runs PostgreSQL ${version} with checksums, UTF-8, a fixed sort order and only on loopback`, () =>
      withInstance(
        async (instance) => {
          const { administration, serverVersion, port } = await instance.ensure();
          assert.match(serverVersion, new RegExp(`^${version}\\.`));
          const { rows } = await withClient(administration, (client) =>
            client.query(
              `SELECT current_setting('data_checksums') AS checksums, current_setting('listen_addresses') AS listen,
                      current_setting('password_encryption') AS password, pg_encoding_to_char(encoding) AS encoding,
                      'a' > 'B' AS byte_order, upper('é') AS upper
               FROM pg_database WHERE datname = 'postgres'`,
            ),
          );
          assert.deepEqual(rows, [
            {
              checksums: "on",
              listen: "127.0.0.1",
              password: "scram-sha-256",
              encoding: "UTF8",
              byte_order: true,
              upper: "É",
            },
          ]);
          const { stdout } = await run("ss", ["-Hltn", `sport = :${port}`]);
          assert.deepEqual(
            stdout
              .trim()
              .split("\n")
              .map((line) => line.split(/\s+/)[3]),
            [`127.0.0.1:${port}`],
          );
        },
        { version },
      ));

  it("refuses a login over TCP without the password, and over the socket as anybody but the superuser", () =>
    withInstance(async (instance) => {
      const { port } = await instance.ensure();
      const login = (host: string, user: string) =>
        new Client({ host, port, user, password: "guess", database: "postgres" }).connect();
      await assert.rejects(login("127.0.0.1", "postgres"), /password authentication failed/);
      await assert.rejects(login(instance.paths.socket, "somebody"), /password authentication failed/);
    }));

  it("does nothing when asked again", () =>
    withInstance(async (instance) => {
      const first = await instance.ensure();
      assert.deepEqual(await instance.ensure(), first);
    }));

  it("restarts once for another option, and keeps data and port", () =>
    withInstance(async (instance) => {
      const before = await instance.ensure();
      await insert(instance, "kept");
      const after = await instance.ensure({ parameters: { shared_buffers: "32MB" } });
      assert.notEqual(after.startedAt, before.startedAt);
      assert.equal(after.port, before.port);
      assert.deepEqual(await notes(instance), ["kept"]);
      const log =
        (await readFile(path.join(after.logDirectory, "startup.log"), "utf8")) +
        (await serverLog(after.logDirectory));
      assert.match(log, /received fast shutdown request/);
      assert.doesNotMatch(log, /was not properly shut down/);
    }));

  it("recovers after kill -9 of the postmaster with everything that was committed", () =>
    withInstance(async (instance) => {
      await instance.ensure();
      await insert(instance, "committed");
      await instance.killPostmaster();
      const { logDirectory } = await instance.ensure();
      assert.deepEqual(await notes(instance), ["committed"]);
      assert.match(
        await serverLog(logDirectory),
        /database system was not properly shut down; automatic recovery/,
      );
    }));

  it("ends a backend that goes on after its postmaster was killed, and recovers", () =>
    withInstance(async (instance) => {
      const { administration } = await instance.ensure();
      await insert(instance, "committed");
      const client = new Client(administration);
      client.on("error", () => undefined);
      await client.connect();
      // Busy without waiting for anything, so that it does not notice the postmaster's end.
      const busy = client.query("SELECT count(*) FROM generate_series(1, 1000000000)").catch(() => "ended");
      await new Promise((resolve) => setTimeout(resolve, 500));
      await instance.killPostmaster();
      await instance.ensure();
      assert.equal(await busy, "ended");
      assert.deepEqual(await notes(instance), ["committed"]);
    }));

  it("starts after a reboot although the lock file names a process that now is somebody else's", () =>
    withInstance(async (instance) => {
      await instance.ensure();
      await insert(instance, "committed");
      const lock = await readFile(path.join(instance.paths.data, "postmaster.pid"), "utf8");
      await instance.killPostmaster();
      const { uid, gid } = serverAccount();
      // In the data directory itself, as somebody's shell may be.
      const stranger = spawn("sleep", ["60"], { cwd: instance.paths.data, ...(isRoot && { uid, gid }) });
      try {
        await new Promise((resolve) => setTimeout(resolve, 500));
        const file = path.join(instance.paths.data, "postmaster.pid");
        await writeFile(file, lock.replace(/^\d+/, String(stranger.pid)));
        await chown(file, uid, gid);
        await instance.ensure();
        assert.deepEqual(await notes(instance), ["committed"]);
        assert.equal(stranger.exitCode, null);
      } finally {
        stranger.kill();
      }
    }));

  it("makes the cluster anew when the program was killed in the middle of making it", () =>
    withInstance(async (instance) => {
      const abandoned = `${instance.paths.data}.unfinished-1`;
      await mkdir(abandoned, { recursive: true });
      await writeFile(path.join(abandoned, "PG_VERSION"), "15\n");
      await instance.ensure();
      assert.equal((await clusterIdentity(instance.paths.data))?.version, "15");
      assert.deepEqual(await unfinishedClusters(instance.paths), []);
    }));

  it("stops on removal, keeps the data, says where, and adopts it afterwards with its port", () =>
    withInstance(async (instance) => {
      const before = await instance.ensure();
      await insert(instance, "kept");
      const said = new Said();
      await removeLocalServer(instance.args, said);
      assert.equal(await runningPostmaster(instance.paths.data), undefined);
      const { directory } = instance.paths;
      assert.deepEqual(said.messages, [
        `stopped with a fast shutdown; its data stays in ${directory}. The next up adopts it; to delete it: rm -r ${directory} ${directory}-archive ${directory}-backups`,
      ]);
      const after = await instance.ensure();
      assert.deepEqual([after.port, after.systemIdentifier], [before.port, before.systemIdentifier]);
      assert.deepEqual(await notes(instance), ["kept"]);
    }));

  it("deletes the data on removal only when that was declared", () =>
    withInstance(async (instance) => {
      await instance.ensure();
      await removeLocalServer({ ...instance.args, deleteData: true }, new Said());
      await assert.rejects(stat(instance.paths.directory), { code: "ENOENT" });
    }));

  it("deletes nothing that it did not make, even when its data was to be deleted", () =>
    withInstance(async (instance) => {
      await instance.ensure();
      const photo = path.join(instance.paths.directory, "photo.jpg");
      await writeFile(photo, "");
      await removeLocalServer({ ...instance.args, deleteData: true }, new Said());
      assert.deepEqual(await readdir(instance.paths.directory), ["photo.jpg"]);
    }));

  it("has one start time, whatever time zone its sessions have", () =>
    withInstance(async (instance) => {
      const { administration, startedAt } = await instance.ensure();
      await withClient(administration, async (client) => {
        await client.query("ALTER DATABASE postgres SET timezone = 'Asia/Kolkata'");
        await client.query("ALTER DATABASE postgres SET datestyle = 'German'");
      });
      assert.equal((await readLocalServer(instance.args)).startedAt, startedAt);
      assert.match(startedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    }));

  it("removes a server whose files are all gone already", () =>
    withInstance(async (instance) => {
      await instance.ensure();
      await instance.killPostmaster();
      await rm(instance.paths.directory, { recursive: true });
      await removeLocalServer(instance.args, new Said());
      await assert.rejects(stat(instance.paths.directory), { code: "ENOENT" });
    }));
});

describe("local server, refusing", () => {
  it("a port that another program listens on", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as { port: number };
    try {
      await withInstance(
        async (instance) => {
          assert.equal(
            await faultOf(instance.ensure()),
            `port ${port} is taken by another program\nHINT: stop it (who: \`ss -ltnp 'sport = :${port}'\`), or write \`port: <a free port>\` under local`,
          );
        },
        { port },
      );
    } finally {
      other.close();
    }
  });

  it("a folder that holds other files", () =>
    withInstance(async (instance) => {
      const photo = path.join(instance.paths.directory, "photo.jpg");
      await mkdir(instance.paths.directory);
      await writeFile(photo, "");
      assert.equal(
        await faultOf(instance.ensure()),
        `${instance.paths.directory} holds other files, such as ${photo}\nHINT: write \`directory: ${instance.paths.directory}/postgres\` under local`,
      );
    }));

  it("a data directory of another major version", () =>
    withInstance(async (instance) => {
      await instance.ensure();
      assert.equal(
        await faultOf(instance.ensure({ version: "16" })),
        `${instance.paths.data} was made by PostgreSQL 15, and version 16 cannot read it\nHINT: write \`version: "15"\`, or write \`directory: <another folder>\` under local and move the data with pg_dump`,
      );
    }));

  it("another stack's database", () =>
    withInstance(async (instance) => {
      await instance.ensure();
      assert.equal(
        await faultOf(instance.ensure({}, "urn:other")),
        `${instance.paths.directory} belongs to another stack's database (${OWNER})\nHINT: write \`directory: <another folder>\` under local`,
      );
    }));

  it("a cluster that it did not make", () =>
    withInstance(async (instance) => {
      await instance.ensure();
      await instance.killPostmaster();
      await rm(instance.paths.record);
      assert.equal(
        await faultOf(instance.ensure()),
        `${instance.paths.data} holds a cluster that durable-postgres did not make\nHINT: write \`directory: <another folder>\` under local`,
      );
    }));

  it("another cluster than the recorded one", () =>
    withInstance((first) =>
      withInstance(async (second) => {
        await first.ensure();
        await second.ensure();
        await removeLocalServer(first.args, new Said());
        await removeLocalServer(second.args, new Said());
        await rm(first.paths.data, { recursive: true });
        await cp(second.paths.data, first.paths.data, { recursive: true });
        const { uid, gid } = serverAccount();
        await chown(first.paths.data, uid, gid);
        const [theirs, ours] = [readRecord(second.paths.directory), readRecord(first.paths.directory)];
        assert.equal(
          await faultOf(first.ensure()),
          `${first.paths.data} holds another cluster (system identifier ${theirs?.systemIdentifier}) than the recorded one (${ours?.systemIdentifier})\nHINT: put the recorded one back, or write \`directory: <another folder>\` under local`,
        );
      }),
    ));

  it("to make an empty database where the recorded one is gone", () =>
    withInstance(async (instance) => {
      const { record, data } = instance.paths;
      await instance.ensure();
      await removeLocalServer(instance.args, new Said());
      await rename(data, `${data}.elsewhere`);
      assert.equal(
        await faultOf(instance.ensure()),
        `the database recorded in ${record} is gone: ${data} does not exist\nHINT: bring the folder back (is its disk mounted?), or start with an empty database: rm ${record}`,
      );
      await assert.rejects(stat(data), { code: "ENOENT" });
    }));

  it("a data directory that belongs to another user", async function () {
    if (!isRoot) return this.skip();
    await withInstance(async (instance) => {
      await instance.ensure();
      await removeLocalServer(instance.args, new Said());
      await chown(instance.paths.data, 12345, 12345);
      const { user, uid, gid } = serverAccount();
      assert.equal(
        await faultOf(instance.ensure()),
        `${instance.paths.data} belongs to uid 12345, and the server would run as ${user} (uid ${uid})\nHINT: chown -R ${uid}:${gid} ${instance.paths.data}`,
      );
    });
  });

  it("a folder that cannot be written", () =>
    withInstance(async (instance) => {
      const file = path.join(instance.home, "file");
      await writeFile(file, "");
      const fault = await faultOf(instance.ensure({ directory: path.join(file, "instance") }));
      assert.match(
        fault,
        /^.*file.instance cannot be (written|read): ENOTDIR.*\nHINT: write `directory: <a folder you own>` under local/,
      );
    }));

  it("a full disk, and leaves nothing that could be taken for a cluster", async function () {
    if (!isRoot) return this.skip();
    await withInstance(async (instance) => {
      const disk = path.join(instance.home, "disk");
      await mkdir(disk);
      await run("mount", ["-t", "tmpfs", "-o", "size=64m,mode=0755", "tmpfs", disk]);
      try {
        const directory = path.join(disk, "instance");
        assert.match(
          await faultOf(instance.ensure({ directory })),
          /^\d+ MB are free for .*instance, and a new database needs 128 MB\nHINT: free some space: df -h .*instance$/,
        );
        assert.equal(await clusterIdentity(path.join(directory, "data")), undefined);
      } finally {
        await run("umount", [disk]);
      }
    });
  });

  it("a preloaded library that does not exist", () =>
    withInstance(async (instance) => {
      const parameters = { shared_preload_libraries: "no_such_library" };
      assert.match(
        await faultOf(instance.ensure({ parameters })),
        /^the server in .*data did not start \(exit code 1\): FATAL: {2}could not access file "no_such_library": No such file or directory\nHINT: remove no_such_library from shared_preload_libraries under parameters$/,
      );
    }));

  it("to go on when a shared library of the programs is missing, and names it", () =>
    withInstance(async (instance) => {
      const binaries = await installBinaries("15", instance.paths.directory);
      await rm(path.join(instance.paths.directory, "postgresql", binaries.version, "lib", "libicuuc.so.60"));
      await mkdir(instance.paths.log, { recursive: true });
      const { uid, gid, user } = serverAccount();
      await chown(instance.paths.log, uid, gid);
      const made = makeCluster(instance.paths, binaries, { user, uid, gid }, "15", async () => undefined);
      assert.match(
        await faultOf(made),
        /^initdb did not start: the shared library libicuuc\.so\.60 is missing\nHINT: install the library that holds libicuuc\.so\.60; if it belongs to PostgreSQL itself, remove .*instance.postgresql and run again: it is made anew$/,
      );
      assert.deepEqual(await clusterIdentity(instance.paths.data), undefined);
    }));

  it("options the server refuses, in the server's own words", () =>
    withInstance(async (instance) => {
      assert.match(
        await faultOf(instance.ensure({ parameters: { wal_level: "minimal" } })),
        /^the server in .*data did not start \(exit code 1\): FATAL: {2}WAL streaming \(max_wal_senders > 0\) requires wal_level "replica" or "logical"\nHINT: look at /,
      );
    }));
});

async function serverLog(directory: string): Promise<string> {
  const names = (await readdir(directory)).filter((name) => name.startsWith("postgresql"));
  return (await Promise.all(names.map((name) => readFile(path.join(directory, name), "utf8")))).join("");
}
