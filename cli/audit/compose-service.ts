/** How would the service of a Compose file look as a docker.Container? https://docs.docker.com/reference/compose-file/services/ */

import { parse as parseDotenv } from "dotenv";
import { HIDDEN, shellCommands } from "../../components/parameters/shell";
import {
  flag,
  isAbsent,
  knownText,
  list,
  number,
  type Properties,
  record,
  text,
  UNKNOWN,
} from "../../policies/reading/known";
import { type ComposeProject, pairs, type Service } from "./compose-file";
import { readMounted } from "./compose-mounts";
import { readPorts } from "./compose-ports";
import { megabytes, seconds } from "./units";

/** A service in the words of the rules. */
export interface TranslatedService {
  properties: Properties;
  /** What the service calls each element: `environment.PGDATA` for `envs[0]`. */
  places: ReadonlyMap<string, string>;
  /** Files of variables that are not there. */
  missing: readonly string[];
  notes: readonly string[];
}

/** Properties that only have another name in Compose. */
const SAME: Readonly<Record<string, string>> = {
  container_name: "name",
  privileged: "privileged",
  pid: "pidMode",
  ipc: "ipcMode",
  userns_mode: "usernsMode",
  cgroup_parent: "cgroupParent",
  user: "user",
  cpu_shares: "cpuShares",
  cpu_quota: "cpuQuota",
  cpuset: "cpuSet",
  stop_signal: "stopSignal",
  read_only: "readOnly",
  network_mode: "networkMode",
  security_opt: "securityOpts",
};

/** Translates a service. */
export function translateService(
  service: Service,
  project: Pick<ComposeProject, "configs">,
): TranslatedService {
  const { definition } = service;
  const places = new Map<string, string>();
  const environment = readEnvironment(service, places);
  const { mounts, uploads, tmpfs, places: mountPlaces, notes } = readMounted(service, project);
  const limits = record(record(record(definition.deploy).resources).limits);
  const ports = readPorts(definition.ports);
  for (const [index, place] of ports.places.entries()) places.set(`ports[${index}]`, place);
  for (const [property, place] of mountPlaces) places.set(property, place);
  const properties: Record<string, unknown> = {
    ...Object.fromEntries(
      Object.entries(SAME).map(([name, property]) => [property, whole(definition[name])]),
    ),
    image: whole(definition.image),
    entrypoints: words("entrypoint", definition.entrypoint, "entrypoints", places),
    command: words("command", definition.command, "command", places),
    envs: environment.envs,
    mounts,
    uploads,
    tmpfs,
    ports: ports.ports,
    memory: whole(megabytes(definition.mem_limit ?? limits.memory)),
    memorySwap: whole(megabytes(definition.memswap_limit)),
    cpus: whole(definition.cpus ?? limits.cpus),
    shmSize: whole(megabytes(definition.shm_size)),
    stopTimeout: whole(seconds(definition.stop_grace_period)),
    healthcheck: healthcheck(definition.healthcheck),
    networksAdvanced: networks(definition),
    logDriver: whole(record(definition.logging).driver),
    logOpts: record(definition.logging).options,
    labels: Object.entries(pairs(definition.labels)).map(([label, value]) => ({ label, value })),
    devices: list(definition.devices).map((entry) => ({
      hostPath: knownText(entry)?.split(":")[0] ?? record(entry).source,
    })),
    ...restart(definition),
    ...capabilities(definition),
    ...ulimits(definition.ulimits),
  };
  const given = Object.entries(properties).filter(([, value]) => !isAbsent(value));
  return { properties: Object.fromEntries(given), places, missing: environment.missing, notes };
}

/** A value that a variable hides is not known; a name may be known in part. */
function whole(value: unknown): unknown {
  return typeof value === "string" && value.includes(HIDDEN) ? UNKNOWN : value;
}

/** Compose splits a text at blanks and quotes, and starts no shell. */
function words(name: string, value: unknown, property: string, places: Map<string, string>): unknown {
  const line = knownText(value);
  if (line === undefined) {
    if (!Array.isArray(value)) return undefined;
    for (const index of value.keys()) places.set(`${property}[${index}]`, `${name}[${index}]`);
    return value.map((word) => text(word) ?? "");
  }
  const [first] = shellCommands(line) ?? [];
  const split = [...(first?.assignments ?? []), ...(first?.words ?? [])];
  for (const index of split.keys()) places.set(`${property}[${index}]`, name);
  return split;
}

/** Files first, then what is written in the service itself. */
function readEnvironment(
  { definition, files, variables }: Service,
  places: Map<string, string>,
): { envs: string[]; missing: string[] } {
  const missing: string[] = [];
  const values = new Map<string, { value: string; place: string }>();
  const given = definition.env_file;
  for (const entry of knownText(given) === undefined ? list(given) : [given]) {
    const file = knownText(entry) ?? knownText(record(entry).path) ?? "";
    const read = files.read(file);
    if (!("text" in read)) {
      if (flag(record(entry).required) !== false) missing.push(file);
      continue;
    }
    for (const [name, value] of Object.entries(parseDotenv(read.text)))
      values.set(name, { value, place: file });
  }
  for (const [name, value] of Object.entries(pairs(definition.environment))) {
    // A name alone takes the value of the shell that runs Compose.
    const known = isAbsent(value) ? (variables(name) ?? HIDDEN) : knownText(value);
    values.set(name, { value: known ?? "", place: `environment.${name}` });
  }
  const envs = [...values].map(([name, { value, place }], index) => {
    places.set(`envs[${index}]`, place);
    return `${name}=${value}`;
  });
  return { envs, missing };
}

function restart({ restart: given, deploy }: Properties): Properties {
  const { condition, max_attempts: attempts } = record(record(deploy).restart_policy);
  const isGiven = !isAbsent(record(deploy).restart_policy);
  if (isAbsent(given) && isGiven) {
    const policy = knownText(condition) ?? "any";
    return {
      restart: policy === "any" ? "always" : policy === "none" ? "no" : policy,
      maxRetryCount: number(attempts),
    };
  }
  // YAML 1.1 takes an unquoted no for false.
  const [policy, tries] = (given === false ? "no" : (knownText(given) ?? "")).split(":");
  if (isAbsent(given)) return {};
  return { restart: whole(policy), ...(tries !== undefined && { maxRetryCount: number(tries) }) };
}

function healthcheck(value: unknown): unknown {
  if (isAbsent(value)) return undefined;
  const { test, disable, ...rest } = record(value);
  const line = knownText(test);
  const tests = line === undefined ? list(test) : line === "NONE" ? ["NONE"] : ["CMD-SHELL", line];
  return { ...rest, tests: flag(disable) === true ? ["NONE"] : tests };
}

/** Without networks Compose makes one for the project. */
function networks({ networks: given, network_mode: mode }: Properties): unknown {
  if (!isAbsent(mode)) return undefined;
  const names = Array.isArray(given) ? given : Object.keys(record(given));
  return (names.length === 0 ? ["default"] : names).map((name) => ({ name }));
}

function capabilities({ cap_add: adds, cap_drop: drops }: Properties): Properties {
  if (isAbsent(adds) && isAbsent(drops)) return {};
  return { capabilities: { adds: list(adds), drops: list(drops) } };
}

function ulimits(value: unknown): Properties {
  if (isAbsent(value)) return {};
  const entries = Object.entries(record(value)).map(([name, limit]) => {
    const { soft, hard } = record(limit);
    return { name, soft: soft ?? limit, hard: hard ?? limit };
  });
  return { ulimits: entries };
}
