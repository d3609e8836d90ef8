/** Which configuration keys does the stack read, of which type, with which default? Pulumi.yaml and the README derive. */

import { closest } from "fastest-levenshtein";
import { choiceFaults, countFaults, faultsOf } from "./arguments";
import { type Generations, readGenerations } from "./backup/generations";
import { DURABILITY } from "./backup/objectives";
import { type DatabaseArgs, TARGETS, type Target } from "./database";
import type { DockerOptions } from "./docker/options";
import { Fault, throwFaults } from "./faults";
import type { LocalOptions } from "./local/settings";

/** Types that Pulumi.yaml knows. https://www.pulumi.com/docs/iac/concepts/projects/project-file/ */
type ConfigType = "string" | "integer" | "boolean" | "object" | "array";

/** A configuration key. */
export interface ConfigKey {
  type: ConfigType;
  default?: string | number | boolean;
  description: string;
  /** The default stands for "computed": Pulumi.yaml demands a default of every key that need not be set. */
  automatic?: true;
  /** Keys of an object, where only these are known. */
  keys?: Readonly<Record<string, ConfigKey>>;
}

/** The keys of the namespace `durable-postgres`, in the order they are documented. */
export const CONFIG = {
  target: {
    type: "string",
    default: "local",
    description:
      "Where the database runs: local (this machine, nothing else needed) or docker (a container).",
  },
  version: { type: "string", default: "15", description: "Major version of PostgreSQL: 15, 16, 17 or 18." },
  database: {
    type: "string",
    default: "app",
    description: "The application's database; the role that owns it has the same name.",
  },
  memory: {
    type: "string",
    default: "auto",
    automatic: true,
    description:
      "Memory the server may use, such as 8GiB. auto: local takes a quarter of the machine, once; docker 4GiB. In docker it is the container's limit.",
  },
  cpus: {
    type: "integer",
    default: 0,
    automatic: true,
    description:
      "CPUs the server may use, for the number of parallel workers; it is no limit. 0: local takes the machine's, once; docker 2.",
  },
  storage: { type: "string", default: "ssd", description: "Kind of storage: ssd, hdd or san." },
  workload: {
    type: "string",
    default: "web",
    description: "Kind of load: web, oltp, dw (data warehouse) or mixed.",
  },
  maxConnections: {
    type: "integer",
    default: 0,
    automatic: true,
    description: "max_connections. 0: 100 (dw: 40), fewer where memory is short.",
  },
  activeConnections: {
    type: "integer",
    default: 0,
    automatic: true,
    description:
      "Connections that run a query at the same time, for the memory budget. 0: a share of max_connections by workload.",
  },
  parameters: {
    type: "object",
    description: "Further PostgreSQL parameters by name, such as work_mem: 32MB.",
  },
  passwordGeneration: { type: "integer", default: 1, description: "A new number makes new passwords." },
  durability: {
    type: "object",
    description: "What survives the loss of the machine. A crash loses nothing that was committed.",
    keys: {
      hostLossRpo: {
        type: "string",
        default: DURABILITY.hostLossRpo,
        description:
          "Age of the oldest WAL that may be lost with the machine: archive_timeout. From 10s to 24h; less needs a standby.",
      },
      retention: {
        type: "integer",
        default: DURABILITY.retention,
        description: "Days back to which the database can be restored.",
      },
    },
  },
  generations: {
    type: "array",
    description:
      "Databases of this stack: the first one, and those restored beside it, such as { number: 2, restoreFrom: { generation: 1, to: latest } }. `restore`, `cutover` and `retire` write it. Empty: the first alone.",
  },
  active: {
    type: "integer",
    default: 1,
    description: "Number of the generation whose address the outputs hold.",
  },
  local: {
    type: "object",
    description: "What only the target local has.",
    keys: {
      directory: {
        type: "string",
        description:
          "Folder of the database. Unset: .durable-postgres/local/<stack>/postgres; for root below /var/lib/durable-postgres.",
      },
      port: {
        type: "integer",
        description: "TCP port on 127.0.0.1. Unset: a free one from 15000 on, chosen once and recorded.",
      },
      osUser: {
        type: "string",
        description: "User the server runs as; only root can choose. Unset: postgres, else nobody.",
      },
      archiveDirectory: {
        type: "string",
        description:
          "Folder of the WAL archive, best on another disk. Unset: the database's with -archive appended.",
      },
      backupDirectory: {
        type: "string",
        description:
          "Folder of the base backups, best on another disk. Unset: the database's with -backups appended.",
      },
      deleteData: {
        type: "boolean",
        default: false,
        description: "Delete data, archive and backups on destroy. Takes effect once it has been deployed.",
      },
    },
  },
  docker: {
    type: "object",
    description: "What only the target docker has.",
    keys: {
      image: {
        type: "string",
        description: "Image by tag or digest, also one derived from postgres. Unset: postgres:<version>.",
      },
      engine: {
        type: "string",
        description:
          "Docker engine, such as ssh://me@host. Unset: DOCKER_HOST, else unix:///var/run/docker.sock.",
      },
      containerName: {
        type: "string",
        description:
          "Name of the container and the network, and first part of the volumes' names. Unset: <project>-<stack>-postgres.",
      },
      address: {
        type: "string",
        default: "127.0.0.1",
        description:
          "Address on which the port is published. Any that is not loopback turns TLS on, and nothing gets in without it.",
      },
      port: {
        type: "integer",
        description: "Published TCP port. Unset: a free one from 15000 on, chosen once and recorded.",
      },
      hostname: {
        type: "string",
        description: "Name or address by which clients reach the published port. Unset: address.",
      },
      volumes: {
        type: "object",
        description: "Names of the volumes data, archive and backup. Unset: <containerName>-data and so on.",
        keys: {
          data: { type: "string", description: "Volume of the data." },
          archive: { type: "string", description: "Volume of the WAL archive." },
          backup: { type: "string", description: "Volume of the backups." },
        },
      },
      shmSize: {
        type: "string",
        description: "Size of /dev/shm, such as 1GiB. Unset: half of memory.",
      },
      stopTimeout: {
        type: "integer",
        default: 300,
        description: "Seconds a shutdown may take before Docker kills the server.",
      },
      restart: {
        type: "string",
        default: "unless-stopped",
        description: "Docker's restart policy: unless-stopped, always, on-failure or no.",
      },
      protect: {
        type: "boolean",
        default: false,
        description: "Protect the volumes: pulumi destroy stops at them.",
      },
      deleteData: {
        type: "boolean",
        default: false,
        description: "Delete the volumes on destroy. Takes effect once it has been deployed.",
      },
    },
  },
} as const satisfies Record<string, ConfigKey>;

/** What the stack's configuration says. */
export interface StackArgs {
  target: Target;
  args: DatabaseArgs & LocalOptions & DockerOptions;
  generations: Generations;
}

function parsed(name: string, key: ConfigKey, text: string, faults: Fault[]): unknown {
  if (key.type === "string") return text;
  try {
    const value: unknown = JSON.parse(text);
    const type = Array.isArray(value) ? "array" : value === null ? "other" : typeof value;
    const wanted = key.type === "integer" ? "number" : key.type;
    if (type === wanted)
      return key.keys ? checkedObject(name, key.keys, value as Record<string, unknown>, faults) : value;
  } catch {
    // Reported below, like every other value of a wrong type.
  }
  faults.push(
    new Fault(
      `configuration ${name} = ${text} is not of type ${key.type}`,
      `write \`${name}: ${example(key)}\``,
    ),
  );
  return undefined;
}

/** A value that only stands for "computed" counts as not given. */
function given(key: ConfigKey, value: unknown): unknown {
  return key.automatic && value === key.default ? undefined : value;
}

function example(key: ConfigKey): string {
  if (key.default !== undefined && !key.automatic) return String(key.default);
  return { string: "…", integer: "1", boolean: "true", object: "{}", array: "[]" }[key.type];
}

function checkedObject(
  name: string,
  keys: Readonly<Record<string, ConfigKey>>,
  value: Record<string, unknown>,
  faults: Fault[],
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [inner, content] of Object.entries(value)) {
    const key = Object.hasOwn(keys, inner) ? keys[inner] : undefined;
    const text = typeof content === "string" ? content : JSON.stringify(content);
    if (!key)
      faults.push(
        unknownKey(
          `${name}.${inner}`,
          Object.keys(keys).map((known) => `${name}.${known}`),
        ),
      );
    else result[inner] = parsed(`${name}.${inner}`, key, text, faults);
  }
  return result;
}

function isTarget(target: unknown): target is Target {
  return (TARGETS as readonly unknown[]).includes(target);
}

function unknownKey(name: string, known: readonly string[]): Fault {
  return new Fault(
    `unknown configuration key ${name}`,
    `did you mean ${closest(name, [...known])}? Known are ${known.join(", ")}`,
  );
}

/**
 * Reads the configuration of a stack.
 *
 * @param config Values by key without namespace, as text: objects are JSON.
 * @param check Looks for further faults of what could be read, such as those of the settings.
 * @throws Fault or Faults: unknown keys, wrong types, unknown targets, and what `check` throws.
 */
export function readConfig(
  config: Readonly<Record<string, string>>,
  check: (stack: StackArgs) => unknown,
): StackArgs {
  const faults: Fault[] = [];
  const values: Record<string, unknown> = {};
  const keys: Readonly<Record<string, ConfigKey>> = CONFIG;
  for (const [name, text] of Object.entries(config)) {
    const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
    if (key) values[name] = given(key, parsed(name, key, text, faults));
    else faults.push(unknownKey(name, Object.keys(CONFIG)));
  }
  const { target = CONFIG.target.default, local = {}, docker = {}, generations, active, ...rest } = values;
  faults.push(...choiceFaults("target", target, TARGETS));
  const blocks = { local, docker } as Record<string, object>;
  for (const [block, content] of Object.entries(blocks))
    if (block !== target && isTarget(target) && Object.keys(content ?? {}).length > 0)
      faults.push(
        new Fault(
          `configuration ${block} is there, but the target is ${target}`,
          `write \`target: ${block}\`, or remove ${block}`,
        ),
      );
  const databases = readGenerations(generations as unknown[] | undefined, active as number | undefined);
  faults.push(...databases.faults);
  const stack: StackArgs = {
    target: target as Target,
    args: { ...rest, ...blocks[String(target)] },
    generations: databases.generations,
  };
  if (target === "local") faults.push(...countFaults("local.port", stack.args.port, 1024, 65_535));
  throwFaults([...faults, ...faultsOf(() => check(stack))]);
  return stack;
}
