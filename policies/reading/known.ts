/** What is known of a value, and of which kind is it? Inputs of resources are anybody's: no shape is taken for granted. */

/** Stands for a value that is known only once other resources exist, that is, not yet in a preview. */
export const UNKNOWN = Symbol("not yet known");

/** A value, or the fact that it is not known yet. */
export type Known<Value> = Value | typeof UNKNOWN;

/** Inputs of a resource as plain data; what is not known is `UNKNOWN`. */
export type Properties = Readonly<Record<string, unknown>>;

/** A text, also where YAML or a program gave a number or a boolean. Undefined: not given, or no text. */
export function text(value: unknown): Known<string> | undefined {
  if (value === UNKNOWN) return UNKNOWN;
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** The text where it is known. */
export function knownText(value: unknown): string | undefined {
  const read = text(value);
  return read === UNKNOWN ? undefined : read;
}

/** A number, also written as text. Undefined: not given, or no number. */
export function number(value: unknown): Known<number> | undefined {
  const read = text(value);
  if (read === UNKNOWN) return UNKNOWN;
  if (read === undefined || read.length > 40 || !/^\s*[-+]?[\d.]+\s*$/.test(read)) return undefined;
  return Number.isFinite(Number(read)) ? Number(read) : undefined;
}

/** True, false, or undefined where it is neither; also written as text or as a number, in any case. */
export function flag(value: unknown): Known<boolean> | undefined {
  if (typeof value === "boolean") return value;
  const read = text(value);
  if (read === UNKNOWN) return UNKNOWN;
  if (read === undefined || read.length > 5) return undefined;
  return /^(true|1)$/i.test(read) ? true : /^(false|0)$/i.test(read) ? false : undefined;
}

/** Elements of a list; none where it is no list. An unknown list is one unknown element. */
export function list(value: unknown): readonly unknown[] {
  if (value === UNKNOWN) return [UNKNOWN];
  return Array.isArray(value) ? value : [];
}

/** Properties of an object; none where it is no object. */
export function record(value: unknown): Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Properties) : {};
}

/** Whether nothing was given. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

/** Own property of an object that may have been made from anybody's keys. */
export function own<Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
