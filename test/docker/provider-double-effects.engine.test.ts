/** Does the double do to Docker what the released provider was seen to do? DOCKER_PROVIDER=real asks that one. */

import assert from "node:assert/strict";
import { createServer } from "node:net";
import { execIn } from "./containers";
import { docker } from "./engine";
import { IMAGE } from "./image";
import { type Patch, RecordedStack } from "./recorded-stack";
import { describeOnDocker } from "./suite";

const CONTAINER = "docker:index/container:Container";
const VOLUME = "docker:index/volume:Volume";
/** The recorded program writes them short, which Docker does not. */
const LONG_NAMES: Patch = {
  capabilities: {
    drops: ["ALL"],
    adds: ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_SETGID", "CAP_SETUID"],
  },
};

/** How a container ended: `kill 2` is SIGINT, `die 0` a clean exit. */
async function endOf(id: string, since: number): Promise<string[]> {
  const until = Math.ceil(Date.now() / 1000);
  const stream = await docker.getEvents({
    since,
    until,
    filters: { container: [id], event: ["kill", "die"] },
  });
  let text = "";
  for await (const chunk of stream) text += chunk;
  const events = text
    .trim()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return events.map(({ Action, Actor: { Attributes: of } }) => `${Action} ${of.signal ?? of.exitCode}`);
}

describeOnDocker("the Docker provider", function ({ prefix }) {
  this.slow(20_000);
  let stack: RecordedStack;

  const container = () => docker.getContainer(stack.containerName);
  const containerId = async () => (await container().inspect()).Id;
  const planAfterRefresh = async (patch: Patch) => (await stack.plan(patch, ["--refresh"])).steps;
  const destroy = () => stack.succeed(["destroy", "--yes", "--skip-preview"]);

  beforeEach("the recorded program", async () => {
    stack = await RecordedStack.create(prefix);
  });
  afterEach("the recorded program", async function () {
    this.timeout(120_000);
    await stack?.remove();
  });

  it("stops with the grace of the state, and drifts only where Docker says it otherwise", async () => {
    const since = Math.floor(Date.now() / 1000);
    await stack.up();
    const first = await containerId();
    assert.deepEqual(await planAfterRefresh({}), [["replace", ["capabilities"]]]);
    const file = await execIn(container(), ["stat", "-c", "%U %a %s", "/etc/rec.conf"]);
    assert.equal(file.text.trim(), "root 644 4");

    await stack.up(LONG_NAMES);
    assert.notEqual(await containerId(), first);
    assert.deepEqual(await endOf(first, since), ["kill 2", "die 0"]);
    assert.deepEqual(await planAfterRefresh(LONG_NAMES), []);

    const second = await containerId();
    const impatient = { ...LONG_NAMES, destroyGraceSeconds: null };
    await stack.up(impatient);
    assert.equal(await containerId(), second);
    await destroy();
    assert.deepEqual(await endOf(second, since), ["kill 2", "kill 9", "die 137"]);
    assert.deepEqual(await docker.listContainers({ all: true, filters: { name: [prefix] } }), []);
    assert.deepEqual((await docker.listVolumes({ filters: { name: [prefix] } })).Volumes ?? [], []);
    assert.deepEqual(await docker.listNetworks({ filters: { name: [prefix] } }), []);
  });

  it("updates the running container, or only the state", async () => {
    await stack.up(LONG_NAMES);
    const id = await containerId();
    const live = { ...LONG_NAMES, memory: 3000, memorySwap: 3000, cpuShares: 256, restart: "always" };
    await stack.up(live);
    const { Id, HostConfig: host } = await container().inspect();
    assert.deepEqual(
      [Id, host.Memory, host.MemorySwap, host.CpuShares, host.RestartPolicy?.Name],
      [id, 3_145_728_000, 3_145_728_000, 256, "always"],
    );
    assert.deepEqual(await planAfterRefresh(live), []);

    const tests = ["CMD", "true"];
    const fixed = {
      ...live,
      init: true,
      tmpfs: { "/run": "size=1m" },
      healthcheck: { tests, interval: "2s" },
    };
    await stack.up(fixed);
    const after = await container().inspect();
    assert.deepEqual(
      [after.Id, after.HostConfig.Init, after.HostConfig.Tmpfs, after.Config.Healthcheck?.Interval],
      [id, false, { "/tmp": "size=64m" }, 1_000_000_000],
    );
    assert.deepEqual((await stack.plan(fixed)).steps, []);
    assert.deepEqual(await planAfterRefresh(fixed), [["replace", ["healthcheck", "init", "tmpfs"]]]);
  });

  it("replaces a container that was stopped, and creates one that is gone", async () => {
    await stack.up(LONG_NAMES);
    await container().stop();
    const [[operation, reasons] = ["none", []]] = await planAfterRefresh(LONG_NAMES);
    assert.equal(operation, "replace");
    assert.ok(
      ["mustRun", "ports"].some((name) => reasons.includes(name)),
      `${reasons}`,
    );
    await container().remove();
    const [[missing] = ["none", []]] = await planAfterRefresh(LONG_NAMES);
    assert.equal(missing, "create");
  });

  it("leaves a container that did not start in Docker and in the state, and replaces it", async () => {
    const intruder = createServer();
    await new Promise<void>((resolve) => intruder.listen(stack.port, "127.0.0.1", resolve));
    const failed = await stack.pulumi(["up", "--yes", "--skip-preview"], LONG_NAMES);
    assert.notEqual(failed.code, 0);
    assert.match(
      failed.text,
      /Unable to start container: Error response from daemon: .*address already in use/,
    );
    const { Id: id, State: state } = await container().inspect();
    assert.equal(state.Status, "created");
    assert.equal((await stack.state(CONTAINER)).id, id);

    await new Promise((resolve) => intruder.close(resolve));
    const [[operation] = ["none", []]] = (await stack.plan(LONG_NAMES)).steps;
    assert.equal(operation, "replace");
    await stack.up(LONG_NAMES);
    assert.notEqual(await containerId(), id);
    assert.deepEqual((await stack.plan(LONG_NAMES)).steps, []);
  });

  it("fails where the container does not become healthy", async () => {
    const healthcheck = { tests: ["CMD", "false"], interval: "1s" };
    const failed = await stack.pulumi(["up", "--yes", "--skip-preview"], { healthcheck, waitTimeout: 2 });
    assert.notEqual(failed.code, 0);
    assert.match(failed.text, /container failed to be in healthy state/);
  });

  it("adopts a volume of the same name, and refuses a network and a container", async () => {
    await docker.createVolume({ Name: `${prefix}-data` });
    const network = await docker.createNetwork({ Name: `${prefix}-net` });
    const taken = await stack.pulumi(["up", "--yes", "--skip-preview"]);
    assert.match(taken.text, new RegExp(`Unable to create network: .*${prefix}-net already exists`));
    assert.equal((await stack.state(VOLUME)).id, `${prefix}-data`);
    await network.remove();

    const other = await docker.createContainer({ name: stack.containerName, Image: IMAGE });
    const conflict = await stack.pulumi(["up", "--yes", "--skip-preview"]);
    assert.match(
      conflict.text,
      /Unable to create container: Error response from daemon: Conflict\. The container/,
    );
    assert.equal(await stack.state(CONTAINER), undefined);
    await other.remove({ v: true });
  });

  it("keeps secrets secret, also after a refresh", async () => {
    const env = { SECRET_ENVS: "1" };
    const up = await stack.up(LONG_NAMES, env);
    const refresh = await stack.succeed(["refresh", "--yes", "--skip-preview"], LONG_NAMES, env);
    const exported = await stack.succeed(["stack", "export"]);
    for (const { text } of [up, refresh, exported])
      assert.ok(!text.includes("POSTGRES_PASSWORD=secret"), text);
    const { outputs } = await stack.state(CONTAINER);
    assert.deepEqual(Object.keys(outputs.envs).includes("ciphertext"), true);
    const inspected = await container().inspect();
    assert.ok(inspected.Config.Env.includes("POSTGRES_PASSWORD=secret"));
  });

  it("takes an image by its id, which it finds by its name", async () => {
    const env = { IMAGE };
    const preview = await stack.succeed(["preview"], LONG_NAMES, env);
    assert.match(preview.text, /docker:index:RemoteImage/);
    await stack.up(LONG_NAMES, env);
    const { Id: id } = await docker.getImage(IMAGE).inspect();
    assert.equal((await container().inspect()).Image, id);
    assert.equal((await stack.state("docker:index/remoteImage:RemoteImage")).id, `${id}${IMAGE}`);
    const again = await stack.succeed(["preview", "--refresh", "--expect-no-changes"], LONG_NAMES, env);
    assert.match(again.text, /5 unchanged/);
    await destroy();
    assert.equal((await docker.getImage(IMAGE).inspect()).Id, id);
  });
});
