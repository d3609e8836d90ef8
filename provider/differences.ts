/** What differs between two sets of inputs, and how is it named and said? */

import { isDeepStrictEqual } from "node:util";
import type { Properties } from "./wire";

/** Names of the inputs that differ between two sets. */
export function changedInputs(before: object, after: object): string[] {
  const [old, current] = [before as Properties, after as Properties];
  const names = new Set([...Object.keys(old), ...Object.keys(current)]);
  return [...names].filter((name) => !isDeepStrictEqual(old[name], current[name]));
}

/** `max_connections 100 → 200`, for every parameter that changes. */
export function parameterChanges(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string[] {
  return changedInputs(before, after).map(
    (name) => `${name} ${before[name] ?? "unset"} → ${after[name] ?? "unset"}`,
  );
}

/** Property path of a parameter, for the engine's display; names of extensions hold a dot. */
export function parameterPath(name: string): string {
  return name.includes(".") ? `parameters["${name}"]` : `parameters.${name}`;
}

/** The property that a path begins with. */
export function rootOf(path: string): string {
  return path.split(/[.[]/)[0] ?? path;
}
