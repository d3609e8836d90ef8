/** One database in a container from its first deployment to its last: what changes, what stays, what is kept. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execIn, logsOf } from "../../docker/containers";
import { docker } from "../../docker/engine";
import { IMAGE, NEXT_IMAGE } from "../../docker/image";
import { describeOnDocker } from "../../docker/suite";
import { DockerStack } from "./docker-stack";

describeOnDocker("a database in a container", function ({ prefix }) {
  this.timeout(120_000);
  this.slow(20_000);
  this.bail(true);
  let stack: DockerStack;
  const name = `${prefix}-db`;

  before(async () => {
    stack = await DockerStack.create(name);
  });
  after(() => stack?.remove());

  it("is deployed and verified in one command", async () => {
    const { text } = await stack.start();
    assert.match(text, /verified +│ 44 parameters run as declared/);
    const { verification, container, network, volumes, sslmode, host } = await stack.workspace.outputs();
    assert.deepEqual(verification.findings, []);
    assert.deepEqual(
      { container, network, volumes, sslmode, host },
      {
        container: name,
        network: name,
        volumes: { data: `${name}-data`, archive: `${name}-archive`, backup: `${name}-backup` },
        sslmode: "disable",
        host: "127.0.0.1",
      },
    );
    await stack.query("CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)");
  });

  it("runs as Docker was told", async () => {
    const { Config, HostConfig } = await stack.inspect();
    assert.deepEqual([await stack.runsOn(IMAGE), await stack.runsOn(NEXT_IMAGE)], [true, false]);
    const query = ["psql", "-h", "127.0.0.1", "-U", "postgres", "-d", "postgres", "-AtXqc", "SELECT 1"];
    assert.deepEqual(
      {
        User: Config.User,
        Healthcheck: Config.Healthcheck?.Test,
        CapAdd: HostConfig.CapAdd,
        CapDrop: HostConfig.CapDrop,
        SecurityOpt: HostConfig.SecurityOpt,
        Memory: HostConfig.Memory,
        MemorySwap: HostConfig.MemorySwap,
        ShmSize: HostConfig.ShmSize,
        RestartPolicy: HostConfig.RestartPolicy,
        LogConfig: HostConfig.LogConfig,
        HostIp: HostConfig.PortBindings["5432/tcp"]?.map(({ HostIp }: { HostIp: string }) => HostIp),
      },
      {
        User: "postgres",
        Healthcheck: ["CMD", ...query],
        CapAdd: null,
        CapDrop: ["ALL"],
        SecurityOpt: ["no-new-privileges:true"],
        Memory: 1024 ** 3,
        MemorySwap: 1024 ** 3,
        ShmSize: 1024 ** 3 / 2,
        RestartPolicy: { Name: "unless-stopped", MaximumRetryCount: 0 },
        LogConfig: { Type: "json-file", Config: { "max-file": "5", "max-size": "10m" } },
        HostIp: ["127.0.0.1"],
      },
    );
  });

  it("is healthy by a real query over TCP", async () => {
    for (;;) {
      const { Health } = (await stack.inspect()).State;
      if (Health?.Status === "healthy") return;
      assert.equal(Health?.Status, "starting");
      await sleep(500);
    }
  });

  it("leaves no throw-away container behind", async () => {
    const containers = await docker.listContainers({ all: true, filters: { volume: [`${name}-data`] } });
    assert.deepEqual(containers.flatMap(({ Names }) => Names).sort(), [`/${name}`, `/${name}-backup`]);
  });

  it("is unchanged by a second deployment, and by a refresh", async () => {
    assert.match((await stack.pulumi("up")).text, /22 unchanged/);
    assert.match((await stack.pulumi("preview", "--refresh")).text, /22 unchanged/);
  });

  it("has its passwords nowhere but in the stack's secrets", async () => {
    const { roles } = await stack.workspace.outputs();
    const passwords = Object.values<{ password: string }>(roles).map(({ password }) => password);
    const state = ".durable-postgres/state/.pulumi/stacks/durable-postgres/local.json";
    const read = (command: string) => execIn(stack.container, ["sh", "-c", command]);
    const places = {
      inspect: JSON.stringify(await stack.inspect()),
      image: JSON.stringify(await docker.getImage(IMAGE).history()),
      environment: (await read("cat /proc/1/environ | tr '\\0' '\\n'")).text,
      processes: (await read("cat /proc/[0-9]*/cmdline | tr '\\0' ' '")).text,
      files: (await read("cat /etc/durable-postgres/*; grep -rs . /run /tmp")).text,
      log: await logsOf(stack.container),
      state: await readFile(path.join(stack.workspace.root, state), "utf8"),
    };
    // Each place was really read.
    assert.match(places.environment, /PGDATA=/);
    assert.match(places.processes, /fsync=on/);
    assert.match(places.files, /scram-sha-256/);
    assert.match(places.log, /ready to accept connections/);
    assert.match(places.state, /ciphertext/);
    for (const [place, text] of Object.entries(places))
      for (const password of passwords) assert.ok(!text.includes(password), `a password is in ${place}`);
    assert.doesNotMatch(JSON.stringify((await stack.inspect()).Config.Env), /POSTGRES_/);
  });

  it("archives its WAL into a repository on a volume of its own", async () => {
    const { host, port, roles } = await stack.workspace.outputs();
    const superuser = { host, port, database: "postgres", ...roles.superuser };
    const [{ segment }] = await stack.queryAs(
      superuser,
      "SELECT pg_walfile_name(pg_switch_wal()) AS segment",
    );
    const file = `/var/lib/durable-postgres/backup/pgbackrest/*/archive/main/15-1/*/${segment}-*.zst`;
    const look = `for try in $(seq 100); do ls ${file} >/dev/null 2>&1 && exit; sleep 0.1; done; exit 1`;
    assert.deepEqual(await execIn(stack.container, ["sh", "-c", look]), { code: 0, text: "" });
  });

  it("takes a reloadable parameter without a restart, and the preview says so", async () => {
    const [before, started] = [await stack.inspect(), await stack.startedAt()];
    await stack.configure({ parameters: { work_mem: "5MB", checkpoint_timeout: "10min" } });
    const preview = await stack.pulumi("preview");
    assert.match(preview.text, /reload: checkpoint_timeout 5min → 10min, work_mem 4MB → 5MB/);
    assert.match(preview.text, /~ 2 to update\n +20 unchanged/);
    await stack.start();
    assert.equal((await stack.inspect()).Id, before.Id);
    assert.equal(await stack.startedAt(), started);
    const [{ work_mem }] = await stack.query("SELECT current_setting('work_mem') AS work_mem");
    assert.equal(work_mem, "5MB");
  });

  it("takes one that needs a restart in a new container, after a clean shutdown, with the same data", async () => {
    const before = await stack.inspect();
    const since = Math.floor(Date.now() / 1000);
    await stack.configure({ parameters: { max_wal_senders: 12 } });
    const preview = await stack.pulumi("preview");
    assert.match(preview.text, /restart in a new container, after a clean shutdown: max_wal_senders 10 → 12/);
    await stack.start();
    assert.notEqual((await stack.inspect()).Id, before.Id);
    assert.deepEqual(await stack.exitCodes(before.Id, since), ["0"]);
    assert.match(await logsOf(stack.container), /database system was shut down at/);
    assert.doesNotMatch(await logsOf(stack.container), /not properly shut down/);
    assert.deepEqual(await stack.query("SELECT * FROM kept"), [{ id: 1 }]);
  });

  it("takes a new minor version of its image the same way", async () => {
    await stack.configure({ docker: { image: NEXT_IMAGE } });
    await stack.start();
    assert.equal(await stack.runsOn(NEXT_IMAGE), true);
    assert.deepEqual(await stack.query("SELECT * FROM kept"), [{ id: 1 }]);
  });

  it("gets new passwords without a new container, and the old ones are refused", async () => {
    const { Id } = await stack.inspect();
    const { host, port, database, roles } = await stack.workspace.outputs();
    await stack.configure({ docker: { image: NEXT_IMAGE }, passwordGeneration: 2 });
    await stack.start();
    assert.equal((await stack.inspect()).Id, Id);
    assert.deepEqual(await stack.query("SELECT * FROM kept"), [{ id: 1 }]);
    for (const role of [roles.owner, roles.superuser])
      await assert.rejects(
        stack.queryAs({ host, port, database, ...role }, "SELECT 1"),
        /password authentication failed/,
      );
  });

  it("is found by other containers on its network, and by its URL", async () => {
    const { networkUrl } = await stack.workspace.outputs();
    const client = await docker.createContainer({
      name: `${name}-client`,
      Image: IMAGE,
      Entrypoint: ["psql"],
      Cmd: [networkUrl, "-Atc", "SELECT id FROM kept"],
      HostConfig: { NetworkMode: name },
    });
    await client.start();
    const { StatusCode } = await client.wait();
    assert.deepEqual([StatusCode, await logsOf(client)], [0, "1\n"]);
    await client.remove({ v: true });
  });

  it("keeps its volumes when it is destroyed, and says how to delete them", async () => {
    const { code, text } = await stack.pulumi("destroy");
    assert.equal(code, 0, text);
    const volumes = [`${name}-archive`, `${name}-backup`, `${name}-data`];
    assert.ok(text.includes(`To delete them: docker volume rm ${volumes.join(" ")}`), text);
    assert.deepEqual(await stack.volumes(), volumes);
    assert.deepEqual(await docker.listContainers({ all: true, filters: { name: [name] } }), []);
  });

  it("is adopted by the next deployment, whose passwords are new", async () => {
    const { text } = await stack.start();
    assert.match(text, new RegExp(`adopting the cluster \\d+ in volume ${name}-data`));
    assert.deepEqual(await stack.query("SELECT * FROM kept"), [{ id: 1 }]);
  });

  it("is not destroyed while its volumes are protected", async () => {
    await stack.configure({ docker: { protect: true } });
    await stack.start();
    const { code, text } = await stack.workspace.pulumi(["destroy", "--yes"]);
    assert.notEqual(code, 0);
    assert.match(text, /docker:index\/volume:Volume::postgres-data" cannot be deleted[\s\S]*protect/);
    assert.deepEqual(await stack.query("SELECT * FROM kept"), [{ id: 1 }]);
  });

  it("goes with its volumes once that was deployed", async () => {
    await stack.configure({ docker: { deleteData: true } });
    await stack.start();
    const { code, text } = await stack.pulumi("destroy");
    assert.equal(code, 0, text);
    assert.doesNotMatch(text, /kept:/);
    assert.deepEqual(await stack.volumes(), []);
  });
});
