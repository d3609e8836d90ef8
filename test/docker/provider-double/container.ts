/** How does a container live and end? */

import { setTimeout as wait } from "node:timers/promises";
import type Docker from "dockerode";
import type { Container } from "dockerode";
import type { Properties } from "../../../provider/wire";
import { type ContainerInputs, defaults, problems } from "./container-inputs";
import { createRequest, endpoint, updatable } from "./container-request";
import { readState } from "./container-state";
import { normal } from "./differences";
import { findImage } from "./image";
import { attempt, daemonMessage, found, HalfMade, type ResourceType } from "./resource";
import { upload } from "./upload";

function typed(properties: Properties): ContainerInputs {
  return properties as unknown as ContainerInputs;
}

/** The default network goes when the program names others. */
async function joinNetworks(docker: Docker, made: Container, inputs: ContainerInputs): Promise<void> {
  if (!inputs.networksAdvanced?.length) return;
  try {
    await docker.getNetwork("bridge").disconnect({ Container: made.id });
  } catch (error) {
    if (!/is not connected to (the )?network/.test(daemonMessage(error)))
      throw new Error(`Unable to disconnect the default network: ${daemonMessage(error)}`);
  }
  for (const network of inputs.networksAdvanced) {
    const request = { Container: made.id, EndpointConfig: endpoint(network) };
    await attempt(
      `Unable to connect to network '${network.name}'`,
      docker.getNetwork(network.name).connect(request),
    );
  }
}

/** Docker looks at the health by itself; this only waits for its answer. */
async function waitUntilHealthy(made: Container, seconds: number): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const { State: state } = await made.inspect();
    if (!state.Health)
      throw new Error("you have supplied a 'wait' argument, but the container has no healthcheck");
    if (state.Health.Status === "healthy") return;
    if (Date.now() > deadline) throw new Error("container failed to be in healthy state");
    await wait(200);
  }
}

async function start(made: Container, inputs: ContainerInputs): Promise<void> {
  if (inputs.start === false) return;
  await attempt("Unable to start container", made.start());
  if (inputs.wait) await waitUntilHealthy(made, inputs.waitTimeout ?? 60);
}

async function create(docker: Docker, properties: Properties): Promise<string> {
  const inputs = typed(properties);
  const problem = `Unable to create container with image ${inputs.image}`;
  await attempt(problem, findImage(docker, inputs.image));
  const made = await attempt("Unable to create container", docker.createContainer(createRequest(inputs)));
  try {
    await joinNetworks(docker, made, inputs);
    for (const file of inputs.uploads ?? []) await upload(made, file);
    await start(made, inputs);
  } catch (error) {
    throw new HalfMade(made.id, (error as Error).message);
  }
  return made.id;
}

/** True when something that a running container takes over has changed. */
function reachesContainer(before: Properties, after: Properties): boolean {
  const live = [
    "restart",
    "maxRetryCount",
    "cpuShares",
    "memory",
    "memoryReservation",
    "cpuSet",
    "memorySwap",
  ];
  return live.some((name) => normal(before[name]) !== normal(after[name]));
}

async function update(docker: Docker, id: string, before: Properties, after: Properties): Promise<void> {
  const container = docker.getContainer(id);
  if (before.mustRun === false && after.mustRun === true && after.start !== false)
    await attempt("Unable to start container", container.start());
  if (reachesContainer(before, after))
    await attempt("Unable to update a container", container.update(updatable(typed(after))));
}

/** Stops with the grace that the state has; without one Docker sends SIGKILL at once. */
async function remove(docker: Docker, id: string, known: Properties): Promise<void> {
  const container = docker.getContainer(id);
  const grace = Number(known.destroyGraceSeconds ?? 0);
  try {
    await container.stop({ t: Math.max(grace, 0) });
  } catch (error) {
    // 304: it did not run.
    if (![304, 404].includes((error as { statusCode?: number }).statusCode ?? 0))
      throw new Error(`Error stopping container ${id}: ${daemonMessage(error)}`);
  }
  const removal = container.remove({ force: true, v: known.removeVolumes !== false });
  await attempt(`Error deleting container ${id}`, found(removal));
}

export const container: ResourceType = {
  defaults,
  check: problems,
  create,
  async read(docker, id, known) {
    const info = await found(docker.getContainer(id).inspect());
    return info && { id: info.Id, outputs: readState(info, known) };
  },
  update,
  delete: remove,
};
