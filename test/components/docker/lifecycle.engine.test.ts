/** What happens to a container from outside, and how its database comes back. */

import assert from "node:assert/strict";
import { readFile, readlink } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { backupContainerName } from "../../../components/docker/layout";
import { logsOf } from "../../docker/containers";
import { docker, dockerdLog, ensureDockerEngine } from "../../docker/engine";
import { alone } from "../../docker/one-at-a-time";
import { describeOnDocker, ENGINE, ENGINE_LIMIT } from "../../docker/suite";
import { DockerStack } from "./docker-stack";

/** Process id of an engine that the tests themselves started; nobody else's engine is touched. */
async function ownEngine(): Promise<number | undefined> {
  const pid = await readFile("/var/run/docker.pid", "utf8").catch(() => "");
  const log = pid && (await readlink(`/proc/${pid.trim()}/fd/1`).catch(() => ""));
  return !process.env.DOCKER_HOST && log === dockerdLog ? Number(pid) : undefined;
}

describeOnDocker("a container to which something happens", function ({ prefix }) {
  this.timeout(240_000);
  this.slow(20_000);
  let stack: DockerStack;
  let rows = 0;

  before(async () => {
    stack = await DockerStack.create(`${prefix}-db`);
    await stack.start();
    await stack.query("CREATE TABLE kept (id int)");
  });
  after(() => stack?.remove());

  /** One more row that was acknowledged. */
  beforeEach(async () => {
    await stack.query(`INSERT INTO kept VALUES (${++rows})`);
  });

  async function assertBack(): Promise<void> {
    const [{ count }] = await stack.query("SELECT count(*)::int AS count FROM kept");
    assert.equal(count, rows);
    assert.match((await stack.pulumi("preview")).text, /22 unchanged/);
  }

  async function untilRunning(after: string): Promise<void> {
    for (;;) {
      const { State } = await stack.inspect();
      if (State.Running && State.StartedAt !== after) return;
      await sleep(200);
    }
  }

  it("that is stopped shuts down cleanly, and is started by the next deployment", async () => {
    await stack.container.stop();
    assert.equal((await stack.inspect()).State.ExitCode, 0);
    const preview = await stack.pulumi("preview");
    assert.match(preview.text, /start: container \S+ is exited \(exit code 0\)/);
    await stack.start();
    await assertBack();
  });

  it("that is stopped is also brought back by a deployment with a refresh", async () => {
    await stack.container.stop();
    const { code, text } = await stack.pulumi("up", "--refresh");
    assert.equal(code, 0, text);
    await assertBack();
  });

  it("that is killed recovers in the next deployment", async () => {
    await stack.container.kill();
    assert.equal((await stack.inspect()).State.ExitCode, 137);
    await stack.start();
    assert.match(await logsOf(stack.container), /was not properly shut down; automatic recovery in progress/);
    await assertBack();
  });

  it("that is restarted is verified again", async () => {
    await stack.container.restart();
    await stack.start();
    await assertBack();
  });

  it("that is paused goes on in the next deployment", async () => {
    await stack.container.pause();
    await stack.start();
    await assertBack();
  });

  it("that the kernel kills is restarted by Docker itself", async () => {
    const { State } = await stack.inspect();
    process.kill(State.Pid, "SIGKILL");
    await untilRunning(State.StartedAt);
    await stack.start();
    await assertBack();
  });

  it("that is removed is named by a deployment, and made again by one with a refresh", async () => {
    await stack.container.remove({ force: true });
    const failed = await stack.pulumi("up");
    assert.notEqual(failed.code, 0);
    assert.match(
      failed.text,
      /container \S+ is gone; its data is in the volumes\n +HINT: make it again: pulumi up --refresh/,
    );
    const { code, text } = await stack.pulumi("up", "--refresh");
    assert.equal(code, 0, text);
    await assertBack();
  });

  it("whose engine is restarted comes back by itself", async function () {
    this.timeout(ENGINE_LIMIT);
    const pid = await ownEngine();
    if (!pid) return this.skip();
    const { State } = await stack.inspect();
    await alone(ENGINE, async () => {
      process.kill(pid, "SIGTERM");
      // Its pid file goes before the process; an ended process has no open files, even before anybody reaps it.
      while (await readlink(`/proc/${pid}/fd/1`).catch(() => "")) await sleep(100);
      assert.equal(await ensureDockerEngine(), "ready");
    });
    await untilRunning(State.StartedAt);
    await stack.start();
    await assertBack();
  });

  it("whose data volume was removed with it is refused, not filled with an empty database", async () => {
    await stack.container.remove({ force: true });
    // It reads the data, and Docker keeps what a container names.
    await docker.getContainer(backupContainerName(stack.name)).remove({ force: true });
    await docker.getVolume(`${stack.name}-data`).remove();
    const { code, text } = await stack.pulumi("up", "--refresh");
    assert.notEqual(code, 0);
    assert.match(text, /volume \S+-data is (gone|empty)/);
    assert.match(text, /HINT: restore it from its backups: npx durable-postgres restore --to latest/);
    await assert.rejects(stack.inspect(), /no such container/i);
  });
});
