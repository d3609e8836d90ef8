/**
 * What does a plain container of the same image do? The left column of README.md's table; the right one is shown by
 * the other tests of this folder. Without these tests nobody would know that the right column is worth anything.
 */

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Container, ContainerCreateOptions } from "dockerode";
import { execIn, logsOf, queryIn, untilReady } from "../../docker/containers";
import { docker } from "../../docker/engine";
import { IMAGE } from "../../docker/image";
import { describeOnDocker } from "../../docker/suite";

const PGDATA = "/var/lib/postgresql/data";
const PASSWORD = "hunter2-of-the-plain-one";

describeOnDocker("a plain container of postgres:15", function ({ prefix }) {
  this.timeout(60_000);
  this.slow(10_000);
  let count = 0;

  /** `docker run -e POSTGRES_PASSWORD=… -v <volume>:<PGDATA> postgres:15` */
  async function plain(volume: string, options: Partial<ContainerCreateOptions> = {}): Promise<Container> {
    const container = await docker.createContainer({
      name: `${prefix}-${++count}`,
      Image: IMAGE,
      Env: [`POSTGRES_PASSWORD=${PASSWORD}`],
      ...options,
      HostConfig: { Binds: [`${volume}:${PGDATA}`], ...options.HostConfig },
    });
    await container.start();
    return container;
  }

  async function ready(volume: string, options?: Partial<ContainerCreateOptions>): Promise<Container> {
    const container = await plain(volume, options);
    await untilReady(container);
    return container;
  }

  const remove = (container: Container) => container.remove({ force: true });

  it("that is replaced without a grace period is killed, and the next one has to recover", async () => {
    const volume = `${prefix}-killed`;
    const first = await ready(volume);
    // Enough that the shutdown checkpoint is not over before the kill.
    await queryIn(first, "CREATE TABLE t AS SELECT n, repeat('x', 100) FROM generate_series(1, 1000000) n");
    await first.stop({ t: 0 });
    assert.equal((await first.inspect()).State.ExitCode, 137);
    await remove(first);
    const second = await ready(volume);
    assert.match(await logsOf(second), /was not properly shut down; automatic recovery in progress/);
    await remove(second);
  });

  it("shows its password to whoever may inspect it, keeps 64 MiB of /dev/shm, and checks no page", async () => {
    const container = await ready(`${prefix}-open`, { HostConfig: { PublishAllPorts: true } });
    const { Config, HostConfig, NetworkSettings } = await container.inspect();
    assert.ok(Config.Env.includes(`POSTGRES_PASSWORD=${PASSWORD}`));
    assert.equal(HostConfig.ShmSize, 64 * 1024 ** 2);
    assert.equal(HostConfig.LogConfig?.Config["max-size"], undefined);
    assert.equal(NetworkSettings.Ports["5432/tcp"]?.[0]?.HostIp, "0.0.0.0");
    assert.equal(await queryIn(container, "SHOW data_checksums"), "off");
    assert.equal(await queryIn(container, "SHOW archive_mode"), "off");
    await remove(container);
  });

  it("obeys an ALTER SYSTEM that turns fsync off", async () => {
    const container = await ready(`${prefix}-fsync`);
    await queryIn(container, "ALTER SYSTEM SET fsync = off");
    await queryIn(container, "SELECT pg_reload_conf()");
    for (let tries = 0; tries < 50 && (await queryIn(container, "SHOW fsync")) === "on"; tries++)
      await sleep(100);
    assert.equal(await queryIn(container, "SHOW fsync"), "off");
    await remove(container);
  });

  it("makes an empty database where the volume is another one by mistake", async () => {
    const first = await ready(`${prefix}-right`);
    await queryIn(first, "CREATE TABLE orders ()");
    await remove(first);
    const second = await ready(`${prefix}-wrong`);
    assert.equal(await queryIn(second, "SELECT count(*) FROM pg_tables WHERE tablename = 'orders'"), "0");
    await remove(second);
  });

  it("keeps its first password whatever is configured later", async () => {
    const volume = `${prefix}-rotated`;
    await remove(await ready(volume));
    const second = await ready(volume, { Env: ["POSTGRES_PASSWORD=new"] });
    const logIn = async (password: string) => {
      const script = `PGPASSWORD=${password} psql -h "$(hostname -i)" -U postgres -Atc 'SELECT 1'`;
      return (await execIn(second, ["sh", "-c", script])).text.trim();
    };
    assert.equal(await logIn(PASSWORD), "1");
    assert.match(await logIn("new"), /password authentication failed/);
    await remove(second);
  });

  it("that is killed in its first start goes on with what is there, half made", async () => {
    const volume = `${prefix}-half`;
    const slow = `mkdir -p /docker-entrypoint-initdb.d && echo 'sleep 1000' > /docker-entrypoint-initdb.d/slow.sh`;
    const first = await plain(volume, {
      Env: [`POSTGRES_PASSWORD=${PASSWORD}`, "POSTGRES_DB=shop"],
      Entrypoint: ["sh", "-c", `${slow}; exec docker-entrypoint.sh postgres`],
    });
    const isThere = "psql -U postgres -Atc \"SELECT 1 FROM pg_database WHERE datname = 'shop'\"";
    while ((await execIn(first, ["sh", "-c", isThere])).text.trim() !== "1") await sleep(100);
    // The socket answers, so a healthcheck by pg_isready alone calls this healthy.
    assert.equal((await execIn(first, ["pg_isready", "-q"])).code, 0);
    assert.equal((await execIn(first, ["pg_isready", "-q", "-h", "127.0.0.1"])).code, 2);
    await first.kill();
    await remove(first);
    const second = await ready(volume);
    assert.match(await logsOf(second), /Skipping initialization/);
    await remove(second);
  });
});
