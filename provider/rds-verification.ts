/** `durable-postgres:rds:Verification`: a database on RDS compared with what was declared, through AWS's API, or over a connection. */

import { isDeepStrictEqual } from "node:util";
import { Unreachable } from "../components/connection";
import { ApiFault } from "../components/rds/ask";
import { type RdsVerificationArgs, verifyRds } from "../components/rds/verify";
import type { VerificationReport } from "../components/verify/report";
import { findingText } from "../components/verify/verify";
import { changedInputs } from "./differences";
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

export const rdsVerification: ResourceType<RdsVerificationArgs, { report: VerificationReport }> = {
  secrets: [],
  async diff(known, inputs, log) {
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
