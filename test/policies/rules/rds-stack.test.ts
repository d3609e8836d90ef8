/** What do the rules find that look at what is around a database of RDS? */

import assert from "node:assert/strict";
import { HAPPY } from "../../../policies/examples";
import { judgeAll } from "../../../policies/judge";
import { type Properties, UNKNOWN } from "../../../policies/reading/known";
import type { Resource } from "../../../policies/rule";
import { RULES } from "../../../policies/rules";
import {
  BACKUP_SELECTION,
  CLUSTER,
  CLUSTER_INSTANCE,
  CLUSTER_SNAPSHOT,
  EVENT_SUBSCRIPTION,
  INSTANCE,
  INTERNET_GATEWAY,
  PARAMETER_GROUP,
  ROUTE,
  ROUTE_TABLE,
  ROUTE_TABLE_ASSOCIATION,
  SNAPSHOT,
  SUBNET,
  SUBNET_GROUP,
} from "../../../policies/subjects";

const rule = (name: string) => RULES.filter((one) => one.name === name);

/** A happy resource with changes, and the resources that its properties come from. */
function made(
  type: string,
  name: string,
  change: Properties,
  from: Record<string, Resource | Resource[]> = {},
) {
  const entries = Object.entries({ ...HAPPY[type], ...change }).filter(([, value]) => value !== undefined);
  const dependencies = Object.entries(from).map(([property, origins]) => [
    property,
    [origins].flat().map(({ urn }) => urn),
  ]);
  const resource: Resource = {
    type,
    name,
    urn: `urn:pulumi:dev::example::${type}::${name}`,
    properties: Object.fromEntries(entries),
    propertyDependencies: Object.fromEntries(dependencies),
  };
  return resource;
}

function messages(name: string, resources: readonly Resource[]): string[] {
  return judgeAll(rule(name), resources).map(({ message }) => message);
}

describe("members of a cluster", () => {
  const cluster = made(CLUSTER, "cluster", { clusterIdentifier: undefined });
  const member = (name: string, change: Properties = {}, of = cluster) =>
    made(CLUSTER_INSTANCE, name, { clusterIdentifier: UNKNOWN, ...change }, { clusterIdentifier: of });
  const judge = (...resources: Resource[]) => messages("rds-aurora-single-instance", resources);

  it("are none", () =>
    assert.deepEqual(judge(cluster), [
      "aws Cluster cluster: it has no member in the stack: the loss of a zone is an outage until Aurora has made another",
    ]));
  it("are two", () => assert.deepEqual(judge(cluster, member("a"), member("b")), []));
  it("are one, and one of another cluster", () => {
    const other = made(CLUSTER, "other", { clusterIdentifier: undefined });
    const found = judge(cluster, other, member("a"), member("b", {}, other), member("c", {}, other));
    assert.deepEqual(found, [
      "aws Cluster cluster: it has one member in the stack: the loss of a zone is an outage until Aurora has made another",
    ]);
  });
  it("are in one zone", () => {
    const zone = { availabilityZone: "eu-central-1a" };
    assert.deepEqual(judge(cluster, member("a", zone), member("b", zone)), [
      "aws Cluster cluster: all of its 2 members are in eu-central-1a: the loss of a zone is an outage until Aurora has made another",
    ]);
  });
  it("are in two zones", () =>
    assert.deepEqual(
      judge(
        cluster,
        member("a", { availabilityZone: "eu-central-1a" }),
        member("b", { availabilityZone: "eu-central-1b" }),
      ),
      [],
    ));
  it("are not there in Serverless v1", () =>
    assert.deepEqual(judge(made(CLUSTER, "cluster", { engineMode: "serverless" })), []));
  it("are made by RDS in a Multi-AZ cluster", () =>
    assert.deepEqual(
      judge(made(CLUSTER, "cluster", { engine: "postgres", dbClusterInstanceClass: "db.m6gd.large" })),
      [],
    ));
  it("are needed in Serverless v2 as well", () =>
    assert.equal(judge(made(CLUSTER, "cluster", { engineMode: "provisioned" }), member("a")).length, 1));
  it("do not matter to MySQL", () =>
    assert.deepEqual(judge(made(CLUSTER, "cluster", { engine: "aurora-mysql" })), []));
});

describe("subnets of a database", () => {
  const gateway = made(INTERNET_GATEWAY, "internet", {});
  const subnet = made(SUBNET, "a", {});
  const group = made(
    SUBNET_GROUP,
    "group",
    { name: undefined, subnetIds: [UNKNOWN] },
    { subnetIds: [subnet] },
  );
  const table = made(ROUTE_TABLE, "table", { routes: undefined });
  const association = made(
    ROUTE_TABLE_ASSOCIATION,
    "association",
    { routeTableId: UNKNOWN, subnetId: UNKNOWN },
    { routeTableId: table, subnetId: subnet },
  );
  const route = (change: Properties, from: Record<string, Resource> = {}) =>
    made(
      ROUTE,
      "route",
      { routeTableId: UNKNOWN, natGatewayId: undefined, ...change },
      { routeTableId: table, ...from },
    );
  const inside = (type: string) =>
    made(type, "db", { dbSubnetGroupName: UNKNOWN }, { dbSubnetGroupName: group });
  const judge = (...resources: Resource[]) =>
    messages("rds-not-in-public-subnet", [...resources, gateway, subnet, group, table, association]);
  const open = ["its route table table leads to an internet gateway"].map(
    (reason) =>
      `aws Instance db: it is in the subnet a, which is public, for ${reason}: one flag is all that keeps the internet out`,
  );

  it("have no route", () => assert.deepEqual(judge(inside(INSTANCE)), []));
  it("have a route to an internet gateway", () =>
    assert.deepEqual(judge(inside(INSTANCE), route({ gatewayId: UNKNOWN }, { gatewayId: gateway })), open));
  it("have a route to a gateway that is written", () =>
    assert.deepEqual(judge(inside(INSTANCE), route({ gatewayId: "igw-0abc" })), open));
  it("have a route to a virtual private gateway", () =>
    assert.deepEqual(judge(inside(INSTANCE), route({ gatewayId: "vgw-0abc" })), []));
  it("have a route through a NAT gateway", () =>
    assert.deepEqual(judge(inside(INSTANCE), route({ natGatewayId: "nat-0abc" })), []));
  it("have a route to an internet gateway for one network only", () =>
    assert.deepEqual(
      judge(inside(INSTANCE), route({ destinationCidrBlock: "8.8.8.0/24", gatewayId: "igw-0abc" })),
      [],
    ));
  it("hold a cluster", () =>
    assert.equal(judge(inside(CLUSTER), route({ gatewayId: "igw-0abc" })).length, 1));
  it("hold MySQL", () => {
    const mysql = made(
      INSTANCE,
      "db",
      { engine: "mysql", dbSubnetGroupName: UNKNOWN },
      { dbSubnetGroupName: group },
    );
    assert.deepEqual(judge(mysql, route({ gatewayId: "igw-0abc" })), []);
  });

  for (const [what, routes, count] of [
    ["to an internet gateway", [{ cidrBlock: "0.0.0.0/0", gatewayId: UNKNOWN }], 1],
    ["to an internet gateway by IPv6", [{ ipv6CidrBlock: "::/0", gatewayId: UNKNOWN }], 1],
    ["through a NAT gateway", [{ cidrBlock: "0.0.0.0/0", natGatewayId: UNKNOWN }], 0],
  ] as const)
    it(`have a table with a route ${what}`, () => {
      const own = made(ROUTE_TABLE, "own", { routes }, { routes: [gateway] });
      const joined = made(
        ROUTE_TABLE_ASSOCIATION,
        "joined",
        { routeTableId: UNKNOWN, subnetId: UNKNOWN },
        { routeTableId: own, subnetId: subnet },
      );
      assert.equal(judge(inside(INSTANCE), own, joined).length, count);
    });

  it("give out public addresses", () => {
    const giving = made(SUBNET, "giving", { mapPublicIpOnLaunch: true });
    const around = made(
      SUBNET_GROUP,
      "around",
      { name: "around", subnetIds: [UNKNOWN] },
      { subnetIds: [giving] },
    );
    const database = made(INSTANCE, "db", { dbSubnetGroupName: "around" });
    assert.deepEqual(messages("rds-not-in-public-subnet", [database, around, giving]), [
      "aws Instance db: it is in the subnet giving, which is public, for it gives out public addresses: one flag is all that keeps the internet out",
    ]);
  });
});

describe("a backup plan", () => {
  const instance = made(INSTANCE, "db", { identifier: "orders", tags: { backup: "daily" } });
  const cluster = made(CLUSTER, "cluster", { clusterIdentifier: undefined });
  const selection = (change: Properties, from: Record<string, Resource> = {}) =>
    made(BACKUP_SELECTION, "selection", { resources: undefined, ...change }, from);
  const covered = (database: Resource, ...selections: Resource[]) =>
    messages("rds-in-backup-plan", [database, ...selections]).length === 0;

  it("is nowhere", () =>
    assert.deepEqual(messages("rds-in-backup-plan", [cluster]), [
      "aws Cluster cluster: no backup selection of the stack has it: its backups end after 35 days, and with the account",
    ]));

  const tag = { type: "STRINGEQUALS", key: "backup", value: "daily" };
  const condition = { key: "aws:ResourceTag/backup", value: "daily" };
  for (const [what, change, expected] of [
    ["everything", { resources: ["*"] }, true],
    ["everything of RDS", { resources: ["arn:aws:rds:*"] }, true],
    ["every instance", { resources: ["arn:aws:rds:*:*:db:*"] }, true],
    ["every cluster", { resources: ["arn:aws:rds:*:*:cluster:*"] }, false],
    ["this instance", { resources: ["arn:aws:rds:eu-central-1:111122223333:db:orders"] }, true],
    ["instances that begin like it", { resources: ["arn:aws:rds:*:*:db:ord*"] }, true],
    ["another instance", { resources: ["arn:aws:rds:*:*:db:users"] }, false],
    ["volumes", { resources: ["arn:aws:ec2:*:*:volume/*"] }, false],
    ["its tag", { selectionTags: [tag] }, true],
    ["another tag", { selectionTags: [{ ...tag, value: "weekly" }] }, false],
    ["everything with its tag", { resources: ["*"], conditions: [{ stringEquals: [condition] }] }, true],
    [
      "everything with another tag",
      { resources: ["*"], conditions: [{ stringEquals: [{ ...condition, value: "no" }] }] },
      false,
    ],
    [
      "everything without its tag",
      { resources: ["*"], conditions: [{ stringNotEquals: [condition] }] },
      false,
    ],
    ["everything but instances", { resources: ["*"], notResources: ["arn:aws:rds:*:*:db:*"] }, false],
  ] as const)
    it(`has ${what}: ${expected}`, () => assert.equal(covered(instance, selection(change)), expected));

  it("has it by its ARN, which is not known yet", () =>
    assert.equal(covered(cluster, selection({ resources: [UNKNOWN] }, { resources: cluster })), true));
  it("has another one by its ARN, which is not known yet", () =>
    assert.equal(covered(cluster, selection({ resources: [UNKNOWN] }, { resources: instance })), false));
  it("is not for replicas", () =>
    assert.equal(covered(made(INSTANCE, "db", { replicateSourceDb: "main" })), true));
  it("is not for MySQL", () => assert.equal(covered(made(INSTANCE, "db", { engine: "mysql" })), true));
});

describe("events", () => {
  const instance = made(INSTANCE, "db", { identifier: "orders" });
  const subscription = (change: Properties, from: Record<string, Resource> = {}) =>
    made(EVENT_SUBSCRIPTION, "events", change, from);
  const all = {
    sourceType: "db-instance",
    eventCategories: ["maintenance", "configuration change", "failure"],
  };
  const judge = (...resources: Resource[]) => messages("rds-instance-events", resources);
  const UNTOLD =
    "aws Instance db: no event subscription of the stack tells of maintenance, configuration change, failure of instances: nobody hears of them";
  const SILENT =
    "aws EventSubscription events: it does not tell of maintenance, configuration change, failure of instances: nobody hears of them";

  it("are told to nobody", () => assert.deepEqual(judge(instance), [UNTOLD]));
  it("are told", () => assert.deepEqual(judge(instance, subscription(all)), []));
  it("are all told", () => assert.deepEqual(judge(instance, subscription({})), []));
  it("of all categories are told", () =>
    assert.deepEqual(judge(instance, subscription({ sourceType: "db-instance" })), []));
  it("are told where the type is not known yet", () =>
    assert.deepEqual(judge(instance, subscription({ sourceType: UNKNOWN })), []));
  it("are not told by a subscription that is off", () =>
    assert.deepEqual(judge(instance, subscription({ ...all, enabled: false })), [SILENT, UNTOLD]));
  it("of one category are not told", () =>
    assert.deepEqual(judge(instance, subscription({ ...all, eventCategories: ["failure"] })), [
      SILENT,
      UNTOLD,
    ]));
  it("of clusters are told", () =>
    assert.deepEqual(judge(instance, subscription({ ...all, sourceType: "db-cluster" })), [UNTOLD]));
  it("of this instance are told", () =>
    assert.deepEqual(judge(instance, subscription({ ...all, sourceIds: ["orders"] })), []));
  it("of this instance are told by an identifier that is not known yet", () =>
    assert.deepEqual(
      judge(instance, subscription({ ...all, sourceIds: [UNKNOWN] }, { sourceIds: instance })),
      [],
    ));
  it("of another instance are told", () =>
    assert.deepEqual(judge(instance, subscription({ ...all, sourceIds: ["users"] })), [UNTOLD]));
  it("of MySQL do not matter", () => assert.deepEqual(judge(made(INSTANCE, "db", { engine: "mysql" })), []));
  it("of a group of MySQL do not matter", () =>
    assert.deepEqual(
      messages("rds-parameter-group-events", [made(PARAMETER_GROUP, "group", { family: "mysql8.0" })]),
      [],
    ));
  it("of security groups are asked of nobody", () =>
    assert.deepEqual(messages("rds-security-group-events", [instance]), []));
});

describe("a snapshot", () => {
  const judge = (...resources: Resource[]) => messages("rds-snapshot-encrypted", resources);
  const plain = made(CLUSTER, "plain", { clusterIdentifier: undefined, storageEncrypted: false });
  const of = (source: Resource) =>
    made(CLUSTER_SNAPSHOT, "snapshot", { dbClusterIdentifier: UNKNOWN }, { dbClusterIdentifier: source });

  it("is of a cluster that is not encrypted", () =>
    assert.deepEqual(judge(plain, of(plain)), [
      "aws ClusterSnapshot snapshot: plain is not encrypted, so that this snapshot is not: whoever gets hold of it reads the data without any key",
    ]));
  it("says that it is not encrypted", () =>
    assert.deepEqual(judge(made(CLUSTER_SNAPSHOT, "snapshot", { storageEncrypted: false })), [
      "aws ClusterSnapshot snapshot: storageEncrypted is false: whoever gets hold of it reads the data without any key",
    ]));
  it("is of a cluster that is always encrypted", () => {
    const serverless = made(CLUSTER, "cluster", { engineMode: "serverless", storageEncrypted: undefined });
    assert.deepEqual(judge(serverless, of(serverless)), []);
  });
  it("is of a replica", () => {
    const replica = made(INSTANCE, "orders", { replicateSourceDb: "main", storageEncrypted: undefined });
    const snapshot = made(
      SNAPSHOT,
      "snapshot",
      { dbInstanceIdentifier: UNKNOWN },
      { dbInstanceIdentifier: replica },
    );
    assert.deepEqual(judge(replica, snapshot), []);
  });
  it("is of a database of another stack", () => assert.deepEqual(judge(made(SNAPSHOT, "snapshot", {})), []));
});
