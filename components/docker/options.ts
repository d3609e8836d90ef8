/** What can a user say about a container, and what is wrong with it? Pure. */

import { isIP } from "node:net";
import { choiceFaults, countFaults } from "../arguments";
import { Fault } from "../faults";
import type { Version } from "../parameters/postgres";
import { readBytes } from "../parameters/units";
import { type BackupPlan, backupFaults, backupPlan, type DockerBackupOptions } from "./backup";
import { LEAST_STOP_TIMEOUT } from "./container";
import { floatingTag, imageName } from "./image";
import type { DockerRestore } from "./restore-args";

/** Restart policies. https://docs.docker.com/engine/containers/start-containers-automatically/ */
export const RESTART_POLICIES = ["unless-stopped", "always", "on-failure", "no"] as const;

/** What only a database in a container has. */
export interface DockerOptions {
  /** Image by digest or a tag that keeps to one major version, also a derived one. Default: `postgres:<version>`. */
  image?: string;
  /** Docker engine, such as `ssh://me@host`. Default: `DOCKER_HOST`, else unix:///var/run/docker.sock. */
  engine?: string;
  /** Name of the container, and first part of the network's and the volumes' names. Default: `<project>-<stack>-<name>`. */
  containerName?: string;
  /** One address on which the port is published. Default: `127.0.0.1`. Any that is not loopback turns TLS on. */
  address?: string;
  /** Published TCP port. Default: a free one from 15000 on, chosen once and recorded. */
  port?: number;
  /** Name or address by which clients reach the published port. Default: `address`. */
  hostname?: string;
  /** Names of the volumes. Default: `<containerName>-data`, `-archive` and `-backup`. */
  volumes?: { data?: string; archive?: string; backup?: string };
  /** Size of /dev/shm, such as `1GiB`. Default: half of `memory`. */
  shmSize?: string;
  /** Seconds a shutdown may take before Docker kills the server, at least 60. Default: 300. */
  stopTimeout?: number;
  /** Default: `unless-stopped`. */
  restart?: (typeof RESTART_POLICIES)[number];
  /** Volumes with `protect`: a destroy stops at them. Default: false. */
  protect?: boolean;
  /** Delete the volumes when the stack is destroyed; takes effect once deployed. Default: false, they are kept. */
  deleteData?: boolean;
  /** Make the database from the backups of another one, up to a moment; for its creation only. */
  restoreFrom?: DockerRestore;
  /** When backups are taken, and where they go beside the backup volume. */
  backup?: DockerBackupOptions;
}

/** The volumes of a database. */
export type VolumeNames = Record<"data" | "archive" | "backup", string>;

/** The options with everything decided that does not need the engine. */
export interface DockerPlan {
  /** `<project>/<stack>/<name>`: who may use what is there. */
  owner: string;
  image: string;
  engine: string | undefined;
  /** Also the network's name. */
  containerName: string;
  volumes: VolumeNames;
  address: string;
  port: number | undefined;
  hostname: string;
  /** The port is reachable from other machines: TLS, and nothing without it. */
  isPublic: boolean;
  /** Bytes. */
  shmSize: number;
  stopTimeout: number;
  restart: (typeof RESTART_POLICIES)[number];
  protect: boolean;
  deleteData: boolean;
  restoreFrom: DockerRestore | undefined;
  backup: BackupPlan;
}

const MIB = 1024 ** 2;

/** The default of Docker's own, 10 s, ends the shutdown checkpoint of a busy server by SIGKILL. */
const STOP_TIMEOUT = 300;

/** Docker's rule for names. https://docs.docker.com/reference/cli/docker/container/run/#name */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** `[<registry>/]<name>[:<tag>][@<digest>]` */
const IMAGE = /^[a-z0-9][\w.:/-]*(@sha256:[0-9a-f]{64})?$/;

/** Schemes by which an engine can be reached. */
const ENGINE = /^(unix:\/\/\/|tcp:\/\/|ssh:\/\/|http:\/\/|https:\/\/).+/;

function isLoopback(address: string): boolean {
  return address === "::1" || /^127(\.\d+){3}$/.test(address);
}

/** Every address of the machine. */
function isAnyAddress(address: string): boolean {
  return /^[0.:]+$/.test(address);
}

/** The host of a remote engine; undefined for one on this machine. */
function engineHost(engine: string | undefined): string | undefined {
  if (!engine || engine.startsWith("unix:") || !ENGINE.test(engine)) return undefined;
  return URL.canParse(engine) ? new URL(engine).hostname.replace(/^\[|\]$/g, "") : undefined;
}

/** For a hint: the address of the engine's machine, as far as it is known. */
function machineAddress(engine: string | undefined): string {
  const host = engineHost(engine) ?? "this machine";
  return isIP(host) === 0 ? `<the address of ${host} that clients reach>` : host;
}

/** The container's name where none is given. */
function defaultName(owner: string): string {
  return owner.replaceAll("/", "-");
}

/** What a database's options come to. */
export function dockerPlan(
  options: DockerOptions,
  { version, memory, owner }: { version: Version; memory: number; owner: string },
): DockerPlan {
  const containerName = options.containerName ?? defaultName(owner);
  const address = options.address ?? "127.0.0.1";
  return {
    owner,
    image: options.image ?? `postgres:${version}`,
    engine: options.engine,
    containerName,
    volumes: {
      data: options.volumes?.data ?? `${containerName}-data`,
      archive: options.volumes?.archive ?? `${containerName}-archive`,
      backup: options.volumes?.backup ?? `${containerName}-backup`,
    },
    address,
    port: options.port,
    hostname: options.hostname ?? address,
    isPublic: !isLoopback(address),
    shmSize: options.shmSize === undefined ? Math.ceil(memory / 2 / MIB) * MIB : bytes(options.shmSize),
    stopTimeout: options.stopTimeout ?? STOP_TIMEOUT,
    restart: options.restart ?? "unless-stopped",
    protect: options.protect ?? false,
    deleteData: options.deleteData ?? false,
    restoreFrom: options.restoreFrom,
    backup: backupPlan(options.backup),
  };
}

function bytes(text: string): number {
  return readBytes(String(text)) ?? Number.NaN;
}

function nameFaults(key: string, name: string | undefined): Fault[] {
  if (name === undefined || NAME.test(name)) return [];
  const fixed = String(name)
    .replace(/[^a-zA-Z0-9_.-]+/g, "-")
    .replace(/^[^a-zA-Z0-9]+/, "");
  return [
    new Fault(
      `${key} ${JSON.stringify(name)} is not a name Docker takes: letters, digits, underscores, dots and dashes, a letter or digit first`,
      `write \`${key.replace(/^docker\./, "").replace(/^volumes\./, "")}: ${NAME.test(fixed) ? fixed : "postgres"}\` under ${key.split(".").slice(0, -1).join(".")}`,
    ),
  ];
}

function under(line: string): string {
  return `write \`${line}\` under docker`;
}

/** Sizes in whole MiB are all that Docker's provider knows. */
function sizeFaults(
  key: string,
  text: string | undefined,
  least: number,
  hint: (line: string) => string,
): Fault[] {
  if (text === undefined) return [];
  const size = bytes(text);
  if (size >= least && size % MIB === 0) return [];
  const nearest = Math.max(least, Math.ceil((size || least) / MIB) * MIB) / MIB;
  return [
    new Fault(
      `${key} ${JSON.stringify(text)} is not a whole number of MiB, at least ${least / MIB}MiB`,
      hint(`${key}: ${nearest}MiB`),
    ),
  ];
}

function volumeFaults({ volumes = {}, containerName }: DockerOptions, owner: string): Fault[] {
  const prefix = containerName ?? defaultName(owner);
  const names = (["data", "archive", "backup"] as const).map((kind) => volumes[kind] ?? `${prefix}-${kind}`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return [];
  return [
    new Fault(
      `volume ${twice} is named for two purposes: data, archive and backup need one each`,
      `write \`archive: ${prefix}-archive\` under docker.volumes`,
    ),
  ];
}

function addressFaults({ address, hostname, engine, port }: DockerOptions): Fault[] {
  const faults: Fault[] = [];
  if (address !== undefined && isIP(String(address)) === 0)
    faults.push(
      new Fault(`docker.address ${JSON.stringify(address)} is no IP address`, under("address: 127.0.0.1")),
    );
  else if (address !== undefined && isAnyAddress(address))
    faults.push(
      new Fault(
        `docker.address ${address} is every address of the machine, and Docker opens the port past its firewall`,
        under(`address: ${machineAddress(engine)}`),
      ),
    );
  if (engineHost(engine) !== undefined && isLoopback(address ?? "127.0.0.1"))
    faults.push(
      new Fault(
        `docker.engine ${engine} is another machine, and a port on its loopback address cannot be reached from here`,
        under(`address: ${machineAddress(engine)}`),
      ),
    );
  if (hostname !== undefined && !/^[\w.:-]+$/.test(hostname))
    faults.push(
      new Fault(
        `docker.hostname ${JSON.stringify(hostname)} is no host name`,
        under("hostname: db.example.com"),
      ),
    );
  return [...faults, ...countFaults("docker.port", port, 1, 65_535)];
}

function imageFaults(image: string | undefined, version: string): Fault[] {
  if (image === undefined) return [];
  if (!IMAGE.test(image))
    return [
      new Fault(`docker.image ${JSON.stringify(image)} is no image's name`, under("image: postgres:15")),
    ];
  const name = imageName(image);
  const floating = name && floatingTag(name);
  if (!floating) return [];
  return [
    new Fault(
      `docker.image ${image} ${floating}: the next major version refuses the data directory, and the database stays down`,
      under(`image: ${image.replace(/:[^:/]*$/, "")}:${version}`),
    ),
  ];
}

/** What Docker's own provider would find too late, or not at all, and what the policy pack refuses. */
export function dockerFaults(
  options: DockerOptions,
  {
    memory,
    version = "15",
    owner,
  }: { memory: string | undefined; version: string | undefined; owner: string },
): Fault[] {
  const { engine, volumes = {}, containerName } = options;
  const faults = [
    ...sizeFaults(
      "memory",
      memory === undefined || bytes(memory) < 256 * MIB ? undefined : memory,
      256 * MIB,
      (line) => `write \`${line}\``,
    ),
    ...sizeFaults("shmSize", options.shmSize, 64 * MIB, under),
    ...choiceFaults("docker.restart", options.restart, RESTART_POLICIES),
    ...countFaults("docker.stopTimeout", options.stopTimeout, LEAST_STOP_TIMEOUT, 86_400),
    ...nameFaults("docker.containerName", containerName ?? defaultName(owner)),
    ...nameFaults("docker.volumes.data", volumes.data),
    ...nameFaults("docker.volumes.archive", volumes.archive),
    ...nameFaults("docker.volumes.backup", volumes.backup),
    ...volumeFaults(options, owner),
    ...addressFaults(options),
    ...imageFaults(options.image, version),
    ...backupFaults(options.backup),
  ];
  if (engine !== undefined && !(ENGINE.test(engine) && URL.canParse(engine)))
    faults.push(
      new Fault(
        `docker.engine ${JSON.stringify(engine)} is no address of a Docker engine`,
        under("engine: unix:///var/run/docker.sock"),
      ),
    );
  return faults;
}
