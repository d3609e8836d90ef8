/** What is wrong with a database's options on RDS? Everything at once. Pure. */

import { choiceFaults, countFaults } from "../arguments";
import { Fault } from "../faults";
import type { Version } from "../parameters/postgres";
import { classesFor, closestClass, instanceClass } from "./classes";
import { contactFaults, identifierFaults, regionFaults, tagFaults, userFaults } from "./faults/names";
import { accessFaults, networkFaults } from "./faults/network";
import { LONGEST_RETENTION } from "./faults/objectives";
import { restoreFaults } from "./faults/restore";
import { scheduleFaults } from "./faults/schedule";
import { storageFaults } from "./faults/storage";
import { removeFrom, writeUnder } from "./faults/wording";
import { isCluster } from "./members";
import { DATABASE_INSIGHTS, MAJOR_UPGRADES, type RdsOptions, TOPOLOGIES, type Topology } from "./options";
import { classOf, DEFAULT_TOPOLOGY, rdsIdentifier } from "./plan";

/** Both of an instance and of a cluster. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html */
const MOST_REPLICAS = 15;

function classFaults(options: RdsOptions, topology: Topology): Fault[] {
  const name = String(classOf(options));
  const row = instanceClass(name);
  if (row?.topologies.includes(topology)) return [];
  const fact = row
    ? `rds.instanceClass ${name} does not serve the topology ${topology}`
    : `rds.instanceClass ${name} is no instance class that PostgreSQL runs on`;
  const also = classesFor(topology).length > 0 ? closestClass(name, topology) : name;
  return [new Fault(fact, writeUnder(`instanceClass: ${also}`))];
}

function versionFaults({ engineVersion }: RdsOptions, version: Version): Fault[] {
  if (engineVersion === undefined) return [];
  const text = String(engineVersion);
  if (new RegExp(`^${version}(?:\\.\\d{1,2}(?:-[\\w.]+)?)?$`).test(text)) return [];
  return [
    new Fault(
      `rds.engineVersion ${JSON.stringify(engineVersion)} is no minor version of PostgreSQL ${version}`,
      `${removeFrom("engineVersion")}: AWS takes its own choice for ${version}`,
    ),
  ];
}

/** What only some topologies have, beside storage. */
function fitFaults({ replicas, backupRegion }: RdsOptions, topology: Topology): Fault[] {
  const faults = countFaults("rds.replicas", replicas, 0, MOST_REPLICAS);
  if (topology === "cluster" && replicas !== undefined && replicas !== 0)
    faults.push(
      new Fault(
        "rds.replicas is nothing that a Multi-AZ cluster has: two readable standbys",
        removeFrom("replicas"),
      ),
    );
  if (isCluster({ topology }) && backupRegion !== undefined)
    faults.push(
      new Fault(
        `rds.backupRegion is for single and multi-az, and the topology is ${topology}`,
        removeFrom("backupRegion"),
      ),
    );
  return faults;
}

function booleanFaults(options: RdsOptions): Fault[] {
  const keys = [
    "applyImmediately",
    "connect",
    "dedicatedLogVolume",
    "deleteData",
    "publiclyAccessible",
  ] as const;
  return keys.flatMap((key) => choiceFaults(`rds.${key}`, options[key], ["false", "true"]));
}

/** Arguments that are objects or lists, of every database and of RDS; all others are single values. */
const COMPOSED: readonly string[] = [
  "parameters",
  "durability",
  "calibration",
  "passwordGeneration",
  "alarmEmails",
  "network",
  "restoreFrom",
  "sources",
  "tags",
];

/** Options with an object or a list where a text or a number belongs. */
function notSingle(options: RdsOptions): string[] {
  return Object.entries(options)
    .filter(([key, value]) => typeof value === "object" && value !== null && !COMPOSED.includes(key))
    .map(([key]) => key);
}

/** The options without those that have a wrong form, which then count as not given; and what is wrong with them. */
export function wellFormed<Options extends RdsOptions>(
  options: Options,
): { sound: Options; faults: Fault[] } {
  const wrong = notSingle(options);
  const values = options as Readonly<Record<string, unknown>>;
  return {
    sound: { ...options, ...Object.fromEntries(wrong.map((key) => [key, undefined])) },
    faults: wrong.map(
      (key) => new Fault(`rds.${key} ${JSON.stringify(values[key])} is not a single value`, removeFrom(key)),
    ),
  };
}

/** What the options do not say themselves. */
export interface Surroundings {
  owner: string;
  /** undefined where neither the options nor the configuration name one. */
  region: string | undefined;
  version: Version;
  database: string;
}

/** Everything that is wrong with the options. */
export function rdsFaults(options: RdsOptions, { owner, region, version, database }: Surroundings): Fault[] {
  const unknown = choiceFaults("rds.topology", options.topology, TOPOLOGIES);
  const topology = unknown.length > 0 ? DEFAULT_TOPOLOGY : (options.topology ?? DEFAULT_TOPOLOGY);
  const identifier = String(options.identifier ?? rdsIdentifier(owner));
  return [
    ...unknown,
    ...identifierFaults(options, owner),
    ...regionFaults(options, region),
    ...classFaults({ ...options, topology }, topology),
    ...versionFaults(options, version),
    ...storageFaults(options, topology),
    ...fitFaults(options, topology),
    ...countFaults("rds.port", options.port, 1150, 65_535),
    ...networkFaults(options, region ?? "eu-central-1", topology),
    ...accessFaults(options, identifier),
    ...userFaults(options, { topology, database }),
    ...contactFaults(options, region),
    ...scheduleFaults(options),
    ...countFaults("rds.backupRetention", options.backupRetention, 1, LONGEST_RETENTION),
    ...restoreFaults(options, topology),
    ...countFaults("rds.archiveLockDays", options.archiveLockDays, 0, 36_500),
    ...choiceFaults("rds.databaseInsights", options.databaseInsights, DATABASE_INSIGHTS),
    ...choiceFaults("rds.majorUpgrade", options.majorUpgrade, MAJOR_UPGRADES),
    ...booleanFaults(options),
    ...tagFaults(options),
  ];
}
