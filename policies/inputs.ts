/** How do inputs get out of the engine's hands? What it does not know yet throws when it is read. */

import { UNKNOWN } from "./reading/known";

/** Deeper than any resource's inputs. */
const DEEPEST = 64;

/** By this name the SDK's proxies give what they stand for. A read through a proxy makes another one: slow. */
const TARGET = "__getSpecialProxyTarget";

/** The SDK writes what is not known as a text of this length, and throws where it is read through a proxy. */
const UNKNOWN_LENGTH = 36;

/**
 * A copy without the engine's proxies, in which each value that is not known is `UNKNOWN`. The proxies throw on the
 * first unknown element of a list, which would hide its neighbours: each value is read by itself.
 */
export function plainInputs(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null || depth > DEEPEST) return value;
  const container = value as Container;
  const target = container[TARGET] as Container | undefined;
  if (Array.isArray(value))
    return Array.from({ length: value.length }, (_, index) => leaf(container, target, index, depth));
  const copy: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(value)) copy[key] = leaf(container, target, key, depth);
  return copy;
}

type Container = Readonly<Record<string | number, unknown>>;

function leaf(
  container: Container,
  target: Container | undefined,
  key: string | number,
  depth: number,
): unknown {
  const bare = target?.[key];
  const isKnown = typeof bare === "string" ? bare.length !== UNKNOWN_LENGTH : isPlain(bare);
  if (target && isKnown) return bare;
  try {
    return plainInputs(container[key], depth + 1);
  } catch (error) {
    // The SDK does not export the class of this error.
    if (typeof error === "object" && error !== null && "unknownTypeSentinel" in error) return UNKNOWN;
    throw error;
  }
}

function isPlain(value: unknown): boolean {
  return typeof value === "number" || typeof value === "boolean" || value === null;
}
