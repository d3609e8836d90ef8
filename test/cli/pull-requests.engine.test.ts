/** Do guard, policy report and start work together on the real engine, and does the recipe of the documentation run? */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { DockerStack } from "../components/docker/docker-stack";
import { docker } from "../docker/engine";
import { describeOnDocker } from "../docker/suite";
import { createWorkspace, REPOSITORY, type Workspace } from "../workspace";

const run = promisify(execFile);

describeOnDocker("a deployed stack of containers", function ({ prefix }) {
  this.timeout(300_000);
  const name = `${prefix}-guarded`;
  let stack: DockerStack;
  before(async () => {
    stack = await DockerStack.create(name);
    await stack.start();
  });
  after(() => stack?.remove());

  it("is not deployed again when nothing changed", async () => {
    const { text } = await stack.start();
    assert.doesNotMatch(text, /Updating/);
    assert.match(text, /Resources:\n {4}\d+ unchanged\n/);
    assert.match(text, /verified/);
  });

  it("is deployed when only an option changed that no plan shows", async () => {
    await stack.configure({ docker: { protect: true } });
    assert.match((await stack.start()).text, /Updating/);
    const { code, text } = await stack.pulumi("destroy");
    assert.notEqual(code, 0);
    assert.match(text, /protect/);
    await stack.configure({});
    await stack.start();
  });

  it("passes the guard, and the guard of destroy, which keeps its volumes", async () => {
    const guarded = await stack.workspace.cli(["guard", "--stack", "local"]);
    assert.equal(guarded.code, 0, guarded.text);
    const destroy = await stack.workspace.cli(["guard", "--stack", "local", "--destroy"]);
    assert.equal(destroy.code, 0, destroy.text);
    assert.match(
      destroy.text,
      /note: docker Volume postgres-data is deleted from the stack, and its data are kept/,
    );
  });

  it("keeps its volume when somebody renames it: start stops before anything is done", async () => {
    await stack.configure({ docker: { volumes: { archive: `${name}-elsewhere` } } });
    const started = await stack.workspace.cli(["start"]);
    assert.equal(started.code, 1, started.text);
    assert.match(
      started.text,
      new RegExp(
        `docker Volume postgres-archive would be replaced, because \`name\` changes from "${name}-archive" to "${name}-elsewhere": lost is the volume`,
      ),
    );
    assert.doesNotMatch(started.text, /Updating/);
    assert.equal((await stack.inspect()).State.Running, true);
    assert.ok(!(await stack.volumes()).includes(`${name}-elsewhere`));
    const guarded = await stack.workspace.cli(["guard", "--stack", "local"]);
    assert.equal(guarded.code, 1);
    const allowed = await stack.workspace.cli(["guard", "--stack", "local", "--allow", "postgres-archive"]);
    assert.equal(allowed.code, 0, allowed.text);
    await stack.configure({});
  });

  it("is reported without mandatory findings", async () => {
    const { root } = stack.workspace;
    const files = ["--markdown", "out.md", "--junit", "out.xml", "--sarif", "out.sarif"];
    const { code, text } = await stack.workspace.cli(["policy", "report", "--stack", "local", ...files]);
    assert.equal(code, 0, text);
    assert.match(text, /^0 mandatory and \d+ advisory findings, written to out\.md, out\.xml, out\.sarif$/m);
    assert.match(
      readFileSync(path.join(root, "out.md"), "utf8"),
      /^## PostgreSQL policies: durable-postgres\/local — ✅ passed/,
    );
    assert.equal(JSON.parse(readFileSync(path.join(root, "out.sarif"), "utf8")).version, "2.1.0");
    await run("python3", [
      "-c",
      "import sys,xml.etree.ElementTree as E; E.parse(sys.argv[1])",
      path.join(root, "out.xml"),
    ]);
  });

  it("is not touched by any of it", async () => {
    const { State } = await docker.getContainer(name).inspect();
    assert.equal(State.Running, true);
  });
});

describe("the recipe for pull requests", function () {
  this.timeout(300_000);
  let workspace: Workspace;
  before(async () => {
    workspace = await createWorkspace();
  });
  after(() => workspace?.remove());

  const recipe = path.join(REPOSITORY, "examples", "pull-request", "policies.sh");
  const environment = {
    ...process.env,
    DURABLE_POSTGRES: `${process.execPath} ${REPOSITORY}/bin/durable-postgres.cjs`,
  };
  const judge = () =>
    run("bash", [recipe, "reports", "local"], { cwd: workspace.root, env: environment }).then(
      ({ stdout }) => ({ code: 0, stdout }),
      ({ code, stdout }) => ({ code, stdout }),
    );
  const report = (end: string) => readFileSync(path.join(workspace.root, "reports", `local.${end}`), "utf8");

  it("passes a stack that exists nowhere yet, without credentials", async () => {
    const { code, stdout } = await judge();
    assert.equal(code, 0, stdout);
    assert.match(
      stdout,
      /0 mandatory and \d+ advisory findings[\s\S]*ok: none of \d+ planned steps loses data/,
    );
    assert.match(report("md"), /✅ passed/);
  });

  it("fails for a program that the policies refuse, and says why in every report", async () => {
    // The product's own components refuse unsafe values themselves, so this is somebody's own resource.
    const program = [
      'const { CustomResource } = require("@pulumi/pulumi");',
      'class Server extends CustomResource { constructor(...args) { super("durable-postgres:local:Server", ...args); } }',
      'new Server("own", {',
      '  directory: "/nowhere", version: "15", memory: 2 ** 30, cpus: 1, parameters: { fsync: "off" } });',
    ];
    await writeFile(path.join(workspace.root, "unsafe.js"), program.join("\n"));
    const project = path.join(workspace.root, "Pulumi.yaml");
    await writeFile(project, readFileSync(project, "utf8").replace(/^main: .*$/m, "main: unsafe.js"));
    const { code, stdout } = await judge();
    assert.equal(code, 1, stdout);
    assert.match(report("md"), /❌ stopped/);
    assert.match(report("md"), /\| critical \| \[`fsync-off`\]/);
    assert.match(report("xml"), /<failure type="critical"/);
    const [{ level, locations }] = JSON.parse(report("sarif")).runs[0].results;
    assert.equal(level, "error");
    assert.deepEqual(locations[0].physicalLocation, {
      artifactLocation: { uri: "unsafe.js", uriBaseId: "%SRCROOT%" },
      region: { startLine: 3, startColumn: 1 },
    });
  });
});
