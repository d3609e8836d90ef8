/** What a user says about a container: everything wrong is refused at once, and by the line to write. */

import assert from "node:assert/strict";
import type { DatabaseArgs } from "../../../components/database";
import { backupPlan } from "../../../components/docker/backup";
import type { DockerOptions } from "../../../components/docker/options";
import { dockerDesign } from "../../../components/docker/settings";
import { faultsIn } from "../../../components/faults";
import { losingArchiveCommand } from "../../../components/parameters/archive-command";

type Args = DatabaseArgs & DockerOptions;
const OWNER = "shop/dev/db";
const plan = (args: Args) => dockerDesign("db", args, OWNER).plan;
const settings = (args: Args) => dockerDesign("db", args, OWNER).settings;

function refusal(args: object): string {
  try {
    plan(args as Args);
  } catch (error) {
    return faultsIn(error)
      .map((fault) => fault.message)
      .join("\n");
  }
  return "accepted";
}

const REFUSED: Record<string, readonly [args: object, ...messages: string[]]> = {
  "memory in parts of a MiB": [
    { memory: "1500000kB" },
    'memory "1500000kB" is not a whole number of MiB, at least 256MiB\nHINT: write `memory: 1465MiB`',
  ],
  "too little memory, once": [
    { memory: "64MiB" },
    'memory "64MiB" is not a size of at least 256MiB\nHINT: write `memory: 8GiB`',
  ],
  "a /dev/shm that is too small": [
    { shmSize: "1MiB" },
    'shmSize "1MiB" is not a whole number of MiB, at least 64MiB\nHINT: write `shmSize: 64MiB` under docker',
  ],
  "a /dev/shm without a unit": [
    { shmSize: "lots" },
    'shmSize "lots" is not a whole number of MiB, at least 64MiB\nHINT: write `shmSize: 64MiB` under docker',
  ],
  "an unknown restart policy": [
    { restart: "sometimes" },
    'docker.restart "sometimes" is not one of unless-stopped, always, on-failure, no\nHINT: write `docker.restart: unless-stopped`',
  ],
  "a grace period that Docker would take for a kill": [
    { stopTimeout: 0 },
    "docker.stopTimeout 0 is not a whole number from 60 to 86400\nHINT: write `docker.stopTimeout: 60`",
  ],
  "a port that does not exist": [
    { port: 65_536 },
    "docker.port 65536 is not a whole number from 1 to 65535\nHINT: write `docker.port: 65535`",
  ],
  "a container's name with a space": [
    { containerName: "my db" },
    'docker.containerName "my db" is not a name Docker takes: letters, digits, underscores, dots and dashes, a letter or digit first\nHINT: write `containerName: my-db` under docker',
  ],
  "a volume's name that is a path": [
    { volumes: { data: "/srv/data" } },
    'docker.volumes.data "/srv/data" is not a name Docker takes: letters, digits, underscores, dots and dashes, a letter or digit first\nHINT: write `data: srv-data` under docker.volumes',
  ],
  "one volume for two purposes": [
    { volumes: { archive: "shop-dev-db-data" } },
    "volume shop-dev-db-data is named for two purposes: data, archive and backup need one each\nHINT: write `archive: shop-dev-db-archive` under docker.volumes",
  ],
  "an address that is a name": [
    { address: "localhost" },
    'docker.address "localhost" is no IP address\nHINT: write `address: 127.0.0.1` under docker',
  ],
  "every address of the machine": [
    { address: "0.0.0.0", hostname: "db.example.com" },
    "docker.address 0.0.0.0 is every address of the machine, and Docker opens the port past its firewall\nHINT: write `address: <the address of this machine that clients reach>` under docker",
  ],
  "every address of another machine": [
    { address: "::", engine: "tcp://192.0.2.7:2376" },
    "docker.address :: is every address of the machine, and Docker opens the port past its firewall\nHINT: write `address: 192.0.2.7` under docker",
  ],
  "another machine's loopback": [
    { engine: "ssh://me@db.example.com" },
    "docker.engine ssh://me@db.example.com is another machine, and a port on its loopback address cannot be reached from here\nHINT: write `address: <the address of db.example.com that clients reach>` under docker",
  ],
  "an engine without a scheme": [
    { engine: "db.example.com:2375" },
    'docker.engine "db.example.com:2375" is no address of a Docker engine\nHINT: write `engine: unix:///var/run/docker.sock` under docker',
  ],
  "an image's name with capitals": [
    { image: "Postgres" },
    'docker.image "Postgres" is no image\'s name\nHINT: write `image: postgres:15` under docker',
  ],
  "an image that moves to the next major version": [
    { image: "registry.example.com:5000/postgres", version: "16" },
    "docker.image registry.example.com:5000/postgres has no tag, which means latest: the next major version refuses the data directory, and the database stays down\nHINT: write `image: registry.example.com:5000/postgres:16` under docker",
  ],
  "a parameter that the target sets": [
    { parameters: { archive_mode: "off" } },
    "parameter archive_mode is set by the target, not in parameters\nHINT: remove `archive_mode` from parameters",
  ],
  "several at once, of every kind": [
    { version: "9", port: 0, restart: "never", parameters: { fsync: false } },
    'docker.restart "never" is not one of unless-stopped, always, on-failure, no\nHINT: write `docker.restart: unless-stopped`',
    "docker.port 0 is not a whole number from 1 to 65535\nHINT: write `docker.port: 1`",
    'version "9" is not one of 15, 16, 17, 18\nHINT: write `version: "15"`',
    "parameter fsync = off is refused: a power cut can leave the cluster unreadable\nHINT: remove `fsync` from parameters",
  ],
};

describe("a database in a container is refused for", () => {
  for (const [name, [args, ...messages]] of Object.entries(REFUSED))
    it(name, () => assert.equal(refusal(args), messages.join("\n")));
});

describe("a database in a container", () => {
  it("about which nothing is said is this", () => {
    assert.deepEqual(plan({}), {
      owner: "shop/dev/db",
      image: "postgres:15",
      engine: undefined,
      containerName: "shop-dev-db",
      volumes: { data: "shop-dev-db-data", archive: "shop-dev-db-archive", backup: "shop-dev-db-backup" },
      address: "127.0.0.1",
      port: undefined,
      hostname: "127.0.0.1",
      isPublic: false,
      shmSize: 2 * 1024 ** 3,
      stopTimeout: 300,
      restart: "unless-stopped",
      protect: false,
      deleteData: false,
      restoreFrom: undefined,
      backup: backupPlan(),
    });
    const { memory, cpus } = settings({}).machine;
    assert.deepEqual({ memory, cpus }, { memory: 4 * 1024 ** 3, cpus: 2 });
  });

  it("takes the image of its version, and any other by tag or digest", () => {
    const digest = `registry.example.com:5000/team/postgres:15.18@sha256:${"a".repeat(64)}`;
    assert.equal(plan({ version: "17" }).image, "postgres:17");
    assert.equal(plan({ image: digest }).image, digest);
  });

  it("of another machine is found by its published address, or by a name for it", () => {
    const found = (args: Args) => plan({ engine: "ssh://me@db.example.com", address: "192.0.2.7", ...args });
    assert.deepEqual(found({}).hostname, "192.0.2.7");
    assert.deepEqual(found({ hostname: "db.example.com" }).hostname, "db.example.com");
    assert.equal(found({}).isPublic, true);
  });

  it("has TLS only where its port leaves loopback", () => {
    const ssl = (args: Args) => settings(args).parameters.ssl;
    assert.equal(ssl({}), undefined);
    assert.equal(ssl({ address: "::1" }), undefined);
    assert.deepEqual(ssl({ address: "192.0.2.7" }), {
      value: "on",
      unit: null,
      origin: "target",
      context: "reload",
      formula: null,
      reason: "The port is reachable from other machines.",
    });
  });

  it("archives with pgBackRest from the start, and nobody turns it off", () => {
    const { archive_mode, archive_command } = settings({}).parameters;
    assert.deepEqual([archive_mode?.value, archive_mode?.context], ["on", "fixed"]);
    const command = "pgbackrest --stanza=main archive-push %p";
    assert.deepEqual([archive_command?.value, archive_command?.context], [command, "fixed"]);
    assert.equal(losingArchiveCommand(command), undefined);
  });
});

describe("WAL that a container cannot archive", () => {
  it("is kept by default; where it may be dropped, four times max_wal_size wait before", () => {
    const queue = (args: Args) => dockerDesign("db", args, OWNER).archiveQueueMax;
    const durability = { onArchiveOutage: "drop-and-rebackup" } as const;
    assert.deepEqual(
      [
        queue({}),
        queue({ durability: { onArchiveOutage: "block" } }),
        queue({ durability }),
        queue({ durability, parameters: { max_wal_size: "128MB" } }),
      ],
      [undefined, undefined, 4 * 2 ** 30, 512 * 2 ** 20],
    );
  });
});
