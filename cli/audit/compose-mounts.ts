/** What does a service mount, and which files come with it? As the mounts and uploads of a docker.Container. */

import path from "node:path";
import { HIDDEN } from "../../components/parameters/shell";
import {
  flag,
  isAbsent,
  knownText,
  list,
  type Properties,
  record,
  text,
  UNKNOWN,
} from "../../policies/reading/known";
import type { ComposeProject, Service } from "./compose-file";

/** Mounts and uploads, and where each of them is written. */
export interface Mounted {
  mounts: Properties[];
  uploads: Properties[];
  tmpfs: Record<string, string>;
  /** Property of the service by property of the container. */
  places: Map<string, string>;
  /** Names of the project's volumes that are mounted. */
  notes: string[];
}

/** Names of files that say what a server does. */
const CONFIGURATION = /\.(conf|conf\.sample|sql|sh)$/;

/** Mounts of a service. */
export function readMounted(service: Service, project: Pick<ComposeProject, "configs">): Mounted {
  const mounted: Mounted = { mounts: [], uploads: [], tmpfs: {}, places: new Map(), notes: [] };
  const { definition } = service;
  for (const [index, entry] of list(definition.volumes).entries())
    addVolume(mounted, entry, `volumes[${index}]`, service);
  for (const entry of knownText(definition.tmpfs) === undefined
    ? list(definition.tmpfs)
    : [definition.tmpfs]) {
    const [target = "", ...options] = (knownText(entry) ?? "").split(":");
    if (target === "") continue;
    mounted.tmpfs[target] = options.join(":");
    mounted.places.set(`tmpfs["${target}"]`, "tmpfs");
  }
  for (const [index, entry] of list(definition.configs).entries())
    addConfig(mounted, entry, `configs[${index}]`, project.configs, service);
  return mounted;
}

function addVolume(mounted: Mounted, entry: unknown, place: string, service: Service): void {
  const mount =
    knownText(entry) === undefined ? longVolume(record(entry)) : shortVolume(knownText(entry) ?? "");
  const source = knownText(mount.source);
  if (mount.type === "bind" && source !== undefined && !source.includes(HIDDEN)) {
    mount.source = source.startsWith("~") ? source : service.files.resolve(source);
    const target = knownText(mount.target) ?? "";
    if (isReadFile(mounted, source, target, place, service)) return;
    for (const name of service.files.list(source))
      if (CONFIGURATION.test(name))
        isReadFile(mounted, `${source}/${name}`, path.posix.join(target, name), place, service);
  }
  for (const name of ["source", "target"])
    if (knownText(mount[name])?.includes(HIDDEN)) mount[name] = UNKNOWN;
  mounted.places.set(`mounts[${mounted.mounts.length}]`, place);
  mounted.mounts.push(mount);
}

/** A configuration file of the project is judged as if it were part of the container. */
function isReadFile(
  mounted: Mounted,
  source: string,
  target: string,
  place: string,
  { files }: Service,
): boolean {
  if (!CONFIGURATION.test(target)) return false;
  const read = files.read(source);
  if (!("text" in read)) {
    if (read.unread === "missing") mounted.notes.push(`${place}: ${source} is not there, and is not judged`);
    return false;
  }
  addUpload(mounted, target, read.text, path.relative(files.folder, files.resolve(source)));
  return true;
}

function addUpload(mounted: Mounted, file: string, content: string, place: string): void {
  mounted.places.set(`uploads[${mounted.uploads.length}]`, place);
  mounted.uploads.push({ file, content });
}

/** `source:target:options`, `target`; a drive letter of Windows belongs to the path. */
function shortVolume(written: string): Record<string, unknown> {
  const match = /^(?:((?:[A-Za-z]:[\\/])?[^:]*):)?((?:[A-Za-z]:[\\/])?[^:]*)$/;
  const [withoutOptions = written, options = ""] = splitOptions(written);
  const [, source, target] = match.exec(withoutOptions) ?? [undefined, undefined, withoutOptions];
  const words = options.split(",");
  const isPath = source !== undefined && /^([./~]|[A-Za-z]:[\\/])/.test(source);
  const propagation = words.find((word) => /^r?(shared|slave|private)$/.test(word));
  return {
    type: isPath ? "bind" : "volume",
    source,
    target,
    ...(words.includes("ro") && { readOnly: true }),
    ...(propagation !== undefined && { bindOptions: { propagation } }),
  };
}

/** The part after the last colon is options where the part before it is a path of the container. */
function splitOptions(written: string): string[] {
  const match = /^(.*[\\/][^:]*):([A-Za-z,]+)$/s.exec(written);
  const before = match?.[1] ?? "";
  return match && before.includes(":") ? [before, match[2] ?? ""] : [written];
}

function longVolume(entry: Properties): Record<string, unknown> {
  const { type, source, target, read_only: readOnly, bind, tmpfs } = entry;
  return {
    type: knownText(type) ?? "volume",
    source,
    target,
    ...(flag(readOnly) === true && { readOnly: true }),
    ...(!isAbsent(record(bind).propagation) && { bindOptions: { propagation: record(bind).propagation } }),
    ...(!isAbsent(tmpfs) && { tmpfsOptions: tmpfs }),
  };
}

function addConfig(
  mounted: Mounted,
  entry: unknown,
  place: string,
  configs: Properties,
  { files, variables }: Service,
): void {
  const name = knownText(entry) ?? knownText(record(entry).source) ?? "";
  const target = knownText(record(entry).target) ?? `/${name}`;
  const { file, content, environment } = record(Object.hasOwn(configs, name) ? configs[name] : undefined);
  const inline = knownText(content) ?? variables(knownText(environment) ?? "");
  if (inline !== undefined) {
    addUpload(mounted, target, inline, `configs.${name}.content`);
    return;
  }
  const source = text(file);
  const read = typeof source === "string" ? files.read(source) : { unread: "missing" };
  if ("text" in read) addUpload(mounted, target, read.text, path.relative(files.folder, String(source)));
  else {
    mounted.places.set(`mounts[${mounted.mounts.length}]`, place);
    mounted.mounts.push({
      type: "bind",
      source: typeof source === "string" ? source : name,
      target,
      readOnly: true,
    });
  }
}
