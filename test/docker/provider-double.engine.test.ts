/** Does the double plan what the released Docker provider was recorded to plan? DOCKER_PROVIDER=real asks that one. */

import assert from "node:assert/strict";
import { docker } from "./engine";
import { IMAGE } from "./image";
import { mutations } from "./mutations";
import { normal } from "./provider-double/differences";
import containerRecords from "./recorded/container.inspect.json";
import networkRecords from "./recorded/network.inspect.json";
import operations from "./recorded/operations.json";
import resources from "./recorded/resources.json";
import volumeRecords from "./recorded/volume.inspect.json";
import { type Plan, RecordedStack } from "./recorded-stack";
import { describeOnDocker } from "./suite";

const cases = Object.entries(operations as unknown as Record<string, Plan>);
/** Where the recorded messages are cut. */
const longest = 220;

/** What Docker reports that the program decides. */
const decided = {
  container: {
    Config: ["Cmd", "Entrypoint", "ExposedPorts", "Healthcheck", "Hostname", "Image", "Labels"].concat([
      "OpenStdin",
      "StopSignal",
      "StopTimeout",
      "Tty",
      "User",
      "Volumes",
      "WorkingDir",
    ]),
    HostConfig: ["AutoRemove", "Binds", "CapAdd", "CapDrop", "CpuShares", "CpusetCpus", "Init"].concat(
      ["LogConfig", "Memory", "MemoryReservation", "MemorySwap", "Mounts", "NetworkMode", "PidMode"],
      ["PortBindings", "Privileged", "PublishAllPorts", "ReadonlyRootfs", "RestartPolicy"],
      ["SecurityOpt", "ShmSize", "Tmpfs", "UsernsMode", "VolumesFrom"],
    ),
  },
  network: [
    "Attachable",
    "Driver",
    "EnableIPv6",
    "Ingress",
    "Internal",
    "Labels",
    "Name",
    "Options",
    "Scope",
  ],
  volume: ["Driver", "Labels", "Mountpoint", "Name", "Options", "Scope"],
};

/** Outputs that no two deployments share. */
const ownOutputs = ["id", "ipamConfigs", "networkDatas"];

function pick(object: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(object).filter(([name]) => names.includes(name)));
}

function without(object: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

describeOnDocker("the Docker provider plans", ({ prefix }) => {
  let stack: RecordedStack;

  /** A record with this deployment's names and port in it. */
  function ours<Recorded>(recorded: Recorded): Recorded {
    const text = JSON.stringify(recorded)
      .replaceAll('"rec-', `"${prefix}-`)
      .replaceAll("/rec-", `/${prefix}-`);
    return JSON.parse(text.replaceAll("56998", String(stack.port)));
  }

  before("the recorded program", async function () {
    this.timeout(120_000);
    stack = await RecordedStack.create(prefix);
    await stack.up();
  });
  after("the recorded program", async function () {
    this.timeout(120_000);
    await stack?.remove();
  });

  for (const type of ["network:Network", "volume:Volume", "container:Container"]) {
    const token = `docker:index/${type}`;
    it(`has the recorded state of ${token}`, async () => {
      const recorded = ours(resources).find((resource) => resource.type === token);
      const { inputs, outputs } = await stack.state(token);
      assert.deepEqual(normal(inputs), normal(recorded?.inputs as typeof inputs));
      const shared = (found: object) => normal(without(found, ownOutputs) as typeof outputs);
      assert.deepEqual(shared(outputs), shared(recorded?.outputs ?? {}));
    });
  }

  it("has the recorded container", async () => {
    const container = await docker.getContainer(stack.containerName).inspect();
    const [recorded] = ours(containerRecords);
    assert.ok(recorded);
    // The image's own labels are those of its stand-in, where it is one.
    const { Config: image } = await docker.getImage(IMAGE).inspect();
    Object.assign(recorded.Config.Labels, image.Labels);
    const { Config, HostConfig } = decided.container;
    const seen = (found: { Config: object; HostConfig: object }) => ({
      config: pick(found.Config, Config),
      host: pick(found.HostConfig, HostConfig),
    });
    assert.deepEqual(seen(container), seen(recorded));
    assert.deepEqual(container.Config.Env.slice(0, 2), recorded.Config.Env.slice(0, 2));
    const networks = Object.entries(container.NetworkSettings.Networks);
    assert.deepEqual(
      networks.map(([name, { Aliases: aliases }]) => [name, aliases[0]]),
      [[`${prefix}-net`, "db"]],
    );
  });

  it("has the recorded volume and network", async () => {
    const volume = await docker.getVolume(`${prefix}-data`).inspect();
    assert.deepEqual(pick(volume, decided.volume), pick(ours(volumeRecords)[0] ?? {}, decided.volume));
    const network = await docker.getNetwork(`${prefix}-net`).inspect();
    assert.deepEqual(pick(network, decided.network), pick(ours(networkRecords)[0] ?? {}, decided.network));
  });

  it("plans nothing for the same program", async () => {
    assert.deepEqual(await stack.plan(), { steps: [], errors: [] });
  });

  describe("for one change what was recorded:", () => {
    const plans = new Map<string, Promise<Plan>>();

    before("previews, two at a time", () => {
      const lanes: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()];
      for (const [index, [name, patch]] of Object.entries(mutations(prefix, stack.port)).entries()) {
        const plan = (lanes[index % lanes.length] as Promise<unknown>).then(() => stack.plan(patch));
        plans.set(name, plan);
        // A plan that fails is the failure of its own case, and the next one goes on.
        lanes[index % lanes.length] = plan.catch(() => undefined);
      }
    });

    for (const [name, recorded] of cases) {
      it(name, async () => {
        const plan = await plans.get(name);
        assert.ok(plan, `test/docker/mutations.ts has no change for "${name}"`);
        const errors = plan.errors.map((message) => message.slice(0, longest));
        assert.deepEqual({ steps: plan.steps, errors }, recorded);
      });
    }
  });
});
