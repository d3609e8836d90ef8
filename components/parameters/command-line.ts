/** How do parameters get on a server's command line, and how are they read back from one? */

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

/** `getopt` letters of `postgres` without an argument. */
const FLAGS = "bEejnT";

/** What a command line sets, and what the server would refuse. */
export interface CommandLine {
  /** Values by parameter name, as written; the last one wins. Names are lower case with underscores. */
  parameters: Record<string, string>;
  /** Arguments with which the server does not start. */
  refused: string[];
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
export function fromCommandLine(argv: readonly string[]): CommandLine {
  const result: CommandLine = { parameters: {}, refused: [] };
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--") result.refused.push(...rest.splice(0));
    else if (word.startsWith("--")) assign(result, word, word.slice(2));
    else if (/^-./.test(word)) readBundle(result, word, rest);
    else result.refused.push(word);
  }
  return result;
}

function readBundle(result: CommandLine, word: string, rest: string[]): void {
  for (let index = 1; index < word.length; index++) {
    const letter = word.charAt(index);
    const option = SHORT_OPTIONS[letter];
    const takesArgument =
      letter === "c" || letter === "-" || option?.value === true || OTHER_ARGUMENTS.includes(letter);
    if (!takesArgument) {
      if (option) result.parameters[option.name] = String(option.value);
      else if (!FLAGS.includes(letter)) result.refused.push(word);
      continue;
    }
    const argument = word.slice(index + 1) || rest.shift();
    if (argument === undefined) result.refused.push(word);
    else if (letter === "c" || letter === "-") assign(result, word, argument);
    else if (option) result.parameters[option.name] = argument;
    return;
  }
}

function assign(result: CommandLine, word: string, assignment: string): void {
  const equals = assignment.indexOf("=");
  if (equals < 1) result.refused.push(word === `-c` ? `-c ${assignment}` : word);
  else result.parameters[parameterName(assignment.slice(0, equals))] = assignment.slice(equals + 1);
}

/** Names on a command line ignore case, and dashes count as underscores. */
function parameterName(written: string): string {
  return written.replaceAll("-", "_").toLowerCase();
}
