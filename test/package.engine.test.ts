/** Does the npm package work for somebody who installs it: as a library, with types, as a command, and deployed? */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { constants } from "node:fs";
import {
  access,
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  symlink,
  writeFile,
} from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { runningPostmaster } from "../components/local/postmaster";
import { ensurePulumi } from "../toolchain/pulumi-cli";
import { type CommandResult, REPOSITORY, Workspace } from "./workspace";

interface PackedFile {
  path: string;
  size: number;
  mode: number;
}
interface Tarball {
  filename: string;
  size: number;
  unpackedSize: number;
  files: PackedFile[];
}

const largestPackage = 1_100_000; // bytes; half of it are policies, and what is recorded of PostgreSQL and RDS

let root: string;
let installed: string;
let tarball: Tarball;

/** Runs a program in the consumer's project, in a shell that knows nothing of Pulumi; a failure is a result. */
function run(program: string, args: readonly string[]): Promise<Omit<CommandResult, "text">> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PULUMI_")));
  return new Promise((resolve) => {
    execFile(program, args, { cwd: root, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
    );
  });
}

async function succeed(program: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(program, args);
  assert.equal(code, 0, `${program} ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}

const npx = (...args: string[]) => succeed("npx", ["--no-install", ...args]);
const pulumi = (...args: string[]) => npx("durable-postgres", "pulumi", ...args, "--stack", "local");
const write = (name: string, text: string) => writeFile(path.join(root, name), text);

async function pack(): Promise<Tarball> {
  require("../toolchain/build.cjs").ensureBuilt();
  const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", root];
  const stdout = await new Promise<string>((resolve, reject) => {
    execFile("npm", args, { cwd: REPOSITORY }, (error, text) => (error ? reject(error) : resolve(text)));
  });
  return JSON.parse(stdout)[0];
}

/** What `npm install <tarball>` leaves, without a registry: the dependencies are the repository's. */
async function install(): Promise<void> {
  const modules = path.join(root, "node_modules");
  installed = path.join(modules, "durable-postgres");
  await mkdir(path.join(modules, ".bin"), { recursive: true });
  await mkdir(installed);
  await succeed("tar", ["-xzf", path.join(root, tarball.filename), "-C", installed, "--strip-components=1"]);
  const manifest = JSON.parse(await readFile(path.join(installed, "package.json"), "utf8"));
  // Only what the package declares, so that a missing declaration is found, and what a TypeScript user has.
  const names = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
  for (const name of [...names, "typescript", "@types/node"]) await link(name);
  for (const [name, file] of Object.entries<string>(manifest.bin))
    await symlink(path.join("..", "durable-postgres", file), path.join(modules, ".bin", name));
}

async function link(name: string): Promise<void> {
  const source = path.join(REPOSITORY, "node_modules", name);
  if (!(await exists(source))) return; // an optional dependency of another platform
  const target = path.join(root, "node_modules", name);
  await mkdir(path.dirname(target), { recursive: true });
  await symlink(source, target);
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** The CLI that the repository has built, so that the consumer's project need not build it again. */
async function provideCli(): Promise<void> {
  const { command, env } = await ensurePulumi(REPOSITORY);
  const [binary = ""] = command;
  if (!env.PULUMI_HOME) return;
  const folder = path.join(root, ".durable-postgres", "pulumi-home");
  const copy = path.join(folder, path.relative(env.PULUMI_HOME, binary));
  await mkdir(path.dirname(copy), { recursive: true });
  // A copy and no link: the package writes its own language host beside it.
  await copyFile(binary, copy, constants.COPYFILE_FICLONE);
}

async function textOf(file: PackedFile): Promise<string> {
  return readFile(path.join(installed, file.path), "utf8");
}

/** A provider `docker` that takes anything: the pack only reads inputs. */
const DOCKER_PROVIDER = `#!/usr/bin/env node
process.stdin.once("end", () => process.exit()).resume();
require("@pulumi/pulumi/provider").main({
  version: "5.2.0",
  check: async (urn, olds, news) => ({ inputs: news, failures: [] }),
}, process.argv.slice(2));
`;

describe("the npm package", () => {
  before(async function () {
    this.timeout(300_000);
    root = await mkdtemp(path.join(os.tmpdir(), "durable-postgres-consumer-"));
    await succeed("chmod", ["755", root]); // the server of a deployment by root runs as another user
    tarball = await pack();
    await install();
    await write("package.json", JSON.stringify({ name: "consumer", private: true }));
  });
  after(() => new Workspace(root).remove());

  describe("contents", () => {
    it("are these folders and files at the top", () => {
      const names = [...new Set(tarball.files.map((file) => file.path.split("/")[0] ?? ""))];
      const optional = new Set(["LICENSE", "README.md"]);
      assert.deepEqual(names.filter((name) => !optional.has(name)).sort(), [
        "bin",
        "components",
        "dist",
        "package.json",
        "policies",
        "provider",
        "toolchain",
      ]);
    });

    it("hold no source, no test and nothing without a source", async () => {
      const strays: string[] = [];
      for (const { path: name } of tarball.files) {
        const [folder] = name.split("/");
        if (folder !== "dist") {
          if (/\.ts$|(^|\/)test(s)?\//.test(name)) strays.push(name);
          continue;
        }
        const source = name.slice("dist/".length).replace(/(\.d\.ts|\.js|\.js\.map)$/, ".ts");
        if (!(await exists(path.join(REPOSITORY, source)))) strays.push(name);
      }
      assert.deepEqual(strays, []);
    });

    it("keep the mode of their executables", () => {
      const executables = tarball.files.filter((file) => file.mode & 0o111).map((file) => file.path);
      assert.deepEqual(executables.sort(), [
        "bin/durable-postgres.cjs",
        "provider/pulumi-resource-durable-postgres",
      ]);
    });

    it("hold no secret and no path of the machine they were packed on", async () => {
      const marks = [REPOSITORY, "encryptionsalt: v1:", "PRIVATE KEY-----", "_authToken"];
      for (const file of tarball.files) {
        const text = await textOf(file);
        for (const mark of marks) assert.ok(!text.includes(mark), `${file.path} holds ${mark}`);
      }
    });

    it("are small", () => {
      process.stdout.write(
        `        ${tarball.files.length} files, ${tarball.size} bytes packed, ${tarball.unpackedSize} unpacked\n`,
      );
      assert.ok(tarball.size < largestPackage, `${tarball.size} bytes`);
    });
  });

  describe("as a library", () => {
    it("gives require and import the same exports", async () => {
      await write("names.cjs", `console.log(Object.keys(require("durable-postgres")).sort().join());`);
      await write(
        "names.mjs",
        `import * as all from "durable-postgres";
         import { LocalDatabase, resolveSettings } from "durable-postgres";
         if (typeof LocalDatabase !== "function" || typeof resolveSettings !== "function") throw new Error("none");
         // What Node and the compiler add to a CommonJS module.
         const added = ["default", "module.exports", "__esModule"];
         const own = Object.keys(all).filter((name) => !added.includes(name));
         console.log(own.sort().join());`,
      );
      const required = await succeed(process.execPath, ["names.cjs"]);
      assert.equal(await succeed(process.execPath, ["names.mjs"]), required);
      assert.match(required, /\bLocalDatabase,.*\bresolveSettings\b/);
    });

    const program = `import { LocalDatabase, resolveSettings, type Settings } from "durable-postgres";
      const db = new LocalDatabase("db", { memory: "512MiB" });
      export const shown: Settings = db.settings;
      export const resolve: typeof resolveSettings = resolveSettings;
      // @ts-expect-error: there is no such argument
      new LocalDatabase("db", { memroy: "512MiB" });
      // @ts-expect-error: no size
      new LocalDatabase("db", { memory: true });
    `;
    const resolutions = [
      { moduleResolution: "node16", module: "node16", files: ["consumer.mts", "consumer.cts"] },
      { moduleResolution: "nodenext", module: "nodenext", files: ["consumer.mts", "consumer.cts"] },
      { moduleResolution: "bundler", module: "esnext", files: ["consumer.ts"] },
    ];
    for (const { moduleResolution, module, files } of resolutions) {
      it(`type-checks with moduleResolution ${moduleResolution}`, async () => {
        for (const file of files) await write(file, program);
        // skipLibCheck is off, as it is unless a project says otherwise: our declarations are checked too.
        const options = { module, moduleResolution, target: "es2022", types: "node", skipLibCheck: "false" };
        const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
        const compiler = path.join("node_modules", "typescript", "bin", "tsc");
        await succeed(process.execPath, [compiler, "--noEmit", "--strict", ...flags, ...files]);
      });
    }
  });

  it("brings the command", async () => {
    const settings = JSON.parse(await npx("durable-postgres", "explain", "--json", "--memory", "8GiB"));
    assert.equal(settings.shared_buffers.value, "2GB");
  });

  describe("in somebody's Pulumi program", () => {
    const program = (args: string) =>
      write(
        "index.js",
        `const { LocalDatabase } = require("durable-postgres");
         const db = new LocalDatabase("db", ${args});
         module.exports = { host: db.host, port: db.port, verification: db.verification };`,
      );

    before(async () => {
      await provideCli();
      await write(
        "Pulumi.yaml",
        `name: consumer
main: index.js
runtime:
  name: nodejs
  options:
    typescript: false
plugins:
  providers:
    - name: durable-postgres
      path: ./node_modules/durable-postgres/provider
`,
      );
      await pulumi("stack", "init");
    });

    it("refuses bad arguments with a HINT and no stack trace", async () => {
      await program(`{ memory: "12 parsecs", parameters: { fsync: "off" } }`);
      const args = ["--no-install", "durable-postgres", "pulumi", "preview", "--stack", "local"];
      const { code, stdout, stderr } = await run("npx", args);
      assert.notEqual(code, 0);
      const text = stdout + stderr;
      for (const part of [/12 parsecs/, /fsync/, /HINT: /]) assert.match(text, part);
      assert.doesNotMatch(text, /^\s+at .*:\d+:\d+\)?$/m);
    });

    it("deploys a server, verifies it, and destroys it with its data kept", async function () {
      this.timeout(300_000);
      const pack = path.join("node_modules", "durable-postgres", "policies");
      await program(`{ memory: "512MiB" }`);
      const up = await pulumi("up", "--yes", "--skip-preview", "--policy-pack", pack);
      assert.match(up, /durable-postgres@v0\.1\.0/);
      const outputs = JSON.parse(await pulumi("stack", "output", "--json"));
      assert.equal(outputs.host, "127.0.0.1");
      assert.ok(outputs.verification.compared > 0);
      assert.match(await pulumi("up", "--yes", "--skip-preview"), /unchanged/);

      const { data } = new Workspace(root).instanceOf("db");
      assert.equal((await runningPostmaster(data))?.port, outputs.port);
      await pulumi("destroy", "--yes", "--skip-preview");
      assert.equal(await runningPostmaster(data), undefined);
      assert.ok((await readdir(data)).includes("PG_VERSION"));
    });

    it("stops a container of its own that turns fsync off, by the policy pack alone", async () => {
      const pack = path.join("node_modules", "durable-postgres", "policies");
      await mkdir(path.join(root, "docker"));
      await write("docker/pulumi-resource-docker", DOCKER_PROVIDER);
      await chmod(path.join(root, "docker", "pulumi-resource-docker"), 0o755);
      const file = path.join(root, "Pulumi.yaml");
      const docker = "    - name: docker\n      path: ./docker\n";
      await writeFile(file, (await readFile(file, "utf8")) + docker);
      const container = (fsync: string) =>
        write(
          "index.js",
          `const { CustomResource } = require("@pulumi/pulumi");
           new CustomResource("docker:index/container:Container", "db", {
             image: "postgres:15",
             envs: ["POSTGRES_PASSWORD_FILE=/run/secrets/password"],
             command: ["postgres", "-c", "${fsync}"],
             mounts: [{ type: "volume", source: "data", target: "/var/lib/postgresql/data" }],
           });`,
        );
      const preview = (...args: string[]) =>
        run("npx", ["--no-install", "durable-postgres", "pulumi", "preview", "--stack", "local", ...args]);

      await container("fsync=off");
      assert.equal((await preview()).code, 0);
      const { code, stdout, stderr } = await preview("--policy-pack", pack);
      assert.notEqual(code, 0);
      assert.match(
        stdout + stderr,
        /\[mandatory\].*fsync-off[\s\S]*docker Container db: fsync is off: a power cut can leave the cluster unreadable\s+PROPERTY: command\[2\]\s+HINT: write `"fsync=on"` in command\[2\]/,
      );
      const profile = path.join(pack, "profiles", "development.json");
      await container("fsync=on");
      const safe = await preview("--policy-pack", pack, "--policy-pack-config", profile);
      assert.doesNotMatch(safe.stdout + safe.stderr, /fsync-off/);
    });
  });
});
