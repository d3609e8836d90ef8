/** Files of a local instance. */

import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import {
  type InstanceRecord,
  instancePaths,
  readRecord,
  unwritable,
  writeDurably,
  writeRecord,
} from "../../../components/local/instance";

const RECORD: InstanceRecord = {
  owner: "urn:pulumi:local::shop::durable-postgres:local:Server::postgres",
  version: "15",
  systemIdentifier: "7500000000000000001",
  port: 15432,
  memory: 2 ** 31,
  cpus: 4,
  osUser: "postgres",
  createdAt: "2026-01-01T00:00:00.000Z",
};

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "instance-"));
  await work(folder).finally(() => rm(folder, { recursive: true, force: true }));
}

describe("the files of an instance", () => {
  it("are below its folder", () => {
    assert.deepEqual(instancePaths("/srv/db"), {
      directory: "/srv/db",
      data: "/srv/db/data",
      log: "/srv/db/log",
      startupLog: "/srv/db/log/startup.log",
      record: "/srv/db/instance.json",
      socket: "/srv/db/run",
    });
  });

  it("have a socket whose path is short enough for every system, each folder its own", () => {
    const folder = fc.stringMatching(/^(\/[a-zü]{1,30}){1,8}$/);
    fc.assert(
      fc.property(folder, folder, (one, other) => {
        const [socket, another] = [one, other].map((directory) => instancePaths(directory).socket);
        assert.ok(Buffer.byteLength(`${socket}/.s.PGSQL.65535`) <= 103);
        assert.equal(socket === another, one === other);
        assert.equal(instancePaths(one).socket, socket);
      }),
    );
  });
});

describe("the record of an instance", () => {
  it("is read as it was written, and is absent before", () =>
    inFolder(async (folder) => {
      assert.equal(readRecord(folder), undefined);
      assert.equal(readRecord(path.join(folder, "absent")), undefined);
      await writeRecord(folder, RECORD);
      assert.deepEqual(readRecord(folder), RECORD);
      assert.deepEqual(await readdir(folder), ["instance.json"]);
    }));

  it("that is no JSON is a fault, not an empty database", () =>
    inFolder(async (folder) => {
      const file = path.join(folder, "instance.json");
      await writeFile(file, "{");
      assert.throws(() => readRecord(folder), {
        name: "Fault",
        message: `${file} is not valid JSON\nHINT: restore it from a backup, or move ${folder} away to start an empty database`,
      });
    }));
});

describe("a file written durably", () => {
  it("replaces the old content, has the mode that was asked for, and leaves nothing beside it", () =>
    inFolder(async (folder) => {
      const file = path.join(folder, "secret");
      await writeDurably(file, "old", { mode: 0o600 });
      await writeDurably(file, "new", { mode: 0o600 });
      assert.equal(await readFile(file, "utf8"), "new");
      assert.equal((await stat(file)).mode & 0o777, 0o600);
      assert.deepEqual(await readdir(folder), ["secret"]);
    }));
});

describe("a folder that cannot be written", () => {
  it("is a fault that tells a full disk from a forbidden folder", () => {
    const fault = (code: string) => unwritable("/srv/db", Object.assign(new Error("no"), { code })).message;
    assert.equal(fault("ENOSPC"), "the disk that holds /srv/db is full\nHINT: free some space: df -h /srv");
    assert.equal(
      fault("EACCES"),
      "/srv/db cannot be written: no\nHINT: write `directory: <a folder you own>` under local, or change the owner of this one",
    );
  });
});
