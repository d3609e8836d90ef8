/** Is a local server running, and how is it started and stopped? Knows processes and postmaster.pid, nothing else. */

import { execFile, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readdir, readFile, readlink, realpath, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Fault } from "../faults";
import { isAlive } from "../process";
import { type Account, isRoot } from "./account";
import type { Binaries } from "./binaries";
import type { InstancePaths } from "./instance";
import { startupFault } from "./startup-fault";

const run = promisify(execFile);

/** A live postmaster, as its lock file tells. https://www.postgresql.org/docs/15/storage-file-layout.html */
export interface Postmaster {
  pid: number;
  port: number;
  /** `starting`, `stopping`, `ready` or `standby`. */
  status: string;
}

/** Credentials for child processes: only root can, and must, change them. */
export function as(account: Account): { uid?: number; gid?: number } {
  return isRoot ? { uid: account.uid, gid: account.gid } : {};
}

/** True for a process that is a PostgreSQL server and works in this directory: a shell may stand there as well. */
async function worksIn(directory: string, pid: number): Promise<boolean> {
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  return cwd === directory && (await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")) === "postgres\n";
}

function realDirectory(data: string): Promise<string> {
  return realpath(data).catch(() => data);
}

/** The postmaster of a data directory and its children, even orphaned ones. Linux only. */
export async function serverProcesses(data: string): Promise<number[]> {
  const directory = await realDirectory(data);
  const entries = await readdir("/proc").catch(() => []);
  const pids = entries.map(Number).filter(Number.isInteger);
  const found = await Promise.all(pids.map((pid) => worksIn(directory, pid)));
  return pids.filter((_, index) => found[index]);
}

/** True when the process of a lock file is a server of this data directory, not a stranger with a recycled pid. */
async function isServerOf(data: string, pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform === "linux") return worksIn(await realDirectory(data), pid);
  const { stdout } = await run("ps", ["-p", String(pid), "-o", "command="]).catch(() => ({ stdout: "" }));
  return stdout.includes(data);
}

async function lockFile(data: string): Promise<string[]> {
  const text = await readFile(path.join(data, "postmaster.pid"), "utf8").catch(() => "");
  return text.split("\n").map((line) => line.trim());
}

/** The running postmaster of a data directory; undefined when there is none, whatever a stale lock file says. */
export async function runningPostmaster(data: string): Promise<Postmaster | undefined> {
  const [pid, , , port, , , , status] = await lockFile(data);
  if (!pid || !(await isServerOf(data, Number(pid)))) return undefined;
  return { pid: Number(pid), port: Number(port), status: status ?? "starting" };
}

/** How the running server was started: the content of `postmaster.opts`. */
export async function startedWith(data: string): Promise<string> {
  return (await readFile(path.join(data, "postmaster.opts"), "utf8").catch(() => "")).trim();
}

/** What `postmaster.opts` holds for these arguments. `postmaster.c`, `CreateOptsFile`. */
export function optionsFile(binaries: Binaries, argv: readonly string[]): string {
  return [binaries.postgres, ...argv.map((argument) => `"${argument}"`)].join(" ");
}

/**
 * After `kill -9` of the postmaster its children can live on for a moment, and after a reboot the lock file can name
 * a stranger's process. Waits for the first, and removes a lock file that only a stranger stands behind.
 */
async function clearRemains(paths: InstancePaths): Promise<void> {
  for (let attempt = 0; (await serverProcesses(paths.data)).length > 0; attempt++) {
    if (attempt === 50) for (const pid of await serverProcesses(paths.data)) process.kill(pid, "SIGQUIT");
    if (attempt === 100)
      throw new Fault(
        `processes of the crashed server still hold ${paths.data}: ${(await serverProcesses(paths.data)).join(", ")}`,
        `kill -QUIT ${(await serverProcesses(paths.data)).join(" ")}`,
      );
    await sleep(100);
  }
  const [pid] = await lockFile(paths.data);
  if (pid && isAlive(Number(pid))) await rm(path.join(paths.data, "postmaster.pid"));
}

/**
 * Starts a server that outlives this process, and returns once it takes connections.
 *
 * @param onWait Called every few seconds: crash recovery can take minutes.
 * @param upAs Status with which the server is up; one that is being restored is a `standby` until it is promoted.
 * @throws Fault with the server's own last words when it does not come up.
 */
export async function startServer(
  paths: InstancePaths,
  binaries: Binaries,
  account: Account,
  argv: readonly string[],
  port: number,
  onWait: (seconds: number) => void,
  upAs: readonly string[] = ["ready", "standby"],
): Promise<Postmaster> {
  await clearRemains(paths);
  const log = openSync(paths.startupLog, "w", 0o600);
  // Not pg_ctl: it passes the options through a shell.
  const child = spawn(binaries.postgres, [...argv], {
    ...as(account),
    cwd: paths.data,
    detached: true,
    stdio: ["ignore", log, log],
    env: { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" },
  });
  closeSync(log);
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  let end: string | undefined;
  void ended.then((reason) => {
    end = reason;
  });
  const begin = Date.now();
  for (let attempt = 1; ; attempt++) {
    const postmaster = await runningPostmaster(paths.data);
    if (postmaster && postmaster.pid === child.pid && upAs.includes(postmaster.status)) {
      child.unref();
      return postmaster;
    }
    if (end !== undefined) throw await startupFault(paths, port, end);
    if (attempt % 100 === 0) onWait(Math.round((Date.now() - begin) / 1000));
    await sleep(50);
  }
}

/** Stops the server with a fast shutdown: sessions are ended, a checkpoint is written, no recovery is needed. */
export async function stopServer(paths: InstancePaths, binaries: Binaries, account: Account): Promise<void> {
  const argv = ["stop", "-D", paths.data, "-m", "fast", "-w", "-t", "600"];
  await run(binaries.pg_ctl, argv, { ...as(account), cwd: paths.directory }).catch(
    (error: { stderr?: string }) => {
      throw new Fault(
        `the server in ${paths.data} did not stop within 10 minutes: ${error.stderr?.trim()}`,
        `look at ${paths.log}, then run the same command again`,
      );
    },
  );
}
