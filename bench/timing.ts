/** How long does one command take, from its start to the end of all it wrote? */

import { type SpawnOptions, spawn } from "node:child_process";
import { performance } from "node:perf_hooks";

const longestCommand = 180_000; // ms; a cold start takes seconds

/** Ends the running command, so that what was made for the measurement is removed. */
const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interruption.abort());

/** Runs a command and gives its wall time in ms; throws with all it wrote when it fails. */
export function timed(command: readonly string[], options: SpawnOptions): Promise<number> {
  const [program = "", ...args] = command;
  const started = performance.now();
  const child = spawn(program, args, {
    ...options,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: longestCommand,
    signal: interruption.signal,
  });
  let text = "";
  const keep = (chunk: string) => {
    text += chunk;
  };
  child.stdout?.setEncoding("utf8").on("data", keep);
  child.stderr?.setEncoding("utf8").on("data", keep);
  return new Promise((resolve, reject) => {
    child.on("error", (error) => {
      // An interrupted command still runs: "close" tells when it has ended.
      if (child.pid === undefined) reject(error);
    });
    child.once("close", (code, signal) => {
      const duration = performance.now() - started;
      if (code === 0 && !interruption.signal.aborted) resolve(duration);
      else reject(new Error(`${command.join(" ")} ended with ${signal ?? code}:\n${text}`));
    });
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
