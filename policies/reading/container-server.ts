/** Which settings does a container give its server? Command line, files, environment and initdb, the strongest last. */

import { DATABASE_LABEL } from "../../components/docker/container";
import { HIDDEN } from "../../components/parameters/shell";
import type { Given, HiddenSource, Server } from "../server";
import type { Container } from "./container";
import { knownText, list, own, record, UNKNOWN } from "./known";
import { commandLineSettings, refusalOf, type SettingsSource } from "./settings";
import { confFiles } from "./uploaded-conf";

/** The server of a container whose command line is read. */
export function containerServer(container: Container, commandLine: SettingsSource): Server {
  const { major, properties } = container;
  const files = confFiles(container, commandLine);
  const sources = [initdbSettings(container), ...files.sources, environmentSettings(container), commandLine];
  const given = new Map<string, Given>();
  for (const source of sources) for (const entry of source.given) given.set(entry.name, entry);
  return {
    kind: "container",
    major,
    given,
    refusals: sources.flatMap(({ refusals }) => refusals),
    defaults: container.family.takesFlags ? { listen_addresses: "*" } : {},
    hiddenSource: hiddenProgram(container) ?? files.hidden ?? ownSource(container),
    place: {
      property: "command",
      write: (name, value) =>
        `add \`"-c", "${name}=${value}"\` to command${list(properties.command).length > 0 ? "" : ' (after `"postgres"`)'}`,
    },
  };
}

/** A command that cannot be read to its end. */
function hiddenProgram({ process, properties }: Container): HiddenSource | undefined {
  const isRead = process.kind === "server" && !process.argv.some(({ text }) => text.includes(HIDDEN));
  if (isRead) return undefined;
  const isLater = [properties.command, properties.entrypoints].some((words) => list(words).includes(UNKNOWN));
  const property = properties.command === undefined ? "entrypoints" : "command";
  return { kind: isLater ? "later" : "elsewhere", property, source: "the command" };
}

/** A database of this product: what can be reloaded is not in the command. */
function ownSource({ properties }: Container): HiddenSource | undefined {
  const isOwn = list(properties.labels).some((entry) => knownText(record(entry).label) === DATABASE_LABEL);
  return isOwn ? { kind: "own", property: "labels", source: "RunningSettings" } : undefined;
}

/** `-c` of initdb writes into the new cluster's postgresql.conf. */
function initdbSettings({ initdb, major }: Container): SettingsSource {
  if (!initdb) return { given: [], refusals: [] };
  const { property, parameters } = initdb;
  const given = parameters.map(({ name, value }): Given => {
    const written = `-c ${name}=${value}`;
    const write = (safe: string) => `write \`-c ${name}=${safe}\` in ${property}`;
    return {
      name: name.toLowerCase(),
      text: value.includes(HIDDEN) ? UNKNOWN : value,
      property,
      written,
      write,
    };
  });
  return { given, refusals: given.flatMap((entry) => refusalOf(entry, major) ?? []) };
}

/** Variables of the Bitnami image that become settings. https://github.com/bitnami/containers/tree/main/bitnami/postgresql */
const BITNAMI: Readonly<Record<string, string>> = {
  POSTGRESQL_FSYNC: "fsync",
  POSTGRESQL_WAL_LEVEL: "wal_level",
  POSTGRESQL_SYNCHRONOUS_COMMIT_MODE: "synchronous_commit",
  POSTGRESQL_SHARED_PRELOAD_LIBRARIES: "shared_preload_libraries",
  POSTGRESQL_LOG_CONNECTIONS: "log_connections",
  POSTGRESQL_LOG_DISCONNECTIONS: "log_disconnections",
  POSTGRESQL_LOG_HOSTNAME: "log_hostname",
  POSTGRESQL_LOG_LINE_PREFIX: "log_line_prefix",
  POSTGRESQL_LOG_TIMEZONE: "log_timezone",
  POSTGRESQL_CLIENT_MIN_MESSAGES: "client_min_messages",
  POSTGRESQL_MAX_CONNECTIONS: "max_connections",
  POSTGRESQL_STATEMENT_TIMEOUT: "statement_timeout",
};

/** PGPORT is the server's own default; the Bitnami image has variables of its own, and flags for the command line. */
function environmentSettings({ environment, family, major, image }: Container): SettingsSource {
  const isBitnami = !family.takesFlags && typeof image === "object" && /bitnami/.test(image.repository);
  const table = isBitnami ? BITNAMI : {};
  const given = Object.entries({ PGPORT: "port", ...table }).flatMap(([name, parameter]): Given[] => {
    const value = own(environment.values, name);
    if (value === undefined || value === "") return [];
    const property = own(environment.properties, name) ?? "envs";
    return [
      {
        name: parameter,
        text: value,
        property,
        written: `${name}=${value}`,
        write: (safe) => `write \`${name}=${safe}\` in ${property}`,
      },
    ];
  });
  const isReplicated = Number(own(environment.values, "POSTGRESQL_NUM_SYNCHRONOUS_REPLICAS") ?? 0) > 0;
  const applied = given.filter(({ name }) => isReplicated || !isBitnami || name !== "synchronous_commit");
  const refusals = applied.flatMap((entry) => refusalOf(entry, major) ?? []);
  const flags = isBitnami ? own(environment.values, "POSTGRESQL_EXTRA_FLAGS") : undefined;
  if (flags === undefined) return { given: applied, refusals };
  const property = own(environment.properties, "POSTGRESQL_EXTRA_FLAGS") ?? "envs";
  // The image splits them at blanks, without a shell.
  const words = flags
    .split(/\s+/)
    .filter((word) => word !== "")
    .map((word) => ({ text: word, property, isPart: true }));
  const extra = commandLineSettings(words, major);
  return { given: [...applied, ...extra.given], refusals: [...refusals, ...extra.refusals] };
}
