/** How does `up` grow with the number of databases in one program? */

import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { createWorkspace, type Workspace } from "../test/workspace";
import { removeMade, up } from "./docker-deploy";
import { type Bench, inTurns, type Row, ratio, seconds, table } from "./docker-rounds";

/** `up` of a new stack, and of one that is there, by number of databases; in ms. */
type Figure = `${"new" | "same"}${number}`;

const longest = 60 * 60_000; // ms; 50 databases on a small machine

/** What somebody writes who uses the package. */
function program(prefix: string, databases: number): string {
  return `
const { DockerDatabase } = require("./dist/components/index.js");
for (let number = 1; number <= ${databases}; number++)
  new DockerDatabase("db" + number, { memory: "512MiB", containerName: "${prefix}-" + number });
`;
}

async function programOf(prefix: string, databases: number): Promise<Workspace> {
  const workspace = await createWorkspace();
  const file = path.join(workspace.root, "Pulumi.yaml");
  await writeFile(file, (await readFile(file, "utf8")).replace(/^main: .*$/m, "main: program.cjs"));
  await writeFile(path.join(workspace.root, "program.cjs"), program(prefix, databases));
  return workspace;
}

async function measure(prefix: string, databases: number): Promise<Record<Figure, number>> {
  const workspace = await programOf(prefix, databases);
  try {
    await workspace.succeed(["pulumi", "stack", "init", workspace.stack]);
    const first = await up(workspace, [], longest);
    const again = await up(workspace, [], longest);
    return { [`new${databases}`]: first, [`same${databases}`]: again };
  } finally {
    await workspace.remove();
    await removeMade(prefix);
  }
}

function named(count: number): string {
  return `${count} ${count === 1 ? "database" : "databases"}`;
}

/** The table of this part. */
export async function measureScale({ prefix, rounds, databases }: Bench): Promise<string> {
  const results = await inTurns<Figure>(
    "scale",
    rounds,
    databases.map((count) => (round) => measure(`${prefix}-scale${round}-${count}`, count)),
  );
  type Round = (typeof results)[number];
  const made = (count: number) => (round: Round) => round[`new${count}`] ?? Number.NaN;
  const unchanged = (count: number) => (round: Round) => round[`same${count}`] ?? Number.NaN;
  const rows = (called: string, figure: (count: number) => (round: Round) => number): Row[] =>
    databases.map((count) => ({
      label: `${named(count)}: ${called}`,
      figures: results.map(figure(count)),
      show: seconds,
    }));
  const [least = 1, ...more] = databases;
  // What each database adds from one number to the next: the same everywhere where the time grows linearly.
  const steps = more.map((to, index) => {
    const from = databases[index] as number;
    const each = (round: Round) => (made(to)(round) - made(from)(round)) / (to - from);
    return { label: `each further one, ${from} to ${to}`, each };
  });
  const bends = steps.slice(1).map(({ label, each }, index) => {
    const before = steps[index] as (typeof steps)[number];
    return ratio(`${label} / ${before.label.split(", ")[1]} (linear: 1×)`, results, each, before.each);
  });
  return table("up of several", [
    ...rows("up of a new stack", made),
    ...rows("the same for each", (count) => (round) => made(count)(round) / count),
    ...steps.map(({ label, each }) => ({ label, figures: results.map(each), show: seconds })),
    ...rows("up, no change", unchanged),
    ...more.map((count) => ratio(`${named(count)} / ${named(least)}`, results, made(count), made(least))),
    ...more.map((count) =>
      ratio(`no change, ${named(count)} / ${named(least)}`, results, unchanged(count), unchanged(least)),
    ),
    ...bends,
  ]);
}
