/** Which processes live below another one? */

import { readdirSync, readFileSync } from "node:fs";

/** A process of this machine, as /proc shows it. */
export interface Process {
  pid: number;
  parent: number;
  command: string;
}

/** All descendants of a process. Linux only. */
export function descendants(pid: number): Process[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => read(Number(name)));
  const below = (parent: number): Process[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(pid);
}

/** Those of the processes that still run after `limit` milliseconds at most. */
export async function survivors(processes: Process[], limit: number): Promise<Process[]> {
  const deadline = Date.now() + limit;
  let left = processes;
  while (left.length > 0 && Date.now() < deadline) {
    await new Promise((done) => setTimeout(done, 20));
    left = left.filter(({ pid, command }) => read(pid)[0]?.command === command);
  }
  return left;
}

function read(pid: number): Process[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    return state === "Z" ? [] : [{ pid, parent: Number(parent), command }];
  } catch {
    return [];
  }
}
