/** Do the alarms ring in time, on servers that have the metric, and at values that follow from the settings? */

import assert from "node:assert/strict";
import fc from "fast-check";
import { ALARMS, METRICS_LEFT_OUT } from "../../../../components/rds/monitoring/alarm-rows";
import { alarmArgs, alarms } from "../../../../components/rds/monitoring/alarms";
import type { RdsPlan } from "../../../../components/rds/options";
import { AURORA_POSTGRESQL, RDS_POSTGRESQL } from "./documented-metrics";
import { AURORA, CLUSTER, PLAN, settings } from "./plans";

const GIB = 1024 ** 3;

const WITH_REPLICA: RdsPlan = { ...PLAN, instanceClass: "db.t4g.large", replicas: 1 };
const WITH_LOG_VOLUME: RdsPlan = {
  ...PLAN,
  storage: {
    storageType: "io2",
    allocatedStorage: 100,
    maxAllocatedStorage: 500,
    iops: 3000,
    dedicatedLogVolume: true,
  },
};
const EVERY = [PLAN, WITH_REPLICA, WITH_LOG_VOLUME, CLUSTER, AURORA];

/** `cpu above 90`, as it is announced. */
function shown(plan: RdsPlan, member: string, parameters = {}): string[] {
  return alarms(plan, settings(parameters))
    .filter((alarm) => alarm.member === member)
    .map(({ name, comparison, threshold, formula }) => `${name} ${comparison} ${threshold}: ${formula}`);
}

function thresholdOf(name: string, plan: RdsPlan, parameters = {}): number | undefined {
  return alarms(plan, settings(parameters)).find((alarm) => alarm.name === name)?.threshold;
}

describe("alarms of an instance with 8 GiB", () => {
  it("are exactly these", () => {
    assert.deepEqual(shown(PLAN, "instance"), [
      "cpu above 90: 90 %",
      "memory below 1073741824: memory / 8",
      "swap above 268435456: memory / 32",
      "connections above 80: max_connections × 80 %",
      "storage below 5368709120: allocatedStorage × 5 %",
      "vacuum above 400000000: autovacuum_freeze_max_age × 2",
      "wraparound above 1000000000: 1,000,000,000",
      "slot-lag above 8589934592: max_slot_wal_keep_size / 2",
      "wal above 18253611008: max_wal_size + max_slot_wal_keep_size",
      "write-latency above 0.02: 20 ms",
      "read-latency above 0.02: 20 ms",
      "io-balance below 10: 10 %",
      "throughput-balance below 10: 10 %",
    ]);
  });

  it("reach CloudWatch in this form", () => {
    const [cpu, memory] = alarms(PLAN, settings());
    assert.ok(cpu && memory);
    const args = { topic: "arn:topic", identifier: "shop-prod-db" };
    assert.deepEqual(alarmArgs(PLAN, memory, args), {
      name: "shop-prod-db-instance-memory",
      alarmDescription:
        "FreeableMemory below memory / 8. Half of what the memory budget leaves to the page cache is gone; then the kernel kills a backend, and the server restarts. Aurora needs no page cache.",
      namespace: "AWS/RDS",
      metricName: "FreeableMemory",
      dimensions: { DBInstanceIdentifier: "shop-prod-db" },
      statistic: "Average",
      period: 300,
      evaluationPeriods: 3,
      comparisonOperator: "LessThanThreshold",
      threshold: GIB,
      treatMissingData: "notBreaching",
      alarmActions: ["arn:topic"],
      okActions: ["arn:topic"],
    });
    assert.equal(alarmArgs(PLAN, cpu, args).comparisonOperator, "GreaterThanThreshold");
    assert.equal(alarmArgs(PLAN, cpu, args).treatMissingData, "breaching");
  });
});

describe("alarms of other databases", () => {
  it("of a read replica are about its lag, not about vacuum", () => {
    assert.deepEqual(shown(WITH_REPLICA, "replica-1"), [
      "cpu above 90: 90 %",
      "cpu-credits below 60: CPUs × 30: half an hour at full speed",
      "memory below 1073741824: memory / 8",
      "swap above 268435456: memory / 32",
      "connections above 80: max_connections × 80 %",
      "storage below 5368709120: allocatedStorage × 5 %",
      "replica-lag above 360: 5 min + 60 s",
      "write-latency above 0.02: 20 ms",
      "read-latency above 0.02: 20 ms",
      "io-balance below 10: 10 %",
      "throughput-balance below 10: 10 %",
    ]);
  });

  it("of a Multi-AZ cluster are the same for its three members, each of which can become the writer", () => {
    const first = shown(CLUSTER, "member-1");
    assert.deepEqual(first, [
      "cpu above 90: 90 %",
      "memory below 1073741824: memory / 8",
      "swap above 268435456: memory / 32",
      "connections above 80: max_connections × 80 %",
      "storage below 21474836480: allocatedStorage × 20 %",
      "local-disk below 20: 20 %",
      "vacuum above 400000000: autovacuum_freeze_max_age × 2",
      "wraparound above 1000000000: 1,000,000,000",
      "reader-lag above 60: 60 s",
      "slot-lag above 8589934592: max_slot_wal_keep_size / 2",
      "wal above 18253611008: max_wal_size + max_slot_wal_keep_size",
      "write-latency above 0.005: 5 ms on io2",
      "read-latency above 0.005: 5 ms on io2",
      "io-balance below 10: 10 %",
      "throughput-balance below 10: 10 %",
    ]);
    assert.deepEqual(shown(CLUSTER, "member-2"), first);
    assert.deepEqual(shown(CLUSTER, "member-3"), first);
    assert.deepEqual(shown(CLUSTER, "member-4"), []);
  });

  it("of Aurora leave out storage and WAL, which it has not", () => {
    assert.deepEqual(shown(AURORA, "member-2"), [
      "cpu above 90: 90 %",
      "memory below 429496729: memory / 20",
      "connections above 80: max_connections × 80 %",
      "local-storage below 1073741824: memory / 8",
      "vacuum above 400000000: autovacuum_freeze_max_age × 2",
      "wraparound above 1000000000: 1,000,000,000",
      "aurora-reader-lag above 1000: 1 s",
      "write-latency above 0.02: 20 ms",
      "read-latency above 0.02: 20 ms",
    ]);
  });

  it("of a dedicated log volume watch it", () => {
    assert.equal(thresholdOf("log-volume", WITH_LOG_VOLUME), Math.floor((1024 * GIB) / 5));
    assert.equal(thresholdOf("log-volume", PLAN), undefined);
  });

  it("of storage that does not grow ring while there is time", () => {
    const storage = { ...(PLAN.storage as object), maxAllocatedStorage: undefined } as RdsPlan["storage"];
    assert.equal(thresholdOf("storage", { ...PLAN, storage }), 20 * GIB);
  });

  it("look for a local disk in the class's name", () => {
    const has = (instanceClass: string) =>
      thresholdOf("local-disk", { ...PLAN, instanceClass }) !== undefined;
    assert.deepEqual(["db.m6gd.large", "db.r5d.xlarge", "db.x2iedn.xlarge"].filter(has).length, 3);
    assert.deepEqual(["db.m7g.large", "db.r6i.large", "db.t3.medium"].filter(has), []);
  });
});

describe("thresholds", () => {
  it("follow the user's parameters", () => {
    const parameters = {
      max_connections: 50,
      max_slot_wal_keep_size: "4GB",
      max_wal_size: "2GB",
      autovacuum_freeze_max_age: 300_000_000,
    };
    assert.equal(thresholdOf("connections", PLAN, parameters), 40);
    assert.equal(thresholdOf("slot-lag", PLAN, parameters), 2 * GIB);
    assert.equal(thresholdOf("wal", PLAN, parameters), 6 * GIB);
    assert.equal(thresholdOf("vacuum", PLAN, parameters), 600_000_000);
  });

  it("take a tenth of the storage where slots have no limit", () => {
    const parameters = { max_slot_wal_keep_size: "-1" };
    assert.equal(thresholdOf("slot-lag", PLAN, parameters), 5 * GIB);
    assert.ok(
      shown(PLAN, "instance", parameters).includes(
        "wal above 11811160064: max_wal_size + allocatedStorage × 10 %",
      ),
    );
  });

  it("leave vacuum to wraparound where it begins late", () => {
    assert.equal(thresholdOf("vacuum", PLAN, { autovacuum_freeze_max_age: 500_000_000 }), undefined);
    assert.equal(thresholdOf("wraparound", PLAN, { autovacuum_freeze_max_age: 500_000_000 }), 1_000_000_000);
  });

  it("let RDS grow the storage before anybody is called, whatever it has grown to", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 30_000 }),
        fc.integer({ min: 1, max: 40_000 }),
        (start, more) => {
          const storage = {
            ...(PLAN.storage as NonNullable<RdsPlan["storage"]>),
            allocatedStorage: start,
            maxAllocatedStorage: start + more,
          };
          const threshold = thresholdOf("storage", { ...PLAN, storage }) ?? 0;
          assert.ok(threshold > 0 && threshold < start * GIB * 0.1);
        },
      ),
    );
  });

  it("are above zero for every server, and below the server's own limits", () => {
    fc.assert(
      fc.property(fc.constantFrom(...EVERY), fc.integer({ min: 10, max: 100 }), (plan, connections) => {
        for (const alarm of alarms(plan, settings({ max_connections: connections }))) {
          assert.ok(alarm.threshold > 0, alarm.name);
          if (alarm.unit === "Percent") assert.ok(alarm.threshold < 100, alarm.name);
          if (alarm.name === "connections") assert.ok(alarm.threshold < connections);
        }
      }),
    );
  });
});

describe("the table of alarms", () => {
  it("names each alarm once, and each is on some database", () => {
    const names = ALARMS.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    const used = new Set(EVERY.flatMap((plan) => alarms(plan, settings()).map(({ name }) => name)));
    assert.deepEqual(
      names.filter((name) => !used.has(name)),
      [],
    );
  });

  it("has only metrics that AWS documents for the database, in their units", () => {
    for (const plan of EVERY) {
      const documented = plan.topology === "aurora" ? AURORA_POSTGRESQL : RDS_POSTGRESQL;
      for (const { metric, unit } of alarms(plan, settings()))
        assert.equal(unit, documented[metric], `${plan.topology}: ${metric}`);
    }
    assert.equal(AURORA_POSTGRESQL.FreeStorageSpace, undefined);
  });

  it("has no alarm on a metric that is left out", () => {
    const metrics = new Set(ALARMS.map(({ metric }) => metric));
    assert.deepEqual(
      Object.keys(METRICS_LEFT_OUT).filter((metric) => metrics.has(metric)),
      [],
    );
  });

  it("stays within what CloudWatch takes", () => {
    for (const plan of EVERY)
      for (const alarm of alarms(plan, settings())) {
        const { name, alarmDescription } = alarmArgs(plan, alarm, { topic: "t", identifier: "i" });
        assert.equal(alarm.period % 60, 0, alarm.name);
        assert.ok(alarm.period * alarm.periods <= 86_400, alarm.name);
        assert.ok(String(name).length <= 255 && String(alarmDescription).length <= 1024, alarm.name);
      }
  });

  it("gives every row a reason and a page", () => {
    for (const { name, why, docs } of ALARMS) {
      assert.match(why, /^[A-Z].*\.$/, name);
      assert.ok(URL.canParse(docs), name);
    }
  });
});
