/** Settings of a database on RDS: sized from the class, with what AWS manages, and nothing that nobody knows. */

import assert from "node:assert/strict";
import type { DatabaseArgs } from "../../../components/database";
import type { Setting } from "../../../components/parameters/settings";
import { classesFor, instanceClass as instanceClassOf } from "../../../components/rds/classes";
import { type RdsOptions, TOPOLOGIES, type Topology } from "../../../components/rds/options";
import { isAbsent } from "../../../components/rds/parameters";
import { rdsDesign } from "../../../components/rds/settings";

const SOUND: RdsOptions = {
  region: "eu-central-1",
  network: { cidr: "10.42.0.0/16", zones: ["eu-central-1a", "eu-central-1b", "eu-central-1c"] },
};

const settings = (args: DatabaseArgs & RdsOptions = {}) =>
  rdsDesign("db", { ...SOUND, ...args }, "shop/prod/db").settings;

/** Values by origin, of the parameters that the class does not size. */
function byOrigin(args: DatabaseArgs & RdsOptions): Record<string, string[]> {
  const result: Record<string, string[]> = {};
  for (const [name, { origin, value }] of Object.entries(settings(args).parameters)) {
    result[origin] ??= [];
    result[origin].push(`${name} ${value}`);
  }
  return result;
}

describe("settings on RDS", () => {
  it("keep backups as long as the objective says, or the target's own option", () => {
    const retention = (args: DatabaseArgs & RdsOptions) =>
      rdsDesign("db", { ...SOUND, ...args }, "shop/prod/db").plan.backupRetention;
    assert.deepEqual(
      [{}, { durability: { retention: 30 } }, { backupRetention: 7 }].map(retention),
      [14, 30, 7],
    );
  });

  it("of nothing said are those of db.m7g.large: what AWS manages, what is sized, what RDS has itself", () => {
    assert.deepEqual(byOrigin({}), {
      target: [
        "fsync on",
        "full_page_writes on",
        "wal_level replica",
        "data_sync_retry off",
        "restart_after_crash on",
        "zero_damaged_pages off",
        "ignore_checksum_failure off",
        "ignore_invalid_pages off",
        "ignore_system_indexes off",
        "allow_system_table_mods off",
        "max_wal_size 2GB",
        "min_wal_size 192MB",
        "archive_mode on",
      ],
      default: [
        "synchronous_commit on",
        "autovacuum on",
        "track_counts on",
        "password_encryption scram-sha-256",
        "checkpoint_timeout 5min",
        "checkpoint_completion_target 0.9",
        "max_slot_wal_keep_size 16GB",
        "hash_mem_multiplier 2",
        "autovacuum_max_workers 3",
        "log_checkpoints on",
        "log_lock_waits on",
        "log_temp_files 10MB",
        "log_autovacuum_min_duration 10s",
        "track_io_timing on",
      ],
      computed: [
        "max_connections 100",
        "shared_buffers 1840MB",
        "effective_cache_size 5563MB",
        "work_mem 16MB",
        "maintenance_work_mem 460MB",
        "autovacuum_work_mem 115MB",
        "max_worker_processes 8",
        "max_parallel_workers 2",
        "max_parallel_workers_per_gather 1",
        "max_parallel_maintenance_workers 1",
        "random_page_cost 1.1",
        "effective_io_concurrency 200",
        "jit off",
      ],
    });
  });

  it("say what AWS manages, and that a size of WAL was raised", () => {
    const { fsync, min_wal_size, max_wal_size } = settings().parameters;
    assert.deepEqual(fsync, {
      value: "on",
      unit: null,
      origin: "target",
      context: "fixed",
      formula: null,
      reason: "Managed by AWS.",
    } satisfies Setting);
    assert.deepEqual(min_wal_size, {
      value: "192MB",
      unit: "MB",
      origin: "target",
      context: "reload",
      formula: null,
      reason: "WAL files kept for reuse. Raised from 80MB, since RDS has 192MB by default.",
    } satisfies Setting);
    assert.match(max_wal_size?.reason ?? "", / Raised from 1GB, since RDS has 2GB by default\.$/);
  });

  it("leave a size of WAL that is larger, and one of the user's", () => {
    const sizes = (args: DatabaseArgs) => {
      const { min_wal_size, max_wal_size } = settings(args).parameters;
      return [min_wal_size, max_wal_size].map((setting) => `${setting?.value} ${setting?.origin}`);
    };
    assert.deepEqual(sizes({ workload: "dw" }), ["192MB target", "4GB computed"]);
    assert.deepEqual(sizes({ parameters: { min_wal_size: "128MB", max_wal_size: "1GB" } }), [
      "128MB user",
      "1GB user",
    ]);
  });

  it("on Aurora have nothing of its storage, nor what it decides", () => {
    const [plain, aurora] = [settings(), settings({ topology: "aurora" })].map(({ parameters }) =>
      Object.keys(parameters),
    );
    assert.deepEqual(
      plain?.filter((name) => !aurora?.includes(name)),
      [
        "fsync",
        "full_page_writes",
        "wal_level",
        "data_sync_retry",
        "checkpoint_timeout",
        "checkpoint_completion_target",
        "max_wal_size",
        "min_wal_size",
        "max_slot_wal_keep_size",
        "shared_buffers",
        "effective_cache_size",
        "jit",
        "log_checkpoints",
        "archive_mode",
      ],
    );
    assert.deepEqual(
      aurora?.filter((name) => !plain?.includes(name)),
      [],
    );
  });

  it("on Aurora have what the user decides of what is Aurora's own", () => {
    const { jit, wal_level } = settings({
      topology: "aurora",
      parameters: { jit: true, wal_level: "logical" },
    }).parameters;
    assert.deepEqual([jit?.value, wal_level?.value], ["on", "logical"]);
  });

  it("of logical decoding are the user's", () => {
    const { wal_level } = settings({ parameters: { wal_level: "logical" } }).parameters;
    assert.deepEqual([wal_level?.value, wal_level?.origin, wal_level?.context], ["logical", "user", "fixed"]);
  });

  it("fit into every class of every topology with a GiB of memory, by fewer connections where there is little", () => {
    for (const topology of TOPOLOGIES)
      for (const instanceClass of classesFor(topology)) {
        if ((instanceClassOf(instanceClass)?.memory ?? 0) < 1024) continue;
        const { memoryBudget } = settings({ topology, instanceClass });
        assert.ok(memoryBudget.fits, `${instanceClass} ${topology}: ${memoryBudget.inequality}`);
      }
  });

  it("grow with the class: none gets smaller", () => {
    const names = ["max_connections", "work_mem", "maintenance_work_mem", "shared_buffers"];
    const kB = { B: 1 / 1024, kB: 1, MB: 1024, GB: 1024 ** 2, TB: 1024 ** 3 } as Record<string, number>;
    const sizes = (topology: Topology, instanceClass: string) => {
      const { parameters } = settings({ topology, instanceClass });
      return names
        .filter((name) => !isAbsent(name, topology) && parameters[name])
        .map((name) => {
          const [, count, unit = ""] = /^(\d+)(\D*)$/.exec(parameters[name]?.value ?? "") ?? [];
          return Number(count) * (kB[unit] ?? 1);
        });
    };
    for (const generation of ["m7g", "r7g", "t4g"]) {
      const classes = classesFor("single").filter((name) => name.startsWith(`db.${generation}.`));
      const series = classes.map((name) => sizes("single", name));
      series.slice(1).forEach((larger, index) => {
        larger.forEach((size, which) => {
          assert.ok(size >= (series[index]?.[which] ?? 0), `${classes[index + 1]} ${names[which]}`);
        });
      });
    }
  });

  it("are frozen", () => {
    const { parameters } = settings();
    assert.ok(Object.isFrozen(parameters) && Object.values(parameters).every(Object.isFrozen));
  });
});
