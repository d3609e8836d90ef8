/** `durable-postgres verify`: is the running server what was deployed? */

import Table from "cli-table3";
import { parameterValues } from "../components/parameters/settings";
import type { VerificationReport } from "../components/verify/report";
import { verify } from "../components/verify/verify";
import type { StackOutputs } from "./project";

/** Verifies the server of a stack as its superuser, over TCP like any operator. */
export function verifyStack({
  host,
  port,
  roles,
  settings,
  database,
  ca,
}: StackOutputs): Promise<VerificationReport> {
  return verify({ host, port, database, ca, ...roles.superuser }, parameterValues(settings));
}

/** The report as a person reads it. */
export function reportText(report: VerificationReport): string {
  const { server, compared, findings, ok } = report;
  const lines = [
    `PostgreSQL ${server.version}, started ${server.startedAt}, data checksums ${server.dataChecksums}`,
    ok ? `ok: ${compared} parameters run as declared` : "NOT as declared:",
  ];
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
