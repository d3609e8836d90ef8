/** On which Pulumi projects are the figures taken, and with which command? */

import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createWorkspace, REPOSITORY, type Workspace } from "../test/workspace";
import { projectEnvironment } from "../toolchain/environment";
import { ensurePulumi } from "../toolchain/pulumi-cli";
import { timed } from "./timing";

/** A deployed project whose no-change run is measured. */
export interface Project {
  /** Wall time of one `pulumi up`, in ms. */
  up(): Promise<number>;
  remove(): Promise<void>;
}

const stack = "local";

/** A shell that knows nothing of Pulumi. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PULUMI_")));
}

/** Wall time of `pulumi <args>` in a project, with the project's own state, in ms: the same form for every side. */
export async function pulumi(root: string, args: readonly string[]): Promise<number> {
  const cli = await ensurePulumi(REPOSITORY);
  const env = { ...plainEnvironment(), ...projectEnvironment(root), ...cli.env };
  return timed([...cli.command, ...args, "--stack", stack], { cwd: root, env });
}

function up(root: string, policies: boolean): Promise<number> {
  const pack = policies ? ["--policy-pack", join(root, "policies")] : [];
  return pulumi(root, ["up", "--yes", "--skip-preview", "--suppress-outputs", ...pack]);
}

/** A copy of `bench/<name>` in a folder of its own, deployed once. */
export async function benchProject(name: "empty" | "yardstick"): Promise<Project> {
  const root = await mkdtemp(join(tmpdir(), `durable-postgres-bench-${name}-`));
  const remove = () => rm(root, { recursive: true, force: true });
  try {
    await cp(join(__dirname, name), root, { recursive: true });
    await symlink(join(REPOSITORY, "node_modules"), join(root, "node_modules"));
    await pulumi(root, ["stack", "init"]);
    await up(root, name === "yardstick");
  } catch (error) {
    await remove();
    throw error;
  }
  return { up: () => up(root, name === "yardstick"), remove };
}

/** Wall time of `durable-postgres start` in a project folder, in ms: what `npm start` does, once prepared. */
function start(workspace: Workspace): Promise<number> {
  const bin = join(REPOSITORY, "bin", "durable-postgres.cjs");
  return timed([process.execPath, bin, "start"], { cwd: workspace.root, env: plainEnvironment() });
}

/** Our own project, deployed. */
export interface OwnProject extends Project {
  /** Wall time of the first `durable-postgres start`. */
  cold: number;
  /** Wall time of one more `durable-postgres start`. */
  start(): Promise<number>;
}

/** A new project of ours: new folder, new state, new server. */
export async function ownProject(): Promise<OwnProject> {
  const workspace = await createWorkspace();
  try {
    return {
      cold: await start(workspace),
      start: () => start(workspace),
      up: () => up(workspace.root, true),
      remove: () => workspace.remove(),
    };
  } catch (error) {
    await workspace.remove();
    throw error;
  }
}
