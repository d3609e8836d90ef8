/** What does a postgresql.conf say? The lexer and the rules of the server's `guc-file.l`. */

/** One `name = value` of a file. */
export interface ConfLine {
  /** As written; the server ignores its case. */
  name: string;
  value: string;
  /** Counted from 1. */
  line: number;
}

/** What a file says, and the lines with which the server does not start. */
export interface ConfFile {
  entries: ConfLine[];
  refused: { line: number; text: string }[];
}

/** Lines of one file, or of several in the order in which they count, each with where it is written. */
export interface PlacedLines {
  entries: { name: string; value: string; place: string }[];
  refused: { text: string; place: string }[];
}

/** `uploads[0].content line 3` */
export function placeOf(property: string, line: number): string {
  return `${property} line ${line}`;
}

// Letters of names include all bytes above 127.
const LETTER = "A-Za-z_\\u0080-\\uffff";
const ID = `[${LETTER}][${LETTER}0-9]*`;
const NAME = new RegExp(`${ID}(?:\\.${ID})?`, "y");
const VALUES = [
  /'(?:[^'\\]|\\.|'')*'/y, // a string, in one line
  /[-+]?(?:0x[\dA-Fa-f]+|\d+)[A-Za-z]*/y,
  /[-+]?\d*\.\d*(?:[Ee][-+]?\d+)?/y,
  new RegExp(`[${LETTER}][${LETTER}0-9\\-._:/]*`, "y"),
];
const BLANK = /[ \t\r]*/y;
const REST = /(?:#.*)?$/y;

/** Reads a file; a long one in time that grows with its length. */
export function readConfFile(text: string): ConfFile {
  const file: ConfFile = { entries: [], refused: [] };
  for (const [index, source] of text.split("\n").entries()) {
    const read = readLine(source);
    if (read === "refused") file.refused.push({ line: index + 1, text: source.trim().slice(0, 200) });
    else if (read) file.entries.push({ ...read, line: index + 1 });
  }
  return file;
}

function readLine(source: string): { name: string; value: string } | "refused" | undefined {
  let position = skip(source, 0);
  if (match(REST, source, position) !== undefined) return undefined;
  const name = match(NAME, source, position);
  if (name === undefined) return "refused";
  position = skip(source, position + name.length);
  if (source.charAt(position) === "=") position = skip(source, position + 1);
  const value = longest(source, position);
  if (value === undefined) return "refused";
  position = skip(source, position + value.length);
  return match(REST, source, position) === undefined ? "refused" : { name, value: unquote(value) };
}

function longest(source: string, position: number): string | undefined {
  const found = VALUES.map((token) => match(token, source, position)).filter((token) => token !== undefined);
  const value = found.reduce((best, token) => (token.length > best.length ? token : best), "");
  return value === "" ? undefined : value;
}

function match(expression: RegExp, source: string, position: number): string | undefined {
  expression.lastIndex = position;
  return expression.exec(source)?.[0];
}

function skip(source: string, position: number): number {
  return position + (match(BLANK, source, position)?.length ?? 0);
}

const ESCAPES: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** `DeescapeQuotedString`: a quote is written twice or with a backslash. */
function unquote(token: string): string {
  if (!token.startsWith("'")) return token;
  return token
    .slice(1, -1)
    .replace(/''|\\([0-7]{1,3})|\\(.)/gs, (_, octal: string | undefined, letter: string | undefined) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 255);
      return letter === undefined ? "'" : (ESCAPES[letter] ?? letter);
    });
}

/** Writes a value so that the server reads it back. */
export function confValue(value: string): string {
  return /^[-+]?\d+[A-Za-z]*$/.test(value) || /^[A-Za-z_][\w\-./:]*$/.test(value)
    ? value
    : `'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

const ALTER_SYSTEM = /\bALTER\s+SYSTEM\s+SET\s+("?[\w.]+"?)\s*(?:=|\bTO\b)\s*('(?:[^']|'')*'|[\w.+-]+)/gi;

/** Parameters that a script of SQL sets for the whole server with ALTER SYSTEM. */
export function alterSystem(sql: string): ConfLine[] {
  const bare = sql.replace(/--.*$/gm, "");
  return [...bare.matchAll(ALTER_SYSTEM)].map(({ 1: name = "", 2: value = "", index }) => ({
    name: name.replaceAll('"', ""),
    value: value.startsWith("'") ? value.slice(1, -1).replaceAll("''", "'") : value,
    line: bare.slice(0, index).split("\n").length,
  }));
}

const APPENDED =
  /\b(?:echo|printf)(?:[ \t]+-[neE]+)*[ \t]+(["']?)([^"'$`\n][^$`\n]{0,500}?)\1[ \t]*>>?[ \t]*["']?[^"'\s]*postgresql(?:\.auto)?\.conf\b/g;
const HERE_DOCUMENT =
  /^.*\bpostgresql(?:\.auto)?\.conf\b.*<<-?[ \t]*["']?(\w+)|^.*<<-?[ \t]*["']?(\w+)["']?.*\bpostgresql(?:\.auto)?\.conf\b/;

/** Lines that a script of a shell writes into the server's configuration, with `echo` or a here-document. */
export function writtenLines(script: string): ConfLine[] {
  const lines = script.split("\n");
  const found: ConfLine[] = [];
  let end: string | undefined;
  for (const [index, source] of lines.entries()) {
    if (end !== undefined) {
      if (source.trim() === end) end = undefined;
      else if (!/[$`]/.test(source)) found.push(...placed(source, index));
      continue;
    }
    if (!source.includes("postgresql.")) continue;
    for (const { 2: text = "" } of source.slice(0, 2000).matchAll(APPENDED))
      found.push(...text.split("\\n").flatMap((line) => placed(line, index)));
    const opened = HERE_DOCUMENT.exec(source.slice(0, 2000));
    end = opened?.[1] ?? opened?.[2];
  }
  return found;
}

function placed(line: string, index: number): ConfLine[] {
  return readConfFile(line.trim()).entries.map((entry) => ({ ...entry, line: index + 1 }));
}
