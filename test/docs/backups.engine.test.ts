/** Does docs/backups.md tell the truth? Every command in it is run, in order, in a project folder of its own. */

import assert from "node:assert/strict";
import { copyFile, readFile } from "node:fs/promises";
import path from "node:path";
import { evidenceFile, readEvidence } from "../../components/backup/evidence";
import { ensureDockerEngine } from "../docker/engine";
import { ensureImage } from "../docker/image";
import { type Release, shared } from "../docker/one-at-a-time";
import { ENGINE, ENGINE_LIMIT, removeEverything } from "../docker/suite";
import { assertPrinted, environment, ownContainer, readSteps, runLine, writeDocumented } from "../document";
import { createWorkspace, REPOSITORY, type Workspace } from "../workspace";

/** The generation that is active where the page speaks of a dead server. */
const ACTIVE_THEN = "postgres-3";

const CONTAINER = `test-backups-${process.pid}`;
const { withOwnContainer, withContainer } = ownContainer(CONTAINER);

describe("docs/backups.md", function () {
  this.timeout(300_000);
  this.bail(true);

  let workspace: Workspace;
  let env: NodeJS.ProcessEnv;
  let releaseEngine: Release | undefined;

  before(async () => {
    workspace = await createWorkspace();
    await copyFile(path.join(REPOSITORY, "package.json"), path.join(workspace.root, "package.json"));
    env = await environment(workspace.root);
    const dev = "Pulumi.dev.yaml";
    const content = (await readFile(path.join(REPOSITORY, dev), "utf8")).trimEnd();
    await writeDocumented(path.join(workspace.root, dev), withContainer(content));
  });

  after(async () => {
    if (releaseEngine) await removeEverything(CONTAINER).finally(releaseEngine);
    await workspace?.remove();
  });

  for (const { files, commands, outputs } of readSteps("docs/backups.md")) {
    const { directives, content, where } = commands;
    if ("not executed" in directives) continue;
    const exitCode = Number(directives.exits ?? 0);
    it(`${where}: ${content.split("\n").join("; ")}${exitCode ? ` exits ${exitCode}` : ""}`, async function () {
      if ("needs Docker" in directives) {
        this.timeout(ENGINE_LIMIT);
        releaseEngine ??= await shared(ENGINE);
        if ((await ensureDockerEngine()) !== "ready") return this.skip();
        await ensureImage();
      }
      for (const file of files)
        await writeDocumented(path.join(workspace.root, file.directives.file ?? ""), file.content);
      if ("the server is killed before" in directives) await workspace.killServer(ACTIVE_THEN);
      let printed = "";
      for (const command of withOwnContainer(content).split("\n")) {
        const { code, text } = await runLine(command, workspace.root, env);
        assert.equal(code, exitCode, `${where}: ${command} exits ${code}\n${text}`);
        printed += text;
      }
      for (const output of outputs)
        assertPrinted(printed, { ...output, content: withOwnContainer(output.content) });
    });
  }

  it("links to a schema that names exactly what a record holds", async () => {
    const schema = JSON.parse(await readFile(path.join(REPOSITORY, "docs", "rehearsal.schema.json"), "utf8"));
    const [record] = readEvidence(evidenceFile(workspace.root, "local"));
    assert.ok(record);
    assert.deepEqual(Object.keys(schema.properties).sort(), Object.keys(record).sort());
    assert.deepEqual([...schema.required].sort(), Object.keys(record).sort());
    const step = schema.properties.steps.items;
    assert.deepEqual(Object.keys(step.properties).sort(), Object.keys(record.steps[0] ?? {}).sort());
    for (const [name, { type }] of Object.entries<{ type: string | string[] }>(schema.properties)) {
      const value = record[name as keyof typeof record];
      const found = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
      assert.ok([type].flat().includes(found === "number" && type === "integer" ? "integer" : found), name);
    }
  });
});
