/** Which value does each parameter get, and which are refused with which words? */

import assert from "node:assert/strict";
import fc from "fast-check";
import { CATALOGUE } from "../../../components/parameters/catalogue";
import { pgParameter, VERSIONS } from "../../../components/parameters/postgres";
import { parameterValues, resolveSettings, type SettingsArgs } from "../../../components/parameters/settings";
import { readBytes } from "../../../components/parameters/units";

const MACHINE = { memory: 8 * 2 ** 30, cpus: 4, storage: "ssd", workload: "web" } as const;

const resolve = (args: Partial<SettingsArgs> = {}) => resolveSettings({ machine: MACHINE, ...args });

/** The whole message of a refusal, fact and HINT for each fault. */
function refusal(args: Partial<SettingsArgs>): string {
  let message: string | undefined;
  try {
    resolve(args);
  } catch (error) {
    assert.match((error as Error).name, /^Faults?$/);
    ({ message } = error as Error);
  }
  return message ?? assert.fail(`nothing is wrong with ${JSON.stringify(args)}`);
}

describe("the settings of 8 GiB", () => {
  it("are, parameter by parameter", () => {
    assert.deepEqual(resolve().parameters, {
      fsync: {
        value: "on",
        unit: null,
        origin: "default",
        context: "fixed",
        formula: null,
        reason: "A commit reaches the disk before it is acknowledged.",
      },
      synchronous_commit: {
        value: "on",
        unit: null,
        origin: "default",
        context: "fixed",
        formula: null,
        reason: "COMMIT returns only after its WAL is flushed.",
      },
      full_page_writes: {
        value: "on",
        unit: null,
        origin: "default",
        context: "fixed",
        formula: null,
        reason: "Recovery rebuilds a page of which only a part reached the disk.",
      },
      wal_level: {
        value: "replica",
        unit: null,
        origin: "default",
        context: "fixed",
        formula: null,
        reason: "WAL carries what archiving and standbys need.",
      },
      data_sync_retry: {
        value: "off",
        unit: null,
        origin: "default",
        context: "fixed",
        formula: null,
        reason: "A failed fsync stops the server and recovery replays the WAL.",
      },
      restart_after_crash: {
        value: "on",
        unit: null,
        origin: "default",
        context: "fixed",
        formula: null,
        reason: "The server recovers by itself after a backend's crash.",
      },
      zero_damaged_pages: {
        value: "off",
        unit: null,
        origin: "default",
        context: "fixed",
        formula: null,
        reason: "A damaged page is an error, not an empty page.",
      },
      ignore_checksum_failure: {
        value: "off",
        unit: null,
        origin: "default",
        context: "fixed",
        formula: null,
        reason: "A page that fails its checksum is an error.",
      },
      ignore_invalid_pages: {
        value: "off",
        unit: null,
        origin: "default",
        context: "fixed",
        formula: null,
        reason: "Recovery stops at WAL that refers to missing pages.",
      },
      ignore_system_indexes: {
        value: "off",
        unit: null,
        origin: "default",
        context: "fixed",
        formula: null,
        reason: "System indexes are used and checked.",
      },
      allow_system_table_mods: {
        value: "off",
        unit: null,
        origin: "default",
        context: "fixed",
        formula: null,
        reason: "Nobody edits the system catalogues.",
      },
      autovacuum: {
        value: "on",
        unit: null,
        origin: "default",
        context: "fixed",
        formula: null,
        reason: "Vacuum keeps transaction ids from running out.",
      },
      track_counts: {
        value: "on",
        unit: null,
        origin: "default",
        context: "fixed",
        formula: null,
        reason: "Autovacuum needs the counts.",
      },
      password_encryption: {
        value: "scram-sha-256",
        unit: null,
        origin: "default",
        context: "fixed",
        formula: null,
        reason: "Passwords are stored as SCRAM verifiers.",
      },
      checkpoint_timeout: {
        value: "5min",
        unit: "s",
        origin: "default",
        context: "reload",
        formula: null,
        reason: "300 s between checkpoints bounds the WAL that recovery replays.",
      },
      checkpoint_completion_target: {
        value: "0.9",
        unit: null,
        origin: "default",
        context: "reload",
        formula: null,
        reason: "Checkpoint writes are spread over the interval.",
      },
      max_wal_size: {
        value: "1GB",
        unit: "MB",
        origin: "computed",
        context: "reload",
        formula: "workload web",
        reason:
          "WAL between checkpoints: more means fewer full-page writes and a longer recovery (70 to 240 MB/s measured).",
      },
      min_wal_size: {
        value: "80MB",
        unit: "MB",
        origin: "default",
        context: "reload",
        formula: null,
        reason: "WAL files kept for reuse.",
      },
      wal_compression: {
        value: "pglz",
        unit: null,
        origin: "default",
        context: "reload",
        formula: null,
        reason: "Full-page images are compressed: less WAL to flush, archive and replay.",
      },
      max_slot_wal_keep_size: {
        value: "16GB",
        unit: "MB",
        origin: "default",
        context: "reload",
        formula: null,
        reason: "A forgotten replication slot is cut off before it fills the disk and stops the server.",
      },
      max_wal_senders: {
        value: "10",
        unit: null,
        origin: "default",
        context: "restart",
        formula: null,
        reason: "Base backups and standbys need connections of this kind.",
      },
      max_connections: {
        value: "100",
        unit: null,
        origin: "computed",
        context: "restart",
        formula: "100 for workload web",
        reason: "Each connection is a process that needs memory.",
      },
      shared_buffers: {
        value: "2GB",
        unit: "8kB",
        origin: "computed",
        context: "restart",
        formula: "memory / 4",
        reason: "PostgreSQL's own cache.",
      },
      effective_cache_size: {
        value: "6GB",
        unit: "8kB",
        origin: "computed",
        context: "reload",
        formula: "memory × 3 / 4",
        reason: "What the planner may assume to be cached, by PostgreSQL and the operating system together.",
      },
      work_mem: {
        value: "16MB",
        unit: "kB",
        origin: "computed",
        context: "reload",
        formula: "largest power of two for which the memory inequality holds, at least 4MB",
        reason: "Memory of one sort or hash step, before it goes to disk.",
      },
      hash_mem_multiplier: {
        value: "2",
        unit: null,
        origin: "default",
        context: "reload",
        formula: null,
        reason: "Hash steps may take this many times work_mem.",
      },
      maintenance_work_mem: {
        value: "512MB",
        unit: "kB",
        origin: "computed",
        context: "reload",
        formula: "memory / 16, at most 2GB",
        reason: "Memory of one CREATE INDEX or VACUUM started by hand.",
      },
      autovacuum_work_mem: {
        value: "128MB",
        unit: "kB",
        origin: "computed",
        context: "reload",
        formula: "memory / 64, at most 512MB",
        reason: "Memory of one autovacuum worker; unset it would be maintenance_work_mem for each.",
      },
      autovacuum_max_workers: {
        value: "3",
        unit: null,
        origin: "default",
        context: "restart",
        formula: null,
        reason: "Tables vacuumed at the same time.",
      },
      max_worker_processes: {
        value: "8",
        unit: null,
        origin: "computed",
        context: "restart",
        formula: "cpus, at least 8",
        reason: "Background processes, parallel workers among them.",
      },
      max_parallel_workers: {
        value: "4",
        unit: null,
        origin: "computed",
        context: "reload",
        formula: "cpus",
        reason: "Parallel workers of all queries together.",
      },
      max_parallel_workers_per_gather: {
        value: "2",
        unit: null,
        origin: "computed",
        context: "reload",
        formula: "cpus / 2, at most 4",
        reason: "Parallel workers of one query step.",
      },
      max_parallel_maintenance_workers: {
        value: "2",
        unit: null,
        origin: "computed",
        context: "reload",
        formula: "cpus / 2, at most 4",
        reason: "Parallel workers of one CREATE INDEX.",
      },
      random_page_cost: {
        value: "1.1",
        unit: null,
        origin: "computed",
        context: "reload",
        formula: "storage ssd",
        reason: "Cost of a random read relative to a sequential one.",
      },
      effective_io_concurrency: {
        value: "200",
        unit: null,
        origin: "computed",
        context: "reload",
        formula: "storage ssd",
        reason: "Reads the storage serves at the same time.",
      },
      jit: {
        value: "off",
        unit: null,
        origin: "computed",
        context: "reload",
        formula: "workload web",
        reason: "Compiling a query pays off in long analytical ones only.",
      },
      log_checkpoints: {
        value: "on",
        unit: null,
        origin: "default",
        context: "reload",
        formula: null,
        reason: "Recovery time and write bursts can be explained afterwards.",
      },
      log_lock_waits: {
        value: "on",
        unit: null,
        origin: "default",
        context: "reload",
        formula: null,
        reason: "Waits longer than deadlock_timeout are logged.",
      },
      log_temp_files: {
        value: "10MB",
        unit: "kB",
        origin: "default",
        context: "reload",
        formula: null,
        reason: "Sorts and hashes that outgrow work_mem are logged.",
      },
      log_autovacuum_min_duration: {
        value: "10s",
        unit: "ms",
        origin: "default",
        context: "reload",
        formula: null,
        reason: "Long vacuums are logged.",
      },
      track_io_timing: {
        value: "on",
        unit: null,
        origin: "default",
        context: "reload",
        formula: null,
        reason: "Shows whether a slow query waits for the disk.",
      },
    });
  });

  it("of version 18 differ in one parameter more, and one that no longer needs a restart", () => {
    const [of15, of18] = [resolve().parameters, resolve({ version: "18" }).parameters];
    const { io_method, ...others } = of18;
    const autovacuum_max_workers = { ...of15.autovacuum_max_workers, context: "reload" };
    assert.deepEqual(others, { ...of15, autovacuum_max_workers });
    assert.deepEqual(io_method, {
      value: "worker",
      unit: null,
      origin: "default",
      context: "restart",
      formula: null,
      reason: "io_uring does not start under the default seccomp profile of containers.",
    });
  });
});

describe("settings", () => {
  it("hold version, machine and memory budget", () => {
    const { version, machine, memoryBudget } = resolve();
    assert.deepEqual(
      [version, machine, memoryBudget.fits, memoryBudget.total],
      ["15", MACHINE, true, 7780895294],
    );
  });

  it("are frozen", () => {
    const settings = resolve({ parameters: { work_mem: "8MB" } });
    const writes: ((target: Record<string, unknown>) => void)[] = [
      (target) => Object.assign(target, { version: "16" }),
      (target) => Object.assign(target.machine as object, { memory: 1 }),
      (target) => Object.assign(target.parameters as object, { fsync: {} }),
      (target) => Object.assign((target.parameters as Record<string, object>).fsync ?? {}, { value: "off" }),
      (target) =>
        Object.assign((target.parameters as Record<string, object>).work_mem ?? {}, { value: "1GB" }),
      (target) => Object.assign(target.memoryBudget as object, { fits: false }),
    ];
    for (const write of writes)
      assert.throws(() => write(settings as unknown as Record<string, unknown>), TypeError);
    assert.deepEqual(settings, resolve({ parameters: { work_mem: "8MB" } }));
  });

  it("do not depend on what is done with the arguments afterwards", () => {
    const machine = { ...MACHINE };
    const settings = resolve({ machine });
    machine.cpus = 99 as 4;
    assert.equal(settings.machine.cpus, 4);
  });

  it("take the user's value in place of the computed one, in PostgreSQL's notation", () => {
    assert.deepEqual(resolve({ parameters: { work_mem: 8192 } }).parameters.work_mem, {
      value: "8MB",
      unit: "kB",
      origin: "user",
      context: "reload",
      formula: null,
      reason: "set by the user",
    });
  });

  it("take values as YAML has them: text, numbers and booleans", () => {
    const { parameters } = resolve({
      parameters: { jit: true, track_io_timing: false, random_page_cost: 2, deadlock_timeout: "2s" },
    });
    const given = ["jit", "track_io_timing", "random_page_cost", "deadlock_timeout"].map(
      (name) => parameters[name]?.value,
    );
    assert.deepEqual(given, ["on", "off", "2", "2s"]);
  });

  it("list the catalogue first, then the user's further parameters by name", () => {
    const { parameters } = resolve({
      parameters: { statement_timeout: "1min", datestyle: "ISO, MDY", jit: "on" },
    });
    const ours = Object.keys(CATALOGUE).filter((name) => pgParameter("15", name));
    assert.deepEqual(Object.keys(parameters), [...ours, "DateStyle", "statement_timeout"]);
  });

  it("ignore case in names, and spell them as PostgreSQL does", () => {
    assert.equal(resolve({ parameters: { WORK_MEM: "8MB" } }).parameters.work_mem?.value, "8MB");
  });

  it("say what a change takes", () => {
    const { parameters } = resolve({
      parameters: { wal_buffers: "16MB", statement_timeout: "1min", "a.b": "c" },
    });
    const contexts = ["fsync", "shared_buffers", "work_mem", "wal_buffers", "statement_timeout", "a.b"].map(
      (name) => parameters[name]?.context,
    );
    assert.deepEqual(contexts, ["fixed", "restart", "reload", "restart", "reload", "restart"]);
  });

  it("take extensions' parameters as they are: only the extension knows them", () => {
    assert.deepEqual(
      resolve({ parameters: { "auto_explain.log_min_duration": "1s" } }).parameters[
        "auto_explain.log_min_duration"
      ],
      {
        value: "1s",
        unit: null,
        origin: "user",
        context: "restart",
        formula: null,
        reason: "set by the user",
      },
    );
  });

  it("are values by name, for whoever wants no reasons", () => {
    const { fsync, work_mem, max_connections } = parameterValues(resolve());
    assert.deepEqual(
      { fsync, work_mem, max_connections },
      { fsync: "on", work_mem: "16MB", max_connections: "100" },
    );
  });

  it("given back as the user's own are the same values", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 512 }),
        fc.integer({ min: 1, max: 16 }),
        fc.constantFrom(...VERSIONS),
        (quarters, cpus, version) => {
          const args = {
            version,
            machine: { ...MACHINE, memory: quarters * 2 ** 28, cpus: Math.min(cpus, quarters) },
          };
          const values = parameterValues(resolve(args));
          const again = resolve({ ...args, parameters: values });
          assert.deepEqual(parameterValues(again), values);
          assert.deepEqual(
            new Set(Object.values(again.parameters).map(({ origin }) => origin)),
            new Set(["user"]),
          );
        },
      ),
      { numRuns: 50 },
    );
  });
});

const MEMORY = "it takes a whole number with one of the units B, kB, MB, GB, TB (spelled exactly so)";
const TIME = "it takes a whole number with one of the units us, ms, s, min, h, d (spelled exactly so)";

/** Case, arguments, and every word of the refusal. */
const REFUSALS: readonly (readonly [name: string, args: Partial<SettingsArgs>, message: string])[] = [
  [
    "a name that nobody has, with the nearest one",
    { parameters: { work_mme: "8MB" } },
    "PostgreSQL 15 has no parameter work_mme\nHINT: did you mean work_mem? write `work_mem: 8MB` under parameters",
  ],
  [
    "a name of a later version",
    { parameters: { io_method: "sync" } },
    'PostgreSQL 15 has no parameter io_method; version 18 has\nHINT: remove `io_method` from parameters, or write `version: "18"`',
  ],
  [
    "a name of an earlier version",
    { version: "18", parameters: { force_parallel_mode: "on" } },
    'PostgreSQL 18 has no parameter force_parallel_mode; version 15 has\nHINT: remove `force_parallel_mode` from parameters, or write `version: "15"`',
  ],
  [
    "a name that every object has",
    { parameters: { constructor: "1" } },
    "PostgreSQL 15 has no parameter constructor\nHINT: did you mean bonjour? write `bonjour: 1` under parameters",
  ],
  [
    "a parameter that the target sets",
    { parameters: { port: 5432 } },
    "parameter port is set by the target, not in parameters\nHINT: remove `port` from parameters",
  ],
  [
    "a parameter that only reports",
    { parameters: { data_checksums: "on" } },
    "parameter data_checksums cannot be set: it only reports a property of the server\nHINT: remove `data_checksums` from parameters",
  ],
  [
    "a parameter that ALTER SYSTEM refuses",
    { parameters: { transaction_read_only: "on" } },
    "parameter transaction_read_only cannot be set for a whole server: ALTER SYSTEM refuses it\nHINT: remove `transaction_read_only` from parameters",
  ],
  [
    "a value of two lines",
    { parameters: { application_name: "two\nlines" } },
    "parameter application_name holds a line break, which ALTER SYSTEM refuses\nHINT: write it in one line, or remove `application_name` from parameters",
  ],
  [
    "a parameter written twice",
    { parameters: { work_mem: "8MB", Work_Mem: "4MB" } },
    "parameter work_mem is written more than once: work_mem, Work_Mem\nHINT: remove `work_mem` from parameters",
  ],
  [
    "a fixed parameter without another safe value",
    { parameters: { fsync: false } },
    "parameter fsync = off is refused: a power cut can leave the cluster unreadable\nHINT: remove `fsync` from parameters",
  ],
  [
    "a fixed parameter with another safe value",
    { parameters: { wal_level: "minimal" } },
    "parameter wal_level = minimal is refused: there is no WAL to archive, so no point-in-time recovery and no standby\nHINT: write `wal_level: replica` under parameters",
  ],
  [
    "a unit in small letters",
    { parameters: { work_mem: "8mb" } },
    `parameter work_mem = 8mb is refused by PostgreSQL: ${MEMORY}\nHINT: write \`work_mem: 8MB\` under parameters`,
  ],
  [
    "a unit of one letter, meant as memory",
    { parameters: { work_mem: "8M" } },
    `parameter work_mem = 8M is refused by PostgreSQL: ${MEMORY}\nHINT: write \`work_mem: 8MB\` under parameters`,
  ],
  [
    "a unit of one letter, meant as time",
    { parameters: { checkpoint_timeout: "5m" } },
    `parameter checkpoint_timeout = 5m is refused by PostgreSQL: ${TIME}\nHINT: write \`checkpoint_timeout: 5min\` under parameters`,
  ],
  [
    "a unit written out",
    { parameters: { statement_timeout: "2 hours" } },
    `parameter statement_timeout = 2 hours is refused by PostgreSQL: ${TIME}\nHINT: write \`statement_timeout: 2h\` under parameters`,
  ],
  [
    "a unit where there is none",
    { parameters: { max_connections: "100kB" } },
    "parameter max_connections = 100kB is refused by PostgreSQL: it takes a whole number without a unit\nHINT: write `max_connections: 100` under parameters",
  ],
  [
    "a word for a number",
    { parameters: { random_page_cost: "cheap" } },
    "parameter random_page_cost = cheap is refused by PostgreSQL: it takes a number\nHINT: write `random_page_cost: 4` under parameters",
  ],
  [
    "an empty value",
    { parameters: { log_checkpoints: "" } },
    "parameter log_checkpoints = '' is refused by PostgreSQL: it takes on or off\nHINT: write `log_checkpoints: on` under parameters",
  ],
  [
    "a word that is none of an enum's",
    { parameters: { log_statement: "some" } },
    "parameter log_statement = some is refused by PostgreSQL: it takes one of none, ddl, mod, all\nHINT: write `log_statement: none` under parameters",
  ],
  [
    "a value below the range, counted in the base unit",
    { parameters: { shared_buffers: 1 } },
    "parameter shared_buffers = 1 is refused by PostgreSQL: its range is 128kB … 8589934584kB (a number without a unit counts 8kB)\nHINT: write `shared_buffers: 128MB` under parameters",
  ],
  [
    "a value above the range",
    { parameters: { checkpoint_timeout: "2d" } },
    "parameter checkpoint_timeout = 2d is refused by PostgreSQL: its range is 30s … 1d\nHINT: write `checkpoint_timeout: 5min` under parameters",
  ],
  [
    "a work_mem that is too big, with the arithmetic",
    { parameters: { work_mem: "1GB" } },
    "the memory budget does not fit: 8192MB memory < 124349MB = 2048MB operating system and page cache + 2146MB shared memory + 475MB backends + 512MB maintenance + 384MB autovacuum + 118784MB queries\nHINT: lower work_mem, or write `memory: 256GiB`",
  ],
  [
    "several values that are too big together",
    { parameters: { Max_Connections: 2000, shared_buffers: "6GB" }, activeConnections: 100 },
    "the memory budget does not fit: 8192MB memory < 17825MB = 2048MB operating system and page cache + 6517MB shared memory + 6700MB backends + 512MB maintenance + 384MB autovacuum + 1664MB queries\nHINT: lower shared_buffers, or write `memory: 32GiB`",
  ],
  [
    "a machine on which nothing fits",
    { machine: { ...MACHINE, memory: 2 ** 28, cpus: 64 } },
    "the memory budget does not fit: 256MB memory < 1296MB = 64MB operating system and page cache + 81MB shared memory + 51MB backends + 16MB maintenance + 12MB autovacuum + 1072MB queries\nHINT: write `memory: 4GiB`",
  ],
  [
    "everything at once",
    { parameters: { fsync: "off", work_mme: 1, port: 1, min_wal_size: "16MB", maintenance_work_mem: "8GB" } },
    [
      "parameter fsync = off is refused: a power cut can leave the cluster unreadable\nHINT: remove `fsync` from parameters",
      "PostgreSQL 15 has no parameter work_mme\nHINT: did you mean work_mem? write `work_mem: 1` under parameters",
      "parameter port is set by the target, not in parameters\nHINT: remove `port` from parameters",
      "min_wal_size 16MB is below two WAL segments of 16MB, and the server would not start\nHINT: write `min_wal_size: 80MB` under parameters",
      "the memory budget does not fit: 8192MB memory < 13709MB = 2048MB operating system and page cache + 2146MB shared memory + 475MB backends + 8192MB maintenance + 384MB autovacuum + 464MB queries\nHINT: lower maintenance_work_mem, or write `memory: 32GiB`",
    ].join("\n"),
  ],
];

describe("settings refuse", () => {
  for (const [name, args, message] of REFUSALS) it(name, () => assert.equal(refusal(args), message));

  it("every parameter that a target owns, on every version that has it", () => {
    const owned = [
      "config_file",
      "data_directory",
      "hba_file",
      "listen_addresses",
      "logging_collector",
      "unix_socket_directories",
    ];
    for (const version of VERSIONS)
      for (const name of owned)
        assert.equal(
          refusal({ version, parameters: { [name]: "x" } }),
          `parameter ${name} is set by the target, not in parameters\nHINT: remove \`${name}\` from parameters`,
        );
  });

  it("a budget with a hint that helps: with the memory it names, the same values fit", () => {
    const sizes = fc.record(
      {
        work_mem: fc.integer({ min: 16, max: 4096 }).map((count) => `${count}MB`),
        max_connections: fc.integer({ min: 10, max: 5000 }),
        shared_buffers: fc.integer({ min: 1, max: 64 }).map((count) => `${count}GB`),
        maintenance_work_mem: fc.integer({ min: 1, max: 32 }).map((count) => `${count}GB`),
      },
      { requiredKeys: ["work_mem"] },
    );
    let refused = 0;
    fc.assert(
      fc.property(sizes, (parameters) => {
        let message = "";
        try {
          resolve({ parameters });
        } catch (error) {
          ({ message } = error as Error);
        }
        if (message === "") return;
        refused++;
        const memory = readBytes(/write `memory: (\w+)`$/.exec(message)?.[1] ?? "") ?? assert.fail(message);
        assert.equal(resolve({ machine: { ...MACHINE, memory }, parameters }).memoryBudget.fits, true);
        assert.throws(() => resolve({ machine: { ...MACHINE, memory: memory / 2 }, parameters }));
      }),
    );
    assert.ok(refused > 10);
  });
});
