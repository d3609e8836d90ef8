/** Does a docker.Container run PostgreSQL, and what would that server run with? */

import {
  type ImageFamily,
  type ImageName,
  imageFamily,
  imageMajor,
  imageName,
  OFFICIAL,
} from "../../components/docker/image";
import { HIDDEN, LONGEST_TEXT, shellWords } from "../../components/parameters/shell";
import type { Server } from "../server";
import { containerServer } from "./container-server";
import { type Environment, readEnvironment, variable } from "./environment";
import { type InitdbArguments, readInitdbArguments } from "./initdb";
import { type Known, knownText, list, own, type Properties, record, text, UNKNOWN } from "./known";
import { cleanPath, type Mount, readMounts } from "./mounts";
import { findProcess, type Process, type Word } from "./process";
import { commandLineSettings } from "./settings";

/** A file that the resource puts into the container; undefined content: it comes from a file on the machine. */
export interface Upload {
  file: string;
  content: string | undefined;
  property: string;
}

/** A container that has to do with PostgreSQL. */
export interface Container {
  properties: Properties;
  image: Known<ImageName> | undefined;
  family: ImageFamily;
  major: number | undefined;
  environment: Environment;
  process: Process;
  mounts: readonly Mount[];
  uploads: readonly Upload[];
  /** Undefined where it cannot be told. */
  dataDirectory: string | undefined;
  /** Arguments of initdb, and the property they are written in; undefined: this container makes no cluster. */
  initdb: (InitdbArguments & { property: string }) | undefined;
  /** Undefined where no server runs in it, such as for a client or a backup job. */
  server: Server | undefined;
}

/** Variables that only a server of the official image, or of those derived from it, reads. */
const SERVER_VARIABLES = [
  "PGDATA",
  "POSTGRES_INITDB_ARGS",
  "POSTGRES_INITDB_ARGS_FILE",
  "POSTGRES_INITDB_WALDIR",
  "POSTGRES_HOST_AUTH_METHOD",
  "POSTGRESQL_EXTRA_FLAGS",
  "POSTGRESQL_INITDB_ARGS",
  "POSTGRESQL_FSYNC",
  "POSTGRESQL_REPLICATION_MODE",
];

/** Variables that an image's server and its clients have in common. */
const PASSWORD_VARIABLES = ["POSTGRES_PASSWORD", "POSTGRES_PASSWORD_FILE"];
const CLIENT_VARIABLES = /^(PG|POSTGRES_|POSTGRESQL_|DB_|DATABASE_)(HOST|URL|HOSTNAME|SERVER)$/;

const DATA_PATHS =
  /^\/(var\/lib\/(postgresql|pgsql)|bitnami\/postgresql|home\/postgres\/pgdata|pgdata)(\/|$)/;

/** Reads a container; undefined where it has nothing to do with PostgreSQL. */
export function readContainer(properties: Properties): Container | undefined {
  const written = text(properties.image);
  const image = written === UNKNOWN ? UNKNOWN : imageName(written ?? "");
  const name = image === UNKNOWN ? undefined : image;
  const environment = readEnvironment(properties.envs);
  const mounts = readMounts(properties);
  const uploads = readUploads(properties.uploads);
  const byName = name && imageFamily(name);
  const process = containerProcess(properties, {
    environment,
    uploads,
    isServerImage: byName?.takesFlags ?? false,
  });
  const isServer = process.kind === "server" || process.kind === "managed";
  if (!byName && !isServer && !looksLikeServer(environment, mounts, name)) return undefined;
  const family = byName ?? OFFICIAL;
  // An image known by its variables only has the official entrypoint.
  const finalProcess =
    byName || isServer
      ? process
      : containerProcess(properties, { environment, uploads, isServerImage: true });
  const major = finalProcess.major ?? imageMajor(name, family, declaredVersion(environment));
  const commandLine = commandLineSettings(finalProcess.argv, major);
  const runs = finalProcess.kind !== "other";
  const container: Container = {
    properties,
    image,
    family,
    major,
    environment,
    process: finalProcess,
    mounts,
    uploads,
    dataDirectory: dataDirectory(
      commandLine.dataDirectory ?? finalProcess.dataDirectory,
      environment,
      family,
      major,
      mounts,
    ),
    initdb: runs ? readInitdb(environment) : undefined,
    server: undefined,
  };
  if (runs) container.server = containerServer(container, commandLine);
  return container;
}

/** The version that images put into their environment. */
function declaredVersion({ values }: Environment): string | undefined {
  return own(values, "PG_MAJOR") ?? own(values, "PG_VERSION") ?? own(values, "PGVERSION");
}

/** Words of what the container runs, each with its property; what is not known is hidden in its word. */
function commandWords(property: "entrypoints" | "command", value: unknown): Word[] {
  const words = typeof value === "string" ? (shellWords(value) ?? []) : list(value);
  return words.map((word, index) => {
    const read = text(word);
    return {
      text: typeof read === "string" && read.length <= LONGEST_TEXT ? read : HIDDEN,
      property: value === UNKNOWN || typeof value === "string" ? property : `${property}[${index}]`,
    };
  });
}

function containerProcess(
  { entrypoints, command }: Properties,
  {
    environment,
    uploads,
    isServerImage,
  }: { environment: Environment; uploads: readonly Upload[]; isServerImage: boolean },
): Process {
  const entry = commandWords("entrypoints", entrypoints);
  const words = commandWords("command", command);
  const around = {
    variable: (name: string) => knownText(variable(environment, name)),
    script: (file: string) => {
      const upload = uploads.find((candidate) => candidate.file === cleanPath(file) && file.startsWith("/"));
      return upload?.content === undefined
        ? undefined
        : { text: upload.content, property: `${upload.property}.content` };
    },
    isServerImage: isServerImage && entry.length === 0,
  };
  return findProcess([...entry, ...words], around);
}

function looksLikeServer(
  environment: Environment,
  mounts: readonly Mount[],
  image: ImageName | undefined,
): boolean {
  const names = Object.keys(environment.values);
  if (names.some((name) => CLIENT_VARIABLES.test(name))) return false;
  if (
    mounts.some(({ target, readOnly }) => !readOnly && typeof target === "string" && DATA_PATHS.test(target))
  )
    return true;
  if (names.some((name) => SERVER_VARIABLES.includes(name))) return true;
  // An application has a password as well: it counts only where no image's name contradicts it.
  return image === undefined && names.some((name) => PASSWORD_VARIABLES.includes(name));
}

function readUploads(value: unknown): Upload[] {
  return list(value).flatMap((entry, index) => {
    const { file, content, contentBase64 } = record(entry);
    const target = knownText(file);
    if (target === undefined) return [];
    const encoded = knownText(contentBase64);
    const plain =
      encoded !== undefined && encoded.length <= 2 * LONGEST_TEXT
        ? Buffer.from(encoded, "base64").toString("utf8")
        : knownText(content);
    return [
      {
        file: cleanPath(target),
        content: (plain?.length ?? 0) <= LONGEST_TEXT ? plain : undefined,
        property: `uploads[${index}]`,
      },
    ];
  });
}

function dataDirectory(
  given: string | undefined,
  environment: Environment,
  family: ImageFamily,
  major: number | undefined,
  mounts: readonly Mount[],
): string | undefined {
  const variableValue = own(environment.values, "PGDATA") ?? own(environment.values, "POSTGRESQL_DATA_DIR");
  const written = given ?? variableValue;
  if (written !== undefined)
    return written.includes(HIDDEN) || written === "" ? undefined : cleanPath(written);
  if (environment.unknown.length > 0) return undefined;
  const known = family.data(major);
  if (known !== undefined) return known;
  // Without a version, a mount tells which layout is meant.
  const target = mounts
    .map((mount) => mount.target)
    .find((path) => typeof path === "string" && /^\/var\/lib\/postgresql/.test(path));
  if (typeof target !== "string")
    return major === undefined && family === OFFICIAL ? undefined : "/var/lib/postgresql/data";
  return target === "/var/lib/postgresql" ? undefined : target;
}

const INITDB_VARIABLES = ["POSTGRES_INITDB_ARGS", "POSTGRESQL_INITDB_ARGS"];

/** The official entrypoint makes a cluster only when it knows what to do about passwords. */
const PERMITS_INITDB =
  /^(POSTGRES|POSTGRESQL)_(PASSWORD|PASSWORD_FILE|POSTGRES_PASSWORD|POSTGRES_PASSWORD_FILE)$|^ALLOW_EMPTY_PASSWORD$|^POSTGRES_HOST_AUTH_METHOD$/;

function readInitdb(environment: Environment): Container["initdb"] {
  const name = INITDB_VARIABLES.find((candidate) => own(environment.values, candidate) !== undefined);
  const isPermitted = Object.keys(environment.values).some((candidate) => PERMITS_INITDB.test(candidate));
  if (name === undefined && !isPermitted) return undefined;
  const written = name === undefined ? "" : (own(environment.values, name) ?? "");
  const words = shellWords(written, { variable: (key) => own(environment.values, key) }) ?? [];
  const property = name === undefined ? "envs" : (own(environment.properties, name) ?? "envs");
  return { ...readInitdbArguments(words), property };
}
