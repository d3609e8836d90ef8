/** How is a nested block written? Once, as a list of one, under a name in the plural: the provider's versions differ. */

import { isAbsent, type Properties, record, UNKNOWN } from "./known";

/** Properties somewhere in a resource's inputs. */
export interface Block {
  /** Where they are written, such as `rules[0].expiration`; empty: the inputs themselves. */
  path: string;
  properties: Properties;
  /** They are not known yet; `properties` is empty. */
  isUnknown: boolean;
}

/** The inputs of a resource as a block. */
export function inputsBlock(properties: unknown): Block {
  return { path: "", properties: record(properties), isUnknown: properties === UNKNOWN };
}

/** Path of a property in a block. */
export function pathIn({ path }: Block, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/**
 * The blocks of one of these names. Of several names the first that is there counts: `logging` of version 7 is
 * `loggings` of version 6.
 */
export function blocksIn(parent: Block, ...names: readonly string[]): Block[] {
  if (parent.isUnknown) return [{ path: pathIn(parent, names[0] ?? ""), properties: {}, isUnknown: true }];
  const name = names.find((candidate) => !isAbsent(parent.properties[candidate]));
  if (name === undefined) return [];
  const value = parent.properties[name];
  const path = pathIn(parent, name);
  if (Array.isArray(value))
    return value.flatMap((element: unknown, index) => blockOf(element, `${path}[${index}]`));
  return blockOf(value, path);
}

/** The first of `blocksIn`, for a block that is there at most once. */
export function blockIn(parent: Block, ...names: readonly string[]): Block | undefined {
  return blocksIn(parent, ...names)[0];
}

function blockOf(value: unknown, path: string): Block[] {
  if (value === UNKNOWN) return [{ path, properties: {}, isUnknown: true }];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return [{ path, properties: record(value), isUnknown: false }];
}

/** A property of a block; unknown where the block is. */
export function valueIn({ properties, isUnknown }: Block, ...names: readonly string[]): unknown {
  if (isUnknown) return UNKNOWN;
  const name = names.find((candidate) => !isAbsent(properties[candidate]));
  return name === undefined ? undefined : properties[name];
}

/** Longest part of somebody's text that a message repeats. */
const LONGEST_PART = 60;

/** Somebody's text in a message. */
export function short(written: string): string {
  return written.length > LONGEST_PART ? `${written.slice(0, LONGEST_PART)}…` : written;
}
