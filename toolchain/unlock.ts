/** Is a stack still locked by a pulumi process that is no more, and how is it freed? */

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { Fault } from "../components/faults";
import { projectName, stateFolder } from "./environment";
import { runPulumi } from "./run-pulumi";

/** What Pulumi's file backend writes into a lock file. */
export interface StackLock {
  pid: number;
  username: string;
  hostname: string;
  /** ISO 8601. */
  timestamp: string;
}

/** What became of the locks that were found. */
export interface UnlockResult {
  released: StackLock[];
  /** Locks of running processes and of other hosts; while there is one, nothing is released. */
  held: StackLock[];
}

/**
 * Frees a stack of the project's own state whose locks were all left behind by killed processes of this host, and
 * says so on stderr. Touches nothing while one of the locks may belong to a running update.
 */
export async function releaseDeadLocks(projectRoot: string, stack: string): Promise<UnlockResult> {
  const locks = readLocks(projectRoot, stack);
  const held = locks.filter((lock) => !isDead(lock));
  if (locks.length === 0 || held.length > 0) return { released: [], held };

  const cancel = await runPulumi(["cancel", "--yes", "--stack", stack], { projectRoot, stdio: "capture" });
  if (cancel.code !== 0) {
    throw new Fault(
      `${cancel.stderr.trim()}\nThe stack ${stack} is locked by a process that is gone, and could not be unlocked.`,
      `npx durable-postgres pulumi cancel --yes --stack ${stack}`,
    );
  }
  for (const { pid, timestamp } of locks) {
    process.stderr.write(
      `Unlocked stack ${stack}: the pulumi process ${pid} that locked it at ${timestamp} was killed.\n`,
    );
  }
  return { released: locks, held: [] };
}

/** The locks on a stack of the project's own state. */
export function readLocks(projectRoot: string, stack: string): StackLock[] {
  const project = projectName(projectRoot);
  const folder = join(stateFolder(projectRoot), ".pulumi", "locks", "organization", project, stack);
  return lockFiles(folder).map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as StackLock);
}

function lockFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(".json"));
  } catch {
    return [];
  }
}

/** True only when it is certain that the lock's process has ended. */
export function isDead(lock: StackLock): boolean {
  if (lock.hostname !== hostname()) return false;
  const holder = describeProcess(lock.pid);
  if (holder === "ended") return true;
  if (holder === "unknown") return false;
  // The number may have passed on to another process since.
  const slack = 2_000; // ms: both clocks count whole seconds or ticks
  return !holder.name.startsWith("pulumi") || holder.started > Date.parse(lock.timestamp) + slack;
}

interface RunningProcess {
  name: string;
  started: number; // ms since 1970
}

function describeProcess(pid: number): RunningProcess | "ended" | "unknown" {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return "ended";
  }
  try {
    return process.platform === "linux" ? readProc(pid) : readPs(pid);
  } catch {
    return "unknown";
  }
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function readProc(pid: number): RunningProcess | "ended" {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
  const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (state === "Z") return "ended";
  const ticks = Number(fields[18]); // field 22, since boot
  const boot = Number(/^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]); // s
  const ticksPerSecond = 100; // USER_HZ, the same on every Linux that Node runs on
  return { name, started: (boot + ticks / ticksPerSecond) * 1_000 };
}

function readPs(pid: number): RunningProcess {
  const env = { ...process.env, LC_ALL: "C", TZ: "UTC" };
  const line = execFileSync("ps", ["-p", String(pid), "-o", "lstart=,comm="], {
    encoding: "utf8",
    env,
  }).trim();
  const [, started = "", path = ""] = /^(.{24})\s+(.*)$/.exec(line) ?? [];
  return { name: path.slice(path.lastIndexOf("/") + 1), started: Date.parse(`${started} UTC`) };
}
