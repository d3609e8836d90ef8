/** What does the report say? Evidence and outputs of a stack as one object; the page shows it, and carries it as JSON. */

import type { Target } from "../../components/database";
import { parameterValues, type Settings } from "../../components/parameters/settings";
import type { ConnectionReport, Finding } from "../../components/verify/report";
import { CLAIMS, type DrillName, drillsOn } from "../claims";
import type { ControlResult } from "../controls";
import type { Evidence } from "../evidence";
import { type DrillRecord, drillRecords } from "../record";
import type { DrillRound } from "../rounds";
import {
  type RehearsalRow,
  rehearsalRows,
  type StateArgs,
  type VerificationRow,
  verificationRows,
} from "./state";
import { type Reason, reasons } from "./verdict";

/** A file of evidence as it was found. */
export interface EvidenceFile {
  name: string;
  /** Empty where the chain is broken: nobody knows what else was changed. */
  records: readonly Evidence[];
  /** What is wrong with the chain, and what to do; null where it is whole. */
  broken: Reason | null;
}

/** What the report is made from. Holds no password. */
export interface ReportArgs extends StateArgs {
  stack: string;
  target: Target;
  /** Version of this package. */
  product: string;
  /** ISO 8601. */
  generatedAt: string;
  settings: Settings;
  verification: ConnectionReport;
  files: readonly EvidenceFile[];
}

/** A parameter as it was asked for and as it runs. */
export interface SettingRow {
  parameter: string;
  asked: string;
  /** null: the server does not have it. */
  running: string | null;
  /** Where a value comes from that differs, such as `role app`; null where nothing does. */
  source: string | null;
  origin: string;
  reason: string;
}

/** A round; the plots and the tables are made from these. */
export interface RoundRow {
  round: number;
  commits: number;
  loadSeconds: number;
  /** null where there was no load. */
  commitsPerSecond: number | null;
  /** null where it did not come up. */
  recoverySeconds: number | null;
  replayedBytes: number | null;
  findings: string[];
}

/** One run of one drill. */
export interface RunRow {
  at: string;
  drill: DrillName;
  verdict: DrillRecord["verdict"];
  reason: string | null;
  product: string;
  postgres: string;
  machine: string;
  commits: number;
  /** null where nothing recovered. */
  longestRecoverySeconds: number | null;
  /** Recovery time objective; null where there was none. */
  rtoSeconds: number | null;
  controls: number;
  controlsFound: number;
  sha256: string;
}

/** A value that is not what it was in the run. */
export interface Change {
  name: string;
  inRun: string | null;
  now: string | null;
}

/** An unsafe server, and whether the drill found it. */
export interface ControlRow {
  name: string;
  found: boolean;
  /** Round in which it ended. */
  round: number | null;
  findings: string[];
}

/** What is known of a drill: its newest run, and the newest proof that it can fail. */
export interface DrillSection {
  drill: DrillName;
  title: string;
  proves: string;
  doesNotProve: string;
  /** null: there is no intact record of it. */
  run: RunRow | null;
  /** What the stack has changed since: the run shows nothing of it. */
  changes: Change[];
  rounds: RoundRow[];
  controls: ControlRow[];
  /** When the controls ran; null: never. */
  controlsAt: string | null;
}

/** A chain of evidence. */
export interface Chain {
  file: string;
  records: number;
  /** SHA-256 of the last record; null where there is none. */
  newest: string | null;
  broken: Reason | null;
}

/** All that the page says. */
export interface ReportModel extends StateArgs {
  stack: string;
  product: string;
  generatedAt: string;
  /** Everything was shown: nothing stands in `reasons`. */
  proven: boolean;
  reasons: Reason[];
  server: ConnectionReport["server"];
  compared: number;
  findings: Finding[];
  settings: SettingRow[];
  drills: DrillSection[];
  history: RunRow[];
  rehearsals: RehearsalRow[];
  verifications: VerificationRow[];
  chains: Chain[];
}

/** Puts together what is known. Pure. */
export function reportModel(args: ReportArgs): ReportModel {
  const { stack, target, product, generatedAt, settings, verification, files } = args;
  const all = files.flatMap((file) => file.records).sort((one, other) => (one.at < other.at ? -1 : 1));
  const records = drillRecords(all);
  const rehearsals = rehearsalRows(all);
  const drills = drillsOn(target).map((drill) =>
    drillSection(
      drill,
      records.filter((record) => record.drill === drill),
      settings,
    ),
  );
  const chains = files.map(({ name, records, broken }) => ({
    file: name,
    records: records.length,
    newest: records.at(-1)?.sha256 ?? null,
    broken,
  }));
  const why = reasons({ stack, verification, drills, rehearsals, chains });
  return {
    stack,
    product,
    generatedAt,
    proven: why.length === 0,
    reasons: why,
    server: verification.server,
    compared: verification.compared,
    findings: verification.findings,
    settings: settingRows(settings, verification),
    drills,
    history: records.map(runRow),
    rehearsals,
    verifications: verificationRows(all),
    status: args.status,
    backups: args.backups,
    policies: args.policies,
    chains,
  };
}

/** A verification names what differs; every other parameter was found as asked. */
function settingRows({ parameters }: Settings, { findings }: ConnectionReport): SettingRow[] {
  return Object.entries(parameters).map(([parameter, { value, origin, reason }]) => {
    const differing = findings.find((finding) => finding.parameter === parameter && finding.asked === value);
    const running = differing ? differing.running : value;
    return { parameter, asked: value, running, source: differing?.source ?? null, origin, reason };
  });
}

function drillSection(
  drill: DrillName,
  records: readonly (Evidence & DrillRecord)[],
  settings: Settings,
): DrillSection {
  const { title, proves, doesNotProve } = CLAIMS[drill];
  const newest = records.at(-1);
  const proof = records.findLast(({ controls }) => controls.length > 0);
  return {
    drill,
    title,
    proves,
    doesNotProve,
    run: newest ? runRow(newest) : null,
    changes: newest && newest.verdict !== "not run" ? changesSince(newest, settings) : [],
    rounds: newest?.rounds.map(roundRow) ?? [],
    controls: proof?.controls.map(controlRow) ?? [],
    controlsAt: proof?.at ?? null,
  };
}

function runRow(record: Evidence & DrillRecord): RunRow {
  const { at, drill, verdict, reason, product, postgres, machine, rounds, controls, sha256 } = record;
  const recoveries = rounds.flatMap(({ recovery }) => recovery?.seconds ?? []);
  return {
    at,
    drill,
    verdict,
    reason,
    product,
    postgres,
    machine,
    commits: rounds.reduce((sum, { commits }) => sum + commits, 0),
    longestRecoverySeconds: recoveries.length > 0 ? Math.max(...recoveries) : null,
    // Records from before there were objectives have none.
    rtoSeconds: record.rtoSeconds ?? null,
    controls: controls.length,
    controlsFound: controls.filter(({ found }) => found).length,
    sha256,
  };
}

function roundRow({ round, commits, loadSeconds, recovery, findings }: DrillRound): RoundRow {
  return {
    round,
    commits,
    loadSeconds,
    commitsPerSecond: loadSeconds > 0 ? commits / loadSeconds : null,
    recoverySeconds: recovery?.seconds ?? null,
    replayedBytes: recovery?.replayedBytes ?? null,
    findings: findings.map(({ text }) => text),
  };
}

function controlRow({ name, found, rounds }: ControlResult): ControlRow {
  const last = rounds.at(-1);
  return { name, found, round: last?.round ?? null, findings: last?.findings.map(({ text }) => text) ?? [] };
}

function changesSince({ postgres, parameters }: DrillRecord, settings: Settings): Change[] {
  const inRun: Readonly<Record<string, string>> = { PostgreSQL: postgres, ...parameters };
  const now: Readonly<Record<string, string>> = {
    PostgreSQL: settings.version,
    ...parameterValues(settings),
  };
  return [...new Set([...Object.keys(now), ...Object.keys(inRun)])]
    .filter((name) => inRun[name] !== now[name])
    .map((name) => ({ name, inRun: inRun[name] ?? null, now: now[name] ?? null }));
}
