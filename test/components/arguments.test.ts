/** Arguments of a database that are not PostgreSQL's own parameters: refused with every word, all at once. */

import assert from "node:assert/strict";
import { databaseSettings, faultsOf } from "../../components/arguments";
import type { DatabaseArgs } from "../../components/database";
import { Fault, Faults } from "../../components/faults";
import { localResources } from "../../components/local/machine";
import { resolveSettings } from "../../components/parameters/settings";

const GB = 2 ** 30;
const resources = (args: DatabaseArgs) =>
  localResources(args, undefined, () => ({ memory: 32 * GB, cpus: 4, source: "physical memory" }));
const settings = (args: DatabaseArgs) => databaseSettings(args, resources);

function faults(args: object): string[] {
  return faultsOf(() => settings(args as DatabaseArgs)).map(({ message }) => message);
}

/** Case, arguments, and every fault. */
const REFUSED: Record<string, readonly [args: object, ...messages: string[]]> = {
  "another version": [
    { version: "14" },
    'version "14" is not one of 15, 16, 17, 18\nHINT: write `version: "15"`',
  ],
  "a full version": [
    { version: "15.18" },
    'version "15.18" is not one of 15, 16, 17, 18\nHINT: write `version: "15"`',
  ],
  "another kind of storage": [
    { storage: "nvme" },
    'storage "nvme" is not one of ssd, hdd, san\nHINT: write `storage: ssd`',
  ],
  "another workload": [
    { workload: "WEB" },
    'workload "WEB" is not one of web, oltp, dw, mixed\nHINT: write `workload: web`',
  ],
  "no CPU": [{ cpus: 0 }, "cpus 0 is not a whole number from 1 to 1024\nHINT: write `cpus: 1`"],
  "half a CPU": [{ cpus: 2.5 }, "cpus 2.5 is not a whole number from 1 to 1024\nHINT: write `cpus: 3`"],
  "CPUs that are no number": [
    { cpus: "many" },
    'cpus "many" is not a whole number from 1 to 1024\nHINT: write `cpus: 1`',
  ],
  "too many CPUs": [
    { cpus: 4096 },
    "cpus 4096 is not a whole number from 1 to 1024\nHINT: write `cpus: 1024`",
  ],
  "no active connection": [
    { activeConnections: 0 },
    "activeConnections 0 is not a whole number from 1 to 262143\nHINT: write `activeConnections: 1`",
  ],
  "memory without a unit": [
    { memory: "8" },
    'memory "8" is not a size of at least 256MiB\nHINT: write `memory: 8GiB`',
  ],
  "memory as a number": [
    { memory: 8 },
    "memory 8 is not a size of at least 256MiB\nHINT: write `memory: 8GiB`",
  ],
  "too little memory": [
    { memory: "255MiB" },
    'memory "255MiB" is not a size of at least 256MiB\nHINT: write `memory: 8GiB`',
  ],
  "more memory than there is": [
    { memory: "64GiB" },
    "memory 64GiB is more than this machine has: 32GB (physical memory)\nHINT: write `memory: 8GiB`, or remove memory",
  ],
  "PostgreSQL's own database": [
    { database: "postgres" },
    "database postgres is PostgreSQL's own\nHINT: write `database: app`",
  ],
  "a contradiction": [
    { maxConnections: 50, parameters: { max_connections: 60 } },
    "maxConnections 50 and parameter max_connections 60 contradict each other\nHINT: remove `max_connections` from parameters",
  ],
  "a contradiction in other letters": [
    { maxConnections: 50, parameters: { Max_Connections: 60 } },
    "maxConnections 50 and parameter Max_Connections 60 contradict each other\nHINT: remove `Max_Connections` from parameters",
  ],
  "a maxConnections that PostgreSQL refuses": [
    { maxConnections: 0 },
    "parameter max_connections = 0 is refused by PostgreSQL: its range is 1 … 262143\nHINT: write `max_connections: 100` under parameters",
  ],
  "everything at once, parameters included": [
    {
      version: "9.6",
      storage: "tape",
      cpus: -1,
      memory: "much",
      database: "My App",
      parameters: { fsync: "off", port: 1 },
    },
    'version "9.6" is not one of 15, 16, 17, 18\nHINT: write `version: "15"`',
    'storage "tape" is not one of ssd, hdd, san\nHINT: write `storage: ssd`',
    "cpus -1 is not a whole number from 1 to 1024\nHINT: write `cpus: 1`",
    'memory "much" is not a size of at least 256MiB\nHINT: write `memory: 8GiB`',
    'database "My App" is not a plain name: small letters, digits and underscores, a letter first, 50 at most\nHINT: write `database: app`',
    "parameter fsync = off is refused: a power cut can leave the cluster unreadable\nHINT: remove `fsync` from parameters",
    "parameter port is set by the target, not in parameters\nHINT: remove `port` from parameters",
  ],
};

describe("arguments of a database are refused:", () => {
  for (const [name, [args, ...messages]] of Object.entries(REFUSED))
    it(name, () => assert.deepEqual(faults(args), messages));
});

describe("arguments of a database", () => {
  it("may all be left out: a quarter of the machine, version 15, web on solid-state disks", () => {
    const machine = { memory: 8 * GB, cpus: 4, storage: "ssd", workload: "web" } as const;
    assert.deepEqual(settings({}), resolveSettings({ machine }));
  });

  it("are what the settings are made of", () => {
    const machine = { memory: 16 * GB, cpus: 2, storage: "hdd", workload: "dw" } as const;
    assert.deepEqual(
      settings({
        version: "17",
        memory: "16GiB",
        cpus: 2,
        storage: "hdd",
        workload: "dw",
        maxConnections: 30,
        activeConnections: 5,
        parameters: { jit: false },
      }),
      resolveSettings({
        version: "17",
        machine,
        activeConnections: 5,
        parameters: { jit: false, max_connections: 30 },
      }),
    );
  });

  it("may say the number of connections twice, when it is the same", () => {
    const { max_connections } = settings({
      maxConnections: 50,
      parameters: { max_connections: "50" },
    }).parameters;
    assert.equal(max_connections?.value, "50");
  });
});

describe("faults of a check", () => {
  it("are one, several or none; other errors go on", () => {
    const [first, second] = [new Fault("a", "b"), new Fault("c", "d")];
    const throwing = (error: unknown) => () => {
      throw error;
    };
    assert.deepEqual(faultsOf(throwing(first)), [first]);
    assert.deepEqual(faultsOf(throwing(new Faults([first, second]))), [first, second]);
    assert.deepEqual(
      faultsOf(() => 1),
      [],
    );
    assert.throws(() => faultsOf(throwing(new TypeError("a bug"))), TypeError);
  });
});
