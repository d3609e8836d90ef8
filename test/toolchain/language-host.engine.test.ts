/** Does the real engine run programs under our language host, and is nothing left running? */

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { packageRoot } from "../../components/package";
import { descendants, survivors } from "./processes";
import { StackFixture } from "./stack-fixture";

describe("the language host under the real engine", function () {
  this.timeout(120_000);
  this.slow(10_000);

  const program = `
    const pulumi = require("@pulumi/pulumi");
    const config = new pulumi.Config();
    class Slow extends pulumi.CustomResource {}
    new Slow("slow:index:Slow", "one", { slow: 1 }, { version: "0.1.0" });
    if (config.get("fail")) throw new pulumi.RunError("told to fail");
    if (config.get("exit")) process.exit(7);
    module.exports = {
      who: config.get("who"),
      password: config.requireSecret("password"),
      typescript: process.env.PULUMI_NODEJS_TYPESCRIPT,
      dryRun: pulumi.runtime.isDryRun(),
      flag: process.execArgv.join(" "),
    };`;
  let stack: StackFixture;

  before(async () => {
    stack = new StackFixture(program, {
      runtime:
        "{ name: nodejs, options: { typescript: false, nodeargs: \"--stack-size=900 --title='a b'\" } }",
    });
    await stack.start();
    await stack.pulumi("config", "set", "who", "you");
    await stack.pulumi("config", "set", "--secret", "password", "s3cret");
  });
  after(async () => stack.remove());

  it("previews, creates, changes nothing the second time, and destroys", async () => {
    const preview = await stack.pulumi("preview");
    assert.match(preview.stdout, /\+ 2 to create/, preview.stderr + preview.stdout);

    const up = await stack.pulumi("up", "--yes", "--skip-preview");
    assert.match(up.stdout, /\+ 2 created/, up.stderr + up.stdout);
    assert.ok(!up.stdout.includes("s3cret"));
    assert.ok(!/warning/i.test(up.stdout + up.stderr), up.stdout + up.stderr);
    const outputs = await stack.pulumi("stack", "output", "--json", "--show-secrets");
    assert.deepEqual(JSON.parse(outputs.stdout), {
      who: "you",
      password: "s3cret",
      typescript: "false",
      dryRun: false,
      flag: "--stack-size=900 --title=a b",
    });

    const again = await stack.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes");
    assert.match(again.stdout, /2 unchanged/, again.stderr + again.stdout);
    const destroy = await stack.pulumi("destroy", "--yes", "--skip-preview");
    assert.match(destroy.stdout, /- 2 deleted/, destroy.stderr + destroy.stdout);
  });

  it("shows a program's own message once and without a stack trace", async () => {
    await stack.pulumi("config", "set", "fail", "true");
    const { code, stdout } = await stack.pulumi("preview");
    await stack.pulumi("config", "rm", "fail");
    assert.notEqual(code, 0);
    const [, diagnostics = ""] = stdout.split("Diagnostics:");
    assert.equal(diagnostics.split("told to fail").length - 1, 1, stdout);
    assert.ok(!/\n\s+at /.test(stdout), stdout);
  });

  it("reports a program that ends with another exit code", async () => {
    await stack.pulumi("config", "set", "exit", "true");
    const { code, stdout } = await stack.pulumi("preview");
    await stack.pulumi("config", "rm", "exit");
    assert.notEqual(code, 0);
    assert.match(stdout, /The program ended with exit code 7\./);
  });

  it("runs TypeScript where the project does not turn it off", async () => {
    const typed = new StackFixture("export const sum: number = ((a: number) => a + 1)(41);\n", {
      runtime: "nodejs",
      main: "program.ts",
    });
    try {
      await typed.start();
      const up = await typed.pulumi("up", "--yes", "--skip-preview");
      assert.match(up.stdout, /sum: 42/, up.stderr + up.stdout);
    } finally {
      typed.remove();
    }
  });
});

describe("the language host alone", function () {
  this.timeout(20_000);
  this.slow(3_000);

  const host = join(packageRoot, "dist", "toolchain", "language-host.js");

  /** A stand-in for the engine: starts the host, passes its port on, and waits. */
  async function startUnder(stdin: "pipe" | "ignore"): Promise<ChildProcess> {
    const script = `const host = require("node:child_process").spawn(process.execPath, [${JSON.stringify(host)}, "127.0.0.1:1"],
      { stdio: ["${stdin}", "pipe", "inherit"] });
      host.stdout.pipe(process.stdout); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    const port = await new Promise((resolve) => parent.stdout.once("data", (data) => resolve(String(data))));
    assert.match(String(port), /^\d+\n$/);
    return parent;
  }

  for (const [stdin, limit] of [
    ["pipe", 500],
    ["ignore", 2_000],
  ] as const) {
    it(`ends within ${limit} ms of its parent's SIGKILL (stdin: ${stdin})`, async () => {
      const parent = await startUnder(stdin);
      const hosts = descendants(parent.pid ?? 0);
      assert.equal(hosts.length, 1);
      assert.deepEqual(await survivors(hosts, 300), hosts, "it lives as long as its parent");
      parent.kill("SIGKILL");
      assert.deepEqual(await survivors(hosts, limit), []);
    });
  }
});
