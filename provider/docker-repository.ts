/** `durable-postgres:docker:Repository`: pgBackRest's settings and repositories, before the server that archives into them. */

import {
  ensureRepositories,
  forgetSecrets,
  type RepositoryArgs,
} from "../components/backup/pgbackrest/repository";
import type { DockerBackupLocation } from "../components/backup/store";
import { changedInputs } from "./differences";
import type { Log, ResourceType } from "./resource";

interface Outputs {
  location: DockerBackupLocation;
}

async function ensure(inputs: RepositoryArgs, log: Log): Promise<Outputs> {
  await ensureRepositories(inputs, log);
  return { location: inputs.location };
}

export const dockerRepository: ResourceType<RepositoryArgs, Outputs> = {
  secrets: [],
  async diff(known, inputs) {
    return changedInputs(known.inputs, inputs);
  },
  preview: ({ location }) => (location ? { location } : {}),
  async create(inputs, log) {
    return { id: inputs.location.systemIdentifier, outputs: await ensure(inputs, log) };
  },
  update: (_, inputs, log) => ensure(inputs, log),
  async read(known) {
    return known.outputs;
  },
  delete: ({ inputs }) => forgetSecrets(inputs),
};
