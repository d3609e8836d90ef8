/** Several databases in one program: each on its own, made at the same time. */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describeOnDocker } from "../../docker/suite";
import { createWorkspace, type Workspace } from "../../workspace";

/** Names after a prefix. */
const NAMES = ["orders", "users", "search"];

function program(prefix: string): string {
  return `
const { DockerDatabase } = require("./dist/components/index.js");
const one = (name) => new DockerDatabase(name, { memory: "512MiB", containerName: "${prefix}-" + name, database: name });
const databases = ${JSON.stringify(NAMES)}.map((name) => [name, one(name)]);
module.exports = Object.fromEntries(databases.map(([name, { url, port, verification }]) => [name, { url, port, verification }]));
`;
}

describeOnDocker("several databases in one program", function ({ prefix }) {
  this.timeout(180_000);
  this.slow(30_000);
  let workspace: Workspace;

  before(async () => {
    workspace = await createWorkspace({});
    const file = path.join(workspace.root, "Pulumi.yaml");
    await writeFile(file, (await readFile(file, "utf8")).replace(/^main: .*$/m, "main: program.cjs"));
    await writeFile(path.join(workspace.root, "program.cjs"), program(prefix));
    await writeFile(path.join(workspace.root, "Pulumi.local.yaml"), "config: {}\n");
    await workspace.succeed(["pulumi", "stack", "init", "local"]);
  });
  after(() => workspace?.remove());

  it("have each their own port, cluster and passwords, and are made side by side", async () => {
    const { code, text } = await workspace.pulumi(["up", "--yes", "--skip-preview", "--suppress-outputs"]);
    assert.equal(code, 0, text);
    const databases: { port: number; url: string; verification: { ok: boolean; server: object } }[] =
      Object.values(await workspace.outputs());
    const clusters = databases.map(({ verification }) => JSON.stringify(verification.server));
    assert.deepEqual(
      databases.map(({ verification }) => verification.ok),
      NAMES.map(() => true),
    );
    for (const values of [
      databases.map(({ port }) => String(port)),
      databases.map(({ url }) => url),
      clusters,
    ])
      assert.equal(new Set(values).size, NAMES.length);
    // The last container is being prepared before the first one is finished.
    const order = text.split("\n").filter((line) => /DataVolume .* (creating \(0s\) $|created)/.test(line));
    assert.equal(order.findIndex((line) => / created /.test(line)) >= NAMES.length, true, order.join("\n"));
  });

  it("are unchanged by a second deployment", async () => {
    const { text } = await workspace.pulumi(["up", "--yes", "--skip-preview", "--suppress-outputs"]);
    assert.match(text, new RegExp(`${NAMES.length * 21 + 1} unchanged`));
  });

  it("go together, and keep their volumes", async () => {
    const { code, text } = await workspace.pulumi(["destroy", "--yes", "--skip-preview"]);
    assert.equal(code, 0, text);
    for (const name of NAMES) assert.match(text, new RegExp(`docker volume rm ${prefix}-${name}-archive `));
  });
});
