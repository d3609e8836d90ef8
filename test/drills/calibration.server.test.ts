/** What is measured on a real disk and a real server. */

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { parameterValues, resolveSettings } from "../../components/parameters/settings";
import { calibrate } from "../../drills/calibration";
import { withHome } from "./power-cut";

const DECLARED = parameterValues(
  resolveSettings({ machine: { memory: 1024 ** 3, cpus: 2, storage: "ssd", workload: "web" } }),
);

describe("a calibration", () => {
  it("measures flushes, disk and recovery, and leaves nothing behind", () =>
    withHome(async (home) => {
      const said: string[] = [];
      const progress = { info: () => undefined, status: (message: string) => said.push(message) };
      const { fdatasync, diskRate, replayRate, replayedBytes, replaySeconds } = await calibrate(
        { version: "15", parameters: DECLARED },
        home,
        progress,
      );
      for (const value of [fdatasync, diskRate, replayRate])
        assert.ok(Number.isInteger(value) && value >= 1, `${value}`);
      // All of it was written after the last checkpoint, so that all of it was replayed.
      assert.ok(replayedBytes >= 512 * 1024 ** 2, `${replayedBytes} bytes`);
      assert.equal(replayRate, Math.max(1, Math.floor(replayedBytes / 1024 ** 2 / replaySeconds)));
      assert.deepEqual(await readdir(home), []);
      assert.deepEqual(said.slice(0, 3), ["flushing pages of 8 kB", "writing 256 MB", "making a server"]);
    })).timeout(10 * 60_000);
});
