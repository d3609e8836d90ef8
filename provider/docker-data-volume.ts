/** `durable-postgres:docker:DataVolume`: the cluster in a volume, made or adopted before a server starts on it. */

import {
  type DataVolumeArgs,
  type DataVolumeState,
  ensureDataVolume,
  keptMessage,
  refuseEmptyMove,
  refuseLostData,
} from "../components/docker/data-volume";
import { restoreFaults } from "../components/docker/restore";
import { changedInputs } from "./differences";
import type { ResourceType } from "./resource";

/** Inputs that differ; where a database came from is of no interest once it is there. */
function changed(before: DataVolumeArgs, after: DataVolumeArgs): string[] {
  return changedInputs(before, after).filter((name) => !name.startsWith("restore"));
}

export const dockerDataVolume: ResourceType<DataVolumeArgs, DataVolumeState> = {
  secrets: [],
  async check({ restoreFrom, version, volumes }) {
    return restoreFrom && version && volumes ? restoreFaults(restoreFrom, version, volumes.data) : [];
  },
  async diff(known, inputs) {
    await refuseEmptyMove(known.inputs, inputs, known.outputs);
    if (inputs.volumes.data === known.inputs.volumes.data) await refuseLostData(inputs, known.outputs);
    return changed(known.inputs, inputs);
  },
  preview(_, known) {
    // A volume keeps its cluster; what is not so is an error of the deployment.
    return known ? { systemIdentifier: known.outputs.systemIdentifier } : {};
  },
  async create(inputs, log) {
    const outputs = await ensureDataVolume(inputs, undefined, log);
    return { id: outputs.systemIdentifier, outputs };
  },
  update: (known, inputs, log) => ensureDataVolume(inputs, known.outputs, log),
  async read(known) {
    return known.outputs;
  },
  async delete(known, log) {
    if (!known.inputs.deleteData) log.info(keptMessage(known.inputs));
  },
};
