/** What happens to commits, archive and backups when something breaks on a real server, and does the way back work? */

import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { chmod, mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { oldestBackup } from "../../../../components/backup/objectives";
import { rehearse } from "../../../../components/backup/rehearsal";
import { now } from "../../../../components/backup/time";
import { isRoot, serverAccount } from "../../../../components/local/account";
import { readLocalServer } from "../../../../components/local/server";
import type { Verdict } from "../../../../components/status/check";
import { localDisks } from "../../../../components/status/disks";
import { readStatus } from "../../../../components/status/reading";
import { statusReport } from "../../../../components/status/report";
import { withInstance } from "../../../local-instance";
import { ArchivingInstance, withBackups } from "./archiving-instance";

const run = promisify(execFile);

/** What status says of archive and backups, as far as it is not ok. */
async function alarms(database: ArchivingInstance): Promise<Record<string, Verdict>> {
  const { administration } = await readLocalServer(database.instance.args);
  const { archiveDirectory } = database.location;
  const reading = await readStatus(administration, {
    disks: (data) => localDisks(data, archiveDirectory),
    backups: async () => ({
      stack: "local",
      catalogue: await (await database.store()).catalogue(),
      lastRehearsal: undefined,
      backupAge: oldestBackup(14),
      isScheduled: false,
      now: now(),
    }),
  });
  const { startedAt } = reading.server;
  const { checks } = statusReport(reading, { parameters: {}, activeConnections: 9, startedAt });
  const of = ["archiver", "archive", "restorable window", "last backup"];
  return Object.fromEntries(
    checks
      .filter(({ name, verdict }) => of.includes(name) && verdict !== "ok")
      .map(({ name, verdict }) => [name, verdict]),
  );
}

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await sleep(50);
}

/** Commits notes, each of which ends its segment of WAL. Returns those that were acknowledged. */
async function commitAndSwitch(
  database: ArchivingInstance,
  prefix: string,
  count: number,
): Promise<string[]> {
  const acknowledged: string[] = [];
  for (let index = 0; index < count; index++) {
    await database.note(`${prefix} ${index}`);
    acknowledged.push(`${prefix} ${index}`);
    await database.query("SELECT pg_switch_wal()");
  }
  return acknowledged;
}

async function temporaryFiles({ location }: ArchivingInstance): Promise<string[]> {
  return (await readdir(location.archiveDirectory)).filter((name) => name.startsWith("archtemp."));
}

function mountTemporary(folder: string, megabytes: number, ...more: string[]): Promise<unknown> {
  return run("mount", ["-t", "tmpfs", "-o", [`size=${megabytes}m`, ...more].join(), "tmpfs", folder]);
}

/** Runs a test with a folder on a small file system of its own; false where none can be mounted. */
async function onSmallDisk(folder: string, megabytes: number, test: () => Promise<void>): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  const isMounted =
    isRoot &&
    (await mountTemporary(folder, megabytes).then(
      () => true,
      () => false,
    ));
  if (!isMounted) return false;
  try {
    await test();
  } finally {
    // The server may be at its end, and hold files for a moment longer.
    await run("umount", ["--lazy", folder]);
  }
  return true;
}

describe("an outage of the archive loses no commit that was acknowledged", function () {
  this.timeout(120_000);

  it("when its disk is full: more room brings it back, and the next backup sweeps what was left", async function () {
    let wasTested = false;
    await withInstance(async (instance) => {
      const { archiveDirectory } = instance.args;
      wasTested = await onSmallDisk(archiveDirectory, 88, async () => {
        const database = new ArchivingInstance(instance);
        await database.start();
        await database.backup();
        const notes = await commitAndSwitch(database, "full", 6);
        await until(async () => (await alarms(database)).archiver !== undefined);
        // Each attempt leaves a file, and the first one all the room there was.
        await until(async () => (await temporaryFiles(database)).length > 2);
        notes.push(...(await commitAndSwitch(database, "still full", 2)));
        assert.deepEqual(await alarms(database), { archiver: "warning" });

        await run("mount", ["-o", "remount,size=300m", archiveDirectory]);
        await database.flush();
        assert.deepEqual(await alarms(database), {});
        assert.deepEqual(await database.notesAt("latest"), notes);
        await database.backup();
        assert.ok((await temporaryFiles(database)).length <= 1);
        await instance.killPostmaster();
      });
    });
    if (!wasTested) this.skip();
  });

  it("when its folder is unwritable, then gone, and the server crashes meanwhile", () =>
    withBackups(async (database) => {
      const { archiveDirectory } = database.location;
      await chmod(archiveDirectory, 0o500);
      if (isRoot) await run("chown", ["root", archiveDirectory]);
      const notes = await commitAndSwitch(database, "unwritable", 2);
      await until(async () => (await alarms(database)).archiver === "warning");
      const away = `${archiveDirectory}-away`;
      await rename(archiveDirectory, away);
      notes.push(...(await commitAndSwitch(database, "gone", 2)));
      const { archiver, "restorable window": restorable } = await alarms(database);
      assert.deepEqual([archiver, restorable], ["warning", "critical"]);
      await database.instance.killPostmaster();

      // The way back: the folder returns to the server's user, and a deployment starts the server.
      await rename(away, archiveDirectory);
      if (isRoot) await run("chown", [serverAccount().user, archiveDirectory]);
      await chmod(archiveDirectory, 0o700);
      await database.start();
      notes.push(...(await commitAndSwitch(database, "back", 1)));
      await database.flush();
      assert.deepEqual(await alarms(database), {});
      assert.deepEqual(await database.notesAt("latest"), notes);
    }));

  it("when the archiver is killed in the middle of a file: the part that is left counts for nothing", () =>
    withBackups(async (database) => {
      const { archiveDirectory } = database.location;
      const acknowledged: string[] = [];
      for (let attempt = 0; (await temporaryFiles(database)).length === 0; attempt++) {
        assert.ok(attempt < 20, "no attempt hit a file that was being written");
        const [{ pid }] = await database.query(
          "SELECT pid FROM pg_stat_activity WHERE backend_type = 'archiver'",
        );
        acknowledged.push(...(await commitAndSwitch(database, `attempt ${attempt}`, 1)));
        const deadline = Date.now() + 2000;
        while (!readdirSync(archiveDirectory).some((name) => name.startsWith("archtemp.")))
          if (Date.now() > deadline) break;
        process.kill(pid, "SIGKILL");
        // The postmaster ends every session and recovers.
        await until(() =>
          database.query("SELECT 1").then(
            () => true,
            () => false,
          ),
        );
        await until(
          async () =>
            (await database.query("SELECT pid FROM pg_stat_activity WHERE backend_type = 'archiver'"))
              .length > 0,
        );
      }
      await database.flush();
      assert.deepEqual((await (await database.store()).catalogue()).archive.faults, []);
      assert.deepEqual(await database.notesAt("latest"), acknowledged);
      await database.backup();
      assert.deepEqual(await temporaryFiles(database), []);
    }));

  it("when its folder was deleted for good: a deployment makes it anew, and a new backup begins again", () =>
    withBackups(async (database) => {
      await database.note("before");
      await database.flush();
      await rm(database.location.archiveDirectory, { recursive: true });
      await database.start();
      const { "last backup": backup, archive } = await alarms(database);
      assert.deepEqual([backup, archive], ["critical", "critical"]);
      await database.backup();
      await database.note("after");
      await database.flush();
      assert.deepEqual(await database.notesAt("latest"), ["before", "after"]);
    }));
});

describe("WAL that cannot be archived", function () {
  this.timeout(120_000);

  it("is kept until its disk is full and the server stops; with more room it starts, and lost no commit", async function () {
    let wasTested = false;
    await withInstance(async (instance) => {
      const { directory } = instance.args;
      wasTested = await onSmallDisk(directory, 300, async () => {
        const parameters = { shared_buffers: "16MB", archive_mode: "on", archive_command: "false" };
        const database = new ArchivingInstance(instance, parameters);
        await database.start();
        const acknowledged: string[] = [];
        await assert.rejects(async () => {
          for (let index = 0; index < 40; index++)
            acknowledged.push(...(await commitAndSwitch(database, `full ${index}`, 1)));
        });
        await until(() =>
          database.query("SELECT 1").then(
            () => false,
            () => true,
          ),
        );
        await instance.killPostmaster();
        await run("mount", ["-o", "remount,size=500m", directory]);
        await database.start();
        const rows = await database.query("SELECT text FROM note");
        const found = rows.map(({ text }) => text);
        assert.deepEqual(
          acknowledged.filter((text) => !found.includes(text)),
          [],
        );
        assert.ok(acknowledged.length > 5);
        await instance.killPostmaster();
      });
    });
    if (!wasTested) this.skip();
  });
});

/** A process that takes a backup. */
async function startBackup(database: ArchivingInstance): Promise<ChildProcess> {
  const { port } = await readLocalServer(database.instance.args);
  const argument = JSON.stringify({ location: database.location, port });
  return spawn(process.execPath, [path.join(__dirname, "backup-process.cjs"), argument], {
    stdio: "inherit",
  });
}

describe("a backup", function () {
  this.timeout(120_000);

  it("that is killed in the middle never counts, and is removed by the next; two at a time are refused", () =>
    withBackups(async (database) => {
      await database.query(
        "CREATE TABLE bulk AS SELECT repeat('x', 1000) AS text FROM generate_series(1, 100000)",
      );
      const { backupDirectory } = database.location;
      const before = await readdir(backupDirectory);
      const unfinished = async () =>
        (await readdir(backupDirectory)).filter((name) => name.endsWith(".unfinished"));
      const child = await startBackup(database);
      await until(async () => (await unfinished()).length > 0);
      child.kill("SIGSTOP");

      const store = await database.store();
      await assert.rejects(store.backup("full", database.said), {
        message:
          /^another backup of this database is being taken, since \d+ s\nHINT: wait until it is complete, or end it: SELECT pg_terminate_backend\(\d+\)$/,
      });
      child.kill("SIGKILL");
      await until(() => child.signalCode !== null);
      assert.equal((await unfinished()).length, 1);
      assert.deepEqual(
        (await store.catalogue()).backups.map(({ id }) => id),
        before,
      );

      // The server lets go of the lock once it sees that nobody listens.
      await until(() =>
        store.backup("full", database.said).then(
          () => true,
          () => false,
        ),
      );
      assert.deepEqual(await unfinished(), []);
      assert.equal((await store.catalogue()).backups.length, 2);
      assert.equal((await rehearse(store, database.said)).ok, true);
    }));

  it("and its restore mean the same moment wherever server and command keep their clocks", async () => {
    const zone = process.env.TZ;
    process.env.TZ = "America/St_Johns";
    try {
      await withInstance(async (instance) => {
        const database = new ArchivingInstance(instance, {
          shared_buffers: "16MB",
          archive_mode: "on",
          archive_library: "basic_archive",
          timezone: "Asia/Kathmandu",
          log_timezone: "Asia/Kathmandu",
        });
        await database.start();
        const begin = Date.now();
        await database.backup();
        const first = await database.note("first");
        await database.note("second");
        await database.flush();
        const [backup] = (await (await database.store()).catalogue()).backups;
        assert.ok(Math.abs(Date.parse(String(backup?.start.time)) - begin) < 60_000);
        assert.deepEqual(await database.notesAt(first), ["first"]);
        // Half an hour and more apart from UTC, as somebody in St. John's writes it.
        const shifted = new Date(Date.parse(first) - 3.5 * 3_600_000).toISOString().slice(0, 19);
        const fraction = first.slice(19, -1);
        assert.deepEqual(await database.notesAt(`${shifted}${fraction}-03:30`), ["first"]);
        assert.deepEqual(await alarms(database), {});
      });
    } finally {
      process.env.TZ = zone;
    }
  });
});
