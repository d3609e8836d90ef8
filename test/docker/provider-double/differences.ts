/** Which operation does a change need, and which properties are its reason? */

import { isDeepStrictEqual } from "node:util";
import { hasUnknown, type Properties, UNKNOWN, type Value } from "../../../provider/wire";
import type { Difference } from "../../provider-double/engine";
import type { Schema } from "./schema";

/** Lists whose order means something; all others are sets. */
const ordered = new Set(["command", "entrypoints", "ports", "tests"]);

/** The container keeps what it was made with. So a refresh that finds the old value can only be mended by a new one. */
const fixedAtCreation = new Set(["healthcheck", "init", "tmpfs"]);

/** Inputs where the empty text means "as it is". */
const emptyIsNoChange = new Set(["user", "workingDir"]);

/** Removes what the released provider takes for absent (null, "", 0, false, empty), and the order of sets. */
export function normal(value: Value | undefined, name = ""): unknown {
  if (value === undefined || value === null || value === "" || value === 0 || value === false)
    return undefined;
  if (value === UNKNOWN) return value;
  if (Array.isArray(value)) {
    const elements = value.map((element) => normal(element)).filter((element) => element !== undefined);
    if (elements.length === 0) return undefined;
    return ordered.has(name) ? elements : elements.sort(byText);
  }
  if (typeof value !== "object") return value;
  const entries = Object.entries(value)
    .filter(([key]) => key !== "__defaults")
    .map(([key, inner]) => [key, normal(inner, key)] as const)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function byText(a: unknown, b: unknown): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function sizeOf(value: Value | undefined): number {
  return Array.isArray(value) ? value.length : 0;
}

function differs(name: string, before: Properties, after: Properties, schema: Schema): boolean {
  const wanted = after[name];
  const isAbsent = wanted === undefined || (wanted === "" && emptyIsNoChange.has(name));
  if (isAbsent && (schema.computed.has(name) || emptyIsNoChange.has(name))) return false;
  if (wanted !== undefined && hasUnknown(wanted)) return true;
  return !isDeepStrictEqual(normal(before[name], name), normal(wanted, name));
}

/**
 * Compares the state with the inputs of the program.
 *
 * @param applied The inputs of the last operation: what differs from the state although it was applied has drifted.
 */
export function differences(
  state: Properties,
  applied: Properties,
  inputs: Properties,
  schema: Schema,
): Difference[] {
  const changed = schema.inputs.filter((name) => differs(name, state, inputs, schema));
  return changed.map((name) => {
    const drifted = isDeepStrictEqual(normal(applied[name], name), normal(inputs[name], name));
    if (fixedAtCreation.has(name)) return { name, replace: drifted };
    // The released provider replaces when the number of mounts changes; inside a mount it has no such mark.
    const sameMounts = name === "mounts" && sizeOf(state[name]) === sizeOf(inputs[name]);
    return { name, replace: schema.replacing.has(name) && !sameMounts };
  });
}
