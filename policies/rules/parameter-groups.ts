/** Does RDS accept the group, and what does it leave open? */

import { isManagedByRds, rdsParameter } from "../../components/rds/parameters";
import { UNKNOWN } from "../reading/known";
import type { GroupEntry, ParameterGroup } from "../reading/parameter-group";
import type { Problem, Rule, RuleOf } from "../rule";
import { effective, parameterOf, settingText, writeSetting } from "../server";

const WORKING = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html";

function change(name: string, value: string, applyMethod = "immediate"): { parameters: object[] } {
  return { parameters: [{ name, value, applyMethod }] };
}

function valueText({ value }: GroupEntry): string {
  return value === UNKNOWN || value === undefined ? "…" : value;
}

const notModifiable: RuleOf<"parameterGroup"> = {
  name: "rds-parameter-not-modifiable",
  title: "A parameter group names only what RDS lets be changed",
  severity: "high",
  protects: "availability",
  ids: [],
  docs: WORKING,
  reads: "parameterGroup",
  property: "parameters[].name",
  why: "AWS refuses the whole group in the middle of the deployment. It keeps fsync, full_page_writes and the archive itself.",
  unknown: "passes",
  judge: ({ entries }) =>
    entries
      .filter(({ name }) => isManagedByRds(name))
      .map((entry) => ({
        property: `${entry.property}.name`,
        value: `${entry.name} = ${valueText(entry)}`,
        fact: `RDS does not let ${entry.name} be changed: this deployment will fail`,
        hint:
          entry.name === "wal_level"
            ? `write \`{ name: "rds.logical_replication", value: "1", applyMethod: "pending-reboot" }\` as ${entry.property} where logical replication is meant, else remove it`
            : `remove ${entry.property}`,
      })),
  good: { change: change("work_mem", "16384") },
  bad: { change: change("fsync", "1") },
};

const staticImmediate: RuleOf<"parameterGroup"> = {
  name: "rds-static-parameter-immediate",
  title: "Parameters that need a restart are applied at the next one",
  severity: "high",
  protects: "availability",
  ids: [],
  docs: WORKING,
  reads: "parameterGroup",
  property: "parameters[].applyMethod",
  why: "immediate is the provider's default, and AWS refuses it: InvalidParameterCombination.",
  unknown: "later",
  judge({ entries, major }, context) {
    return entries.flatMap((entry): Problem[] => {
      const isStatic =
        rdsParameter(entry.name).static === true ||
        parameterOf({ major }, entry.name)?.context === "postmaster";
      if (!isStatic || isManagedByRds(entry.name)) return [];
      if (entry.applyMethod === UNKNOWN) context.notYetKnown(`${entry.property}.applyMethod`);
      if (entry.applyMethod === UNKNOWN || entry.applyMethod === "pending-reboot") return [];
      return [
        {
          property: `${entry.property}.applyMethod`,
          value: entry.applyMethod ?? "",
          fact: `${entry.name} needs a restart, and applyMethod is ${entry.applyMethod ?? "immediate by default"}: this deployment will fail`,
          hint: `write \`applyMethod: "pending-reboot"\` in ${entry.property}`,
        },
      ];
    });
  },
  good: { change: change("max_connections", "200", "pending-reboot") },
  bad: { change: change("max_connections", "200") },
};

const forceSsl: RuleOf<"parameterGroup"> = {
  name: "rds-force-ssl",
  title: "RDS takes no connection without TLS",
  severity: "high",
  protects: "access",
  ids: [
    "CKV2_AWS_69",
    "prowler:rds_instance_transport_encrypted",
    "FSBP:RDS.38",
    "config:rds-postgres-instance-encrypted-in-transit",
    "powerpipe:rds_db_instance_connections_encryption_enabled",
  ],
  docs: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html",
  reads: "parameterGroup",
  property: "parameters[name=rds.force_ssl].value",
  // The default is 1 from 15 on for RDS, 0 before, and for Aurora from 17 on. The scanners want it written.
  why: "Without it a client that does not ask for TLS sends its password and its data in the clear.",
  unknown: "later",
  judge({ server, major, isAurora }, context) {
    const { value, given } = effective(server, "rds.force_ssl");
    if (given && value === UNKNOWN) {
      context.notYetKnown(given.property);
      return [];
    }
    const isOn = given ? ["1", "on", "true"].includes(String(value)) : major >= (isAurora ? 17 : 15);
    if (isOn) return [];
    const { property, hint } = writeSetting(server, "rds.force_ssl", "1");
    const fact = given
      ? `rds.force_ssl is ${String(value)}`
      : `rds.force_ssl is 0 by default in ${isAurora ? "Aurora " : ""}PostgreSQL ${major}`;
    return [
      {
        property,
        value: given?.written ?? "",
        fact: `${fact}: passwords and data can be read and changed on their way`,
        hint,
      },
    ];
  },
  good: { change: change("rds.force_ssl", "1") },
  bad: { change: change("rds.force_ssl", "0") },
};

const queryLogging: RuleOf<"parameterGroup"> = {
  name: "rds-query-logging-params",
  title: "RDS logs changes of the schema, or slow statements",
  severity: "low",
  protects: "evidence",
  ids: ["CKV2_AWS_30", "CKV2_AWS_27"],
  docs: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Concepts.PostgreSQL.html",
  reads: "parameterGroup",
  property: "parameters[].name",
  why: "Without either nothing can be told afterwards.",
  unknown: "later",
  judge({ server, properties }: ParameterGroup, context) {
    if (properties.parameters === UNKNOWN) context.notYetKnown("parameters");
    const names = ["log_statement", "log_min_duration_statement"];
    if (properties.parameters === UNKNOWN || names.some((name) => server.given.has(name))) return [];
    const { property, hint } = writeSetting(server, "log_statement", "ddl");
    return [
      {
        property,
        value: settingText(server, "log_statement") ?? "",
        fact: "neither log_statement nor log_min_duration_statement is set: nobody can tell who dropped a table",
        hint,
      },
    ];
  },
  good: { change: change("log_statement", "ddl") },
  bad: { change: change("work_mem", "16384") },
};

export const PARAMETER_GROUP_RULES: readonly Rule[] = [
  notModifiable,
  staticImmediate,
  forceSsl,
  queryLogging,
];
