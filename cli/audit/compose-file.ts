/** Which services does a Compose file describe, once variables, anchors, includes and extends are resolved? */

import path from "node:path";
import { parse as parseDotenv } from "dotenv";
import { LineCounter, parseAllDocuments } from "yaml";
import { Fault } from "../../components/faults";
import { knownText, list, type Properties, record } from "../../policies/reading/known";
import { interpolate, type Variables } from "./interpolation";
import { NearbyFiles } from "./nearby-files";

/** A service, and the folder from which its paths count. */
export interface Service {
  name: string;
  definition: Properties;
  files: NearbyFiles;
  variables: Variables;
}

/** A file with all it includes. */
export interface ComposeProject {
  services: ReadonlyMap<string, Service>;
  volumes: Properties;
  configs: Properties;
  notes: readonly string[];
}

/** Longer chains of `extends` and `include` go round in circles. */
const DEEPEST = 10;

/** What a later file puts in the place of an earlier one's, where all else is added to it. */
const REPLACED = ["command", "entrypoint", "test"];

/**
 * Reads a Compose file.
 *
 * @throws Fault where it is no YAML, or holds no services.
 */
export function readCompose(text: string, file: string): ComposeProject {
  const notes: string[] = [];
  const content = readContent(text, file, notes, 0);
  const services = new Map<string, Service>();
  for (const [name, service] of content.services) {
    const definition = extended(service, content.services, notes, 0);
    services.set(name, { ...service, definition });
  }
  return { ...content, services, notes };
}

interface Content {
  services: Map<string, Service>;
  volumes: Properties;
  configs: Properties;
}

function readContent(text: string, file: string, notes: string[], depth: number): Content {
  const files = new NearbyFiles(path.dirname(path.resolve(file)));
  const variables = projectVariables(files);
  const documents = parseDocuments(text, file).map((document) => record(interpolated(document, variables)));
  const whole = documents.reduce((merged, document) => record(merge(merged, document)), {});
  const content: Content = { services: new Map(), volumes: {}, configs: {} };
  for (const entry of depth < DEEPEST ? list(whole.include) : []) {
    const paths = knownText(entry) === undefined ? record(entry).path : entry;
    for (const included of knownText(paths) === undefined ? list(paths) : [paths]) {
      const other = readOther(knownText(included) ?? "", files, notes, depth);
      if (!other) continue;
      for (const [name, service] of other.services) content.services.set(name, service);
      content.volumes = { ...content.volumes, ...other.volumes };
      content.configs = { ...content.configs, ...other.configs };
    }
  }
  if (!("services" in whole) && content.services.size === 0)
    throw new Fault(
      `${file} has no services`,
      "name a Compose file: npx durable-postgres audit compose.yaml",
    );
  for (const [name, definition] of Object.entries(record(whole.services)))
    content.services.set(name, { name, definition: record(definition), files, variables });
  content.volumes = { ...content.volumes, ...record(whole.volumes) };
  content.configs = { ...content.configs, ...configsOf(whole.configs, files) };
  return content;
}

/** Another file that is named in this one. */
function readOther(name: string, files: NearbyFiles, notes: string[], depth: number): Content | undefined {
  const read = files.read(name);
  if ("text" in read) return readContent(read.text, files.resolve(name), notes, depth + 1);
  notes.push(`${name} is not read (${read.unread}): services that it describes are not judged`);
  return undefined;
}

/** Paths of configs count from the file that declares them. */
function configsOf(configs: unknown, files: NearbyFiles): Properties {
  return Object.fromEntries(
    Object.entries(record(configs)).map(([name, config]) => {
      const file = knownText(record(config).file);
      return [name, file === undefined ? config : { ...record(config), file: files.resolve(file) }];
    }),
  );
}

function parseDocuments(text: string, file: string): unknown[] {
  const lines = new LineCounter();
  try {
    const options = { merge: true, lineCounter: lines, logLevel: "silent", uniqueKeys: false } as const;
    return [...parseAllDocuments(text, options)].map((document) => {
      const [error] = document.errors;
      if (error)
        throw new Fault(
          `${file} is no YAML: ${error.message.split("\n")[0]}`,
          `mend line ${lines.linePos(error.pos[0]).line} of ${file}`,
        );
      return document.toJS() as unknown;
    });
  } catch (error) {
    if (error instanceof Fault) throw error;
    // Aliases that stand for aliases, or brackets in brackets without end.
    throw new Fault(
      `${file} cannot be read: ${(error as Error).message}`,
      "write fewer levels, and fewer aliases",
    );
  }
}

/** Shell variables go before those of the file `.env`. */
function projectVariables(files: NearbyFiles): Variables {
  const read = files.read(".env");
  const values = "text" in read ? parseDotenv(read.text) : {};
  return (name) => process.env[name] ?? (Object.hasOwn(values, name) ? values[name] : undefined);
}

function interpolated(value: unknown, variables: Variables, depth = 0): unknown {
  if (typeof value === "string") return interpolate(value, variables);
  if (typeof value !== "object" || value === null || depth > 100) return value;
  if (Array.isArray(value)) return value.map((element) => interpolated(element, variables, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, element]) => [key, interpolated(element, variables, depth + 1)]),
  );
}

/** A service with what it takes over from another one. */
function extended(
  service: Service,
  services: ReadonlyMap<string, Service>,
  notes: string[],
  depth: number,
): Properties {
  const { extends: other, ...own } = service.definition;
  const name = knownText(other) ?? knownText(record(other).service);
  if (name === undefined || depth > DEEPEST) return own;
  const file = knownText(record(other).file);
  const content = file === undefined ? undefined : readOther(file, service.files, notes, depth);
  const base = (file === undefined ? services : content?.services)?.get(name);
  if (!base) return own;
  return record(merge(extended(base, content?.services ?? services, notes, depth + 1), own));
}

/** https://docs.docker.com/reference/compose-file/merge/ */
function merge(base: unknown, over: unknown, key = "", depth = 0): unknown {
  if (over === undefined || over === null) return base ?? over;
  if (REPLACED.includes(key) || depth > 100) return over;
  if (key === "environment") return { ...pairs(base), ...pairs(over) };
  if (Array.isArray(base) && Array.isArray(over)) return [...base, ...over];
  if (typeof base !== "object" || base === null || typeof over !== "object") return over;
  if (Array.isArray(base) || Array.isArray(over)) return over;
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(over))
    merged[name] = merge(merged[name], value, name, depth + 1);
  return merged;
}

/** A map, also where a list of `NAME=value` was written; null where a name has no value. */
export function pairs(value: unknown): Properties {
  if (!Array.isArray(value)) return record(value);
  const entries = value.map((entry): [string, unknown] => {
    const written = knownText(entry) ?? "";
    const equals = written.indexOf("=");
    return equals < 0 ? [written, null] : [written.slice(0, equals), written.slice(equals + 1)];
  });
  return Object.fromEntries(entries);
}
