/** What has a resource type of the double to offer? The gRPC server in server.ts does the rest. */

import type Docker from "dockerode";
import type { Properties } from "../../../provider/wire";

/** An input that the check refuses. */
export interface Problem {
  /** Such as `healthcheck.interval`. */
  path: string;
  message: string;
}

/** CRUD of one resource type. */
export interface ResourceType {
  /** Inputs that are set where the program says nothing; lists of objects have those of their elements. */
  readonly defaults: Properties;
  /** Problems of the inputs, without those that are unknown. */
  check(inputs: Properties): Problem[];
  /** Makes the resource; throws `HalfMade` where Docker has something that the state must know of. */
  create(docker: Docker, inputs: Properties): Promise<string>;
  /** What is really there, over what the state remembers; undefined when it is gone. */
  read(docker: Docker, id: string, known: Properties): Promise<Actual | undefined>;
  /** Changes what can be changed without a replacement. */
  update(docker: Docker, id: string, before: Properties, inputs: Properties): Promise<void>;
  delete(docker: Docker, id: string, known: Properties): Promise<void>;
}

/** What a read found. */
export interface Actual {
  id: string;
  outputs: Properties;
}

/** The resource exists, but is not what was asked for. */
export class HalfMade extends Error {
  constructor(
    readonly id: string,
    message: string,
  ) {
    super(message);
  }
}

/** The answer of a request, or undefined where Docker has no such thing. */
export async function found<Result>(request: Promise<Result>): Promise<Result | undefined> {
  try {
    return await request;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  }
}

/** Runs a request; its failure reads as the released provider says it. */
export async function attempt<Result>(problem: string, request: Promise<Result>): Promise<Result> {
  try {
    return await request;
  } catch (error) {
    throw new Error(`${problem}: ${daemonMessage(error)}`);
  }
}

/** Docker's own words, as its official client says them. */
export function daemonMessage(error: unknown): string {
  const message = (error as { json?: { message?: string } }).json?.message;
  if (message) return `Error response from daemon: ${message}`;
  return error instanceof Error ? error.message : String(error);
}

/** `[{ label, value }]` of the program as Docker has it. */
export function labelMap(labels: readonly { label: string; value: string }[] = []): Record<string, string> {
  return Object.fromEntries(labels.map(({ label, value }) => [label, value]));
}

/** The inverse of `labelMap`. */
export function labelList(labels: Record<string, string> | null | undefined): Properties[] {
  return Object.entries(labels ?? {}).map(([label, value]) => ({ label, value }));
}
