/** What is known of a PostgreSQL server before it runs? The same view of a container, a parameter group, a file, a live server. */

import { type PgParameter, pgParameter, VERSIONS, type Version } from "../components/parameters/postgres";
import { type Canonical, readValue, showValue } from "../components/parameters/units";
import { type Known, UNKNOWN } from "./reading/known";

/** A parameter that somebody set. */
export interface Given {
  /** As PostgreSQL spells it, where it knows the name. */
  name: string;
  /** The value as written. */
  text: Known<string>;
  /** Path of the property it is written in, such as `command[2]`. */
  property: string;
  /** What is written there: `-c fsync=off`. */
  written: string;
  /** The line to write there instead, for a hint. */
  write(value: string): string;
}

/** Something with which the server does not start. */
export interface Refusal {
  property: string;
  written: string;
  reason: string;
  hint: string;
}

/** Where a setting would be written that nobody gave. */
export interface Place {
  property: string;
  write(name: string, value: string): string;
}

/** Settings that cannot be read here. */
export interface HiddenSource {
  /**
   * `elsewhere`: in a file or a program that nobody sees; `later`: the update will know them; `own`: this product
   * applies them to the running server, by a resource that is judged itself.
   */
  kind: "elsewhere" | "later" | "own";
  property: string;
  source: string;
}

/** A server as its configuration describes it. */
export interface Server {
  kind: "container" | "parameter group" | "own resource" | "file" | "running server";
  /** Major version; undefined when it cannot be told. */
  major: number | undefined;
  /** The last of each name that counts. */
  given: ReadonlyMap<string, Given>;
  refusals: readonly Refusal[];
  /** Values that the image or the service gives instead of PostgreSQL's own; null: its own, and not known. */
  defaults: Readonly<Record<string, string | null>>;
  /** Where settings come from that cannot be read; what nobody gave is then unknown. */
  hiddenSource: HiddenSource | undefined;
  place: Place;
  /** What was read of it, by name: many rules ask for the same parameter. */
  read?: Map<string, Effective>;
}

/** The recorded version whose rules hold for a server: its own, else the nearest, else the oldest. */
export function recordedVersion(major: number | undefined): Version {
  const nearest = Math.min(18, Math.max(15, major ?? 15));
  return VERSIONS.find((version) => Number(version) === nearest) ?? "15";
}

/** Rows that were looked up, by version and name: rules ask for the same ones again and again. */
const rows = new Map<number | undefined, Map<string, PgParameter | undefined>>();

/** PostgreSQL's row of a parameter of this server, or of any version where its own is not known. */
export function parameterOf({ major }: Pick<Server, "major">, name: string): PgParameter | undefined {
  if (name.length > 63) return undefined;
  let known = rows.get(major);
  if (!known) {
    known = new Map();
    if (rows.size < 50) rows.set(major, known);
  }
  if (known.has(name)) return known.get(name);
  const row = findParameter(major, name);
  if (known.size < 1000) known.set(name, row);
  return row;
}

function findParameter(major: number | undefined, name: string): PgParameter | undefined {
  // Names with a dot belong to extensions.
  if (name.includes(".")) return undefined;
  const versions = isRecorded(major) ? [recordedVersion(major)] : [recordedVersion(major), ...VERSIONS];
  return versions.map((version) => pgParameter(version, name)).find((found) => found !== undefined);
}

/** Whether the rules of exactly this version are recorded. */
export function isRecorded(major: number | undefined): boolean {
  return (VERSIONS as readonly string[]).includes(String(major));
}

/** A value that a server would run with. */
export interface Effective {
  /** In base units; undefined where the server refuses it, or this version lacks the parameter. */
  value: Known<Canonical> | undefined;
  /** As `SHOW` prints it, for messages. */
  shown: string;
  given: Given | undefined;
}

/** The value a server would run with: given, else the target's default, else PostgreSQL's. */
export function effective(server: Server, name: string): Effective {
  server.read ??= new Map();
  let value = server.read.get(name);
  if (!value) {
    value = readEffective(server, name);
    server.read.set(name, value);
  }
  return value;
}

function readEffective(server: Server, name: string): Effective {
  const parameter = parameterOf(server, name);
  const given = server.given.get(name);
  if (given) {
    if (given.text === UNKNOWN) return { value: UNKNOWN, shown: "not yet known", given };
    return { ...readText(parameter, given.text), given };
  }
  const target = Object.hasOwn(server.defaults, name) ? server.defaults[name] : undefined;
  if (target === null || (target === undefined && server.hiddenSource))
    return { value: UNKNOWN, shown: "not known", given: undefined };
  return { ...readText(parameter, target ?? parameter?.boot_val ?? undefined), given: undefined };
}

/** How PostgreSQL reads a text, and shows what it read. */
interface Reading {
  result: ReturnType<typeof readValue>;
  shown: string;
}

/** Texts that were read, by row: most servers have most of their parameters alike. */
const readings = new WeakMap<PgParameter, Map<string, Reading>>();

/** Reads a parameter's value as the server would. */
export function readParameter(parameter: PgParameter, text: string): Reading {
  const known = readings.get(parameter) ?? new Map<string, Reading>();
  const found = known.get(text);
  if (found) return found;
  const result = readValue(parameter, text);
  const reading = { result, shown: result.ok ? showValue(parameter, result.value) : text };
  if (known.size < 100 && text.length < 1000) readings.set(parameter, known.set(text, reading));
  return reading;
}

function readText(
  parameter: PgParameter | undefined,
  text: string | undefined,
): Pick<Effective, "value" | "shown"> {
  if (text === undefined) return { value: undefined, shown: "" };
  if (!parameter) return { value: text, shown: text };
  const { result, shown } = readParameter(parameter, text);
  return { value: result.ok ? result.value : undefined, shown };
}

/** Known text of an effective value; undefined where it is unknown or refused. */
export function settingText(server: Server, name: string): string | undefined {
  const { value } = effective(server, name);
  return value === undefined || value === UNKNOWN ? undefined : String(value);
}

/** Known number of an effective value in the parameter's base unit. */
export function settingNumber(server: Server, name: string): number | undefined {
  const { value } = effective(server, name);
  return typeof value === "number" ? value : undefined;
}

/** Bytes of an effective memory size; -1 and 0 stay what they are. */
export function settingBytes(server: Server, name: string): number | undefined {
  const value = settingNumber(server, name);
  const unit = parameterOf(server, name)?.unit;
  const size = { B: 1, kB: 1024, "8kB": 8192, MB: 1024 ** 2 }[unit ?? ""] ?? 1;
  return value === undefined || value <= 0 ? value : value * size;
}

/** The line that gives a parameter a value: in its own place, or where it would be added. */
export function writeSetting(
  server: Server,
  name: string,
  value: string,
): { property: string; hint: string } {
  const given = server.given.get(name);
  if (given) return { property: given.property, hint: given.write(value) };
  return { property: server.place.property, hint: server.place.write(name, value) };
}
