/** How do sources of settings come together: which one wins, and what would the server refuse? */

import { closest } from "fastest-levenshtein";
import { catalogueRow, safeValues } from "../../components/parameters/catalogue";
import { type Assignment, readCommandLine } from "../../components/parameters/command-line";
import { pgNames, pgParameter, VERSIONS } from "../../components/parameters/postgres";
import { HIDDEN } from "../../components/parameters/shell";
import { readValue, showValue } from "../../components/parameters/units";
import { type Given, isRecorded, parameterOf, type Refusal, readParameter, recordedVersion } from "../server";
import { confValue, type PlacedLines } from "./conf-file";
import { UNKNOWN } from "./known";
import type { Word } from "./process";

/** Settings of one source. */
export interface SettingsSource {
  given: Given[];
  refusals: Refusal[];
}

/** What a parameter's value should rather be, for a hint: ours, else PostgreSQL's own. */
function exampleValue(major: number | undefined, name: string): string {
  const row = catalogueRow(name);
  if (row && row.control !== "computed") return row.value;
  const parameter = parameterOf({ major }, name);
  const reading = parameter && readValue(parameter, parameter.boot_val ?? "");
  return parameter && reading?.ok ? showValue(parameter, reading.value) : "…";
}

/** Settings of a command line, `-c` and all the other forms. */
export function commandLineSettings(
  words: readonly Word[],
  major: number | undefined,
): SettingsSource & { dataDirectory: string | undefined } {
  const reading = readCommandLine(
    words.map(({ text }) => text),
    recordedVersion(major),
  );
  const property = (index: number) => words[Math.min(index, words.length - 1)]?.property ?? "command";
  const hasHidden = words.some(({ text }) => text.includes(HIDDEN));
  const refusals: Refusal[] = [];
  for (const { written, index } of reading.refused) {
    // What is hidden may be the option that takes this word.
    if (hasHidden) continue;
    refusals.push({
      property: property(index),
      written,
      reason: "postgres takes no such argument",
      hint: argumentHint(written, words, index, major),
    });
  }
  const given: Given[] = [];
  for (const assignment of reading.assignments) {
    const { name, value, written, index } = assignment;
    if (name.includes(HIDDEN)) continue;
    const text = value.includes(HIDDEN) ? UNKNOWN : value;
    const place = { property: property(index), written };
    const write = (safe: string) => argumentFix(`${name.trim()}=${safe}`, assignment, words[index] as Word);
    const entry: Given = {
      name: parameterOf({ major }, name)?.name ?? name,
      text,
      ...place,
      write,
    };
    const refusal = refusalOf(entry, major);
    if (refusal) refusals.push(refusal);
    given.push(entry);
  }
  return { given, refusals, dataDirectory: reading.dataDirectory };
}

/** The argument to write, in the form and the place in which it is written now. */
function argumentFix(safe: string, { name, value, written }: Assignment, word: Word): string {
  const before = word.text.slice(0, -`${name}=${value}`.length);
  const { property } = word;
  if (word.isPart || !property.endsWith("]")) {
    const quoted = /^[\w=.,:/%+-]*$/.test(safe) ? safe : `"${safe}"`;
    return `write \`-c ${quoted}\` in place of \`${written.slice(0, 100)}\` in ${property}`;
  }
  // Glued to an option, a word of its own after one, or a letter that stands for the whole.
  if (word.text.endsWith(`=${value}`)) return `write \`"${before}${safe}"\` in ${property}`;
  return `write \`"-c", "${safe}"\` in place of \`${written.slice(0, 100)}\` (${property})`;
}

/** The line that somebody may have meant. */
function argumentHint(
  written: string,
  words: readonly Word[],
  index: number,
  major: number | undefined,
): string {
  const line = `${written} ${words[index + 1]?.text ?? ""}`;
  const match = /^(?:-c\s*|--)?\s*([A-Za-z_][\w.-]*)\s*[=:\s]\s*(\S+)/.exec(line);
  const name = match?.[1]?.replaceAll("-", "_").toLowerCase();
  if (match?.[2] && name && parameterOf({ major }, name))
    return `write \`"-c", "${name}=${safeValue(major, name, match[2])}"\` in command`;
  return `remove \`${written.slice(0, 100)}\` from command`;
}

/** Settings of configuration files; of a name written twice the last one counts. */
export function confSettings(lines: PlacedLines, major: number | undefined): SettingsSource {
  const refusals: Refusal[] = lines.refused.map(({ place, text }) => ({
    property: place,
    written: text,
    reason: "it is no line of a postgresql.conf",
    hint: `write \`name = 'value'\` in ${place}`,
  }));
  const given = new Map<string, Given>();
  for (const { name: writtenName, value, place } of lines.entries) {
    const name = parameterOf({ major }, writtenName)?.name ?? writtenName.toLowerCase();
    const where = { property: place, written: `${writtenName} = ${confValue(value)}` };
    given.set(name, { name, text: value, ...where, write: (safe) => writeLine(name, safe, place) });
    const unknown = unknownName(name, major);
    if (unknown) refusals.push({ ...where, ...unknown });
  }
  for (const entry of given.values()) {
    const refusal = parameterOf({ major }, entry.name) && refusalOf(entry, major);
    if (refusal) refusals.push(refusal);
  }
  return { given: [...given.values()], refusals };
}

/** The line of a configuration file that gives a parameter a value, for a hint. */
export function writeLine(name: string, value: string, place: string): string {
  return `write \`${name} = ${confValue(value)}\` in ${place}`;
}

/** Why the server would not start with this setting; undefined where it would. */
export function refusalOf(
  { name, text, property, written, write }: Given,
  major: number | undefined,
): Refusal | undefined {
  if (text === UNKNOWN) return undefined;
  const parameter = parameterOf({ major }, name);
  if (!parameter) {
    const unknown = unknownName(name, major);
    const meant = parameterOf({ major }, name.trim()) && write(safeValue(major, name.trim(), text.trim()));
    return unknown && { property, written, ...unknown, ...(meant && { hint: meant }) };
  }
  if (parameter.context === "internal")
    return { property, written, reason: `${name} cannot be set`, hint: `remove \`${written}\`` };
  const { result } = readParameter(parameter, text);
  if (result.ok) return undefined;
  const meant = safeValue(
    major,
    name,
    text
      .trim()
      .replace(/^(['"])(.*)\1$/s, "$2")
      .trim(),
  );
  return { property, written, reason: result.reason, hint: write(meant) };
}

/** What somebody may have meant, unless the server would refuse it or the catalogue does. */
function safeValue(major: number | undefined, name: string, meant: string): string {
  const parameter = parameterOf({ major }, name);
  const reading = parameter && readValue(parameter, meant);
  const row = catalogueRow(name);
  const isSafe = row?.control !== "fixed" || (reading?.ok && safeValues(row).includes(String(reading.value)));
  return isSafe && reading?.ok ? meant : exampleValue(major, name);
}

/** Names with a dot belong to extensions, and any is taken. */
function unknownName(name: string, major: number | undefined): { reason: string; hint: string } | undefined {
  if (/^[A-Za-z_][\w$]*\.[A-Za-z_][\w$.]*$/.test(name) || !isRecorded(major)) return undefined;
  const version = recordedVersion(major);
  if (pgParameter(version, name)) return undefined;
  const others = VERSIONS.filter((other) => pgParameter(other, name));
  const shown = /\s/.test(name) ? JSON.stringify(name.slice(0, 100)) : name.slice(0, 100);
  const reason = `PostgreSQL ${version} has no parameter ${shown}${others.length > 0 ? ` (${others.join(", ")} ${others.length > 1 ? "have" : "has"})` : ""}`;
  if (others.length > 0 || name.length > 100) return { reason, hint: `remove \`${name.slice(0, 100)}\`` };
  return { reason, hint: `write \`${closest(name, pgNames(version))}\` if that is meant, or remove it` };
}
