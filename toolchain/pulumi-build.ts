/** How is the Pulumi CLI built from source where its release cannot be downloaded? */

import { execFileSync } from "node:child_process";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Fault } from "../components/faults";
import { packageRoot } from "../components/package";
import { isAlive } from "../components/process";
import { projectFolder } from "./environment";
import { runLongStep, showElapsed } from "./long-step";
import { binaryIn, userHome } from "./pulumi-download";
import { findOnPath, isProgram } from "./pulumi-on-path";
import { isAtLeast, pinnedVersion } from "./pulumi-version";

const oldestGo = "1.21"; // the first that fetches the newer Go a module asks for
const buildLimit = 60 * 60_000; // ms; 5 minutes on 2 cores, but a slow mirror may take far longer

/**
 * The project's own Pulumi home. The built CLI lives here and never in ~/.pulumi, because the language host
 * beside it knows Node only and other projects of the same user may need more.
 */
export function localHome(projectRoot: string): string {
  return join(projectFolder(projectRoot), "pulumi-home");
}

/** The built CLI, made ready to run, or undefined when it has not been built yet. Takes about a millisecond. */
export function findBuiltPulumi(projectRoot: string): string | undefined {
  const home = localHome(projectRoot);
  const binary = binaryIn(home);
  if (!isProgram(binary)) return undefined;
  writeLanguageHost(dirname(binary));
  linkUserPlugins(home);
  return binary;
}

/** Builds the CLI from the Go modules pinned in toolchain/pulumi-cli. `problem` says why it was not downloaded. */
export async function buildPulumi(projectRoot: string, problem: string): Promise<string> {
  const binary = binaryIn(localHome(projectRoot));
  const folder = dirname(dirname(binary));
  mkdirSync(dirname(binary), { recursive: true });
  await waitForOtherBuild(folder, binary);
  if (!isProgram(binary)) {
    const go = findGo(problem);
    const draft = join(folder, `building-${process.pid}`);
    mkdirSync(draft, { recursive: true });
    try {
      await compile(go, join(draft, "pulumi"), problem);
      renameSync(join(draft, "pulumi"), binary);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  }
  writeLanguageHost(dirname(binary));
  linkUserPlugins(localHome(projectRoot));
  return binary;
}

function findGo(problem: string): string {
  const go = process.platform === "win32" ? undefined : findOnPath("go");
  // GOTOOLCHAIN=local: the question is about the installed Go, not about one it would fetch.
  const environment = { ...process.env, GOTOOLCHAIN: "local" };
  const version = go ? execFileSync(go, ["env", "GOVERSION"], { encoding: "utf8", env: environment }) : "";
  if (go && isAtLeast(version, oldestGo)) return go;
  const have = version ? `Go here is ${version.trim().replace(/^go/, "")}, ` : "there is no Go here, ";
  throw new Fault(
    `The Pulumi CLI ${pinnedVersion} cannot be downloaded (${problem}), ` +
      `and ${have}so it cannot be built from source either.`,
    `install Go ${oldestGo} or newer (https://go.dev/dl) or the Pulumi CLI itself ` +
      "(https://www.pulumi.com/docs/install), put it on PATH, then run the same command again",
  );
}

async function compile(go: string, output: string, problem: string): Promise<void> {
  process.stderr.write(
    `The Pulumi CLI cannot be downloaded: ${problem}.\n` +
      "Building it from its Go source instead, once for this project: about 5 minutes, 115 MB.\n",
  );
  const version = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
  const { code, output: messages } = await runLongStep({
    title: `building the Pulumi CLI ${pinnedVersion}`,
    command: go,
    args: [
      ...["build", "-trimpath", "-ldflags", `-s -w -X ${version}=v${pinnedVersion}`, "-o", output],
      "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    ],
    cwd: join(packageRoot, "toolchain", "pulumi-cli"),
    env: { ...process.env, GOTOOLCHAIN: "auto", GOFLAGS: "-mod=readonly", GOWORK: "off" },
    limit: buildLimit,
  });
  if (code !== 0) {
    throw new Fault(
      `${messages.trim()}\nThe Pulumi CLI ${pinnedVersion} could not be built from source.`,
      "check that `go env GOPROXY` names a module proxy this machine can reach, then run the same command again " +
        "(what was built so far is kept)",
    );
  }
}

/** Two builds at once would take each other's processors, so the second waits for the first. */
async function waitForOtherBuild(folder: string, binary: string): Promise<void> {
  if (!otherBuildRuns(folder)) return;
  const finish = showElapsed("waiting for another process that builds the Pulumi CLI");
  while (!isProgram(binary) && otherBuildRuns(folder)) await sleep(500);
  finish();
}

function otherBuildRuns(folder: string): boolean {
  return readdirSync(folder).some((name) => {
    const pid = Number(/^building-(\d+)$/.exec(name)?.[1] ?? process.pid);
    if (pid === process.pid) return false;
    if (isAlive(pid)) return true;
    rmSync(join(folder, name), { recursive: true, force: true });
    return false;
  });
}

/** Pulumi looks for its language hosts beside its own program. */
function writeLanguageHost(folder: string): void {
  const shim = join(folder, "pulumi-language-nodejs");
  // Node looks from the real place of the shim, so a linked folder must not count into the way.
  const host = relative(realpathSync(folder), join(packageRoot, "dist", "toolchain", "language-host.js"));
  const content = `#!/usr/bin/env node\nrequire(${JSON.stringify(host)});\n`;
  if (readText(shim) === content) return;
  writeFileSync(`${shim}.${process.pid}`, content, { mode: 0o755 });
  renameSync(`${shim}.${process.pid}`, shim);
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** Provider plugins that the user has already are found, and new ones land where every project finds them. */
function linkUserPlugins(home: string): void {
  const theirs = join(userHome(), "plugins");
  const ours = join(home, "plugins");
  if (theirs === ours || exists(ours) || !exists(theirs)) return;
  try {
    symlinkSync(theirs, ours);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
