/**
 * Does README.md tell the truth? Every command in it is run, in order, in a project folder of its own.
 *
 * - ```sh: commands; each has to succeed. ```text after it: what they print; `…` stands for anything.
 * - Comments right above a block say more: see `DIRECTIVES`.
 */

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { copyFile, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { ensureDockerEngine } from "./docker/engine";
import { ensureImage } from "./docker/image";
import { removeEverything } from "./docker/suite";
import { ensurePowerCut } from "./drills/power-cut";
import { createWorkspace, REPOSITORY, Workspace } from "./workspace";

/** What a comment above a block can say, by the block's language. */
const DIRECTIVES: Readonly<Record<string, readonly string[]>> = {
  sh: ["exits", "in", "needs Docker", "needs a power cut", "not executed", "the server is killed before"],
  text: ["numbers vary"],
  yaml: ["file"],
  ts: ["file"],
};

/** A fenced block of README.md. */
interface Block {
  language: string;
  content: string;
  /** Line of its fence. */
  line: number;
  /** `<!-- name: value -->` */
  directives: Readonly<Record<string, string>>;
}

/** A stretch of the document: one block of commands, the files before it, the outputs after it. */
interface Step {
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

function readBlocks(markdown: string): Block[] {
  const lines = markdown.split("\n");
  const fences = lines.flatMap((line, index) => (line.startsWith("```") ? [index] : []));
  return fences.flatMap((begin, index) => {
    if (index % 2 === 1) return [];
    const end = fences[index + 1] ?? assert.fail(`README.md line ${begin + 1}: the block does not end`);
    const language = lines[begin]?.slice(3) ?? "";
    const content = lines.slice(begin + 1, end).join("\n");
    return [{ language, content, line: begin + 1, directives: directivesAbove(lines, begin) }];
  });
}

/** @throws AssertionError for a block that this test would pass over in silence. */
function readSteps(blocks: readonly Block[]): Step[] {
  const steps: Step[] = [];
  let files: Block[] = [];
  for (const block of blocks) {
    const where = `README.md line ${block.line}`;
    const known = DIRECTIVES[block.language] ?? assert.fail(`${where}: a block of an unknown language`);
    for (const name of Object.keys(block.directives))
      assert.ok(known.includes(name), `${where}: unknown directive ${name}`);
    if (block.language === "sh") {
      assert.notEqual(block.directives["not executed"], "", `${where}: say why it is not executed`);
      steps.push({ files, commands: block, outputs: [] });
      files = [];
    } else if (block.language === "text") {
      const step = steps.at(-1) ?? assert.fail(`${where}: an output without a command`);
      assert.ok(!("not executed" in step.commands.directives), `${where}: an output that nothing proves`);
      step.outputs.push(block);
    } else {
      assert.ok(block.directives.file, `${where}: a file without a name`);
      files.push(block);
    }
  }
  assert.deepEqual(files, [], "a file that no command uses");
  return steps;
}

/** Numbers, units, and the spaces and lines that depend on their width. */
function masked(text: string): string {
  return text
    .replace(/\d+(?:\.\d+)?(?:kB|MB|GB)?/g, "0")
    .replace(/─+/g, "─")
    .replace(/ +/g, " ");
}

function assertPrinted(actual: string, { content, line, directives }: Block): void {
  const normalize = "numbers vary" in directives ? masked : (text: string) => text;
  const pattern = normalize(content)
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replace(/^…$/gm, "[\\s\\S]*?")
    .replaceAll("…", ".*");
  const message = `README.md line ${line} promises\n${content}\n\nbut it is\n${actual}`;
  assert.match(normalize(actual), new RegExp(pattern), message);
}

/** A psql for machines without one: it can run `-c` and nothing else. */
const PSQL = `#!/usr/bin/env node
const { Client } = require(${JSON.stringify(path.join(REPOSITORY, "node_modules", "pg"))});
const [, , option, query] = process.argv;
const run = async () => {
  const client = new Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  if (option === "-c") console.log((await client.query(query)).rows);
  await client.end();
};
run().catch((error) => { console.error(error.message); process.exit(1); });
`;

async function environment(folder: string): Promise<NodeJS.ProcessEnv> {
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

/** A project that installed the package, as far as Node, npx and Pulumi can tell. */
async function createLibraryProject(folder: string): Promise<void> {
  const modules = path.join(folder, "node_modules");
  await mkdir(path.join(modules, ".bin"), { recursive: true });
  await writeFile(path.join(folder, "package.json"), '{ "name": "shop", "private": true }\n');
  const home = path.join(".durable-postgres", "pulumi-home");
  await mkdir(path.join(folder, home), { recursive: true });
  for (const [target, link] of [
    [REPOSITORY, path.join(modules, "durable-postgres")],
    [path.join(REPOSITORY, "node_modules", "@pulumi"), path.join(modules, "@pulumi")],
    [path.join(REPOSITORY, "bin", "durable-postgres.cjs"), path.join(modules, ".bin", "durable-postgres")],
    [path.join(REPOSITORY, home, "versions"), path.join(folder, home, "versions")],
  ] as const)
    await symlink(target, link);
}

/** The container of the document, and the one of this test: somebody's own must not be touched. */
const DOCUMENTED_CONTAINER = "durable-postgres-dev-postgres";
const CONTAINER = `test-readme-${process.pid}`;

function withOwnContainer(text: string): string {
  return text.replaceAll(DOCUMENTED_CONTAINER, CONTAINER);
}

/** Writes a file of the document; Pulumi's own encryption salt stays in the stack's configuration. */
async function writeDocumented(file: string, content: string): Promise<void> {
  const before = await readFile(file, "utf8").catch(() => "");
  const salt = /^encryptionsalt: .*\n/m.exec(before)?.[0] ?? "";
  const docker = content.includes("target: docker")
    ? `  durable-postgres:docker: { containerName: ${CONTAINER} }\n`
    : "";
  await writeFile(file, `${content}\n${docker}${salt}`);
}

function run(command: string, cwd: string, env: NodeJS.ProcessEnv): Promise<{ code: number; text: string }> {
  const child = spawn("sh", ["-c", command], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code: code ?? 1, text })));
}

describe("README.md", function () {
  this.timeout(300_000);
  this.bail(true);

  const steps = readSteps(readBlocks(readFileSync(path.join(REPOSITORY, "README.md"), "utf8")));
  let workspace: Workspace;
  let shop: Workspace;
  let env: NodeJS.ProcessEnv;
  let hasDocker = false;

  before(async () => {
    workspace = await createWorkspace();
    await copyFile(path.join(REPOSITORY, "package.json"), path.join(workspace.root, "package.json"));
    shop = new Workspace(path.join(workspace.root, "shop"));
    await createLibraryProject(shop.root);
    env = await environment(workspace.root);
    const dev = "Pulumi.dev.yaml";
    await writeDocumented(
      path.join(workspace.root, dev),
      (await readFile(path.join(REPOSITORY, dev), "utf8")).trimEnd(),
    );
  });

  after(async () => {
    if (hasDocker) await removeEverything(CONTAINER);
    await shop?.remove();
    await workspace?.remove();
  });

  it("lists what is not executed, and nothing but this", () => {
    const left = steps.filter(({ commands }) => "not executed" in commands.directives);
    assert.deepEqual(
      left.flatMap(({ commands }) => commands.content.split("\n")),
      [
        "npm test",
        "npx durable-postgres pulumi preview --stack prod",
        "npx durable-postgres pulumi up --yes --stack prod",
        "npx durable-postgres pulumi stack output ca --stack prod > rds-ca.pem",
        "npx durable-postgres pulumi stack output url --show-secrets --stack prod",
        "npx durable-postgres pulumi stack output rolesScript --show-secrets --stack prod > roles.sql",
        "npm pack",
        "npm install ../durable-postgres/durable-postgres-0.1.0.tgz",
      ],
    );
  });

  for (const { files, commands, outputs } of steps) {
    const { directives, content, line } = commands;
    if ("not executed" in directives) continue;
    const exitCode = Number(directives.exits ?? 0);
    it(`line ${line}: ${content.split("\n").join("; ")}${exitCode ? ` exits ${exitCode}` : ""}`, async function () {
      if ("needs Docker" in directives) {
        this.timeout(15 * 60_000);
        hasDocker = (await ensureDockerEngine()) === "ready";
        if (!hasDocker) return this.skip();
        await ensureImage();
      }
      if ("needs a power cut" in directives && (await ensurePowerCut()) !== undefined) return this.skip();
      for (const file of files)
        await writeDocumented(path.join(workspace.root, file.directives.file ?? ""), file.content);
      if ("the server is killed before" in directives) await workspace.killServer();
      let printed = "";
      for (const command of withOwnContainer(content).split("\n")) {
        const { code, text } = await run(command, path.join(workspace.root, directives.in ?? ""), env);
        assert.equal(code, exitCode, `README.md line ${line}: ${command} exits ${code}\n${text}`);
        printed += text;
      }
      for (const output of outputs)
        assertPrinted(printed, { ...output, content: withOwnContainer(output.content) });
    });
  }
});
