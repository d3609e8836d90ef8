/** `durable-postgres:index:Verification`: the running server compared with what was declared; fails when it differs. */

import { isDeepStrictEqual } from "node:util";
import type { Connection } from "../components/connection";
import type { ConnectionReport, VerificationReport } from "../components/verify/report";
import { findingText, verificationFault, verify } from "../components/verify/verify";
import type { Log, ResourceType } from "./resource";

/** Inputs of `Verification`. */
export interface VerificationInputs {
  administration: Connection;
  /** Start of the server: after a restart it is verified again. */
  startedAt: string;
  /** Declared values by parameter. */
  parameters: Record<string, string>;
}

/** A report without errors, its warnings shown; else an error that names everything that is not as declared. */
export function accepted<Report extends VerificationReport>(report: Report, log: Log): Report {
  const fault = verificationFault(report);
  if (fault) throw fault;
  for (const finding of report.findings) log.warn(`${findingText(finding)}\nHINT: ${finding.hint}`);
  return report;
}

async function verified(inputs: VerificationInputs, log: Log): Promise<ConnectionReport> {
  return accepted(await verify(inputs.administration, inputs.parameters), log);
}

export const verification: ResourceType<VerificationInputs, { report: ConnectionReport }> = {
  secrets: [],
  async diff(known, inputs, log) {
    if (known.inputs.startedAt !== inputs.startedAt) return ["startedAt"];
    if (!isDeepStrictEqual(known.inputs.parameters, inputs.parameters)) return ["parameters"];
    const report = await verify(inputs.administration, inputs.parameters);
    if (isDeepStrictEqual(report, known.outputs.report)) return [];
    for (const finding of report.findings) log.info(`found: ${findingText(finding)}`);
    return ["report"];
  },
  preview: () => ({}),
  async create(inputs, log) {
    const report = await verified(inputs, log);
    return { id: report.server.systemIdentifier, outputs: { report } };
  },
  async update(_, inputs, log) {
    return { report: await verified(inputs, log) };
  },
  async read(known) {
    return {
      report: await verify(known.inputs.administration, known.inputs.parameters).catch(
        () => known.outputs.report,
      ),
    };
  },
  async delete() {},
};
