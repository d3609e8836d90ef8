/** How does a command that takes minutes run, so that its user sees that it lives and can stop it? */

import { spawn } from "node:child_process";
import { constants } from "node:os";

/** What a finished command left behind. */
export interface Outcome {
  code: number;
  output: string;
  /** True when the time limit ended it. */
  timedOut: boolean;
}

/** One command, its environment, and how long it may take. */
export interface LongStep {
  /** Shown with the elapsed time, such as `building the Pulumi CLI`. */
  title: string;
  command: string;
  args: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  limit: number; // ms
}

const lineInterval = 15_000; // ms, without a terminal

/** Runs a command with its output captured, showing the elapsed time on stderr. */
export async function runLongStep(step: LongStep): Promise<Outcome> {
  const finish = showElapsed(step.title);
  try {
    return await capture(step);
  } finally {
    finish();
  }
}

/** Shows a title with its elapsed time until the returned function is called. */
export function showElapsed(title: string): () => void {
  const terminal = process.stderr.isTTY === true;
  const started = Date.now();
  const line = () => `${title} … ${Math.round((Date.now() - started) / 1000)} s`;
  const print = () => process.stderr.write(terminal ? `\r${line()}` : `${line()}\n`);
  if (terminal) print();
  else process.stderr.write(`${title} …\n`);
  const timer = setInterval(print, terminal ? 1_000 : lineInterval);
  return () => {
    clearInterval(timer);
    process.stderr.write(terminal ? `\r${line()}\n` : `${line()}, ended\n`);
  };
}

function capture({ command, args, cwd, env, limit }: LongStep): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    // A group of its own: the command's own children have to go with it.
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    let output = "";
    let timedOut = false;
    child.stdout.on("data", (chunk: Buffer) => (output += chunk));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk));

    const timer = setTimeout(() => {
      timedOut = true;
      endGroup(child.pid, "SIGKILL");
    }, limit);
    const interrupted = (signal: NodeJS.Signals) => {
      endGroup(child.pid, "SIGTERM");
      process.exit(128 + constants.signals[signal]);
    };
    process.on("SIGINT", interrupted).on("SIGTERM", interrupted);

    const settled = () => {
      clearTimeout(timer);
      process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
    };
    child.once("error", (error) => {
      settled();
      reject(error);
    });
    child.once("close", (code) => {
      settled();
      resolve({ code: code ?? 1, output, timedOut });
    });
  });
}

function endGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It ended by itself in the meantime.
  }
}
