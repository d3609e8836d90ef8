/** One healthy reading of a server, and for each check one mutation for each verdict that it can give. */

import assert from "node:assert/strict";
import { statusText } from "../../../cli/status";
import type { Backup, BackupCatalogue } from "../../../components/backup/types";
import { Fault } from "../../../components/faults";
import { pgNames, pgParameter } from "../../../components/parameters/postgres";
import { parameterValues, resolveSettings } from "../../../components/parameters/settings";
import { readValue } from "../../../components/parameters/units";
import type { RunningParameter } from "../../../components/running/pg-settings";
import type { ArchivedRow } from "../../../components/status/backup-checks";
import {
  type Backups,
  countText,
  type Deployed,
  type Judgement,
  sizeText,
  timeText,
} from "../../../components/status/check";
import { CHECKS } from "../../../components/status/checks";
import type {
  AgeRow,
  ChecksumRow,
  ConnectionsRow,
  PreparedRow,
  RestartsRow,
  TransactionRow,
} from "../../../components/status/database-checks";
import { parseDf } from "../../../components/status/disks";
import type { StatusReading } from "../../../components/status/reading";
import { exitCode, statusReport, unreadable } from "../../../components/status/report";
import type {
  ArchiverRow,
  BacklogRow,
  CheckpointsRow,
  LastCheckpointRow,
  OutageRow,
  Slot,
  StandbysRow,
  WalRow,
} from "../../../components/status/wal-checks";

const SETTINGS = resolveSettings({
  machine: { memory: 8 * 2 ** 30, cpus: 4, storage: "ssd", workload: "web" },
  parameters: { archive_mode: "on", archive_command: "pgbackrest --stanza=main archive-push %p" },
});

const DEPLOYED: Deployed = {
  parameters: parameterValues(SETTINGS),
  activeConnections: SETTINGS.memoryBudget.activeConnections,
  startedAt: "2026-01-01T00:00:00.000000Z",
};

const MB = 2 ** 20;
const GB = 2 ** 30;
const DAY = 86_400;

/** Rows as the queries return them. */
type Rows = {
  "declared settings": undefined;
  "checksum failures": ChecksumRow;
  "transaction ID age": AgeRow;
  "multixact ID age": AgeRow;
  "oldest transaction": TransactionRow | undefined;
  "prepared transactions": PreparedRow | undefined;
  connections: ConnectionsRow;
  "active connections": ConnectionsRow;
  restarts: RestartsRow;
  "unlogged tables": { tables: string[] };
  "WAL not yet archived": BacklogRow;
  archiver: ArchiverRow;
  "WAL size": WalRow;
  "free disk space": undefined;
  "time until disk full": OutageRow;
  checkpoints: CheckpointsRow;
  "last checkpoint": LastCheckpointRow;
  "replication slots": { slots: Slot[] };
  standbys: StandbysRow;
  "last backup": undefined;
  "last rehearsal": undefined;
  "restorable window": undefined;
  archive: ArchivedRow;
};

type Name = keyof Rows;

/** A reading that may be changed. */
type Reading = Omit<StatusReading, "rows" | "backups"> & {
  backups: Backups | Fault;
  server: { parameters: Map<string, RunningParameter>; overrides: unknown[] };
  rows: Rows;
};

function running(name: string, value: string | null | undefined): RunningParameter {
  const parameter = pgParameter("15", name) ?? assert.fail(name);
  const reading = readValue(parameter, value ?? "");
  const setting = String(reading.ok ? reading.value : (value ?? ""));
  return { ...parameter, setting, source: "configuration file", sourcefile: null, pending_restart: false };
}

const NIGHTLY = "20260103-020000F";

/** A backup of the last night, rehearsed the day before, and an archive that is whole. */
function kept(): BackupCatalogue {
  return {
    backups: [
      {
        id: NIGHTLY,
        type: "full",
        serverVersion: "15.18",
        systemIdentifier: "7500000000000000001",
        timeline: 1,
        start: { time: "2026-01-03T02:00:00.000000Z", lsn: "1/20000028" },
        stop: { time: "2026-01-03T02:01:00.000000Z", lsn: "1/20000100" },
        size: GB,
      },
    ],
    windows: [
      {
        timeline: 1,
        from: { time: "2026-01-03T02:01:00.000000Z", lsn: "1/20000100" },
        to: { time: "2026-01-03T11:59:30.123456Z", lsn: "1/29FFFFB0" },
        backups: [NIGHTLY],
      },
    ],
    archive: { segments: 10, size: 160 * MB, newest: "000000010000000100000029", faults: [] },
    dumps: [],
    lastRehearsal: null,
    place: "volume db-backup",
    copies: [],
  };
}

function catalogueOf({ backups }: Reading): BackupCatalogue {
  return "catalogue" in backups ? backups.catalogue : assert.fail();
}

function nightly(reading: Reading): Backup {
  return catalogueOf(reading).backups[0] ?? assert.fail();
}

function rehearsed(change: object): Backups["lastRehearsal"] {
  return {
    ok: true,
    finishedAt: "2026-01-02T12:01:00.000000Z",
    restoreSeconds: 34.56,
    failure: null,
    ...change,
  };
}

/** A server under some load that runs as declared. */
function healthy(): Reading {
  const parameters = new Map(
    pgNames("15").map((name) => [
      name,
      running(name, DEPLOYED.parameters[name] ?? pgParameter("15", name)?.boot_val),
    ]),
  );
  parameters.set("data_checksums", running("data_checksums", "on"));
  return {
    server: {
      version: "15.18",
      systemIdentifier: "7500000000000000001",
      startedAt: DEPLOYED.startedAt,
      inRecovery: false,
      parameters,
      overrides: [],
      fileEntries: [],
    },
    disks: [
      { folder: "/data", free: 60 * GB, total: 100 * GB },
      { folder: "/archive", free: 900 * GB, total: 1000 * GB },
    ],
    backups: {
      stack: "prod",
      catalogue: kept(),
      lastRehearsal: rehearsed({}),
      backupAge: 26 * 3600,
      isScheduled: true,
      now: BigInt(Date.parse("2026-01-03T12:01:00Z")) * 1000n,
    },
    rows: {
      "declared settings": undefined,
      "checksum failures": { failures: 0, databases: null },
      "transaction ID age": { database: "app", age: 150_000_000 },
      "multixact ID age": { database: "app", age: 12 },
      "oldest transaction": { pid: 4711, role: "app", state: "active", age: 2.04 },
      "prepared transactions": undefined,
      connections: { connections: 12, active: 3 },
      "active connections": { connections: 12, active: 3 },
      restarts: { up: 3 * DAY, checkpointer: 3 * DAY - 0.1 },
      "unlogged tables": { tables: [] },
      "WAL not yet archived": { files: 1, oldest: 0.3 },
      archiver: {
        archived: 200,
        failed: 2,
        lastArchived: 40,
        lastFailed: 9000,
        failedFile: "000000010000000000000003",
      },
      "WAL size": { size: 512 * MB, position: "1/2A000060", written: 5 * GB, at: 1000 },
      "free disk space": undefined,
      "time until disk full": { files: 1, oldest: 0.3, written: 5 * GB, at: 1000 },
      checkpoints: { requested: 20, timed: 300, since: DAY, write: 4000, sync: 12.34 },
      "last checkpoint": { ago: 200, distance: 300 * MB },
      "replication slots": { slots: [slot({})] },
      standbys: { standbys: 1, synchronous: 0, lag: 0.02 },
      "last backup": undefined,
      "last rehearsal": undefined,
      "restorable window": undefined,
      archive: {
        position: "1/2A000060",
        current: "00000001000000010000002A",
        finished: [
          { name: "000000010000000100000028", age: 100 },
          { name: "000000010000000100000029", age: 40 },
        ],
        taken: "000000010000000100000029",
      },
    },
  };
}

function slot(change: Partial<Slot>): Slot {
  return { name: "standby", active: true, status: "reserved", retained: 16 * MB, inactive: null, ...change };
}

/** The same reading 10 s earlier. */
function earlier(): Reading {
  const reading = healthy();
  for (const row of [reading.rows["WAL size"], reading.rows["time until disk full"]])
    Object.assign(row, { written: 5 * GB - 20 * MB, at: 990 });
  return reading;
}

function runs(reading: Reading, name: string, setting: string): void {
  reading.server.parameters.set(name, { ...running(name, setting), pending_restart: false });
}

interface Case {
  check: Name;
  name: string;
  mutate(reading: Reading): void;
  judgement: Judgement;
}

/** A case per verdict, and negative controls. */
const CASES: readonly Case[] = [
  {
    check: "declared settings",
    name: "waits for a restart",
    mutate: ({ server }) =>
      server.parameters.set("wal_buffers", { ...running("wal_buffers", "16MB"), pending_restart: true }),
    judgement: {
      value: "wal_buffers: runs with 16MB (source: configuration file, pending_restart)",
      threshold: "any",
      verdict: "warning",
      hint: "it takes another value at the next restart: ALTER SYSTEM RESET wal_buffers, or declare it under parameters",
    },
  },
  {
    check: "declared settings",
    name: "unsafe for a role, besides a warning",
    mutate: ({ server }) => {
      server.parameters.set("wal_buffers", { ...running("wal_buffers", "16MB"), pending_restart: true });
      server.overrides.push({ role: "app", database: null, parameter: "synchronous_commit", value: "off" });
    },
    judgement: {
      value: "synchronous_commit: asked on, runs with off (source: role app); 1 more, see verify",
      threshold: "any",
      verdict: "critical",
      hint: 'ALTER ROLE "app" RESET synchronous_commit',
    },
  },
  {
    check: "declared settings",
    name: "not where only checksums are off: they have a check of their own",
    mutate: (reading) => runs(reading, "data_checksums", "off"),
    judgement: { value: "43 as declared", threshold: "any", verdict: "ok", hint: "" },
  },
  {
    check: "checksum failures",
    name: "without checksums",
    mutate: ({ rows }) => (rows["checksum failures"] = { failures: null, databases: null }),
    judgement: {
      value: "data checksums are off",
      threshold: "critical any",
      verdict: "critical",
      hint: "stop the server, then: pg_checksums --enable -D <data directory>",
    },
  },
  {
    check: "checksum failures",
    name: "with failures",
    mutate: ({ rows }) => (rows["checksum failures"] = { failures: 3, databases: "app" }),
    judgement: {
      value: "3 in app",
      threshold: "critical any",
      verdict: "critical",
      hint: "copy the data directory before anything else, then restore a backup: the disk changes pages",
    },
  },
  ...(["transaction ID age", "multixact ID age"] as const).flatMap((check): Case[] => {
    const [warning, critical] = check === "transaction ID age" ? [300, 1] : [600, 1.6];
    const threshold = `${warning} million; critical ${critical} billion`;
    const hint =
      "end old and prepared transactions, drop unused slots, then in shop as superuser: VACUUM (FREEZE)";
    return [
      {
        check,
        name: "above the limit",
        mutate: ({ rows }) => (rows[check] = { database: "shop", age: warning * 1e6 + 100_000 }),
        judgement: { value: `${warning}.1 million in shop`, threshold, verdict: "warning", hint },
      },
      {
        check,
        name: "far above the limit",
        mutate: ({ rows }) => (rows[check] = { database: "shop", age: critical * 1e9 + 1e8 }),
        judgement: {
          value: `${(critical + 0.1).toFixed(1)} billion in shop`,
          threshold,
          verdict: "critical",
          hint,
        },
      },
      {
        check,
        name: "at the limit",
        mutate: ({ rows }) => (rows[check] = { database: "shop", age: warning * 1e6 }),
        judgement: { value: `${warning} million in shop`, threshold, verdict: "ok", hint: "" },
      },
    ];
  }),
  {
    check: "transaction ID age",
    name: "at the failsafe, where autovacuum_freeze_max_age is large",
    mutate: (reading) => {
      runs(reading, "autovacuum_freeze_max_age", "1500000000");
      reading.rows["transaction ID age"].age = 1.5e9;
    },
    judgement: {
      value: "1.5 billion in app",
      threshold: "1.6 billion; critical 1.6 billion",
      verdict: "ok",
      hint: "",
    },
  },
  ...(
    [
      [301, "5min", "warning"],
      [3601, "1h", "critical"],
    ] as const
  ).map(
    ([age, value, verdict]): Case => ({
      check: "oldest transaction",
      name: `open for ${value}`,
      mutate: ({ rows }) =>
        (rows["oldest transaction"] = { pid: 4711, role: "app", state: "idle in transaction", age }),
      judgement: {
        value: `${value}, app, idle in transaction`,
        threshold: "5min; critical 1h",
        verdict,
        hint: "end it, as app or superuser: SELECT pg_terminate_backend(4711)",
      },
    }),
  ),
  {
    check: "oldest transaction",
    name: "without one",
    mutate: ({ rows }) => (rows["oldest transaction"] = undefined),
    judgement: { value: "none", threshold: "5min; critical 1h", verdict: "ok", hint: "" },
  },
  {
    check: "prepared transactions",
    name: "forgotten",
    mutate: ({ rows }) =>
      (rows["prepared transactions"] = { gid: "shop-17", database: "app", age: 660, count: 2 }),
    judgement: {
      value: "2, the oldest since 11min",
      threshold: "10min",
      verdict: "warning",
      hint: "ask its transaction manager, then in app: COMMIT PREPARED 'shop-17', or ROLLBACK PREPARED",
    },
  },
  {
    check: "prepared transactions",
    name: "under way",
    mutate: ({ rows }) =>
      (rows["prepared transactions"] = { gid: "shop-17", database: "app", age: 5, count: 1 }),
    judgement: { value: "1, the oldest since 5s", threshold: "10min", verdict: "ok", hint: "" },
  },
  ...(
    [
      [78, "warning"],
      [93, "critical"],
    ] as const
  ).map(
    ([connections, verdict]): Case => ({
      check: "connections",
      name: `${connections} taken`,
      mutate: ({ rows }) => (rows.connections = { connections, active: 0 }),
      judgement: {
        value: `${connections} of 97`,
        threshold: "77; critical 92",
        verdict,
        hint: "let the application's pool keep fewer, or write a larger `maxConnections`, which takes memory",
      },
    }),
  ),
  {
    check: "active connections",
    name: "more than budgeted",
    mutate: ({ rows }) => (rows["active connections"] = { connections: 30, active: 26 }),
    judgement: {
      value: "26 of 25 budgeted",
      threshold: "25",
      verdict: "warning",
      hint: "let a pool queue queries, or write `activeConnections: 26`",
    },
  },
  {
    check: "restarts",
    name: "after a restart by somebody",
    mutate: ({ server, rows }) => {
      server.startedAt = "2026-01-02T00:00:00.000000Z";
      rows.restarts = { up: 7200, checkpointer: 7199.9 };
    },
    judgement: {
      value: "up for 2h, restarted since the deployment",
      threshold: "any within a day",
      verdict: "warning",
      hint: "look for the reason in the server's log; a deployment takes note of the new start",
    },
  },
  {
    check: "restarts",
    name: "after a crash",
    mutate: ({ rows }) => (rows.restarts = { up: 3 * DAY, checkpointer: 600 }),
    judgement: {
      value: "crashed and recovered 10min ago",
      threshold: "any within a day",
      verdict: "warning",
      hint: "look for `was terminated by signal` in the server's log, and for the OOM killer: dmesg | grep -i oom",
    },
  },
  {
    check: "restarts",
    name: "long ago",
    mutate: ({ server, rows }) => {
      server.startedAt = "2026-01-02T00:00:00.000000Z";
      rows.restarts = { up: 3 * DAY, checkpointer: 2 * DAY };
    },
    judgement: { value: "up for 3d", threshold: "any within a day", verdict: "ok", hint: "" },
  },
  {
    check: "unlogged tables",
    name: "with some",
    mutate: ({ rows }) => (rows["unlogged tables"] = { tables: ["cache", "shop.session"] }),
    judgement: {
      value: "cache and 1 more",
      threshold: "any",
      verdict: "warning",
      hint: "ALTER TABLE cache SET LOGGED, unless its rows may go",
    },
  },
  ...(
    [
      [11, 3, "11 files, the oldest since 3s", "warning"],
      [1, 601, "1 file, the oldest since 10min", "warning"],
      [64, 3, "64 files, the oldest since 3s", "critical"],
    ] as const
  ).map(
    ([files, oldest, value, verdict]): Case => ({
      check: "WAL not yet archived",
      name: value,
      mutate: ({ rows }) => (rows["WAL not yet archived"] = { files, oldest }),
      judgement: {
        value,
        threshold: "10 files or 10min; critical 64 files",
        verdict,
        hint: "look for the archiver's words in the server's log; it tries the same file again until it succeeds",
      },
    }),
  ),
  {
    check: "WAL not yet archived",
    name: "by the stack's archive_timeout",
    mutate: (reading) => {
      runs(reading, "archive_timeout", "60s");
      reading.rows["WAL not yet archived"] = { files: 1, oldest: 119 };
    },
    judgement: {
      value: "1 file, the oldest since 2min",
      threshold: "10 files or 2min; critical 64 files",
      verdict: "ok",
      hint: "",
    },
  },
  {
    check: "WAL not yet archived",
    name: "of a server that does not archive",
    mutate: (reading) => {
      runs(reading, "archive_mode", "off");
      reading.rows["WAL not yet archived"] = { files: 100, oldest: DAY };
    },
    judgement: {
      value: "archive_mode is off",
      threshold: "10 files or 10min; critical 64 files",
      verdict: "ok",
      hint: "",
    },
  },
  {
    check: "archiver",
    name: "that fails",
    mutate: ({ rows }) => (rows.archiver = { ...rows.archiver, lastFailed: 20 }),
    judgement: {
      value: "200 archived, the last 40s ago; 2 failures",
      threshold: "the last attempt failed",
      verdict: "warning",
      hint: "000000010000000000000003 failed 20s ago: look for the archiver's words in the server's log",
    },
  },
  {
    check: "archiver",
    name: "that never succeeded",
    mutate: ({ rows }) => (rows.archiver = { ...rows.archiver, archived: 0, lastArchived: null }),
    judgement: {
      value: "0 archived; 2 failures",
      threshold: "the last attempt failed",
      verdict: "warning",
      hint: "000000010000000000000003 failed 2.5h ago: look for the archiver's words in the server's log",
    },
  },
  {
    check: "archiver",
    name: "that is off",
    mutate: (reading) => {
      runs(reading, "archive_mode", "off");
      reading.rows.archiver.lastFailed = 20;
    },
    judgement: {
      value: "archive_mode is off",
      threshold: "the last attempt failed",
      verdict: "ok",
      hint: "",
    },
  },
  ...(
    [
      [1.6 * GB, "1.6GB", "warning"],
      [51 * GB, "51GB", "critical"],
    ] as const
  ).map(
    ([size, value, verdict]): Case => ({
      check: "WAL size",
      name: value,
      mutate: ({ rows }) => (rows["WAL size"].size = size),
      judgement: {
        value: `${value}, at 1/2A000060, 2MB/s`,
        threshold: "1.5GB; critical 50GB",
        verdict,
        hint: "something keeps it: the archive, a replication slot, or checkpoints that do not end; see their lines",
      },
    }),
  ),
  {
    check: "WAL size",
    name: "with what wal_keep_size asks for, on a disk that is not known",
    mutate: (reading) => {
      runs(reading, "wal_keep_size", "8GB");
      reading.disks = new Fault("no Docker engine answers", "start it");
      reading.rows["WAL size"].size = 9 * GB;
    },
    judgement: { value: "9GB, at 1/2A000060, 2MB/s", threshold: "9.5GB", verdict: "ok", hint: "" },
  },
  ...(
    [
      [15, "warning"],
      [7, "critical"],
    ] as const
  ).map(
    ([free, verdict]): Case => ({
      check: "free disk space",
      name: `${free} GB of 1000`,
      mutate: (reading) =>
        (reading.disks = [
          { folder: "/data", free: 60 * GB, total: 100 * GB },
          { folder: "/archive", free: free * GB, total: 1000 * GB },
        ]),
      judgement: {
        value: `${free}GB of 1000GB`,
        threshold: "below 16GB; critical 8GB",
        verdict,
        hint: "make room on the file system of /archive; delete nothing in pg_wal by hand",
      },
    }),
  ),
  {
    check: "free disk space",
    name: "little of a small disk",
    mutate: (reading) => (reading.disks = [{ folder: "/data", free: 3 * GB, total: 10 * GB }]),
    judgement: { value: "3GB of 10GB", threshold: "below 2GB; critical 1GB", verdict: "ok", hint: "" },
  },
  {
    check: "free disk space",
    name: "not known",
    mutate: (reading) => (reading.disks = new Fault("no Docker engine answers", "start it")),
    judgement: {
      value: "not known: no Docker engine answers",
      threshold: "below 20 %",
      verdict: "warning",
      hint: "start it",
    },
  },
  {
    check: "checkpoints",
    name: "mostly requested",
    mutate: ({ rows }) => (rows.checkpoints = { requested: 11, timed: 10, since: 3000, write: 90, sync: 1 }),
    judgement: {
      value: "11 requested, 10 timed in 50min; writing 1.5min, sync 1s",
      threshold: "half of them requested",
      verdict: "warning",
      hint: "write `max_wal_size: 2GB` under parameters",
    },
  },
  {
    check: "checkpoints",
    name: "requested by a deployment, or in a short time",
    mutate: ({ rows }) => (rows.checkpoints = { requested: 11, timed: 0, since: 60, write: 1, sync: 0 }),
    judgement: {
      value: "11 requested, 0 timed in 1min; writing 1s, sync 0s",
      threshold: "half of them requested",
      verdict: "ok",
      hint: "",
    },
  },
  ...(
    [
      [300 * MB, "300MB", "warning"],
      [3 * GB, "3GB", "critical"],
    ] as const
  ).map(
    ([distance, value, verdict]): Case => ({
      check: "last checkpoint",
      name: `late, with ${value} to replay`,
      mutate: ({ rows }) => (rows["last checkpoint"] = { ago: 660, distance }),
      judgement: {
        value: `11min ago, ${value} to replay`,
        threshold: "10min with 32MB; critical 2GB",
        verdict,
        hint: "look for slow storage: CHECKPOINT as superuser, and its line in the server's log",
      },
    }),
  ),
  {
    check: "last checkpoint",
    name: "of a server that was idle for a week",
    mutate: ({ rows }) => (rows["last checkpoint"] = { ago: 7 * DAY, distance: 16 * MB }),
    judgement: {
      value: "7d ago, 16MB to replay",
      threshold: "10min with 32MB; critical 2GB",
      verdict: "ok",
      hint: "",
    },
  },
  ...(
    [
      [slot({ retained: 2 * GB }), "active, reserved, keeps 2GB", "warning"],
      [slot({ active: false, inactive: 1860 }), "inactive for 31min, reserved, keeps 16MB", "warning"],
      [slot({ status: "unreserved" }), "active, unreserved, keeps 16MB", "critical"],
      [slot({ active: false, status: "lost", retained: null }), "inactive, lost, keeps 0B", "critical"],
    ] as const
  ).map(
    ([bad, value, verdict]): Case => ({
      check: "replication slots",
      name: value,
      mutate: ({ rows }) =>
        (rows["replication slots"].slots = [slot({ retained: 3 * GB }), { ...bad, name: "bad" }].slice(
          verdict === "warning" ? 1 : 0,
        )),
      judgement: {
        value: `bad ${value}`,
        threshold: "1GB or 30min; critical unreserved",
        verdict,
        hint: "start its reader; if there is none any more: SELECT pg_drop_replication_slot('bad')",
      },
    }),
  ),
  {
    check: "replication slots",
    name: "reserving nothing",
    mutate: ({ rows }) =>
      (rows["replication slots"].slots = [slot({ active: false, status: null, retained: null })]),
    judgement: {
      value: "1, 0 active",
      threshold: "1GB or 30min; critical unreserved",
      verdict: "ok",
      hint: "",
    },
  },
  {
    check: "standbys",
    name: "behind",
    mutate: ({ rows }) => (rows.standbys.lag = 360),
    judgement: {
      value: "1, 0 synchronous, 6min behind",
      threshold: "5min; critical no synchronous one",
      verdict: "warning",
      hint: "look at the standby's disk and at the network between the two",
    },
  },
  {
    check: "standbys",
    name: "without the synchronous one",
    mutate: (reading) => runs(reading, "synchronous_standby_names", "standby2"),
    judgement: {
      value: "1, 0 synchronous, 0s behind",
      threshold: "5min; critical no synchronous one",
      verdict: "critical",
      hint: "every commit waits: start the standby, or remove `synchronous_standby_names` from parameters",
    },
  },
  {
    check: "standbys",
    name: "with the synchronous one",
    mutate: (reading) => {
      runs(reading, "synchronous_standby_names", "standby");
      reading.rows.standbys = { standbys: 1, synchronous: 1, lag: null };
    },
    judgement: {
      value: "1, 1 synchronous",
      threshold: "5min; critical no synchronous one",
      verdict: "ok",
      hint: "",
    },
  },
  ...(
    [
      [8640, 200 * GB, "3h at 19.2MB/s; archiving stands still since 2h", "warning"],
      [7200, 14 * GB, "14.9min at 16MB/s; archiving stands still since 2h", "critical"],
      [120, 600 * GB, "3.6d at 2MB/s; archiving stands still since 2h", "ok"],
    ] as const
  ).map(
    ([files, free, value, verdict]): Case => ({
      check: "time until disk full",
      name: value,
      mutate: (reading) => {
        reading.disks = [{ folder: "/data", free, total: 1000 * GB }];
        reading.rows["time until disk full"] = { files, oldest: 7200, written: 5 * GB, at: 1000 };
      },
      judgement: {
        value,
        threshold: "1d; critical 1h",
        verdict,
        hint:
          verdict === "ok"
            ? ""
            : "let the archive take files again: see the line of the archiver; until then make room, and delete nothing in pg_wal by hand",
      },
    }),
  ),
  {
    check: "time until disk full",
    name: "on a disk that is not known",
    mutate: (reading) => {
      reading.disks = new Fault("no Docker engine answers", "start it");
      reading.rows["time until disk full"].oldest = 61;
    },
    judgement: {
      value: "not known: the disk cannot be read",
      threshold: "1d; critical 1h",
      verdict: "warning",
      hint: "start it",
    },
  },
  {
    check: "time until disk full",
    name: "of a server that does not archive",
    mutate: (reading) => {
      runs(reading, "archive_mode", "off");
      reading.rows["time until disk full"].oldest = DAY;
    },
    judgement: { value: "archive_mode is off", threshold: "1d; critical 1h", verdict: "ok", hint: "" },
  },
  {
    check: "last backup",
    name: "late",
    mutate: (reading) => {
      nightly(reading).stop.time = "2026-01-02T09:01:00.000000Z";
    },
    judgement: {
      value: "20260103-020000F, 1.1d ago, 9 segments since",
      threshold: "1.1d; critical none",
      verdict: "warning",
      hint: "npx durable-postgres backup --stack prod; the log of the container of the backups says what kept it from it",
    },
  },
  {
    check: "last backup",
    name: "late, without a schedule",
    mutate: (reading) => {
      Object.assign(reading.backups, { isScheduled: false });
      nightly(reading).stop.time = "2026-01-02T09:01:00.000000Z";
    },
    judgement: {
      value: "20260103-020000F, 1.1d ago, 9 segments since",
      threshold: "1.1d; critical none",
      verdict: "warning",
      hint: "npx durable-postgres backup --stack prod; docs/backups.md has a line for cron",
    },
  },
  {
    check: "last backup",
    name: "of a server that has been idle since, without a schedule",
    mutate: (reading) => {
      Object.assign(reading.backups, { isScheduled: false });
      nightly(reading).stop.time = "2025-01-02T09:01:00.000000Z";
      catalogueOf(reading).archive.newest = "000000010000000100000022";
    },
    judgement: {
      value: "20260103-020000F, 366.1d ago, 2 segments since",
      threshold: "1.1d; critical none",
      verdict: "ok",
      hint: "",
    },
  },
  {
    check: "last backup",
    name: "that cannot be restored",
    mutate: (reading) => {
      catalogueOf(reading).windows = [];
    },
    judgement: {
      value: "none can be restored",
      threshold: "1.1d; critical none",
      verdict: "critical",
      hint: "npx durable-postgres backup --stack prod",
    },
  },
  {
    check: "last backup",
    name: "that cannot be read",
    mutate: (reading) => {
      reading.backups = new Fault("the folder cannot be read", "run as its owner");
    },
    judgement: {
      value: "not known: the folder cannot be read",
      threshold: "",
      verdict: "warning",
      hint: "run as its owner",
    },
  },
  ...(
    [
      ["2025-12-26T12:00:00Z", "8d", "warning"],
      ["2025-12-18T12:00:00Z", "16d", "critical"],
    ] as const
  ).map(
    ([finishedAt, age, verdict]): Case => ({
      check: "last rehearsal",
      name: `${age} ago`,
      mutate: ({ backups }) => Object.assign(backups, { lastRehearsal: rehearsed({ finishedAt }) }),
      judgement: {
        value: `ok ${age} ago, restored in 34.6s`,
        threshold: "8d; critical 16d",
        verdict,
        hint: "npx durable-postgres rehearse --stack prod",
      },
    }),
  ),
  {
    check: "last rehearsal",
    name: "that failed",
    mutate: ({ backups }) =>
      Object.assign(backups, {
        lastRehearsal: rehearsed({ ok: false, failure: "the canary row was not restored\nHINT: look" }),
      }),
    judgement: {
      value: "failed: the canary row was not restored",
      threshold: "8d; critical 16d",
      verdict: "critical",
      hint: "look at what can be restored: npx durable-postgres backups --stack prod; then: npx durable-postgres rehearse --stack prod",
    },
  },
  ...(
    [
      ["2026-01-03T02:01:00.000000Z", "10h", "ok"],
      ["2025-12-26T11:00:00.000000Z", "8d", "warning"],
    ] as const
  ).map(
    ([first, age, verdict]): Case => ({
      check: "last rehearsal",
      name: `never, for ${age}`,
      mutate: (reading) => {
        Object.assign(reading.backups, { lastRehearsal: undefined });
        nightly(reading).stop.time = first;
      },
      judgement: {
        value: `never, and backups since ${age}`,
        threshold: "8d; critical 16d",
        verdict,
        hint: verdict === "ok" ? "" : "npx durable-postgres rehearse --stack prod",
      },
    }),
  ),
  {
    check: "restorable window",
    name: "with a hole in it",
    mutate: (reading) => {
      catalogueOf(reading).archive.faults = [
        { segment: "000000010000000100000025", count: 1, kind: "zeroed" },
        { segment: "000000010000000100000027", count: 2, kind: "missing" },
      ];
    },
    judgement: {
      value: "2026-01-03T02:01:00Z to 2026-01-03T11:59:30Z; 000000010000000100000025 is zeroed, and 1 more",
      threshold: "no hole",
      verdict: "warning",
      hint: "nothing brings back the moments in the hole: ask who deleted or changed it; it is gone with the backup before it, by retention. All of it: npx durable-postgres backups --stack prod",
    },
  },
  {
    check: "restorable window",
    name: "with a hole behind it",
    mutate: (reading) => {
      catalogueOf(reading).archive.faults = [
        { segment: "00000001000000010000002A", count: 1, kind: "missing" },
      ];
    },
    judgement: {
      value: "2026-01-03T02:01:00Z to 2026-01-03T11:59:30Z; 00000001000000010000002A is missing",
      threshold: "no hole",
      verdict: "critical",
      hint: "a new backup makes everything from then on restorable: npx durable-postgres backup --stack prod",
    },
  },
  {
    check: "restorable window",
    name: "that is none",
    mutate: (reading) => {
      catalogueOf(reading).windows = [];
    },
    judgement: {
      value: "nothing",
      threshold: "no hole",
      verdict: "critical",
      hint: "npx durable-postgres backup --stack prod",
    },
  },
  {
    check: "archive",
    name: "lacks what the server takes for archived",
    mutate: (reading) => {
      catalogueOf(reading).archive.newest = "000000010000000100000027";
    },
    judgement: {
      value: "the server takes 000000010000000100000029 for archived, and it is not there",
      threshold: "10 files or 10min; critical 1GB",
      verdict: "critical",
      hint: "archive_command or archive_library does not write to this archive; when it does again: npx durable-postgres backup --stack prod",
    },
  },
  ...(
    [
      [
        "000000010000000100000028",
        "1/2A000060",
        601,
        "to 1/29000000, 16MB behind, 1 finished, the oldest since 10min",
        "warning",
      ],
      [
        "000000010000000100000028",
        "1/2A000060",
        60,
        "to 1/29000000, 16MB behind, 1 finished, the oldest since 1min",
        "ok",
      ],
      ["000000010000000100000029", "1/6A000060", 60, "to 1/2A000000, 1GB behind", "critical"],
    ] as const
  ).map(
    ([newest, position, age, value, verdict]): Case => ({
      check: "archive",
      name: value,
      mutate: (reading) => {
        catalogueOf(reading).archive.newest = newest;
        const { archive } = reading.rows;
        Object.assign(archive, { position, taken: newest });
        archive.finished = archive.finished.map(({ name }) => ({ name, age }));
      },
      judgement: {
        value,
        threshold: "10 files or 10min; critical 1GB",
        verdict,
        hint:
          verdict === "ok"
            ? ""
            : "look for the archiver's words in the server's log, and for room in the archive",
      },
    }),
  ),
  {
    check: "archive",
    name: "in a bucket that lags behind the volume",
    mutate: (reading) => {
      const { windows, backups, archive } = kept();
      const behind = { ...archive, newest: "000000010000000100000027" };
      catalogueOf(reading).copies = [{ place: "bucket shop", windows, backups, archive: behind }];
      Object.assign(reading.rows.archive, { taken: behind.newest });
      for (const file of reading.rows.archive.finished) file.age = 700;
    },
    judgement: {
      value: "bucket shop: to 1/28000000, 32MB behind, 2 finished, the oldest since 11.7min",
      threshold: "10 files or 10min; critical 1GB",
      verdict: "warning",
      hint: "look for the archiver's words in the server's log, and for room in the archive",
    },
  },
  {
    check: "archive",
    name: "of a generation that was restored, and has archived nothing of its own",
    mutate: (reading) => {
      catalogueOf(reading).archive.newest = null;
      reading.rows.archive = {
        position: "1/2A000060",
        current: "00000002000000010000002A",
        finished: [{ name: "000000010000000100000029", age: DAY }],
        taken: null,
      };
    },
    judgement: {
      value: "to 1/2A000000, 96B behind",
      threshold: "10 files or 10min; critical 1GB",
      verdict: "ok",
      hint: "",
    },
  },
  {
    check: "archive",
    name: "of a standby",
    mutate: ({ rows }) => (rows.archive = { position: null, current: null, finished: [], taken: null }),
    judgement: {
      value: "a standby archives nothing",
      threshold: "10 files or 10min; critical 1GB",
      verdict: "ok",
      hint: "",
    },
  },
  {
    check: "archive",
    name: "that is off",
    mutate: (reading) => runs(reading, "archive_mode", "off"),
    judgement: {
      value: "archive_mode is off",
      threshold: "10 files or 10min; critical 1GB",
      verdict: "ok",
      hint: "",
    },
  },
  {
    check: "archive",
    name: "that cannot be read",
    mutate: (reading) => {
      reading.backups = new Fault("the folder cannot be read", "run as its owner");
    },
    judgement: {
      value: "not known: the folder cannot be read",
      threshold: "10 files or 10min; critical 1GB",
      verdict: "warning",
      hint: "run as its owner",
    },
  },
];

function judged(reading: Reading, wanted: string): Judgement {
  const { checks } = statusReport(reading, DEPLOYED, earlier());
  const { name: _, ...judgement } = checks.find(({ name }) => name === wanted) ?? assert.fail(wanted);
  return judgement;
}

describe("the status of a server", () => {
  it("is ok in every check of a healthy one", () => {
    const report = statusReport(healthy(), DEPLOYED, earlier());
    assert.deepEqual(
      report.checks.map(({ name, value, threshold }) => [name, value, threshold]),
      [
        ["declared settings", "43 as declared", "any"],
        ["checksum failures", "0", "critical any"],
        ["transaction ID age", "150 million in app", "300 million; critical 1 billion"],
        ["multixact ID age", "12 in app", "600 million; critical 1.6 billion"],
        ["oldest transaction", "2s, app, active", "5min; critical 1h"],
        ["prepared transactions", "none", "10min"],
        ["connections", "12 of 97", "77; critical 92"],
        ["active connections", "3 of 25 budgeted", "25"],
        ["restarts", "up for 3d", "any within a day"],
        ["unlogged tables", "none", "any"],
        ["WAL not yet archived", "1 file, the oldest since 0.3s", "10 files or 10min; critical 64 files"],
        ["archiver", "200 archived, the last 40s ago; 2 failures", "the last attempt failed"],
        ["WAL size", "512MB, at 1/2A000060, 2MB/s", "1.5GB; critical 50GB"],
        ["free disk space", "60GB of 100GB", "below 16GB; critical 8GB"],
        ["time until disk full", "archiving goes on", "1d; critical 1h"],
        ["checkpoints", "20 requested, 300 timed in 1d; writing 1.1h, sync 12.3s", "half of them requested"],
        ["last checkpoint", "3.3min ago, 300MB to replay", "10min with 32MB; critical 2GB"],
        ["replication slots", "1, 1 active", "1GB or 30min; critical unreserved"],
        ["standbys", "1, 0 synchronous, 0s behind", "5min; critical no synchronous one"],
        ["last backup", "20260103-020000F, 10h ago, 9 segments since", "1.1d; critical none"],
        ["last rehearsal", "ok 1d ago, restored in 34.6s", "8d; critical 16d"],
        ["restorable window", "2026-01-03T02:01:00Z to 2026-01-03T11:59:30Z", "no hole"],
        ["archive", "to 1/2A000000, 96B behind", "10 files or 10min; critical 1GB"],
      ],
    );
    const judgements = report.checks.map(({ verdict, hint }) => verdict + hint);
    assert.deepEqual(new Set(judgements), new Set(["ok"]));
    assert.equal(report.ok, true);
    assert.equal(exitCode(report), 0);
  });

  for (const { check, name, mutate, judgement } of CASES)
    it(`${check}, ${name}: ${judgement.verdict}`, () => {
      const reading = healthy();
      mutate(reading);
      assert.deepEqual(judged(reading, check), judgement);
    });

  it("has a case for each verdict that a check says it can give", () => {
    const shown = new Set(CASES.map(({ check, judgement }) => `${check}: ${judgement.verdict}`));
    const said = CHECKS.flatMap(({ name, warning, critical }) => [
      ...(warning === undefined ? [] : [`${name}: warning`]),
      ...(critical === undefined ? [] : [`${name}: critical`]),
    ]);
    assert.deepEqual(
      said.filter((verdict) => !shown.has(verdict)),
      [],
    );
    const given = [...shown].filter((verdict) => !verdict.endsWith(": ok"));
    assert.deepEqual(
      given.filter((verdict) => !said.includes(verdict)),
      [],
    );
  });

  it("says what to do exactly where something is to be done", () => {
    for (const { check, judgement } of CASES)
      assert.equal(judgement.hint === "", judgement.verdict === "ok", check);
  });

  it("has no rate until there are two readings", () => {
    const { checks } = statusReport(healthy(), DEPLOYED);
    assert.equal(checks.find(({ name }) => name === "WAL size")?.value, "512MB, at 1/2A000060");
  });

  it("has the exit code of its gravest verdict", () => {
    const codes = (["app", "none"] as const).map((role) => {
      const reading = healthy();
      reading.rows["unlogged tables"] = { tables: ["cache"] };
      if (role === "app") reading.rows["checksum failures"] = { failures: 1, databases: "app" };
      const report = statusReport(reading, DEPLOYED);
      return [report.ok, exitCode(report)];
    });
    assert.deepEqual(codes, [
      [false, 2],
      [false, 1],
    ]);
  });

  it("is critical where it cannot be read", () => {
    const report = unreadable(new Fault("no connection to the server", "start it"));
    assert.deepEqual(report, {
      ok: false,
      server: null,
      checks: [
        {
          name: "server",
          value: "no connection to the server",
          threshold: "it answers",
          verdict: "critical",
          hint: "start it",
        },
      ],
    });
    assert.equal(exitCode(report), 2);
    assert.equal(statusText(report), "critical: no connection to the server\nHINT: start it");
  });

  it("says of a server that is down what is kept of it", () => {
    const report = unreadable(new Fault("no connection to the server", "start it"), healthy().backups);
    assert.equal(
      statusText(report),
      [
        "critical: no connection to the server",
        "HINT: start it",
        "ok: last backup: 20260103-020000F, 10h ago, 9 segments since",
        "ok: last rehearsal: ok 1d ago, restored in 34.6s",
        "ok: restorable window: 2026-01-03T02:01:00Z to 2026-01-03T11:59:30Z",
      ].join("\n"),
    );
    assert.equal(exitCode(report), 2);
  });
});

describe("the status as a person reads it", () => {
  it("is a table, and one line that names what is not ok, the gravest first", () => {
    const checks: Judgement[] = [
      { value: "none", threshold: "10min", verdict: "ok", hint: "" },
      { value: "cache", threshold: "any", verdict: "warning", hint: "ALTER TABLE cache SET LOGGED" },
      { value: "3 in app", threshold: "critical any", verdict: "critical", hint: "copy the data directory" },
    ];
    const names = ["prepared transactions", "unlogged tables", "checksum failures"];
    const server = { version: "15.18", startedAt: DEPLOYED.startedAt, systemIdentifier: "1" };
    const named = checks.map((check, index) => ({ name: names[index] ?? "", ...check }));
    assert.deepEqual(statusText({ ok: false, server, checks: named }).split("\n"), [
      "PostgreSQL 15.18, started 2026-01-01T00:00:00.000000Z",
      "┌──────────┬───────────────────────┬────────────────────────────────────────┬──────────────────────────────────────┬────────────────────────────────────────────┐",
      "│ verdict  │ check                 │ now                                    │ threshold                            │ what to do                                 │",
      "├──────────┼───────────────────────┼────────────────────────────────────────┼──────────────────────────────────────┼────────────────────────────────────────────┤",
      "│ ok       │ prepared transactions │ none                                   │ 10min                                │                                            │",
      "│ warning  │ unlogged tables       │ cache                                  │ any                                  │ ALTER TABLE cache SET LOGGED               │",
      "│ critical │ checksum failures     │ 3 in app                               │ critical any                         │ copy the data directory                    │",
      "└──────────┴───────────────────────┴────────────────────────────────────────┴──────────────────────────────────────┴────────────────────────────────────────────┘",
      "critical: checksum failures; warning: unlogged tables; 1 of 3 checks are ok",
    ]);
    assert.deepEqual(statusText({ ok: true, server, checks: named.slice(0, 1) }).split("\n"), [
      "PostgreSQL 15.18, started 2026-01-01T00:00:00.000000Z",
      "┌─────────┬───────────────────────┬────────────────────────────────────────┬──────────────────────────────────────┐",
      "│ verdict │ check                 │ now                                    │ threshold                            │",
      "├─────────┼───────────────────────┼────────────────────────────────────────┼──────────────────────────────────────┤",
      "│ ok      │ prepared transactions │ none                                   │ 10min                                │",
      "└─────────┴───────────────────────┴────────────────────────────────────────┴──────────────────────────────────────┘",
      "ok: 1 checks",
    ]);
  });

  it("has sizes, times and counts with one decimal at most", () => {
    assert.deepEqual([0, 1, 1023, 1024, 1536, 16 * MB, 1.26 * GB, 5000 * GB].map(sizeText), [
      "0B",
      "1B",
      "1023B",
      "1kB",
      "1.5kB",
      "16MB",
      "1.3GB",
      "4.9TB",
    ]);
    assert.deepEqual([-0.2, 0, 0.04, 59, 60, 90, 3600, 5400, DAY, 10 * DAY].map(timeText), [
      "0s",
      "0s",
      "0s",
      "59s",
      "1min",
      "1.5min",
      "1h",
      "1.5h",
      "1d",
      "10d",
    ]);
    assert.deepEqual([0, 999_999, 1e6, 2_147_483_648].map(countText), [
      "0",
      "999999",
      "1 million",
      "2.1 billion",
    ]);
  });
});

describe("df of a container", () => {
  it("is read in the form of POSIX", () => {
    const printed = [
      "Filesystem         1024-blocks      Used Available Capacity Mounted on",
      "/dev/mapper/vg0-long name   102400     51200     40960      56% /var/lib/postgresql/data",
      "overlay                2048      1024      1000      51% /archive",
      "",
    ].join("\n");
    assert.deepEqual(parseDf(printed, ["/data", "/archive"]), [
      { folder: "/data", free: 40 * MB, total: 100 * MB },
      { folder: "/archive", free: 1000 * 1024, total: 2 * MB },
    ]);
  });
});
