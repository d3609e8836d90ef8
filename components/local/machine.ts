/** How much memory and how many CPUs count on this machine, and which share gets a database? */

import { readFileSync } from "node:fs";
import os from "node:os";
import type { DatabaseArgs } from "../database";
import { Fault } from "../faults";
import { readBytes, showBytes } from "../parameters/units";

/** What the operating system grants. */
export interface Resources {
  /** Bytes. */
  memory: number;
  cpus: number;
  /** Where the numbers came from, for `explain`: `cgroup v2 memory.max` or `physical memory`. */
  source: string;
}

/** Reads a text file; undefined when there is none. Tests pass their own. */
export type ReadText = (file: string) => string | undefined;

const readText: ReadText = (file) => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
};

/** cgroup v1 reports "no limit" as a number near 2^63. */
const NO_LIMIT = 2 ** 60;

/** A limit file's number; undefined when absent, `max` or not a number. */
function limit(text: string | undefined): number | undefined {
  const value = Number(text?.trim() || Number.NaN);
  return Number.isFinite(value) && value > 0 && value < NO_LIMIT ? value : undefined;
}

/** This process's own cgroup directories, innermost first: limits of every level apply. */
function cgroupDirectories(root: string, cgroup: string | undefined): string[] {
  const parts = (cgroup ?? "/").split("/").filter(Boolean);
  return parts.map((_, index) => `${root}/${parts.slice(0, parts.length - index).join("/")}`).concat(root);
}

function smallest<T extends { value: number }>(found: (T | undefined)[]): T | undefined {
  return found.filter((entry) => entry !== undefined).sort((a, b) => a.value - b.value)[0];
}

/**
 * Memory and CPUs of this machine or of the container this process runs in (cgroup v2, v1, or none).
 * https://docs.kernel.org/admin-guide/cgroup-v2.html
 */
export function detectResources(
  read: ReadText = readText,
  host: { memory: number; cpus: number } = { memory: os.totalmem(), cpus: os.availableParallelism() },
): Resources {
  const cgroups = (read("/proc/self/cgroup") ?? "").split("\n");
  const v2 = cgroups.find((line) => line.startsWith("0::"))?.slice(3);
  const v1 = (controller: string) =>
    cgroups.find((line) => line.split(":")[1]?.split(",").includes(controller))?.split(":")[2];
  const directories2 = cgroupDirectories("/sys/fs/cgroup", v2);
  const memory = smallest([
    ...directories2.map((directory) => named("cgroup v2 memory.max", limit(read(`${directory}/memory.max`)))),
    ...cgroupDirectories("/sys/fs/cgroup/memory", v1("memory")).map((directory) =>
      named("cgroup v1 memory.limit_in_bytes", limit(read(`${directory}/memory.limit_in_bytes`))),
    ),
    named("physical memory", host.memory),
  ]);
  const cpus = smallest([
    ...directories2.map((directory) => named("cgroup v2 cpu.max", quota(read(`${directory}/cpu.max`)))),
    ...cgroupDirectories("/sys/fs/cgroup/cpu", v1("cpu")).map((directory) => {
      const period = read(`${directory}/cpu.cfs_period_us`)?.trim();
      return named(
        "cgroup v1 cpu quota",
        quota(`${read(`${directory}/cpu.cfs_quota_us`)?.trim()} ${period}`),
      );
    }),
    named("processors", host.cpus),
  ]);
  return {
    memory: memory?.value ?? host.memory,
    cpus: Math.max(1, Math.floor(cpus?.value ?? host.cpus)),
    source: memory?.name ?? "physical memory",
  };
}

function named(name: string, value: number | undefined): { name: string; value: number } | undefined {
  return value === undefined ? undefined : { name, value };
}

/** `cpu.max` holds `<quota> <period>` in microseconds, or `max <period>`. */
function quota(text: string | undefined): number | undefined {
  const [granted, period] = (text ?? "").trim().split(/\s+/);
  const [amount, length] = [limit(granted), limit(period)];
  return amount && length ? amount / length : undefined;
}

/** A developer's machine has other things to do: the database is sized for this share of it. */
const SHARE = 4;

/** Sizes are computed from whole steps of this, so that a few kB of firmware do not make odd numbers. */
const STEP = 256 * 1024 ** 2;

/**
 * Memory and CPUs for a local database: as given, else as recorded when it was made, else a quarter of this machine.
 * Sized once: moving to a larger machine changes nothing by itself.
 *
 * @param limitToMachine False for sizes that only are to be explained.
 * @throws Fault when more is asked for than the machine has.
 */
export function localResources(
  args: Pick<DatabaseArgs, "memory" | "cpus">,
  recorded: { memory: number; cpus: number } | undefined,
  detect = detectResources,
  { limitToMachine = true } = {},
): { memory: number; cpus: number } {
  const machine = detect();
  const given = args.memory === undefined ? undefined : readBytes(args.memory);
  if (limitToMachine && given !== undefined && given > machine.memory)
    throw new Fault(
      `memory ${args.memory} is more than this machine has: ${showBytes(Math.floor(machine.memory / STEP) * STEP)} (${machine.source})`,
      `write \`memory: ${showBytes(quarter(machine.memory)).replace(/B$/, "iB")}\`, or remove memory`,
    );
  return {
    memory: given ?? recorded?.memory ?? quarter(machine.memory),
    cpus: args.cpus ?? recorded?.cpus ?? machine.cpus,
  };
}

function quarter(memory: number): number {
  return Math.max(STEP, Math.floor(memory / SHARE / STEP) * STEP);
}
