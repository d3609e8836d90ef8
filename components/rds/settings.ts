/** Which settings does a database on RDS get, and what is to be built? Sized from the instance class. */

import * as pulumi from "@pulumi/pulumi";
import { databaseSettings, faultsOf } from "../arguments";
import { type DatabaseArgs, DEFAULT_DATABASE } from "../database";
import { Fault, throwFaults } from "../faults";
import { CATALOGUE, type CatalogueRow } from "../parameters/catalogue";
import { VERSIONS, type Version } from "../parameters/postgres";
import type { Setting, Settings, TargetValue } from "../parameters/settings";
import { readBytes } from "../parameters/units";
import { classResources, classWith, type InstanceClass, instanceClass } from "./classes";
import { rdsFaults, wellFormed } from "./faults";
import { objectiveFaults } from "./faults/objectives";
import { writeUnder } from "./faults/wording";
import { type RdsOptions, type RdsPlan, TOPOLOGIES, type Topology } from "./options";
import { isAbsent, isLeftToRds, isManagedByRds, walFloors } from "./parameters";
import { classOf, DEFAULT_TOPOLOGY, rdsPlan } from "./plan";
import { userParameters } from "./user-parameters";

/** What is to be built, and with which settings. */
export interface RdsDesign {
  plan: RdsPlan;
  settings: Settings;
}

const MIB = 1024 ** 2;

const MANAGED = "Managed by AWS.";

/** RDS archives WAL by itself: there is no command to set, and this is what shows that it does. */
const ARCHIVE_MODE: Setting = Object.freeze({
  value: "on",
  unit: null,
  origin: "target",
  context: "fixed",
  formula: null,
  reason: MANAGED,
});

/** `<project>/<stack>/<name>` */
export function ownerOf(name: string): string {
  return `${pulumi.getProject()}/${pulumi.getStack()}/${name}`;
}

/** The region that the AWS provider takes where nothing is said. */
function defaultRegion(): string | undefined {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  return new pulumi.Config("aws").get("region") ?? AWS_REGION ?? AWS_DEFAULT_REGION;
}

/** Fixed parameters that AWS keeps as they are. */
function managedValues(): Record<string, TargetValue> {
  const rows: [string, CatalogueRow][] = Object.entries(CATALOGUE);
  return Object.fromEntries(
    rows.flatMap(([name, row]) =>
      row.control === "fixed" && isManagedByRds(name) ? [[name, { value: row.value, why: MANAGED }]] : [],
    ),
  );
}

/** What the database really has of these settings. */
function settingsOn(settings: Settings, topology: Topology, isLogical: boolean): Settings {
  const rows = Object.entries(settings.parameters).filter(
    ([name, { origin }]) => !isAbsent(name, topology) && (origin === "user" || !isLeftToRds(name, topology)),
  );
  const parameters: Record<string, Setting> = Object.fromEntries(rows);
  if (isLogical)
    parameters.wal_level = {
      ...(settings.parameters.wal_level as Setting),
      value: "logical",
      origin: "user",
      reason: "set by the user",
    };
  if (!isAbsent("archive_mode", topology)) parameters.archive_mode = ARCHIVE_MODE;
  return Object.freeze({ ...settings, parameters: Object.freeze(parameters) });
}

/** What follows from the instance class cannot be said beside it. */
function sizeFaults({ memory, cpus, storage }: DatabaseArgs, topology: Topology, like: string): Fault[] {
  const bytes = readBytes(String(memory)) ?? 0;
  const larger = (isEnough: (row: InstanceClass) => boolean) =>
    classWith(isEnough, { topology, like }) ?? like;
  const faults: Fault[] = [];
  if (memory !== undefined)
    faults.push(
      new Fault(
        `memory ${memory} cannot be said on RDS: it follows from the instance class`,
        `remove \`memory\`, and ${writeUnder(`instanceClass: ${larger((row) => row.memory * MIB >= bytes)}`)}`,
      ),
    );
  if (cpus !== undefined)
    faults.push(
      new Fault(
        `cpus ${cpus} cannot be said on RDS: they follow from the instance class`,
        `remove \`cpus\`, and ${writeUnder(`instanceClass: ${larger((row) => row.vcpus >= cpus)}`)}`,
      ),
    );
  if (storage === "hdd" || storage === "san")
    faults.push(
      new Fault(
        `storage ${storage} is nothing that RDS has: all of its storage is ssd`,
        "write `storage: ssd`",
      ),
    );
  return faults;
}

/** The class as given, else the topology's own: the parameters are judged even where it is faulty. */
function soundClass(args: RdsOptions, topology: Topology): { name: string; row: InstanceClass } {
  const given = String(classOf({ ...args, topology }));
  const isSound = instanceClass(given)?.topologies.includes(topology);
  const name = isSound ? given : classOf({ topology });
  return { name, row: instanceClass(name) as InstanceClass };
}

function soundVersion(version: unknown): Version {
  return VERSIONS.find((known) => known === version) ?? "15";
}

/**
 * The settings and the plan of a database on RDS.
 *
 * @throws Fault or Faults: everything that is wrong with arguments, parameters and options.
 */
export function rdsDesign(name: string, given: DatabaseArgs & RdsOptions, owner = ownerOf(name)): RdsDesign {
  const { sound: args, faults: formFaults } = wellFormed(given);
  const topology = TOPOLOGIES.find((known) => known === args.topology) ?? DEFAULT_TOPOLOGY;
  const region = args.region ?? defaultRegion();
  const [version, database] = [soundVersion(args.version), args.database ?? DEFAULT_DATABASE];
  const { parameters, isLogical, faults } = userParameters(args.parameters, topology);
  const instance = soundClass(args, topology);
  let settings: Settings | undefined;
  const resolve = () => {
    settings = databaseSettings(
      // Recovery from a crash is AWS's: a standby takes over.
      {
        ...args,
        parameters,
        memory: undefined,
        cpus: undefined,
        durability: undefined,
        calibration: undefined,
      },
      () => classResources(instance.row, topology),
      managedValues,
      {
        floors: walFloors(topology),
        enlarge: (isEnough) => {
          const larger = classWith((row) => isEnough(classResources(row, topology)), {
            topology,
            like: instance.name,
          });
          return larger ? writeUnder(`instanceClass: ${larger}`) : "no instance class has as much";
        },
      },
    );
  };
  throwFaults([
    ...formFaults,
    ...rdsFaults(args, { owner, region, version, database }),
    ...sizeFaults(args, topology, instance.name),
    ...objectiveFaults(args, topology),
    ...faults,
    ...faultsOf(resolve),
  ]);
  return {
    settings: settingsOn(settings as Settings, topology, isLogical),
    plan: rdsPlan(
      { ...args, backupRetention: args.backupRetention ?? args.durability?.retention },
      { owner, region: region as string, version, database },
    ),
  };
}
