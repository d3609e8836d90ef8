/** Does the running server do what was declared? Pure comparison of what was asked with what was read. */

import { CATALOGUE, catalogueRow, safeValues } from "../parameters/catalogue";
import type { Topology } from "../rds/options";
import { asShown, means, type RunningParameter, shown } from "../running/pg-settings";

/** One thing that is not as it should be. */
export interface Finding {
  parameter: string;
  /** Declared value; null when nothing was declared. */
  asked: string | null;
  /** Value in force; null when the server does not have the parameter. */
  running: string | null;
  /** Where the running value comes from: `command line`, `postgresql.auto.conf (ALTER SYSTEM)`, `role app`. */
  source: string;
  /** An `error` fails the deployment, a `warning` is shown. */
  severity: "error" | "warning";
  hint: string;
}

/** A row of `pg_db_role_setting`: a value that holds for a role, a database, or a role in a database. */
export interface Override {
  role: string | null;
  database: string | null;
  parameter: string;
  value: string;
}

/** A row of `pg_file_settings`. */
export interface FileEntry {
  name: string | null;
  setting: string | null;
  sourcefile: string;
  sourceline: number;
  applied: boolean;
  error: string | null;
}

/** What was read from the running server. */
export interface ServerReading {
  version: string;
  systemIdentifier: string;
  startedAt: string;
  inRecovery: boolean;
  parameters: ReadonlyMap<string, RunningParameter>;
  overrides: readonly Override[];
  fileEntries: readonly FileEntry[];
}

/** What every verification tells. */
interface Report {
  /** True when there is no finding of severity `error`. */
  ok: boolean;
  /** Number of parameters compared. */
  compared: number;
  findings: Finding[];
}

/** Over a connection: what the server really runs with. */
export interface ConnectionReport extends Report {
  by: "connection";
  server: {
    version: string;
    systemIdentifier: string;
    startedAt: string;
    dataChecksums: string;
    /** `shared_memory_size`: what the server really took, beside the budget's estimate. */
    sharedMemory: string;
    inRecovery: boolean;
  };
  /** Where AWS's API was asked too. */
  rds?: RdsServer;
}

/** A database on RDS, as its API is asked about it. */
export interface RdsServer {
  version: string;
  region: string;
  topology: Topology;
  /** Of the instance or the cluster. */
  identifier: string;
  parameterGroup: string;
}

/**
 * Through AWS's API: what the parameter group holds, and whether the servers have taken it. Nothing else of the server
 * is seen, neither what a role or a database has of its own nor what AWS manages.
 */
export interface RdsApiReport extends Report {
  by: "RDS API";
  server: RdsServer;
}

/** Result of a verification; also the output of `durable-postgres verify --json`. */
export type VerificationReport = ConnectionReport | RdsApiReport;

const AGAIN = "run the deployment again";

/** `postgresql.auto.conf (ALTER SYSTEM)`, `postgresql.conf`, `command line`. */
function sourceOf(row: RunningParameter): string {
  if (!row.sourcefile) return row.source;
  return fileName(row.sourcefile);
}

function fileName(file: string): string {
  const name = file.split("/").at(-1) ?? file;
  return name === "postgresql.auto.conf" ? `${name} (ALTER SYSTEM)` : name;
}

/** Whether a value loses data that was acknowledged, or may. */
export function isUnsafe(parameter: string, value: string): boolean {
  const row = catalogueRow(parameter);
  return row?.control === "fixed" && !safeValues(row).includes(value);
}

function declaredFindings(declared: Readonly<Record<string, string>>, reading: ServerReading): Finding[] {
  const findings: Finding[] = [];
  for (const [parameter, asked] of Object.entries(declared)) {
    const live = reading.parameters.get(parameter);
    if (live && means(live, asked)) continue;
    findings.push({
      parameter,
      asked,
      running: live ? shown(live) : null,
      source: live ? sourceOf(live) : "not known to this server",
      severity: "error",
      hint: AGAIN,
    });
  }
  return findings;
}

/** Fixed parameters must be safe even where nobody declared them. */
function unsafeFindings(declared: Readonly<Record<string, string>>, reading: ServerReading): Finding[] {
  return Object.keys(CATALOGUE).flatMap((parameter) => {
    const live = reading.parameters.get(parameter);
    if (!live || parameter in declared || !isUnsafe(parameter, shown(live))) return [];
    const finding: Finding = {
      parameter,
      asked: null,
      running: shown(live),
      source: sourceOf(live),
      severity: "error",
      hint: AGAIN,
    };
    return [finding];
  });
}

/** Nothing outranks the command line: what `pending_restart` says of it is that a file holds another value. */
function isOnCommandLine(live: RunningParameter | undefined): boolean {
  return live?.source === "command line";
}

function pendingFindings(declared: Readonly<Record<string, string>>, reading: ServerReading): Finding[] {
  return [...reading.parameters.values()]
    .filter((live) => live.pending_restart && !isOnCommandLine(live))
    .map((live) => ({
      parameter: live.name,
      asked: declared[live.name] ?? null,
      running: shown(live),
      source: `${sourceOf(live)}, pending_restart`,
      severity: "warning",
      hint: `it takes another value at the next restart: ALTER SYSTEM RESET ${live.name}, or declare it under parameters`,
    }));
}

/** What is safe of a server, and is not as the value of a role: foreign keys are not checked in a session that has it. */
const ROLES_OWN: Readonly<Record<string, string>> = { session_replication_role: "replica" };

/** `SHOW` does not see these: another role, or the same in another database, runs with another value. */
function overrideFindings(declared: Readonly<Record<string, string>>, reading: ServerReading): Finding[] {
  const findings: Finding[] = [];
  for (const { role, database, parameter, value } of reading.overrides) {
    const live = reading.parameters.get(parameter);
    const written = live ? asShown(live, value) : value;
    const unsafe = isUnsafe(parameter, written);
    const asked = declared[parameter];
    const isOwn = ROLES_OWN[parameter] === written;
    if (!unsafe && !isOwn && (asked === undefined || !live || means(live, value))) continue;
    const source =
      [role && `role ${role}`, database && `database ${database}`].filter(Boolean).join(" in ") ||
      "all roles";
    const who = role
      ? `ROLE ${quote(role)}${database ? ` IN DATABASE ${quote(database)}` : ""}`
      : database
        ? `DATABASE ${quote(database)}`
        : "ROLE ALL";
    findings.push({
      parameter,
      asked: asked ?? null,
      running: written,
      source,
      severity: unsafe ? "error" : "warning",
      hint: `ALTER ${who} RESET ${parameter}`,
    });
  }
  return findings;
}

function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/**
 * Entries of configuration files that the command line defeats today, and that would act on the day it is gone.
 * `pg_file_settings.applied` says true of them. Those of postgresql.conf are the image's or initdb's defaults and
 * count only where they are unsafe.
 */
function overriddenFinding(live: RunningParameter, entry: FileEntry): Finding | undefined {
  const setting = entry.setting ?? "";
  const unsafe = isUnsafe(live.name, asShown(live, setting));
  const byAlterSystem = entry.sourcefile.endsWith("postgresql.auto.conf");
  if (means(live, setting) || !(unsafe || byAlterSystem)) return undefined;
  return {
    parameter: live.name,
    asked: asShown(live, setting),
    running: shown(live),
    source: `${place(entry)}, overridden by the command line`,
    severity: unsafe ? "error" : "warning",
    hint: byAlterSystem ? `ALTER SYSTEM RESET ${live.name}` : `remove the line from ${entry.sourcefile}`,
  };
}

function place({ sourcefile, sourceline }: FileEntry): string {
  return `${fileName(sourcefile)} line ${sourceline}`;
}

function fileFindings(reading: ServerReading): Finding[] {
  const findings: Finding[] = [];
  for (const entry of reading.fileEntries) {
    const live = entry.name ? reading.parameters.get(entry.name) : undefined;
    if (live && isOnCommandLine(live)) {
      const finding = overriddenFinding(live, entry);
      if (finding) findings.push(finding);
    } else if (entry.error && !live?.pending_restart) {
      findings.push({
        parameter: entry.name ?? fileName(entry.sourcefile),
        asked: entry.setting,
        running: live ? shown(live) : null,
        source: place(entry),
        severity: "warning",
        hint: `the server refuses this line: ${entry.error}`,
      });
    }
  }
  return findings;
}

function clusterFindings(reading: ServerReading): Finding[] {
  const findings: Finding[] = [];
  const checksums = reading.parameters.get("data_checksums")?.setting ?? "off";
  const finding = { asked: null, severity: "error" as const, source: "cluster" };
  if (checksums !== "on")
    findings.push({
      ...finding,
      parameter: "data_checksums",
      running: checksums,
      hint: "stop the server, then: pg_checksums --enable -D <data directory>",
    });
  if (reading.inRecovery)
    findings.push({
      ...finding,
      parameter: "in_recovery",
      running: "on",
      hint: "the server is a standby or replays WAL and takes no writes: SELECT pg_promote()",
    });
  return findings;
}

/** Whether nothing was found that fails a deployment. */
export function isOk(findings: readonly Finding[]): boolean {
  return findings.every(({ severity }) => severity !== "error");
}

/** Compares, by unit and not by text, everything declared with everything read. Pure. */
export function verificationReport(
  declared: Readonly<Record<string, string>>,
  reading: ServerReading,
): ConnectionReport {
  const findings = [
    ...clusterFindings(reading),
    ...declaredFindings(declared, reading),
    ...unsafeFindings(declared, reading),
    ...overrideFindings(declared, reading),
    ...fileFindings(reading),
    ...pendingFindings(declared, reading),
  ];
  const { version, systemIdentifier, startedAt, inRecovery } = reading;
  const dataChecksums = reading.parameters.get("data_checksums")?.setting ?? "off";
  const shared = reading.parameters.get("shared_memory_size");
  const sharedMemory = shared ? shown(shared) : "";
  return {
    ok: isOk(findings),
    by: "connection",
    server: { version, systemIdentifier, startedAt, dataChecksums, sharedMemory, inRecovery },
    compared: Object.keys(declared).length,
    findings,
  };
}
