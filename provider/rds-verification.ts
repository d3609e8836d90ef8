/** `durable-postgres:rds:Verification`: a database on RDS compared with what was declared, through AWS's API, or over a connection. */

import { isDeepStrictEqual } from "node:util";
import { Unreachable } from "../components/connection";
import { ApiFault } from "../components/rds/ask";
import { type RdsVerificationArgs, verifyRds } from "../components/rds/verify";
import type { VerificationReport } from "../components/verify/report";
import { findingText } from "../components/verify/verify";
import { changedInputs, parameterChanges } from "./differences";
import type { Log, ResourceType } from "./resource";
import { accepted } from "./verification";

/** How long a preview waits for AWS. */
const PREVIEW_MS = 2000;

async function verified(inputs: RdsVerificationArgs, log: Log): Promise<VerificationReport> {
  return accepted(await verifyRds(inputs), log);
}

/** What a preview can find out; undefined where AWS does not say. */
async function asked(inputs: RdsVerificationArgs, log: Log): Promise<VerificationReport | undefined> {
  try {
    return await verifyRds(inputs, PREVIEW_MS);
  } catch (error) {
    if (!(error instanceof ApiFault || error instanceof Unreachable)) throw error;
    log.warn(`not verified in this preview: ${error.message}`);
    return undefined;
  }
}

type Parameters = RdsVerificationArgs["parameters"];

/** When AWS applies what changes in the parameter group: static parameters wait for a reboot, which AWS leaves to its users. */
function announceParameters(
  { inputs: { parameters: before } }: { inputs: RdsVerificationArgs },
  { parameters: after = before }: Partial<RdsVerificationArgs>,
  log: Log,
): void {
  const changesOf = (applyMethod: Parameters[number]["applyMethod"]) => {
    const isOf = ({ name }: Parameters[number]) =>
      [...after, ...before].find((parameter) => parameter.name === name)?.applyMethod === applyMethod;
    const values = (parameters: Parameters) =>
      Object.fromEntries(parameters.filter(isOf).map(({ name, value }) => [name, value]));
    return parameterChanges(values(before), values(after));
  };
  const [now, later] = [changesOf("immediate"), changesOf("pending-reboot")];
  if (now.length > 0) log.info(`without a restart: ${now.join(", ")}`);
  if (later.length > 0) log.info(`waits for a reboot, which you choose: ${later.join(", ")}`);
}

export const rdsVerification: ResourceType<RdsVerificationArgs, { report: VerificationReport }> = {
  secrets: [],
  announce: announceParameters,
  async diff(known, inputs, log) {
    announceParameters(known, inputs, log);
    const changed = changedInputs(known.inputs, inputs);
    if (changed.length > 0) return changed;
    const now = await asked(inputs, log);
    if (!now || isDeepStrictEqual(now, known.outputs.report)) return [];
    for (const finding of now.findings) log.info(`found: ${findingText(finding)}`);
    return ["report"];
  },
  preview: () => ({}),
  async create(inputs, log) {
    return { id: inputs.identifier, outputs: { report: await verified(inputs, log) } };
  },
  async update(_, inputs, log) {
    return { report: await verified(inputs, log) };
  },
  async read(known) {
    return known.outputs;
  },
  async delete() {},
};
