/** Is dist/ rebuilt exactly when a source changed, by one process at a time, and never left stale? */

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../components/package";

describe("the build", function () {
  this.timeout(60_000);
  this.slow(10_000);

  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "build-"));
    mkdirSync(join(root, "components"));
    mkdirSync(join(root, "toolchain"));
    cpSync(join(packageRoot, "toolchain", "build.cjs"), join(root, "toolchain", "build.cjs"));
    symlinkSync(join(packageRoot, "node_modules"), join(root, "node_modules"));
    write("package.json", "{}");
    write("tsconfig.json", "{}");
    write(
      "tsconfig.build.json",
      JSON.stringify({
        compilerOptions: {
          ...{ module: "commonjs", moduleResolution: "bundler", rootDir: ".", outDir: "dist", types: [] },
          ...{
            incremental: true,
            tsBuildInfoFile: "dist/tsconfig.tsbuildinfo",
            noLib: false,
            skipLibCheck: true,
          },
        },
        include: ["index.ts", "components"],
      }),
    );
    write("index.ts", "export const one: number = 1;\n");
    write("components/two.ts", "export const two: number = 2;\n");
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const write = (name: string, text: string) => writeFileSync(join(root, name), text);
  const built = (name: string) => readFileSync(join(root, "dist", name), "utf8");
  const build = () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["toolchain/build.cjs"], {
      cwd: root,
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  };
  const done = { status: 0, stdout: "", stderr: "building …\n" };
  const nothing = { status: 0, stdout: "", stderr: "" };

  it("builds once, then only after a change, a new file or a deleted one", () => {
    assert.deepEqual(build(), done);
    assert.deepEqual(build(), nothing);

    write("components/two.ts", "export const two: number = 22;\n");
    assert.deepEqual(build(), done);
    assert.match(built("components/two.js"), /22/);
    assert.deepEqual(build(), nothing);

    write("components/three.ts", "export const three: number = 3;\n");
    assert.deepEqual(build(), done);
    rmSync(join(root, "components", "three.ts"));
    assert.deepEqual(build(), done);

    rmSync(join(root, "dist", "index.js"));
    assert.equal(build().status, 0);
    assert.ok(existsSync(join(root, "dist", "index.js")));
  });

  it("fails on a type error each time it is asked, with the compiler's words and no stack trace", () => {
    write("index.ts", 'export const one: number = "1";\n');
    for (let attempt = 0; attempt < 2; attempt++) {
      const { status, stderr } = build();
      assert.equal(status, 1);
      assert.match(stderr, /^building …\nindex\.ts\(1,14\): error TS2322: .*\n.*\nHINT: .*\n$/);
    }
    write("index.ts", "export const one: number = 1;\n");
    assert.deepEqual(build(), done);
  });

  it("compiles once when four processes ask at the same time", async () => {
    const runs = await Promise.all(
      [1, 2, 3, 4].map(
        () =>
          new Promise<string>((resolve) => {
            const child = spawn(process.execPath, ["toolchain/build.cjs"], { cwd: root });
            let text = "";
            child.stderr.on("data", (chunk) => (text += chunk));
            child.once("close", (code) => resolve(`${code} ${text}`));
          }),
      ),
    );
    assert.deepEqual(runs.sort(), ["0 ", "0 ", "0 ", "0 building …\n"]);
  });

  const pidOfTheDead = () => spawnSync("true").pid;
  for (const [name, content, age] of [
    ["a dead process", pidOfTheDead, 0],
    ["a process that died before it wrote its number", () => "", 10],
    ["a number that another process has by now", () => process.pid, 11 * 60],
  ] as const) {
    it(`goes on where the lock was left by ${name}`, () => {
      mkdirSync(join(root, ".durable-postgres"));
      write(".durable-postgres/build.lock", String(content()));
      const then = Date.now() / 1000 - age; // s
      utimesSync(join(root, ".durable-postgres", "build.lock"), then, then);
      assert.deepEqual(build(), done);
      assert.ok(!existsSync(join(root, ".durable-postgres", "build.lock")));
    });
  }

  it("waits while the lock's process lives", async () => {
    mkdirSync(join(root, ".durable-postgres"));
    write(".durable-postgres/build.lock", String(process.pid));
    const child = spawn(process.execPath, ["toolchain/build.cjs"], { cwd: root });
    const ended = new Promise((resolve) => child.once("close", resolve));
    await new Promise((later) => setTimeout(later, 1_000));
    assert.equal(child.exitCode, null);
    rmSync(join(root, ".durable-postgres", "build.lock"));
    assert.equal(await ended, 0);
  });

  it("has nothing to do in the installed package, and without a compiler keeps what is built", () => {
    build();
    rmSync(join(root, "node_modules"));
    write("index.ts", "export const one: number = 11;\n");
    assert.deepEqual(build(), nothing);
    rmSync(join(root, "dist"), { recursive: true });
    assert.deepEqual(build(), {
      status: 1,
      stdout: "",
      stderr: "The TypeScript compiler is not installed, and dist/ is missing.\nHINT: npm ci\n",
    });
    rmSync(join(root, "tsconfig.build.json"));
    assert.deepEqual(build(), nothing);
  });
});
