/** How long does one command take, from its start to the end of all it wrote? */

import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { performance } from "node:perf_hooks";

const longestCommand = 180_000; // ms; a cold start takes seconds

const interruption = new AbortController();
// Not `once`: npm passes the terminal's Ctrl-C on a second time, which must not stop the removal.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => interruption.abort());

/** Aborted by Ctrl-C: the measurement ends, and what was made for it is removed. */
export const interrupted: AbortSignal = interruption.signal;

/** Runs a command and gives its wall time in ms; throws with all it wrote when it fails. */
export function timed(command: readonly string[], options: SpawnOptions): Promise<number> {
  const [program = "", ...args] = command;
  const start = () => spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  return timedChild(start, command.join(" "));
}

/**
 * The same for a command that somebody else starts.
 *
 * @param words What the command is called in an error.
 * @param limit After so many ms the command is ended.
 */
export function timedChild(
  start: () => ChildProcess,
  words: string,
  limit = longestCommand,
): Promise<number> {
  interrupted.throwIfAborted();
  const started = performance.now();
  const child = start();
  const end = () => child.kill();
  const timer = setTimeout(end, limit);
  interrupted.addEventListener("abort", end);
  let text = "";
  const keep = (chunk: string) => {
    text += chunk;
  };
  child.stdout?.setEncoding("utf8").on("data", keep);
  child.stderr?.setEncoding("utf8").on("data", keep);
  return new Promise<number>((resolve, reject) => {
    child.on("error", (error) => {
      // A command that could not be ended still runs: "close" tells when it has.
      if (child.pid === undefined) reject(error);
    });
    child.once("close", (code, signal) => {
      const duration = performance.now() - started;
      if (code === 0 && !interrupted.aborted) resolve(duration);
      else reject(new Error(`${words} ended with ${signal ?? code}:\n${text}`));
    });
  }).finally(() => {
    clearTimeout(timer);
    interrupted.removeEventListener("abort", end);
  });
}

/** Middle, least and greatest of some figures. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

/** @param figures at least one. */
export function spread(figures: readonly number[]): Spread {
  const sorted = figures.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const half = sorted.length / 2;
  return {
    median: (at(Math.ceil(half) - 1) + at(Math.floor(half))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  };
}
