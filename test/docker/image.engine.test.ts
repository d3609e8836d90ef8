/** Does the image keep the contract of the official one? Holds for the stand-in and for the official image alike. */

import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import type { Container, ContainerCreateOptions } from "dockerode";
import { Client } from "pg";
import { execIn, logsOf, queryIn, untilReady } from "./containers";
import { docker } from "./engine";
import { IMAGE, NEXT_IMAGE } from "./image";
import { upload } from "./provider-double/upload";
import { describeOnDocker } from "./suite";

const PASSWORD = 'POSTGRES_PASSWORD=it\'s a "secret"';

describeOnDocker("the image postgres:15", ({ prefix }) => {
  let made = 0;

  function create(options: ContainerCreateOptions): Promise<Container> {
    return docker.createContainer({ name: `${prefix}-${made++}`, Image: IMAGE, ...options });
  }

  /** Runs a container to its end. */
  async function outcome(options: ContainerCreateOptions): Promise<{ code: number; text: string }> {
    const container = await create(options);
    await container.start();
    const { StatusCode: code } = await container.wait();
    return { code, text: await logsOf(container) };
  }

  /** A server that answers. */
  async function started(options: ContainerCreateOptions): Promise<Container> {
    const container = await create(options);
    await container.start();
    await untilReady(container);
    return container;
  }

  it("says of itself what the official image says", async () => {
    const { Config: config } = await docker.getImage(IMAGE).inspect();
    const environment = Object.fromEntries(config.Env.map((line) => line.split(/=(.*)/s, 2)));
    assert.deepEqual(
      {
        entrypoint: config.Entrypoint,
        command: config.Cmd,
        user: config.User,
        volumes: config.Volumes,
        ports: config.ExposedPorts,
        stopSignal: (config as { StopSignal?: string }).StopSignal,
        major: environment.PG_MAJOR,
        version: /^15\.\d+-\S+$/.test(environment.PG_VERSION),
        language: environment.LANG,
        data: environment.PGDATA,
        path: environment.PATH.split(":").at(-1),
      },
      {
        entrypoint: ["docker-entrypoint.sh"],
        command: ["postgres"],
        user: "",
        volumes: { "/var/lib/postgresql/data": {} },
        ports: { "5432/tcp": {} },
        stopSignal: "SIGINT",
        major: "15",
        version: true,
        language: "en_US.utf8",
        data: "/var/lib/postgresql/data",
        path: "/usr/lib/postgresql/15/bin",
      },
    );
  });

  it("has a next version with another id and the same server", async () => {
    const [one, next] = await Promise.all(
      [IMAGE, NEXT_IMAGE].map(async (name) => (await docker.getImage(name).inspect()).Id),
    );
    assert.notEqual(one, next);
    const versions = [IMAGE, NEXT_IMAGE].map((Image) => outcome({ Image, Cmd: ["--version"] }));
    const [first, second] = await Promise.all(versions);
    assert.deepEqual(first, second);
  });

  it("only prints what is asked and initializes nothing", async () => {
    const { code, text } = await outcome({ Cmd: ["--version"] });
    assert.equal(code, 0);
    assert.match(text, /^postgres \(PostgreSQL\) 15\.\d+ .*\n$/);
  });

  it("runs another command than postgres as it is", async () => {
    const { code, text } = await outcome({ Cmd: ["id", "postgres"] });
    assert.equal(code, 0);
    assert.match(text, /^uid=999\(postgres\) gid=999\(postgres\) /);
  });

  it("refuses to initialize without a password", async () => {
    const { code, text } = await outcome({});
    assert.equal(code, 1);
    assert.match(text, /POSTGRES_PASSWORD/);
  });

  it("refuses a setting that is given twice", async () => {
    const { code, text } = await outcome({ Env: ["POSTGRES_DB=a", "POSTGRES_DB_FILE=/b", PASSWORD] });
    assert.equal(code, 1);
    assert.match(text, /both POSTGRES_DB and POSTGRES_DB_FILE are set \(but are exclusive\)/);
  });

  it("lets machines in with the password only, and itself without", async () => {
    const container = await started({
      Env: [PASSWORD, "POSTGRES_USER=boss", "POSTGRES_DB=shop"],
      HostConfig: { PortBindings: { "5432/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] } },
    });
    const { Ports } = (await container.inspect()).NetworkSettings;
    const port = Number(Ports["5432/tcp"]?.[0]?.HostPort);
    const connect = async (password: string) => {
      const client = new Client({ host: "127.0.0.1", port, user: "boss", database: "shop", password });
      await client.connect();
      await client.end();
    };
    await connect('it\'s a "secret"');
    await assert.rejects(connect("wrong"), /password authentication failed for user "boss"/);
    assert.equal(await queryIn(container, "SELECT current_user", { user: "boss", database: "shop" }), "boss");
    const rules = await execIn(container, ["cat", "/var/lib/postgresql/data/pg_hba.conf"], "postgres");
    const effective = rules.text.split("\n").filter((line) => /^\w/.test(line));
    assert.deepEqual(
      effective.map((line) => line.split(/\s+/).join(" ")),
      [
        "local all all trust",
        "host all all 127.0.0.1/32 trust",
        "host all all ::1/128 trust",
        "local replication all trust",
        "host replication all 127.0.0.1/32 trust",
        "host replication all ::1/128 trust",
        "host all all all scram-sha-256",
      ],
    );
  });

  it("initializes without a password where everybody is trusted", async () => {
    const container = await started({ Env: ["POSTGRES_HOST_AUTH_METHOD=trust"] });
    const rules = await execIn(container, ["tail", "-n", "1", "/var/lib/postgresql/data/pg_hba.conf"]);
    assert.equal(rules.text.trim(), "host all all all trust");
  });

  it("reads its settings from files", async () => {
    const container = await create({
      Env: ["USER", "PASSWORD", "DB", "INITDB_ARGS"].map((name) => `POSTGRES_${name}_FILE=/run/${name}`),
    });
    const files = { USER: "boss", PASSWORD: "secret", DB: "shop", INITDB_ARGS: "--data-checksums" };
    for (const [name, content] of Object.entries(files))
      await upload(container, { file: `/run/${name}`, content: `${content}\n` });
    await container.start();
    await untilReady(container);
    const query = "SELECT current_user, current_database(), current_setting('data_checksums')";
    assert.equal(await queryIn(container, query, { user: "boss", database: "shop" }), "boss|shop|on");
  });

  it("runs the scripts of the first start once, under the server's own flags", async () => {
    const container = await create({ Env: [PASSWORD], Cmd: ["-c", "max_connections=37"] });
    const folder = "/docker-entrypoint-initdb.d";
    const psql = 'psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -c';
    const insert = (step: string) => `INSERT INTO steps VALUES ('${step}')`;
    const run = `#!/bin/sh\n${psql} "CREATE TABLE steps (step text)"\n`;
    const flag =
      "INSERT INTO steps SELECT current_setting('max_connections') || current_setting('listen_addresses');";
    await upload(container, { file: `${folder}/1.sh`, content: run, permissions: "0755" });
    await upload(container, { file: `${folder}/2.sh`, content: `${psql} "${insert("sourced")}"\n` });
    await upload(container, { file: `${folder}/3.sql`, content: flag });
    const packed = gzipSync(insert("packed")).toString("base64");
    await upload(container, { file: `${folder}/4.sql.gz`, contentBase64: packed });
    await container.start();
    await untilReady(container);
    await container.restart();
    await untilReady(container);
    assert.equal(await queryIn(container, "SELECT * FROM steps"), "sourced\n37\npacked");
    assert.equal(await queryIn(container, "SHOW max_connections"), "37");
    assert.equal(await queryIn(container, "SHOW listen_addresses"), "*");
  });

  it("keeps what it finds, and needs no password for it", async () => {
    const Mounts = [{ Type: "volume", Source: `${prefix}-data`, Target: "/var/lib/postgresql/data" }];
    const HostConfig = { Mounts } as ContainerCreateOptions["HostConfig"];
    const first = await started({ Env: [PASSWORD, "POSTGRES_DB=kept"], HostConfig });
    await first.remove({ force: true });
    const second = await started({ HostConfig });
    assert.equal(await queryIn(second, "SELECT current_database()", { database: "kept" }), "kept");
  });

  it("shuts down cleanly at its stop signal", async () => {
    const container = await started({ Env: [PASSWORD] });
    await container.stop({ t: 30 });
    assert.equal((await container.inspect()).State.ExitCode, 0);
    const text = await logsOf(container);
    assert.match(text, /received fast shutdown request.*database system is shut down\n$/s);
  });

  it("runs as postgres from the start, without any capability", async () => {
    const container = await started({
      User: "postgres",
      Env: [PASSWORD],
      HostConfig: { CapDrop: ["ALL"], SecurityOpt: ["no-new-privileges:true"] },
    });
    assert.equal(await queryIn(container, "SELECT 1"), "1");
  });

  it("runs as root with the five capabilities that its first steps need", async () => {
    const CapAdd = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"];
    const container = await started({
      Env: [PASSWORD],
      HostConfig: { CapDrop: ["ALL"], CapAdd, SecurityOpt: ["no-new-privileges:true"] },
    });
    const owner = await execIn(container, ["stat", "-c", "%U %a", "/var/lib/postgresql/data"]);
    assert.equal(owner.text.trim(), "postgres 700");
  });

  it("puts the write-ahead log where it is told", async () => {
    const container = await started({ Env: [PASSWORD, "POSTGRES_INITDB_WALDIR=/var/lib/postgresql/wal"] });
    const link = await execIn(container, ["readlink", "/var/lib/postgresql/data/pg_wal"], "postgres");
    assert.equal(link.text.trim(), "/var/lib/postgresql/wal");
  });
});
