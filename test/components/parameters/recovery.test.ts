/** A recovery time objective, and what it allows of WAL between checkpoints. */

import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type RecoveryObjective,
  recoveryInequality,
  shortestRto,
} from "../../../components/parameters/recovery";
import { effectiveValues, resolveSettings } from "../../../components/parameters/settings";
import { WORKLOADS } from "../../../components/parameters/sizing";

const MB = 1024 ** 2;
const MACHINE = { memory: 8 * 1024 ** 3, cpus: 4, storage: "ssd", workload: "web" } as const;

function objective(rto: number, changes: Partial<RecoveryObjective> = {}): RecoveryObjective {
  return { rto, replayRate: 23, measuredAt: null, ...changes };
}

function recovering(rto: number, changes: Partial<RecoveryObjective> = {}) {
  const { parameters } = resolveSettings({ machine: MACHINE, recovery: objective(rto, changes) });
  const { checkpoint_timeout, max_wal_size } = parameters;
  return { checkpoint_timeout, max_wal_size };
}

describe("a recovery time objective", () => {
  it("changes nothing where nothing is said", () => {
    const { parameters, recovery } = resolveSettings({ machine: MACHINE });
    assert.deepEqual(
      [parameters.checkpoint_timeout?.value, parameters.max_wal_size?.value, recovery],
      ["5min", "1GB", undefined],
    );
    assert.deepEqual(
      Object.values(parameters).filter(({ origin }) => origin === "objective"),
      [],
    );
  });

  it("limits the WAL between checkpoints, and says how", () => {
    assert.deepEqual(recovering(25), {
      checkpoint_timeout: {
        value: "30s",
        unit: "s",
        origin: "objective",
        context: "reload",
        formula: "least of 5min and rto 25s, from 30s to 5min",
        reason: "WAL is replayed no slower than it was written.",
      },
      max_wal_size: {
        value: "448MB",
        unit: "MB",
        origin: "objective",
        context: "reload",
        formula: "least of workload web and (rto 25s - 5s to start) × 23MB/s, in whole segments",
        reason:
          "Recovery replays up to this much, at 23MB/s (a third of what two idle CPUs did; `calibrate` measures it here).",
      },
    });
  });

  it("leaves the defaults where they meet it, and is still seen to decide", () => {
    const { checkpoint_timeout, max_wal_size } = recovering(600);
    assert.deepEqual(
      [checkpoint_timeout?.value, max_wal_size?.value, max_wal_size?.origin],
      ["5min", "1GB", "objective"],
    );
  });

  it("allows more on a machine that was measured to be faster", () => {
    const measured = { replayRate: 100, measuredAt: "2026-11-26T10:00:00.000Z" };
    const { max_wal_size } = recovering(12, measured);
    assert.equal(max_wal_size?.value, "688MB");
    assert.match(max_wal_size?.reason ?? "", /100MB\/s \(half of what was measured on 2026-11-26\)/);
  });

  it("refuses a value of the user's that does not meet it", () => {
    const parameters = { max_wal_size: "4GB", checkpoint_timeout: "10min" };
    assert.throws(() => resolveSettings({ machine: MACHINE, recovery: objective(60), parameters }), {
      message: [
        "parameter max_wal_size = 4GB is above 1264MB, the most with durability.rto 60s: (rto 60s - 5s to start) × 23MB/s, in whole segments",
        "HINT: write `max_wal_size: 1264MB` under parameters, or a longer `durability.rto`",
        "parameter checkpoint_timeout = 10min is above 60s, the most with durability.rto 60s: rto 60s, from 30s to 5min",
        "HINT: write `checkpoint_timeout: 60s` under parameters, or a longer `durability.rto`",
      ].join("\n"),
    });
  });

  it("takes a value of the user's that meets it", () => {
    const parameters = { max_wal_size: "512MB" };
    const { max_wal_size } = resolveSettings({
      machine: MACHINE,
      recovery: objective(60),
      parameters,
    }).parameters;
    assert.deepEqual([max_wal_size?.value, max_wal_size?.origin], ["512MB", "user"]);
  });

  it("is an inequality with the WAL that is left", () => {
    assert.equal(
      recoveryInequality(objective(25), 448 * MB),
      "25s rto ≥ 24.5s = 5s to start + 448MB max_wal_size at 23MB/s (a third of what two idle CPUs did; `calibrate` measures it here)",
    );
  });

  it("is met at any rate and with any load, from the shortest that is taken on", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2000 }),
        fc.integer({ min: 0, max: 86_000 }),
        fc.constantFrom(...WORKLOADS),
        (replayRate, beyond, workload) => {
          const rto = shortestRto(replayRate) + beyond;
          const recovery = objective(rto, { replayRate });
          const { version, parameters } = resolveSettings({ machine: { ...MACHINE, workload }, recovery });
          const megabytes = effectiveValues(version, parameters).bytes("max_wal_size") / MB;
          assert.ok(5 + megabytes / replayRate <= rto, `${megabytes}MB at ${replayRate}MB/s in ${rto}s`);
        },
      ),
    );
  });
});
