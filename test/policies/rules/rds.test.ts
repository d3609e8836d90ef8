/** What do the rules find where an example is not enough: replicas, restores, members, other engines, unknown values? */

import assert from "node:assert/strict";
import { exampleResources, happyResources } from "../../../policies/examples";
import { judgeAll, judgeResource } from "../../../policies/judge";
import { type Properties, UNKNOWN } from "../../../policies/reading/known";
import type { Finding, Resource, Rule } from "../../../policies/rule";
import { RULES } from "../../../policies/rules";
import { RDS_ACCESS_RULES } from "../../../policies/rules/rds-access";
import { RDS_BACKUP_RULES } from "../../../policies/rules/rds-backups";
import { RDS_DELETION_RULES } from "../../../policies/rules/rds-deletion";
import { RDS_ENCRYPTION_RULES } from "../../../policies/rules/rds-encryption";
import { RDS_OPERATION_RULES } from "../../../policies/rules/rds-operations";
import { RDS_VERSION_RULES } from "../../../policies/rules/rds-versions";
import {
  CLUSTER,
  CLUSTER_INSTANCE,
  CLUSTER_SNAPSHOT_COPY,
  GLOBAL_CLUSTER,
  INSTANCE,
  PROXY,
  ReadResource,
  SNAPSHOT_COPY,
} from "../../../policies/subjects";

/** Rules that look at one resource. */
const RDS_RULES: readonly Rule[] = [
  ...RDS_DELETION_RULES,
  ...RDS_BACKUP_RULES,
  ...RDS_ENCRYPTION_RULES,
  ...RDS_ACCESS_RULES,
  ...RDS_OPERATION_RULES,
  ...RDS_VERSION_RULES,
];

const RULE = RDS_RULES[0] as Rule;

/** A happy resource with changes. */
function changed(type: string, change: Properties): Resource[] {
  return exampleResources(RULE, { type, change, others: [] });
}

/** An instance of which nothing but some properties is given, as in the tools' own test cases. */
function bare(type: string, properties: Properties): Resource[] {
  return [{ type, name: "db", urn: "urn:db", properties, protect: true }];
}

function found(resources: readonly Resource[]): Finding[] {
  return judgeAll(RDS_RULES, resources);
}

function names(resources: readonly Resource[]): string[] {
  return found(resources).map(({ rule }) => rule);
}

/** Mutations of the happy resource, and the rules that find them: all of them, and no other. */
const MUTATIONS: readonly [what: string, type: string, change: Properties, rules: readonly string[]][] = [
  // Whose database is it?
  [
    "MySQL in place of PostgreSQL",
    INSTANCE,
    { engine: "mysql", storageEncrypted: false, publiclyAccessible: true },
    [],
  ],
  ["Aurora MySQL in place of PostgreSQL", CLUSTER, { engine: "aurora-mysql", storageEncrypted: false }, []],
  ["the first Aurora, which is MySQL", CLUSTER, { engine: "aurora", deletionProtection: false }, []],
  ["a member of Aurora MySQL", CLUSTER_INSTANCE, { engine: "aurora-mysql", publiclyAccessible: true }, []],
  [
    "PostgreSQL in capitals",
    INSTANCE,
    { engine: "Postgres", publiclyAccessible: true },
    ["rds-not-publicly-accessible"],
  ],
  ["no engine", INSTANCE, { engine: undefined, publiclyAccessible: true }, ["rds-not-publicly-accessible"]],
  ["no engine but MySQL's port", INSTANCE, { engine: undefined, port: 3306, publiclyAccessible: true }, []],
  [
    "no engine but MySQL's version",
    INSTANCE,
    { engine: undefined, engineVersion: "8.0", multiAz: false },
    [],
  ],
  [
    "no engine but MySQL's group",
    INSTANCE,
    { engine: undefined, parameterGroupName: "default.mysql8.0" },
    [],
  ],
  [
    "no engine but MySQL's logs",
    INSTANCE,
    { engine: undefined, enabledCloudwatchLogsExports: ["error"] },
    [],
  ],
  [
    "no engine but a license",
    INSTANCE,
    { engine: undefined, licenseModel: "license-included", multiAz: false },
    [],
  ],
  ["a number for an engine", INSTANCE, { engine: 15, publiclyAccessible: true }, []],
  // Encryption
  [
    "a replica says nothing of encryption",
    INSTANCE,
    { replicateSourceDb: "main", storageEncrypted: undefined },
    [],
  ],
  [
    "a replica of an unknown database says nothing of encryption",
    INSTANCE,
    { replicateSourceDb: UNKNOWN, storageEncrypted: undefined },
    [],
  ],
  [
    "a restore says nothing of encryption",
    INSTANCE,
    { snapshotIdentifier: "old", storageEncrypted: undefined },
    ["rds-instance-storage-encrypted"],
  ],
  ["a key without encryption", INSTANCE, { storageEncrypted: false }, ["rds-instance-storage-encrypted"]],
  ["encryption as text", INSTANCE, { storageEncrypted: "true" }, []],
  [
    "encryption of the wrong type",
    INSTANCE,
    { storageEncrypted: [true] },
    ["rds-instance-storage-encrypted"],
  ],
  ["encryption is not known yet", INSTANCE, { storageEncrypted: UNKNOWN, kmsKeyId: UNKNOWN }, []],
  [
    "an instance that is not encrypted has no key",
    INSTANCE,
    { storageEncrypted: false, kmsKeyId: undefined },
    ["rds-instance-storage-encrypted"],
  ],
  [
    "a cluster that is not encrypted has no key",
    CLUSTER,
    { storageEncrypted: undefined, kmsKeyId: undefined },
    ["rds-cluster-storage-encrypted", "rds-storage-cmk"],
  ],
  ["an empty key", CLUSTER, { kmsKeyId: "" }, ["rds-storage-cmk"]],
  [
    "Serverless v1 says nothing of encryption",
    CLUSTER,
    { engineMode: "serverless", storageEncrypted: undefined },
    [],
  ],
  [
    "Serverless v2 says nothing of encryption",
    CLUSTER,
    { engineMode: "provisioned", serverlessv2ScalingConfiguration: {}, storageEncrypted: undefined },
    ["rds-cluster-storage-encrypted"],
  ],
  [
    "a global cluster has its source's encryption",
    GLOBAL_CLUSTER,
    { storageEncrypted: undefined, sourceDbClusterIdentifier: "db" },
    [],
  ],
  ["a global cluster of MySQL", GLOBAL_CLUSTER, { storageEncrypted: undefined, engine: "aurora-mysql" }, []],
  [
    "a global cluster without an engine",
    GLOBAL_CLUSTER,
    { storageEncrypted: false, engine: undefined },
    ["rds-global-cluster-encrypted"],
  ],
  [
    "no Performance Insights, no key",
    INSTANCE,
    { performanceInsightsEnabled: false, performanceInsightsKmsKeyId: undefined },
    ["rds-performance-insights-enabled"],
  ],
  [
    "a member's Performance Insights without a key",
    CLUSTER_INSTANCE,
    { performanceInsightsKmsKeyId: undefined },
    ["rds-performance-insights-cmk"],
  ],
  [
    "a cluster snapshot's copy without a key",
    CLUSTER_SNAPSHOT_COPY,
    { kmsKeyId: undefined },
    ["rds-snapshot-copy-cmk"],
  ],
  // Backups
  ["no backup of a replica", INSTANCE, { replicateSourceDb: "main", backupRetentionPeriod: 0 }, []],
  [
    "a day's backup of a replica",
    INSTANCE,
    { replicateSourceDb: "main", backupRetentionPeriod: 1 },
    ["rds-backup-retention-min"],
  ],
  [
    "a restore says nothing of backups",
    INSTANCE,
    { snapshotIdentifier: "old", backupRetentionPeriod: undefined },
    ["rds-backup-enabled", "rds-backup-retention-min"],
  ],
  ["no backup", INSTANCE, { backupRetentionPeriod: "0" }, ["rds-backup-enabled", "rds-backup-retention-min"]],
  ["more days than AWS takes", INSTANCE, { backupRetentionPeriod: 36 }, ["rds-backup-enabled"]],
  ["as many days as AWS takes", INSTANCE, { backupRetentionPeriod: 35 }, []],
  [
    "more days than AWS takes of a cluster",
    CLUSTER,
    { backupRetentionPeriod: 36 },
    ["rds-cluster-backup-enabled"],
  ],
  [
    "a cluster's default of one day",
    CLUSTER,
    { backupRetentionPeriod: undefined },
    ["rds-backup-retention-min"],
  ],
  [
    "a cluster without backup",
    CLUSTER,
    { backupRetentionPeriod: 0 },
    ["rds-cluster-backup-enabled", "rds-backup-retention-min"],
  ],
  ["days that are not known yet", INSTANCE, { backupRetentionPeriod: UNKNOWN }, []],
  // Deletion
  [
    "a replica without a last snapshot",
    INSTANCE,
    { replicateSourceDb: "main", skipFinalSnapshot: true, finalSnapshotIdentifier: undefined },
    [],
  ],
  [
    "a replica whose backups go with it",
    INSTANCE,
    { replicateSourceDb: "main", backupRetentionPeriod: undefined, deleteAutomatedBackups: true },
    [],
  ],
  [
    "a replica that anybody can delete",
    INSTANCE,
    { replicateSourceDb: "main", deletionProtection: false },
    ["rds-instance-deletion-protection"],
  ],
  [
    "a cluster without a last snapshot",
    CLUSTER,
    { skipFinalSnapshot: true, finalSnapshotIdentifier: undefined },
    ["rds-skip-final-snapshot"],
  ],
  ["a last snapshot whose name is not known yet", CLUSTER, { finalSnapshotIdentifier: UNKNOWN }, []],
  [
    "a member of Aurora as an instance",
    INSTANCE,
    {
      engine: "aurora-postgresql",
      deletionProtection: undefined,
      multiAz: undefined,
      copyTagsToSnapshot: undefined,
      iamDatabaseAuthenticationEnabled: undefined,
      maxAllocatedStorage: undefined,
    },
    [],
  ],
  // Access
  ["an address on the internet by default", CLUSTER_INSTANCE, { publiclyAccessible: undefined }, []],
  [
    "a member with an address on the internet",
    CLUSTER_INSTANCE,
    { publiclyAccessible: true },
    ["rds-not-publicly-accessible"],
  ],
  [
    "a replica in its source's subnets",
    INSTANCE,
    { replicateSourceDb: "main", dbSubnetGroupName: undefined },
    [],
  ],
  ["subnets that are not known yet", INSTANCE, { dbSubnetGroupName: UNKNOWN }, []],
  ["the default port", INSTANCE, { port: undefined }, ["rds-non-default-port"]],
  ["the default port as text", CLUSTER, { port: "5432" }, ["rds-non-default-port"]],
  ["Serverless v1 on the only port it can have", CLUSTER, { engineMode: "serverless", port: undefined }, []],
  [
    "Serverless v1 without roles",
    CLUSTER,
    { engineMode: "serverless", iamDatabaseAuthenticationEnabled: undefined },
    [],
  ],
  ["the master user admin", INSTANCE, { username: "Admin" }, ["rds-custom-admin-name"]],
  [
    "the master user of a cluster by default",
    CLUSTER,
    { masterUsername: undefined },
    ["rds-custom-admin-name"],
  ],
  [
    "the master user of a restored cluster",
    CLUSTER,
    { masterUsername: undefined, snapshotIdentifier: "old" },
    [],
  ],
  [
    "the master user of another region",
    CLUSTER,
    { masterUsername: undefined, globalClusterIdentifier: UNKNOWN },
    [],
  ],
  ["a master password", CLUSTER, { masterPassword: "foobarbaz" }, ["rds-no-plaintext-master-password"]],
  ["a master password that another resource makes", INSTANCE, { password: UNKNOWN }, []],
  ["a master password that is kept nowhere", INSTANCE, { passwordWo: "foobarbaz", passwordWoVersion: 1 }, []],
  ["a proxy of MySQL", PROXY, { engineFamily: "MYSQL", requireTls: false }, []],
  ["a proxy that does not ask for TLS", PROXY, { requireTls: false }, ["rds-proxy-require-tls"]],
  ["a certificate by default", INSTANCE, { caCertIdentifier: undefined }, []],
  ["a certificate of 2019", CLUSTER_INSTANCE, { caCertIdentifier: "rds-ca-2019" }, ["rds-ca-cert-modern"]],
  [
    "a copy of a snapshot for all",
    SNAPSHOT_COPY,
    { sharedAccounts: ["111122223333", "all"] },
    ["rds-snapshot-not-public"],
  ],
  [
    "a cluster snapshot's copy for all and somebody",
    CLUSTER_SNAPSHOT_COPY,
    { sharedAccounts: [UNKNOWN, "all"] },
    ["rds-snapshot-not-public"],
  ],
  ["accounts that are not known yet", SNAPSHOT_COPY, { sharedAccounts: UNKNOWN }, []],
  // Operations
  ["zones of a cluster by default", CLUSTER, { availabilityZones: undefined }, []],
  ["zones that are not known yet", CLUSTER, { availabilityZones: UNKNOWN }, []],
  [
    "a minor version that is installed by hand",
    CLUSTER_INSTANCE,
    { autoMinorVersionUpgrade: false },
    ["rds-auto-minor-version-upgrade"],
  ],
  ["no log", INSTANCE, { enabledCloudwatchLogsExports: [] }, ["rds-instance-log-exports"]],
  [
    "logs, one of which is not known yet",
    INSTANCE,
    { enabledCloudwatchLogsExports: ["upgrade", UNKNOWN] },
    [],
  ],
  ["a log of Aurora", CLUSTER, { enabledCloudwatchLogsExports: ["postgresql", "iam-db-auth-error"] }, []],
  [
    "another log of Aurora alone",
    CLUSTER,
    { enabledCloudwatchLogsExports: ["iam-db-auth-error"] },
    ["rds-cluster-log-exports"],
  ],
  [
    "Serverless v1 sends its log anyway",
    CLUSTER,
    { engineMode: "serverless", enabledCloudwatchLogsExports: undefined },
    [],
  ],
  [
    "an interval that AWS does not have",
    CLUSTER_INSTANCE,
    { monitoringInterval: 20 },
    ["rds-enhanced-monitoring"],
  ],
  ["no interval", INSTANCE, { monitoringInterval: undefined }, ["rds-enhanced-monitoring"]],
  [
    "the default group of a cluster",
    CLUSTER,
    { dbClusterParameterGroupName: "default.aurora-postgresql17" },
    ["rds-no-default-parameter-group"],
  ],
  ["no group", INSTANCE, { parameterGroupName: undefined }, ["rds-no-default-parameter-group"]],
  [
    "the group of a replica's source",
    INSTANCE,
    { replicateSourceDb: "main", parameterGroupName: undefined },
    [],
  ],
  ["a group that is not known yet", INSTANCE, { parameterGroupName: UNKNOWN }, []],
  [
    "storage that has grown to its bound",
    INSTANCE,
    { maxAllocatedStorage: 100 },
    ["rds-no-storage-autoscaling"],
  ],
  ["storage that grows from what is not known yet", INSTANCE, { allocatedStorage: UNKNOWN }, []],
  ["a major upgrade in the maintenance window", CLUSTER, { allowMajorVersionUpgrade: true }, []],
  [
    "a major upgrade at once",
    CLUSTER,
    { allowMajorVersionUpgrade: true, applyImmediately: true },
    ["rds-major-upgrade-open"],
  ],
  [
    "a replica's support is its source's",
    INSTANCE,
    { replicateSourceDb: "main", engineLifecycleSupport: undefined },
    [],
  ],
  // Versions
  ["a version without its minor number", INSTANCE, { engineVersion: "13" }, ["rds-engine-supported"]],
  ["9.6 without its last number", INSTANCE, { engineVersion: "9.6" }, ["rds-engine-supported"]],
  [
    "9.6.21",
    INSTANCE,
    { engineVersion: "9.6.21" },
    ["rds-log-fdw-vulnerable-version", "rds-engine-supported"],
  ],
  ["9.6.22", INSTANCE, { engineVersion: "9.6.22" }, ["rds-engine-supported"]],
  [
    "9.5.25",
    INSTANCE,
    { engineVersion: "9.5.25" },
    ["rds-log-fdw-vulnerable-version", "rds-engine-supported"],
  ],
  [
    "Aurora 11.8",
    CLUSTER,
    { engineVersion: "11.8" },
    ["rds-log-fdw-vulnerable-version", "rds-engine-supported"],
  ],
  ["Aurora 11.9", CLUSTER, { engineVersion: "11.9" }, ["rds-engine-supported"]],
  [
    "Aurora 12.6, which PostgreSQL's instances must not have",
    CLUSTER,
    { engineVersion: "12.6" },
    ["rds-engine-supported"],
  ],
  [
    "a Multi-AZ cluster 12.6",
    CLUSTER,
    { engine: "postgres", engineVersion: "12.6" },
    ["rds-log-fdw-vulnerable-version", "rds-engine-supported"],
  ],
  ["no version", INSTANCE, { engineVersion: undefined }, []],
  ["words for a version", INSTANCE, { engineVersion: "newest" }, []],
  [
    "a class of the day before yesterday",
    CLUSTER_INSTANCE,
    { instanceClass: "db.r3.large" },
    ["rds-previous-generation-class"],
  ],
  ["a class without dots", INSTANCE, { instanceClass: "m3" }, []],
  ["an old class that tflint takes", INSTANCE, { instanceClass: "db.t2.micro" }, []],
];

describe("the rules about RDS", () => {
  for (const [what, type, change, rules] of MUTATIONS)
    it(`${what}: ${rules.join(", ") || "nothing"}`, () =>
      assert.deepEqual(names(changed(type, change)), rules));

  it("find on an instance of which nothing is said what each tool finds on it", () =>
    assert.deepEqual(names(bare(INSTANCE, {})), [
      "rds-instance-deletion-protection",
      "rds-final-snapshot-id-missing",
      "rds-delete-automated-backups",
      "rds-backup-enabled",
      "rds-backup-retention-min",
      "rds-instance-copy-tags",
      "rds-instance-storage-encrypted",
      "rds-in-vpc",
      "rds-non-default-port",
      "rds-instance-iam-auth",
      "rds-instance-multi-az",
      "rds-instance-log-exports",
      "rds-enhanced-monitoring",
      "rds-performance-insights-enabled",
      "rds-no-default-parameter-group",
      "rds-no-storage-autoscaling",
      "rds-extended-support",
    ]));

  it("find on a cluster of which nothing is said what each tool finds on it", () =>
    assert.deepEqual(names(bare(CLUSTER, {})), [
      "rds-cluster-deletion-protection",
      "rds-final-snapshot-id-missing",
      "rds-delete-automated-backups",
      "rds-backup-retention-min",
      "rds-cluster-copy-tags",
      "rds-cluster-storage-encrypted",
      "rds-storage-cmk",
      "rds-non-default-port",
      "rds-cluster-iam-auth",
      "rds-custom-admin-name",
      "rds-cluster-log-exports",
      "rds-no-default-parameter-group",
      "rds-extended-support",
    ]));

  it("say of an engine that is not known yet, and of nothing else", () => {
    const [resource] = changed(INSTANCE, { engine: UNKNOWN, storageEncrypted: false });
    assert.notEqual(resource, undefined);
    if (!resource) return;
    const read = new ReadResource(resource);
    const judged = RDS_RULES.map((rule) => judgeResource(rule, read));
    assert.deepEqual(
      judged.flatMap(({ findings }) => findings),
      [],
    );
    assert.deepEqual(
      [...new Set(judged.flatMap(({ notYetKnown }) => notYetKnown.map(({ property }) => property)))],
      ["engine"],
    );
  });

  it("say which properties are not known yet, and judge the others", () => {
    const change = {
      storageEncrypted: UNKNOWN,
      backupRetentionPeriod: UNKNOWN,
      multiAz: false,
      kmsKeyId: UNKNOWN,
    };
    const [resource] = changed(INSTANCE, change);
    if (!resource) return assert.fail();
    const read = new ReadResource(resource);
    const judged = RDS_RULES.map((rule) => judgeResource(rule, read));
    assert.deepEqual(
      judged.flatMap(({ findings }) => findings.map(({ rule }) => rule)),
      ["rds-instance-multi-az"],
    );
    assert.deepEqual(
      [...new Set(judged.flatMap(({ notYetKnown }) => notYetKnown.map(({ property }) => property)))].sort(),
      ["backupRetentionPeriod", "storageEncrypted"],
    );
  });

  it("never repeat a master password", () => {
    const [finding] = found(changed(INSTANCE, { password: "correct horse" }));
    assert.equal(JSON.stringify(finding).includes("correct horse"), false);
    assert.equal(finding?.value, "(hidden)");
  });

  it("take thresholds from the configuration", () => {
    const [resource] = changed(INSTANCE, { backupRetentionPeriod: 7, engineVersion: "14" });
    if (!resource) return assert.fail();
    const judge = (name: string, thresholds: Record<string, number>) => {
      const rule = RULES.find((one) => one.name === name) as Rule;
      return judgeResource(rule, new ReadResource(resource), thresholds).findings.map(
        ({ message }) => message,
      );
    };
    assert.deepEqual(judge("rds-backup-retention-min", { minimumDays: 14 }), [
      "aws Instance db: backupRetentionPeriod is 7: a mistake that is found 14 days later cannot be undone",
    ]);
    assert.deepEqual(judge("rds-backup-retention-min", { minimumDays: 3 }), []);
    assert.deepEqual(judge("rds-engine-supported", { oldestMajor: 15 }), [
      "aws Instance db: engineVersion is 14, and standard support of 14 has ended or is about to: corruption and holes in it are not repaired",
    ]);
  });

  it("say what is at stake and what to write", () =>
    assert.deepEqual(
      found(changed(INSTANCE, { backupRetentionPeriod: 36, maxAllocatedStorage: 50 })).map(
        ({ property, value, message, hint }) => ({ property, value, message, hint }),
      ),
      [
        {
          property: "backupRetentionPeriod",
          value: "36",
          message:
            "aws Instance db: backupRetentionPeriod is 36, and AWS takes 35 days at most: this deployment will fail",
          hint: "write `backupRetentionPeriod: 35`",
        },
        {
          property: "maxAllocatedStorage",
          value: "50",
          message:
            "aws Instance db: maxAllocatedStorage is 50 with 100 GiB allocated, so that its storage does not grow: a full disk stops the server",
          hint: "write `maxAllocatedStorage: 200`",
        },
      ],
    ));

  it("do not judge a database by what Pulumi cannot say of it", () => {
    const [resource] = happyResources(INSTANCE);
    if (!resource) return assert.fail();
    const { protect: _protect, ...rest } = resource;
    assert.deepEqual(names([rest]), []);
  });
});
