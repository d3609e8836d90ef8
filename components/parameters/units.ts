/** How does PostgreSQL read and print a value? The rules of `guc.c` for booleans, enums, numbers and units. */

import type { PgParameter } from "./postgres";

/** A value in the parameter's own base unit: what `pg_settings.setting` holds, typed. */
export type Canonical = string | number;

/** What `readValue` returns: the value, or the reason the server would refuse it. */
export type Reading = { ok: true; value: Canonical } | { ok: false; reason: string };

type Unit = readonly [name: string, size: number];

/** Bytes per unit, largest first. https://www.postgresql.org/docs/15/config-setting.html#CONFIG-SETTING-NAMES-VALUES */
const MEMORY: readonly Unit[] = [
  ["TB", 1024 ** 4],
  ["GB", 1024 ** 3],
  ["MB", 1024 ** 2],
  ["kB", 1024],
  ["B", 1],
];

/** Microseconds per unit, largest first. */
const TIME: readonly Unit[] = [
  ["d", 86_400_000_000],
  ["h", 3_600_000_000],
  ["min", 60_000_000],
  ["s", 1_000_000],
  ["ms", 1_000],
  ["us", 1],
];

/** A base unit of `pg_settings.unit` such as `8kB`: its scale, and how much of the scale's smallest unit it is. */
function baseUnit(unit: string): { scale: readonly Unit[]; size: number } {
  const match = /^(\d*)(\D+)$/.exec(unit);
  const [count, name] = [Number(match?.[1] || 1), match?.[2]];
  for (const scale of [MEMORY, TIME]) {
    const found = scale.find(([unitName]) => unitName === name);
    if (found) return { scale, size: count * found[1] };
  }
  throw new Error(`pg_settings holds an unknown unit: ${unit}`);
}

/** C's rint(): half to even. */
function rint(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

const BOOLEAN_WORDS = [
  ["true", "on"],
  ["false", "off"],
  ["yes", "on"],
  ["no", "off"],
  ["on", "on"],
  ["off", "off"],
] as const;

function readBoolean(text: string): Reading {
  const word = text.toLowerCase();
  if (word === "1") return { ok: true, value: "on" };
  if (word === "0") return { ok: true, value: "off" };
  const matches = word === "" ? [] : BOOLEAN_WORDS.filter(([full]) => full.startsWith(word));
  const meanings = new Set(matches.map(([, meaning]) => meaning));
  const [meaning] = meanings;
  return meanings.size === 1 && meaning
    ? { ok: true, value: meaning }
    : { ok: false, reason: "it takes on or off" };
}

/** Spellings of on and off that enums with those words accept though `pg_settings.enumvals` does not list them. */
const HIDDEN_WORDS: Readonly<Record<string, string>> = {
  true: "on",
  yes: "on",
  "1": "on",
  false: "off",
  no: "off",
  "0": "off",
};

/** Words that are not listed, and the one that the server then shows. `guc_tables.c`, the options of each enum. */
const SYNONYMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  client_min_messages: { debug: "debug2", info: "info" },
  icu_validation_level: { debug: "debug2", info: "info" },
  log_min_error_statement: { debug: "debug2" },
  log_min_messages: { debug: "debug2" },
  trace_recovery_messages: { debug: "debug2", info: "info" },
  wal_compression: { on: "pglz" },
  wal_level: { archive: "replica", hot_standby: "replica" },
};

function readEnum(parameter: PgParameter, text: string): Reading {
  const choices = parameter.enumvals ?? [];
  const word = text.toLowerCase();
  const listed =
    choices.find((choice) => choice.toLowerCase() === word) ?? listedWord(choices, HIDDEN_WORDS[word]);
  const synonyms = SYNONYMS[parameter.name] ?? {};
  const value = synonyms[listed ?? word] ?? listed;
  return value === undefined
    ? { ok: false, reason: `it takes one of ${choices.join(", ")}` }
    : { ok: true, value };
}

function listedWord(choices: readonly string[], word: string | undefined): string | undefined {
  return word !== undefined && choices.includes(word) ? word : undefined;
}

/** What was read from the start of a text, and what follows it. */
interface Scanned {
  value: number;
  rest: string;
}

/** C's strtol with base 0: decimal, 0x hexadecimal, leading-zero octal. Undefined where it reads nothing. */
function strtol(text: string): Scanned | undefined {
  const match = /^[ \t\n\v\f\r]*([+-]?)(0[xX][\da-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(text);
  if (!match?.[2]) return undefined;
  const digits = match[2];
  const magnitude = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  return { value: match[1] === "-" ? -magnitude : magnitude, rest: text.slice(match[0].length) };
}

const DECIMAL = /^[ \t\n\v\f\r]*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/;
const HEXADECIMAL =
  /^[ \t\n\v\f\r]*([+-]?)0[xX](?=\.?[\da-fA-F])([\da-fA-F]*)\.?([\da-fA-F]*)(?:[pP]([+-]?\d+))?/;

/** Below this, strtod reports ERANGE, and PostgreSQL refuses. */
const SMALLEST_NORMAL = 2 ** -1022;

/** C's strtod: decimal, or hexadecimal with a binary exponent. Undefined where it reads nothing or overflows. */
function strtod(text: string): Scanned | undefined {
  const hexadecimal = HEXADECIMAL.exec(text);
  const match = hexadecimal ?? DECIMAL.exec(text);
  if (!match) return undefined;
  const value = hexadecimal ? hexadecimalValue(hexadecimal) : Number(match[1]);
  const mantissa = match[0].replace(hexadecimal ? /0x|p.*/gi : /e.*/i, "");
  const underflow = Math.abs(value) < SMALLEST_NORMAL && /[1-9a-f]/i.test(mantissa);
  return underflow || !Number.isFinite(value) ? undefined : { value, rest: text.slice(match[0].length) };
}

function hexadecimalValue([, sign, whole = "", fraction = "", exponent = "0"]: RegExpExecArray): number {
  const magnitude = Number(`0x${whole}${fraction}`) * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === "-" ? -magnitude : magnitude;
}

/** `parse_int` and `parse_real`: a fraction or an exponent makes an integer parameter read a real number. */
function scanNumber(parameter: PgParameter, text: string): Scanned | undefined {
  if (parameter.vartype === "real") return strtod(text);
  const integer = strtol(text);
  return /^[.eE]/.test(integer?.rest ?? text) ? strtod(text) : integer;
}

function readNumber(parameter: PgParameter, text: string): Reading {
  const kind = parameter.vartype === "integer" ? "a whole number" : "a number";
  const example = parameter.unit ? `${kind} with one of the units ${unitNames(parameter.unit)}` : kind;
  const scanned = scanNumber(parameter, text);
  if (!scanned) return { ok: false, reason: `it takes ${example}` };
  const given = scanned.rest.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, "");
  let { value } = scanned;
  if (given !== "") {
    if (!parameter.unit) return { ok: false, reason: `it takes ${kind} without a unit` };
    const converted = convert(value, given, parameter.unit);
    if (converted === undefined) return { ok: false, reason: `it takes ${example} (spelled exactly so)` };
    value = converted;
  }
  if (parameter.vartype === "integer") value = rint(value);
  const [min, max] = [parameter.min_val ?? -Infinity, parameter.max_val ?? Infinity];
  if (!(value >= min && value <= max)) {
    const range = `${showValue(parameter, min)} … ${showValue(parameter, max)}`;
    const unit = parameter.unit && given === "" ? ` (a number without a unit counts ${parameter.unit})` : "";
    return { ok: false, reason: `its range is ${range}${unit}` };
  }
  // Minus zero is no value of its own; pg_settings holds six digits of a real number.
  return { ok: true, value: parameter.vartype === "real" ? Number(sixDigits(value)) + 0 : value + 0 };
}

/** C's `%g`: six significant digits, an exponent from 1e+06 on and below 0.0001. */
function sixDigits(value: number): string {
  const [mantissa = "", exponent = "0"] = value.toExponential(5).split("e");
  const power = Number(exponent);
  if (value === 0 || (power >= -4 && power < 6)) return String(Number(value.toPrecision(6)) + 0);
  const digits = String(Math.abs(power)).padStart(2, "0");
  return `${Number(mantissa)}e${power < 0 ? "-" : "+"}${digits}`;
}

/** Units a parameter takes, for messages: `B, kB, MB, GB, TB`. */
export function unitNames(unit: string): string {
  return baseUnit(unit)
    .scale.map(([name]) => name)
    .reverse()
    .join(", ");
}

/** `convert_to_base_unit`: a fraction is first rounded to a whole number of the next smaller unit. */
function convert(number: number, given: string, unit: string): number | undefined {
  const { scale, size } = baseUnit(unit);
  const index = scale.findIndex(([name]) => name === given);
  const [found, smaller] = [scale[index], scale[index + 1]];
  if (!found) return undefined;
  // Multiplied in the server's order: a value half-way between two units would round to the other one.
  const value = number * (found[1] / size);
  if (!smaller) return value;
  const multiplier = smaller[1] / size;
  return rint(value / multiplier) * multiplier;
}

/**
 * Reads a value as the server would for this parameter: `"1.5GB"`, `"on"`, `"0x10"`, `" 10 min"`.
 * A number without a unit counts the parameter's base unit.
 * https://www.postgresql.org/docs/15/config-setting.html
 */
export function readValue(parameter: PgParameter, text: string): Reading {
  switch (parameter.vartype) {
    case "bool":
      return readBoolean(text);
    case "enum":
      return readEnum(parameter, text);
    case "integer":
    case "real":
      return readNumber(parameter, text);
    default:
      return { ok: true, value: text };
  }
}

/** Prints a value as `SHOW` does: the largest unit that holds it without a fraction. */
export function showValue(parameter: PgParameter, value: Canonical): string {
  if (typeof value !== "number") return value;
  const print = parameter.vartype === "real" ? sixDigits : String;
  if (!parameter.unit || value <= 0 || !Number.isFinite(value)) return print(value);
  const { scale, size } = baseUnit(parameter.unit);
  const smallest = scale.at(-1) as Unit;
  // A real number is whole enough when `%g` would print it so; `convert_real_from_base_unit`.
  const isWhole = (count: number) =>
    parameter.vartype === "real" ? Math.abs(rint(count) / count - 1) <= 1e-8 : Number.isInteger(count);
  const [name, unitSize] = scale.find(([, candidate]) => isWhole(value / (candidate / size))) ?? smallest;
  return `${print(value / (unitSize / size))}${name}`;
}

/** Bytes in a memory size such as `8GiB`, `8GB` (PostgreSQL's binary GB), `512MB`; undefined when it is none. */
export function readBytes(text: string): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(?:([KMGT])iB|([kMGT])B|(B))\s*$/.exec(text);
  if (!match) return undefined;
  const letter = match[2] ?? match[3] ?? match[4] ?? "B";
  const unit = letter === "B" ? "B" : letter.toUpperCase() === "K" ? "kB" : `${letter}B`;
  const size = MEMORY.find(([name]) => name === unit)?.[1] ?? 1;
  return Math.round(Number(match[1]) * size);
}

/** Bytes in PostgreSQL's notation: `2GB`, `512MB`. */
export function showBytes(bytes: number): string {
  const [name, size] = MEMORY.find(([, unitSize]) => bytes >= unitSize && bytes % unitSize === 0) ?? ["B", 1];
  return `${bytes / size}${name}`;
}
