/** What stops a deployment to Docker, in a preview already, and with which words. */

import assert from "node:assert/strict";
import { createServer } from "node:net";
import { docker } from "../../docker/engine";
import { IMAGE } from "../../docker/image";
import { describeOnDocker } from "../../docker/suite";
import { DockerStack } from "./docker-stack";

describeOnDocker("a deployment to Docker is refused", function ({ prefix }) {
  this.timeout(60_000);
  this.slow(10_000);
  let stack: DockerStack;

  before(async () => {
    stack = await DockerStack.create(`${prefix}-db`);
    await stack.workspace.succeed(["pulumi", "stack", "init", "local"]);
  });
  after(() => stack?.remove());

  /** Nothing may be made by a refused deployment. */
  afterEach(async () => {
    const containers = await docker.listContainers({ all: true, filters: { name: [stack.name] } });
    assert.deepEqual(containers, []);
    assert.deepEqual(await stack.volumes(), []);
  });

  async function assertRefused(...lines: string[]): Promise<void> {
    for (const command of ["preview", "up"]) {
      const { code, text } = await stack.pulumi(command);
      assert.notEqual(code, 0, text);
      for (const line of lines)
        assert.ok(text.includes(line), `${command} does not say\n${line}\nbut\n${text}`);
      assert.doesNotMatch(text, /^ +at .*:\d+:\d+\)$/m, "a stack trace");
    }
  }

  /** Runs `work` beside a container of somebody else. */
  async function besides(options: object, work: () => Promise<void>): Promise<void> {
    const container = await docker.createContainer({
      Image: IMAGE,
      Entrypoint: ["sleep", "1000"],
      ...options,
    });
    try {
      await container.start();
      await work();
    } finally {
      await container.remove({ force: true, v: true });
    }
  }

  it("where no engine answers", async () => {
    await stack.configure({ docker: { engine: "unix:///nowhere/docker.sock" } });
    await assertRefused(
      "no Docker engine answers at unix:///nowhere/docker.sock (ENOENT)",
      "HINT: start it: sudo systemctl start docker; one elsewhere: export DOCKER_HOST=",
    );
  });

  it("for an image that is not here and cannot be pulled", async () => {
    await stack.configure({ docker: { image: "registry.invalid/postgres:15" } });
    await assertRefused(
      "image registry.invalid/postgres:15 is not on this Docker engine, and its registry does not give it:",
      "HINT: try it: docker pull registry.invalid/postgres:15; another one: write `image: <name>` under docker",
    );
  });

  it("for more memory than the engine has", async () => {
    await stack.configure({ memory: "64TiB" });
    await assertRefused("memory 64TB is more than the Docker engine at ", "HINT: write `memory: ");
  });

  it("for a port that another program has", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    try {
      await stack.configure({ docker: { port } });
      await assertRefused(
        `port ${port} is taken by another program`,
        "HINT: write `port: <a free port>` under docker, or remove it: then a free one is chosen",
      );
    } finally {
      server.close();
    }
  });

  it("for a port that another container publishes", async () => {
    await besides({ name: `${prefix}-other`, HostConfig: { PublishAllPorts: true } }, async () => {
      const { NetworkSettings } = await docker.getContainer(`${prefix}-other`).inspect();
      const port = Number(NetworkSettings.Ports["5432/tcp"]?.[0]?.HostPort);
      await stack.configure({ docker: { port } });
      await assertRefused(`port ${port} is taken by container ${prefix}-other`);
    });
  });

  it("for a name that somebody else's container has, with everything else that is wrong", async () => {
    const name = `${prefix}-taken`;
    await besides({ name }, async () => {
      await stack.configure({ memory: "64TiB", docker: { containerName: name } });
      await assertRefused(
        `the name ${name} is taken by a container of something that durable-postgres did not make`,
        `HINT: write \`containerName: <another name>\` under docker, or: docker rename ${name} ${name}-old`,
        "memory 64TB is more than the Docker engine at ",
      );
    });
  });

  it("for a volume on which another container runs", async () => {
    const volume = `${prefix}-used`;
    const mounts = [{ Type: "volume", Source: volume, Target: "/var/lib/postgresql/data" }];
    await besides({ name: `${prefix}-user`, HostConfig: { Mounts: mounts } }, async () => {
      await stack.configure({ docker: { volumes: { data: volume } } });
      await assertRefused(
        `container ${prefix}-user runs on volume ${volume}: two servers on one volume destroy it`,
        `HINT: docker stop ${prefix}-user`,
      );
    });
    await docker.getVolume(volume).remove();
  });
});

describeOnDocker("a database that is moved or lost", function ({ prefix }) {
  this.timeout(60_000);
  this.slow(10_000);
  let stack: DockerStack;

  before(async () => {
    stack = await DockerStack.create(`${prefix}-db`);
    await stack.start();
  });
  after(() => stack?.remove());

  it("is not left behind in a volume with the old name", async () => {
    await stack.configure({ docker: { volumes: { data: `${prefix}-renamed` } } });
    const { code, text } = await stack.pulumi("preview");
    assert.notEqual(code, 0);
    assert.match(
      text,
      new RegExp(
        `the data volume changed from ${stack.name}-data to ${prefix}-renamed, but the data \\(system identifier \\d+\\) is in ${stack.name}-data\n +HINT: write \`data: ${stack.name}-data\` under docker.volumes; or copy the data while the server is stopped: docker run`,
      ),
    );
  });

  it("may be in a volume with a new name, when it was copied there as the HINT says", async () => {
    await stack.query("CREATE TABLE moved ()");
    await stack.container.stop();
    const target = `${prefix}-renamed`;
    const copy = await docker.createContainer({
      Image: IMAGE,
      User: "0",
      Entrypoint: ["cp"],
      Cmd: ["-a", "/from/.", "/to"],
      HostConfig: { Binds: [`${stack.name}-data:/from:ro`, `${target}:/to`] },
    });
    await copy.start();
    await copy.wait();
    await copy.remove({ v: true });
    // `start` would stop here: its guard sees a volume being replaced.
    const { code, text } = await stack.pulumi("up");
    assert.equal(code, 0, text);
    assert.deepEqual(await stack.query("SELECT * FROM moved"), []);
    const { Mounts } = await stack.inspect();
    assert.ok(Mounts.some(({ Name }) => Name === target));
  });
});
