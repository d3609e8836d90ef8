/** How long does `npm start` take, and how much of that is Pulumi's own? */

import { parseArgs } from "node:util";
import Table from "cli-table3";
import { machine, wholeNumber } from "./machine";
import { benchProject, ownProject, type Project } from "./projects";
import { type Spread, spread } from "./timing";

const goal = 1.2; // no-change run / yardstick

/** Rows of the report, in its order. */
const SIDES = {
  cold: "first start of a new project",
  start: "durable-postgres start, no change",
  ours: "pulumi up, no change",
  yardstick: "pulumi up, yardstick",
  empty: "pulumi up, empty program",
};
type Side = keyof typeof SIDES;
/** Wall time of every side in one round, in ms. */
type Round = Record<Side, number>;

async function measure(rounds: number): Promise<Round[]> {
  const projects: Project[] = [];
  const keep = <Kind extends Project>(project: Kind): Kind => {
    projects.push(project);
    return project;
  };
  try {
    const own = keep(await ownProject());
    const yardstick = keep(await benchProject("yardstick"));
    const empty = keep(await benchProject("empty"));
    const sides: [Side, () => Promise<number>][] = [
      ["ours", own.up],
      ["yardstick", yardstick.up],
      ["empty", empty.up],
      ["start", own.start],
      ["cold", coldStart],
    ];
    await own.up(); // the first run after a deployment reads a state that has just changed
    const results: Round[] = [];
    for (let round = 0; round < rounds; round++) {
      // Sides take turns, forwards and backwards: whatever else the machine does falls on all of them.
      const order = round % 2 === 0 ? sides : sides.toReversed();
      const result: Partial<Round> = {};
      for (const [side, run] of order) result[side] = await run();
      results.push(result as Round);
      process.stderr.write(`round ${round + 1} of ${rounds}\n`);
    }
    return results;
  } finally {
    for (const project of projects) await project.remove();
  }
}

async function coldStart(): Promise<number> {
  const project = await ownProject();
  await project.remove();
  return project.cold;
}

function report(rounds: readonly Round[]): string {
  const table = new Table({ head: ["", "median", "min – max"], style: { head: [], border: [] } });
  const row = (label: string, { median, min, max }: Spread, show: (figure: number) => string) =>
    table.push([label, show(median), `${show(min)} – ${show(max)}`]);
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
  const times = (ratio: number) => `${ratio.toFixed(2)}×`;
  for (const [side, label] of Object.entries(SIDES))
    row(label, spread(rounds.map((round) => round[side as Side])), seconds);
  // Of two runs of the same round, so that a busy minute does not pass for a slow side.
  const ratio = (side: Side, base: Side) => spread(rounds.map((round) => round[side] / round[base]));
  row(`no change / yardstick (goal: at most ${goal}×)`, ratio("ours", "yardstick"), times);
  row("no change / empty program", ratio("ours", "empty"), times);
  row("durable-postgres start / pulumi up", ratio("start", "ours"), times);
  return table.toString();
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" } } });
  const rounds = wholeNumber("rounds", values.rounds, 100);
  const results = await measure(rounds);
  process.stdout.write(`${report(results)}\n${rounds} rounds, ${machine()}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
