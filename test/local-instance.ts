/** A local server for a test, without Pulumi: made below a temporary folder, removed afterwards. */

import { chmod, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type InstancePaths, instancePaths } from "../components/local/instance";
import { runningPostmaster } from "../components/local/postmaster";
import { ensureLocalServer, type LocalServerArgs, type LocalServerState } from "../components/local/server";
import { VERSIONS } from "../components/parameters/postgres";
import type { Progress } from "../components/progress";

/** URN-like owner of the test's servers. */
export const OWNER = "urn:pulumi:test::durable-postgres::durable-postgres:local:Server::test";

/** Collects what is said. */
export class Said implements Progress {
  readonly messages: string[] = [];
  info(message: string): void {
    this.messages.push(message);
  }
  status(): void {}
}

/** One instance below its own temporary folder. */
export class LocalInstance {
  readonly paths: InstancePaths;
  readonly args: LocalServerArgs;

  constructor(
    readonly home: string,
    overrides: Partial<LocalServerArgs>,
  ) {
    const directory = path.join(home, "instance");
    this.paths = instancePaths(directory);
    this.args = {
      directory,
      archiveDirectory: `${directory}-archive`,
      backupDirectory: `${directory}-backups`,
      version: VERSIONS[0],
      parameters: { shared_buffers: "16MB" },
      memory: 2 ** 30,
      cpus: 1,
      ...overrides,
    };
  }

  /** Makes or adopts the server, with changed arguments where given. */
  ensure(
    overrides: Partial<LocalServerArgs> = {},
    owner = OWNER,
    said = new Said(),
  ): Promise<LocalServerState> {
    return ensureLocalServer({ ...this.args, ...overrides }, owner, said);
  }

  /** kill -9 of the postmaster alone; its children end by themselves. */
  async killPostmaster(): Promise<void> {
    const running = await runningPostmaster(this.paths.data);
    if (running) process.kill(running.pid, "SIGKILL");
    while (await runningPostmaster(this.paths.data)) await sleep(10);
  }

  async remove(): Promise<void> {
    await this.killPostmaster();
    await rm(this.home, { recursive: true, force: true });
    await rm(this.paths.socket, { recursive: true, force: true });
  }
}

/** Runs a test on an instance of its own. */
export async function withInstance(
  test: (instance: LocalInstance) => Promise<void>,
  overrides: Partial<LocalServerArgs> = {},
): Promise<void> {
  const home = await mkdtemp(path.join(os.tmpdir(), "instance-"));
  await chmod(home, 0o755);
  const instance = new LocalInstance(home, overrides);
  try {
    await test(instance);
  } finally {
    await instance.remove();
  }
}
