/** What can a program say of a container, and what does the check refuse? */

import type * as docker from "@pulumi/docker";
import type { Unwrap } from "@pulumi/pulumi";
import type { Properties } from "../../../provider/wire";
import { parseDuration } from "./duration";
import type { Problem } from "./resource";

/** The program's inputs, with the defaults. */
export type ContainerInputs = Unwrap<docker.ContainerArgs>;

/** What the double leaves out. */
const unsupported = [
  ...["attach", "cgroupParent", "deviceReadBps", "deviceReadIops", "deviceRequests", "deviceWriteBps"],
  ...["deviceWriteIops", "devices", "gpus", "logs", "platform"],
];

/** Inputs that are set where the program says nothing. */
export const defaults: Properties = {
  containerReadRefreshTimeoutMilliseconds: 15_000,
  healthcheck: { interval: "0s", startInterval: "0s", startPeriod: "0s", timeout: "0s" },
  mustRun: true,
  networkMode: "bridge",
  ports: [{ ip: "0.0.0.0", protocol: "tcp" }],
  removeVolumes: true,
  restart: "no",
  start: true,
  waitTimeout: 60,
};

type Check = (value: unknown) => string | undefined;

function matches(pattern: string): Check {
  return (value) =>
    new RegExp(pattern).test(String(value)) ? undefined : `'${value}' doesn't match the pattern '${pattern}'`;
}

function atLeast(least: number): Check {
  return (value) => (Number(value) >= least ? undefined : `'${value}' cannot be lower than ${least}`);
}

const isDuration: Check = (value) => {
  const nanoseconds = parseDuration(String(value));
  if (nanoseconds === undefined) return `'${value}' is not a valid duration`;
  return nanoseconds < 0 ? `'${value}' duration must not be negative` : undefined;
};

/**
 * Checks by path; `[]` goes through the elements of a list. `at` is the path that the message names where it is not
 * the checked one: the released provider names a set and not its element.
 */
const checks: { path: string; at?: string; check: Check }[] = [
  { path: "cpuPeriod", check: atLeast(0) },
  { path: "cpuQuota", check: atLeast(0) },
  { path: "cpuSet", check: matches("^\\d+([,-]\\d+)*$") },
  { path: "cpuShares", check: atLeast(0) },
  { path: "healthcheck.interval", check: isDuration },
  { path: "healthcheck.retries", check: atLeast(0) },
  { path: "healthcheck.startInterval", check: isDuration },
  { path: "healthcheck.startPeriod", check: isDuration },
  { path: "healthcheck.timeout", check: isDuration },
  { path: "memory", check: atLeast(0) },
  { path: "memoryReservation", check: atLeast(0) },
  { path: "memorySwap", check: atLeast(-1) },
  { path: "mounts[].type", at: "mounts", check: matches("^(bind|volume|tmpfs)$") },
  { path: "restart", check: matches("^(no|on-failure|always|unless-stopped)$") },
  { path: "shmSize", check: atLeast(0) },
  { path: "uploads[].permissions", at: "uploads", check: matches("^0[0-7]{3}$") },
];

/** The values at a path. */
function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  const [step, ...rest] = path;
  if (value === null || typeof value !== "object")
    return step === undefined && value !== undefined ? [value] : [];
  if (step === undefined) return [value];
  const inner = (value as Record<string, unknown>)[step.replace("[]", "")];
  if (!step.endsWith("[]")) return valuesAt(inner, rest);
  return Array.isArray(inner) ? inner.flatMap((element) => valuesAt(element, rest)) : [];
}

/** What is wrong with the inputs; each fact is said twice, as the released provider does. */
export function problems(inputs: Properties): Problem[] {
  const wrong = checks.flatMap(({ path, at, check }) => {
    const found = valuesAt(inputs, path.split(".")).filter((value) => typeof value !== "symbol");
    return found.flatMap((value) => {
      const message = check(value);
      return message ? [{ path: at ?? path, message: `${message}. ${message}` }] : [];
    });
  });
  const missing = unsupported.filter((name) => inputs[name] !== undefined);
  return [
    ...wrong,
    ...missing.map((path) => ({
      path,
      message: `the double of the Docker provider does not know '${path}'`,
    })),
  ];
}
