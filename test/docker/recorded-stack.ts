/** How does a test deploy and change the program that was recorded (program.cjs)? */

import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { ensurePulumi } from "../../toolchain/pulumi-cli";
import { runPulumi } from "../../toolchain/run-pulumi";
import { placeDoubles } from "../provider-double/placement";
import { REPOSITORY } from "../workspace";

/** Inputs of the container that replace those of the program; null leaves one out. */
export type Patch = Record<string, unknown>;

/** What a preview says. */
export interface Plan {
  /** Operation and reasons of each resource that changes, by type. */
  steps: [operation: string, reasons: string[]][];
  errors: string[];
}

/** What a command left behind; `text` has both its outputs. */
export interface PulumiOutcome {
  code: number;
  stdout: string;
  text: string;
}

interface PreviewStep {
  op: string;
  urn: string;
  diffReasons?: string[];
  replaceReasons?: string[];
}

/** Operations of a preview that are no change. */
const unchanging = new Set(["same", "refresh", "read"]);
/** Parts of a replacement, beside `replace` itself. */
const parts = new Set(["create-replacement", "delete-replaced"]);

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

function isContainer(urn: string): boolean {
  return urn.includes("docker:index/container:Container");
}

/** A message as it was recorded: without the project's folder, quotes around a property, and what stands for a stack. */
function said(message: string): string {
  const facts = message.trimEnd().replace(/\[(Error: .*)\]$/s, "$1");
  return facts.replace(/'\S*\/(index\.js)'/, "'$1'").replace(/(Missing required property) '(\w+)'/, "$1 $2");
}

/** Makes the project's folder; the plugin and the CLI of this checkout are linked into it. */
async function makeProject(): Promise<{ root: string; env: NodeJS.ProcessEnv }> {
  const root = await mkdtemp(path.join(os.tmpdir(), "durable-postgres-"));
  const write = (name: string, text: string) => writeFile(path.join(root, name), text);
  await symlink(path.join(REPOSITORY, "node_modules"), path.join(root, "node_modules"));
  const runtime = "{ name: nodejs, options: { typescript: false } }";
  await write("Pulumi.yaml", `name: recorded\nruntime: ${runtime}\nmain: index.js\n`);
  await write("package.json", '{ "name": "recorded", "version": "1.0.0" }');
  await copyFile(path.join(__dirname, "program.cjs"), path.join(root, "index.js"));

  const { PULUMI_HOME: theirs } = (await ensurePulumi(REPOSITORY)).env;
  const home = path.join(root, ".durable-postgres", "pulumi-home");
  await mkdir(home, { recursive: true });
  if (theirs) await symlink(path.join(theirs, "versions"), path.join(home, "versions"));
  return { root, env: await placeDoubles(theirs && home) };
}

/** The program in a project of its own. */
export class RecordedStack {
  private constructor(
    private readonly root: string,
    private readonly env: NodeJS.ProcessEnv,
    readonly names: string,
    readonly port: number,
  ) {}

  /** @param names Begins the names of its container, volume and network. */
  static async create(names: string): Promise<RecordedStack> {
    const { root, env } = await makeProject();
    const stack = new RecordedStack(root, env, names, await freePort());
    await stack.succeed(["stack", "init", "test"]);
    return stack;
  }

  get containerName(): string {
    return `${this.names}-pg`;
  }

  /** Runs `pulumi …` with the changed program; a failing command is a result. */
  async pulumi(
    args: readonly string[],
    patch: Patch = {},
    variables: NodeJS.ProcessEnv = {},
  ): Promise<PulumiOutcome> {
    const own = { NAMES: this.names, PORT: String(this.port), PATCH: JSON.stringify(patch) };
    const env = { ...this.env, ...own, ...variables };
    const options = { projectRoot: this.root, stdio: "capture" as const, env };
    const { code, stdout, stderr } = await runPulumi([...args, "--non-interactive"], options);
    return { code, stdout, text: `${stdout}${stderr}` };
  }

  async succeed(
    args: readonly string[],
    patch: Patch = {},
    env: NodeJS.ProcessEnv = {},
  ): Promise<PulumiOutcome> {
    const result = await this.pulumi(args, patch, env);
    if (result.code !== 0) throw new Error(`pulumi ${args.join(" ")} exited ${result.code}:\n${result.text}`);
    return result;
  }

  up(patch: Patch = {}, env: NodeJS.ProcessEnv = {}): Promise<PulumiOutcome> {
    return this.succeed(["up", "--yes", "--skip-preview"], patch, env);
  }

  /** What an `up` would do to the container; `--refresh` looks at Docker first. */
  async plan(patch: Patch = {}, flags: readonly string[] = []): Promise<Plan> {
    const { stdout } = await this.pulumi(["preview", "--json", ...flags], patch);
    const preview: { steps?: PreviewStep[]; diagnostics?: { severity: string; message: string }[] } =
      JSON.parse(stdout);
    const changes = (preview.steps ?? []).filter(({ op, urn }) => {
      return isContainer(urn) && !unchanging.has(op) && !parts.has(op);
    });
    const errors = (preview.diagnostics ?? []).filter(({ severity }) => severity === "error");
    return {
      steps: changes.map(({ op, diffReasons, replaceReasons }) => [
        op,
        [...(replaceReasons ?? diffReasons ?? [])].sort(),
      ]),
      errors: errors.map(({ message }) => said(message)),
    };
  }

  /** The resource's part of the state, secrets as the backend keeps them. */
  // biome-ignore lint/suspicious/noExplicitAny: the state of any resource.
  async state(type: string): Promise<any> {
    const { stdout } = await this.succeed(["stack", "export"]);
    const { resources } = JSON.parse(stdout).deployment;
    return resources.find((resource: { type: string }) => resource.type === type);
  }

  /** Removes the resources, as far as the state knows them, and the project. */
  async remove(): Promise<void> {
    await this.pulumi(["destroy", "--yes", "--skip-preview"]).catch(() => undefined);
    await rm(this.root, { recursive: true, force: true });
  }
}
