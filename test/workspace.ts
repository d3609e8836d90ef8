/** A project folder of its own for an engine test: the repository's code, but its own state, configuration and database. */

import { type ChildProcessWithoutNullStreams, execFile, spawn } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { withClient } from "../components/connection";
import type { Account } from "../components/local/account";
import { type InstancePaths, instancePaths, instancesHome } from "../components/local/instance";
import { runningPostmaster } from "../components/local/postmaster";
import { ensurePulumi } from "../toolchain/pulumi-cli";
import { placeDoubles } from "./provider-double/placement";

const run = promisify(execFile);

/** The repository under test. */
export const REPOSITORY = path.resolve(__dirname, "..");

/** What a command left behind. */
export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
  /** Both texts, for assertions on what a person saw. */
  text: string;
}

/** Configuration of a stack, without namespace. */
export type WorkspaceConfig = Record<string, string | number | boolean | object>;

/** What differs between workspaces besides their configuration. */
export interface WorkspaceOptions {
  /** `local` without it. */
  stack?: string;
  /** Variables for every command. */
  env?: NodeJS.ProcessEnv;
}

/** A project folder of its own. */
export class Workspace {
  readonly stack: string;
  private readonly extra: NodeJS.ProcessEnv;

  constructor(
    readonly root: string,
    /** Who runs the commands; absent: whoever runs the tests. */
    private readonly account?: Account,
    { stack = "local", env = {} }: WorkspaceOptions = {},
  ) {
    this.stack = stack;
    this.extra = env;
  }

  /** The folder of the stack's database; `name` is the component's. */
  instanceOf(name: string): InstancePaths {
    const home = this.account ? path.join(this.root, ".durable-postgres", "local") : instancesHome(this.root);
    return instancePaths(path.join(home, this.stack, name));
  }

  /** The folder of the database that this repository's own program makes. */
  get instance(): InstancePaths {
    return this.instanceOf("postgres");
  }

  /** Environment of a shell that knows nothing of Pulumi. */
  private get environment(): NodeJS.ProcessEnv {
    const entries = Object.entries(process.env).filter(([name]) => !name.startsWith("PULUMI_"));
    return {
      ...Object.fromEntries(entries),
      ...this.extra,
      ...(this.account && { HOME: this.root, USER: this.account.user }),
    };
  }

  /** Starts `durable-postgres …` in the project. */
  spawn(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcessWithoutNullStreams {
    const bin = path.join(REPOSITORY, "bin", "durable-postgres.cjs");
    return spawn(process.execPath, [bin, ...args], {
      cwd: this.root,
      env: { ...this.environment, ...env },
      stdio: ["pipe", "pipe", "pipe"],
      ...(this.account && { uid: this.account.uid, gid: this.account.gid }),
    });
  }

  /** Runs `durable-postgres …` in the project; a failing command is a result. */
  async cli(
    args: readonly string[],
    options: { input?: string; env?: NodeJS.ProcessEnv } = {},
  ): Promise<CommandResult> {
    const child = this.spawn(args, options.env);
    const result = { code: 0, stdout: "", stderr: "", text: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      result.stdout += text;
      result.text += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      result.stderr += text;
      result.text += text;
    });
    child.stdin.end(options.input ?? "");
    result.code = await new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? 1)));
    return result;
  }

  /** Runs `durable-postgres …` and fails the test when it fails. */
  async succeed(args: readonly string[]): Promise<CommandResult> {
    const result = await this.cli(args);
    if (result.code !== 0)
      throw new Error(`durable-postgres ${args.join(" ")} exited ${result.code}:\n${result.text}`);
    return result;
  }

  /** What `npm start` does, once the project is prepared. */
  start(): Promise<CommandResult> {
    return this.succeed(["start", "--stack", this.stack]);
  }

  /** `pulumi <args> --stack <stack>` with the project's own state. */
  pulumi(args: readonly string[]): Promise<CommandResult> {
    return this.cli(["pulumi", ...args, "--stack", this.stack]);
  }

  /** Output of the stack, secrets in plain text. */
  // biome-ignore lint/suspicious/noExplicitAny: outputs are JSON, and each test knows its own.
  async outputs(): Promise<any> {
    const { stdout } = await this.succeed([
      "pulumi",
      "stack",
      "output",
      "--json",
      "--show-secrets",
      "--stack",
      this.stack,
    ]);
    return JSON.parse(stdout);
  }

  /** Replaces the configuration of the stack; Pulumi's own encryption salt stays. */
  async configure(config: WorkspaceConfig): Promise<void> {
    const file = path.join(this.root, `Pulumi.${this.stack}.yaml`);
    const salt = /^encryptionsalt: .*$/m.exec(await readFile(file, "utf8").catch(() => ""))?.[0] ?? "";
    const entries = Object.entries({ target: "local", ...config }).map(
      ([name, value]) => `  durable-postgres:${name}: ${JSON.stringify(value)}\n`,
    );
    await writeFile(file, `${salt}\nconfig:\n${entries.join("")}`);
  }

  /** Rows of a query, as superuser over the socket. */
  // biome-ignore lint/suspicious/noExplicitAny: rows of any query.
  async query(text: string, database = "postgres"): Promise<any[]> {
    const running = await runningPostmaster(this.instance.data);
    const port = running?.port ?? 0;
    const administration = { host: this.instance.socket, port, user: "postgres", database };
    return withClient(administration, async (client) => (await client.query(text)).rows, {
      timeoutMs: 20_000,
    });
  }

  /** `pg_postmaster_start_time()`. */
  async startedAt(): Promise<string> {
    return (await this.query("SELECT pg_postmaster_start_time()::text AS started"))[0].started;
  }

  /** kill -9 of the postmaster and all its children, as if the machine had lost them. `name` is the component's. */
  async killServer(name = "postgres"): Promise<void> {
    const { data } = this.instanceOf(name);
    const running = await runningPostmaster(data);
    if (!running) throw new Error(`no server runs in ${data}`);
    const { stdout } = await run("pgrep", ["-P", String(running.pid)]).catch(() => ({ stdout: "" }));
    const children = stdout.trim().split("\n").filter(Boolean).map(Number);
    for (const pid of [running.pid, ...children]) {
      try {
        process.kill(pid, "SIGKILL");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    }
  }

  /** Stops the servers and removes everything, whatever state the test left it in. */
  async remove(): Promise<void> {
    const names = await readdir(path.dirname(this.instance.directory)).catch(() => []);
    for (const name of names) await this.killServer(name).catch(() => undefined);
    await rm(instancesHome(this.root), { recursive: true, force: true });
    await rm(this.instance.socket, { recursive: true, force: true });
    await rm(this.root, { recursive: true, force: true });
  }
}

/**
 * Makes a project folder; the stack is not deployed yet.
 *
 * @param account Another user who owns the folder and runs the commands; only root can ask for one.
 */
export async function createWorkspace(
  config: WorkspaceConfig = {},
  account?: Account,
  options: WorkspaceOptions = {},
): Promise<Workspace> {
  const root = await mkdtemp(path.join(os.tmpdir(), "durable-postgres-"));
  await chmod(root, 0o755);
  for (const name of ["bin", "dist", "node_modules", "policies", "provider", "toolchain"])
    await symlink(path.join(REPOSITORY, name), path.join(root, name));
  await copyFile(path.join(REPOSITORY, "Pulumi.yaml"), path.join(root, "Pulumi.yaml"));
  // The Pulumi CLI of the repository, so that no test builds its own; everything else of its home is the project's.
  const cli = await ensurePulumi(REPOSITORY);
  const home = path.join(root, ".durable-postgres", "pulumi-home");
  await mkdir(home, { recursive: true });
  const versions = path.join(REPOSITORY, ".durable-postgres", "pulumi-home", "versions");
  await symlink(versions, path.join(home, "versions"));
  const doubles = await placeDoubles(cli.env.PULUMI_HOME && home);
  const env = { ...doubles, ...options.env };
  const workspace = new Workspace(root, account, { ...options, env });
  await workspace.configure(config);
  if (account) await run("chown", ["-R", "--no-dereference", `${account.uid}:${account.gid}`, root]);
  return workspace;
}

/** Runs a test in a project folder of its own. */
export async function withWorkspace(
  test: (workspace: Workspace) => Promise<void>,
  config: WorkspaceConfig = {},
  account?: Account,
): Promise<void> {
  const workspace = await createWorkspace(config, account);
  try {
    await test(workspace);
  } finally {
    await workspace.remove();
  }
}
