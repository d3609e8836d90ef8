/** How much memory and processor time does the process of a policy pack use? */

import { readdirSync, readFileSync } from "node:fs";

/** What a process had used when it was last seen. */
export interface Usage {
  /** Highest resident memory, in MiB. */
  memory: number;
  /** Processor time in ms, in steps of 10. */
  cpu: number;
}

const interval = 50; // ms
const tick = 10; // ms; the kernel counts in hundredths of a second for every program

/** Runs something and watches the pack of a folder meanwhile. Undefined where the kernel does not tell: not on Linux. */
export async function watched<Result>(
  folder: string,
  run: () => Promise<Result>,
): Promise<{ result: Result; usage: Usage | undefined }> {
  let pid: string | undefined;
  let usage: Usage | undefined;
  const timer = setInterval(() => {
    pid ??= processOf(folder);
    usage = (pid && usageOf(pid)) || usage;
  }, interval);
  try {
    const result = await run();
    if (!usage && process.platform === "linux") throw new Error(`the policy pack in ${folder} was not seen`);
    return { result, usage };
  } finally {
    clearInterval(timer);
  }
}

/** The process that serves the pack of a folder: `node …/run-policy-pack <address of the engine> <folder>`. */
function processOf(folder: string): string | undefined {
  return list("/proc").find((pid) => {
    const words = read(`/proc/${pid}/cmdline`).split("\0");
    return words.includes(folder) && words.some((word) => word.includes("/run-policy-pack"));
  });
}

/** Undefined once the process has ended. */
function usageOf(pid: string): Usage | undefined {
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1];
  // https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: the name, in brackets, may hold blanks.
  const fields = read(`/proc/${pid}/stat`).split(") ").at(-1)?.split(" ") ?? [];
  const [utime, stime] = [Number(fields[11]), Number(fields[12])];
  return peak === undefined ? undefined : { memory: Number(peak) / 1024, cpu: (utime + stime) * tick };
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Empty for a process that has ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
