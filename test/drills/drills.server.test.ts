/** The drills on real servers: safe settings lose nothing, and every unsafe server is found. */

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { parameterValues, resolveSettings } from "../../components/parameters/settings";
import { readBytes } from "../../components/parameters/units";
import { DEFAULT_ROUNDS, type DrillName } from "../../drills/claims";
import { CONTROLS, runControl } from "../../drills/controls";
import { type DrillArgs, runDrill } from "../../drills/drills";
import { describeWithPowerCut, withHome } from "./power-cut";

const LIMIT = 10 * 60_000; // ms

/** What a stack with 1 GiB declares. */
const DECLARED = parameterValues(
  resolveSettings({
    machine: { memory: readBytes("1GiB") as number, cpus: 2, storage: "ssd", workload: "web" },
  }),
);

const QUIET = { info: () => undefined, status: () => undefined };

function args(home: string, rounds = DEFAULT_ROUNDS): DrillArgs {
  return { version: "15", parameters: DECLARED, original: undefined, rounds, home, progress: QUIET };
}

function losesNothing(drill: DrillName, expectedRounds: number[]): void {
  const last = expectedRounds.at(-1) as number;
  it(`loses nothing in ${last} rounds of ${drill}`, () =>
    withHome(async (home) => {
      const rounds = await runDrill(drill, args(home, last));
      assert.deepEqual(
        rounds.map(({ round, findings }) => ({ round, findings })),
        expectedRounds.map((round) => ({ round, findings: [] })),
      );
      for (const { round, commits, recovery } of rounds) {
        assert.ok(round === 0 || commits > 0, `round ${round} had no commits`);
        assert.ok(
          recovery && (round === 0 || Number(recovery.replayedBytes) > 0),
          `round ${round} replayed nothing`,
        );
      }
    })).timeout(LIMIT);
}

function findsUnsafe(drill: DrillName): void {
  for (const control of CONTROLS.filter(({ drill: of }) => of === drill))
    it(`finds ${control.name}`, () =>
      withHome(async (home) => {
        const { found, rounds } = await runControl(control, args(home));
        assert.ok(found, JSON.stringify(rounds.at(-1)));
      })).timeout(LIMIT);
}

describe("drill crash", () => {
  losesNothing("crash", [1, 2, 3, 4, 5]);
  findsUnsafe("crash");
});

describe("drill torn-page", () => {
  losesNothing("torn-page", [1, 2, 3, 4, 5]);
  findsUnsafe("torn-page");
});

describe("drill restore", () => {
  losesNothing("restore", [1, 2]);
  findsUnsafe("restore");
});

describeWithPowerCut("drill power-cut", () => {
  // Round 0 is the cut right after the server was made.
  losesNothing("power-cut", [0, 1, 2, 3, 4, 5]);
  findsUnsafe("power-cut");
});

describe("an interrupted drill", () => {
  it("ends after its round, and leaves nothing behind", () =>
    withHome(async (home) => {
      const controller = new AbortController();
      const status = (text: string) => {
        if (text.startsWith("round 2 of ")) controller.abort();
      };
      const progress = { info: () => undefined, status };
      const rounds = await runDrill("crash", { ...args(home), progress, signal: controller.signal });
      assert.deepEqual(
        rounds.map(({ round, findings }) => ({ round, findings })),
        [1, 2].map((round) => ({ round, findings: [] })),
      );
      assert.deepEqual(await readdir(home).catch(() => []), []);
    })).timeout(LIMIT);
});

describe("drill crash alone", () => {
  it("does not find fsync = off, and says so in its claims", () =>
    withHome(async (home) => {
      const rounds = await runDrill("crash", {
        ...args(home, 2),
        parameters: { ...DECLARED, fsync: "off" },
      });
      assert.deepEqual(
        rounds.map(({ findings }) => findings),
        [[], []],
      );
    })).timeout(LIMIT);
});
