/** Evidence of every sort, written by the real functions: passed, failed, not run, with and without controls. */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { evidenceFiles } from "../../../cli/durability-report";
import { resolveSettings, type Setting } from "../../../components/parameters/settings";
import { appendEvidence } from "../../../drills/evidence";
import type { DrillRecord } from "../../../drills/record";
import type { ReportArgs } from "../../../drills/report/model";
import type { DrillRound } from "../../../drills/rounds";

const MACHINE = { memory: 8 * 1024 ** 3, cpus: 4, storage: "ssd", workload: "web" } as const;

function setting(value: string, reason: string): Setting {
  return { value, unit: null, origin: "default", context: "reload", formula: null, reason };
}

/** Two parameters are enough. */
const SETTINGS = {
  ...resolveSettings({ machine: MACHINE }),
  parameters: { fsync: setting("on", "flushed"), work_mem: setting("16MB", "sorts & <hashes>") },
};

const SAFE: DrillRound = {
  round: 1,
  commits: 1500,
  loadSeconds: 1.25,
  recovery: { seconds: 0.51, replayedBytes: 3_145_728 },
  findings: [],
};

const GONE: DrillRound = {
  round: 2,
  commits: 250,
  loadSeconds: 0.5,
  recovery: null,
  findings: [{ kind: "down", count: 1, text: "the server does not start: <PANIC>" }],
};

type Changes = Partial<DrillRecord> & Pick<DrillRecord, "drill"> & { at: string };

/** What a drill appends. */
function record(changes: Changes): DrillRecord & { at: string } {
  const passed = changes.verdict === undefined || changes.verdict === "passed";
  return {
    kind: "drill",
    product: "0.1.0",
    postgres: "15",
    parameters: { fsync: "on", work_mem: "16MB" },
    machine: "Linux, 4 CPUs",
    rtoSeconds: null,
    verdict: "passed",
    reason: null,
    rounds: passed ? [SAFE] : [],
    controls: [],
    ...changes,
  };
}

const FOUND = (drill: DrillRecord["drill"]) => ({ name: "fsync = off", drill, found: true, rounds: [GONE] });

/** Everything was shown. */
export const PROVEN = [
  record({ drill: "crash", at: "2026-01-02T03:04:05.000Z", controls: [FOUND("crash")] }),
  record({ drill: "power-cut", at: "2026-01-02T03:05:05.000Z", controls: [FOUND("power-cut")] }),
  record({ drill: "torn-page", at: "2026-01-02T03:06:05.000Z", controls: [FOUND("torn-page")] }),
  record({ drill: "restore", at: "2026-01-02T03:07:05.000Z", controls: [FOUND("restore")] }),
];

/** A drill with other settings and a control that was missed, one that failed, one that was not run, and one without a record. */
export const NOT_PROVEN = [
  record({
    drill: "crash",
    at: "2026-01-02T03:04:05.000Z",
    rtoSeconds: 30,
    parameters: { fsync: "on", work_mem: "4MB" },
    controls: [
      FOUND("crash"),
      { name: "archive_command = 'cp'", drill: "crash", found: false, rounds: [SAFE] },
    ],
  }),
  record({ drill: "power-cut", at: "2026-01-02T03:05:05.000Z", verdict: "failed", rounds: [SAFE, GONE] }),
  record({
    drill: "torn-page",
    at: "2026-01-02T03:06:05.000Z",
    verdict: "not run",
    reason: "no <space> left",
  }),
];

/** The same with a server that runs otherwise than asked. */
export function withDrift(args: ReportArgs): ReportArgs {
  const finding = {
    parameter: "fsync",
    asked: "on",
    running: "off",
    source: "role <app>",
    severity: "error" as const,
    hint: 'ALTER ROLE "<app>" RESET fsync',
  };
  return { ...args, verification: { ...args.verification, ok: false, findings: [finding] } };
}

/** What the report is made from, out of a file that was really written. */
export async function reportArgs(
  records: readonly (DrillRecord & { at: string })[],
  change: (text: string) => string = (text) => text,
): Promise<ReportArgs> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "report-"));
  try {
    const file = path.join(folder, "drills.jsonl");
    for (const content of records) await appendEvidence(file, { ...content });
    if (records.length > 0) await writeFile(file, change(await readFile(file, "utf8")));
    const files = (await evidenceFiles(folder)).map((found) => ({
      ...found,
      broken: found.broken && {
        fact: found.broken.fact.replaceAll(folder, "/evidence"),
        hint: found.broken.hint.replaceAll(folder, "/evidence"),
      },
    }));
    return {
      stack: "local",
      target: "local",
      product: "0.1.0",
      generatedAt: "2026-01-03T00:00:00.000Z",
      settings: SETTINGS,
      verification: {
        ok: true,
        by: "connection",
        server: {
          version: "15.18",
          systemIdentifier: "7711716723877500508",
          startedAt: "2026-01-01T00:00:00.000Z",
          dataChecksums: "on",
          sharedMemory: "1531MB",
          inRecovery: false,
        },
        compared: 2,
        findings: [],
      },
      files,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}
