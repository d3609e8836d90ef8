/** Drills of a deployed container: on a copy of it, with nothing left behind, and able to fail. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parameterValues } from "../../components/parameters/settings";
import { CLAIMS, DEFAULT_ROUNDS } from "../../drills/claims";
import { CONTROLS, runControl } from "../../drills/controls";
import type { DrillArgs } from "../../drills/drills";
import { readEvidence } from "../../drills/evidence";
import { DockerStack } from "../components/docker/docker-stack";
import { docker } from "../docker/engine";
import { describeOnDocker } from "../docker/suite";
import { ensurePowerCut, withHome } from "./power-cut";

const LIMIT = 15 * 60_000; // ms

/** Names of everything in Docker that a drill could leave. */
async function leftOfDrills(): Promise<string[]> {
  const containers = await docker.listContainers({ all: true, filters: { name: ["^/drill-"] } });
  const { Volumes } = await docker.listVolumes({ filters: { name: ["drill-"] } });
  return [
    ...containers.flatMap(({ Names }) => Names),
    ...(Volumes ?? []).map(({ Name }) => Name).filter((name) => name.startsWith("drill-")),
  ];
}

describeOnDocker("drills of a container", function ({ prefix }) {
  this.timeout(LIMIT);
  let stack: DockerStack;

  before(async () => {
    stack = await DockerStack.create(`${prefix}-drilled`);
    await stack.start();
  });
  after(async () => stack?.remove());

  it("lose nothing in a crash and with torn pages, and leave the stack's own server alone", async () => {
    const before = await stack.startedAt();
    for (const drill of ["crash", "torn-page"]) {
      const { code, stdout } = await stack.workspace.cli(["drill", drill, "--stack", "local", "--json"]);
      const { drills } = JSON.parse(stdout);
      assert.deepEqual(
        { code, drill: drills[0].drill, verdict: drills[0].verdict, rounds: drills[0].rounds.length },
        { code: 0, drill, verdict: "passed", rounds: DEFAULT_ROUNDS },
        stdout,
      );
    }
    assert.equal(await stack.startedAt(), before);
    assert.deepEqual(await leftOfDrills(), []);
  });

  it("lose nothing in a power cut, the first one right after the first start", async function () {
    if ((await ensurePowerCut()) !== undefined) return this.skip();
    const { code, stdout } = await stack.workspace.cli(["drill", "power-cut", "--stack", "local", "--json"]);
    const { drills } = JSON.parse(stdout);
    assert.deepEqual(
      {
        code,
        verdict: drills[0].verdict,
        rounds: drills[0].rounds.map(({ round, findings }: { round: number; findings: [] }) => ({
          round,
          findings,
        })),
      },
      { code: 0, verdict: "passed", rounds: [0, 1, 2, 3, 4, 5].map((round) => ({ round, findings: [] })) },
    );
    assert.deepEqual(await leftOfDrills(), []);
  });

  it("are refused on a stack that is marked as production, unless that is said", async () => {
    const { workspace } = stack;
    await workspace.pulumi(["config", "set", "production", "true"]);
    const { code, text } = await workspace.cli(["drill", "crash", "--stack", "local"]);
    const allowed = ["drill", "torn-page", "--rounds", "1", "--stack", "local", "--allow-production"];
    const { stdout } = await workspace.cli(allowed);
    await workspace.pulumi(["config", "rm", "production"]);
    assert.equal(code, 1);
    assert.equal(
      text,
      "stack local is marked as production, and a drill takes processors, memory and disk from it\n" +
        "HINT: run it on a stack like it, or: npx durable-postgres drill crash --stack local --allow-production\n",
    );
    assert.match(stdout, /^drill torn-page, a copy of stack local/);
  });

  it("do not restore yet, and say so", async () => {
    const { code, text } = await stack.workspace.cli(["drill", "restore", "--stack", "local"]);
    assert.equal(code, 1);
    assert.match(text, /^the drill restore is for local, and stack local is docker\nHINT: /);
  });

  for (const control of CONTROLS.filter(({ drill }) => CLAIMS[drill].targets.includes("docker")))
    it(`find ${control.name}`, async function () {
      if (control.drill === "power-cut" && (await ensurePowerCut()) !== undefined) return this.skip();
      const { settings } = await stack.workspace.outputs();
      await withHome(async (home) => {
        const args: DrillArgs = {
          version: settings.version,
          parameters: parameterValues(settings),
          container: stack.name,
          rounds: DEFAULT_ROUNDS,
          home,
          progress: { info: () => undefined, status: () => undefined },
        };
        const { found, rounds } = await runControl(control, args);
        assert.ok(found, JSON.stringify(rounds.at(-1)));
      });
      assert.deepEqual(await leftOfDrills(), []);
    });

  it("leave a record of each run", async () => {
    const file = path.join(stack.workspace.root, ".durable-postgres", "evidence", "local", "drills.jsonl");
    const records = (await readFile(file, "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    for (const { kind, verdict, parameters } of records)
      assert.deepEqual(
        { kind, verdict, fsync: parameters.fsync },
        { kind: "drill", verdict: "passed", fsync: "on" },
      );
    assert.ok(records.length >= 2);
    const verifications = path.join(path.dirname(file), "verifications.jsonl");
    const [first] = await readEvidence(verifications);
    assert.deepEqual([first?.kind, first?.during, first?.ok], ["verification", "deployment", true]);
  });
});
