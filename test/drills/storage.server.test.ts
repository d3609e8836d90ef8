/** A file system whose power is cut: what was flushed is there, what was not is gone. */

import assert from "node:assert/strict";
import { open, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { syncDirectory } from "../../components/local/instance";
import { xfsStorage } from "../../drills/storage";
import { describeWithPowerCut, withHome } from "./power-cut";

const SIZE = 320 * 1024 ** 2; // bytes; XFS takes no less than 300 MB

describeWithPowerCut("a power cut", () => {
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
