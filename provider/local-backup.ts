/** `durable-postgres:local:Backup`: the first base backup of a local database, without which nothing can be restored. */

import { LocalBackupStore } from "../components/backup/local/store";
import type { LocalBackupLocation } from "../components/backup/store";
import type { Connection } from "../components/connection";
import { changedInputs } from "./differences";
import type { Log, ResourceType } from "./resource";

/** Inputs of `Backup`. */
export interface LocalBackupInputs {
  administration: Connection;
  /** Start of the server: after a restart it is looked at again. */
  startedAt: string;
  location: LocalBackupLocation;
}

type Outputs = Pick<LocalBackupInputs, "location">;

/** True when the newest stretch of WAL begins with a backup: what is committed now can be restored. */
async function isRestorable({ administration, location }: LocalBackupInputs): Promise<boolean> {
  const { windows } = await new LocalBackupStore(location, administration).catalogue();
  return windows.length > 0;
}

async function ensureBackup(inputs: LocalBackupInputs, log: Log): Promise<Outputs> {
  if (!(await isRestorable(inputs))) {
    const store = new LocalBackupStore(inputs.location, inputs.administration);
    const { id } = await store.backup("full", log);
    log.info(`first backup: ${id}`);
  }
  return { location: inputs.location };
}

export const localBackup: ResourceType<LocalBackupInputs, Outputs> = {
  secrets: [],
  async diff(known, inputs, log) {
    const changed = changedInputs(known.inputs, inputs);
    if (changed.length > 0 || (await isRestorable(inputs))) return changed;
    log.warn("backup: nothing can be restored");
    return ["location"];
  },
  preview: ({ location }) => (location ? { location } : {}),
  async create(inputs, log) {
    return { id: inputs.location.backupDirectory, outputs: await ensureBackup(inputs, log) };
  },
  update: (_, inputs, log) => ensureBackup(inputs, log),
  async read(known) {
    return known.outputs;
  },
  // Backups outlive the server they were taken of.
  async delete() {},
};
