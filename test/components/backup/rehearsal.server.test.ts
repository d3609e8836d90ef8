/** A rehearsal on real servers: passes where a restore would succeed, and fails for everything that would spoil one. */

import assert from "node:assert/strict";
import { copyFile, open, readdir, rm, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { rehearse } from "../../../components/backup/rehearsal";
import type { Rehearsal } from "../../../components/backup/rehearsal-protocol";
import { Said, withInstance } from "../../local-instance";
import { ArchivingInstance, withBackups } from "./local/archiving-instance";

const STEPS = ["canary", "archive", "plan", "restore", "canary found", "pages", "indexes"];

async function rehearsed(database: ArchivingInstance): Promise<Rehearsal> {
  const rehearsal = await rehearse(await database.store(), new Said());
  const beside = await readdir(path.dirname(database.location.directory));
  assert.deepEqual(
    beside.filter((name) => name.includes("-rehearsal-")),
    [],
  );
  return rehearsal;
}

function names({ steps }: Rehearsal): string[] {
  return steps.map(({ name, ok }) => (ok ? name : `${name} FAILED`));
}

/** The newest segment of the archive and the one before it. */
async function newest({ location }: ArchivingInstance): Promise<[string, string]> {
  const all = (await readdir(location.archiveDirectory)).filter((name) => /^[0-9A-F]{24}$/.test(name)).sort();
  const [before = "", last = ""] = all.slice(-2);
  return [path.join(location.archiveDirectory, last), path.join(location.archiveDirectory, before)];
}

/** What is done to a segment, and how it is called. */
const DAMAGES: Record<string, readonly [(file: string, other: string) => Promise<void>, words: string]> = {
  removed: [(file) => rm(file), "is missing"],
  truncated: [(file) => truncate(file, 4_000_000), "is short"],
  zeroed: [(file) => writeFile(file, Buffer.alloc(16 * 2 ** 20)), "is zeroed"],
  "replaced by another one": [(file, other) => copyFile(other, file), "is another cluster's"],
};

describe("a rehearsal", function () {
  this.timeout(120_000);

  it("passes on a sound database, and says how long a restore takes", () =>
    withBackups(async (database) => {
      await database.note("first");
      const rehearsal = await rehearsed(database);
      assert.deepEqual(names(rehearsal), STEPS, rehearsal.failure ?? "");
      assert.deepEqual([rehearsal.ok, rehearsal.failure], [true, null]);
      assert.ok((rehearsal.restoreSeconds ?? 0) > 0);
      assert.ok((rehearsal.dataAgeSeconds ?? 0) >= (rehearsal.restoreSeconds ?? 0));
      assert.match(rehearsal.steps.at(-1)?.detail ?? "", /^[1-9]\d+ indexes agree with their tables$/);
      assert.match(rehearsal.steps.at(-2)?.detail ?? "", /^[1-9]\d+ pages with the right checksum$/);
    }));

  it("leaves no trace in the archive: the throw-away server archives nothing", () =>
    withBackups(async (database) => {
      await rehearsed(database);
      const { archiveDirectory } = database.location;
      assert.deepEqual(
        (await readdir(archiveDirectory)).filter((name) => name.startsWith("00000002")),
        [],
      );
    }));

  for (const [name, [damage, words]] of Object.entries(DAMAGES))
    it(`fails where a segment was ${name}`, () =>
      withBackups(async (database) => {
        await database.note("first");
        await database.flush();
        const [file, other] = await newest(database);
        await damage(file, other);
        const rehearsal = await rehearsed(database);
        assert.deepEqual(names(rehearsal), ["canary", "archive", "plan FAILED"]);
        assert.match(rehearsal.failure ?? "", new RegExp(`, and ${path.basename(file)} ${words}\n`));
      }));

  it("fails where a segment was damaged behind its header", () =>
    withBackups(async (database) => {
      await database.query("CREATE TABLE bulk AS SELECT generate_series(1, 20000) AS number");
      await database.flush();
      const [file] = await newest(database);
      const handle = await open(file, "r+");
      await handle.write(Buffer.alloc(100_000, 0x5a), 0, 100_000, 300_000);
      await handle.close();
      const rehearsal = await rehearsed(database);
      assert.equal(rehearsal.ok, false);
      assert.match(names(rehearsal).at(-1) ?? "", /FAILED$/);
    }));

  it("fails on a page that was damaged on disk before the backup was taken", () =>
    withBackups(async (database) => {
      await database.note("first");
      await database.query("CHECKPOINT");
      const [{ file }] = await database.query("SELECT pg_relation_filepath('note') AS file");
      const handle = await open(path.join(database.instance.paths.data, file), "r+");
      await handle.write(Buffer.from([1, 2, 3]), 0, 3, 8000);
      await handle.close();
      await database.backup();
      const rehearsal = await rehearsed(database);
      assert.deepEqual(names(rehearsal), [...STEPS.slice(0, 5), "pages FAILED"]);
      assert.match(rehearsal.failure ?? "", /invalid page in block 0 of relation/);
    }));

  it("fails on an index that does not agree with its table", () =>
    withBackups(async (database) => {
      await database.query("CREATE TABLE item (id int PRIMARY KEY); INSERT INTO item VALUES (1), (2), (3)");
      // The index loses its rows, as a change of the collation's order would make it lose them.
      await database.query("CREATE INDEX half ON item (id) WHERE id < 2");
      await database.query("UPDATE pg_index SET indpred = NULL WHERE indexrelid = 'half'::regclass");
      const rehearsal = await rehearsed(database);
      assert.deepEqual(names(rehearsal).at(-1), "indexes FAILED");
      assert.match(rehearsal.failure ?? "", /lacks matching index tuple within index "half"/);
    }));

  it("fails where bare cp archives and the machine crashed in mid-copy: the control that it can fail", () =>
    withInstance(async (instance) => {
      const folder = instance.args.archiveDirectory;
      const database = new ArchivingInstance(instance, {
        shared_buffers: "16MB",
        archive_mode: "on",
        archive_command: `cp "%p" "${folder}/%f"`,
      });
      await database.start();
      await database.backup();
      await database.note("first");
      await database.flush();
      assert.equal((await rehearsed(database)).ok, true);
      // What a power cut leaves of a copy that nobody had synced; the server counts it as archived.
      const [file] = await newest(database);
      await truncate(file, 8_192_000);
      const [{ failed }] = await database.query("SELECT failed_count::int AS failed FROM pg_stat_archiver");
      assert.equal(failed, 0);
      const rehearsal = await rehearsed(database);
      assert.equal(rehearsal.ok, false);
      assert.match(rehearsal.failure ?? "", new RegExp(`${path.basename(file)} is short`));
    }));
});
