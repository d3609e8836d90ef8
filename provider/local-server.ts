/** `durable-postgres:local:Server`: a PostgreSQL server on this machine that outlives the program. */

import { Fault } from "../components/faults";
import { inspectLocalServer } from "../components/local/inspection";
import { refuseOtherDatabase } from "../components/local/restore";
import {
  ensureLocalServer,
  type LocalServerArgs,
  type LocalServerState,
  localServerDrift,
  readLocalServer,
  removeLocalServer,
} from "../components/local/server";
import { changedInputs, parameterChanges, parameterPath } from "./differences";
import type { Log, ResourceType } from "./resource";

/** Inputs that only describe: a change of them needs no restart. */
const DESCRIPTIVE = ["backupDirectory", "deleteData", "memory", "cpus"];

/** Inputs that differ; where a database came from is of no interest once it is there. */
function changed(before: LocalServerArgs, after: LocalServerArgs): string[] {
  return changedInputs(before, after).filter((name) => name !== "restoreFrom");
}

/** Inputs without which the machine cannot be looked at. */
function isComplete(inputs: Partial<LocalServerArgs>): inputs is LocalServerArgs {
  const { directory, version, archiveDirectory, backupDirectory } = inputs;
  return [directory, version, archiveDirectory, backupDirectory].every((value) => value !== undefined);
}

function refuseMove(before: LocalServerArgs, after: LocalServerArgs): void {
  if (before.directory === after.directory) return;
  throw new Fault(
    `local.directory changed, but the data stays in ${before.directory}`,
    `write \`directory: ${before.directory}\` under local, or run \`pulumi destroy\` first: it keeps the data where it is`,
  );
}

/** Says what the engine's own display cannot: what the change takes. */
function announce(
  before: LocalServerArgs,
  after: LocalServerArgs,
  drift: readonly string[],
  isDown: boolean,
  log: Log,
): void {
  const inputs = changed(before, after).filter(
    (name) => name !== "parameters" && !DESCRIPTIVE.includes(name),
  );
  const restart = [...parameterChanges(before.parameters, after.parameters), ...inputs];
  if (isDown) log.info("start: the server is down");
  else if (restart.length > 0) log.info(`restart: ${restart.join(", ")}`);
  else if (drift.includes("parameters"))
    log.warn("restart: the server runs with other options than declared");
  else if (drift.includes("startedAt")) log.info("adopt: somebody else has restarted the server");
}

export const localServer: ResourceType<LocalServerArgs, LocalServerState> = {
  secrets: [],
  async check(inputs, urn) {
    return isComplete(inputs) ? inspectLocalServer(inputs, urn) : [];
  },
  async diff(known, inputs, log) {
    refuseMove(known.inputs, inputs);
    const { drift, isDown } = await localServerDrift(inputs, known.outputs);
    announce(known.inputs, inputs, drift, isDown, log);
    const differing = changed(known.inputs, inputs).flatMap((name) =>
      name === "parameters"
        ? changedInputs(known.inputs.parameters, inputs.parameters).map(parameterPath)
        : [name],
    );
    return [...differing, ...drift.filter((name) => name === "startedAt" || differing.length === 0)];
  },
  preview(inputs, known) {
    if (!known) return {};
    const { startedAt, serverVersion, port, administration, ...stable } = known.outputs;
    const differing = changedInputs(known.inputs, inputs);
    // A restart keeps everything but its start time, by which the dependent resources know that they have to look again.
    const samePort = inputs.port === undefined || inputs.port === port;
    const onlyDescription = differing.length > 0 && differing.every((name) => DESCRIPTIVE.includes(name));
    return {
      ...stable,
      ...(samePort && { port, administration }),
      ...(onlyDescription && { startedAt, serverVersion }),
    };
  },
  async create(inputs, log, urn) {
    refuseOtherDatabase(inputs.directory, inputs.restoreFrom);
    const outputs = await ensureLocalServer(inputs, urn, log);
    return { id: outputs.systemIdentifier, outputs };
  },
  async update(known, inputs, log, urn) {
    refuseMove(known.inputs, inputs);
    return ensureLocalServer(inputs, urn, log);
  },
  read: (known) => readLocalServer(known.inputs),
  delete: (known, log) => removeLocalServer(known.inputs, log),
};
