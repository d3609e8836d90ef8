/** How much of a machine does a local database take? */

import assert from "node:assert/strict";
import { localResources } from "../../../components/local/machine";
import { localSettings } from "../../../components/local/settings";

const GB = 2 ** 30;
const MB = 2 ** 20;
const on =
  (memory: number, cpus = 8) =>
  () => ({ memory, cpus, source: "cgroup v2 memory.max" });

describe("resources of a local database", () => {
  it("are a quarter of the machine in whole steps of 256 MiB, at least one, and all its CPUs", () => {
    const quarters = [512 * MB, GB, 7.7 * GB, 8 * GB, 15.6 * GB, 64 * GB].map((memory) =>
      localResources({}, undefined, on(memory)),
    );
    assert.deepEqual(
      quarters,
      [256 * MB, 256 * MB, 1.75 * GB, 2 * GB, 3.75 * GB, 16 * GB].map((memory) => ({ memory, cpus: 8 })),
    );
  });

  it("are those recorded when the database was made, whatever the machine has become", () => {
    assert.deepEqual(localResources({}, { memory: 2 * GB, cpus: 2 }, on(64 * GB)), {
      memory: 2 * GB,
      cpus: 2,
    });
  });

  it("are those given, before any others", () => {
    const given = { memory: "4GiB", cpus: 3 };
    assert.deepEqual(localResources(given, { memory: 2 * GB, cpus: 2 }, on(64 * GB)), {
      memory: 4 * GB,
      cpus: 3,
    });
  });

  it("may be the whole machine, and not more", () => {
    assert.equal(localResources({ memory: "8GiB" }, undefined, on(8 * GB)).memory, 8 * GB);
    assert.throws(() => localResources({ memory: "8193MiB" }, undefined, on(8 * GB + 100)), {
      name: "Fault",
      message:
        "memory 8193MiB is more than this machine has: 8GB (cgroup v2 memory.max)\nHINT: write `memory: 2GiB`, or remove memory",
    });
  });

  it("may be more than the machine when they only are explained", () => {
    assert.equal(
      localResources({ memory: "64GiB" }, undefined, on(8 * GB), { limitToMachine: false }).memory,
      64 * GB,
    );
  });
});

describe("objectives of a local database", () => {
  it("are refused where nothing on this machine could meet them", () => {
    const durability = { onArchiveOutage: "drop-and-rebackup" } as const;
    assert.throws(() => localSettings("postgres", { directory: "/nowhere", memory: "1GiB", durability }), {
      name: "Fault",
      message:
        "durability.onArchiveOutage drop-and-rebackup cannot be met: nothing of ours runs on this machine that would take the new backup\nHINT: write `durability.onArchiveOutage: block`; status tells how long the disk lasts",
    });
  });
});
