/** Does README.md tell the truth? Every command in it is run, in order, in a project folder of its own. */

import assert from "node:assert/strict";
import { copyFile, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { ensureDockerEngine } from "./docker/engine";
import { ensureImage } from "./docker/image";
import { type Release, shared } from "./docker/one-at-a-time";
import { ENGINE, ENGINE_LIMIT, removeEverything } from "./docker/suite";
import { assertPrinted, environment, ownContainer, readSteps, runLine, writeDocumented } from "./document";
import { ensurePowerCut } from "./drills/power-cut";
import { createWorkspace, REPOSITORY, Workspace } from "./workspace";

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

const CONTAINER = `test-readme-${process.pid}`;
const { withOwnContainer, withContainer } = ownContainer(CONTAINER);

/** All drills, and every unsafe server, in ms. */
const DRILLS_LIMIT = 20 * 60_000;

describe("README.md", function () {
  this.timeout(300_000);
  this.bail(true);

  const steps = readSteps("README.md");
  let workspace: Workspace;
  let shop: Workspace;
  let env: NodeJS.ProcessEnv;
  let releaseEngine: Release | undefined;

  before(async () => {
    workspace = await createWorkspace();
    await copyFile(path.join(REPOSITORY, "package.json"), path.join(workspace.root, "package.json"));
    shop = new Workspace(path.join(workspace.root, "shop"));
    await createLibraryProject(shop.root);
    env = await environment(workspace.root);
    const dev = "Pulumi.dev.yaml";
    await writeDocumented(
      path.join(workspace.root, dev),
      withContainer((await readFile(path.join(REPOSITORY, dev), "utf8")).trimEnd()),
    );
  });

  after(async () => {
    if (releaseEngine) await removeEverything(CONTAINER).finally(releaseEngine);
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
        "npx durable-postgres restore --to 2026-11-24T10:00:00Z --stack prod",
        "npx durable-postgres rehearse --stack prod",
        "npx durable-postgres drill failover --stack preprod",
        "npm pack",
        "npm install ../durable-postgres/durable-postgres-0.1.0.tgz",
      ],
    );
  });

  for (const { files, commands, outputs } of steps) {
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
      if ("needs a power cut" in directives) {
        this.timeout(DRILLS_LIMIT);
        if ((await ensurePowerCut()) !== undefined) return this.skip();
      }
      for (const file of files)
        await writeDocumented(
          path.join(workspace.root, file.directives.file ?? ""),
          withContainer(file.content),
        );
      if ("the server is killed before" in directives) await workspace.killServer();
      let printed = "";
      for (const command of withOwnContainer(content).split("\n")) {
        const { code, text } = await runLine(command, path.join(workspace.root, directives.in ?? ""), env);
        assert.equal(code, exitCode, `${where}: ${command} exits ${code}\n${text}`);
        printed += text;
      }
      for (const output of outputs)
        assertPrinted(printed, { ...output, content: withOwnContainer(output.content) });
    });
  }
});
