/** `durable-postgres:docker:Engine`: the Docker engine of a database, looked at before anything is made. */

import { type PreflightArgs, preflight, publishedPort } from "../components/docker/preflight";
import { throwFaults } from "../components/faults";
import { changedInputs } from "./differences";
import type { ResourceType } from "./resource";

/** Inputs without which nothing can be looked at. */
function isComplete(inputs: Partial<PreflightArgs>): inputs is PreflightArgs {
  const { image, containerName, owner, volumes, address, memory } = inputs;
  return [image, containerName, owner, volumes, address, memory].every((value) => value !== undefined);
}

export const dockerEngine: ResourceType<PreflightArgs, { port: number }> = {
  secrets: [],
  async check(inputs) {
    return isComplete(inputs) ? preflight(inputs) : [];
  },
  async diff(known, inputs) {
    // A port that was chosen and that somebody else took while the container was down.
    throwFaults(await preflight({ ...inputs, port: inputs.port ?? known.outputs.port }));
    return changedInputs(known.inputs, inputs);
  },
  preview({ port }, known) {
    const recorded = port ?? known?.outputs.port;
    return recorded === undefined ? {} : { port: recorded };
  },
  async create(inputs) {
    return { id: inputs.containerName, outputs: { port: await publishedPort(inputs) } };
  },
  async update(known, inputs) {
    return { port: await publishedPort(inputs, known.outputs.port) };
  },
  async read(known) {
    return known.outputs;
  },
  async delete() {},
};
