/** `durable-postgres verify`: is the running server what was deployed? */

import path from "node:path";
import Table from "cli-table3";
import { evidenceFolder } from "../components/backup/evidence";
import type { DatabaseRoles, RoleCredentials } from "../components/database";
import { Fault } from "../components/faults";
import { packageManifest } from "../components/package";
import { parameterValues } from "../components/parameters/settings";
import { assertedValues, toParameterGroup } from "../components/rds/parameter-group";
import { verifyRds } from "../components/rds/verify";
import type { VerificationReport } from "../components/verify/report";
import { verify } from "../components/verify/verify";
import { appendEvidence } from "../drills/evidence";
import type { VerificationRecord } from "../drills/report/state";
import { machineText } from "./machine";
import type { StackOutputs } from "./project";

/**
 * Verifies the server of a stack as its deployment does: as the superuser over TCP, or on RDS through the API and as the
 * master user.
 */
export async function verifyStack(outputs: StackOutputs): Promise<VerificationReport> {
  const { host, port, database, ca, roles, settings, verification } = outputs;
  const rds = verification.by === "RDS API" ? verification.server : verification.rds;
  if (!rds) return verify({ host, port, database, ca, ...superuser(roles) }, parameterValues(settings));
  const kind = { topology: rds.topology, version: settings.version };
  return verifyRds({
    ...rds,
    parameters: toParameterGroup(settings, kind).parameters,
    ...(verification.by === "connection" && {
      connect: {
        region: rds.region,
        secretArn: outputs.secretArn ?? "",
        host,
        port,
        ca: ca ?? "",
        values: assertedValues(settings, kind),
      },
    }),
  });
}

/** Keeps a verification in the evidence of a stack. */
export async function recordVerification(
  { projectRoot, stack, during }: { projectRoot: string; stack: string } & Pick<VerificationRecord, "during">,
  report: VerificationReport,
  { settings }: StackOutputs,
): Promise<void> {
  const record: VerificationRecord = {
    kind: "verification",
    during,
    product: packageManifest.version,
    postgres: settings.version,
    machine: machineText(),
    parameters: parameterValues(settings),
    ...report,
  };
  await appendEvidence(path.join(evidenceFolder(projectRoot, stack), "verifications.jsonl"), { ...record });
}

function superuser({ superuser: credentials }: DatabaseRoles): RoleCredentials {
  if (credentials) return credentials;
  throw new Fault("the stack has no superuser", "run the deployment again");
}

/** What was looked at. */
function serverText(report: VerificationReport): string {
  if (report.by === "connection") {
    const { version, startedAt, dataChecksums } = report.server;
    return `PostgreSQL ${version}, started ${startedAt}, data checksums ${dataChecksums}`;
  }
  const { version, identifier, region, parameterGroup } = report.server;
  return `PostgreSQL ${version}, ${identifier} in ${region}, parameter group ${parameterGroup}`;
}

/** How much was compared, and with what. */
export function comparedText({ by, compared }: VerificationReport): string {
  return by === "connection"
    ? `${compared} parameters run as declared`
    : `${compared} parameters of the group are as declared; the server itself was not asked (${by})`;
}

/** The report as a person reads it. */
export function reportText(report: VerificationReport): string {
  const { findings, ok } = report;
  const lines = [serverText(report), ok ? `ok: ${comparedText(report)}` : "NOT as declared:"];
  if (findings.length === 0) return lines.join("\n");
  const head = ["severity", "parameter", "asked", "running", "source", "hint"];
  const table = new Table({
    head,
    style: { head: [], border: [], compact: true },
    wordWrap: true,
    colWidths: [null, null, null, null, 26, 44],
  });
  for (const { severity, parameter, asked, running, source, hint } of findings)
    table.push([severity, parameter, asked ?? "", running ?? "", source, hint]);
  return [...lines, table.toString()].join("\n");
}
