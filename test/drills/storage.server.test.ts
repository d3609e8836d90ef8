/** A file system whose power is cut: what was flushed is there, what was not is gone. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { open, readdir, readFile, readlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { syncDirectory } from "../../components/local/instance";
import { xfsStorage } from "../../drills/storage";
import { describeWithPowerCut, withHome } from "./power-cut";

const SIZE = 320 * 1024 ** 2; // bytes; XFS takes no less than 300 MB

describeWithPowerCut("a power cut", () => {
  it("is over only when the file system is another one, whoever still holds the old one", () =>
    withHome(async (home) => {
      const storage = await xfsStorage(path.join(home, "disk"), SIZE);
      // As a container does while it starts: a mount namespace that has a copy of every mount.
      const holder = spawn("unshare", ["--mount", "--propagation", "private", "sleep", "2"]);
      try {
        const isHeld = async () =>
          (await readFile(`/proc/${holder.pid}/mountinfo`, "utf8")).includes(storage.directory) &&
          (await readlink(`/proc/${holder.pid}/ns/mnt`)) !== (await readlink("/proc/self/ns/mnt"));
        while (!(await isHeld())) await sleep(10);
        await storage.cut();
        await assert.rejects(readdir(storage.directory), { code: "EIO" });
        await storage.restore();
        assert.deepEqual(await readdir(storage.directory), []);
      } finally {
        holder.kill("SIGKILL");
        await storage.remove();
      }
    })).timeout(60_000);

  it("keeps what was flushed, and loses what was not", () =>
    withHome(async (home) => {
      const storage = await xfsStorage(path.join(home, "disk"), SIZE);
      try {
        const file = (name: string) => path.join(storage.directory, name);
        await writeFile(file("flushed"), "acknowledged");
        const handle = await open(file("flushed"), "r+");
        await handle.sync();
        await handle.close();
        await syncDirectory(storage.directory);
        await writeFile(file("not-flushed"), "in memory");
        await storage.cut();
        await storage.restore();
        assert.deepEqual(await readdir(storage.directory), ["flushed"]);
        assert.equal(await readFile(file("flushed"), "utf8"), "acknowledged");
      } finally {
        await storage.remove();
      }
      assert.deepEqual(await readdir(home), []);
    }));

  it("lets nothing more reach the disk", () =>
    withHome(async (home) => {
      const storage = await xfsStorage(path.join(home, "disk"), SIZE);
      try {
        await storage.cut();
        await assert.rejects(writeFile(path.join(storage.directory, "late"), "too late"), { code: "EIO" });
      } finally {
        await storage.remove();
      }
    }));
});
