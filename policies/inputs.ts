/** How do inputs get out of the engine's hands? What it does not know yet throws when it is read. */

import { UNKNOWN } from "./reading/known";

/** Deeper than any resource's inputs. */
const DEEPEST = 64;

/**
 * A copy without the engine's proxies, in which each value that is not known is `UNKNOWN`. The proxies throw on the
 * first unknown element of a list, which would hide its neighbours: each value is read by itself.
 */
export function plainInputs(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null || depth > DEEPEST) return value;
  if (Array.isArray(value))
    return Array.from({ length: value.length }, (_, index) => plainInputs(leaf(value, index), depth + 1));
  const copy: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(value)) copy[key] = plainInputs(leaf(value, key), depth + 1);
  return copy;
}

function leaf(container: object, key: string | number): unknown {
  try {
    return (container as Record<string | number, unknown>)[key];
  } catch (error) {
    // The SDK does not export the class of this error.
    if (typeof error === "object" && error !== null && "unknownTypeSentinel" in error) return UNKNOWN;
    throw error;
  }
}
