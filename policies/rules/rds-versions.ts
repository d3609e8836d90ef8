/** Is what a database of RDS runs on out of date? */

import { knownText, UNKNOWN } from "../reading/known";
import { versionOf } from "../reading/rds";
import type { Context, Rule } from "../rule";
import { CLUSTER, CLUSTER_INSTANCE, INSTANCE } from "../subjects";
import { databaseRule, shown, stated } from "./rds-rule";

/** Last versions whose log_fdw lets users read files: AWS-2022-004. Newer majors never had it. */
const LOG_FDW: Readonly<
  Record<string, { since: number; last: Readonly<Record<string, readonly number[]>> }>
> = {
  postgres: { since: 14, last: { "13": [2], "12": [6], "11": [11], "10": [16], "9": [6, 21] } },
  "aurora-postgresql": { since: 12, last: { "11": [8], "10": [13] } },
};

/** Days on which RDS's standard support ended; Aurora's are the same. */
const ENDED: Readonly<Record<number, string>> = {
  10: "17 April 2023",
  11: "29 February 2024",
  12: "28 February 2025",
  13: "28 February 2026",
};

/** Families that tflint knows; AWS has ended them all. */
const PREVIOUS_GENERATION = ["cr1", "m1", "m2", "m3", "r3", "t1"];

/** Reports a version that is not known yet. */
function askLater(properties: Readonly<Record<string, unknown>>, context: Context): void {
  if (properties.engineVersion === UNKNOWN) context.notYetKnown("engineVersion");
}

/** Whether a version is at most another one; undefined where it is cut too short to tell. */
function isAtMost(version: readonly number[], last: readonly number[]): boolean | undefined {
  for (const [index, bound] of last.entries()) {
    const part = version[index];
    if (part === undefined) return undefined;
    if (part !== bound) return part < bound;
  }
  return true;
}

export const RDS_VERSION_RULES: readonly Rule[] = [
  databaseRule({
    name: "rds-log-fdw-vulnerable-version",
    title: "log_fdw does not let users read the server's files",
    severity: "high",
    protects: "access",
    ids: [
      "CKV_AWS_250",
      "CKV_AWS_388",
      "powerpipe:rds_db_instance_postgres_not_exposed_to_local_file_read_vulnerability",
      "powerpipe:rds_db_cluster_aurora_postgres_not_exposed_to_local_file_read_vulnerability",
    ],
    docs: "https://aws.amazon.com/security/security-bulletins/AWS-2022-004/",
    property: "engine, engineVersion",
    // A version without its minor number gets a newer one from AWS.
    why: "Users read the server's files by it, with credentials of AWS's own service in them.",
    types: [INSTANCE, CLUSTER],
    problems({ properties, engine }, context) {
      askLater(properties, context);
      const [major = 0, ...minor] = versionOf(properties) ?? [];
      const { since, last } = LOG_FDW[engine ?? "postgres"] ?? { since: 0, last: {} };
      if (engine === undefined || minor.length === 0 || major >= since) return [];
      // What is older than the table has it as well.
      const bound = last[major];
      if (bound && isAtMost(minor, bound) !== true) return [];
      return [
        {
          property: "engineVersion",
          value: shown(properties.engineVersion),
          fact: `${stated(properties, "engineVersion")}, whose log_fdw reads any file of the server: users get at AWS's credentials`,
          hint: 'write `engineVersion: "17"`, by way of the versions that AWS lets it be upgraded to',
        },
      ];
    },
    good: { change: { engineVersion: "13.3" } },
    bad: { change: { engineVersion: "13.2" } },
  }),
  databaseRule({
    name: "rds-engine-supported",
    title: "The major version is one that RDS supports",
    severity: "medium",
    protects: "data",
    ids: ["prowler:rds_instance_deprecated_engine_version", "prowler:rds_instance_extended_support"],
    docs: "https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html",
    property: "engineVersion",
    // Which versions a region still offers is not in a program: the days of AWS's calendar are.
    why: "Nobody repairs corruption in it, and AWS upgrades it on a day of its own choice or bills for extended support.",
    thresholds: {
      oldestMajor: {
        default: 14,
        minimum: 9,
        description: "Oldest major version that is taken for supported",
      },
    },
    types: [INSTANCE, CLUSTER],
    problems({ properties }, context) {
      askLater(properties, context);
      const [major] = versionOf(properties) ?? [];
      if (major === undefined || major >= context.threshold("oldestMajor")) return [];
      const ended = ENDED[major];
      return [
        {
          property: "engineVersion",
          value: shown(properties.engineVersion),
          fact: `${stated(properties, "engineVersion")}, and standard support of ${major} ${ended ? `ended on ${ended}` : "has ended or is about to"}: corruption and holes in it are not repaired`,
          hint: 'write `engineVersion: "17"`, by way of the versions that AWS lets it be upgraded to',
        },
      ];
    },
    good: { change: { engineVersion: "14" } },
    bad: { change: { engineVersion: "12.17" } },
  }),
  databaseRule({
    name: "rds-previous-generation-class",
    title: "The instance class is one that AWS still makes",
    severity: "low",
    protects: "availability",
    ids: ["tflint:aws_db_instance_previous_type"],
    docs: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Types.html",
    property: "instanceClass",
    // tflint's list. AWS calls m4, r4 and t2 old as well, and has moved them itself.
    why: "AWS refuses to start new ones, so that a restore into the same class fails.",
    types: [INSTANCE, CLUSTER_INSTANCE],
    problems({ properties }, context) {
      if (properties.instanceClass === UNKNOWN) context.notYetKnown("instanceClass");
      const family = (knownText(properties.instanceClass) ?? "").slice(0, 100).split(".")[1];
      if (family === undefined || !PREVIOUS_GENERATION.includes(family)) return [];
      return [
        {
          property: "instanceClass",
          value: shown(properties.instanceClass),
          fact: `${stated(properties, "instanceClass")}, which AWS starts no longer: a restore into it fails`,
          hint: 'write `instanceClass: "db.m7g.large"`, or another class of today',
        },
      ];
    },
    good: { change: { instanceClass: "db.r7g.large" } },
    bad: { change: { instanceClass: "db.m3.medium" } },
  }),
];
