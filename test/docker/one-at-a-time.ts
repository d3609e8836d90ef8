/**
 * How do two test processes keep from installing or building the same thing at once, and from breaking what another one
 * uses? Elsewhere than on Linux there are no locks.
 */

import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

const PREFIX = "durable-postgres-test-";
const POLL = 200; // ms

/** Gives a lock back. */
export type Release = () => void;

/** The lock, or undefined while another process has it. */
function tryListen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer().unref();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => resolve(server));
  });
}

/** A lock is a socket address that the kernel frees with its process: nothing is left over after a kill. */
async function take(name: string): Promise<Release> {
  if (process.platform !== "linux") return () => undefined;
  for (;;) {
    const server = await tryListen(`\0${PREFIX}${name}`);
    if (server) return () => server.close();
    await wait(POLL);
  }
}

/** Runs a step while no other process on this machine runs one of the same name. */
export async function oneAtATime<Result>(name: string, step: () => Promise<Result>): Promise<Result> {
  const release = await take(name);
  try {
    return await step();
  } finally {
    release();
  }
}

const userOf = (name: string, pid: number | string) => `${name}-user-${pid}`;

/** Uses what other processes may use at the same time, but not while one has it alone. */
export async function shared(name: string): Promise<Release> {
  return oneAtATime(name, () => take(userOf(name, process.pid)));
}

/** Whether another process uses it. */
async function isUsed(name: string): Promise<boolean> {
  if (process.platform !== "linux") return false;
  const sockets = await readFile("/proc/net/unix", "utf8");
  // The kernel prints each zero byte as @, also those that Node appends to the address.
  const users = sockets.matchAll(new RegExp(`@${PREFIX}${userOf(name, "(\\d+)")}@*$`, "gm"));
  return [...users].some(([, pid]) => Number(pid) !== process.pid);
}

/** Runs a step that breaks what `shared` gives: nobody else uses it meanwhile. */
export async function alone<Result>(name: string, step: () => Promise<Result>): Promise<Result> {
  return oneAtATime(name, async () => {
    while (await isUsed(name)) await wait(POLL);
    return step();
  });
}
