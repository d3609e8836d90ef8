/** Do the locks of the tests hold between processes, and end with them? */

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { alone, oneAtATime, shared } from "./one-at-a-time";

const NAME = `lock-${process.pid}`;

/** Another process that has taken the lock. */
async function holder(kind: "oneAtATime" | "shared"): Promise<ChildProcess> {
  const held = 'process.stdout.write("held"); setInterval(() => {}, 1000)';
  const take =
    kind === "shared"
      ? `shared("${NAME}").then(() => { ${held} })`
      : `oneAtATime("${NAME}", () => new Promise(() => { ${held} }))`;
  const source = `const { shared, oneAtATime } = require(${JSON.stringify(path.join(__dirname, "one-at-a-time"))}); ${take}`;
  const child = spawn(process.execPath, ["--require", "tsx/cjs", "-e", source], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

/** Whether it is done while the other process still has the lock, and then when that is killed. */
async function doneBeforeAndAfter(child: ChildProcess, work: Promise<unknown>): Promise<[boolean, boolean]> {
  let done = false;
  const finished = work.then(() => {
    done = true;
  });
  await wait(500);
  const before = done;
  child.kill("SIGKILL");
  await finished;
  return [before, done];
}

describe("a lock between test processes", function () {
  this.timeout(60_000);
  if (process.platform !== "linux") return;

  it("is waited for, and ends with its process", async () => {
    const child = await holder("oneAtATime");
    assert.deepEqual(
      await doneBeforeAndAfter(
        child,
        oneAtATime(NAME, async () => undefined),
      ),
      [false, true],
    );
  });

  it("is shared by those who only use a thing", async () => {
    const child = await holder("shared");
    const release = await shared(NAME);
    release();
    child.kill("SIGKILL");
  });

  it("keeps the one who breaks it waiting for the others who use it, but not for itself", async () => {
    const release = await shared(NAME);
    await alone(NAME, async () => undefined);
    const child = await holder("shared");
    assert.deepEqual(
      await doneBeforeAndAfter(
        child,
        alone(NAME, async () => undefined),
      ),
      [false, true],
    );
    release();
  });

  it("keeps those who use it waiting for the one who breaks it", async () => {
    const child = await holder("oneAtATime");
    const waiting = shared(NAME);
    assert.deepEqual(await doneBeforeAndAfter(child, waiting), [false, true]);
    (await waiting)();
  });
});
