/** The stack's configuration as text, and what becomes of it. */

import assert from "node:assert/strict";
import { CONFIG, type ConfigKey, readConfig, type StackArgs } from "../../components/config";
import { Fault } from "../../components/faults";

const KNOWN =
  "target, version, database, memory, cpus, storage, workload, maxConnections, activeConnections, parameters, passwordGeneration, durability, calibration, production, generations, active, local, docker, rds";
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
    `unknown configuration key constructor\nHINT: did you mean calibration? Known are ${KNOWN}`,
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
    "configuration generations = {} is not of type array\nHINT: write `generations: […]`",
  ],
  "a generation that is not there": [
    { active: "2" },
    "active is 2, and there is no such generation\nHINT: write `active: 1`",
  ],
  "an unknown target": [
    { target: "azure" },
    'target "azure" is not one of local, docker, rds\nHINT: write `target: local`',
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
  "an object for a list, inside rds": [
    { target: "rds", rds: '{"sources":{}}' },
    "configuration rds.sources = {} is not of type array\nHINT: write `rds.sources: […]`",
  ],
  "a list for an object, inside rds": [
    { target: "rds", rds: '{"tags":["a"]}' },
    'configuration rds.tags = ["a"] is not of type object\nHINT: write `rds.tags: {}`',
  ],
  "an unknown key of the network": [
    { target: "rds", rds: '{"network":{"subnet":"subnet-0a1b2c3d"}}' },
    "unknown configuration key rds.network.subnet\nHINT: did you mean rds.network.subnets? Known are rds.network.vpcId, rds.network.subnets, rds.network.cidr, rds.network.zones",
  ],
  "a version that YAML took for a number: it could have been 15.10": [
    { target: "rds", rds: '{"engineVersion":15.1}' },
    'configuration rds.engineVersion = 15.1 is a number, and YAML drops zeros at its end\nHINT: write `engineVersion: "…"` in quotes',
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
      durability: '{"crashRpo":"0s","hostLossRpo":"1min","rto":"1min","retention":30}',
      calibration: '{"measuredAt":"2026-11-26T10:00:00Z","replayRate":120,"diskRate":400,"fdatasync":150}',
      production: "true",
      generations: '[{"number":1},{"number":2,"restoreFrom":{"generation":1,"to":"latest"}}]',
      active: "2",
      local:
        '{"directory":"/srv/db","port":15432,"osUser":"postgres","archiveDirectory":"/mnt/wal","backupDirectory":"/mnt/db","deleteData":true}',
    };
    assert.deepEqual([...Object.keys(config), "docker", "rds"], Object.keys(CONFIG));
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
        durability: { crashRpo: "0s", hostLossRpo: "1min", rto: "1min", retention: 30 },
        calibration: { measuredAt: "2026-11-26T10:00:00Z", replayRate: 120, diskRate: 400, fdatasync: 150 },
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
      address: "192.0.2.7",
      port: 5432,
      hostname: "db.example.com",
      volumes: { data: "shop-data", archive: "shop-wal", backup: "shop-backup" },
      shmSize: "1GiB",
      stopTimeout: 600,
      restart: "always",
      protect: true,
      deleteData: false,
      backup: { schedule: { full: "0 3 * * 6", incr: "0 */6 * * *" }, processes: 4 },
    };
    assert.deepEqual(Object.keys(docker), Object.keys(CONFIG.docker.keys));
    const config = { target: "docker", docker: JSON.stringify(docker) };
    assert.deepEqual(read(config), { target: "docker", args: docker, generations: FIRST });
  });

  it("of target rds is read key by key, lists and objects too; those of rds become arguments", () => {
    const rds = {
      region: "eu-central-1",
      topology: "multi-az",
      identifier: "shop",
      instanceClass: "db.m7g.large",
      engineVersion: "15.12",
      allocatedStorage: 400,
      maxAllocatedStorage: 1000,
      storageType: "gp3",
      iops: 12_000,
      dedicatedLogVolume: false,
      port: 5433,
      network: {
        vpcId: "vpc-0a1b2c3d",
        subnets: { "eu-central-1a": "subnet-0a1b2c3d", "eu-central-1b": "subnet-1a1b2c3d" },
        cidr: "10.42.0.0/16",
        zones: ["eu-central-1a", "eu-central-1b"],
      },
      sources: ["10.0.0.0/16", "sg-0a1b2c3d"],
      publiclyAccessible: true,
      confirmPublic: "shop",
      kmsKeyArn: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
      masterUsername: "boss",
      connect: true,
      backupWindow: "03:00-04:00",
      maintenanceWindow: "mon:05:00-mon:06:00",
      backupRetention: 35,
      backupRegion: "eu-west-1",
      restoreFrom: { snapshot: "a", source: "b", automatedBackup: "c", time: "2026-11-24T10:00:00Z" },
      replicas: 2,
      archiveLockDays: 30,
      alarmEmails: ["ops@example.com"],
      alarmTopicArn: "arn:aws:sns:eu-central-1:123456789012:alarms",
      databaseInsights: "advanced",
      majorUpgrade: "in-place",
      applyImmediately: true,
      caCertIdentifier: "rds-ca-rsa4096-g1",
      tags: { team: "shop" },
      deleteData: true,
    };
    assert.deepEqual(Object.keys(rds), Object.keys(CONFIG.rds.keys));
    assert.deepEqual(Object.keys(rds.network), Object.keys(CONFIG.rds.keys.network.keys));
    assert.deepEqual(Object.keys(rds.restoreFrom), Object.keys(CONFIG.rds.keys.restoreFrom.keys));
    assert.deepEqual(read({ target: "rds", rds: JSON.stringify(rds) }), {
      target: "rds",
      args: rds,
      generations: FIRST,
    });
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
