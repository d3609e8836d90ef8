/** One happy reading of a server, and one mutation for each thing that a verification must find. */

import assert from "node:assert/strict";
import { commandLineParameters, reloadableParameters } from "../../../components/parameters/command-line";
import { pgNames, pgParameter } from "../../../components/parameters/postgres";
import { parameterValues, resolveSettings } from "../../../components/parameters/settings";
import { readValue } from "../../../components/parameters/units";
import type { RunningParameter } from "../../../components/running/pg-settings";
import {
  type FileEntry,
  type Finding,
  type ServerReading,
  verificationReport,
} from "../../../components/verify/report";
import { findingText, verificationFault } from "../../../components/verify/verify";

const SETTINGS = resolveSettings({
  machine: { memory: 8 * 2 ** 30, cpus: 4, storage: "ssd", workload: "web" },
});
const DECLARED = parameterValues(SETTINGS);
const AUTO_CONF = "/data/postgresql.auto.conf";

/** A reading that may be changed. */
type Reading = { -readonly [Key in keyof ServerReading]: ServerReading[Key] } & {
  parameters: Map<string, RunningParameter>;
  overrides: ServerReading["overrides"][number][];
  fileEntries: FileEntry[];
};

function row(
  name: string,
  value: string | null | undefined,
  source: string,
  sourcefile: string | null = null,
): RunningParameter {
  const parameter = pgParameter("15", name) ?? assert.fail(name);
  const reading = readValue(parameter, value ?? "");
  return {
    ...parameter,
    setting: String(reading.ok ? reading.value : (value ?? "")),
    source,
    sourcefile,
    pending_restart: false,
  };
}

/** A server that runs as declared: the command line, then postgresql.auto.conf, then PostgreSQL's defaults. */
function happy(): Reading {
  const parameters = new Map(
    pgNames("15").map((name) => [name, row(name, pgParameter("15", name)?.boot_val, "default")]),
  );
  for (const [name, value] of Object.entries(commandLineParameters(SETTINGS)))
    parameters.set(name, row(name, value, "command line"));
  const fileEntries = Object.entries(reloadableParameters(SETTINGS)).map(
    ([name, setting], index): FileEntry => {
      parameters.set(name, row(name, setting, "configuration file", AUTO_CONF));
      return { name, setting, sourcefile: AUTO_CONF, sourceline: index + 3, applied: true, error: null };
    },
  );
  parameters.set("data_checksums", row("data_checksums", "on", "default"));
  parameters.set("shared_memory_size", row("shared_memory_size", "150", "default"));
  return {
    version: "15.18",
    systemIdentifier: "7500000000000000001",
    startedAt: "2026-01-01 00:00:00+00",
    inRecovery: false,
    parameters,
    overrides: [],
    fileEntries,
  };
}

/** Changes a row of the running server. */
function runs(reading: Reading, name: string, change: Partial<RunningParameter>): void {
  reading.parameters.set(name, { ...(reading.parameters.get(name) ?? assert.fail(name)), ...change });
}

function entry(name: string, setting: string, change: Partial<FileEntry> = {}): FileEntry {
  return { name, setting, sourcefile: AUTO_CONF, sourceline: 99, applied: true, error: null, ...change };
}

interface Case {
  mutate(reading: Reading): void;
  declared?: Record<string, string>;
  /** What must be found, in this order; none: a negative control. */
  findings: Finding[];
}

const AGAIN = "run the deployment again";

const CASES: Record<string, Case> = {
  "nothing, on a server as declared": { mutate: () => undefined, findings: [] },

  // What was declared.
  "a declared value that is not in force": {
    mutate: (reading) => runs(reading, "work_mem", { setting: "4096", source: "default", sourcefile: null }),
    findings: [
      {
        parameter: "work_mem",
        asked: "16MB",
        running: "4MB",
        source: "default",
        severity: "error",
        hint: AGAIN,
      },
    ],
  },
  "a declared value that ALTER SYSTEM changed": {
    mutate: (reading) => runs(reading, "checkpoint_timeout", { setting: "3600" }),
    findings: [
      {
        parameter: "checkpoint_timeout",
        asked: "5min",
        running: "1h",
        source: "postgresql.auto.conf (ALTER SYSTEM)",
        severity: "error",
        hint: AGAIN,
      },
    ],
  },
  "a declared value that postgresql.conf changed": {
    mutate: (reading) =>
      runs(reading, "random_page_cost", { setting: "4", sourcefile: "/etc/postgresql/postgresql.conf" }),
    findings: [
      {
        parameter: "random_page_cost",
        asked: "1.1",
        running: "4",
        source: "postgresql.conf",
        severity: "error",
        hint: AGAIN,
      },
    ],
  },
  "a declared parameter that the server does not have": {
    mutate: () => undefined,
    declared: { ...DECLARED, io_method: "worker" },
    findings: [
      {
        parameter: "io_method",
        asked: "worker",
        running: null,
        source: "not known to this server",
        severity: "error",
        hint: AGAIN,
      },
    ],
  },
  "a fixed value that is off, though it was declared": {
    mutate: (reading) => runs(reading, "fsync", { setting: "off" }),
    findings: [
      {
        parameter: "fsync",
        asked: "on",
        running: "off",
        source: "command line",
        severity: "error",
        hint: AGAIN,
      },
    ],
  },
  "nothing, when the same value is declared in another unit": {
    mutate: () => undefined,
    declared: {
      ...DECLARED,
      work_mem: "16384kB",
      shared_buffers: "262144",
      checkpoint_timeout: "300s",
      fsync: "true",
    },
    findings: [],
  },
  "nothing, when a real number has more digits than PostgreSQL shows": {
    mutate: (reading) => runs(reading, "random_page_cost", { setting: "1.23457" }),
    declared: { ...DECLARED, random_page_cost: "1.23456789" },
    findings: [],
  },

  // What nobody declared.
  "an unsafe value that nobody declared": {
    mutate: (reading) => runs(reading, "full_page_writes", { setting: "off", source: "command line" }),
    declared: {},
    findings: [
      {
        parameter: "full_page_writes",
        asked: null,
        running: "off",
        source: "command line",
        severity: "error",
        hint: AGAIN,
      },
    ],
  },
  "nothing, when a value that nobody declared is another safe one": {
    mutate: (reading) => {
      runs(reading, "wal_level", { setting: "logical" });
      runs(reading, "synchronous_commit", { setting: "remote_apply" });
    },
    declared: {},
    findings: [],
  },
  "nothing, when a parameter of which we have no opinion is changed": {
    mutate: (reading) => runs(reading, "statement_timeout", { setting: "60000" }),
    findings: [],
  },

  // The cluster.
  "data checksums that are off": {
    mutate: (reading) => runs(reading, "data_checksums", { setting: "off" }),
    findings: [
      {
        parameter: "data_checksums",
        asked: null,
        running: "off",
        source: "cluster",
        severity: "error",
        hint: "stop the server, then: pg_checksums --enable -D <data directory>",
      },
    ],
  },
  "a server in recovery": {
    mutate: (reading) => {
      reading.inRecovery = true;
    },
    findings: [
      {
        parameter: "in_recovery",
        asked: null,
        running: "on",
        source: "cluster",
        severity: "error",
        hint: "the server is a standby or replays WAL and takes no writes: SELECT pg_promote()",
      },
    ],
  },

  // Values of roles and databases, which SHOW does not show.
  "an unsafe value of a role": {
    mutate: (reading) =>
      reading.overrides.push({ role: "app", database: null, parameter: "synchronous_commit", value: "off" }),
    findings: [
      {
        parameter: "synchronous_commit",
        asked: "on",
        running: "off",
        source: "role app",
        severity: "error",
        hint: 'ALTER ROLE "app" RESET synchronous_commit',
      },
    ],
  },
  "an unsafe value of a role, spelled in another way": {
    mutate: (reading) =>
      reading.overrides.push({
        role: "app",
        database: null,
        parameter: "synchronous_commit",
        value: "FALSE",
      }),
    findings: [
      {
        parameter: "synchronous_commit",
        asked: "on",
        running: "off",
        source: "role app",
        severity: "error",
        hint: 'ALTER ROLE "app" RESET synchronous_commit',
      },
    ],
  },
  "an unsafe value of a role in a database, with names to quote": {
    mutate: (reading) =>
      reading.overrides.push({
        role: 'a"b',
        database: "My db",
        parameter: "zero_damaged_pages",
        value: "on",
      }),
    declared: {},
    findings: [
      {
        parameter: "zero_damaged_pages",
        asked: null,
        running: "on",
        source: 'role a"b in database My db',
        severity: "error",
        hint: 'ALTER ROLE "a""b" IN DATABASE "My db" RESET zero_damaged_pages',
      },
    ],
  },
  "an unsafe value of a database": {
    mutate: (reading) =>
      reading.overrides.push({
        role: null,
        database: "app",
        parameter: "synchronous_commit",
        value: "local",
      }),
    findings: [
      {
        parameter: "synchronous_commit",
        asked: "on",
        running: "local",
        source: "database app",
        severity: "error",
        hint: 'ALTER DATABASE "app" RESET synchronous_commit',
      },
    ],
  },
  "another value of all roles": {
    mutate: (reading) =>
      reading.overrides.push({ role: null, database: null, parameter: "work_mem", value: "64MB" }),
    findings: [
      {
        parameter: "work_mem",
        asked: "16MB",
        running: "64MB",
        source: "all roles",
        severity: "warning",
        hint: "ALTER ROLE ALL RESET work_mem",
      },
    ],
  },
  "nothing, when a role has the declared value or one that nobody declared": {
    mutate: (reading) =>
      reading.overrides.push(
        { role: "app", database: null, parameter: "work_mem", value: "16384kB" },
        { role: "app", database: null, parameter: "synchronous_commit", value: "remote_apply" },
        { role: "app", database: null, parameter: "search_path", value: "app" },
      ),
    declared: { ...DECLARED, synchronous_commit: "on" },
    findings: [
      {
        parameter: "synchronous_commit",
        asked: "on",
        running: "remote_apply",
        source: "role app",
        severity: "warning",
        hint: 'ALTER ROLE "app" RESET synchronous_commit',
      },
    ],
  },

  // Files that the command line defeats.
  "an unsafe ALTER SYSTEM that the command line defeats": {
    mutate: (reading) => reading.fileEntries.push(entry("fsync", "off")),
    findings: [
      {
        parameter: "fsync",
        asked: "off",
        running: "on",
        source: "postgresql.auto.conf (ALTER SYSTEM) line 99, overridden by the command line",
        severity: "error",
        hint: "ALTER SYSTEM RESET fsync",
      },
    ],
  },
  "an unsafe line of postgresql.conf that the command line defeats": {
    mutate: (reading) =>
      reading.fileEntries.push(entry("fsync", "false", { sourcefile: "/data/postgresql.conf" })),
    findings: [
      {
        parameter: "fsync",
        asked: "off",
        running: "on",
        source: "postgresql.conf line 99, overridden by the command line",
        severity: "error",
        hint: "remove the line from /data/postgresql.conf",
      },
    ],
  },
  "another ALTER SYSTEM that the command line defeats": {
    mutate: (reading) => reading.fileEntries.push(entry("shared_buffers", "16384")),
    findings: [
      {
        parameter: "shared_buffers",
        asked: "128MB",
        running: "2GB",
        source: "postgresql.auto.conf (ALTER SYSTEM) line 99, overridden by the command line",
        severity: "warning",
        hint: "ALTER SYSTEM RESET shared_buffers",
      },
    ],
  },
  "nothing, when initdb's own postgresql.conf says something else that is safe": {
    mutate: (reading) =>
      reading.fileEntries.push(
        entry("shared_buffers", "128MB", { sourcefile: "/data/postgresql.conf" }),
        entry("max_connections", "100", { sourcefile: "/data/postgresql.conf" }),
      ),
    findings: [],
  },
  "nothing, when ALTER SYSTEM says what the command line says": {
    mutate: (reading) => reading.fileEntries.push(entry("fsync", "true"), entry("shared_buffers", "2048MB")),
    findings: [],
  },
  "a line that the server refuses": {
    mutate: (reading) =>
      reading.fileEntries.push(
        entry("work_mme", "8MB", {
          sourcefile: "/data/postgresql.conf",
          applied: false,
          error: "unrecognized configuration parameter",
        }),
      ),
    findings: [
      {
        parameter: "work_mme",
        asked: "8MB",
        running: null,
        source: "postgresql.conf line 99",
        severity: "warning",
        hint: "the server refuses this line: unrecognized configuration parameter",
      },
    ],
  },
  "a file that the server cannot read": {
    mutate: (reading) =>
      reading.fileEntries.push({
        name: null,
        setting: null,
        sourcefile: "/data/postgresql.conf",
        sourceline: 7,
        applied: false,
        error: "syntax error",
      }),
    findings: [
      {
        parameter: "postgresql.conf",
        asked: null,
        running: null,
        source: "postgresql.conf line 7",
        severity: "warning",
        hint: "the server refuses this line: syntax error",
      },
    ],
  },

  // Values that wait for a restart.
  "a value that waits for a restart, once": {
    mutate: (reading) => {
      runs(reading, "wal_buffers", {
        setting: "2048",
        source: "configuration file",
        sourcefile: AUTO_CONF,
        pending_restart: true,
      });
      reading.fileEntries.push(
        entry("wal_buffers", "64MB", { applied: false, error: "setting could not be applied" }),
      );
    },
    findings: [
      {
        parameter: "wal_buffers",
        asked: null,
        running: "16MB",
        source: "postgresql.auto.conf (ALTER SYSTEM), pending_restart",
        severity: "warning",
        hint: "it takes another value at the next restart: ALTER SYSTEM RESET wal_buffers, or declare it under parameters",
      },
    ],
  },
  "nothing, when what waits is defeated by the command line": {
    mutate: (reading) => runs(reading, "max_connections", { pending_restart: true }),
    findings: [],
  },
};

describe("a verification finds", () => {
  for (const [name, { mutate, declared = DECLARED, findings }] of Object.entries(CASES))
    it(name, () => {
      const reading = happy();
      mutate(reading);
      assert.deepEqual(verificationReport(declared, reading).findings, findings);
    });

  it("every fixed parameter that is unsafe, declared or not", () => {
    for (const [name, { context }] of Object.entries(SETTINGS.parameters)) {
      if (context !== "fixed") continue;
      const { enumvals = ["on", "off"] } = pgParameter("15", name) ?? {};
      for (const declared of [DECLARED, {}]) {
        const severities = enumvals.map((setting) => {
          const reading = happy();
          runs(reading, name, { setting });
          return verificationReport(declared, reading).ok;
        });
        // At least the declared value passes, and at least one other does not.
        assert.ok(severities.includes(true) && severities.includes(false), name);
      }
    }
  });

  it("everything at once, the gravest first", () => {
    const reading = happy();
    runs(reading, "data_checksums", { setting: "off" });
    runs(reading, "work_mem", { setting: "4096" });
    reading.overrides.push({ role: "app", database: null, parameter: "synchronous_commit", value: "off" });
    reading.fileEntries.push(entry("fsync", "off"));
    const { ok, findings } = verificationReport(DECLARED, reading);
    assert.deepEqual(
      [ok, ...findings.map(({ parameter }) => parameter)],
      [false, "data_checksums", "work_mem", "synchronous_commit", "fsync"],
    );
  });
});

describe("a verification report", () => {
  it("says what was compared, and with which server", () => {
    assert.deepEqual(verificationReport(DECLARED, happy()), {
      ok: true,
      by: "connection",
      server: {
        version: "15.18",
        systemIdentifier: "7500000000000000001",
        startedAt: "2026-01-01 00:00:00+00",
        dataChecksums: "on",
        sharedMemory: "150MB",
        inRecovery: false,
      },
      compared: 41,
      findings: [],
    });
  });

  it("with warnings only is ok, and no fault", () => {
    const reading = happy();
    reading.overrides.push({ role: null, database: null, parameter: "work_mem", value: "64MB" });
    const report = verificationReport(DECLARED, reading);
    assert.deepEqual([report.ok, report.findings.length, verificationFault(report)], [true, 1, undefined]);
  });

  it("with errors is one fault that names all of them, each with its hint", () => {
    const reading = happy();
    reading.overrides.push(
      { role: "app", database: null, parameter: "synchronous_commit", value: "off" },
      { role: null, database: null, parameter: "work_mem", value: "64MB" },
    );
    runs(reading, "fsync", { setting: "off" });
    assert.equal(
      verificationFault(verificationReport(DECLARED, reading))?.message,
      [
        "the running server is not as declared: fsync: asked on, runs with off (source: command line)",
        "HINT: run the deployment again",
        "synchronous_commit: asked on, runs with off (source: role app)",
        'HINT: ALTER ROLE "app" RESET synchronous_commit',
      ].join("\n"),
    );
  });

  it("reads as sentences", () => {
    const finding: Finding = {
      parameter: "a",
      asked: null,
      running: null,
      source: "cluster",
      severity: "error",
      hint: "",
    };
    assert.deepEqual(
      [
        findingText(finding),
        findingText({ ...finding, asked: "1" }),
        findingText({ ...finding, asked: "1", running: "2" }),
      ],
      [
        "a: runs with nothing (source: cluster)",
        "a: asked 1, runs with nothing (source: cluster)",
        "a: asked 1, runs with 2 (source: cluster)",
      ],
    );
  });
});
