/** Does a session over `docker exec` end when its server does, or is an answer waited for that never comes? */

import assert from "node:assert/strict";
import type { Container } from "dockerode";
import { type Connection, withClient } from "../../../components/connection";
import { execStream } from "../../../components/docker/exec-stream";
import { execIn, queryIn, untilReady } from "../../docker/containers";
import { docker } from "../../docker/engine";
import { IMAGE } from "../../docker/image";
import { describeOnDocker } from "../../docker/suite";

describeOnDocker("a session over docker exec", function ({ prefix }) {
  this.timeout(60_000);
  const name = `${prefix}-server`;
  let container: Container;
  let connection: Connection;

  before(async () => {
    container = await docker.createContainer({
      name,
      Image: IMAGE,
      Env: ["POSTGRES_HOST_AUTH_METHOD=trust"],
      HostConfig: { NetworkMode: "none" },
    });
    await container.start();
    await untilReady(container);
    const stream = execStream(docker, name, "postgres");
    connection = { host: name, port: 5432, user: "postgres", database: "postgres", stream };
  });

  /** A query that nothing but the server's end can end. */
  const sleeping = () =>
    withClient(connection, (client) => client.query("SELECT pg_sleep(3600)"), { timeoutMs: 3_600_000 });

  async function asleep(): Promise<string> {
    const pid = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    for (;;) {
      const found = (await queryIn(container, pid)).trim();
      if (found) return found;
    }
  }

  it("reaches a server to which no network leads", async () => {
    const { rows } = await withClient(connection, (client) => client.query("SELECT 'here' AS answer"));
    assert.deepEqual(rows, [{ answer: "here" }]);
  });

  it("ends when a crash of the server ends all sessions", async () => {
    const ended = assert.rejects(sleeping(), /terminat/);
    assert.equal((await execIn(container, ["sh", "-c", `kill -KILL ${await asleep()}`])).code, 0);
    await ended;
    await untilReady(container);
  });

  it("ends when the container is killed", async () => {
    const ended = assert.rejects(sleeping(), /terminat/);
    await asleep();
    await container.kill();
    await ended;
  });
});
