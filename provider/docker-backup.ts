/** `durable-postgres:docker:Backup`: the first backup of a database in a container, and the container that takes the next. */

import {
  ensureFirstBackup,
  type FirstBackupArgs,
  firstBackupDrift,
} from "../components/backup/pgbackrest/first-backup";
import type { DockerBackupLocation } from "../components/backup/store";
import { changedInputs } from "./differences";
import type { Log, ResourceType } from "./resource";

interface Outputs {
  location: DockerBackupLocation;
}

async function ensure(inputs: FirstBackupArgs, log: Log): Promise<Outputs> {
  await ensureFirstBackup(inputs, log);
  return { location: inputs.location };
}

export const dockerBackup: ResourceType<FirstBackupArgs, Outputs> = {
  secrets: [],
  async diff(known, inputs, log) {
    const changed = changedInputs(known.inputs, inputs);
    if (changed.length > 0) return changed;
    const drift = await firstBackupDrift(inputs);
    if (drift === undefined) return [];
    log.warn(`backup: ${drift}`);
    return ["location"];
  },
  preview: ({ location }) => (location ? { location } : {}),
  async create(inputs, log) {
    return { id: inputs.location.containerName, outputs: await ensure(inputs, log) };
  },
  update: (_, inputs, log) => ensure(inputs, log),
  async read(known) {
    return known.outputs;
  },
  // Backups outlive the server they were taken of.
  async delete() {},
};
