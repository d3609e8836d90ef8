/** Are names and values of a database's resources those of AWS's own models? Every topology, every resource. */

import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { VERSIONS } from "../../components/parameters/postgres";
import { certificateAuthorities } from "../../components/rds/certificate-authorities";
import { RdsDatabase } from "../../components/rds/database";
import { TOPOLOGIES, type Topology } from "../../components/rds/options";
import { EXAMPLES } from "../components/rds/plan-examples";
import { type Planned, planned } from "../components/rds/planned";
import { models } from "./recorded-models";

const INSTANCE = "aws:rds/instance:Instance";
const CLUSTER = "aws:rds/cluster:Cluster";

/** Properties whose values AWS's models list; `[]` goes through a list. */
const CHECKED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  [INSTANCE]: {
    databaseInsightsMode: "rds.DatabaseInsightsMode",
    "enabledCloudwatchLogsExports[]": "rds.CreateDBInstanceMessage.EnableCloudwatchLogsExports",
    engineLifecycleSupport: "rds.CreateDBInstanceMessage.EngineLifecycleSupport",
    monitoringInterval: "rds.CreateDBInstanceMessage.MonitoringInterval",
    networkType: "rds.CreateDBInstanceMessage.NetworkType",
    storageType: "rds.CreateDBInstanceMessage.StorageType",
  },
  [CLUSTER]: {
    databaseInsightsMode: "rds.DatabaseInsightsMode",
    "enabledCloudwatchLogsExports[]": "rds.CreateDBClusterMessage.EnableCloudwatchLogsExports",
    engineLifecycleSupport: "rds.CreateDBInstanceMessage.EngineLifecycleSupport",
    storageType: "rds.CreateDBClusterMessage.StorageType",
  },
  "aws:rds/clusterInstance:ClusterInstance": {
    monitoringInterval: "rds.CreateDBInstanceMessage.MonitoringInterval",
  },
  "aws:rds/parameterGroup:ParameterGroup": { "parameters[].applyMethod": "rds.ApplyMethod" },
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": { "parameters[].applyMethod": "rds.ApplyMethod" },
  "aws:rds/eventSubscription:EventSubscription": { sourceType: "rds.SourceType" },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    comparisonOperator: "cloudwatch.ComparisonOperator",
    statistic: "cloudwatch.Statistic",
  },
  "aws:cloudwatch/logGroup:LogGroup": { retentionInDays: "logs.Days" },
  "aws:ec2/flowLog:FlowLog": {
    trafficType: "ec2.TrafficType",
    logDestinationType: "ec2.LogDestinationType",
  },
  "aws:s3/bucketVersioning:BucketVersioning": {
    "versioningConfiguration.status": "s3.BucketVersioningStatus",
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    "rules[].status": "s3.ExpirationStatus",
  },
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": {
    "rule.defaultRetention.mode": "s3.ObjectLockRetentionMode",
  },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
    "rule.objectOwnership": "s3.ObjectOwnership",
  },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    "rules[].applyServerSideEncryptionByDefault.sseAlgorithm": "s3.ServerSideEncryption",
  },
};

/** Values at a path. */
function valuesAt(value: unknown, path: string): unknown[] {
  if (value === undefined || value === null) return [];
  if (path === "") return [value];
  const [, name = "", list, rest = ""] = /^(\w+)(\[\])?\.?(.*)$/.exec(path) ?? [];
  const inner = (value as Record<string, unknown>)[name];
  return list ? ((inner ?? []) as unknown[]).flatMap((one) => valuesAt(one, rest)) : valuesAt(inner, rest);
}

/** What AWS calls an input of Pulumi's, where a capital letter at the front does not make it. */
const API_NAMES: Readonly<Record<string, string>> = {
  caCertificateIdentifier: "CACertificateIdentifier",
  clusterIdentifier: "DBClusterIdentifier",
  dbClusterInstanceClass: "DBClusterInstanceClass",
  dbClusterParameterGroupName: "DBClusterParameterGroupName",
  dbSubnetGroupName: "DBSubnetGroupName",
  enabledCloudwatchLogsExports: "EnableCloudwatchLogsExports",
  iamDatabaseAuthenticationEnabled: "EnableIAMDatabaseAuthentication",
  performanceInsightsEnabled: "EnablePerformanceInsights",
  performanceInsightsKmsKeyId: "PerformanceInsightsKMSKeyId",
};

/** Inputs that are the provider's own, or of another request. */
const NOT_OF_CREATE = [
  "allowMajorVersionUpgrade",
  "applyImmediately",
  "deleteAutomatedBackups",
  "finalSnapshotIdentifier",
  "region",
  "skipFinalSnapshot",
  "warningEventCategories",
];

function apiName(property: string): string {
  return API_NAMES[property] ?? `${property.charAt(0).toUpperCase()}${property.slice(1)}`;
}

describe(`AWS's models (${models.source})`, () => {
  const plans = new Map<Topology, Planned[]>();

  before(async () => {
    for (const topology of TOPOLOGIES)
      plans.set(topology, await planned((opts) => new RdsDatabase("db", EXAMPLES[topology], opts)));
  });

  function resources(type: string, topology?: Topology): Planned[] {
    const all = topology ? (plans.get(topology) ?? []) : [...plans.values()].flat();
    return all.filter((resource) => resource.type === type);
  }

  for (const [type, properties] of Object.entries(CHECKED))
    for (const [path, enumeration] of Object.entries(properties))
      it(`list every ${path} of ${type.split(":").at(-1)}`, () => {
        const known = models.enumerations[enumeration] ?? [];
        const used = new Set(resources(type).flatMap(({ inputs }) => valuesAt(inputs, path)));
        assert.ok(used.size > 0, "no resource has it");
        assert.deepEqual(
          [...used].filter((value) => !known.includes(String(value))),
          [],
        );
      });

  for (const topology of ["cluster", "aurora"] as const)
    it(`know every input of a cluster, and take it for ${topology}`, () => {
      const [cluster] = resources(CLUSTER, topology);
      const names = Object.keys(cluster?.inputs ?? {}).filter((name) => !NOT_OF_CREATE.includes(name));
      assert.deepEqual(
        names.filter((name) => !models.clusterMembers[apiName(name)]?.includes(topology)),
        [],
      );
    });

  it("say what a Multi-AZ cluster cannot do without", () => {
    const [cluster] = resources(CLUSTER, "cluster");
    for (const name of ["allocatedStorage", "dbClusterInstanceClass", "iops", "storageType"])
      assert.notEqual(cluster?.inputs[name], undefined, name);
  });

  it("have minor versions of every major version", () => {
    for (const versions of Object.values(models.engineVersions))
      for (const version of VERSIONS)
        assert.ok(
          versions.some((known) => known.startsWith(`${version}.`)),
          version,
        );
  });

  it("would find a name that is not there", () => {
    const known = models.enumerations["rds.SourceType"] ?? [];
    assert.deepEqual(
      ["db-instance", "instance"].filter((value) => !known.includes(value)),
      ["instance"],
    );
    assert.equal(models.clusterMembers[apiName("maxAllocatedStorage")], undefined);
  });
});

describe("The certificate authority of a database", () => {
  it("is one that AWS has a root of in the region", () => {
    const subjects = (
      certificateAuthorities("eu-central-1").match(/-----BEGIN[\s\S]+?-----END CERTIFICATE-----/g) ?? []
    ).map((pem) => new X509Certificate(pem).subject);
    for (const authority of ["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"]) {
      const name = authority.replace("rds-ca-", "").replace("-", " ").toUpperCase();
      assert.ok(
        subjects.some((subject) => subject.includes(`Root CA ${name}`)),
        authority,
      );
    }
  });
});
