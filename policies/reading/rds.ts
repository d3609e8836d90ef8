/** Is this resource of RDS a PostgreSQL database, and of which kind? */

import { CLUSTER, CLUSTER_INSTANCE, INSTANCE } from "../subjects";
import { isAbsent, type Known, knownText, list, number, type Properties, text, UNKNOWN } from "./known";

/** An instance, a cluster or a member of one. */
export interface Database {
  properties: Properties;
  kind: "instance" | "cluster" | "member";
  /** Undefined where nothing names it: `replicateSourceDb` and restores take it from elsewhere. */
  engine: "postgres" | "aurora-postgresql" | undefined;
  /** Its data are those of another database, which is judged itself. */
  isReplica: boolean;
  /** It is made from a snapshot, from another database's past or from a file. */
  isRestored: boolean;
  /** Aurora Serverless v1: no members, always encrypted, and without much that others have. */
  isServerlessV1: boolean;
  /** A Multi-AZ cluster without Aurora: RDS makes its three instances itself. */
  isMultiAzCluster: boolean;
}

const KINDS: Readonly<Record<string, Database["kind"]>> = {
  [INSTANCE]: "instance",
  [CLUSTER]: "cluster",
  [CLUSTER_INSTANCE]: "member",
};

/** Reads a database; undefined where it is none of PostgreSQL's. An engine that is not known yet is `UNKNOWN`. */
export function readDatabase(type: string, properties: Properties): Known<Database> | undefined {
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  const engine = engineOf(properties);
  if (kind === undefined || engine === "another") return undefined;
  if (engine === UNKNOWN) return UNKNOWN;
  const isGiven = (name: string) => properties[name] === UNKNOWN || !isEmpty(properties[name]);
  return {
    properties,
    kind,
    engine,
    isReplica: isGiven("replicateSourceDb") || isGiven("replicationSourceIdentifier"),
    isRestored: ["snapshotIdentifier", "restoreToPointInTime", "s3Import"].some(isGiven),
    isServerlessV1: knownText(properties.engineMode) === "serverless",
    isMultiAzCluster: kind === "cluster" && (engine === "postgres" || isGiven("dbClusterInstanceClass")),
  };
}

/** Whether nothing is given, or nothing in it. */
export function isEmpty(value: unknown): boolean {
  return isAbsent(value) || value === "" || (Array.isArray(value) && value.length === 0);
}

/** Names in parameter groups and option groups that AWS made for other engines. */
const OTHER_GROUP = /^default[.:](?!postgres|aurora-postgres)/;
/** Logs that only other engines have. */
const OTHER_LOGS =
  "agent alert audit diag.log error general listener notify.log oemagent slowquery trace".split(" ");
/** Ports that other engines listen on by default. */
const OTHER_PORTS = [1433, 1521, 3306, 50000];
/** What only other engines have. */
const OTHER_PROPERTIES = ["characterSetName", "ncharCharacterSetName", "timezone", "licenseModel"];

/**
 * The engine. Without one (a replica, a restore, a program that is cut short) a database is taken for PostgreSQL
 * unless something else names another engine: what is wrong then is wrong with any of them.
 */
export function engineOf(properties: Properties): Known<Database["engine"] | "another"> {
  const engine = text(properties.engine);
  if (engine === UNKNOWN) return UNKNOWN;
  const name = (engine ?? "").slice(0, 100).trim().toLowerCase();
  if (name === "") return namesAnother(properties) ? "another" : undefined;
  if (/^aurora-postgres/.test(name)) return "aurora-postgresql";
  return /^postgres/.test(name) ? "postgres" : "another";
}

function namesAnother(properties: Properties): boolean {
  const starts = (name: string, pattern: RegExp) =>
    pattern.test((knownText(properties[name]) ?? "").slice(0, 100));
  const port = number(properties.port);
  return (
    // PostgreSQL's own begin at 9; MySQL's and those with a name in them are not.
    starts("engineVersion", /^[5-8]\.|mysql|mariadb|oracle|\.(ee|se|ex|web)\b/) ||
    ["parameterGroupName", "dbClusterParameterGroupName", "dbParameterGroupName", "optionGroupName"].some(
      (name) => starts(name, OTHER_GROUP),
    ) ||
    (typeof port === "number" && OTHER_PORTS.includes(port)) ||
    list(properties.enabledCloudwatchLogsExports).some((log) => OTHER_LOGS.includes(knownText(log) ?? "")) ||
    OTHER_PROPERTIES.some((name) => !isEmpty(properties[name]))
  );
}

/** Numbers of an engine's version; undefined where there are none. */
export function versionOf({ engineVersion }: Properties): readonly number[] | undefined {
  const version = /^\s*(\d{1,4}(?:\.\d{1,4}){0,2})(?![\d])/.exec(
    (knownText(engineVersion) ?? "").slice(0, 100),
  );
  return version?.[1]?.split(".").map(Number);
}
