/** How does a program stop on a user's mistake? With the message alone: Pulumi prints a RunError without a stack. */

import { RunError } from "@pulumi/pulumi";
import { isFault } from "./faults";

/**
 * Runs `work`.
 *
 * @throws pulumi.RunError in place of a Fault.
 */
export function refusing<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (isFault(error)) throw new RunError(error.message);
    throw error;
  }
}
