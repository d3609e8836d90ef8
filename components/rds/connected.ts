/** What does a verification over a connection say of a server that is AWS's? Pure. */

import { pgParameter, VERSIONS } from "../parameters/postgres";
import { type ConnectionReport, type Finding, isOk, isUnsafe, type RdsApiReport } from "../verify/report";
import { isAbsent, isManagedByRds, rdsParameter } from "./parameters";

/** What is said of AWS's own user and of Aurora's own storage is nobody's to mend. */
function counts({ parameter, source }: Finding, { topology }: RdsApiReport["server"]): boolean {
  if (/\b(role|database) rdsadmin\b/.test(source)) return false;
  // The master user cannot see why a value waits: the API can, and tells.
  if (source.endsWith("pending_restart")) return false;
  return !isAbsent(parameter, topology) && !(topology === "aurora" && parameter === "data_checksums");
}

/** The servers have not taken their parameter group yet, and it is known when they will. */
function waiting({ findings }: RdsApiReport): Finding | undefined {
  return findings.find(
    ({ parameter, severity }) => parameter === "parameter group" && severity === "warning",
  );
}

/** A finding with what can be done about it on RDS. */
function onRds(finding: Finding, later: Finding | undefined, version: string): Finding {
  const { parameter, asked, running, source } = finding;
  const isOverride = /^(role |database |all roles)/.test(source);
  if (isOverride) return finding;
  const isDangerous = isUnsafe(parameter, running ?? "");
  if (isManagedByRds(parameter) || parameter === "data_checksums")
    return {
      ...finding,
      severity: isDangerous ? "error" : "warning",
      hint: "AWS manages it: ask AWS's support",
    };
  if (!later || asked === null || isDangerous || !waitsForRestart(parameter, version)) return finding;
  return { ...finding, severity: "warning", hint: later.hint };
}

/** True for a parameter that takes its new value at the next restart. */
function waitsForRestart(parameter: string, version: string): boolean {
  const major = VERSIONS.find((known) => version.startsWith(`${known}.`) || version === known);
  const context = major && pgParameter(major, parameter)?.context;
  return context === "postmaster" || rdsParameter(parameter).static === true;
}

/**
 * Both reports as one: what the server runs with, and what AWS says of it.
 *
 * A parameter that waits for a restart, as the API tells, is a warning, and so is what AWS manages, since nobody else
 * can mend it. A value in force that is unsafe is an error, whoever has set it.
 */
export function combinedReport(api: RdsApiReport, connection: ConnectionReport): ConnectionReport {
  const later = waiting(api);
  const own = connection.findings
    .filter((finding) => counts(finding, api.server))
    .map((finding) => onRds(finding, later, connection.server.version));
  const findings = [...own, ...api.findings];
  return { ...connection, ok: isOk(findings), rds: api.server, findings };
}
