/** Which settings does a postgresql.conf give a server, and who may log in by a pg_hba.conf? */

import path from "node:path";
import { type PlacedLines, placeOf, readConfFile } from "../../policies/reading/conf-file";
import { readHba } from "../../policies/reading/hba";
import { confSettings, writeLine } from "../../policies/reading/settings";
import type { Finding, Rule, Subjects } from "../../policies/rule";
import type { Server } from "../../policies/server";
import { NearbyFiles } from "./nearby-files";
import { type Audited, findingOf, type Judged } from "./verdict";

/** What ALTER SYSTEM writes; it counts after everything else. */
const AUTOMATIC = "postgresql.auto.conf";

/** As many files in files as PostgreSQL takes. */
const DEEPEST = 10;

/** Rules that only need the records of a pg_hba.conf. */
const HBA_RULES = ["pg-hba-no-trust", "pg-hba-hostssl"];

/** Reads a postgresql.conf with the files that it includes, and those that lie beside it in a data directory. */
export function auditConf(text: string, name: string, major: number | undefined): Audited {
  const files = new NearbyFiles(path.dirname(path.resolve(name)));
  const lines: PlacedLines = { entries: [], refused: [] };
  const findings: Finding[] = [];
  const unread = (file: string, place: string) =>
    findings.push(
      findingOf("config-file-opaque", {
        resource: name,
        property: place,
        value: file,
        message: `${name}: ${file} is included, and cannot be read here: unsafe settings in it are not seen`,
        hint: `put ${file} beside ${name}, then run the audit again`,
      }),
    );
  collect({ text, file: path.basename(name), folder: files.folder, depth: 0 }, { files, lines, unread });
  const automatic = path.basename(name) === "postgresql.conf" ? files.read(AUTOMATIC) : undefined;
  if (automatic && "text" in automatic)
    collect(
      { text: automatic.text, file: AUTOMATIC, folder: files.folder, depth: 0 },
      { files, lines, unread },
    );
  const server = confServer(lines, name, major ?? versionOf(files, name));
  const judged = [judgedServer(server, name)];
  const hba = path.basename(name) === "postgresql.conf" ? files.read("pg_hba.conf") : undefined;
  if (hba && "text" in hba) judged.push(judgedHba(hba.text, "pg_hba.conf", name));
  return { name, judged, stack: [], findings, notes: [] };
}

/** Reads a pg_hba.conf by itself. */
export function auditHba(text: string, name: string): Audited {
  const notes = readHba(text).length === 0 ? [`${name} has no record that PostgreSQL understands`] : [];
  return { name, judged: [judgedHba(text, "", name)], stack: [], findings: [], notes };
}

function collect(
  from: { text: string; file: string; folder: string; depth: number },
  into: { files: NearbyFiles; lines: PlacedLines; unread(file: string, place: string): void },
): void {
  const { entries, refused } = readConfFile(from.text);
  // The file that was named is not named again.
  const isNamed = from.depth === 0 && from.file !== AUTOMATIC;
  const place = (line: number) => (isNamed ? `line ${line}` : placeOf(from.file, line));
  for (const { line, text } of refused) into.lines.refused.push({ text, place: place(line) });
  for (const { name, value, line } of entries)
    if (/^include(_if_exists|_dir)?$/i.test(name))
      include(name.toLowerCase(), value, place(line), from, into);
    else into.lines.entries.push({ name, value, place: place(line) });
}

function include(
  directive: string,
  value: string,
  place: string,
  from: Parameters<typeof collect>[0],
  into: Parameters<typeof collect>[1],
): void {
  const target = path.resolve(from.folder, value);
  const names =
    directive === "include_dir"
      ? into.files.list(target).filter((file) => /^[^.].*\.conf$/.test(file))
      : [path.basename(target)];
  const folder = directive === "include_dir" ? target : path.dirname(target);
  if (directive === "include_dir" && names.length === 0) into.unread(value, place);
  for (const file of names) {
    const read = into.files.read(path.join(folder, file));
    const shown = path.relative(into.files.folder, path.join(folder, file));
    if ("text" in read && from.depth < DEEPEST)
      collect({ text: read.text, file: shown, folder, depth: from.depth + 1 }, into);
    else if (directive !== "include_if_exists" || !("unread" in read) || read.unread !== "missing")
      into.unread(shown, place);
  }
}

/** The version of a data directory, or of Debian's folders: /etc/postgresql/15/main. */
function versionOf(files: NearbyFiles, name: string): number | undefined {
  const read = files.read("PG_VERSION");
  const written = "text" in read ? read.text.trim() : /\/(\d{2})\//.exec(path.resolve(name))?.[1];
  return written && /^\d{2}$/.test(written) ? Number(written) : undefined;
}

function confServer(lines: PlacedLines, name: string, major: number | undefined): Server {
  const { given, refusals } = confSettings(lines, major);
  const property = path.basename(name);
  return {
    kind: "file",
    major,
    given: new Map(given.map((entry) => [entry.name, entry])),
    refusals,
    defaults: {},
    hiddenSource: undefined,
    place: { property, write: (parameter, value) => writeLine(parameter, value, property) },
  };
}

/** A server that is judged by itself. */
export function judgedServer(server: Server, name: string, type = ""): Judged {
  return {
    resource: { type, name, urn: name, properties: {} },
    subject: (rule: Rule) => (rule.reads === "server" ? server : undefined),
    translate: (finding) => ({ ...finding, message: finding.message.trimStart() }),
  };
}

/** Records of a pg_hba.conf: the rules look for them among the files of a container. */
export function judgedHba(text: string, file: string, name: string): Judged {
  const property = "uploads[0]";
  const server: Partial<Server> = { given: new Map(), defaults: { hba_file: null }, major: undefined };
  // Nobody knows where the server listens: as if nothing stood between it and the network.
  const properties = { networkMode: "host" };
  const container = { properties, uploads: [{ file: "/pg_hba.conf", content: text, property }], server };
  const say = (words: string) => words.replaceAll(`${property}.content `, file === "" ? "" : `${file} `);
  return {
    resource: { type: "", name, urn: name, properties: {} },
    subject: (rule) =>
      HBA_RULES.includes(rule.name) ? (container as unknown as Subjects["container"]) : undefined,
    translate: (finding) => ({
      ...finding,
      property: say(finding.property),
      message: finding.message.trimStart(),
      hint: say(finding.hint),
    }),
  };
}
