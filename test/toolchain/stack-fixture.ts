/** Which small stack do the engine tests of the toolchain run on? */

import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../components/package";
import { ensurePulumi } from "../../toolchain/pulumi-cli";
import { type PulumiResult, runPulumi } from "../../toolchain/run-pulumi";

// A resource whose creation takes `slow` milliseconds, served by an executable provider.
const provider = `#!/usr/bin/env node
process.stdin.once("end", () => process.exit()).resume();
require("@pulumi/pulumi/provider").main({
  version: "0.1.0",
  check: async (urn, olds, news) => ({ inputs: news, failures: [] }),
  create: async (urn, inputs) => {
    await new Promise((done) => setTimeout(done, inputs.slow));
    return { id: "id", outs: inputs };
  },
  delete: async () => {},
}, process.argv.slice(2));
`;

/** A project in a temporary folder, with a state of its own and the CLI of this checkout's fallback. */
export class StackFixture {
  readonly root = mkdtempSync(join(tmpdir(), "toolchain-"));
  private readonly homeBefore = process.env.PULUMI_HOME;

  constructor(
    program: string,
    { runtime = "{ name: nodejs, options: { typescript: false } }", main = "program.js" } = {},
  ) {
    symlinkSync(join(packageRoot, "node_modules"), join(this.root, "node_modules"));
    mkdirSync(join(this.root, "provider"));
    this.write("package.json", JSON.stringify({ name: "fixture", version: "1.0.0" }));
    this.write(main, program);
    this.write("provider/pulumi-resource-slow", provider);
    chmodSync(join(this.root, "provider", "pulumi-resource-slow"), 0o755);
    this.write(
      "Pulumi.yaml",
      `name: fixture\nruntime: ${runtime}\nmain: ${main}\n` +
        "plugins: { providers: [{ name: slow, path: ./provider }] }\n",
    );
  }

  /** Gets the CLI and makes the stack `test`. */
  async start(): Promise<void> {
    process.env.DURABLE_POSTGRES_PULUMI = "go";
    const { env } = await ensurePulumi(packageRoot);
    // The temporary project finds the CLI as a user's cached one, instead of building it again.
    process.env.PULUMI_HOME = env.PULUMI_HOME;
    process.env.DURABLE_POSTGRES_PULUMI = "cached";
    const made = await this.pulumi("stack", "init", "test");
    if (made.code !== 0) throw new Error(made.stderr);
  }

  /** Runs one command with its output captured. */
  pulumi(...args: string[]): Promise<PulumiResult> {
    return runPulumi([...args, "--non-interactive"], { projectRoot: this.root, stdio: "capture" });
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.root, name), text);
  }

  remove(): void {
    delete process.env.DURABLE_POSTGRES_PULUMI;
    if (this.homeBefore === undefined) delete process.env.PULUMI_HOME;
    else process.env.PULUMI_HOME = this.homeBefore;
    rmSync(this.root, { recursive: true, force: true });
  }
}
