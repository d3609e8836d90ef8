/** `durable-postgres:index:RunningSettings`: reloadable parameters of a running server. */

import type { Connection } from "../components/connection";
import { applyRunningSettings, type Drift, runningSettingsDrift } from "../components/running/settings";
import { changedInputs, parameterChanges, parameterPath } from "./differences";
import type { Log, ResourceType } from "./resource";

/** Inputs of `RunningSettings`. */
export interface RunningSettingsInputs {
  administration: Connection;
  /** Start of the server: after a restart the settings are looked at again. */
  startedAt: string;
  parameters: Record<string, string>;
}

function announceDrift(drift: readonly Drift[], before: Record<string, string>, log: Log): void {
  const changed = drift.filter(({ parameter, declared }) => before[parameter] !== (declared ?? undefined));
  const repaired = drift.filter((entry) => !changed.includes(entry));
  const text = ({ parameter, found, declared }: Drift) =>
    `${parameter} ${found ?? "unset"} → ${declared ?? "PostgreSQL's default"}`;
  const strangers = (entry: Drift) => entry.declared === null && !(entry.parameter in before);
  const isForeign = [...repaired, ...changed.filter(strangers)];
  const ours = changed.filter((entry) => !strangers(entry));
  if (ours.length > 0) log.info(`reload: ${ours.map(text).join(", ")}`);
  if (isForeign.length > 0)
    log.warn(`reload, repairing ALTER SYSTEM by somebody else: ${isForeign.map(text).join(", ")}`);
}

export const runningSettings: ResourceType<RunningSettingsInputs, { applied: Record<string, string> }> = {
  secrets: [],
  async diff(known, inputs, log) {
    if (known.inputs.startedAt !== inputs.startedAt) return ["startedAt"];
    const drift = await runningSettingsDrift(inputs.administration, inputs.parameters);
    announceDrift(drift, known.inputs.parameters, log);
    const declared = changedInputs(known.inputs.parameters, inputs.parameters);
    const differing = new Set([...drift.map(({ parameter }) => parameter), ...declared]);
    const others = changedInputs(known.inputs, inputs).filter((name) => name !== "parameters");
    return [...[...differing].map(parameterPath), ...others];
  },
  announce({ inputs: { parameters: before } }, { parameters: after = before }, log) {
    const changes = parameterChanges(before, after);
    if (changes.length > 0) log.info(`reload: ${changes.join(", ")}`);
  },
  preview: ({ parameters }) => (parameters ? { applied: parameters } : {}),
  async create(inputs) {
    await applyRunningSettings(inputs.administration, inputs.parameters);
    return { id: "postgresql.auto.conf", outputs: { applied: inputs.parameters } };
  },
  async update(_, inputs) {
    await applyRunningSettings(inputs.administration, inputs.parameters);
    return { applied: inputs.parameters };
  },
  async read(known) {
    const drift = await runningSettingsDrift(known.inputs.administration, known.inputs.parameters).catch(
      () => [],
    );
    const found = drift.map(({ parameter, found: value }) => [parameter, value ?? ""] as const);
    return { applied: { ...known.inputs.parameters, ...Object.fromEntries(found) } };
  },
  // Values stay in postgresql.auto.conf: the server may be gone already, or about to be adopted again.
  async delete() {},
};
