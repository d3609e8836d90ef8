/** Backups and restores of one local server, without Pulumi: which moments come back, and to the transaction. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, open, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { readFloors } from "../../../../components/backup/floors";
import { LocalBackupStore } from "../../../../components/backup/local/store";
import { serverAccount } from "../../../../components/local/account";
import { installBinaries } from "../../../../components/local/binaries";
import { stopServer } from "../../../../components/local/postmaster";
import { readLocalServer } from "../../../../components/local/server";
import { VERSIONS } from "../../../../components/parameters/postgres";
import { type ArchivingInstance, notesOf, withBackups } from "./archiving-instance";

const run = promisify(execFile);

/** The folders beside an instance that a throw-away server left. */
async function leftovers({ location }: ArchivingInstance): Promise<string[]> {
  const names = await readdir(path.dirname(location.directory));
  return names.filter((name) => name.includes("-rehearsal-"));
}

/** Segments of the archive, by name. */
async function archived({ location }: ArchivingInstance): Promise<string[]> {
  const names = await readdir(location.archiveDirectory);
  return names.filter((name) => /^[0-9A-F]{24}$/.test(name)).sort();
}

describe("a local database is restored", function () {
  this.timeout(180_000);

  for (const version of VERSIONS)
    it(`with PostgreSQL ${version}, to the transaction: by time, position, name, and to the latest`, () =>
      withBackups(
        async (database) => {
          const first = await database.note("first");
          const [{ position }] = await database.query("SELECT pg_current_wal_lsn()::text AS position");
          await database.note("second");
          await database.query("SELECT pg_create_restore_point('before the third')");
          await database.note("third");
          await database.flush();
          assert.deepEqual(await database.notesAt(first), ["first"]);
          assert.deepEqual(await database.notesAt(position), ["first"]);
          assert.deepEqual(await database.notesAt("before the third"), ["first", "second"]);
          assert.deepEqual(await database.notesAt("latest"), ["first", "second", "third"]);
          assert.deepEqual(await leftovers(database), []);
        },
        { version },
      ));

  it("from the newest backup that is old enough", () =>
    withBackups(async (database) => {
      const first = await database.note("first");
      await database.backup();
      await database.note("second");
      await database.flush();
      const { backups } = await (await database.store()).catalogue();
      const chosen = await Promise.all([first, "latest"].map((to) => database.plan(to)));
      assert.deepEqual(
        chosen.map(({ backup }) => backup.id),
        backups.map(({ id }) => id),
      );
      assert.deepEqual(await database.notesAt(first), ["first"]);
    }));

  it("across a switch of timelines", () =>
    withBackups(async (database) => {
      const first = await database.note("first");
      await database.flush();
      const { paths, args } = database.instance;
      const binaries = await installBinaries(args.version, args.directory);
      await stopServer(paths, binaries, serverAccount());
      await writeFile(path.join(paths.data, "recovery.signal"), "");
      const { archiveDirectory } = database.location;
      await database.start({
        parameters: {
          ...database.parameters,
          restore_command: `cp "${archiveDirectory}/%f" "%p" 2>/dev/null`,
        },
      });
      while ((await database.query("SELECT pg_is_in_recovery() AS waits"))[0].waits) await sleep(20);
      const [{ timeline }] = await database.query(
        "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 8, 1) AS timeline",
      );
      assert.equal(timeline, "2");
      const second = await database.note("second");
      await database.note("third");
      await database.flush();
      assert.deepEqual(await database.notesAt(first), ["first"]);
      assert.deepEqual(await database.notesAt(second), ["first", "second"]);
      assert.deepEqual(await database.notesAt("latest"), ["first", "second", "third"]);
    }));

  it("from backups and archive alone, after its folder was deleted", () =>
    withBackups(async (database) => {
      await database.note("first");
      await database.flush();
      const store = await database.store();
      await database.instance.killPostmaster();
      await rm(database.location.directory, { recursive: true });
      assert.equal(await store.state(), "gone");
      const plan = await store.plan({ kind: "latest" });
      const notes = await store.throwAway(plan, database.said, ({ administration }) =>
        notesOf(administration),
      );
      assert.deepEqual(notes, ["first"]);
    }));

  it("to what its dead server had not archived, where its folder still holds it", () =>
    withBackups(async (database) => {
      await database.note("archived");
      await database.flush();
      await database.note("not archived");
      const store = await database.store();
      await database.instance.killPostmaster();
      assert.equal(await store.state(), "stopped");
      const plan = await store.plan({ kind: "latest" });
      const notes = await store.throwAway(plan, database.said, ({ administration }) =>
        notesOf(administration),
      );
      assert.deepEqual(notes, ["archived", "not archived"]);
    }));

  it("with max_connections and the like as high as where the WAL was written, for recovery only", () =>
    withBackups(async (database) => {
      await database.start({
        parameters: { ...database.parameters, max_connections: "150", max_prepared_transactions: "5" },
      });
      await database.query("CREATE TABLE note (text text)");
      await database.query("BEGIN; INSERT INTO note VALUES ('prepared'); PREPARE TRANSACTION 'two-phase'");
      await database.backup();
      await database.query("COMMIT PREPARED 'two-phase'");
      await database.flush();
      assert.deepEqual(await database.notesAt("latest"), ["prepared"]);
    }));
});

describe("the floors of recovery", function () {
  this.timeout(60_000);

  for (const version of VERSIONS)
    it(`are read from the control file of PostgreSQL ${version} as the server says them`, () =>
      withBackups(
        async (database) => {
          const own = {
            max_connections: "33",
            max_prepared_transactions: "7",
            max_locks_per_transaction: "99",
          };
          await database.start({
            parameters: { ...database.parameters, ...own, max_worker_processes: "11", max_wal_senders: "6" },
          });
          const floors = readFloors(
            await readFile(path.join(database.instance.paths.data, "global", "pg_control")),
          );
          const rows = await database.query(
            `SELECT name, setting::int FROM pg_settings WHERE name = ANY('{${Object.keys(floors).join(",")}}')`,
          );
          assert.deepEqual(floors, Object.fromEntries(rows.map(({ name, setting }) => [name, setting])));
          assert.equal(floors.max_connections, 33);
        },
        { version },
      ));
});

/** What happens to a segment between two notes, and how it is called. */
const DAMAGES: Record<string, (file: string, other: string) => Promise<void>> = {
  missing: (file) => rm(file),
  short: (file) => truncate(file, 1_000_000),
  zeroed: (file) => writeFile(file, Buffer.alloc(16 * 2 ** 20)),
  foreign: (file, other) => copyFile(other, file),
};

describe("a hole in the archive", function () {
  this.timeout(120_000);

  for (const [kind, damage] of Object.entries(DAMAGES))
    it(`(${kind}) shrinks the window, refuses what is behind it, and a new backup opens another`, () =>
      withBackups(async (database) => {
        const first = await database.note("first");
        await database.flush();
        await database.note("second");
        await database.flush();
        const names = await archived(database);
        const [victim = "", other = ""] = [names.at(-1), names.at(-2)];
        const folder = database.location.archiveDirectory;
        const third = await database.note("third");
        await database.flush();
        await damage(path.join(folder, victim), path.join(folder, other));

        const store = await database.store();
        const before = await store.catalogue();
        assert.deepEqual(before.archive.faults, [{ segment: victim, count: 1, kind }]);
        assert.equal(before.windows.length, 1);
        assert.ok(String(before.windows[0]?.to.time) < third);
        assert.deepEqual(await database.notesAt(first), ["first"]);
        await assert.rejects(
          database.plan(third),
          /cannot be restored: backups and archive reach from .* to /,
        );
        const words = kind === "foreign" ? "is another cluster's" : `is ${kind}`;
        await assert.rejects(
          database.plan("latest"),
          new RegExp(
            `the latest cannot be restored: ${victim} ${words}, and the WAL behind it is of no use without it`,
          ),
        );

        await database.backup();
        const fourth = await database.note("fourth");
        await database.flush();
        assert.equal((await store.catalogue()).windows.length, 2);
        assert.deepEqual(await database.notesAt(fourth), ["first", "second", "third", "fourth"]);
      }));

  it("that no header shows is found by the server, and not passed over", () =>
    withBackups(async (database) => {
      await database.note("first");
      await database.query("SELECT pg_create_restore_point('end')");
      await database.flush();
      const plan = await database.plan("end");
      const latest = await database.plan("latest");
      const file = path.join(database.location.archiveDirectory, (await archived(database)).at(-1) ?? "");
      const handle = await open(file, "r+");
      // Zeros in the first page's records: size, name and header stay as they were.
      await handle.write(Buffer.alloc(8192 * 4), 0, 8192 * 4, 8192 / 2);
      await handle.close();
      const store = await database.store();
      await assert.rejects(
        store.throwAway(plan, database.said, async () => undefined),
        /recovery ended before configured recovery target was reached/,
      );
      // The negative control of our own check: PostgreSQL itself ends without a word here.
      await database.instance.killPostmaster();
      await rm(path.join(database.instance.paths.data, "pg_wal"), { recursive: true });
      await assert.rejects(
        store.throwAway(latest, database.said, async () => undefined),
        /recovery ended at .*, and the archive reaches to .*: its WAL is damaged/,
      );
      assert.deepEqual(await leftovers(database), []);
    }));
});

describe("a restore is refused before anything is touched", function () {
  this.timeout(60_000);

  it("for a moment before the first backup, a position that was not reached, and a name that is not there", () =>
    withBackups(async (database) => {
      await database.note("first");
      await database.flush();
      const { windows } = await (await database.store()).catalogue();
      const [window] = windows;
      await assert.rejects(database.plan("2026-01-01T00:00:00Z"), {
        message: `2026-01-01T00:00:00.000000Z cannot be restored: backups and archive reach from ${window?.from.time} to ${window?.to.time}\nHINT: name a moment between them, such as --to ${window?.to.time}`,
      });
      await assert.rejects(database.plan("FF/0"), {
        message: `FF/0 cannot be restored: backups and archive reach from ${window?.from.lsn} to ${window?.to.lsn}\nHINT: name a moment between them, such as --to ${window?.to.lsn}`,
      });
      await assert.rejects(database.plan("nowhere"), {
        message:
          "there is no restore point nowhere in what can be restored\nHINT: make one before you need it: npx durable-postgres restore-point nowhere",
      });
    }));

  it("for a name that is there twice", () =>
    withBackups(async (database) => {
      await database.query("SELECT pg_create_restore_point('twice')");
      await database.query("SELECT pg_create_restore_point('twice')");
      await database.flush();
      await assert.rejects(
        database.plan("twice"),
        /^Fault: there are 2 restore points twice: at .*, .*\nHINT: say which one by its position: --to 0\/[0-9A-F]+$/,
      );
    }));

  it("for a backup whose file was changed", () =>
    withBackups(async (database) => {
      const plan = await database.plan("latest");
      const file = path.join(database.location.backupDirectory, plan.backup.id, "data", "global", "1262");
      const bytes = await readFile(file);
      bytes[100] = (bytes[100] ?? 0) ^ 1;
      await writeFile(file, bytes);
      const store = await database.store();
      await assert.rejects(
        store.throwAway(plan, database.said, async () => undefined),
        {
          message: `backup ${plan.backup.id} is damaged: global/1262 has another checksum than when it was taken\nHINT: restore from another backup: npx durable-postgres backups`,
        },
      );
    }));
});

describe("a base backup", function () {
  this.timeout(60_000);

  it("is what pg_verifybackup takes for one", async function () {
    const tool = "/usr/lib/postgresql/15/bin/pg_verifybackup";
    if (!existsSync(tool)) return this.skip();
    await withBackups(async (database) => {
      const { backup } = await database.plan("latest");
      const folder = path.join(database.location.backupDirectory, backup.id, "data");
      const { stdout } = await run(tool, ["--no-parse-wal", folder]);
      assert.match(stdout, /backup successfully verified/);
    });
  });

  it("holds no process id, no WAL and nothing of other servers", () =>
    withBackups(async (database) => {
      const { backup } = await database.plan("latest");
      const folder = path.join(database.location.backupDirectory, backup.id, "data");
      const names = await readdir(folder);
      assert.deepEqual(
        ["postmaster.pid", "postmaster.opts", "current_logfiles"].filter((name) => names.includes(name)),
        [],
      );
      assert.deepEqual(await readdir(path.join(folder, "pg_wal")), []);
      assert.equal((await stat(folder)).mode & 0o777, 0o700);
    }));

  it("deletes what retention does not need any more, with its WAL, and nothing else", () =>
    withBackups(async (database) => {
      const [old = ""] = await readdir(database.location.backupDirectory);
      const record = path.join(database.location.backupDirectory, old, "backup.json");
      const backup = JSON.parse(await readFile(record, "utf8"));
      backup.stop.time = "2020-01-01T00:00:00.000000Z";
      await writeFile(record, JSON.stringify(backup));
      await database.backup();
      assert.equal((await readdir(database.location.backupDirectory)).length, 2);
      for (const name of await readdir(database.location.backupDirectory)) {
        const file = path.join(database.location.backupDirectory, name, "backup.json");
        const aged = JSON.parse(await readFile(file, "utf8"));
        aged.stop.time = aged.stop.time.replace(/^\d{4}/, "2020");
        await writeFile(file, JSON.stringify(aged));
      }
      await database.note("kept");
      await database.backup();
      const kept = await readdir(database.location.backupDirectory);
      assert.deepEqual([kept.length, kept.includes(old)], [2, false]);
      const { windows, archive } = await (await database.store()).catalogue();
      assert.deepEqual([windows.length, archive.faults], [1, []]);
      assert.deepEqual(await database.notesAt("latest"), ["kept"]);
    }));

  it("of type diff or incr is refused", () =>
    withBackups(async (database) => {
      const store = await database.store();
      for (const type of ["diff", "incr"] as const)
        await assert.rejects(store.backup(type, database.said), {
          message: `the target local takes no ${type} backup: PostgreSQL copies files as a whole there\nHINT: npx durable-postgres backup --type full`,
        });
    }));

  it("is refused where the server archives nothing, and of tablespaces elsewhere", () =>
    withBackups(async (database) => {
      await database.start({ parameters: { shared_buffers: "16MB" } });
      const store = await database.store();
      await assert.rejects(store.backup("full", database.said), /the server archives no WAL/);
      await database.start();
      const { administration } = await readLocalServer(database.instance.args);
      const folder = path.join(database.instance.home, "elsewhere");
      await run("install", ["-d", "-m", "700", "-o", serverAccount().user, folder]);
      await database.query(`CREATE TABLESPACE elsewhere LOCATION '${folder}'`);
      await assert.rejects(
        new LocalBackupStore(database.location, administration).backup("full", database.said),
        {
          message:
            "the tablespace elsewhere lies outside of the database's folder, and a backup of target local would not hold it\nHINT: ALTER TABLE ALL IN TABLESPACE elsewhere SET TABLESPACE pg_default; DROP TABLESPACE elsewhere",
        },
      );
    }));
});
