/** A local server that is made from the backups of another one, without Pulumi. */

import assert from "node:assert/strict";
import { readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { LocalBackupStore } from "../../../components/backup/local/store";
import { Fault, Faults } from "../../../components/faults";
import { inspectLocalServer } from "../../../components/local/inspection";
import { readRecord } from "../../../components/local/instance";
import { refuseOtherDatabase } from "../../../components/local/restore";
import { type LocalServerState, readLocalServer, removeLocalServer } from "../../../components/local/server";
import { VERSIONS } from "../../../components/parameters/postgres";
import { LocalInstance, OWNER, Said } from "../../local-instance";
import { type ArchivingInstance, notesOf, withBackups } from "../backup/local/archiving-instance";

/** Another instance beside one, restored from it. */
class Restored {
  readonly instance: LocalInstance;
  readonly said = new Said();
  private readonly parameters: Record<string, string>;

  constructor(source: ArchivingInstance, to: string, name = "instance-2", from = source.location) {
    const directory = path.join(source.instance.home, name);
    this.parameters = source.parameters;
    this.instance = new LocalInstance(source.instance.home, {
      ...source.instance.args,
      directory,
      archiveDirectory: `${directory}-archive`,
      backupDirectory: `${directory}-backups`,
      parameters: this.parameters,
      restoreFrom: { source: from, to },
    });
  }

  get args() {
    return this.instance.args;
  }

  get location(): ArchivingInstance["location"] {
    const { directory, archiveDirectory, backupDirectory } = this.args;
    return { kind: "local", directory, archiveDirectory, backupDirectory, retention: 14 };
  }

  make(): Promise<LocalServerState> {
    return this.instance.ensure({}, OWNER, this.said);
  }

  async notes(): Promise<string[]> {
    return notesOf((await readLocalServer(this.args)).administration);
  }

  stop(): Promise<void> {
    return removeLocalServer(this.args, this.said);
  }
}

async function faultsOf(restored: Restored): Promise<string[]> {
  return (await inspectLocalServer(restored.args, OWNER)).map(({ message }) => message);
}

describe("a local server made from backups", function () {
  this.timeout(180_000);

  for (const version of VERSIONS)
    it(`has PostgreSQL ${version}'s first commit and not the second, archives for itself, and is restored again`, () =>
      withBackups(
        async (source) => {
          const first = await source.note("first");
          await source.note("second");
          await source.flush();
          const second = new Restored(source, first);
          const { port, systemIdentifier, administration } = await second.make();
          try {
            assert.deepEqual(await second.notes(), ["first"]);
            assert.notEqual(port, (await readLocalServer(source.instance.args)).port);
            assert.equal(systemIdentifier, (await readLocalServer(source.instance.args)).systemIdentifier);
            const before = await readdir(source.location.archiveDirectory);
            const store = new LocalBackupStore(second.location, administration);
            await store.backup("full", second.said);
            assert.deepEqual(
              before.filter((name) => name.startsWith("00000002")),
              [],
            );
            assert.ok((await readdir(second.args.archiveDirectory)).includes("00000002.history"));
            await store.flush(second.said);
            const third = new Restored(source, "latest", "instance-3", second.location);
            await third.make();
            try {
              assert.deepEqual(await third.notes(), ["first"]);
            } finally {
              await third.stop();
            }
          } finally {
            await second.stop();
          }
        },
        { version },
      ));

  it("is finished by the next run where the first one was killed in recovery, and then left alone", () =>
    withBackups(async (source) => {
      await source.note("first");
      await source.flush();
      const restored = new Restored(source, "latest");
      // Everything that a run leaves that was killed right before PGDATA got its name.
      await restored.make();
      await restored.stop();
      const { data } = restored.instance.paths;
      await rename(data, `${data}.unfinished-killed`);
      await restored.make();
      assert.deepEqual(await restored.notes(), ["first"]);
      const { createdAt, restoredFrom } = readRecord(restored.args.directory) ?? {};
      assert.deepEqual([restoredFrom?.to, restoredFrom?.directory], ["latest", source.location.directory]);
      await restored.make();
      assert.equal(readRecord(restored.args.directory)?.createdAt, createdAt);
      await restored.stop();
    }));

  it("is not taken from a folder that holds another database", () =>
    withBackups(async (source) => {
      await source.flush();
      const restored = new Restored(source, "latest");
      await restored.make();
      await restored.stop();
      const { directory, restoreFrom } = restored.args;
      refuseOtherDatabase(directory, restoreFrom);
      refuseOtherDatabase(directory, undefined);
      const other = { source: source.location, to: "before" };
      assert.throws(
        () => refuseOtherDatabase(directory, other),
        /holds a database already, restored from .* to latest on .*\nHINT: give the generation a number that was not used yet; or remove `restoreFrom` to take this database$/,
      );
      assert.throws(() => refuseOtherDatabase(source.location.directory, other), /already, made anew on/);
    }));

  it("is refused in the preview for a moment that cannot be restored", () =>
    withBackups(async (source) => {
      await source.flush();
      assert.match(
        (await faultsOf(new Restored(source, "2026-01-01T00:00:00Z"))).join("\n"),
        /^2026-01-01T00:00:00.000000Z cannot be restored: backups and archive reach from .* to .*\nHINT: name a moment between them/,
      );
      assert.deepEqual(await faultsOf(new Restored(source, "latest")), []);
    }));

  it("is refused in the preview where the disk has no room for it", () =>
    withBackups(async (source) => {
      await source.flush();
      const { backup } = await (await source.store()).plan({ kind: "latest" });
      const record = path.join(source.location.backupDirectory, backup.id, "backup.json");
      await writeFile(record, JSON.stringify({ ...backup, size: 2 ** 52 }));
      assert.match(
        (await faultsOf(new Restored(source, "latest"))).join("\n"),
        /^\d+ MB are free for .*instance-2, and the restore needs 4294967552 MB\nHINT: free some space: df -h /,
      );
    }));

  it("is refused by another major version, before anything is made", () =>
    withBackups(async (source) => {
      await source.flush();
      const restored = new Restored(source, "latest");
      const faults = await inspectLocalServer({ ...restored.args, version: "16" }, OWNER);
      const { serverVersion } = await readLocalServer(source.instance.args);
      assert.deepEqual(
        faults.map(({ message }) => message),
        [
          `the backup is of PostgreSQL ${serverVersion}, and version 16 cannot read it\nHINT: write \`version: "15"\``,
        ],
      );
    }));
});

describe("an empty database", function () {
  this.timeout(60_000);

  it("is not made where the backups of a lost one are", () =>
    withBackups(async (source) => {
      await source.instance.killPostmaster();
      await rm(source.location.directory, { recursive: true });
      const { archiveDirectory, backupDirectory } = source.location;
      const hint = `restore it: npx durable-postgres restore --to latest; or give it up: rm -r ${archiveDirectory} ${backupDirectory}`;
      const error = await source.start().then(
        () => assert.fail("an empty database was made"),
        (reason) => reason,
      );
      assert.ok(error instanceof Faults || error instanceof Fault, error.stack);
      assert.equal(
        error.message,
        [archiveDirectory, backupDirectory]
          .map(
            (folder) =>
              `${folder} holds backups or WAL of a database that is not there any more\nHINT: ${hint}`,
          )
          .join("\n"),
      );
    }));
});
