/** What may a user say of a parameter, and what is wrong with what he said? */

import { closest } from "fastest-levenshtein";
import { Fault } from "../faults";
import { catalogueRow, safeValues } from "./catalogue";
import { pgNames, pgParameter, VERSIONS, type Version } from "./postgres";
import { type Canonical, readValue, showValue } from "./units";

/** Values as they stand in YAML or JSON. */
export type ParameterInput = string | number | boolean;

/** Parameters that a target sets from its own configuration, so that `parameters` must not. */
const OWNED_BY_TARGET = [
  "config_file",
  "data_directory",
  "external_pid_file",
  "hba_file",
  "ident_file",
  "listen_addresses",
  "log_directory",
  "log_filename",
  "log_rotation_age",
  "log_rotation_size",
  "log_truncate_on_rotation",
  "logging_collector",
  "port",
  "unix_socket_directories",
  "unix_socket_group",
  "unix_socket_permissions",
] as const;

/** Parameters that ALTER SYSTEM refuses though they are none of context internal. Tested against each version. */
export const NOT_FOR_A_SERVER = [
  "allow_alter_system",
  "transaction_deferrable",
  "transaction_isolation",
  "transaction_read_only",
] as const;

/** Units people write, and what PostgreSQL calls them. */
const MISSPELT_UNITS: Record<string, readonly string[]> = {
  b: ["B"],
  k: ["kB"],
  kb: ["kB"],
  kib: ["kB"],
  m: ["MB", "min"],
  mb: ["MB"],
  mib: ["MB"],
  g: ["GB"],
  gb: ["GB"],
  gib: ["GB"],
  tb: ["TB"],
  sec: ["s"],
  second: ["s"],
  seconds: ["s"],
  minute: ["min"],
  minutes: ["min"],
  hour: ["h"],
  hours: ["h"],
  day: ["d"],
  days: ["d"],
};

/** The line that mends one of the user's values; it reads the same in a stack's YAML and in a program. */
export function write(name: string, value: string): string {
  return `write \`${name}: ${value}\` under parameters`;
}

function remove(name: string): string {
  return `remove \`${name}\` from parameters`;
}

/** Dotted names belong to extensions: PostgreSQL accepts any, and knows type and context only once it is loaded. */
function isExtensionParameter(name: string): boolean {
  return /^[A-Za-z_][\w$]*(\.[A-Za-z_][\w$]*)+$/.test(name);
}

/** The fault for a parameter that follows from the target's own configuration. */
export function setByTarget(name: string): Fault {
  return new Fault(`parameter ${name} is set by the target, not in parameters`, remove(name));
}

/** A value that PostgreSQL takes, in the parameter's base unit. */
export interface UserValue {
  name: string;
  canonical: Canonical;
}

function inputText(input: ParameterInput): string {
  return typeof input === "boolean" ? (input ? "on" : "off") : String(input);
}

/** Reads one of the user's values, or says what is wrong with it. */
export function readUserValue(version: Version, given: string, input: ParameterInput): UserValue | Fault {
  const parameter = pgParameter(version, given);
  const text = inputText(input);
  if (!parameter) {
    if (isExtensionParameter(given)) return { name: given, canonical: text };
    return unknownParameter(version, given, text);
  }
  const { name } = parameter;
  if ((OWNED_BY_TARGET as readonly string[]).includes(name)) return setByTarget(name);
  if (parameter.context === "internal")
    return new Fault(
      `parameter ${name} cannot be set: it only reports a property of the server`,
      remove(name),
    );
  if ((NOT_FOR_A_SERVER as readonly string[]).includes(name))
    return new Fault(
      `parameter ${name} cannot be set for a whole server: ALTER SYSTEM refuses it`,
      remove(name),
    );
  if (/[\r\n]/.test(text))
    return new Fault(
      `parameter ${name} holds a line break, which ALTER SYSTEM refuses`,
      `write it in one line, or ${remove(name)}`,
    );
  const reading = readValue(parameter, text);
  if (!reading.ok) {
    const better = betterSpelling(text).find((spelling) => readValue(parameter, spelling).ok);
    const example = better ?? exampleValue(version, name);
    return new Fault(
      `parameter ${name} = ${text || "''"} is refused by PostgreSQL: ${reading.reason}`,
      write(name, example),
    );
  }
  const row = catalogueRow(name);
  const shown = showValue(parameter, reading.value);
  if (row?.control === "fixed" && !safeValues(row).includes(shown)) {
    const danger = row.unsafe[shown] ?? "it is not one of the safe values";
    return new Fault(
      `parameter ${name} = ${shown} is refused: ${danger}`,
      safeValues(row).length > 1 ? write(name, row.value) : remove(name),
    );
  }
  return { name, canonical: reading.value };
}

/** Names ignore case: `Work_Mem` and `work_mem` are one parameter. */
export function writtenTwice(parameters: Readonly<Record<string, ParameterInput>>, name: string): Fault {
  const [first = "", ...others] = Object.keys(parameters).filter(
    (given) => given.toLowerCase() === name.toLowerCase(),
  );
  return new Fault(
    `parameter ${name} is written more than once: ${[first, ...others].join(", ")}`,
    remove(first),
  );
}

function unknownParameter(version: Version, given: string, text: string): Fault {
  const other = VERSIONS.find((candidate) => candidate !== version && pgParameter(candidate, given));
  if (other)
    return new Fault(
      `PostgreSQL ${version} has no parameter ${given}; version ${other} has`,
      `${remove(given)}, or write \`version: "${other}"\``,
    );
  const nearest = closest(given.toLowerCase(), pgNames(version));
  return new Fault(
    `PostgreSQL ${version} has no parameter ${given}`,
    `did you mean ${nearest}? ${write(nearest, text)}`,
  );
}

function betterSpelling(text: string): string[] {
  const match = /^\s*([+-]?[\d.]+)\s*([A-Za-z]+)\s*$/.exec(text);
  const units = MISSPELT_UNITS[match?.[2]?.toLowerCase() ?? ""] ?? [];
  return units.map((unit) => `${match?.[1]}${unit}`);
}

/** A value that PostgreSQL takes: ours, else its own. */
function exampleValue(version: Version, name: string): string {
  const row = catalogueRow(name);
  if (row && row.control !== "computed") return row.value;
  const parameter = pgParameter(version, name);
  const reading = parameter && readValue(parameter, parameter.boot_val ?? "");
  return parameter && reading?.ok ? showValue(parameter, reading.value) : "…";
}
