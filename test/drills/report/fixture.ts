/** Evidence of every sort, written by the real functions: passed, failed, not run, with and without controls. */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { evidenceFiles } from "../../../cli/durability-report";
import { resolveSettings, type Setting } from "../../../components/parameters/settings";
import { appendEvidence, type Evidence } from "../../../drills/evidence";
import type { DrillRecord } from "../../../drills/record";
import type { ReportArgs } from "../../../drills/report/model";
import type { StateArgs } from "../../../drills/report/state";
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

/** What was read from a server that is well, and has a backup. */
export const STATE: StateArgs = {
  status: {
    content: {
      ok: true,
      server: {
        version: "15.18",
        startedAt: "2026-01-01T00:00:00.000Z",
        systemIdentifier: "7711716723877500508",
      },
      checks: [
        { name: "WAL not yet archived", value: "none", threshold: "10 <files>", verdict: "ok", hint: "" },
        { name: "last backup", value: "27h ago", threshold: "26h", verdict: "warning", hint: "take <one>" },
      ],
    },
    missing: null,
  },
  backups: {
    content: {
      backups: [
        {
          id: "20260101-000000F",
          type: "full",
          serverVersion: "15.18",
          systemIdentifier: "7711716723877500508",
          timeline: 1,
          start: { time: "2026-01-01T00:00:00.000000Z", lsn: "0/2000028" },
          stop: { time: "2026-01-01T00:00:01.500000Z", lsn: "0/2000100" },
          size: 31_457_280,
        },
      ],
      windows: [
        {
          timeline: 1,
          from: { time: "2026-01-01T00:00:01.500000Z", lsn: "0/2000100" },
          to: { time: "2026-01-02T00:00:00.000000Z", lsn: "0/7000110" },
          backups: ["20260101-000000F"],
        },
      ],
      archive: {
        segments: 9,
        size: 150_994_944,
        newest: "000000010000000000000007",
        faults: [{ segment: "000000010000000000000008", count: 3, kind: "missing" }],
      },
      dumps: [{ name: "app_20260102-033000.dump", time: "2026-01-02T03:30:00.000000Z", size: 3_145_728 }],
      lastRehearsal: {
        ok: false,
        finishedAt: "2026-01-03T06:31:00.000Z",
        restoreSeconds: 2.5,
        failure: "the canary <row> is not there",
      },
      place: "folder <backups>",
      copies: [
        {
          place: "bucket shop",
          backups: [],
          windows: [],
          archive: { segments: 8, size: 134_217_728, newest: "000000010000000000000006", faults: [] },
        },
        { place: "bucket far away", fact: "it does not <answer>", hint: "look at <its> key" },
      ],
    },
    missing: null,
  },
  policies: {
    content: {
      findings: [
        {
          policy: "backup-retention",
          level: "advisory",
          resource: "",
          fact: "kept for <7> days",
          hint: "write `retention: 14`",
        },
      ],
      waivers: [{ rule: "no-tls", resource: "db", reason: "loopback & only", expires: "2026-12-31" }],
    },
    missing: null,
  },
};

/** What could not be read. */
export function withoutState(args: ReportArgs): ReportArgs {
  const missing = (fact: string) => ({ content: null, missing: { fact, hint: `mend ${fact}` } });
  return {
    ...args,
    status: missing("the <server> is down"),
    backups: missing("no <backups>"),
    policies: missing("no <preview>"),
  };
}

/** A rehearsal as the page reads it, and a verification: both ended well, or not. */
export function withOthers(args: ReportArgs, ok: boolean): ReportArgs {
  const at = "2026-01-02T04:00:00.000Z";
  const rehearsal: Evidence = {
    at,
    kind: "rehearsal",
    previous: null,
    sha256: "a".repeat(64),
    ok,
    backup: ok ? "20260101-000000F" : null,
    restoreSeconds: ok ? 4.25 : null,
    dataAgeSeconds: ok ? 5.5 : null,
    failure: ok ? null : "the canary <row> was not restored",
  };
  const verification: Evidence = {
    at,
    kind: "verification",
    previous: null,
    sha256: "b".repeat(64),
    ok,
    during: "verify",
    postgres: "15",
    compared: 44,
    findings: ok ? [] : [{ severity: "error", parameter: "fsync", running: "off", source: "role <app>" }],
  };
  const files = [
    { name: "rehearsals.jsonl", records: [rehearsal], broken: null },
    { name: "verifications.jsonl", records: [verification], broken: null },
  ];
  return { ...args, files: [...args.files, ...files] };
}

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
      ...STATE,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}
