/** Is the stack of production deployed, left alone and given up as it should be? The real engine, a double of AWS. */

import assert from "node:assert/strict";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { runPulumi } from "../../toolchain/run-pulumi";
import { REPOSITORY } from "../workspace";
import { RdsStack } from "./rds-stack";

const INSTANCE = "postgres-instance";

/** A program of somebody else's that takes the outputs of this one. */
const APPLICATION = `
const pulumi = require("@pulumi/pulumi");
const { STACK } = process.env;
const database = new pulumi.StackReference(STACK);
for (const name of ["host", "port", "database", "user", "sslmode", "caBundle", "bucket", "instanceArn", "secretArn", "readerHosts"])
  exports[name] = database.getOutput(name);
exports.isUrlSecret = pulumi.output(pulumi.isSecret(database.getOutput("url")));
`;

describe("The stack of production", function () {
  this.timeout(180_000);
  let stack: RdsStack;

  before(async () => {
    stack = await RdsStack.create("prod");
  });
  after(() => stack?.remove());

  it("is previewed without credentials, and without a question to AWS", async () => {
    const preview = await stack.run("preview");
    assert.equal(preview.code, 0, preview.text);
    assert.match(preview.stdout, /\+ 75 to create/);
    assert.deepEqual(stack.api.requests, []);
  });

  it("is deployed and verified", async () => {
    const up = await stack.runWithApi("up");
    assert.equal(up.code, 0, up.text);
    assert.match(up.stdout, /\+ 75 created/);
    const { verification } = await stack.workspace.outputs();
    assert.deepEqual([verification.ok, verification.by, verification.findings], [true, "RDS API", []]);
  });

  it("has no master password in its state", async () => {
    const { password, passwordWo, manageMasterUserPassword } = await instanceOutputs(stack);
    assert.deepEqual([password, passwordWo, manageMasterUserPassword], [undefined, undefined, true]);
  });

  it("plans nothing when nothing changed, also after a refresh", async () => {
    assert.deepEqual(await stack.preview(), { code: 0, steps: [], messages: [] });
    const refresh = await stack.runWithApi("refresh");
    assert.equal(refresh.code, 0, refresh.text);
    assert.deepEqual(await stack.preview(), { code: 0, steps: [], messages: [] });
  });

  it("gives its outputs to another program", async () => {
    const outputs = await readByAnotherProgram(stack);
    assert.deepEqual(
      { ...outputs, bucket: undefined, secretArn: undefined },
      {
        host: outputs.host,
        port: 15432,
        database: "app",
        user: "app",
        sslmode: "verify-full",
        caBundle: "https://truststore.pki.rds.amazonaws.com/eu-central-1/eu-central-1-bundle.pem",
        bucket: undefined,
        instanceArn: "arn:aws:rds:eu-central-1:111122223333:db:durable-postgres-prod-postgres",
        secretArn: undefined,
        readerHosts: [],
        isUrlSecret: true,
      },
    );
    assert.match(outputs.host, /^durable-postgres-prod-postgres\.c\w+\.eu-central-1\.rds\.amazonaws\.com$/);
    assert.match(outputs.bucket, /^durable-postgres-prod-postgr-archive-/);
    assert.match(outputs.secretArn, /^arn:aws:secretsmanager:eu-central-1:111122223333:secret:rds!/);
  });

  it("leaves alone what AWS changes by itself: grown storage, a newer minor version", async () => {
    const drift = { [INSTANCE]: { allocatedStorage: 300, engineVersionActual: "17.11" } };
    const refresh = await stack.runWithApi("refresh", { env: { AWS_DRIFT: JSON.stringify(drift) } });
    assert.equal(refresh.code, 0, refresh.text);
    const { allocatedStorage, engineVersionActual } = await instanceOutputs(stack);
    assert.deepEqual([allocatedStorage, engineVersionActual], [300, "17.11"]);
    assert.deepEqual(await stack.preview(), { code: 0, steps: [], messages: [] });
  });

  it("is not destroyed while it is protected: nothing is deleted at all", async () => {
    const destroy = await stack.workspace.cli(
      ["pulumi", "destroy", "--yes", "--non-interactive", "--stack", "prod"],
      { env: stack.apiEnv },
    );
    assert.notEqual(destroy.code, 0);
    for (const name of [INSTANCE, "postgres-archive", "postgres-logs"])
      assert.match(destroy.text, new RegExp(`::${name}" cannot be deleted`));
    assert.doesNotMatch(destroy.stdout, /\d deleted/);
    assert.deepEqual(await stack.preview(), { code: 0, steps: [], messages: [] });
  });

  it("is destroyed once deleteData has been deployed", async () => {
    await stack.configure({ rds: { deleteData: true } });
    const tooEarly = await stack.workspace.cli(
      ["pulumi", "destroy", "--yes", "--non-interactive", "--stack", "prod"],
      { env: stack.apiEnv },
    );
    assert.notEqual(tooEarly.code, 0);
    const up = await stack.runWithApi("up");
    assert.equal(up.code, 0, up.text);
    const destroy = await stack.runWithApi("destroy");
    assert.equal(destroy.code, 0, destroy.text);
    assert.match(destroy.stdout, /- 75 deleted/);
  });
});

describe("The stack of staging", function () {
  this.timeout(180_000);
  let stack: RdsStack;

  before(async () => {
    stack = await RdsStack.create("staging");
  });
  after(() => stack?.remove());

  it("is deployed, and plans nothing after it", async () => {
    const up = await stack.runWithApi("up");
    assert.equal(up.code, 0, up.text);
    assert.deepEqual(await stack.preview(), { code: 0, steps: [], messages: [] });
  });
});

/** What the state has of the instance, secrets as well. */
// biome-ignore lint/suspicious/noExplicitAny: outputs of the provider.
async function instanceOutputs({ workspace }: RdsStack): Promise<any> {
  const { stdout } = await workspace.succeed([
    "pulumi",
    "stack",
    "export",
    "--show-secrets",
    "--stack",
    workspace.stack,
  ]);
  const { resources } = JSON.parse(stdout).deployment;
  return resources.find(({ urn }: { urn: string }) => urn.endsWith(`::${INSTANCE}`)).outputs;
}

/** Deploys the other program in a project of its own, with the same state. */
// biome-ignore lint/suspicious/noExplicitAny: outputs are JSON.
async function readByAnotherProgram(stack: RdsStack): Promise<any> {
  const root = await mkdtemp(path.join(os.tmpdir(), "application-"));
  const write = (name: string, text: string) => writeFile(path.join(root, name), text);
  await symlink(path.join(REPOSITORY, "node_modules"), path.join(root, "node_modules"));
  await symlink(path.join(stack.workspace.root, ".durable-postgres"), path.join(root, ".durable-postgres"));
  await write("package.json", '{ "name": "application", "version": "1.0.0" }');
  await write("index.js", APPLICATION);
  await write(
    "Pulumi.yaml",
    "name: application\nruntime: { name: nodejs, options: { typescript: false } }\nmain: index.js\n",
  );
  const pulumi = async (...args: string[]) => {
    const env = { STACK: "organization/durable-postgres/prod" };
    const result = await runPulumi([...args, "--non-interactive"], {
      projectRoot: root,
      stdio: "capture",
      env,
    });
    assert.equal(result.code, 0, result.stdout + result.stderr);
    return result.stdout;
  };
  try {
    await pulumi("stack", "init", "live");
    await pulumi("up", "--yes", "--skip-preview");
    return JSON.parse(await pulumi("stack", "output", "--json"));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
