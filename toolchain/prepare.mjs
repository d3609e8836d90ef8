/** What is missing before the project can run here, and how is it made present? */

// Plain JavaScript without dependencies: it runs first, when nothing is installed yet.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const projectRoot = join(dirname(fileURLToPath(import.meta.url)), "..");
const installed = join(projectRoot, "node_modules", ".package-lock.json");
// Inside node_modules, which `npm ci` removes before it starts: an interrupted install leaves no mark.
const installMark = join(projectRoot, "node_modules", ".durable-postgres-installed");
const oldestNode = 20;

/** A fault whose message is ready to be shown. */
class PrepareError extends Error {
  name = "PrepareError";
}

async function prepare() {
  checkNode();
  await ensureDependencies();
  require("./build.cjs").ensureBuilt();
  await require("../dist/toolchain/pulumi-cli.js").ensurePulumi(projectRoot);
}

function checkNode() {
  if (Number(process.versions.node.split(".")[0]) >= oldestNode) return;
  throw new PrepareError(
    `Node ${process.versions.node} is too old: ${oldestNode} or newer is needed.\n` +
      `HINT: install Node ${oldestNode} or newer (https://nodejs.org/en/download), then run the same command again`,
  );
}

async function ensureDependencies() {
  const lock = readFileSync(join(projectRoot, "package-lock.json"));
  const wanted = createHash("sha256").update(lock).digest("hex");
  if (existsSync(installed) && readText(installMark) === wanted) return;
  if (!isInstalled(JSON.parse(lock))) await install();
  writeFileSync(installMark, wanted);
}

function readText(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/** Accepts what somebody's own `npm install` or `npm ci` made, if every package has the version of the lock. */
function isInstalled(lock) {
  if (!existsSync(installed)) return false;
  const present = JSON.parse(readFileSync(installed, "utf8")).packages;
  return Object.entries(lock.packages).every(
    ([path, { version, optional }]) =>
      path === "" || (optional && !present[path]) || present[path]?.version === version,
  );
}

async function install() {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  // The packages' install scripts are not needed: what they do is checked and made good where it is used.
  const args = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  const { code, output } = await runLongStep("installing the npm packages", npm, args);
  if (code === 0) return;
  // npm puts its reason first, and its whole manual page below it.
  const reason = output.trim().split("\n").slice(0, 20).join("\n");
  throw new PrepareError(
    `${reason}\nThe npm packages could not be installed.\nHINT: npm ci --ignore-scripts`,
  );
}

async function runLongStep(title, command, args) {
  const terminal = process.stderr.isTTY === true;
  const started = Date.now();
  const line = () => `${title} … ${Math.round((Date.now() - started) / 1000)} s`;
  process.stderr.write(terminal ? line() : `${title} …\n`);
  const timer = setInterval(
    () => process.stderr.write(terminal ? `\r${line()}` : `${line()}\n`),
    terminal ? 1_000 : 15_000, // ms
  );
  try {
    return await run(command, args);
  } finally {
    clearInterval(timer);
    process.stderr.write(terminal ? `\r${line()}\n` : `${line()}, ended\n`);
  }
}

function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: projectRoot,
      stdio: ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32", // .cmd files need it
    });
    // Two installs at once spoil each other, so npm must not outlive this process.
    for (const [signal, code] of [
      ["SIGINT", 130],
      ["SIGTERM", 143],
    ]) {
      process.once(signal, () => {
        child.kill(signal);
        process.exit(code);
      });
    }
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}

try {
  await prepare();
} catch (error) {
  if (!/^(Prepare|Build|Toolchain)Error$/.test(error.name)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
