/** Parameter groups: RDS's units, formulas and apply methods, and what never gets into a group. */

import assert from "node:assert/strict";
import fc from "fast-check";
import type { DatabaseArgs } from "../../../components/database";
import { CATALOGUE } from "../../../components/parameters/catalogue";
import { VERSIONS } from "../../../components/parameters/postgres";
import { type RdsOptions, TOPOLOGIES } from "../../../components/rds/options";
import {
  assertedValues,
  fromParameterGroup,
  type ParameterGroup,
  toParameterGroup,
} from "../../../components/rds/parameter-group";
import { isManagedByRds, rdsParameter } from "../../../components/rds/parameters";
import { classOf } from "../../../components/rds/plan";
import { rdsDesign } from "../../../components/rds/settings";

const NETWORK = {
  cidr: "10.42.0.0/16",
  zones: ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
};

function design(args: DatabaseArgs & RdsOptions = {}) {
  return rdsDesign("db", { region: "eu-central-1", network: NETWORK, ...args }, "shop/prod/db");
}

function group(args: DatabaseArgs & RdsOptions = {}): ParameterGroup {
  const { settings, plan } = design(args);
  return toParameterGroup(settings, plan);
}

function asserted(args: DatabaseArgs & RdsOptions = {}): Record<string, string> {
  const { settings, plan } = design(args);
  return assertedValues(settings, plan);
}

/** Values of a group with an `r` behind those that wait for a reboot. */
function shown({ parameters }: ParameterGroup): Record<string, string> {
  return Object.fromEntries(
    parameters.map(({ name, value, applyMethod }) => [
      name,
      `${value}${applyMethod === "pending-reboot" ? " r" : ""}`,
    ]),
  );
}

/** The whole group of an empty configuration: db.m7g.large, 8 GiB and 2 CPUs. */
const DEFAULT = {
  autovacuum_max_workers: "3 r",
  autovacuum_work_mem: "LEAST({DBInstanceClassMemory/65536},524288)",
  effective_cache_size: "{DBInstanceClassMemory*3/32768}",
  effective_io_concurrency: "200",
  jit: "0",
  log_lock_waits: "1",
  log_temp_files: "10240",
  maintenance_work_mem: "LEAST({DBInstanceClassMemory/16384},2097152)",
  max_connections: "100 r",
  max_parallel_maintenance_workers: "1",
  max_parallel_workers: "2",
  max_parallel_workers_per_gather: "1",
  max_slot_wal_keep_size: "16384",
  max_worker_processes: "8 r",
  password_encryption: "scram-sha-256 r",
  random_page_cost: "1.1",
  "rds.force_ssl": "1 r",
  synchronous_commit: "on r",
  work_mem: "16384",
};

describe("a parameter group", () => {
  it("of nothing said holds what RDS has otherwise, and TLS and the commit anyway", () => {
    const { family } = group();
    assert.deepEqual({ family, ...shown(group()) }, { family: "postgres15", ...DEFAULT });
  });

  it("of a Multi-AZ cluster is the same, for the cluster", () => {
    assert.deepEqual(group({ topology: "cluster" }), group());
  });

  it("of Aurora holds what Aurora takes: numbers, and neither checkpoints nor its own caches", () => {
    const { family } = group({ topology: "aurora", version: "16" });
    assert.equal(family, "aurora-postgresql16");
    const { effective_cache_size, jit, max_slot_wal_keep_size, ...others } = DEFAULT;
    assert.deepEqual(shown(group({ topology: "aurora" })), {
      ...others,
      autovacuum_work_mem: "166912",
      maintenance_work_mem: "667648",
      work_mem: "32768",
    });
  });

  it("follows the instance class without a change where it holds formulas", () => {
    const formulas = (instanceClass: string) =>
      group({ instanceClass }).parameters.filter(({ value }) => value.includes("{"));
    assert.equal(formulas("db.m7g.large").length, 3);
    assert.deepEqual(formulas("db.m7g.large"), formulas("db.m7g.16xlarge"));
  });

  it("takes the user's values in RDS's units: pages, kB, MB, ms, s, 1 and 0", () => {
    const parameters = {
      shared_buffers: "1GB",
      work_mem: "8MB",
      max_wal_size: "4GB",
      statement_timeout: "30s",
      checkpoint_timeout: "15min",
      log_connections: true,
      random_page_cost: 1.5,
      log_statement: "ddl",
    };
    const values = shown(group({ parameters }));
    const given = Object.fromEntries(Object.keys(parameters).map((name) => [name, values[name]]));
    assert.deepEqual(given, {
      shared_buffers: "131072 r",
      work_mem: "8192",
      max_wal_size: "4096",
      statement_timeout: "30000",
      checkpoint_timeout: "900",
      log_connections: "1",
      random_page_cost: "1.5",
      log_statement: "ddl",
    });
  });

  it("leaves out what the user says and RDS has by default", () => {
    const parameters = { checkpoint_timeout: "5min", max_wal_size: "2GB", min_wal_size: "192MB" };
    assert.deepEqual(group({ parameters }), group());
  });

  it("names logical decoding as RDS does, by either name of it", () => {
    const expected = { ...DEFAULT, "rds.logical_replication": "1 r" };
    assert.deepEqual(shown(group({ parameters: { wal_level: "logical" } })), expected);
    assert.deepEqual(shown(group({ parameters: { "rds.logical_replication": 1 } })), expected);
    assert.deepEqual(shown(group({ parameters: { wal_level: "replica" } })), DEFAULT);
  });

  it("holds what nobody has confirmed only where the user decides it", () => {
    const unconfirmed = Object.keys(CATALOGUE).filter((name) => rdsParameter(name).unconfirmed);
    assert.deepEqual(unconfirmed, ["wal_compression", "max_wal_senders", "io_method"]);
    const parameters = { wal_compression: "pglz", max_wal_senders: 20 };
    assert.deepEqual(shown(group({ parameters })), {
      ...DEFAULT,
      wal_compression: "pglz",
      max_wal_senders: "20 r",
    });
  });

  it("waits for a reboot with what RDS calls static, and with parameters of extensions", () => {
    const parameters = { temp_file_limit: "1GB", "pgaudit.log": "ddl", huge_pages: "try" };
    const { temp_file_limit, huge_pages, "pgaudit.log": audit } = shown(group({ parameters }));
    assert.deepEqual([temp_file_limit, huge_pages, audit], ["1048576 r", "try r", "ddl r"]);
  });

  it("never names what RDS manages, whatever version and topology", () => {
    for (const version of VERSIONS)
      for (const topology of TOPOLOGIES) {
        const { parameters } = group({ version, topology, parameters: { wal_level: "logical" } });
        assert.deepEqual(
          parameters.filter(({ name }) => isManagedByRds(name)),
          [],
        );
        assert.equal(new Set(parameters.map(({ name }) => name)).size, parameters.length);
      }
  });
});

/** Reloadable values and those of a restart, as a user may write them. */
const USER = fc.record(
  {
    work_mem: fc.integer({ min: 64, max: 8192 }).map((size) => `${size}kB`),
    checkpoint_timeout: fc.integer({ min: 30, max: 86_400 }).map((time) => `${time}s`),
    max_wal_size: fc.integer({ min: 192, max: 100_000 }).map((size) => `${size}MB`),
    max_connections: fc.integer({ min: 20, max: 100 }),
    random_page_cost: fc.integer({ min: 0, max: 100_000 }).map((cost) => cost / 1000),
    log_connections: fc.boolean(),
    log_statement: fc.constantFrom("none", "ddl", "mod", "all"),
    log_line_prefix: fc.string({ maxLength: 20 }).filter((text) => !/[\r\n]/.test(text)),
    statement_timeout: fc.integer({ min: 0, max: 2_147_483_647 }),
  },
  { requiredKeys: [] },
);

describe("a parameter group that is read again", () => {
  it("gives the settings it was made from, whatever the user says", () => {
    const version = fc.constantFrom("15", "16", "17", "18" as const);
    const topology = fc.constantFrom("single", "cluster" as const);
    fc.assert(
      fc.property(version, topology, USER, (of, on, parameters) => {
        const { settings, plan } = design({ version: of as "15", topology: on, parameters });
        const read = fromParameterGroup(toParameterGroup(settings, plan));
        const { "rds.force_ssl": tls, ...values } = read;
        assert.equal(tls, "1");
        const expected = Object.keys(values).map((name) => [name, settings.parameters[name]?.value]);
        assert.deepEqual(values, Object.fromEntries(expected));
        for (const name of Object.keys(parameters)) {
          const isSame = settings.parameters[name]?.value === rdsParameter(name).default;
          assert.equal(Object.hasOwn(values, name), !isSame, name);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("gives no value for a formula", () => {
    const values = fromParameterGroup(group());
    assert.equal(Object.hasOwn(values, "effective_cache_size"), false);
    assert.equal(values.work_mem, "16MB");
  });
});

describe("what a running server on RDS must show", () => {
  it("is the durability that RDS manages, and the values of the group that are no formulas", () => {
    assert.deepEqual(asserted(), {
      fsync: "on",
      synchronous_commit: "on",
      full_page_writes: "on",
      wal_level: "replica",
      data_sync_retry: "off",
      restart_after_crash: "on",
      zero_damaged_pages: "off",
      ignore_checksum_failure: "off",
      ignore_invalid_pages: "off",
      ignore_system_indexes: "off",
      allow_system_table_mods: "off",
      autovacuum: "on",
      track_counts: "on",
      password_encryption: "scram-sha-256",
      archive_mode: "on",
      autovacuum_max_workers: "3",
      effective_io_concurrency: "200",
      jit: "off",
      log_lock_waits: "on",
      log_temp_files: "10MB",
      max_connections: "100",
      max_parallel_maintenance_workers: "1",
      max_parallel_workers: "2",
      max_parallel_workers_per_gather: "1",
      max_slot_wal_keep_size: "16GB",
      max_worker_processes: "8",
      random_page_cost: "1.1",
      work_mem: "16MB",
    });
  });

  it("is on Aurora without the log, which is its storage's", () => {
    const values = asserted({ topology: "aurora", instanceClass: classOf({ topology: "aurora" }) });
    const absent = ["fsync", "full_page_writes", "data_sync_retry", "archive_mode", "wal_level"];
    assert.deepEqual(
      absent.filter((name) => Object.hasOwn(values, name)),
      [],
    );
    assert.equal(values.synchronous_commit, "on");
  });

  it("has wal_level = logical where the user wants it", () => {
    assert.equal(asserted({ parameters: { wal_level: "logical" } }).wal_level, "logical");
  });
});
