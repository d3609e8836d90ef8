/** `durable-postgres status`: is the server of a stack well, and what is to be done where it is not? */

import { clearScreenDown, cursorTo } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import Table from "cli-table3";
import { lastRehearsal, newerRehearsal } from "../components/backup/evidence";
import { oldestBackup } from "../components/backup/objectives";
import type { BackupLocation } from "../components/backup/store";
import { now } from "../components/backup/time";
import type { Connection } from "../components/connection";
import { Fault, faultsIn } from "../components/faults";
import { parameterValues } from "../components/parameters/settings";
import type { Backups } from "../components/status/check";
import { containerDisks, localDisks } from "../components/status/disks";
import { rdsStatus } from "../components/status/rds-checks";
import { readStatus, type StatusReading } from "../components/status/reading";
import { exitCode, type StatusReport, statusReport, unreadable } from "../components/status/report";
import type { VerificationReport } from "../components/verify/report";
import {
  activeGeneration,
  type DeployedGeneration,
  isOnRds,
  type RdsDeployed,
  storeOf,
} from "./backup/generations";
import { findProject, type StackOutputs } from "./project";

/** What the command is asked. */
export interface StatusOptions {
  stack: string;
  watch?: boolean;
  json?: boolean;
}

/** Between the two readings from which a rate is computed. */
const RATE_MS = 1000;

/** Between two reports of `--watch`. */
const WATCH_MS = 2000;

/** The generation that applications use, or why nothing is known of its backups. */
function generationOrFault(stack: string, outputs: StackOutputs): DeployedGeneration | Fault {
  try {
    return activeGeneration(stack, outputs);
  } catch (error) {
    return faultOf(error);
  }
}

/** When a backup is due: by the target's own schedule, or by hand. */
function due(location: BackupLocation): Pick<Backups, "backupAge" | "isScheduled"> {
  return location.kind === "docker"
    ? { backupAge: location.maxBackupAge, isScheduled: true }
    : { backupAge: oldestBackup(location.retention), isScheduled: false };
}

/** Where backups and archive take room on this machine. */
function foldersOf(location: BackupLocation): string[] {
  return location.kind === "local" ? [location.archiveDirectory, location.backupDirectory] : [];
}

/** What is kept of a generation. */
async function readBackups(stack: string, generation: DeployedGeneration | Fault): Promise<Backups | Fault> {
  if (generation instanceof Fault) return generation;
  try {
    const catalogue = await storeOf(generation).catalogue();
    return {
      stack,
      catalogue,
      lastRehearsal: newerRehearsal(lastRehearsal(findProject(), stack), catalogue.lastRehearsal),
      ...due(generation.backup),
      now: now(),
    };
  } catch (error) {
    return faultOf(error);
  }
}

/** Reads the server of a stack as its monitor, over TCP like any operator. */
function read(stack: string, outputs: StackOutputs): Promise<StatusReading> {
  const { host, port, roles, database, ca, container } = outputs;
  const connection: Connection = { host, port, database, ca, ...roles.monitor };
  const generation = generationOrFault(stack, outputs);
  const folders = generation instanceof Fault ? [] : foldersOf(generation.backup);
  return readStatus(connection, {
    disks: (data) =>
      container === undefined ? localDisks(data, ...folders) : containerDisks(container, data),
    backups: () => readBackups(stack, generation),
  });
}

function report(outputs: StackOutputs, reading: StatusReading, previous?: StatusReading): StatusReport {
  const { settings, verification } = outputs;
  const deployed = {
    parameters: parameterValues(settings),
    activeConnections: settings.memoryBudget.activeConnections,
    startedAt: startOf(verification),
  };
  return statusReport(reading, deployed, previous);
}

/** Whoever verified through AWS's API saw no server. */
function startOf(verification: VerificationReport): string {
  return verification.by === "connection" ? verification.server.startedAt : "";
}

/** The fault of an answer that is none; any other error goes on. */
function faultOf(error: unknown): Fault {
  const [fault] = faultsIn(error);
  return fault as Fault;
}

/** Between two questions to AWS, which lets every account ask so many and no more. */
const RDS_WATCH_MS = 30_000;

/** The same of a database on RDS: what AWS says of it. Its alarms look at the rest. */
async function* rdsReports(
  stack: string,
  generation: RdsDeployed,
  signal: AbortSignal,
): AsyncGenerator<StatusReport> {
  const { RdsBackups } = await import("../components/rds/backup/backups");
  while (!signal.aborted) {
    yield await new RdsBackups(generation.backup).catalogue().then(
      (catalogue) =>
        rdsStatus({ stack, catalogue, lastRehearsal: lastRehearsal(findProject(), stack), now: now() }),
      (error) => unreadable(faultOf(error)),
    );
    await sleep(RDS_WATCH_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** One report after the other, without end. Each compares with the reading before it. */
async function* reports(
  stack: string,
  deployment: Promise<StackOutputs>,
  signal: AbortSignal,
): AsyncGenerator<StatusReport> {
  const outputs = await deployment.catch(faultOf);
  if (!("roles" in outputs)) return yield unreadable(outputs);
  const active = generationOrFault(stack, outputs);
  if (!(active instanceof Fault) && isOnRds(active)) return yield* rdsReports(stack, active, signal);
  let previous: StatusReading | undefined;
  while (!signal.aborted) {
    const reading = await read(stack, outputs).catch(faultOf);
    const isRead = "rows" in reading;
    if (!isRead) {
      const generation = generationOrFault(stack, outputs);
      const isKnown = !(generation instanceof Fault);
      yield unreadable(reading, isKnown ? await readBackups(stack, generation) : undefined);
    } else if (previous) yield report(outputs, reading, previous);
    const pause = isRead && !previous ? RATE_MS : WATCH_MS;
    previous = isRead ? reading : undefined;
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}

/** One report, for whoever shows it in another way. */
export async function currentStatus(stack: string, outputs: StackOutputs): Promise<StatusReport> {
  const unending = new AbortController().signal;
  const { value } = await reports(stack, Promise.resolve(outputs), unending).next();
  return value as StatusReport;
}

/**
 * Prints one report, or with `watch` one after the other until Ctrl-C. Returns the exit code of the last one.
 *
 * @param deployment What the stack's deployment left; without it the server counts as critical.
 */
export async function status(
  deployment: Promise<StackOutputs>,
  { stack, watch = false, json = false }: StatusOptions,
  stream: NodeJS.WriteStream = process.stdout,
): Promise<number> {
  const stopped = new AbortController();
  const stop = () => stopped.abort();
  process.once("SIGINT", stop);
  // `| head` closes the pipe.
  stream.once("error", stop);
  let code = 0;
  for await (const current of reports(stack, deployment, stopped.signal)) {
    code = exitCode(current);
    const redrawn = watch && !json && stream.isTTY;
    if (redrawn) {
      cursorTo(stream, 0, 0);
      clearScreenDown(stream);
    }
    const text = json ? JSON.stringify(current, null, watch ? 0 : 2) : statusText(current);
    stream.write(`${text}\n${watch && !json ? "\n" : ""}`);
    if (!watch) break;
  }
  process.off("SIGINT", stop);
  return code;
}

/** The report as a person reads it. */
export function statusText({ ok, server, checks }: StatusReport): string {
  if (checks.some(({ name, verdict }) => name === "server" && verdict === "critical"))
    return checks
      .map(({ name, verdict, value, hint }) =>
        [
          `${verdict}: ${name === "server" ? "" : `${name}: `}${value}`,
          ...(hint === "" ? [] : [`HINT: ${hint}`]),
        ].join("\n"),
      )
      .join("\n");
  const bad = checks.filter(({ verdict }) => verdict !== "ok");
  const table = new Table({
    head: ["verdict", "check", "now", "threshold", ...(ok ? [] : ["what to do"])],
    style: { head: [], border: [], compact: true },
    wordWrap: true,
    colWidths: [null, null, 40, 38, ...(ok ? [] : [44])],
  });
  for (const { name, value, threshold, verdict, hint } of checks)
    table.push([verdict, name, value, threshold, ...(ok ? [] : [hint])]);
  return [
    ...(server ? [`PostgreSQL ${server.version}, started ${server.startedAt}`] : []),
    table.toString(),
    ok ? `ok: ${checks.length} checks` : summary(checks.length, bad),
  ].join("\n");
}

/** `critical: WAL not yet archived; warning: archiver; 16 of 18 checks are ok` */
function summary(count: number, bad: StatusReport["checks"]): string {
  const names = (["critical", "warning"] as const).flatMap((verdict) => {
    const of = bad.filter((check) => check.verdict === verdict).map(({ name }) => name);
    return of.length === 0 ? [] : [`${verdict}: ${of.join(", ")}`];
  });
  return [...names, `${count - bad.length} of ${count} checks are ok`].join("; ");
}
