/** The stack's configuration as text, and what becomes of it. */

import assert from "node:assert/strict";
import { CONFIG, type ConfigKey, readConfig, type StackArgs } from "../../components/config";
import { Fault } from "../../components/faults";

const KNOWN =
  "target, version, database, memory, cpus, storage, workload, maxConnections, activeConnections, parameters, passwordGeneration, durability, generations, active, local, docker";
const LOCAL =
  "local.directory, local.port, local.osUser, local.archiveDirectory, local.backupDirectory, local.deleteData";

/** The generations of a stack that says nothing of them. */
const FIRST = { list: [{ number: 1 }], active: 1 };

const read = (config: Record<string, string>, check: (stack: StackArgs) => unknown = () => undefined) =>
  readConfig(config, check);

function message(config: Record<string, string>, check?: () => unknown): string {
  let text: string | undefined;
  assert.throws(
    () => read(config, check),
    (error: Error) => {
      text = error.message;
      return /^Faults?$/.test(error.name);
    },
  );
  return text ?? "";
}

/** Case, configuration, and every word of the refusal. */
const REFUSED: Record<string, readonly [config: Record<string, string>, ...messages: string[]]> = {
  "an unknown key, with the nearest one": [
    { wrkload: "web" },
    `unknown configuration key wrkload\nHINT: did you mean workload? Known are ${KNOWN}`,
  ],
  "a known key in other letters": [
    { Memory: "8GiB" },
    `unknown configuration key Memory\nHINT: did you mean memory? Known are ${KNOWN}`,
  ],
  "a key that every object has": [
    { constructor: "1" },
    `unknown configuration key constructor\nHINT: did you mean docker? Known are ${KNOWN}`,
  ],
  "an unknown key of local": [
    { local: '{"prot":15432}' },
    `unknown configuration key local.prot\nHINT: did you mean local.port? Known are ${LOCAL}`,
  ],
  "a word for a number": [
    { cpus: "four" },
    "configuration cpus = four is not of type integer\nHINT: write `cpus: 1`",
  ],
  "a text for an object": [
    { parameters: "work_mem=8MB" },
    "configuration parameters = work_mem=8MB is not of type object\nHINT: write `parameters: {}`",
  ],
  "a list for an object": [
    { parameters: "[]" },
    "configuration parameters = [] is not of type object\nHINT: write `parameters: {}`",
  ],
  "nothing for an object": [
    { local: "null" },
    "configuration local = null is not of type object\nHINT: write `local: {}`",
  ],
  "a number for a boolean, inside local": [
    { local: '{"deleteData":1}' },
    "configuration local.deleteData = 1 is not of type boolean\nHINT: write `local.deleteData: false`",
  ],
  "a boolean for a number, inside local": [
    { local: '{"port":true}' },
    "configuration local.port = true is not of type integer\nHINT: write `local.port: 1`",
  ],
  "a generation that is a word": [
    { passwordGeneration: '"two"' },
    'configuration passwordGeneration = "two" is not of type integer\nHINT: write `passwordGeneration: 1`',
  ],
  "an object for a list": [
    { generations: "{}" },
    "configuration generations = {} is not of type array\nHINT: write `generations: []`",
  ],
  "a generation that is not there": [
    { active: "2" },
    "active is 2, and there is no such generation\nHINT: write `active: 1`",
  ],
  "an unknown target": [
    { target: "azure" },
    'target "azure" is not one of local, docker\nHINT: write `target: local`',
  ],
  "a block of another target": [
    { target: "docker", local: '{"port":15432}' },
    "configuration local is there, but the target is docker\nHINT: write `target: local`, or remove local",
  ],
  "a port that only root may open": [
    { local: '{"port":80}' },
    "local.port 80 is not a whole number from 1024 to 65535\nHINT: write `local.port: 1024`",
  ],
  "a port that does not exist": [
    { local: '{"port":70000}' },
    "local.port 70000 is not a whole number from 1024 to 65535\nHINT: write `local.port: 65535`",
  ],
  "several at once": [
    { cpus: "x", wrkload: "web", local: '{"prot":1,"deleteData":"x","port":1}', target: "local" },
    "configuration cpus = x is not of type integer\nHINT: write `cpus: 1`",
    `unknown configuration key wrkload\nHINT: did you mean workload? Known are ${KNOWN}`,
    `unknown configuration key local.prot\nHINT: did you mean local.port? Known are ${LOCAL}`,
    "configuration local.deleteData = x is not of type boolean\nHINT: write `local.deleteData: false`",
    "local.port 1 is not a whole number from 1024 to 65535\nHINT: write `local.port: 1024`",
  ],
};

describe("a configuration is refused for", () => {
  for (const [name, [config, ...messages]] of Object.entries(REFUSED))
    it(name, () => assert.equal(message(config), messages.join("\n")));

  it("its own faults together with those of the check", () => {
    const check = () => {
      throw new Fault("too big", "make it smaller");
    };
    assert.equal(
      message({ cpus: "x" }, check),
      "configuration cpus = x is not of type integer\nHINT: write `cpus: 1`\ntoo big\nHINT: make it smaller",
    );
  });
});

describe("a configuration", () => {
  it("that is empty is the target local without arguments", () => {
    assert.deepEqual(read({}), { target: "local", args: {}, generations: FIRST });
  });

  it("with every key is read key by key; those of local become arguments", () => {
    const config = {
      target: "local",
      version: "16",
      database: "shop",
      memory: "8GiB",
      cpus: "4",
      storage: "hdd",
      workload: "oltp",
      maxConnections: "50",
      activeConnections: "10",
      parameters: '{"work_mem":"32MB","jit":true,"random_page_cost":1.5}',
      passwordGeneration: "2",
      durability: '{"hostLossRpo":"1min","retention":30}',
      generations: '[{"number":1},{"number":2,"restoreFrom":{"generation":1,"to":"latest"}}]',
      active: "2",
      local:
        '{"directory":"/srv/db","port":15432,"osUser":"postgres","archiveDirectory":"/mnt/wal","backupDirectory":"/mnt/db","deleteData":true}',
    };
    assert.deepEqual([...Object.keys(config), "docker"], Object.keys(CONFIG));
    assert.deepEqual(read(config), {
      target: "local",
      args: {
        version: "16",
        database: "shop",
        memory: "8GiB",
        cpus: 4,
        storage: "hdd",
        workload: "oltp",
        maxConnections: 50,
        activeConnections: 10,
        parameters: { work_mem: "32MB", jit: true, random_page_cost: 1.5 },
        passwordGeneration: 2,
        durability: { hostLossRpo: "1min", retention: 30 },
        directory: "/srv/db",
        port: 15432,
        osUser: "postgres",
        archiveDirectory: "/mnt/wal",
        backupDirectory: "/mnt/db",
        deleteData: true,
      },
      generations: {
        list: [{ number: 1 }, { number: 2, restoreFrom: { generation: 1, to: "latest" } }],
        active: 2,
      },
    });
  });

  it("of target docker is read key by key; those of docker become arguments", () => {
    const docker = {
      image: "postgres:15.18",
      engine: "ssh://me@db.example.com",
      containerName: "shop",
      address: "0.0.0.0",
      port: 5432,
      hostname: "db.example.com",
      volumes: { data: "shop-data", archive: "shop-wal", backup: "shop-backup" },
      shmSize: "1GiB",
      stopTimeout: 600,
      restart: "always",
      protect: true,
      deleteData: false,
    };
    assert.deepEqual(Object.keys(docker), Object.keys(CONFIG.docker.keys));
    const config = { target: "docker", docker: JSON.stringify(docker) };
    assert.deepEqual(read(config), { target: "docker", args: docker, generations: FIRST });
  });

  it("is checked as it was read", () => {
    const seen: StackArgs[] = [];
    read({ cpus: "2" }, (stack) => seen.push(stack));
    assert.deepEqual(seen, [{ target: "local", args: { cpus: 2 }, generations: FIRST }]);
  });

  it("takes texts as they are, even those that look like numbers", () => {
    assert.deepEqual(read({ version: "15", memory: "8" }).args, { version: "15", memory: "8" });
  });

  it("has a description for each key that ends with a full stop", () => {
    const described = (keys: Readonly<Record<string, ConfigKey>>): void => {
      for (const [name, key] of Object.entries(keys)) {
        assert.match(key.description, /\.$/, name);
        if (key.keys) described(key.keys);
      }
    };
    described(CONFIG);
  });
});
