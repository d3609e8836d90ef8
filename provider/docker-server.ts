/** `durable-postgres:docker:Server`: the server that runs in a container, reachable as its superuser. */

import {
  type DockerServerArgs,
  type DockerServerState,
  dockerServerDrift,
  ensureDockerServer,
} from "../components/docker/server";
import { changedInputs, parameterChanges } from "./differences";
import type { Known, Log, ResourceType } from "./resource";

/** A changed command line replaces the container; here it is said in PostgreSQL's words. */
function announceRestart(
  { inputs: { parameters: before } }: Known<DockerServerArgs, DockerServerState>,
  { parameters: after = before }: Partial<DockerServerArgs>,
  log: Log,
): void {
  const changes = parameterChanges(before, after);
  if (changes.length > 0)
    log.info(`restart in a new container, after a clean shutdown: ${changes.join(", ")}`);
}

export const dockerServer: ResourceType<DockerServerArgs, DockerServerState> = {
  secrets: ["administration"],
  announce: announceRestart,
  async diff(known, inputs, log) {
    announceRestart(known, inputs, log);
    const changed = changedInputs(known.inputs, inputs);
    if (changed.length > 0) return changed;
    const { kind, text } = await dockerServerDrift(inputs, known.outputs);
    if (kind === "down") log.warn(`start: ${text}`);
    else if (kind !== "none") log.info(text);
    return kind === "none" ? [] : [kind === "closed" ? "administration" : "startedAt"];
  },
  preview(inputs, known) {
    if (!known || inputs.container !== known.inputs.container) return {};
    const { administration, startedAt, serverVersion } = known.outputs;
    const changed = changedInputs(known.inputs, inputs);
    return {
      startedAt,
      serverVersion,
      ...(changed.every((name) => name === "parameters") && { administration }),
    };
  },
  async create(inputs, log) {
    return { id: inputs.containerName, outputs: await ensureDockerServer(inputs, log) };
  },
  update: (_, inputs, log) => ensureDockerServer(inputs, log),
  async read(known) {
    return known.outputs;
  },
  // The container goes by itself, with a clean shutdown.
  async delete() {},
};
