/** Is dist/ as new as the TypeScript sources, and if not, how is it made so? */
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { spawnSync } = require("node:child_process");

const packageRoot = path.join(__dirname, "..");
const project = path.join(packageRoot, "tsconfig.build.json");
const buildInfo = path.join(packageRoot, "dist", "tsconfig.tsbuildinfo");
const entry = path.join(packageRoot, "dist", "index.js");
const lock = path.join(packageRoot, ".durable-postgres", "build.lock");

const lockLifetime = 10 * 60_000; // ms; far above the longest build, so a reused pid cannot block for ever

/**
 * Compiles the TypeScript sources when any of them is newer than dist/. Safe to call from several processes at
 * once: one compiles, the others wait for it. Throws a `BuildError` whose message is ready to be shown.
 * @param {{ quiet?: boolean }} [options] quiet: do not announce the build on stderr.
 */
function ensureBuilt({ quiet = false } = {}) {
  if (!fs.existsSync(project) || isFresh()) return;
  const compiler = findCompiler();
  if (!compiler) {
    if (fs.existsSync(entry)) return;
    throw new BuildError("The TypeScript compiler is not installed, and dist/ is missing.\nHINT: npm ci");
  }
  withLock(() => {
    if (isFresh()) return;
    if (!quiet) process.stderr.write("building …\n");
    compile(compiler);
    removeOrphans(path.join(packageRoot, "dist"), packageRoot);
  });
}

class BuildError extends Error {
  name = "BuildError";
}

function isFresh() {
  const built = modified(buildInfo);
  if (built === 0 || modified(entry) === 0) return false;
  return sources().every((source) => !isNewer(source, built));
}

function sources() {
  const { include } = JSON.parse(fs.readFileSync(project, "utf8"));
  return [...include, "package.json", "tsconfig.json", "tsconfig.build.json"].map((name) =>
    path.join(packageRoot, name),
  );
}

/** A folder's own time counts too: it is the only trace that a deleted or renamed source leaves. */
function isNewer(source, time) {
  if (modified(source) > time) return true;
  const entries = readFolder(source);
  return entries.some((item) => {
    const child = path.join(source, item.name);
    if (item.isDirectory()) return item.name !== "node_modules" && isNewer(child, time);
    return /\.(ts|json)$/.test(item.name) && modified(child) > time;
  });
}

function readFolder(folder) {
  try {
    return fs.readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function modified(file) {
  return fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function findCompiler() {
  try {
    return require.resolve("typescript/bin/tsc", { paths: [packageRoot] });
  } catch {
    return undefined;
  }
}

function compile(compiler) {
  const started = new Date();
  // tsc writes only what changed since its record, so after a deletion in dist/ the record has to go as well.
  if (!fs.existsSync(entry)) fs.rmSync(buildInfo, { force: true });
  const result = spawnSync(
    process.execPath,
    [compiler, "-p", project, "--pretty", String(!!process.stderr.isTTY)],
    {
      cwd: packageRoot,
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  if (result.signal)
    throw new BuildError(`The build was stopped by ${result.signal}.\nHINT: node toolchain/build.cjs`);
  if (result.status !== 0) {
    // tsc records a failed build as done: without this the next run would take the broken output for fresh.
    if (fs.existsSync(buildInfo)) fs.utimesSync(buildInfo, 0, 0);
    throw new BuildError(
      `${result.stdout}${result.stderr}The TypeScript sources do not compile.\n` +
        "HINT: mend the lines above, then run the same command again (node toolchain/build.cjs builds alone)",
    );
  }
  // The time of the start, because a file saved while tsc ran may not be in its output.
  fs.utimesSync(buildInfo, started, started);
}

/** tsc leaves the output of a deleted source, and the npm package would ship it. */
function removeOrphans(built, sources) {
  for (const item of readFolder(built)) {
    const [output, source] = [path.join(built, item.name), path.join(sources, item.name)];
    if (item.isDirectory()) removeOrphans(output, source);
    else if (/(\.d\.ts|\.js|\.js\.map)$/.test(output)) {
      if (!fs.existsSync(source.replace(/(\.d\.ts|\.js|\.js\.map)$/, ".ts")))
        fs.rmSync(output, { force: true });
    }
  }
}

function withLock(task) {
  fs.mkdirSync(path.dirname(lock), { recursive: true });
  while (!tryLock()) {
    if (isAbandoned(lock)) removeAbandoned();
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  }
  try {
    task();
  } finally {
    fs.rmSync(lock, { force: true });
  }
}

function tryLock() {
  try {
    fs.writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

function isAbandoned(file) {
  const age = Date.now() - modified(file);
  if (age > lockLifetime) return true;
  try {
    const pid = Number(fs.readFileSync(file, "utf8"));
    if (pid === 0) return age > 5_000; // ms; created but not written: its process died in between
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

/** Renames before it deletes: of several waiters that saw the same dead lock, only one may take it away. */
function removeAbandoned() {
  const aside = `${lock}.${process.pid}`;
  try {
    fs.renameSync(lock, aside);
  } catch {
    return;
  }
  if (isAbandoned(aside)) fs.rmSync(aside, { force: true });
  else fs.renameSync(aside, lock);
}

module.exports = { ensureBuilt, BuildError };

if (require.main === module) {
  try {
    ensureBuilt();
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
