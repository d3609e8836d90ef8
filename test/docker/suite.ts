/**
 * How do tests that need Docker begin and end?
 *
 * ```ts
 * describeOnDocker("a server in a container", ({ prefix }) => {
 *   it("starts", () => docker.createContainer({ name: `${prefix}-one`, Image: IMAGE }));
 * });
 * ```
 */

import { randomBytes } from "node:crypto";
import { docker, ensureDockerEngine } from "./engine";
import { ensureImage } from "./image";
import { type Release, shared } from "./one-at-a-time";

/** What the tests of a suite share. */
export interface DockerSuite {
  /** Begins the names of all containers, volumes and networks of the suite: they are removed at its end. */
  readonly prefix: string;
}

/** Milliseconds for packages, base and image on a machine that has none of them, or until another suite has restarted the engine. */
export const ENGINE_LIMIT = 15 * 60_000;

/** Under this name suites use the engine together. */
export const ENGINE = "engine-in-use";

/** Removes containers, volumes and networks whose names begin so, whatever state a test left them in. */
export async function removeEverything(prefix: string): Promise<void> {
  const filters = { name: [prefix] };
  for (const { Id } of await docker.listContainers({ all: true, filters: { name: [`^/${prefix}`] } }))
    await docker.getContainer(Id).remove({ force: true, v: true });
  for (const { Name } of (await docker.listVolumes({ filters })).Volumes ?? [])
    if (Name.startsWith(prefix)) await docker.getVolume(Name).remove({ force: true });
  for (const { Id, Name } of await docker.listNetworks({ filters }))
    if (Name.startsWith(prefix)) await docker.getNetwork(Id).remove();
}

/**
 * A suite that needs Docker and the image. Where no engine can be had its tests are skipped, each by its name; where
 * one should be had and is not, they fail.
 */
export function describeOnDocker(title: string, body: (this: Mocha.Suite, suite: DockerSuite) => void): void {
  describe(title, function () {
    const prefix = `test-${randomBytes(4).toString("hex")}`;
    let release: Release | undefined;

    before("Docker and its image", async function () {
      this.timeout(ENGINE_LIMIT);
      const used = await shared(ENGINE);
      const state = await ensureDockerEngine();
      if (state !== "ready") {
        used();
        process.stderr.write(`skipped "${title}": ${state.skipped}\n`);
        this.skip();
      }
      release = used;
      await ensureImage();
    });
    after("what the tests left in Docker", async () => {
      if (!release) return;
      await removeEverything(prefix).finally(release);
    });

    body.call(this, { prefix });
  });
}
