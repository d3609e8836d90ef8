/** How does the project run one command of the Pulumi CLI? */

import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { projectEnvironment } from "./environment";
import { ensurePulumi } from "./pulumi-cli";

/** Where and how a command runs. */
export interface RunPulumiOptions {
  projectRoot: string;
  /** `inherit` (default) shows everything as it happens; `capture` gives it back as text. */
  stdio?: "inherit" | "capture";
  /** Added last, so it wins. */
  env?: NodeJS.ProcessEnv;
  /** Use the project's own state and passphrase (default); false leaves the user's login in charge. */
  own?: boolean;
  /** The folder of Pulumi.yaml, where it is not the project root. */
  cwd?: string;
}

/** What a command left behind; both texts are empty with `inherit`. */
export interface PulumiResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the Pulumi CLI and waits for its end. A failing command is a result, not an exception. */
export async function runPulumi(args: string[], options: RunPulumiOptions): Promise<PulumiResult> {
  const { projectRoot, stdio = "inherit", own = true } = options;
  const cli = await ensurePulumi(projectRoot);
  const [program = "pulumi", ...leading] = cli.command;
  const child = spawn(program, [...leading, ...args], {
    cwd: options.cwd ?? projectRoot,
    env: { ...process.env, ...(own ? projectEnvironment(projectRoot) : {}), ...cli.env, ...options.env },
    stdio: stdio === "inherit" ? "inherit" : ["ignore", "pipe", "pipe"],
  });
  const result = { code: 1, stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (result.stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (result.stderr += text));

  const stopForwarding = forwardSignals(child);
  return new Promise((resolve, reject) => {
    child.once("error", (error) => {
      stopForwarding();
      reject(error);
    });
    child.once("close", (code, signal) => {
      stopForwarding();
      resolve({ ...result, code: code ?? (signal ? 128 + constants.signals[signal] : 1) });
    });
  });
}

/**
 * Lets the CLI end its update tidily: this process outlives it. A terminal's Ctrl-C reaches both processes, and
 * the CLI takes a second SIGINT for "stop at once", so that one is not passed on.
 */
function forwardSignals(child: ChildProcess): () => void {
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  const interrupt = () => {
    if (!onTerminal) child.kill("SIGINT");
  };
  const terminate = () => child.kill("SIGTERM");
  process.on("SIGINT", interrupt).on("SIGTERM", terminate);
  return () => process.off("SIGINT", interrupt).off("SIGTERM", terminate);
}
