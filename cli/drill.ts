/** `durable-postgres drill`: does this stack's server keep what it acknowledged? Shown on a throw-away copy of it. */

import path from "node:path";
import Table from "cli-table3";
import { evidenceFolder } from "../components/backup/evidence";
import { type DurabilityArgs, readDuration } from "../components/backup/objectives";
import type { DockerBackupLocation } from "../components/backup/store";
import type { Target } from "../components/database";
import { Fault, faultsIn } from "../components/faults";
import { instancesHome } from "../components/local/instance";
import { packageManifest } from "../components/package";
import { parameterValues, type Settings } from "../components/parameters/settings";
import type { Progress } from "../components/progress";
import { CLAIMS, DEFAULT_ROUNDS, type DrillName, drillsOn } from "../drills/claims";
import { CONTROLS, type ControlResult, runControl } from "../drills/controls";
import { type DrillArgs, runDrill } from "../drills/drills";
import { appendEvidence } from "../drills/evidence";
import type { Circumstances, DrillRecord, DrillResult } from "../drills/record";
import type { DrillRound, RoundRecovery } from "../drills/rounds";
import { activeGeneration } from "./backup/generations";
import { machineText } from "./machine";
import { findProject, stackOutputs } from "./project";
import { readStackConfig } from "./stack-config";

/** What the command found out. */
export interface DrillReport {
  stack: string;
  version: string;
  drills: DrillResult[];
  /** Empty without `--prove`. */
  controls: ControlResult[];
  /** Somebody ended the command: less was run than was asked for. */
  interrupted: boolean;
}

/** What the command is asked. */
export interface DrillOptions {
  stack: string;
  rounds: number;
  prove: boolean;
  /** Also on a stack that is marked as production. Default: false. */
  allowProduction?: boolean;
  /** Aborted where somebody ends the command: the round that runs is the last one. */
  signal?: AbortSignal;
}

/** The drills of a stack; every one leaves a record in the stack's evidence. */
export async function drill(
  choice: DrillName | "all",
  { stack, rounds, prove, allowProduction = false, signal }: DrillOptions,
  progress: Progress,
): Promise<DrillReport> {
  const projectRoot = findProject();
  const outputs = await stackOutputs(stack, projectRoot);
  const { settings, container, secretArn } = outputs;
  const target = secretArn !== undefined ? "rds" : container !== undefined ? "docker" : "local";
  if (choice !== "all" && !CLAIMS[choice].targets.includes(target)) throw notHere(choice, stack, target);
  const config = await readStackConfig(stack, projectRoot);
  if (!allowProduction && config("production")?.value === "true")
    throw new Fault(
      `stack ${stack} is marked as production, and a drill ${target === "rds" ? "interrupts it" : "takes processors, memory and disk from it"}`,
      `run it on a stack like it, or: npx durable-postgres drill ${choice} --stack ${stack} --allow-production`,
    );
  const standby =
    target === "rds" ? await (await import("./drill-rds")).standbyOf(stack, outputs) : undefined;
  const original =
    target === "docker" ? (activeGeneration(stack, outputs).backup as DockerBackupLocation) : undefined;
  const home = path.join(instancesHome(projectRoot), "drills");
  const rto = settings.recovery?.rto ?? takeoverObjective(config("durability")?.objectValue);
  const args: DrillArgs = { ...copyOf(settings), rto, original, standby, rounds, home, progress, signal };
  const report: DrillReport = {
    stack,
    version: settings.version,
    drills: [],
    controls: [],
    interrupted: false,
  };
  const evidence = path.join(evidenceFolder(projectRoot, stack), "drills.jsonl");
  for (const name of choice === "all" ? drillsOn(target) : [choice]) {
    const result = await oneDrill(name, args);
    report.drills.push(result);
    const controls: ControlResult[] = [];
    try {
      if (prove && result.verdict !== "not run") await proveDrill(name, args, controls);
    } finally {
      // What was shown stays on record, also where a control cannot be run to its end.
      const record: DrillRecord = { kind: "drill", ...circumstances(args), ...result, controls };
      await appendEvidence(evidence, { ...record });
    }
    report.controls.push(...controls);
    report.interrupted = signal?.aborted === true;
    if (report.interrupted) break;
  }
  return report;
}

/** Why a drill cannot be run there. */
function notHere(choice: DrillName, stack: string, target: Target): Fault {
  const others = drillsOn(target).join(", ");
  if (target === "rds")
    return new Fault(
      `stack ${stack} is on RDS, whose disks and processes only AWS can break`,
      `npx durable-postgres drill ${others} --stack ${stack}; for the settings, deploy the same ones with \`target: local\``,
    );
  return new Fault(
    `the drill ${choice} is for ${CLAIMS[choice].targets.join(" and ")}, and stack ${stack} is ${target}`,
    `those of this target are ${others}`,
  );
}

/** Seconds of `durability.rto` where it bounds no parameter, because somebody else's standby takes over. */
function takeoverObjective(durability: unknown): number | undefined {
  const { rto } = (durability ?? {}) as DurabilityArgs;
  return rto === undefined ? undefined : readDuration(String(rto));
}

/** Version and parameters of the stack's server. */
function copyOf(settings: Settings): Pick<DrillArgs, "version" | "parameters"> {
  return { version: settings.version, parameters: parameterValues(settings) };
}

async function oneDrill(name: DrillName, args: DrillArgs): Promise<DrillResult> {
  try {
    const rounds = await runDrill(name, args);
    if (rounds.length === 0) return notRun(name, "it was interrupted before its first round");
    const verdict = rounds.every(({ findings }) => findings.length === 0) ? "passed" : "failed";
    return { drill: name, verdict, reason: null, rounds };
  } catch (error) {
    const [fault] = faultsIn(error);
    return notRun(name, fault?.message ?? "");
  }
}

function notRun(drill: DrillName, reason: string): DrillResult {
  return { drill, verdict: "not run", reason, rounds: [] };
}

/** Adds a result for each unsafe server, as far as it gets. */
async function proveDrill(name: DrillName, args: DrillArgs, results: ControlResult[]): Promise<void> {
  for (const control of CONTROLS.filter(({ drill: of }) => of === name)) {
    args.progress.info(`negative control: ${control.name}`);
    const result = await runControl(control, { ...args, rounds: Math.max(args.rounds, DEFAULT_ROUNDS) });
    // What an interrupted one has not found by then says nothing.
    if (args.signal?.aborted) return;
    results.push(result);
  }
}

function circumstances({ version, parameters, rto }: DrillArgs): Circumstances {
  const machine = machineText();
  return {
    product: packageManifest.version,
    postgres: version,
    parameters,
    machine,
    rtoSeconds: rto ?? null,
  };
}

/** 0: everything was shown; 1: something is wrong; 2: something could not be run, or not to its end. */
export function exitCode({ drills, controls, interrupted }: DrillReport): number {
  if (drills.some(({ verdict }) => verdict === "failed") || controls.some(({ found }) => !found)) return 1;
  return interrupted || drills.some(({ verdict }) => verdict === "not run") ? 2 : 0;
}

/** The report as a person reads it. */
export function drillText({ stack, version, drills, controls, interrupted }: DrillReport): string {
  const texts = drills.map((result) => oneText(result, stack, version));
  if (controls.length > 0) texts.push(controlText(controls));
  if (interrupted) texts.push("INTERRUPTED: less was run than was asked for");
  return texts.join("\n\n");
}

function oneText(
  { drill: name, verdict, reason, rounds }: DrillResult,
  stack: string,
  version: string,
): string {
  const { title, proves, doesNotProve } = CLAIMS[name];
  const subject = name === "failover" ? `stack ${stack} itself` : `a copy of stack ${stack}`;
  const head = `drill ${name}, ${subject}, PostgreSQL ${version}: ${title}`;
  if (verdict === "not run") return `${head}\nNOT RUN: ${reason}`;
  const table = new Table({
    head: ["round", "under load", "commits", "recovery", "WAL replayed", "found"],
    style: { head: [], border: [], compact: true },
    colAligns: ["right", "right", "right", "right", "right", "left"],
    wordWrap: true,
    colWidths: [null, null, null, null, null, 60],
  });
  for (const { round, loadSeconds, commits, recovery, findings } of rounds)
    table.push([
      round,
      round === 0 ? "just made" : seconds(loadSeconds),
      commits,
      recovery ? seconds(recovery.seconds) : "none",
      recovery ? replayed(recovery) : "",
      findings.length === 0 ? "nothing missing" : findings.map(({ text }) => text).join("; "),
    ]);
  return [
    head,
    table.toString(),
    verdictText(verdict, rounds),
    `PROVES: ${proves}`,
    `DOES NOT PROVE: ${doesNotProve}`,
  ].join("\n");
}

function replayed({ replayedBytes }: RoundRecovery): string {
  return replayedBytes === null ? "not told" : `${(replayedBytes / 1024 ** 2).toFixed(1)} MB`;
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

function verdictText(verdict: "passed" | "failed", rounds: readonly DrillRound[]): string {
  const commits = rounds.reduce((sum, round) => sum + round.commits, 0);
  const longest = Math.max(...rounds.map(({ recovery }) => recovery?.seconds ?? 0));
  if (verdict === "failed")
    return `FAILED in round ${rounds.at(-1)?.round}, after ${commits} acknowledged commits`;
  return `ok: ${commits} acknowledged commits, 0 lost; longest recovery ${seconds(longest)}`;
}

function controlText(controls: readonly ControlResult[]): string {
  const table = new Table({
    head: ["unsafe on purpose", "drill", "round", "found"],
    style: { head: [], border: [], compact: true },
    wordWrap: true,
    colWidths: [null, null, null, 60],
  });
  for (const { name, drill: of, found, rounds } of controls) {
    const last = rounds.at(-1);
    const texts = last?.findings.map(({ text }) => text).join("; ") ?? "";
    table.push([name, of, last?.round ?? "", found ? texts : `NOT FOUND ${texts}`]);
  }
  const missed = controls.filter(({ found }) => !found).length;
  const verdict =
    missed === 0
      ? `ok: the drills find all ${controls.length} unsafe servers`
      : `FAILED: ${missed} of ${controls.length} unsafe servers were not found, so the drills prove nothing here`;
  return `negative controls: can these drills fail?\n${table.toString()}\n${verdict}`;
}
