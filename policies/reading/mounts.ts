/** Which files of a container outlive it? Volumes, mounts and tmpfs of docker.Container in one list. */

import path from "node:path";
import { flag, isAbsent, type Known, knownText, list, type Properties, record, text, UNKNOWN } from "./known";

/** A place in a container's file system that comes from elsewhere. */
export interface Mount {
  /** Where it is in the container; unknown when a preview does not tell. */
  target: Known<string>;
  kind: "volume" | "bind" | "tmpfs" | "container";
  /** Name of the volume, path on the host or name of the container; undefined: Docker makes an anonymous volume. */
  source: Known<string> | undefined;
  readOnly: boolean;
  propagation: string | undefined;
  /** Path of the property, such as `volumes[0]`. */
  property: string;
  /** What else the mount says of its volume. */
  driverOptions: Properties;
}

/** All mounts of a container, in the order in which they are written. */
export function readMounts(properties: Properties): Mount[] {
  return [
    ...list(properties.volumes).map((entry, index) => fromVolume(entry, `volumes[${index}]`)),
    ...list(properties.mounts).map((entry, index) => fromMount(entry, `mounts[${index}]`)),
    ...Object.keys(record(properties.tmpfs)).map((target) => fromTmpfs(target)),
  ];
}

function fromVolume(entry: unknown, property: string): Mount {
  const { containerPath, hostPath, volumeName, fromContainer, readOnly } = record(entry);
  const [kind, source] = !isAbsent(fromContainer)
    ? (["container", fromContainer] as const)
    : !isAbsent(hostPath)
      ? (["bind", hostPath] as const)
      : (["volume", volumeName] as const);
  // Docker takes a path for a directory of the host, whichever property it is written in.
  const isPath = kind === "volume" && /^[./~]/.test(knownText(source) ?? "");
  return {
    target: entry === UNKNOWN || kind === "container" ? UNKNOWN : directory(containerPath),
    kind: isPath ? "bind" : kind,
    source: entry === UNKNOWN ? UNKNOWN : emptyIsAbsent(source),
    readOnly: flag(readOnly) === true,
    propagation: undefined,
    property,
    driverOptions: {},
  };
}

function fromMount(entry: unknown, property: string): Mount {
  const { type, source, target, readOnly, bindOptions, volumeOptions } = record(entry);
  const written = knownText(type);
  return {
    target: entry === UNKNOWN ? UNKNOWN : directory(target),
    kind: written === "bind" ? "bind" : written === "tmpfs" ? "tmpfs" : "volume",
    source: entry === UNKNOWN || type === UNKNOWN ? UNKNOWN : emptyIsAbsent(source),
    readOnly: flag(readOnly) === true,
    propagation: knownText(record(bindOptions).propagation),
    property,
    driverOptions: record(record(volumeOptions).driverOptions),
  };
}

function fromTmpfs(target: string): Mount {
  const property = `tmpfs["${target}"]`;
  const shared = { source: undefined, readOnly: false, propagation: undefined, driverOptions: {} };
  return { target: directory(target), kind: "tmpfs", property, ...shared };
}

function emptyIsAbsent(source: unknown): Known<string> | undefined {
  const read = text(source);
  return read === "" ? undefined : read;
}

/** A path in one spelling: absolute, without a slash at its end. */
function directory(value: unknown): Known<string> {
  const read = text(value);
  return read === UNKNOWN ? UNKNOWN : cleanPath(read ?? "");
}

/** `/a/../b/` is `/b`. */
export function cleanPath(written: string): string {
  const normal = path.posix.normalize(`/${written}`);
  return normal.length > 1 && normal.endsWith("/") ? normal.slice(0, -1) : normal;
}

/** Whether a path is a directory or lies below it. */
export function isWithin(inner: string, directoryPath: string): boolean {
  return directoryPath === "/" || inner === directoryPath || inner.startsWith(`${directoryPath}/`);
}

/** The mount that holds a path: of several the deepest, of the same the last. Unknown: a preview does not tell. */
export function mountOf(mounts: readonly Mount[], held: string): Known<Mount> | undefined {
  let best: { mount: Mount; depth: number } | undefined;
  for (const mount of mounts) {
    if (mount.target === UNKNOWN || !isWithin(held, mount.target)) continue;
    const depth = mount.target.length;
    if (!best || depth >= best.depth) best = { mount, depth };
  }
  if (best) return best.mount;
  return mounts.some(({ target }) => target === UNKNOWN) ? UNKNOWN : undefined;
}
