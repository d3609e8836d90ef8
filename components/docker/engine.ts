/** How do we talk to a Docker engine, and what is said when there is none? */

import type Docker from "dockerode";
import { Fault, isFault } from "../faults";

/** Where Docker listens when nobody says otherwise; what Pulumi's Docker provider assumes too. */
const DEFAULT_ENGINE = "unix:///var/run/docker.sock";

/** The engine's address: as configured, else as Docker's own tools find it. */
export function engineAddress(configured: string | undefined): string {
  return configured ?? (process.env.DOCKER_HOST || DEFAULT_ENGINE);
}

/** True for an engine whose ports are this machine's. */
export function isLocalEngine(configured: string | undefined): boolean {
  const address = engineAddress(configured);
  return address.startsWith("unix:") || /^\w+:\/\/(localhost|127\.|\[::1\])/.test(address);
}

/** Loaded when a container is deployed: a local server needs none of it. */
async function openEngine(address: string): Promise<Docker> {
  const { default: Client } = await import("dockerode");
  // The library reads every form of address from this variable, and from options only some of them.
  const before = process.env.DOCKER_HOST;
  process.env.DOCKER_HOST = address;
  try {
    return new Client();
  } finally {
    if (before === undefined) delete process.env.DOCKER_HOST;
    else process.env.DOCKER_HOST = before;
  }
}

/** An error of the engine's API, or of the way to it. */
interface EngineError extends Error {
  code?: string;
  statusCode?: number;
  json?: { message?: string };
}

/** What the engine itself said. */
export function engineWords(error: unknown): string {
  const { json, message } = error as EngineError;
  return json?.message ?? message;
}

/** True when the engine does not know the thing. */
export function isMissing(error: unknown): boolean {
  return (error as EngineError).statusCode === 404;
}

/** True when the engine says that it is already so, or still in the way. */
export function isConflict(error: unknown): boolean {
  return [304, 409].includes((error as EngineError).statusCode ?? 0);
}

/** Codes of a connection that never was. */
const NO_ENGINE = [
  "ENOENT",
  "ECONNREFUSED",
  "ENOTFOUND",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ECONNRESET",
  "EAI_AGAIN",
];

function engineFault(address: string, error: EngineError): Error {
  if (error.code === "EACCES" || error.code === "EPERM")
    return new Fault(
      `this user may not use the Docker engine at ${address}`,
      "sudo usermod -aG docker $USER, then log in again",
    );
  if (error.code && NO_ENGINE.includes(error.code))
    return new Fault(
      `no Docker engine answers at ${address} (${error.code})`,
      "start it: sudo systemctl start docker; one elsewhere: export DOCKER_HOST=$(docker context inspect -f '{{.Endpoints.docker.Host}}')",
    );
  if (/no space left on device/i.test(engineWords(error)))
    return new Fault(
      `the disk of the Docker engine at ${address} is full: ${engineWords(error)}`,
      "free some space: docker system df",
    );
  return error;
}

/**
 * Works with an engine.
 *
 * @throws Fault when it does not answer, does not let this user in, or its disk is full.
 */
export async function withEngine<Result>(
  configured: string | undefined,
  work: (docker: Docker) => Promise<Result>,
): Promise<Result> {
  const address = engineAddress(configured);
  try {
    return await work(await openEngine(address));
  } catch (error) {
    throw isFault(error) ? error : engineFault(address, error as EngineError);
  }
}

/** `undefined` where the engine answers that there is none. */
export async function orUndefined<Result>(answer: Promise<Result>): Promise<Result | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
