/** What does a resource of this plugin have to offer? Plain objects: the gRPC server in server.ts does the rest. */

import type { Fault } from "../components/faults";

/** Says something on the resource's line of the engine's display. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
  /** Replaced by the next message: progress of a long step. */
  status(message: string): void;
}

/** A resource the engine already knows. */
export interface Known<Inputs, Outputs> {
  id: string;
  /** Inputs of the last successful operation. */
  inputs: Inputs;
  /** Outputs of the last successful operation. */
  outputs: Outputs;
}

/** What an operation left behind. */
export interface Created<Outputs> {
  id: string;
  outputs: Outputs;
}

/** CRUD of one resource type. Errors thrown are shown to the user: `Fault` where it is his to mend. */
export interface ResourceType<Inputs, Outputs> {
  /** Outputs that state and display must hide. */
  readonly secrets: readonly (keyof Outputs & string)[];
  /** Faults of the inputs; called in every preview, with unknown inputs left out. Must not change anything. */
  check?(inputs: Partial<Inputs>, urn: string): Promise<Fault[]>;
  /**
   * Property paths of inputs and outputs that differ from what is declared or really there; empty means nothing to do.
   * Called in every preview and update with complete inputs, so it may ask a live server (2 s at most).
   */
  diff(known: Known<Inputs, Outputs>, inputs: Inputs, log: Log): Promise<string[]>;
  /** What will change, in words, as far as it is known while the server still has to be started. */
  announce?(known: Known<Inputs, Outputs>, inputs: Partial<Inputs>, log: Log): void;
  /** Outputs that are known before the operation ran; the others are unknown in the preview. */
  preview(inputs: Partial<Inputs>, known?: Known<Inputs, Outputs>): Partial<Outputs>;
  create(inputs: Inputs, log: Log, urn: string): Promise<Created<Outputs>>;
  update(known: Known<Inputs, Outputs>, inputs: Inputs, log: Log, urn: string): Promise<Outputs>;
  /** What is really there, for `pulumi refresh`. */
  read(known: Known<Inputs, Outputs>): Promise<Outputs>;
  /** Must work without a live server: a replaced container is gone before this is called. */
  delete(known: Known<Inputs, Outputs>, log: Log): Promise<void>;
}

/** A resource type whose inputs and outputs the caller need not know. */
// biome-ignore lint/suspicious/noExplicitAny: the table of resource types is heterogeneous.
export type AnyResourceType = ResourceType<any, any>;
