/**
 * Does a Docker engine answer, and where does a test get one?
 *
 * A running engine is taken as it is. Without one, root on Debian or Ubuntu installs and starts the distribution's own.
 * Everywhere else the tests that need Docker are skipped.
 */

import { spawn } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import Docker from "dockerode";
import { showElapsed } from "../../toolchain/long-step";
import { canInstallPackages, installPackages, step } from "./debian";
import { oneAtATime } from "./one-at-a-time";

/** The engine of DOCKER_HOST, or the one on /var/run/docker.sock. */
export const docker = new Docker();

/** What the tests can count on. */
export type EngineState = "ready" | { skipped: string };

const legacyIptables = "/usr/sbin/iptables-legacy";
export const dockerdLog = path.join(os.tmpdir(), "durable-postgres-dockerd.log");
const startLimit = 60_000; // ms

/** True when an engine answers within two seconds. */
async function answers(): Promise<boolean> {
  try {
    await new Docker({ timeout: 2_000 }).ping();
    return true;
  } catch {
    return false;
  }
}

/** Why no engine can be installed here, or undefined. */
async function obstacle(): Promise<string | undefined> {
  if (process.env.DOCKER_HOST) return `no Docker engine answers at ${process.env.DOCKER_HOST}`;
  if (await canInstallPackages()) return undefined;
  return "no Docker engine answers, and only root on Debian or Ubuntu can install one";
}

async function install(): Promise<void> {
  await installPackages(["docker.io", "iptables"]);
  // nf_tables is not there in every container and sandbox; the older interface is.
  if (existsSync(legacyIptables))
    await step("choosing iptables-legacy", "update-alternatives", ["--set", "iptables", legacyIptables]);
}

/** Starts dockerd so that it outlives the tests; the next run finds it. */
async function start(): Promise<void> {
  const log = openSync(dockerdLog, "w");
  const daemon = spawn("dockerd", { detached: true, stdio: ["ignore", log, log], cwd: "/" });
  let ended: string | undefined;
  daemon.once("error", (error) => (ended = error.message));
  daemon.once("exit", (code, signal) => (ended = `it exited with ${code ?? signal}`));
  daemon.unref();
  const finish = showElapsed("starting dockerd");
  try {
    const deadline = Date.now() + startLimit;
    while (!(await answers())) {
      if (!ended && Date.now() > deadline) ended = `it does not answer after ${startLimit / 1000} s`;
      if (ended) throw new Error(`dockerd does not run: ${ended}.\n${await endOfLog()}`);
      await wait(250);
    }
  } finally {
    finish();
  }
}

async function endOfLog(): Promise<string> {
  const lines = (await readFile(dockerdLog, "utf8")).trimEnd().split("\n");
  return `The end of ${dockerdLog}:\n${lines.slice(-20).join("\n")}`;
}

/** Makes an engine answer, or says why there is none. Throws when an engine should run here and does not. */
export async function ensureDockerEngine(): Promise<EngineState> {
  if (await answers()) return "ready";
  const reason = await obstacle();
  if (reason) return { skipped: reason };
  return oneAtATime("engine", async (): Promise<EngineState> => {
    if (await answers()) return "ready";
    if (!existsSync("/usr/sbin/dockerd")) await install();
    // Where systemd runs, the installation has started it.
    if (!(await answers())) await start();
    return "ready";
  });
}
