/** What have long runs of the drills shown? From their records in docs/evidence, as the product wrote them. */

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Evidence } from "../drills/evidence";
import { type DrillRecord, drillRecords } from "../drills/record";
import { code, table } from "./markdown";

const FOLDER = path.join(__dirname, "evidence");

/** The files of records, by name. */
export const EVIDENCE_FILES: readonly string[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".jsonl"))
  .sort();

function records(file: string): (Evidence & DrillRecord)[] {
  const lines = readFileSync(path.join(FOLDER, file), "utf8").trimEnd().split("\n");
  return drillRecords(lines.map((line) => JSON.parse(line)));
}

const seconds = (value: number) => `${value.toFixed(1)} s`;

function row(file: string, record: Evidence & DrillRecord): string[] {
  const { at, drill, verdict, rounds, postgres, product, machine } = record;
  const recoveries = rounds.flatMap(({ recovery }) => recovery ?? []);
  const sorted = recoveries.map((recovery) => recovery.seconds).sort((one, other) => one - other);
  const bytes = recoveries.reduce((sum, { replayedBytes }) => sum + (replayedBytes ?? 0), 0);
  const lost = rounds
    .flatMap(({ findings }) => findings)
    .filter(({ kind }) => kind === "lost")
    .reduce((sum, { count }) => sum + count, 0);
  const target = file.replace(/\.jsonl$/, "");
  return [
    target,
    drill,
    verdict,
    String(rounds.length),
    String(rounds.reduce((sum, { commits }) => sum + commits, 0)),
    String(lost),
    seconds(sorted[Math.floor(sorted.length / 2)] ?? 0),
    seconds(sorted.at(-1) ?? 0),
    `${(bytes / 1024 ** 2).toFixed(0)} MB`,
    `PostgreSQL ${postgres}, durable-postgres ${product}, ${machine}`,
    at.slice(0, 10),
  ];
}

/** A run of `power-cut` has a round 0 besides those that were asked for. */
function command({ drill, rounds }: DrillRecord): string {
  const asked = rounds.filter(({ round }) => round > 0).length;
  return `npx durable-postgres drill ${drill} --stack long --rounds ${asked}`;
}

/** docs/evidence/README.md. */
export function evidencePage(): string {
  const all = EVIDENCE_FILES.map((file) => [file, records(file)] as const);
  const head = [
    "target",
    "drill",
    "verdict",
    "rounds",
    "acknowledged commits",
    "lost",
    "median recovery",
    "longest recovery",
    "WAL replayed",
    "of",
    "on",
  ];
  const rows = all.flatMap(([file, runs]) => runs.map((record) => row(file, record)));
  const commands = [...new Set(all.flatMap(([, runs]) => runs.map(command)))];
  return `# Evidence

Written by \`npm run docs\` from the records beside it, which the drills appended as they are. Each record holds the
SHA-256 of the one before; [evidence.schema.json](../evidence.schema.json) describes them. The machine had other work to
do meanwhile, so that its times are no benchmark. What each drill proves, and what not: [drills.md](../drills.md).

${table(head, rows)}

Of a stack whose configuration says no more than its target and \`memory: 1GiB\`:

\`\`\`sh
${commands.join("\n")}
\`\`\`

The records: ${EVIDENCE_FILES.map((file) => `[${code(file)}](${file})`).join(", ")}.
`;
}
