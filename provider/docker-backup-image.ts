/** `durable-postgres:docker:BackupImage`: the image with PostgreSQL and pgBackRest. */

import {
  type BackupImageArgs,
  type BackupImageState,
  ensureBackupImage,
  hasImage,
} from "../components/docker/backup-image";
import { changedInputs } from "./differences";
import type { ResourceType } from "./resource";

export const dockerBackupImage: ResourceType<BackupImageArgs, BackupImageState> = {
  secrets: [],
  async diff(known, inputs, log) {
    const changed = changedInputs(known.inputs, inputs);
    if (changed.length > 0 || (await hasImage(inputs, known.outputs.image))) return changed;
    log.warn("build: the image is not on the engine any more");
    return ["image"];
  },
  preview(inputs, known) {
    return known && inputs.base === known.inputs.base ? known.outputs : {};
  },
  async create(inputs, log) {
    const outputs = await ensureBackupImage(inputs, log);
    return { id: outputs.image, outputs };
  },
  update: (_, inputs, log) => ensureBackupImage(inputs, log),
  async read(known) {
    return known.outputs;
  },
  // Other databases may use it, and the next deployment: like the image it was made from, it stays.
  async delete() {},
};
