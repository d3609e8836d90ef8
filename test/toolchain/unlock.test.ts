/** Whose lock is taken for dead, and whose never? */

import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { isDead } from "../../toolchain/unlock";

describe("a stack's lock", () => {
  let folder: string;
  let pulumi: ChildProcess;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "lock-"));
    copyFileSync("/bin/sleep", join(folder, "pulumi"));
    pulumi = spawn(join(folder, "pulumi"), ["60"]);
  });
  after(() => {
    pulumi.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  const hour = 3_600_000; // ms
  const lock = { username: "me", hostname: hostname(), pid: 0, timestamp: "" };
  const at = (offset: number) => new Date(Date.now() + offset).toISOString();

  it("of an ended process is dead", () => {
    const { pid } = spawnSync("true");
    assert.equal(isDead({ ...lock, pid, timestamp: at(0) }), true);
  });

  it("of a running pulumi is not", () => {
    assert.equal(isDead({ ...lock, pid: pulumi.pid ?? 0, timestamp: at(0) }), false);
  });

  it("is dead when its number belongs to a pulumi that started later", () => {
    assert.equal(isDead({ ...lock, pid: pulumi.pid ?? 0, timestamp: at(-hour) }), true);
  });

  it("is dead when its number belongs to another program", () => {
    assert.equal(isDead({ ...lock, pid: process.pid, timestamp: at(hour) }), true);
  });

  it("of another host is never dead", () => {
    const { pid } = spawnSync("true");
    assert.equal(isDead({ ...lock, pid, hostname: "elsewhere", timestamp: at(-hour) }), false);
  });
});
