/** Does a database of RDS stay up, and can anybody tell why it did not? */

import { flag, knownText, list, number, text, UNKNOWN } from "../reading/known";
import type { Database } from "../reading/rds";
import type { Problem, Rule } from "../rule";
import { CLUSTER, CLUSTER_INSTANCE, INSTANCE } from "../subjects";
import { databaseRule, flagRule, isMissing, shown, stated } from "./rds-rule";

const GUIDE = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide";
const MULTI_AZ = `${GUIDE}/Concepts.MultiAZSingleStandby.html`;
const LOGS = `${GUIDE}/USER_LogAccess.Concepts.PostgreSQL.PublishtoCloudWatchLogs.html`;
const INTERVALS = [1, 5, 10, 15, 30, 60];
const LOGS_PROPERTY = "enabledCloudwatchLogsExports";

/** Logs that are not exported; none where what is exported is not known yet. */
function missingLogs({ properties }: Database, wanted: readonly string[]): readonly string[] {
  const exported = list(properties[LOGS_PROPERTY]);
  if (exported.includes(UNKNOWN)) return [];
  return wanted.filter((log) => !exported.some((one) => knownText(one) === log));
}

function logProblems(database: Database, wanted: readonly string[]): Problem[] {
  const missing = missingLogs(database, wanted);
  if (missing.length === 0) return [];
  const exported = list(database.properties[LOGS_PROPERTY]).map(shown).slice(0, 10);
  return [
    {
      property: LOGS_PROPERTY,
      value: exported.join(", "),
      fact: `its ${missing.join(" and ")} log is not sent to CloudWatch: RDS deletes it after three days, and with the database`,
      hint: `write \`${LOGS_PROPERTY}: [${wanted.map((log) => `"${log}"`).join(", ")}]\``,
    },
  ];
}

export const RDS_OPERATION_RULES: readonly Rule[] = [
  flagRule({
    name: "rds-instance-multi-az",
    title: "An instance has a standby in another zone",
    severity: "medium",
    protects: "availability",
    ids: [
      "CKV_AWS_157",
      "prowler:rds_instance_multi_az",
      "FSBP:RDS.5",
      "config:rds-multi-az-support",
      "awsguard:rds-instance-multi-az-enabled",
      "guard:RDS_MULTI_AZ_SUPPORT",
      "cdk-nag:AwsSolutions-RDS3",
      "KICS:pulumi e338c1af-2471-41b1-af28-929a28227e41",
      "powerpipe:rds_db_instance_multiple_az_enabled",
    ],
    docs: MULTI_AZ,
    property: "multiAz",
    // Members of Aurora are counted instead: rds-aurora-single-instance.
    why: "The loss of a zone, and every change of the operating system, is a restore or an outage without one.",
    types: [INSTANCE],
    wanted: true,
    default: false,
    loss: "the loss of its zone is an outage until it is restored, with the last five minutes gone",
    isExempt: ({ engine }) => engine === "aurora-postgresql",
    good: { change: { multiAz: true } },
    bad: { change: { multiAz: undefined } },
  }),
  databaseRule({
    name: "rds-cluster-multi-az",
    title: "A cluster is not held to one zone",
    severity: "medium",
    protects: "availability",
    ids: [
      "prowler:rds_cluster_multi_az",
      "FSBP:RDS.15",
      "config:rds-cluster-multi-az-enabled",
      "pulumi:aws-rds-cluster-disallow-single-availability-zone",
      "powerpipe:rds_db_cluster_multiple_az_enabled",
    ],
    docs: "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html",
    property: "availabilityZones",
    // Not given, AWS chooses three. How many members there are rds-aurora-single-instance says.
    why: "AWS makes three of one, and the next update wants to replace the cluster for the difference.",
    types: [CLUSTER],
    problems({ properties }, context) {
      const { availabilityZones } = properties;
      if (availabilityZones === UNKNOWN) context.notYetKnown("availabilityZones");
      if (!Array.isArray(availabilityZones) || availabilityZones.length >= 2) return [];
      return [
        {
          property: "availabilityZones",
          value: availabilityZones.map(shown).join(", "),
          fact: `availabilityZones has ${availabilityZones.length}: AWS makes three of it, and the next update replaces the cluster for the difference`,
          hint: "remove availabilityZones, so that AWS chooses three",
        },
      ];
    },
    good: { change: { availabilityZones: ["eu-central-1a", "eu-central-1b", "eu-central-1c"] } },
    bad: { change: { availabilityZones: ["eu-central-1a"] } },
  }),
  flagRule({
    name: "rds-auto-minor-version-upgrade",
    title: "Minor versions are installed by themselves",
    severity: "medium",
    protects: "data",
    ids: [
      "CKV_AWS_226",
      "prowler:rds_instance_minor_version_upgrade_enabled",
      "prowler:rds_cluster_minor_version_upgrade_enabled",
      "FSBP:RDS.13",
      "FSBP:RDS.35",
      "config:rds-automatic-minor-version-upgrade-enabled",
      "KICS:tf 3b6d777b-76e3-4133-80a3-0d6f667ade7f",
      "guard:RDS_AUTOMATIC_MINOR_VERSION_UPGRADE_ENABLED",
      "cdk-nag:RDSAutomaticMinorVersionUpgradeEnabled",
      "terrascan:AC_AWS_0056",
      "powerpipe:rds_db_instance_automatic_minor_version_upgrade_enabled",
      "powerpipe:rds_db_cluster_automatic_minor_version_upgrade_enabled",
    ],
    docs: `${GUIDE}/USER_UpgradeDBInstance.PostgreSQL.Minor.html`,
    property: "autoMinorVersionUpgrade",
    // checkov, guard and KICS want it written; the provider's default is true.
    why: "PostgreSQL's minor versions repair corruption and holes, and change nothing else.",
    types: [INSTANCE, CLUSTER_INSTANCE],
    wanted: true,
    default: true,
    loss: "repairs of corruption and of holes are not installed",
    good: { change: { autoMinorVersionUpgrade: undefined } },
    bad: { change: { autoMinorVersionUpgrade: false } },
  }),
  databaseRule({
    name: "rds-instance-log-exports",
    title: "An instance's logs outlive it",
    severity: "medium",
    protects: "evidence",
    ids: [
      "CKV_AWS_129",
      "prowler:rds_instance_integration_cloudwatch_logs",
      "FSBP:RDS.9",
      "FSBP:RDS.36",
      "config:rds-logging-enabled",
      "KICS:tf 8d7f7b8c-6c7c-40f8-baa6-62006c6c7b56",
      "guard:RDS_LOGGING_ENABLED",
      "terrascan:AC_AWS_0454",
      "cdk-nag:RDSLoggingEnabled",
      "powerpipe:rds_db_instance_logging_enabled",
      "powerpipe:rds_db_instance_postgres_logging_enabled",
      "powerpipe:rds_db_instance_cloudwatch_logs_enabled",
    ],
    docs: LOGS,
    property: LOGS_PROPERTY,
    // checkov and KICS take any log; powerpipe and Security Hub want both of PostgreSQL's. Aurora has no upgrade log.
    why: "RDS keeps them for three days on the instance's own disk.",
    types: [INSTANCE],
    problems(database, context) {
      if (list(database.properties[LOGS_PROPERTY]).includes(UNKNOWN)) context.notYetKnown(LOGS_PROPERTY);
      const isAurora = database.engine === "aurora-postgresql";
      return logProblems(database, isAurora ? ["postgresql"] : ["postgresql", "upgrade"]);
    },
    good: { change: { enabledCloudwatchLogsExports: ["upgrade", "postgresql"] } },
    bad: { change: { enabledCloudwatchLogsExports: ["postgresql"] } },
  }),
  databaseRule({
    name: "rds-cluster-log-exports",
    title: "A cluster's logs outlive it",
    severity: "medium",
    protects: "evidence",
    ids: [
      "CKV_AWS_324",
      "prowler:rds_cluster_integration_cloudwatch_logs",
      "FSBP:RDS.37",
      "powerpipe:rds_db_cluster_aurora_postgres_logging_enabled",
    ],
    docs: "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.CloudWatch.html",
    property: LOGS_PROPERTY,
    // Serverless v1 always sends them.
    why: "RDS keeps them for three days on the instances' own disks.",
    types: [CLUSTER],
    problems(database, context) {
      if (list(database.properties[LOGS_PROPERTY]).includes(UNKNOWN)) context.notYetKnown(LOGS_PROPERTY);
      return database.isServerlessV1 ? [] : logProblems(database, ["postgresql"]);
    },
    good: { change: { enabledCloudwatchLogsExports: ["postgresql"] } },
    bad: { change: { enabledCloudwatchLogsExports: undefined } },
  }),
  databaseRule({
    name: "rds-enhanced-monitoring",
    title: "The operating system is watched",
    severity: "low",
    protects: "evidence",
    ids: [
      "CKV_AWS_118",
      "prowler:rds_instance_enhanced_monitoring_enabled",
      "FSBP:RDS.6",
      "config:rds-enhanced-monitoring-enabled",
      "guard:RDS_ENHANCED_MONITORING_ENABLED",
      "cdk-nag:RDSEnhancedMonitoringEnabled",
      "powerpipe:rds_db_instance_and_cluster_enhanced_monitoring_enabled",
    ],
    docs: `${GUIDE}/USER_Monitoring.OS.html`,
    property: "monitoringInterval",
    why: "Memory, swap and single processes are seen nowhere else.",
    types: [INSTANCE, CLUSTER_INSTANCE],
    problems({ properties }, context) {
      const interval = number(properties.monitoringInterval);
      if (interval === UNKNOWN) context.notYetKnown("monitoringInterval");
      if (interval === UNKNOWN || (interval !== undefined && INTERVALS.includes(interval))) return [];
      const given =
        interval === undefined
          ? "monitoringInterval is not set, and 0 by default"
          : `monitoringInterval is ${interval}`;
      return [
        {
          property: "monitoringInterval",
          value: shown(properties.monitoringInterval),
          fact: `${given}: nobody can tell afterwards which process took the memory`,
          hint: "write `monitoringInterval: 60` and `monitoringRoleArn: role.arn`",
        },
      ];
    },
    good: { change: { monitoringInterval: 15 } },
    bad: { change: { monitoringInterval: 0 } },
  }),
  flagRule({
    name: "rds-performance-insights-enabled",
    title: "Performance Insights is on",
    severity: "low",
    protects: "evidence",
    ids: [
      "CKV_AWS_353",
      "trivy:AWS-0133",
      "pulumi:aws-rds-instance-enable-performance-insights",
      "pulumi:aws-rds-clusterinstance-enable-performance-insights",
      "powerpipe-tf:rds_db_instance_performance_insights_enabled",
      "powerpipe-tf:rds_db_cluster_instance_performance_insights_enabled",
      "tfsec:rds/enable-performance-insights",
    ],
    docs: `${GUIDE}/USER_PerfInsights.Enabling.html`,
    property: "performanceInsightsEnabled",
    why: "What the server waited for is seen nowhere else once it is over.",
    types: [INSTANCE, CLUSTER_INSTANCE],
    wanted: true,
    default: false,
    loss: "nobody can tell afterwards which statement stopped the others",
    good: { change: { performanceInsightsEnabled: true } },
    bad: { change: { performanceInsightsEnabled: undefined, performanceInsightsKmsKeyId: undefined } },
  }),
  databaseRule({
    name: "rds-no-default-parameter-group",
    title: "A database has a parameter group of its own",
    severity: "low",
    protects: "availability",
    ids: ["tflint:aws_db_instance_default_parameter_group"],
    docs: `${GUIDE}/USER_WorkingWithParamGroups.html`,
    property: "parameterGroupName, dbClusterParameterGroupName",
    // tflint looks at what is written only; without anything it is the default group. A replica has its source's.
    why: "AWS's default groups cannot be changed: neither TLS nor logging nor a limit on slots can be asked for.",
    types: [INSTANCE, CLUSTER],
    unknown: "passes",
    problems({ properties, kind, isReplica }) {
      const property = kind === "cluster" ? "dbClusterParameterGroupName" : "parameterGroupName";
      const name = (knownText(properties[property]) ?? "").slice(0, 100);
      const isUnset = isMissing(properties, property);
      if (isUnset ? isReplica : !name.startsWith("default.")) return [];
      const given = isUnset ? `${property} is not set` : stated(properties, property);
      return [
        {
          property,
          value: name,
          fact: `${given}: AWS's default group cannot be changed, and a change of any setting will need a restart`,
          hint: `write \`${property}: parameters.name\`, with a parameter group of your own`,
        },
      ];
    },
    good: { change: { parameterGroupName: "db-postgres17" } },
    bad: { change: { parameterGroupName: "default.postgres17" } },
  }),
  databaseRule({
    name: "rds-no-storage-autoscaling",
    title: "Storage can grow by itself",
    severity: "low",
    protects: "availability",
    ids: [],
    docs: `${GUIDE}/USER_PIOPS.Autoscaling.html`,
    property: "maxAllocatedStorage",
    why: "An instance with a full disk stops, and takes hours to come back.",
    types: [INSTANCE],
    problems({ properties, engine }, context) {
      const most = number(properties.maxAllocatedStorage);
      const allocated = number(properties.allocatedStorage);
      const now = typeof allocated === "number" && allocated > 0 ? allocated : 0;
      if (most === UNKNOWN) context.notYetKnown("maxAllocatedStorage");
      // Aurora's volume grows by itself.
      if (most === UNKNOWN || (most ?? 0) > now || engine === "aurora-postgresql") return [];
      const bound = most ? ` with ${now} GiB allocated` : "";
      return [
        {
          property: "maxAllocatedStorage",
          value: shown(properties.maxAllocatedStorage),
          fact: `${stated(properties, "maxAllocatedStorage")}${bound}, so that its storage does not grow: a full disk stops the server`,
          hint: `write \`maxAllocatedStorage: ${now > 0 ? Math.ceil(now * 2) : 1000}\``,
        },
      ];
    },
    good: { change: { allocatedStorage: 100, maxAllocatedStorage: 500 } },
    bad: { change: { maxAllocatedStorage: undefined } },
  }),
  databaseRule({
    name: "rds-major-upgrade-open",
    title: "A major upgrade does not begin at once",
    severity: "medium",
    protects: "availability",
    ids: [],
    docs: `${GUIDE}/USER_UpgradeDBInstance.PostgreSQL.html`,
    property: "allowMajorVersionUpgrade, applyImmediately",
    why: "Changing one number then takes the database down for as long as pg_upgrade needs, with no way back but a restore.",
    types: [INSTANCE, CLUSTER],
    problems({ properties }, context) {
      const flags = ["allowMajorVersionUpgrade", "applyImmediately"].map((name) => ({
        name,
        value: flag(properties[name]),
      }));
      if (flags.some(({ value }) => value !== true && value !== UNKNOWN)) return [];
      for (const { name, value } of flags) if (value === UNKNOWN) context.notYetKnown(name);
      if (flags.some(({ value }) => value === UNKNOWN)) return [];
      return [
        {
          property: "allowMajorVersionUpgrade",
          value: "true",
          fact: "a new major version is installed at once: the database is down for as long as it takes, and there is no way back but a restore",
          hint: "write `applyImmediately: false`, or remove `allowMajorVersionUpgrade` after the upgrade",
        },
      ];
    },
    good: { change: { allowMajorVersionUpgrade: true, applyImmediately: false } },
    bad: { change: { allowMajorVersionUpgrade: true, applyImmediately: true } },
  }),
  databaseRule({
    name: "rds-extended-support",
    title: "AWS does not keep an old version running for money",
    severity: "medium",
    protects: "availability",
    ids: ["prowler:rds_instance_deprecated_engine_version", "prowler:rds_instance_extended_support"],
    docs: `${GUIDE}/extended-support-viewing.html`,
    property: "engineLifecycleSupport",
    // It is the provider's default, so that it is found on whoever says nothing, as prowler does. Without it AWS
    // upgrades to the next major version at the end of support: that is announced for a year.
    why: "Extended support is the provider's default: an instance is forgotten on a version that the community has given up, and billed for it.",
    types: [INSTANCE, CLUSTER],
    problems({ properties, isReplica }, context) {
      const support = text(properties.engineLifecycleSupport);
      if (support === UNKNOWN) context.notYetKnown("engineLifecycleSupport");
      if (support === UNKNOWN || support === "open-source-rds-extended-support-disabled" || isReplica)
        return [];
      const given = stated(properties, "engineLifecycleSupport");
      const absent = isMissing(properties, "engineLifecycleSupport");
      return [
        {
          property: "engineLifecycleSupport",
          value: shown(properties.engineLifecycleSupport),
          fact: `${given}${absent ? ", and open-source-rds-extended-support by default" : ""}: it stays on a version that nobody repairs any more, and is billed for it`,
          hint: 'write `engineLifecycleSupport: "open-source-rds-extended-support-disabled"`',
        },
      ];
    },
    good: { change: { engineLifecycleSupport: "open-source-rds-extended-support-disabled" } },
    bad: { change: { engineLifecycleSupport: undefined } },
  }),
];
