/** What does a change of each configuration key plan for a deployed database: which operation on which resource, or which refusal? */

import assert from "node:assert/strict";
import { CONFIG } from "../../components/config";
import { type PlannedStep, type Preview, RdsStack, type StackConfig } from "./rds-stack";

const KEY = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555";
const TOPIC = "arn:aws:sns:eu-central-1:111122223333:oncall";
const NAME = "durable-postgres-prod-postgres";
const ZONES = ["eu-central-1a", "eu-central-1b", "eu-central-1c"];

/** What a change plans, one line for each operation with the same reasons, or the message of its refusal. */
type Expected = readonly string[] | { refused: string };

/** One change of the tracked configuration of production. */
interface Change {
  /** The key, and what is done to it. */
  title: string;
  config: Partial<StackConfig>;
  expected: Expected;
}

const NEW_DATABASE = "and AWS would make a new, empty database";
const OTHER_KIND = "for a database of another kind, deploy a second stack and copy the data";

/** Nothing but the record of what is declared. */
const RECORDED = "update Identity identity: plan";
const PARAMETERS = "update Verification verification, rds.ParameterGroup parameters: parameters";
const LATENCIES =
  "update cloudwatch.MetricAlarm instance-read-latency, cloudwatch.MetricAlarm instance-write-latency: alarmDescription, threshold";
const DASHBOARD = "update cloudwatch.Dashboard dashboard: dashboardBody";

function instance(...reasons: string[]): string {
  return `update rds.Instance instance: ${reasons.join(", ")}`;
}

function changed(key: string, from: string, to: string, line: string): Expected {
  return {
    refused: `error: ${key} changed from ${from} to ${to}, ${NEW_DATABASE}\nHINT: ${line}; ${OTHER_KIND}`,
  };
}

const CHANGES: readonly Change[] = [
  {
    title: "version, without leave",
    config: { version: "18" },
    expected: {
      refused:
        "error: version changed from 17 to 18: a new major version is an upgrade with an interruption\n" +
        "HINT: take a snapshot, then write `majorUpgrade: in-place` under rds; with the shortest interruption: `majorUpgrade: blue-green`",
    },
  },
  {
    title: "version, in place",
    config: { version: "18", rds: { majorUpgrade: "in-place" } },
    expected: [
      RECORDED,
      "replace rds.ParameterGroup parameters: family, namePrefix",
      "update Verification verification: parameterGroup, parameters",
      "update rds.EventSubscription events-parameters: sourceIds",
      instance("allowMajorVersionUpgrade", "engineVersion", "parameterGroupName"),
    ],
  },
  {
    title: "version, backwards",
    config: { version: "16" },
    expected: {
      refused:
        "error: the version changed from 17 to 16, and PostgreSQL does not go back\n" +
        'HINT: write `version: "17"`, and remove `engineVersion` from rds',
    },
  },
  {
    title: "database",
    config: { database: "orders" },
    expected: changed("database", "app", "orders", "write `database: app`"),
  },
  {
    title: "workload",
    config: { workload: "dw" },
    expected: [
      "update cloudwatch.MetricAlarm instance-connections, cloudwatch.MetricAlarm instance-wal: threshold",
      DASHBOARD,
      PARAMETERS,
    ],
  },
  {
    title: "maxConnections",
    config: { maxConnections: 200 },
    expected: ["update cloudwatch.MetricAlarm instance-connections: threshold", DASHBOARD, PARAMETERS],
  },
  { title: "activeConnections", config: { activeConnections: 10 }, expected: [PARAMETERS] },
  { title: "parameters", config: { parameters: { work_mem: "8MB" } }, expected: [PARAMETERS] },
  {
    title: "passwordGeneration",
    config: { passwordGeneration: 2 },
    expected: [
      "update Password monitor-password, Password owner-password, Password readonly-password: generation",
    ],
  },
  {
    title: "memory",
    config: { memory: "4GiB" },
    expected: {
      refused:
        "error: memory 4GiB cannot be said on RDS: it follows from the instance class\n" +
        "HINT: remove `memory`, and write `instanceClass: db.m7g.large` under rds",
    },
  },
  {
    title: "cpus",
    config: { cpus: 2 },
    expected: {
      refused:
        "error: cpus 2 cannot be said on RDS: they follow from the instance class\n" +
        "HINT: remove `cpus`, and write `instanceClass: db.m7g.large` under rds",
    },
  },
  {
    title: "storage",
    config: { storage: "hdd" },
    expected: {
      refused:
        "error: storage hdd is nothing that RDS has: all of its storage is ssd\nHINT: write `storage: ssd`",
    },
  },
  {
    title: "rds.region",
    config: {
      rds: { region: "eu-west-3", network: { cidr: "10.42.0.0/16", zones: ["eu-west-3a", "eu-west-3b"] } },
    },
    expected: {
      refused: [
        `error: rds.region changed from eu-central-1 to eu-west-3, ${NEW_DATABASE}`,
        `HINT: write \`region: eu-central-1\` under rds; ${OTHER_KIND}`,
        "rds.network no longer has eu-central-1a, eu-central-1b, eu-central-1c, and a server may be there, or go there in a failover",
        "HINT: keep eu-central-1a, eu-central-1b, eu-central-1c under rds.network",
      ].join("\n"),
    },
  },
  {
    title: "rds.topology, which AWS converts",
    config: { rds: { topology: "single" } },
    expected: [RECORDED, "update Verification verification: topology", instance("multiAz")],
  },
  {
    title: "rds.topology, which AWS does not convert",
    config: {
      rds: {
        topology: "cluster",
        instanceClass: undefined,
        maxAllocatedStorage: undefined,
        backupRegion: undefined,
      },
    },
    expected: {
      refused:
        "error: rds.topology changed from multi-az to cluster, which AWS does not do in place\n" +
        "HINT: write `topology: multi-az` under rds; to get there: take a snapshot and name it there: `restoreFrom: { snapshot: <its name> }` under rds; deploy a second stack with the new topology, switch the applications to its outputs, then destroy this one",
    },
  },
  {
    title: "rds.identifier",
    config: { rds: { identifier: "orders" } },
    expected: changed("rds.identifier", NAME, "orders", `write \`identifier: ${NAME}\` under rds`),
  },
  {
    title: "rds.instanceClass",
    config: { rds: { instanceClass: "db.m7g.xlarge" } },
    expected: [
      RECORDED,
      "update cloudwatch.MetricAlarm instance-memory, cloudwatch.MetricAlarm instance-swap: threshold",
      DASHBOARD,
      PARAMETERS,
      instance("instanceClass"),
    ],
  },
  { title: "rds.engineVersion", config: { rds: { engineVersion: "17.6" } }, expected: [RECORDED] },
  {
    title: "rds.allocatedStorage, more",
    config: { rds: { allocatedStorage: 200 } },
    expected: [
      RECORDED,
      "update cloudwatch.MetricAlarm instance-storage: threshold",
      DASHBOARD,
      instance("allocatedStorage"),
    ],
  },
  {
    title: "rds.allocatedStorage, less",
    config: { rds: { allocatedStorage: 50 } },
    expected: {
      refused:
        "error: rds.allocatedStorage changed from 100 to 50, and storage of RDS never shrinks\n" +
        "HINT: write `allocatedStorage: 100` under rds",
    },
  },
  {
    title: "rds.maxAllocatedStorage",
    config: { rds: { maxAllocatedStorage: 2000 } },
    expected: [RECORDED, instance("maxAllocatedStorage")],
  },
  {
    title: "rds.storageType",
    config: { rds: { storageType: "io2" } },
    expected: [RECORDED, LATENCIES, DASHBOARD, instance("iops", "storageType")],
  },
  {
    title: "rds.iops",
    config: { rds: { storageType: "io2", iops: 4000 } },
    expected: [RECORDED, LATENCIES, DASHBOARD, instance("iops", "storageType")],
  },
  {
    title: "rds.dedicatedLogVolume",
    config: { rds: { storageType: "io2", dedicatedLogVolume: true } },
    expected: [
      "create cloudwatch.MetricAlarm instance-log-volume",
      RECORDED,
      LATENCIES,
      DASHBOARD,
      instance("dedicatedLogVolume", "iops", "storageType"),
    ],
  },
  {
    title: "rds.port",
    config: { rds: { port: 5432 } },
    expected: [
      RECORDED,
      instance("port"),
      "update vpc.SecurityGroupIngressRule from-10.42.0.0-16: fromPort, toPort",
    ],
  },
  {
    title: "rds.network, another one",
    config: { rds: { network: { cidr: "10.44.0.0/16", zones: ZONES } } },
    expected: {
      refused:
        "error: rds.network changed from 10.42.0.0/16 to 10.44.0.0/16, and a database does not move to another VPC\n" +
        "HINT: write `network: { cidr: 10.42.0.0/16, … }` under rds; for another VPC, deploy a second stack and `restoreFrom` a snapshot",
    },
  },
  {
    title: "rds.network, a zone less",
    config: { rds: { network: { cidr: "10.42.0.0/16", zones: ZONES.slice(0, 2) } } },
    expected: {
      refused:
        "error: rds.network no longer has eu-central-1c, and a server may be there, or go there in a failover\n" +
        "HINT: keep eu-central-1c under rds.network",
    },
  },
  {
    title: "rds.sources",
    config: { rds: { sources: ["10.42.0.0/16", "sg-0a1b2c3d"] } },
    expected: ["create vpc.SecurityGroupIngressRule from-sg-0a1b2c3d", RECORDED],
  },
  {
    title: "rds.publiclyAccessible, said once",
    config: { rds: { publiclyAccessible: true } },
    expected: {
      refused:
        `error: rds.publiclyAccessible gives ${NAME} an address on the internet, and that has to be said twice\n` +
        `HINT: remove \`publiclyAccessible\` from rds, or write \`confirmPublic: ${NAME}\` under rds`,
    },
  },
  {
    title: "rds.confirmPublic",
    config: { rds: { publiclyAccessible: true, confirmPublic: NAME } },
    expected: [RECORDED, instance("publiclyAccessible")],
  },
  {
    title: "rds.kmsKeyArn",
    config: { rds: { kmsKeyArn: KEY } },
    expected: changed("rds.kmsKeyArn", "a key of its own", KEY, "remove `kmsKeyArn` from rds"),
  },
  {
    title: "rds.masterUsername",
    config: { rds: { masterUsername: "administrator" } },
    expected: changed(
      "rds.masterUsername",
      "dbadmin",
      "administrator",
      "write `masterUsername: dbadmin` under rds",
    ),
  },
  {
    title: "rds.connect",
    config: { rds: { connect: true } },
    expected: ["create Roles roles", RECORDED, "update Verification verification: connect"],
  },
  {
    title: "rds.backupWindow",
    config: { rds: { backupWindow: "04:00-05:00" } },
    expected: [RECORDED, instance("backupWindow")],
  },
  {
    title: "rds.maintenanceWindow",
    config: { rds: { maintenanceWindow: "sat:05:30-sat:06:30" } },
    expected: [RECORDED, instance("maintenanceWindow")],
  },
  {
    title: "rds.backupRetention",
    config: { rds: { backupRetention: 14 } },
    expected: [
      "replace rds.InstanceAutomatedBackupsReplication backup-replication: retentionPeriod",
      RECORDED,
      instance("backupRetentionPeriod"),
    ],
  },
  {
    title: "rds.backupRegion",
    config: { rds: { backupRegion: undefined } },
    expected: [
      "delete kms.Alias backup-key-alias, kms.Key backup-key, rds.InstanceAutomatedBackupsReplication backup-replication",
      RECORDED,
    ],
  },
  {
    title: "rds.restoreFrom",
    config: { rds: { restoreFrom: { snapshot: "before" } } },
    expected: [RECORDED],
  },
  {
    title: "rds.replicas",
    config: { rds: { replicas: 1 } },
    expected: [
      "create 16 resources",
      RECORDED,
      DASHBOARD,
      "update rds.EventSubscription events-instances: sourceIds",
      instance("manageMasterUserPassword", "passwordWoVersion"),
    ],
  },
  {
    title: "rds.archiveLockDays",
    config: { rds: { archiveLockDays: 7 } },
    expected: [RECORDED, "update s3.BucketObjectLockConfiguration archive-lock: rule"],
  },
  {
    title: "rds.alarmEmails",
    config: { rds: { alarmEmails: ["oncall@example.com"] } },
    expected: ["create sns.TopicSubscription alarms-oncall@example.com", RECORDED],
  },
  {
    title: "rds.alarmTopicArn",
    config: { rds: { alarmTopicArn: TOPIC } },
    expected: [
      "delete sns.Topic alarms, sns.TopicPolicy alarms",
      "update 14 resources: alarmActions, okActions",
      RECORDED,
      "update rds.EventSubscription events-instances, rds.EventSubscription events-parameters, rds.EventSubscription events-snapshots: snsTopic",
    ],
  },
  {
    title: "rds.databaseInsights",
    config: { rds: { databaseInsights: "advanced" } },
    expected: [RECORDED, instance("databaseInsightsMode", "performanceInsightsRetentionPeriod")],
  },
  {
    title: "rds.majorUpgrade",
    config: { rds: { majorUpgrade: "in-place" } },
    expected: [RECORDED, instance("allowMajorVersionUpgrade")],
  },
  {
    title: "rds.majorUpgrade, blue/green",
    config: { rds: { majorUpgrade: "blue-green" } },
    expected: [
      "create Password master-password, rds.EventSubscription events-blue-green, secretsmanager.Secret master, secretsmanager.SecretVersion master-version",
      RECORDED,
      instance(
        "allowMajorVersionUpgrade",
        "blueGreenUpdate",
        "manageMasterUserPassword",
        "passwordWoVersion",
      ),
    ],
  },
  {
    title: "rds.applyImmediately",
    config: { rds: { applyImmediately: true } },
    expected: [RECORDED, instance("applyImmediately")],
  },
  {
    title: "rds.caCertIdentifier",
    config: { rds: { caCertIdentifier: "rds-ca-rsa4096-g1" } },
    expected: [RECORDED, instance("caCertIdentifier")],
  },
  {
    title: "rds.tags",
    config: { rds: { tags: { environment: "production", team: "orders" } } },
    expected: ["update 42 resources: tags", RECORDED],
  },
  {
    title: "rds.deleteData",
    config: { rds: { deleteData: true } },
    expected: [RECORDED, instance("deletionProtection")],
  },
];

/** More of the same are only counted. */
const LISTED = 5;

/** `update rds.Instance instance: port` for each operation with the same reasons, in the order of the alphabet. */
function lines(steps: readonly PlannedStep[]): string[] {
  const groups = new Map<string, { step: PlannedStep; names: string[] }>();
  for (const step of steps) {
    const key = [step.operation, ...step.reasons].join(" ");
    const group = groups.get(key) ?? { step, names: [] };
    group.names.push(`${step.type} ${step.name}`);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ step, names }) => line(step, names.sort())).sort();
}

function line({ operation, reasons }: PlannedStep, names: readonly string[]): string {
  const what = names.length > LISTED ? `${names.length} resources` : names.join(", ");
  return [`${operation} ${what}`, ...(reasons.length > 0 ? [reasons.join(", ")] : [])].join(": ");
}

function outcome({ code, steps, messages }: Preview): Expected {
  return code === 0 ? lines(steps) : { refused: messages.join("\n") };
}

/** Resources that hold data, or without which data cannot be read. The key of the other region is kept. */
const DATA = ["rds.Instance instance", "kms.Key key", "s3.Bucket archive", "s3.Bucket logs"];

describe("A change of a deployed database's configuration", function () {
  this.timeout(120_000);
  let stack: RdsStack;

  before(async function () {
    this.timeout(300_000);
    stack = await RdsStack.create("prod");
    const up = await stack.runWithApi("up");
    assert.equal(up.code, 0, up.text);
  });
  after(() => stack?.remove());

  for (const { title, config, expected } of CHANGES)
    it(`${title} ${"refused" in expected ? "is refused" : "plans what is meant"}`, async () => {
      await stack.configure(config);
      const preview = await stack.preview();
      const wanted = "refused" in expected ? expected : [...expected].sort();
      assert.deepEqual(outcome(preview), wanted);
      const touched = preview.steps.filter(({ type, name }) => DATA.includes(`${type} ${name}`));
      assert.deepEqual(
        touched.filter(({ operation }) => operation !== "update"),
        [],
      );
    });

  it("is tried for every key", () => {
    const tried = new Set(CHANGES.map(({ title }) => title.split(",")[0]));
    // What RDS refuses whole: test/components/rds/faults.test.ts and the generations of a target that cannot restore.
    const {
      local,
      docker,
      target,
      durability,
      calibration,
      production,
      generations,
      active,
      rds,
      ...shared
    } = CONFIG;
    const keys = [...Object.keys(shared), ...Object.keys(rds.keys).map((key) => `rds.${key}`)];
    assert.deepEqual(
      keys.filter((key) => !tried.has(key)),
      [],
    );
  });
});
