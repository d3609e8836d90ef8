/** What is deployed in Docker for a measurement, how, and how is all of it removed again? */

import { type DockerDesign, dockerDesign } from "../components/docker/settings";
import { docker } from "../test/docker/engine";
import { removeEverything } from "../test/docker/suite";
import type { Workspace } from "../test/workspace";
import { timedChild } from "./timing";

/** Sizes that do not depend on the machine. */
export const SIZES = { memory: "1GiB", cpus: 2 };

/** What the component makes of those sizes. */
export function designOf(containerName: string): DockerDesign {
  return dockerDesign("postgres", { ...SIZES, containerName }, `bench/docker/${containerName}`);
}

/** Wall time of `durable-postgres pulumi up` in ms, without a preview. */
export function up(workspace: Workspace, options: readonly string[], limit?: number): Promise<number> {
  const quiet = ["--yes", "--skip-preview", "--suppress-outputs", "--stack", workspace.stack];
  const args = ["pulumi", "up", ...quiet, ...options];
  const start = () => {
    const child = workspace.spawn(args);
    child.stdin.end();
    return child;
  };
  return timedChild(start, `durable-postgres ${args.join(" ")}`, limit);
}

/** Removes everything whose name begins so, also after a deployment that was ended half-way. */
export async function removeMade(prefix: string): Promise<void> {
  const { Volumes } = await docker.listVolumes({ filters: { name: [prefix] } });
  // The component looks into its volumes from containers without a name of ours.
  for (const { Name } of (Volumes ?? []).filter(({ Name }) => Name.startsWith(prefix)))
    for (const { Id } of await docker.listContainers({ all: true, filters: { volume: [Name] } }))
      await docker.getContainer(Id).remove({ force: true, v: true });
  await removeEverything(prefix);
}
