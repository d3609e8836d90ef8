/** Drills of a deployed container: on a copy of it, with nothing left behind, and able to fail. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { segmentName } from "../../components/backup/lsn";
import type { DockerBackupLocation } from "../../components/backup/store";
import { parameterValues } from "../../components/parameters/settings";
import { DEFAULT_ROUNDS, type DrillName } from "../../drills/claims";
import { CONTROLS, runControl } from "../../drills/controls";
import { createDockerServer } from "../../drills/docker-server";
import type { DrillArgs } from "../../drills/drills";
import { readEvidence } from "../../drills/evidence";
import type { DrillRound } from "../../drills/rounds";
import { folderStorage, storagesIn } from "../../drills/storage";
import { DockerStack } from "../components/docker/docker-stack";
import { docker } from "../docker/engine";
import { describeOnDocker } from "../docker/suite";
import { ensurePowerCut, withHome } from "./power-cut";

const LIMIT = 15 * 60_000; // ms

const QUIET = { info: () => undefined, status: () => undefined };

/** One for each thing that is done to a container in another way than to a local server. */
const FOUND: Partial<Record<DrillName, string[]>> = {
  crash: ["synchronous_commit = off"],
  "torn-page": ["full_page_writes = off"],
  "power-cut": ["fsync = off", "archive_command = 'cp …'"],
  restore: ["a segment of WAL is another cluster's"],
};

describeOnDocker("drills of a container", function ({ prefix }) {
  this.timeout(LIMIT);
  let stack: DockerStack;

  /** Names of everything in Docker that a drill could leave. */
  async function leftOfDrills(): Promise<string[]> {
    const begin = `${stack.name}-drill-`;
    const containers = await docker.listContainers({ all: true, filters: { name: [`^/${begin}`] } });
    const { Volumes } = await docker.listVolumes({ filters: { name: [begin] } });
    return [...containers.flatMap(({ Names }) => Names), ...(Volumes ?? []).map(({ Name }) => Name)];
  }

  before(async () => {
    stack = await DockerStack.create(`${prefix}-drilled`);
    await stack.start();
  });
  after(async () => stack?.remove());

  /** What a drill by command finds, as a whole. */
  async function drilled(drill: string, ...options: string[]): Promise<object> {
    const { code, stdout } = await stack.workspace.cli([
      ...["drill", drill, "--stack", "local", "--json"],
      ...options,
    ]);
    const [{ verdict, reason, rounds }] = JSON.parse(stdout).drills;
    return {
      code,
      verdict,
      reason,
      rounds: rounds.map(({ round, findings }: DrillRound) => ({ round, findings })),
    };
  }

  function passed(...rounds: number[]): object {
    const nothing = rounds.map((round) => ({ round, findings: [] }));
    return { code: 0, verdict: "passed", reason: null, rounds: nothing };
  }

  async function args(home: string): Promise<DrillArgs> {
    const { settings, generations } = await stack.workspace.outputs();
    return {
      version: settings.version,
      parameters: parameterValues(settings),
      original: generations[0].backup,
      rounds: DEFAULT_ROUNDS,
      home,
      progress: QUIET,
    };
  }

  it("are refused on a stack that is marked as production, unless that is said", async () => {
    const { workspace } = stack;
    const before = await stack.startedAt();
    await workspace.pulumi(["config", "set", "production", "true"]);
    const { code, text } = await workspace.cli(["drill", "crash", "--stack", "local"]);
    const allowed = await drilled("torn-page", "--rounds", "1", "--allow-production");
    await workspace.pulumi(["config", "rm", "production"]);
    assert.equal(code, 1);
    assert.equal(
      text,
      "stack local is marked as production, and a drill takes processors, memory and disk from it\n" +
        "HINT: run it on a stack like it, or: npx durable-postgres drill crash --stack local --allow-production\n",
    );
    assert.deepEqual(allowed, passed(1));
    assert.equal(await stack.startedAt(), before);
  });

  // Every second round removes the container.
  it("lose nothing in a crash, and leave the stack's own server alone", async () => {
    const before = await stack.startedAt();
    assert.deepEqual(await drilled("crash"), passed(1, 2, 3, 4, 5));
    assert.equal(await stack.startedAt(), before);
    assert.deepEqual(await leftOfDrills(), []);
  });

  it("lose nothing in a power cut, neither data nor archive, the first one right after the first start", async function () {
    if ((await ensurePowerCut()) !== undefined) return this.skip();
    assert.deepEqual(await drilled("power-cut"), passed(0, 1, 2, 3, 4, 5));
    assert.deepEqual(await leftOfDrills(), []);
  });

  it("restore by pgBackRest to a named point and no further", async () => {
    assert.deepEqual(await drilled("restore", "--rounds", "1"), passed(1));
    assert.deepEqual(await leftOfDrills(), []);
  });

  it("find what a repository has lost, and what is another one than what was archived", () =>
    withHome(async (home) => {
      const all = await args(home);
      const { original } = all as { original: DockerBackupLocation };
      const server = await createDockerServer(original, all, await storagesIn(home, folderStorage));
      try {
        const names = [1, 2, 3, 4].map((number) => segmentName({ timeline: 1, number: BigInt(number) }));
        for (const _ of names) await server.archive.flush();
        const whole = await server.archive.findings(new Set(names));
        await server.archive.change(names[1] as string, () => undefined);
        await server.archive.change(names[2] as string, (content) => content.fill(0));
        // Nobody needs to have seen it reported: there is a segment before it, and one behind it.
        const [finding] = await server.archive.findings(new Set());
        assert.deepEqual(whole, []);
        assert.deepEqual([finding?.kind, finding?.count], ["archive", 2]);
        assert.match(
          String(finding?.text),
          /^2 of \d archived segments are not in the archive: 0{7}10{15}2 is missing, 0{7}10{15}3 is damaged$/,
        );
      } finally {
        await server.remove();
      }
    }));

  for (const control of CONTROLS.filter(({ drill, name }) => FOUND[drill]?.includes(name)))
    it(`find ${control.name}`, async function () {
      if (control.drill === "power-cut" && (await ensurePowerCut()) !== undefined) return this.skip();
      await withHome(async (home) => {
        const { found, rounds } = await runControl(control, await args(home));
        assert.ok(found, JSON.stringify(rounds.at(-1)));
      });
      assert.deepEqual(await leftOfDrills(), []);
    });

  it("have their objective from a calibration where Docker keeps the volumes", async () => {
    const { workspace } = stack;
    const { stdout } = await workspace.succeed(["calibrate", "--stack", "local", "--json"]);
    const { measuredAt, replayRate, diskRate, fdatasync, replayedBytes } = JSON.parse(stdout);
    for (const value of [fdatasync, diskRate, replayRate])
      assert.ok(Number.isInteger(value) && value >= 1, `${value}`);
    // All of it was written after the last checkpoint, so that all of it was replayed.
    assert.ok(replayedBytes >= 512 * 1024 ** 2, `${replayedBytes} bytes`);
    const { stdout: written } = await workspace.pulumi(["config", "get", "calibration"]);
    assert.deepEqual(JSON.parse(written), { measuredAt, replayRate, diskRate, fdatasync });
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
