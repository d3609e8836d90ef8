/**
 * A document whose commands are run, in order, in a project folder of its own.
 *
 * - ```sh: commands; each has to succeed. ```text after it: what they print; `…` stands for anything.
 * - Comments right above a block say more: see `DIRECTIVES`. `printed by` names the commands of another place whose
 *   output is shown here.
 */

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { REPOSITORY } from "./workspace";

/** What a comment above a block can say, by the block's language. */
const DIRECTIVES: Readonly<Record<string, readonly string[]>> = {
  sh: ["exits", "in", "needs Docker", "needs a power cut", "not executed", "the server is killed before"],
  text: ["numbers vary", "printed by"],
  yaml: ["file", "not executed"],
  ts: ["file"],
};

/** A fenced block of a document. */
export interface Block {
  language: string;
  content: string;
  /** `README.md line 12`: where its fence is. */
  where: string;
  /** `<!-- name: value -->` */
  directives: Readonly<Record<string, string>>;
}

/** A stretch of a document: one block of commands, the files before it, the outputs after it. */
export interface Step {
  files: Block[];
  commands: Block;
  outputs: Block[];
}

function directivesAbove(lines: readonly string[], fence: number): Record<string, string> {
  const directives: Record<string, string> = {};
  for (let index = fence - 1; index >= 0; index--) {
    const [, name, value = ""] = /^<!-- ([^:]+?)(?:: (.*))? -->$/.exec(lines[index] ?? "") ?? [];
    if (name === undefined) break;
    const [word = "", number = value] = /^exits (\d+)$/.test(name) ? name.split(" ") : [name];
    directives[word] = number;
  }
  return directives;
}

function readBlocks(document: string): Block[] {
  const markdown = readFileSync(path.join(REPOSITORY, document), "utf8");
  const lines = markdown.split("\n");
  const fences = lines.flatMap((line, index) => (line.startsWith("```") ? [index] : []));
  return fences.flatMap((begin, index) => {
    if (index % 2 === 1) return [];
    const where = `${document} line ${begin + 1}`;
    const end = fences[index + 1] ?? assert.fail(`${where}: the block does not end`);
    const language = lines[begin]?.slice(3) ?? "";
    const content = lines.slice(begin + 1, end).join("\n");
    return [{ language, content, where, directives: directivesAbove(lines, begin) }];
  });
}

/** A file that nothing uses, with the reason. */
function isShownOnly({ directives, where }: Block): boolean {
  const reason = directives["not executed"];
  assert.notEqual(reason, "", `${where}: say why it is not executed`);
  return reason !== undefined;
}

/** Configurations of a stack that a document shows and no command uses. */
export function shownConfigurations(document: string): Block[] {
  return readBlocks(document).filter((block) => block.language === "yaml" && isShownOnly(block));
}

/**
 * Reads a document of this repository.
 *
 * @throws AssertionError for a block that a test would pass over in silence.
 */
export function readSteps(document: string): Step[] {
  const steps: Step[] = [];
  const excerpts: Block[] = [];
  let files: Block[] = [];
  for (const block of readBlocks(document)) {
    const { where } = block;
    const known = DIRECTIVES[block.language] ?? assert.fail(`${where}: a block of an unknown language`);
    for (const name of Object.keys(block.directives))
      assert.ok(known.includes(name), `${where}: unknown directive ${name}`);
    if (block.language === "sh") {
      isShownOnly(block);
      steps.push({ files, commands: block, outputs: [] });
      files = [];
    } else if (block.directives["printed by"] !== undefined) {
      excerpts.push(block);
    } else if (block.language === "text") {
      const step = steps.at(-1) ?? assert.fail(`${where}: an output without a command`);
      assert.ok(!("not executed" in step.commands.directives), `${where}: an output that nothing proves`);
      step.outputs.push(block);
    } else if (!isShownOnly(block)) {
      assert.ok(block.directives.file, `${where}: a file without a name`);
      files.push(block);
    }
  }
  assert.deepEqual(files, [], "a file that no command uses");
  for (const excerpt of excerpts) {
    const by = excerpt.directives["printed by"];
    const step = steps.find(
      ({ commands }) => commands.content === by && !("not executed" in commands.directives),
    );
    (step ?? assert.fail(`${excerpt.where}: nothing runs ${by}`)).outputs.push(excerpt);
  }
  return steps;
}

/** Numbers, units, and the spaces and lines that depend on their width. */
function masked(text: string): string {
  return text
    .replace(/\d+(?:\.\d+)?(?:kB|MB|GB)?/g, "0")
    .replace(/─+/g, "─")
    .replace(/ +/g, " ");
}

/** Compares what was printed with what a document promises. */
export function assertPrinted(actual: string, { content, where, directives }: Block): void {
  const normalize = "numbers vary" in directives ? masked : (text: string) => text;
  const pattern = normalize(content)
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replace(/^…$/gm, "[\\s\\S]*?")
    .replaceAll("…", ".*");
  const message = `${where} promises\n${content}\n\nbut it is\n${actual}`;
  assert.match(normalize(actual), new RegExp(pattern), message);
}

/** A psql for machines without one: it can run `-c` and `-Atc`, and nothing else. */
const PSQL = `#!/usr/bin/env node
const { Client } = require(${JSON.stringify(path.join(REPOSITORY, "node_modules", "pg"))});
const [, , option, query] = process.argv;
const run = async () => {
  const client = new Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  const { rows } = query === undefined ? { rows: [] } : await client.query(query);
  if (option === "-c") console.log(rows);
  if (option === "-Atc") for (const row of rows) console.log(Object.values(row).join("|"));
  await client.end();
};
run().catch((error) => { console.error(error.message); process.exit(1); });
`;

/** What a shell has that follows a document. */
export async function environment(folder: string): Promise<NodeJS.ProcessEnv> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(PULUMI_|npm_|INIT_CWD$)/i.test(name));
  const bin = path.join(folder, "test-bin");
  await mkdir(bin);
  if (spawnSync("psql", ["--version"]).error) await writeFile(path.join(bin, "psql"), PSQL, { mode: 0o755 });
  return {
    ...Object.fromEntries(inherited),
    PATH: `${process.env.PATH}:${bin}`,
    // A command that the project does not have must not come from a registry.
    npm_config_offline: "true",
    npm_config_update_notifier: "false",
  };
}

/** Writes a file of a document; Pulumi's own encryption salt stays in the stack's configuration. */
export async function writeDocumented(file: string, content: string): Promise<void> {
  const before = await readFile(file, "utf8").catch(() => "");
  const salt = /^encryptionsalt: .*\n/m.exec(before)?.[0] ?? "";
  await writeFile(file, `${content}\n${salt}`);
}

/** Runs one line of a document; a failing one is a result. */
export function runLine(
  command: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<{ code: number; text: string }> {
  const child = spawn("sh", ["-c", command], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code: code ?? 1, text })));
}

/** The container of the documents. */
const DOCUMENTED_CONTAINER = "durable-postgres-dev-postgres";

/** Puts a test's own container in place of the documented one: somebody's own must not be touched. */
export function ownContainer(
  name: string,
): Record<"withOwnContainer" | "withContainer", (text: string) => string> {
  return {
    withOwnContainer: (text) => text.replaceAll(DOCUMENTED_CONTAINER, name),
    // A file that describes a container, with that name in it.
    withContainer: (content) =>
      content.includes("target: docker")
        ? `${content}\n  durable-postgres:docker: { containerName: ${name} }`
        : content,
  };
}
