/** Is a database on RDS as declared, as far as AWS's API tells? Pure comparison of what was asked with what was read. */

import { type Finding, isOk, isUnsafe, type RdsApiReport } from "../verify/report";
import type { Topology } from "./options";
import type { GroupParameter } from "./parameter-group";

/** Which database, and what it is compared with. */
export interface RdsTarget {
  region: string;
  topology: Topology;
  /** Of the instance or the cluster. */
  identifier: string;
  parameterGroup: string;
  /** What the parameter group has to hold. */
  parameters: readonly GroupParameter[];
}

/** A server, and whether it has taken its parameter group. */
export interface ServerState {
  identifier: string;
  /** Absent where only the cluster has one. */
  status?: string;
  parameterGroup: string;
  /** `ParameterApplyStatus`: `in-sync`, `applying`, `pending-reboot`, `pending-database-upgrade`, `failed-to-apply`. */
  applied: string;
}

/** A change that AWS has taken and not made yet. */
export interface PendingChange {
  property: string;
  asked: string;
  running: string | null;
}

/** What was read through the API. */
export interface RdsReading {
  version: string;
  /** Of the instance or the cluster. */
  status: string;
  servers: readonly ServerState[];
  pending: readonly PendingChange[];
  /** Parameters of the group that somebody set, in RDS's notation. */
  parameters: ReadonlyMap<string, string>;
}

const AGAIN = "run the deployment again";

/**
 * Statuses in which the database does not serve, and does not come back by itself. Others, such as `backing-up`, pass.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html
 */
const BROKEN =
  /^(cloning-failed|deleting|failed|inaccessible-|incompatible-|insufficient-capacity|migration-failed|restore-error|stopp|storage-full)/;

const BOOLEANS: Readonly<Record<string, string>> = { on: "1", true: "1", off: "0", false: "0" };

/** A value without the differences that make none: a formula stays text. */
function canonical(value: string): string {
  const text = value.trim().toLowerCase();
  return BOOLEANS[text] ?? (text !== "" && Number.isFinite(Number(text)) ? String(Number(text)) : text);
}

function declaredFindings({ parameterGroup, parameters }: RdsTarget, reading: RdsReading): Finding[] {
  return parameters.flatMap(({ name, value }) => {
    const actual = reading.parameters.get(name);
    if (actual !== undefined && canonical(actual) === canonical(value)) return [];
    const finding: Finding = {
      parameter: name,
      asked: value,
      running: actual ?? null,
      source: `parameter group ${parameterGroup}`,
      severity: "error",
      hint: "npx durable-postgres pulumi refresh, then run the deployment again",
    };
    return [finding];
  });
}

/** What somebody else put into the group. */
function foreignFindings(target: RdsTarget, reading: RdsReading): Finding[] {
  const { parameterGroup, region, topology } = target;
  const declared = new Set(target.parameters.map(({ name }) => name));
  const kind = topology === "single" || topology === "multi-az" ? "db" : "db-cluster";
  return [...reading.parameters]
    .filter(([name]) => !declared.has(name))
    .map(([name, value]) => ({
      parameter: name,
      asked: null,
      running: value,
      source: `parameter group ${parameterGroup}`,
      severity: isUnsafe(name, value) ? "error" : "warning",
      hint:
        `declare it under parameters, or: aws rds reset-${kind}-parameter-group --${kind}-parameter-group-name ${parameterGroup}` +
        ` --parameters ParameterName=${name},ApplyMethod=pending-reboot --region ${region}`,
    }));
}

/** The command that makes a server take what waits for a restart. */
function reboot({ region, topology, identifier }: RdsTarget, server: ServerState): string {
  return topology === "cluster"
    ? `aws rds reboot-db-cluster --db-cluster-identifier ${identifier} --region ${region}`
    : `aws rds reboot-db-instance --db-instance-identifier ${server.identifier} --region ${region}`;
}

/** What to do about a group that a server has not taken. */
function applyHint(target: RdsTarget, server: ServerState): string {
  switch (server.applied) {
    case "pending-reboot":
      return `it is taken at the next restart: ${reboot(target, server)}`;
    case "pending-database-upgrade":
      return "it is taken with the upgrade, in the maintenance window";
    case "applying":
      return "RDS is taking it: npx durable-postgres verify";
    default:
      return `look for the reason: aws rds describe-events --source-identifier ${server.identifier} --source-type db-instance --region ${target.region}`;
  }
}

function serverFindings(target: RdsTarget, server: ServerState): Finding[] {
  const { identifier, status, parameterGroup, applied } = server;
  const source = `server ${identifier}`;
  const findings: Finding[] = [];
  if (status !== undefined) findings.push(...statusFindings(target, `server ${identifier}`, status));
  if (parameterGroup !== target.parameterGroup)
    findings.push({
      parameter: "parameter group",
      asked: target.parameterGroup,
      running: parameterGroup,
      source,
      severity: "error",
      hint: AGAIN,
    });
  else if (applied !== "in-sync")
    findings.push({
      parameter: "parameter group",
      asked: "in-sync",
      running: applied,
      source,
      severity: applied === "failed-to-apply" ? "error" : "warning",
      hint: applyHint(target, server),
    });
  return findings;
}

function statusFindings({ region, identifier }: RdsTarget, source: string, status: string): Finding[] {
  if (!BROKEN.test(status)) return [];
  const finding: Finding = {
    parameter: "status",
    asked: "available",
    running: status,
    source,
    severity: "error",
    hint: `look for the reason: aws rds describe-events --duration 1440 --region ${region}, of ${identifier}`,
  };
  return [finding];
}

function pendingFindings({ identifier }: RdsTarget, { pending }: RdsReading): Finding[] {
  return pending.map(({ property, asked, running }) => ({
    parameter: property,
    asked,
    running,
    source: `PendingModifiedValues of ${identifier}`,
    severity: "warning",
    hint: "it comes in the maintenance window; at once with `applyImmediately: true` under rds",
  }));
}

/** Compares what was declared with what the API tells. Values are compared in RDS's notation, formulas as text. */
export function rdsApiReport(target: RdsTarget, reading: RdsReading): RdsApiReport {
  const { region, topology, identifier, parameterGroup, parameters } = target;
  const findings = [
    ...statusFindings(target, `database ${identifier}`, reading.status),
    ...reading.servers.flatMap((server) => serverFindings(target, server)),
    ...declaredFindings(target, reading),
    ...foreignFindings(target, reading),
    ...pendingFindings(target, reading),
  ];
  return {
    ok: isOk(findings),
    by: "RDS API",
    server: { version: reading.version, region, topology, identifier, parameterGroup },
    compared: parameters.length,
    findings,
  };
}
