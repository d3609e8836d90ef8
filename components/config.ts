/** Which configuration keys does the stack read, of which type, with which default? Pulumi.yaml and the README derive. */

import { closest } from "fastest-levenshtein";
import { choiceFaults, countFaults, faultsOf } from "./arguments";
import { type Generations, readGenerations } from "./backup/generations";
import { DURABILITY } from "./backup/objectives";
import { type DatabaseArgs, DEFAULT_DATABASE, TARGETS, type Target } from "./database";
import { SCHEDULE } from "./docker/backup";
import type { S3Options } from "./docker/backup-repositories";
import type { DockerOptions } from "./docker/options";
import { Fault, throwFaults } from "./faults";
import type { LocalOptions } from "./local/settings";
import type { RdsOptions } from "./rds/options";

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
  /** What a list holds. */
  items?: { type: "string" };
}

const TEXTS = { type: "array", items: { type: "string" } } as const;

/** The keys of the namespace `durable-postgres`, in the order they are documented. */
export const CONFIG = {
  target: {
    type: "string",
    default: "local",
    description:
      "Where the database runs: local (this machine, nothing else needed), docker (a container) or rds (Amazon RDS or Aurora).",
  },
  version: { type: "string", default: "15", description: "Major version of PostgreSQL: 15, 16, 17 or 18." },
  database: {
    type: "string",
    default: DEFAULT_DATABASE,
    description: "The application's database; the role that owns it has the same name.",
  },
  memory: {
    type: "string",
    default: "auto",
    automatic: true,
    description:
      "Memory the server may use, such as 8GiB. auto: local takes a quarter of the machine, once; docker 4GiB. In docker it is the container's limit. On rds it follows from the instance class.",
  },
  cpus: {
    type: "integer",
    default: 0,
    automatic: true,
    description:
      "CPUs the server may use, for the number of parallel workers; it is no limit. 0: local takes the machine's, once; docker 2. On rds they follow from the instance class.",
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
    description: "What may be lost, and how long recovery may take.",
    keys: {
      crashRpo: {
        type: "string",
        default: "0s",
        description: "Acknowledged commits that a crash may lose: none. No other value is taken.",
      },
      hostLossRpo: {
        type: "string",
        default: DURABILITY.hostLossRpo,
        description:
          "Age of the oldest WAL that may be lost with the machine: archive_timeout. From 10s to 24h; less needs a standby.",
      },
      rto: {
        type: "string",
        description:
          "Time from the start of a crashed server until it takes connections, such as 30s: limits checkpoint_timeout and max_wal_size by the rate at which WAL is replayed. Drills fail where it is missed. Unset: none. On rds the topology has to allow it.",
      },
      retention: {
        type: "integer",
        default: DURABILITY.retention,
        description: "Days back to which the database can be restored.",
      },
      onArchiveOutage: {
        type: "string",
        default: DURABILITY.onArchiveOutage,
        description:
          "What becomes of WAL that cannot be archived. block: it is kept until the disk is full and the server stops; status tells the time that is left. drop-and-rebackup: it is dropped, and a new full backup is taken; where nothing can do that it is refused.",
      },
    },
  },
  calibration: {
    type: "object",
    description: "What `calibrate` measured on this machine. It writes it.",
    keys: {
      measuredAt: { type: "string", description: "When." },
      replayRate: {
        type: "integer",
        description: "MB of WAL that recovery replayed in a second; half of it counts. Unset: 23 count.",
      },
      diskRate: { type: "integer", description: "MB written and flushed in a second." },
      fdatasync: { type: "integer", description: "Microseconds of one flush of 8 kB." },
    },
  },
  production: {
    type: "boolean",
    default: false,
    description: "Somebody depends on this stack: `drill` demands --allow-production.",
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
        description:
          "Image by digest or a tag of one major version, also one derived from postgres. Unset: postgres:<version>.",
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
          "The one address on which the port is published: 0.0.0.0 is refused, for Docker opens it past the firewall. Any that is not loopback turns TLS on, and nothing gets in without it.",
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
        description: "Seconds a shutdown may take before Docker kills the server, at least 60.",
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
      backup: {
        type: "object",
        description: "When backups are taken, and where they go beside the backup volume.",
        keys: {
          s3: {
            type: "object",
            description: "A bucket that gets everything the backup volume gets. It has to exist.",
            keys: {
              bucket: { type: "string", description: "Name of the bucket." },
              region: { type: "string", description: "Its region." },
              endpoint: {
                type: "string",
                description: "Host name with an optional port; always https. Unset: AWS's own of the region.",
              },
              prefix: { type: "string", description: "Folder in the bucket. Unset: none." },
              uriStyle: {
                type: "string",
                description: "host or path. Unset: host at AWS, path with an endpoint.",
              },
              accessKeyId: { type: "string", description: "Secret. Unset: the role of the machine." },
              secretAccessKey: { type: "string", description: "Secret." },
              role: { type: "string", description: "Name of the role, where the machine has several." },
              caFile: {
                type: "string",
                description: "PEM file of root certificates, read where Pulumi runs. Unset: the image's.",
              },
            } satisfies Record<keyof S3Options, ConfigKey>,
          },
          cipherKey: {
            type: "string",
            description:
              "Secret, at least 32 characters: encrypts everything with AES-256. Keep a copy elsewhere: without it no backup can be read. Unset: no encryption.",
          },
          cipherKeyFile: {
            type: "string",
            description: "File with the key in place of cipherKey, mode 0600, read where Pulumi runs.",
          },
          schedule: {
            type: "object",
            description:
              "Cron expressions of five fields, in UTC, or none: full, diff, incr, check (is WAL archived?), verify (are all checksums right?), rehearse (is the newest backup restored whole?) and dump (a logical dump).",
            keys: Object.fromEntries(
              Object.entries(SCHEDULE).map(([job, expression]) => [
                job,
                { type: "string", default: expression, description: `When to run ${job}.` } as const,
              ]),
            ),
          },
          processes: {
            type: "integer",
            default: 2,
            description: "Processes that compress and copy at the same time.",
          },
        },
      },
    },
  },
  rds: {
    type: "object",
    description: "What only the target rds has.",
    keys: {
      region: { type: "string", description: "AWS region. Unset: aws:region." },
      topology: {
        type: "string",
        default: "multi-az",
        description:
          "single (one instance), multi-az (with a standby), cluster (Multi-AZ cluster: three zones, two readable standbys) or aurora.",
      },
      identifier: {
        type: "string",
        description:
          "Name of the instance or cluster, and first part of all other names. Unset: <project>-<stack>-postgres.",
      },
      instanceClass: {
        type: "string",
        description:
          "Memory and CPUs follow from it. Unset: db.m7g.large; cluster db.m6gd.large; aurora db.r7g.large.",
      },
      engineVersion: {
        type: "string",
        description:
          "Minor version to start with, such as 15.12, in quotes. Unset: AWS's own choice for version.",
      },
      allocatedStorage: {
        type: "integer",
        default: 100,
        description: "GiB to start with; RDS grows it, and it never shrinks. Not for aurora.",
      },
      maxAllocatedStorage: {
        type: "integer",
        description:
          "GiB up to which RDS grows the storage by itself. single and multi-az. Unset: 5 times allocatedStorage.",
      },
      storageType: { type: "string", default: "gp3", description: "gp3 or io2. Not for aurora." },
      iops: { type: "integer", description: "Provisioned IOPS. Unset: gp3's own; io2 3000." },
      dedicatedLogVolume: {
        type: "boolean",
        default: false,
        description: "WAL on a volume of its own. single and multi-az with io2.",
      },
      port: { type: "integer", default: 5432, description: "TCP port." },
      network: {
        type: "object",
        description:
          "Where the database is: vpcId and subnets of a VPC that exists, or cidr and zones of a new one.",
        keys: {
          vpcId: { type: "string", description: "VPC that exists." },
          subnets: { type: "object", description: "Its subnets by availability zone." },
          cidr: { type: "string", description: "IPv4 range of a new VPC, such as 10.42.0.0/16." },
          zones: { ...TEXTS, description: "Availability zones of a new VPC; each gets a subnet." },
        },
      },
      sources: {
        ...TEXTS,
        description: "Who may connect: address ranges or security groups. Unset: nobody.",
      },
      publiclyAccessible: {
        type: "boolean",
        default: false,
        description: "An address on the internet; only with confirmPublic.",
      },
      confirmPublic: { type: "string", description: "The identifier, written a second time." },
      kmsKeyArn: {
        type: "string",
        description:
          "ARN of the key that encrypts storage, backups, secrets and the archive. Unset: a new one, rotated every year.",
      },
      masterUsername: {
        type: "string",
        default: "dbadmin",
        description: "Master user; Secrets Manager makes, keeps and rotates its password.",
      },
      connect: {
        type: "boolean",
        default: false,
        description:
          "This machine reaches the database: roles are made and the server is verified over a connection.",
      },
      backupWindow: { type: "string", default: "02:00-03:00", description: "hh:mm-hh:mm, UTC." },
      maintenanceWindow: {
        type: "string",
        default: "sun:03:30-sun:04:30",
        description: "ddd:hh:mm-ddd:hh:mm, UTC.",
      },
      backupRetention: {
        type: "integer",
        description:
          "Days of which any moment can be restored, 1 to 35. Unset: durability.retention, else 14.",
      },
      backupRegion: {
        type: "string",
        description: "Region to which automated backups are copied. single and multi-az. Unset: none.",
      },
      restoreFrom: {
        type: "object",
        description: "What the database is made from, at its creation only: later changes plan nothing.",
        keys: {
          snapshot: { type: "string", description: "Name or ARN of a snapshot." },
          source: {
            type: "string",
            description: "Identifier of the database whose automated backups are replayed.",
          },
          automatedBackup: {
            type: "string",
            description:
              "ARN of automated backups that outlived their database, or came from another region. single and multi-az.",
          },
          time: {
            type: "string",
            description: "Point in time with zone, such as 2026-11-24T10:00:00Z. Unset: the latest.",
          },
        },
      },
      replicas: {
        type: "integer",
        description:
          "Read replicas, 0 to 15; for aurora further instances. Not for cluster. Unset: 0; aurora 1.",
      },
      archiveLockDays: {
        type: "integer",
        default: 0,
        description: "Days for which nobody can delete an object of the archive. 0: no lock.",
      },
      alarmEmails: { ...TEXTS, description: "Addresses to which alarms and events are mailed." },
      alarmTopicArn: { type: "string", description: "SNS topic that exists. Unset: a new one." },
      databaseInsights: { type: "string", default: "standard", description: "standard or advanced." },
      majorUpgrade: {
        type: "string",
        default: "refuse",
        description: "What to do when version is a new major version: refuse, in-place or blue-green.",
      },
      applyImmediately: {
        type: "boolean",
        default: false,
        description: "Apply changes at once and not in the maintenance window.",
      },
      caCertIdentifier: {
        type: "string",
        default: "rds-ca-rsa2048-g1",
        description: "Certificate authority of the server.",
      },
      tags: { type: "object", description: "Tags of every resource, beside our own." },
      deleteData: {
        type: "boolean",
        default: false,
        description:
          "Let destroy delete the database, after a final snapshot. Takes effect once it has been deployed.",
      },
    } satisfies Record<keyof RdsOptions, ConfigKey>,
  },
} as const satisfies Record<string, ConfigKey>;

/** What the stack's configuration says. */
export interface StackArgs {
  target: Target;
  args: DatabaseArgs & LocalOptions & DockerOptions & RdsOptions;
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
  return { string: "…", integer: "1", boolean: "true", object: "{}", array: "[…]" }[key.type];
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
    else if (key.type === "string" && typeof content === "number" && !Number.isInteger(content))
      faults.push(
        new Fault(
          `configuration ${name}.${inner} = ${text} is a number, and YAML drops zeros at its end`,
          `write \`${inner}: "…"\` in quotes`,
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
  const {
    target = CONFIG.target.default,
    local = {},
    docker = {},
    rds = {},
    generations,
    active,
    // For the commands, which read it from the configuration.
    production: _,
    ...rest
  } = values;
  faults.push(...choiceFaults("target", target, TARGETS));
  const blocks = { local, docker, rds } as Record<string, object>;
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
