/** One memory inequality decides the sizes; here for five machines in full, and for every other by property. */

import assert from "node:assert/strict";
import fc from "fast-check";
import type { ComputedName } from "../../../components/parameters/catalogue";
import { pgParameter, VERSIONS } from "../../../components/parameters/postgres";
import {
  type Machine,
  type Sizing,
  STORAGES,
  sharedMemory,
  size,
  WORKLOADS,
} from "../../../components/parameters/sizing";
import { readValue } from "../../../components/parameters/units";

const MB = 2 ** 20;
const GB = 2 ** 30;

function values({ values }: Sizing): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, { value }]) => [name, value]));
}

/** What does not depend on memory, with 4 CPUs, solid-state disks and web requests. */
const WEB_ON_SSD = {
  max_wal_size: "1GB",
  max_worker_processes: "8",
  max_parallel_workers: "4",
  max_parallel_workers_per_gather: "2",
  max_parallel_maintenance_workers: "2",
  random_page_cost: "1.1",
  effective_io_concurrency: "200",
  jit: "off",
};

const machine = (gibibytes: number, other: Partial<Machine> = {}): Machine => ({
  memory: gibibytes * GB,
  cpus: 4,
  storage: "ssd",
  workload: "web",
  ...other,
});

/** GiB, and what is computed from it. */
const VECTORS: Record<number, Record<string, string>> = {
  1: {
    max_connections: "30",
    shared_buffers: "256MB",
    effective_cache_size: "768MB",
    work_mem: "4MB",
    maintenance_work_mem: "64MB",
    autovacuum_work_mem: "16MB",
    ...WEB_ON_SSD,
  },
  4: {
    max_connections: "100",
    shared_buffers: "1GB",
    effective_cache_size: "3GB",
    work_mem: "8MB",
    maintenance_work_mem: "256MB",
    autovacuum_work_mem: "64MB",
    ...WEB_ON_SSD,
  },
  8: {
    max_connections: "100",
    shared_buffers: "2GB",
    effective_cache_size: "6GB",
    work_mem: "16MB",
    maintenance_work_mem: "512MB",
    autovacuum_work_mem: "128MB",
    ...WEB_ON_SSD,
  },
  16: {
    max_connections: "100",
    shared_buffers: "4GB",
    effective_cache_size: "12GB",
    work_mem: "32MB",
    maintenance_work_mem: "1GB",
    autovacuum_work_mem: "256MB",
    ...WEB_ON_SSD,
  },
  64: {
    max_connections: "100",
    shared_buffers: "16GB",
    effective_cache_size: "48GB",
    work_mem: "128MB",
    maintenance_work_mem: "2GB",
    autovacuum_work_mem: "512MB",
    ...WEB_ON_SSD,
  },
};

describe("sizes of a machine", () => {
  for (const [gibibytes, expected] of Object.entries(VECTORS))
    it(`of ${gibibytes} GiB`, () => assert.deepEqual(values(size(machine(Number(gibibytes)))), expected));

  for (let cpus = 1; cpus <= 16; cpus++)
    it(`of 8 GiB and ${cpus} CPUs have the same memory and connections`, () => {
      const { max_connections, shared_buffers, effective_cache_size, work_mem, maintenance_work_mem } =
        values(size(machine(8, { cpus })));
      assert.deepEqual(
        { max_connections, shared_buffers, effective_cache_size, work_mem, maintenance_work_mem },
        {
          max_connections: "100",
          shared_buffers: "2GB",
          effective_cache_size: "6GB",
          work_mem: "16MB",
          maintenance_work_mem: "512MB",
        },
      );
    });

  it("follow the workload", () => {
    const byWorkload = WORKLOADS.map((workload) => {
      const { max_connections, max_wal_size, work_mem, jit } = values(size(machine(8, { workload })));
      return { workload, max_connections, max_wal_size, work_mem, jit };
    });
    assert.deepEqual(byWorkload, [
      { workload: "web", max_connections: "100", max_wal_size: "1GB", work_mem: "16MB", jit: "off" },
      { workload: "oltp", max_connections: "100", max_wal_size: "2GB", work_mem: "16MB", jit: "off" },
      { workload: "dw", max_connections: "40", max_wal_size: "4GB", work_mem: "16MB", jit: "on" },
      { workload: "mixed", max_connections: "100", max_wal_size: "1GB", work_mem: "8MB", jit: "on" },
    ]);
  });

  it("follow the storage", () => {
    const byStorage = STORAGES.map((storage) => {
      const { random_page_cost, effective_io_concurrency } = values(size(machine(8, { storage })));
      return { storage, random_page_cost, effective_io_concurrency };
    });
    assert.deepEqual(byStorage, [
      { storage: "ssd", random_page_cost: "1.1", effective_io_concurrency: "200" },
      { storage: "hdd", random_page_cost: "4", effective_io_concurrency: "2" },
      { storage: "san", random_page_cost: "1.1", effective_io_concurrency: "300" },
    ]);
  });

  it("follow the CPUs", () => {
    const byCpus = [1, 2, 3, 8, 64].map((cpus) => {
      const sized = values(size(machine(64, { cpus })));
      return [
        cpus,
        ...["max_worker_processes", "max_parallel_workers", "max_parallel_workers_per_gather"].map(
          (name) => sized[name],
        ),
      ];
    });
    assert.deepEqual(byCpus, [
      [1, "8", "1", "1"],
      [2, "8", "2", "1"],
      [3, "8", "3", "2"],
      [8, "8", "8", "4"],
      [64, "64", "64", "4"],
    ]);
  });
});

describe("the memory inequality", () => {
  it("of 8 GiB, term by term", () => {
    assert.deepEqual(size(machine(8)).budget, {
      memory: 8 * GB,
      terms: [
        { name: "operating system and page cache", bytes: 2 * GB, formula: "memory / 4" },
        {
          name: "shared memory",
          bytes: 2249656894,
          formula: "1.03 × shared_buffers + wal_buffers + 12MB + 0.08MB × max_connections",
        },
        { name: "backends", bytes: 475 * MB, formula: "25 active × 10MB + 75 idle × 3MB" },
        { name: "maintenance", bytes: 512 * MB, formula: "1 × maintenance_work_mem" },
        { name: "autovacuum", bytes: 384 * MB, formula: "3 workers × autovacuum_work_mem" },
        {
          name: "queries",
          bytes: 1856 * MB,
          formula: "(25 active + 4 parallel workers) × 2 steps × 2 hash_mem_multiplier × work_mem",
        },
      ],
      total: 7780895294,
      fits: true,
      activeConnections: 25,
      inequality:
        "8192MB memory ≥ 7421MB = 2048MB operating system and page cache + 2146MB shared memory + 475MB backends + 512MB maintenance + 384MB autovacuum + 1856MB queries",
    });
  });

  it("counts memory in steps of 64 MiB", () => {
    const memory = 8 * GB + 63 * MB;
    assert.deepEqual(size(machine(8, { memory })).budget, size(machine(8)).budget);
  });

  it("takes the user's values as they are", () => {
    const user = {
      max_connections: 50,
      shared_buffers: GB,
      work_mem: 8 * MB,
      hash_mem_multiplier: 1.5,
      maintenance_work_mem: 100 * MB,
      autovacuum_work_mem: 50 * MB,
      autovacuum_max_workers: 2,
      max_parallel_workers: 6,
      activeConnections: 10,
    };
    const { budget, values: sized } = size(machine(8), user);
    assert.deepEqual(
      budget.terms.map(({ name, bytes, formula }) => [name, Math.ceil(bytes / MB), formula]),
      [
        ["operating system and page cache", 2048, "memory / 4"],
        ["shared memory", 1087, "1.03 × shared_buffers + wal_buffers + 12MB + 0.08MB × max_connections"],
        ["backends", 220, "10 active × 10MB + 40 idle × 3MB"],
        ["maintenance", 100, "1 × maintenance_work_mem"],
        ["autovacuum", 100, "2 workers × autovacuum_work_mem"],
        ["queries", 384, "(10 active + 6 parallel workers) × 2 steps × 1.5 hash_mem_multiplier × work_mem"],
      ],
    );
    assert.equal(budget.activeConnections, 10);
    assert.deepEqual([sized.max_connections.value, sized.work_mem.value], ["50", "8MB"]);
  });

  it("takes maintenance_work_mem for each autovacuum worker when autovacuum_work_mem is -1", () => {
    const { terms } = size(machine(8), { autovacuum_work_mem: -1 }).budget;
    assert.equal(terms.find(({ name }) => name === "autovacuum")?.bytes, 3 * 512 * MB);
  });

  it("counts no more active connections than there are", () => {
    assert.equal(
      size(machine(8), { max_connections: 20, activeConnections: 500 }).budget.activeConnections,
      20,
    );
  });

  it("does not hold with a work_mem that is too big", () => {
    assert.equal(size(machine(8), { work_mem: 22 * MB }).budget.fits, true);
    assert.equal(size(machine(8), { work_mem: 24 * MB }).budget.fits, false);
  });

  it("lowers the connections where memory is short, and says so", () => {
    assert.deepEqual(size(machine(1)).values.max_connections, {
      value: "30",
      formula: "100 for workload web, lowered until 4MB of work_mem fits",
    });
    assert.deepEqual(size(machine(8)).values.max_connections, {
      value: "100",
      formula: "100 for workload web",
    });
  });

  it("never changes a number of connections that the user gave", () => {
    const { values: sized, budget } = size(machine(1), { max_connections: 500 });
    assert.deepEqual([sized.max_connections.value, budget.fits], ["500", false]);
  });

  it("does not let a reloadable value of the user change what takes a restart", () => {
    const restart = ["max_connections", "shared_buffers", "max_worker_processes"] as const;
    const small = fc.record({
      work_mem: fc.integer({ min: 64, max: 2 ** 21 }).map((kB) => kB * 1024),
      maintenance_work_mem: fc.integer({ min: 1, max: 2048 }).map((count) => count * MB),
      hash_mem_multiplier: fc.integer({ min: 1, max: 8 }),
    });
    fc.assert(
      fc.property(machines, small, (given, user) => {
        const [without, withUser] = [size(given).values, size(given, user).values];
        for (const name of restart) assert.equal(withUser[name].value, without[name].value);
      }),
    );
  });
});

const machines: fc.Arbitrary<Machine> = fc.record({
  // A third of them small: that is where it gets tight.
  memory: fc.oneof(
    fc.integer({ min: 256 * MB, max: 4 * GB }),
    fc.integer({ min: 256 * MB, max: 1024 * GB }),
    fc.integer({ min: GB, max: 2 ** 50 }),
  ),
  cpus: fc.oneof(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 1024 })),
  storage: fc.constantFrom(...STORAGES),
  workload: fc.constantFrom(...WORKLOADS),
});

/** A computed value as a number, in the parameter's unit. */
function canonical(name: ComputedName, value: string): number {
  const parameter = pgParameter("15", name) ?? assert.fail(name);
  const reading = readValue(parameter, value);
  assert.ok(reading.ok, `${name} = ${value}`);
  return Number(reading.value);
}

const NAMES = Object.keys(size(machine(8)).values).filter((name) => name !== "jit") as ComputedName[];

describe("sizes of every machine", () => {
  it("never get smaller with more memory", () => {
    fc.assert(
      fc.property(
        machines,
        fc.integer({ min: 1, max: 64 * MB }),
        fc.integer({ min: 1, max: 100 * GB }),
        (given, little, much) => {
          const sized = size(given).values;
          for (const more of [little, much]) {
            const larger = size({ ...given, memory: given.memory + more }).values;
            for (const name of NAMES)
              assert.ok(
                canonical(name, larger[name].value) >= canonical(name, sized[name].value),
                `${name}: ${sized[name].value}, with ${more} bytes more ${larger[name].value}`,
              );
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  for (const workload of WORKLOADS)
    it(`never get smaller on the way from 256 MiB to 16 GiB (${workload})`, () => {
      for (const cpus of [1, 2, 4, 8, 16, 64]) {
        let smaller = size(machine(0.25, { workload, cpus }));
        for (let memory = 256 * MB; memory <= 16 * GB; memory = Math.ceil(memory * 1.02)) {
          const larger = size(machine(0, { workload, cpus, memory }));
          for (const name of ["max_connections", "work_mem"] as const)
            assert.ok(
              canonical(name, larger.values[name].value) >= canonical(name, smaller.values[name].value),
              `${name} of ${memory} bytes and ${cpus} CPUs`,
            );
          smaller = larger;
        }
      }
    });

  for (const version of VERSIONS)
    it(`are values that PostgreSQL ${version} takes`, () => {
      fc.assert(
        fc.property(machines, (given) => {
          for (const [name, { value }] of Object.entries(size(given).values)) {
            const parameter = pgParameter(version, name) ?? assert.fail(name);
            assert.equal(readValue(parameter, value).ok, true, `${name} = ${value}`);
          }
        }),
      );
    });

  it("have a budget whose total is the sum of its terms, and that fits or not by it", () => {
    fc.assert(
      fc.property(
        machines,
        fc.option(fc.integer({ min: 1, max: 4096 }), { nil: undefined }),
        (given, work_mem) => {
          const { budget } = size(given, work_mem === undefined ? {} : { work_mem: work_mem * MB });
          assert.equal(
            budget.total,
            budget.terms.reduce((sum, { bytes }) => sum + bytes, 0),
          );
          assert.equal(budget.fits, budget.total <= budget.memory);
          assert.ok(budget.memory <= given.memory);
          assert.equal(budget.inequality.includes(budget.fits ? " ≥ " : " < "), true);
        },
      ),
    );
  });

  it("fit by themselves from 1 GiB and up to 4 CPUs on", () => {
    fc.assert(
      fc.property(machines, fc.integer({ min: 1, max: 4 }), (given, cpus) => {
        fc.pre(given.memory >= GB);
        assert.equal(size({ ...given, cpus }).budget.fits, true);
      }),
    );
  });

  it("have shared memory that grows with buffers and connections", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 16, max: 2 ** 20 }),
        fc.integer({ min: 1, max: 5000 }),
        (megabytes, connections) => {
          const bytes = sharedMemory(megabytes * MB, connections);
          assert.ok(bytes > megabytes * MB);
          assert.ok(sharedMemory((megabytes + 1) * MB, connections) > bytes);
          assert.ok(sharedMemory(megabytes * MB, connections + 1) > bytes);
        },
      ),
    );
  });
});
