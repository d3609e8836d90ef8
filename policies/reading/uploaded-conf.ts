/** Which configuration files does a container bring along, and in which order do they override each other? */

import path from "node:path";
import type { HiddenSource } from "../server";
import {
  alterSystem,
  type ConfLine,
  type PlacedLines,
  placeOf,
  readConfFile,
  writtenLines,
} from "./conf-file";
import type { Container, Upload } from "./container";
import { knownText, UNKNOWN } from "./known";
import { cleanPath, isWithin, mountOf } from "./mounts";
import { confSettings, type SettingsSource } from "./settings";

/** What the files say, and the one that cannot be read. */
interface ConfFiles {
  sources: SettingsSource[];
  hidden: HiddenSource | undefined;
}

/** Directories whose files the Bitnami image reads as configuration. */
const BITNAMI_CONF = /^\/(opt\/bitnami|bitnami)\/postgresql\/conf\/(conf\.d\/[^/]+\.conf|postgresql\.conf)$/;

/** Configuration among the uploads, in the order in which it overrides: initdb's sample, the file, includes, ALTER SYSTEM. */
export function confFiles(container: Container, commandLine: SettingsSource): ConfFiles {
  const { uploads, dataDirectory: data, mounts, major } = container;
  const named = commandLine.given.filter(({ name }) => name === "config_file").at(-1);
  const main =
    named === undefined
      ? data === undefined
        ? undefined
        : `${data}/postgresql.conf`
      : knownText(named.text);
  const sources: SettingsSource[] = [];
  for (const upload of uploads)
    if (/\/postgresql\.conf\.sample$/.test(upload.file) || BITNAMI_CONF.test(upload.file))
      sources.push(uploadSettings(upload, container).source);
  let hidden: HiddenSource | undefined;
  const file =
    main === undefined
      ? undefined
      : path.posix.isAbsolute(main)
        ? cleanPath(main)
        : cleanPath(`${data ?? ""}/${main}`);
  const upload = uploads.find((candidate) => candidate.file === file);
  if (upload) {
    const read = uploadSettings(upload, container);
    sources.push(read.source);
    hidden = read.hidden;
  } else if (named)
    hidden = {
      kind: named.text === UNKNOWN ? "later" : "elsewhere",
      property: named.property,
      source: file ?? "a file that is not known yet",
    };
  else {
    const mounted = mounts.find(
      ({ target }) =>
        typeof target === "string" && file !== undefined && /\.conf$/.test(target) && isWithin(file, target),
    );
    if (mounted) hidden = { kind: "elsewhere", property: mounted.property, source: file ?? "" };
  }
  for (const script of uploads)
    if (script.content !== undefined && isWithin(script.file, "/docker-entrypoint-initdb.d"))
      sources.push(confSettings(scriptLines(script.content, `${script.property}.content`), major));
  const automatic = uploads.find(
    (candidate) => data !== undefined && candidate.file === `${data}/postgresql.auto.conf`,
  );
  if (automatic) sources.push(uploadSettings(automatic, container).source);
  return { sources, hidden };
}

function scriptLines(sql: string, property: string): PlacedLines {
  const entries = [...writtenLines(sql), ...alterSystem(sql)].map(({ line, ...entry }) => ({
    ...entry,
    place: placeOf(property, line),
  }));
  return { entries, refused: [] };
}

/** One uploaded file with the files it includes. */
function uploadSettings(
  upload: Upload,
  container: Container,
): { source: SettingsSource; hidden: HiddenSource | undefined } {
  const hidden: HiddenSource[] = [];
  const lines: PlacedLines = { entries: [], refused: [] };
  const follow = (current: Upload, depth: number): void => {
    if (current.content === undefined || depth > 10) {
      hidden.push({ kind: "elsewhere", property: current.property, source: current.file });
      return;
    }
    const place = (line: number) => placeOf(`${current.property}.content`, line);
    const read = readConfFile(current.content);
    for (const { line, text } of read.refused) lines.refused.push({ text, place: place(line) });
    for (const entry of read.entries) {
      const { name, value, line } = entry;
      const directive = name.toLowerCase();
      if (!/^include(_if_exists|_dir)?$/.test(directive)) {
        lines.entries.push({ name, value, place: place(line) });
        continue;
      }
      const included = includedFiles(entry, current, container.uploads);
      for (const next of included) follow(next, depth + 1);
      const isMounted = mountOf(container.mounts, includePath(entry, current)) !== undefined;
      if (included.length === 0 && (directive === "include" || isMounted))
        hidden.push({ kind: "elsewhere", property: place(line), source: includePath(entry, current) });
    }
  };
  follow(upload, 0);
  return { source: confSettings(lines, container.major), hidden: hidden[0] };
}

function includePath({ value }: ConfLine, from: Upload): string {
  return path.posix.isAbsolute(value)
    ? cleanPath(value)
    : cleanPath(`${path.posix.dirname(from.file)}/${value}`);
}

function includedFiles(entry: ConfLine, from: Upload, uploads: readonly Upload[]): Upload[] {
  const wanted = includePath(entry, from);
  if (entry.name.toLowerCase() !== "include_dir")
    return uploads.filter(({ file }) => file === wanted).slice(-1);
  return uploads
    .filter(({ file }) => path.posix.dirname(file) === wanted && /(^|\/)[^./][^/]*\.conf$/.test(file))
    .sort((one, other) => (one.file < other.file ? -1 : 1));
}
