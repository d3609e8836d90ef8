/** Which inputs are safe? One happy resource of each type: rules are shown and tested as changes to it. */

import { HAPPY_AWS, HAPPY_AWS_BESIDE } from "./examples-aws";
import { HAPPY_RDS, HAPPY_RDS_BESIDE } from "./examples-rds";
import type { Properties } from "./reading/known";
import type { Example, Resource, Rule } from "./rule";
import {
  CLUSTER_PARAMETER_GROUP,
  CONTAINER,
  LOCAL_SERVER,
  PARAMETER_GROUP,
  REMOTE_IMAGE,
  RUNNING_SETTINGS,
  typesOf,
  VOLUME,
} from "./subjects";

const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;

/** Arguments of the server in the happy container. */
const COMMAND = [
  "postgres",
  ...Object.entries({
    wal_level: "replica",
    archive_mode: "on",
    archive_library: "basic_archive",
    "basic_archive.archive_directory": "/archive",
    archive_timeout: "5min",
    idle_in_transaction_session_timeout: "10min",
    max_slot_wal_keep_size: "16GB",
    ssl: "on",
    ssl_min_protocol_version: "TLSv1.3",
    shared_preload_libraries: "pgaudit",
    "pgaudit.log": "ddl,write",
    log_connections: "on",
    log_disconnections: "on",
    log_lock_waits: "on",
    log_duration: "on",
    log_temp_files: "0",
    log_statement: "ddl",
    log_error_verbosity: "verbose",
    log_line_prefix: "%m [%p] %u@%d %a %h ",
    log_timezone: "UTC",
    log_replication_commands: "on",
  }).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
];

/** Inputs without a finding, by type. */
export const HAPPY: Readonly<Record<string, Properties>> = {
  [CONTAINER]: {
    image: `postgres:15.18-bookworm@${DIGEST}`,
    name: "db",
    command: COMMAND,
    envs: [
      "POSTGRES_PASSWORD_FILE=/run/secrets/password",
      "POSTGRES_INITDB_ARGS=--data-checksums --auth=scram-sha-256",
    ],
    user: "postgres",
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true", "apparmor=docker-default", "label=type:container_t"],
    readOnly: true,
    tmpfs: { "/tmp": "size=64m", "/var/run/postgresql": "size=1m" },
    mounts: [
      { type: "volume", source: "db-data", target: "/var/lib/postgresql/data" },
      { type: "volume", source: "db-archive", target: "/archive" },
    ],
    networksAdvanced: [{ name: "backend" }],
    ports: [{ internal: 5432, external: 15432, ip: "127.0.0.1" }],
    memory: 4096,
    memorySwap: 5120,
    cpus: "2",
    shmSize: 1024,
    ulimits: [{ name: "nofile", soft: 4096, hard: 4096 }],
    stopSignal: "SIGINT",
    stopTimeout: 120,
    destroyGraceSeconds: 120,
    restart: "unless-stopped",
    healthcheck: { tests: ["CMD", "pg_isready", "-h", "127.0.0.1"], interval: "5s" },
    logDriver: "json-file",
    logOpts: { "max-size": "10m", "max-file": "5" },
  },
  [VOLUME]: { name: "db-data" },
  [REMOTE_IMAGE]: { name: `postgres:15.18-bookworm@${DIGEST}`, keepLocally: true },
  [LOCAL_SERVER]: {
    version: "15",
    parameters: { fsync: "on", wal_level: "replica", max_connections: "100" },
  },
  [RUNNING_SETTINGS]: { parameters: { work_mem: "16MB", archive_timeout: "5min" } },
  [PARAMETER_GROUP]: { family: "postgres15", parameters: groupParameters() },
  [CLUSTER_PARAMETER_GROUP]: { family: "aurora-postgresql15", parameters: groupParameters() },
  ...HAPPY_AWS,
  ...HAPPY_RDS,
};

/** What has to be beside a happy resource, so that there is no finding: some rules look at the whole stack. */
const HAPPY_BESIDE: Readonly<Record<string, Example["others"]>> = {
  ...HAPPY_AWS_BESIDE,
  ...HAPPY_RDS_BESIDE,
};

function groupParameters(): object[] {
  const immediate = {
    "rds.force_ssl": "1",
    log_connections: "1",
    log_disconnections: "1",
    log_lock_waits: "1",
    log_duration: "1",
    log_temp_files: "0",
    log_statement: "ddl",
    log_min_duration_statement: "1000",
    log_error_verbosity: "verbose",
    log_replication_commands: "1",
    max_slot_wal_keep_size: "16384",
    "pgaudit.log": "ddl,write",
  };
  return [
    ...Object.entries(immediate).map(([name, value]) => ({ name, value, applyMethod: "immediate" })),
    { name: "shared_preload_libraries", value: "pgaudit", applyMethod: "pending-reboot" },
  ];
}

/** A happy resource with what has to be beside it. */
export function happyResources(type: string): Resource[] {
  return resourcesOf("happy", type, { type, change: {} });
}

/** The resources of an example: the one that is changed first. */
export function exampleResources(rule: Rule, example: Example): Resource[] {
  return resourcesOf("db", example.type ?? typesOf(rule)[0] ?? "", example);
}

function resourcesOf(name: string, type: string, example: Example): Resource[] {
  const others = example.others ?? HAPPY_BESIDE[type] ?? [];
  return [{ type, name, change: example.change, protect: example.protect }, ...others].map((made) => ({
    type: made.type,
    name: made.name,
    ...changed(made.type, made.change),
    protect: ("protect" in made ? made.protect : undefined) ?? true,
    urn: `urn:pulumi:dev::example::${made.type}::${made.name}`,
  }));
}

function changed(type: string, change: Properties): { properties: Properties } {
  const properties = { ...HAPPY[type], ...change };
  return {
    properties: Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)),
  };
}
