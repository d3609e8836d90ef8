/** What does the policy pack add to a preview, for each resource and in memory, beside a no-op pack and a peer? */

import { parseArgs } from "node:util";
import { inTurns, type Side } from "./docker-rounds";
import { machine, wholeNumber, wholeNumbers } from "./machine";
import { type PolicyProject, policyProject } from "./policies-project";
import { type Figure, type Round, report, SIDES, type SideName } from "./policies-report";
import { interrupted } from "./timing";

function sideOf(project: PolicyProject, name: SideName, count: number): Side<Figure> {
  return async () => {
    const { wall, usage } = await project.preview(count, SIDES[name].pack);
    return {
      [`wall ${name} ${count}`]: wall,
      ...(usage && { [`cpu ${name} ${count}`]: usage.cpu, [`memory ${name} ${count}`]: usage.memory }),
    };
  };
}

async function measure(rounds: number, counts: readonly number[]): Promise<Round[]> {
  const project = await policyProject();
  const names = Object.keys(SIDES) as SideName[];
  const [least = 1] = counts;
  try {
    // The first run of each reads its files from the disk.
    for (const name of names) await project.preview(least, SIDES[name].pack);
    const sides = counts.flatMap((count) => names.map((name) => sideOf(project, name, count)));
    return await inTurns<Figure>("policies", rounds, sides);
  } finally {
    await project.remove();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "5" },
      resources: { type: "string", default: "10,100,1000" },
    },
  });
  const rounds = wholeNumber("rounds", values.rounds, 100);
  const counts = wholeNumbers("resources", values.resources, 2_000);
  const results = await measure(rounds, counts);
  process.stdout.write(`${report(results, counts)}\n${rounds} rounds, ${machine()}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(
    interrupted.aborted ? "interrupted: all that was made is removed\n" : `${error.message}\n`,
  );
  process.exitCode = 1;
});
