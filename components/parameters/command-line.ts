/** How do parameters get on a server's command line, and how are they read back from one? */

import type { Version } from "./postgres";
import type { Settings } from "./settings";

/** Options of `postgres` that stand for a parameter; the value `true` needs an argument. `postmaster.c`, `getopt`. */
const SHORT_OPTIONS: Record<string, { name: string; value: string | true }> = {
  B: { name: "shared_buffers", value: true },
  F: { name: "fsync", value: "off" },
  N: { name: "max_connections", value: true },
  O: { name: "allow_system_table_mods", value: "on" },
  P: { name: "ignore_system_indexes", value: "on" },
  S: { name: "work_mem", value: true },
  W: { name: "post_auth_delay", value: true },
  h: { name: "listen_addresses", value: true },
  i: { name: "listen_addresses", value: "*" },
  k: { name: "unix_socket_directories", value: true },
  l: { name: "ssl", value: "on" },
  p: { name: "port", value: true },
  s: { name: "log_statement_stats", value: "on" },
};

/** Options with an argument that is no parameter: data directory, debug level and their like. */
const OTHER_ARGUMENTS = "CDdfrt";

/** `getopt` letters of `postgres` without an argument. Version 16 removed -n. */
const FLAGS = "bEejnT";

/** What a command line sets, and what the server would refuse. */
export interface CommandLine {
  /** Values by parameter name, as written; the last one wins. Names are lower case with underscores. */
  parameters: Record<string, string>;
  /** Arguments with which the server does not start. */
  refused: string[];
}

/** One argument or pair of arguments that sets a parameter. */
export interface Assignment {
  name: string;
  /** As written. */
  value: string;
  /** Index of the last argument that it is written in. */
  index: number;
  /** As written on the command line: `-c fsync=off`, `--fsync=off`, `-F`. */
  written: string;
}

/** A command line in full: also what a later argument overrides, since the server reads that first. */
export interface CommandLineReading {
  assignments: Assignment[];
  /** Arguments with which the server does not start, each with its index. */
  refused: { written: string; index: number }[];
  /** Argument of `-D`; undefined where there is none. */
  dataDirectory: string | undefined;
}

/** Parameters that go on the command line: fixed ones, which nothing inside may override, and those that need a restart. */
export function commandLineParameters(settings: Settings): Record<string, string> {
  return valuesWhere(settings, (context) => context !== "reload");
}

/** Parameters that are applied to the running server. */
export function reloadableParameters(settings: Settings): Record<string, string> {
  return valuesWhere(settings, (context) => context === "reload");
}

function valuesWhere(settings: Settings, wanted: (context: string) => boolean): Record<string, string> {
  const entries = Object.entries(settings.parameters).filter(([, setting]) => wanted(setting.context));
  return Object.fromEntries(entries.map(([name, setting]) => [name, setting.value]));
}

/** `["-c", "fsync=on", …]`: arguments of `postgres`, passed without a shell. */
export function toCommandLine(parameters: Readonly<Record<string, string>>): string[] {
  return Object.entries(parameters).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/**
 * Reads arguments of `postgres` as its getopt does: `-c a=b`, `-ca=b`, `--a-b=c`, `-F`, bundles such as `-Fi`.
 * https://www.postgresql.org/docs/15/app-postgres.html
 */
export function fromCommandLine(argv: readonly string[], version?: Version): CommandLine {
  const { assignments, refused } = readCommandLine(argv, version);
  return {
    parameters: Object.fromEntries(assignments.map(({ name, value }) => [name, value])),
    refused: refused.map(({ written }) => written),
  };
}

/** The same with every assignment in its place. `version` decides about options that came or went; default: 15. */
export function readCommandLine(argv: readonly string[], version: Version = "15"): CommandLineReading {
  const result: CommandLineReading = { assignments: [], refused: [], dataDirectory: undefined };
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] as string;
    if (word === "--") {
      const rest = argv.slice(index + 1);
      result.refused.push(...rest.map((written, offset) => ({ written, index: index + 1 + offset })));
      break;
    }
    if (word.startsWith("--")) assign(result, word.slice(2), { written: word, index });
    else if (/^-./s.test(word)) index = readBundle(result, argv, index, version);
    else result.refused.push({ written: word, index });
  }
  return result;
}

/** Reads one word of short options; returns the index of the last word it took. */
function readBundle(
  result: CommandLineReading,
  argv: readonly string[],
  index: number,
  version: Version,
): number {
  const word = argv[index] as string;
  for (let position = 1; position < word.length; position++) {
    const letter = word.charAt(position);
    const option = SHORT_OPTIONS[letter];
    const takesArgument =
      letter === "c" || letter === "-" || option?.value === true || OTHER_ARGUMENTS.includes(letter);
    if (!takesArgument) {
      const known = FLAGS.includes(letter) && !(letter === "n" && Number(version) >= 16);
      if (option)
        result.assignments.push({ name: option.name, value: String(option.value), written: word, index });
      else if (!known) result.refused.push({ written: word, index });
      continue;
    }
    const glued = word.slice(position + 1);
    const last = glued === "" ? index + 1 : index;
    const argument = glued || argv[last];
    if (argument === undefined) {
      result.refused.push({ written: word, index });
      return index;
    }
    const written = glued === "" ? `${word} ${argument}` : word;
    if (letter === "c" || letter === "-") assign(result, argument, { written, index: last });
    else if (letter === "D") result.dataDirectory = argument;
    else if (option) result.assignments.push({ name: option.name, value: argument, written, index: last });
    return last;
  }
  return index;
}

function assign(
  result: CommandLineReading,
  assignment: string,
  place: { written: string; index: number },
): void {
  const equals = assignment.indexOf("=");
  if (equals < 1) result.refused.push(place);
  else
    result.assignments.push({
      name: parameterName(assignment.slice(0, equals)),
      value: assignment.slice(equals + 1),
      ...place,
    });
}

/** Names on a command line ignore case, and dashes count as underscores. */
function parameterName(written: string): string {
  return written.replaceAll("-", "_").toLowerCase();
}
