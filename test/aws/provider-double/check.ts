/** Which inputs does the provider refuse before it asks AWS? Names, types, what is required, what excludes what. Pure. */

import { type Properties, UNKNOWN, type Value } from "../../../provider/wire";
import { type PropertyType, recordedResource } from "../recorded-schema";

/** Properties that exclude each other. `ConflictsWith` of rds/instance.go and rds/cluster.go. */
const CONFLICTS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  "aws:rds/instance:Instance": [
    ["dbName", "replicateSourceDb"],
    ["username", "replicateSourceDb"],
    ["identifier", "identifierPrefix"],
    ["manageMasterUserPassword", "password"],
    ["manageMasterUserPassword", "passwordWo"],
    ["restoreToPointInTime", "snapshotIdentifier"],
    ["restoreToPointInTime", "replicateSourceDb"],
  ],
  "aws:rds/cluster:Cluster": [
    ["clusterIdentifier", "clusterIdentifierPrefix"],
    ["manageMasterUserPassword", "masterPassword"],
    ["restoreToPointInTime", "snapshotIdentifier"],
    ["snapshotIdentifier", "globalClusterIdentifier"],
  ],
};

const DAILY = /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/;
const DAY = "(mon|tue|wed|thu|fri|sat|sun):([01]\\d|2[0-3]):[0-5]\\d";
const WEEKLY = new RegExp(`^${DAY}-${DAY}$`, "i");
const ARN = /^arn:[\w-]+:[\w-]+:[\w-]*:(\d{12})?:.+$/;
/** rds/validate.go: validIdentifier, and the same of final snapshots. */
const IDENTIFIER = /^[a-z](?!.*--)[a-z0-9-]*(?<!-)$/;
const SNAPSHOT = /^[A-Za-z](?!.*--)[0-9A-Za-z-]*(?<!-)$/;
const MONITORING = [0, 1, 5, 10, 15, 30, 60];

/** `ValidateFunc` of properties of RDS, by name. */
const VALID: Readonly<Record<string, (value: unknown) => boolean>> = {
  backupRetentionPeriod: (value) => Number(value) >= 0 && Number(value) <= 35,
  backupWindow: (value) => DAILY.test(String(value)),
  preferredBackupWindow: (value) => DAILY.test(String(value)),
  maintenanceWindow: (value) => WEEKLY.test(String(value)),
  preferredMaintenanceWindow: (value) => WEEKLY.test(String(value)),
  identifier: (value) => IDENTIFIER.test(String(value)),
  clusterIdentifier: (value) => IDENTIFIER.test(String(value)),
  finalSnapshotIdentifier: (value) => SNAPSHOT.test(String(value)),
  kmsKeyId: (value) => ARN.test(String(value)),
  performanceInsightsKmsKeyId: (value) => ARN.test(String(value)),
  monitoringRoleArn: (value) => ARN.test(String(value)),
  monitoringInterval: (value) => MONITORING.includes(Number(value)),
};

/** What is wrong with the inputs; what is not known yet is left out. */
export function problems(type: string, inputs: Properties): string[] {
  const { inputs: declared, required } = recordedResource(type);
  const pairs = CONFLICTS[type] ?? [];
  return [
    ...typeProblems(type, { object: declared, required }, inputs),
    ...pairs
      .filter((names) => names.every((name) => isGiven(inputs[name])))
      .map(([one, other]) => `${type}: ${one} conflicts with ${other}`),
    ...(type.startsWith("aws:rds/") ? Object.entries(inputs) : [])
      .filter(([name, value]) => isGiven(value) && value !== UNKNOWN && VALID[name]?.(value) === false)
      .map(([name, value]) => `${type}: ${name} ${JSON.stringify(value)} is not valid`),
  ];
}

function isGiven(value: Value | undefined): boolean {
  return value !== undefined && value !== null;
}

function typeProblems(path: string, type: PropertyType, value: Value): string[] {
  if (value === UNKNOWN || value === null) return [];
  if (typeof type === "string")
    return typeof value === type ? [] : [`${path} is a ${typeof value}, and must be a ${type}`];
  if ("list" in type) {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((element, index) => typeProblems(`${path}[${index}]`, type.list, element));
  }
  if (typeof value !== "object" || Array.isArray(value)) return [`${path} is no object`];
  if ("map" in type)
    return Object.entries(value).flatMap(([key, inner]) => typeProblems(`${path}.${key}`, type.map, inner));
  return [
    ...type.required
      .filter((name) => !isGiven(value[name]))
      .map((name) => `${path}.${name} is required, and not set`),
    ...Object.entries(value).flatMap(([name, inner]) => {
      const declared = type.object[name];
      if (declared === undefined) return [`${path} has no property ${name}`];
      return typeProblems(`${path}.${name}`, declared, inner);
    }),
  ];
}
