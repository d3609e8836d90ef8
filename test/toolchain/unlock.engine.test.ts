/** After SIGKILL of pulumi, is the stack freed, and is the lock of a running update left alone? */

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { projectEnvironment } from "../../toolchain/environment";
import { ensurePulumi } from "../../toolchain/pulumi-cli";
import { readLocks, releaseDeadLocks } from "../../toolchain/unlock";
import { descendants, type Process, survivors } from "./processes";
import { StackFixture } from "./stack-fixture";

describe("a stack whose pulumi process was killed", function () {
  this.timeout(120_000);
  this.slow(20_000);

  let stack: StackFixture;
  let update: ChildProcess;
  let below: Process[];

  before(async () => {
    stack = new StackFixture(`
      const pulumi = require("@pulumi/pulumi");
      class Slow extends pulumi.CustomResource {}
      new Slow("slow:index:Slow", "one", { slow: new pulumi.Config().requireNumber("slow") }, { version: "0.1.0" });`);
    await stack.start();
    await stack.pulumi("config", "set", "slow", "60000");
    const cli = await ensurePulumi(stack.root);
    update = spawn(cli.command[0] ?? "", ["up", "--yes", "--skip-preview", "--non-interactive"], {
      cwd: stack.root,
      env: { ...process.env, ...projectEnvironment(stack.root), ...cli.env },
    });
    for await (const text of update.stdout ?? []) if (/slow:index:Slow one creating/.test(text)) break;
    below = descendants(update.pid ?? 0);
  });
  after(() => {
    update.kill("SIGKILL");
    stack.remove();
  });

  it("is not freed while the process runs", async () => {
    const held = readLocks(stack.root, "test");
    assert.equal(held[0]?.pid, update.pid);
    assert.deepEqual(await releaseDeadLocks(stack.root, "test"), { released: [], held });
    assert.deepEqual(readLocks(stack.root, "test"), held);
  });

  it("leaves neither language host, program nor provider running", async () => {
    const names = ["pulumi-language-nodejs", "cmd/run/", "pulumi-resource-slow"];
    assert.ok(names.every((name) => below.some(({ command }) => command.includes(name))));
    update.kill("SIGKILL");
    await once(update, "exit");
    assert.deepEqual(await survivors(below, 2_000), []);
  });

  it("is locked, is freed, and then proceeds without a terminal", async () => {
    await stack.pulumi("config", "set", "slow", "1");
    const locked = await stack.pulumi("up", "--yes", "--skip-preview");
    assert.match(locked.stderr + locked.stdout, /the stack is currently locked by 1 lock/);

    const { released, held } = await releaseDeadLocks(stack.root, "test");
    assert.deepEqual([released.map(({ pid }) => pid), held], [[update.pid], []]);
    assert.deepEqual(readLocks(stack.root, "test"), []);

    const up = await stack.pulumi("up", "--yes", "--skip-preview");
    assert.equal(up.code, 0, up.stdout + up.stderr);
    assert.match(up.stdout, /interrupted while creating/);
    await stack.pulumi("refresh", "--yes", "--clear-pending-creates");
    const again = await stack.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes");
    assert.ok(again.code === 0 && !/pending operations/.test(again.stdout), again.stdout);
  });

  it("has nothing to free the second time", async () => {
    assert.deepEqual(await releaseDeadLocks(stack.root, "test"), { released: [], held: [] });
  });
});
