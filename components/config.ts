/** Which configuration keys does the stack read, of which type, with which default? Pulumi.yaml and the README derive. */

import { closest } from "fastest-levenshtein";
import { choiceFaults, countFaults, faultsOf } from "./arguments";
import { type DatabaseArgs, TARGETS, type Target } from "./database";
import { Fault, throwFaults } from "./faults";
import type { LocalDatabaseArgs } from "./local/database";

/** Types that Pulumi.yaml knows. https://www.pulumi.com/docs/iac/concepts/projects/project-file/ */
type ConfigType = "string" | "integer" | "boolean" | "object";

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
  target: { type: "string", default: "local", description: "Where the database runs: local." },
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
    description: "Memory the server may use, such as 8GiB. auto: local takes a quarter of the machine, once.",
  },
  cpus: {
    type: "integer",
    default: 0,
    automatic: true,
    description: "CPUs the server may use. 0: local takes the machine's, once.",
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
      deleteData: {
        type: "boolean",
        default: false,
        description: "Delete the data on destroy. Takes effect once it has been deployed.",
      },
    },
  },
} as const satisfies Record<string, ConfigKey>;

/** What the stack's configuration says. */
export interface StackArgs {
  target: Target;
  args: DatabaseArgs & LocalDatabaseArgs;
}

function parsed(name: string, key: ConfigKey, text: string, faults: Fault[]): unknown {
  if (key.type === "string") return text;
  try {
    const value: unknown = JSON.parse(text);
    const type = Array.isArray(value) || value === null ? "other" : typeof value;
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
  return { string: "…", integer: "1", boolean: "true", object: "{}" }[key.type];
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
  const { target = CONFIG.target.default, local = {}, ...rest } = values;
  faults.push(...choiceFaults("target", target, TARGETS));
  const stack = { target: target as Target, args: { ...rest, ...(local as object) } };
  faults.push(...countFaults("local.port", stack.args.port, 1024, 65_535));
  throwFaults([...faults, ...faultsOf(() => check(stack))]);
  return stack;
}
