/** Under which environment does Pulumi run, so that the project's own state and passphrase are used? */

import { randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Fault } from "../components/faults";

/** The folder that holds everything the project keeps on this machine: state, passphrase, Pulumi home. */
export function projectFolder(projectRoot: string): string {
  return join(projectRoot, ".durable-postgres");
}

/** The name in Pulumi.yaml, under which the backend keeps the project's stacks. */
export function projectName(projectRoot: string): string {
  const text = readFileSync(join(projectRoot, "Pulumi.yaml"), "utf8");
  return /^name:\s*["']?([\w.-]+)/m.exec(text)?.[1] ?? "";
}

/** The folder of the project's own Pulumi backend. */
export function stateFolder(projectRoot: string): string {
  return join(projectFolder(projectRoot), "state");
}

/**
 * The variables that make Pulumi use the project's own file backend and passphrase. Creates both at the first
 * call. Throws a `Fault` when the passphrase is readable by others or lost.
 */
export function projectEnvironment(projectRoot: string): NodeJS.ProcessEnv {
  const folder = projectFolder(projectRoot);
  const state = stateFolder(projectRoot);
  const passphrase = join(folder, "passphrase");
  // A server that runs as another OS user has its data below this folder and must be able to pass through it.
  makeFolder(folder, 0o755);
  makeFolder(state, 0o700);
  ensurePassphrase(passphrase, state);
  return {
    PULUMI_BACKEND_URL: pathToFileURL(state).href,
    // Pulumi prefers this variable to the file: one left over from another project would not open our secrets.
    PULUMI_CONFIG_PASSPHRASE: undefined,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}

function makeFolder(folder: string, mode: number): void {
  if (existsSync(folder)) return;
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, mode); // mkdir's own mode is cut by the umask
}

function ensurePassphrase(file: string, state: string): void {
  // Asked before the file: another first run writes its passphrase before its first stack.
  const stacksExist = hasStacks(state);
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) {
    if (stacksExist) throw lostPassphrase();
    createPassphrase(file);
  } else if (process.platform !== "win32" && (found.mode & 0o077) !== 0) {
    const mode = (found.mode & 0o777).toString(8).padStart(4, "0");
    throw new Fault(
      `.durable-postgres/passphrase has mode ${mode}: other users of this machine can read it.`,
      "chmod 600 .durable-postgres/passphrase",
    );
  }
}

function hasStacks(state: string): boolean {
  const projects = readFolder(join(state, ".pulumi", "stacks"));
  return projects.some((project) => readFolder(join(state, ".pulumi", "stacks", project)).length > 0);
}

function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function lostPassphrase(): Fault {
  return new Fault(
    ".durable-postgres/passphrase is gone, but the stacks in .durable-postgres/state need it for their secrets.",
    "put the file back from your backup; to give the old stacks up instead: " +
      "mv .durable-postgres/state .durable-postgres/state.lost",
  );
}

/** A hard link appears whole or not at all, so of two first runs one wins and both read the same passphrase. */
function createPassphrase(file: string): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}
