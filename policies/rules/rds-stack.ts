/** Does what a database of RDS needs around it exist in the stack: other members, private subnets, a backup plan? */

import { flag, knownText, UNKNOWN } from "../reading/known";
import { Selections } from "../reading/rds-selections";
import { databasesOf, membersOf, snapshotSources } from "../reading/rds-stack";
import { Subnets } from "../reading/rds-subnets";
import type { Example, Problem, Resource, Rule, RuleOf } from "../rule";
import {
  BACKUP_SELECTION,
  CLUSTER,
  CLUSTER_INSTANCE,
  CLUSTER_SNAPSHOT,
  INSTANCE,
  INTERNET_GATEWAY,
  ROUTE,
  ROUTE_TABLE,
  ROUTE_TABLE_ASSOCIATION,
  SNAPSHOT,
  SUBNET,
  SUBNET_GROUP,
} from "../subjects";

const publicSubnet: RuleOf<"stack"> = {
  name: "rds-not-in-public-subnet",
  title: "A database is in private subnets",
  severity: "critical",
  protects: "access",
  ids: [
    "KICS:tf 2f737336-b18a-4602-8ea0-b200312e1ac1",
    "config:rds-instance-subnet-igw-check",
    "powerpipe:rds_db_instance_no_public_subnet",
    "FSBP:RDS.46",
  ],
  docs: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
  reads: "stack",
  types: [
    INSTANCE,
    CLUSTER,
    SUBNET_GROUP,
    SUBNET,
    ROUTE_TABLE,
    ROUTE,
    ROUTE_TABLE_ASSOCIATION,
    INTERNET_GATEWAY,
  ],
  property: "dbSubnetGroupName",
  why: "One flag, publiclyAccessible, is then all that keeps the internet out.",
  unknown: "passes",
  judge(resources) {
    const subnets = new Subnets(resources);
    return databasesOf(resources, INSTANCE, CLUSTER).flatMap(({ resource }): Problem[] => {
      const open = subnets.openOf(resource);
      if (!open) return [];
      return [
        {
          resource,
          property: "dbSubnetGroupName",
          value: open.subnet.name,
          fact: `it is in the subnet ${open.subnet.name}, which is public, for ${open.reason}: one flag is all that keeps the internet out`,
          hint: "write `subnetIds: privateSubnets.map((subnet) => subnet.id)` in its subnet group",
        },
      ];
    });
  },
  good: subnetExample("10.0.1.0/24"),
  bad: subnetExample("0.0.0.0/0"),
};

function subnetExample(cidrBlock: string): Example {
  return {
    change: { dbSubnetGroupName: "private" },
    others: [
      { type: SUBNET_GROUP, name: "group", change: { name: "private", subnetIds: ["subnet-1"] } },
      { type: SUBNET, name: "subnet", change: { id: "subnet-1", cidrBlock } },
    ],
  };
}

const backupPlan: RuleOf<"stack"> = {
  name: "rds-in-backup-plan",
  title: "A database is in a backup plan",
  severity: "medium",
  protects: "data",
  ids: [
    "CKV2_AWS_8",
    "prowler:rds_instance_protected_by_backup_plan",
    "prowler:rds_cluster_protected_by_backup_plan",
    "FSBP:RDS.26",
    "config:rds-in-backup-plan",
    "config:rds-resources-protected-by-backup-plan",
    "config:aurora-resources-protected-by-backup-plan",
    "config:rds-last-backup-recovery-point-created",
    "config:aurora-last-backup-recovery-point-created",
    "config:aurora-resources-in-logically-air-gapped-vault",
    "cdk-nag:RDSInBackupPlan",
    "powerpipe:rds_db_instance_in_backup_plan",
    "powerpipe:rds_db_cluster_aurora_protected_by_backup_plan",
  ],
  docs: "https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html",
  reads: "stack",
  types: [INSTANCE, CLUSTER, BACKUP_SELECTION],
  property: "Selection.resources, Selection.selectionTags",
  why: "RDS's own backups end after 35 days, and are in the same account: who can delete the one can delete the others.",
  unknown: "passes",
  judge(resources) {
    const selections = new Selections(resources);
    return databasesOf(resources, INSTANCE, CLUSTER)
      .filter(({ resource, database }) => !database.isReplica && !selections.cover(resource))
      .map(({ resource }) => ({
        resource,
        property: "arn",
        value: "",
        fact: "no backup selection of the stack has it: its backups end after 35 days, and with the account",
        hint: `add a backup Selection with \`resources: [${resource.type === CLUSTER ? "cluster" : "instance"}.arn]\``,
      }));
  },
  good: {
    change: { identifier: "db" },
    others: [
      {
        type: BACKUP_SELECTION,
        name: "selection",
        change: { resources: ["arn:aws:rds:eu-central-1:111122223333:db:db"] },
      },
    ],
  },
  bad: {
    change: { identifier: "db" },
    others: [
      {
        type: BACKUP_SELECTION,
        name: "selection",
        change: { resources: ["arn:aws:rds:*:*:db:other"] },
      },
    ],
  },
};

const snapshotEncrypted: RuleOf<"stack"> = {
  name: "rds-snapshot-encrypted",
  title: "A snapshot is of an encrypted database",
  severity: "high",
  protects: "access",
  ids: [
    "CKV_AWS_146",
    "prowler:rds_snapshots_encrypted",
    "FSBP:RDS.4",
    "config:rds-snapshot-encrypted",
    "powerpipe:rds_db_snapshot_encrypted_at_rest",
  ],
  docs: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html",
  reads: "stack",
  types: [SNAPSHOT, CLUSTER_SNAPSHOT, INSTANCE, CLUSTER],
  property: "dbInstanceIdentifier, dbClusterIdentifier",
  // A snapshot has no such property of its own: it is its database's. A false one is believed, as checkov does.
  why: "A plain snapshot can be shared and read without any key, and the database that is restored from it is plain again.",
  unknown: "passes",
  judge(resources) {
    const sources = snapshotSources(resources);
    const plain = new Set(
      databasesOf(resources, INSTANCE, CLUSTER)
        .filter(
          ({ database }) => !database.isReplica && !database.isServerlessV1 && isPlain(database.properties),
        )
        .map(({ resource }) => resource),
    );
    return resources
      .filter(({ type }) => type === SNAPSHOT || type === CLUSTER_SNAPSHOT)
      .flatMap((resource): Problem[] => {
        const property = resource.type === SNAPSHOT ? "dbInstanceIdentifier" : "dbClusterIdentifier";
        const own = resource.type === SNAPSHOT ? "encrypted" : "storageEncrypted";
        const source = sources(resource).find((one) => plain.has(one));
        const saysPlain = flag(resource.properties[own]) === false;
        if (!source && !saysPlain) return [];
        return [
          {
            resource,
            property: source ? property : own,
            value: source ? (knownText(resource.properties[property]) ?? source.name).slice(0, 60) : "false",
            fact: `${source ? `${source.name} is not encrypted, so that this snapshot is not` : `${own} is false`}: whoever gets hold of it reads the data without any key`,
            hint: `write \`storageEncrypted: true\` in ${source?.name ?? "the database"}`,
          },
        ];
      });
  },
  good: snapshotExample(true),
  bad: snapshotExample(false),
};

function isPlain({ storageEncrypted }: Resource["properties"]): boolean {
  return storageEncrypted !== UNKNOWN && flag(storageEncrypted) !== true;
}

function snapshotExample(storageEncrypted: boolean): Example {
  return {
    type: SNAPSHOT,
    change: { dbInstanceIdentifier: "orders" },
    others: [{ type: INSTANCE, name: "orders", change: { identifier: "orders", storageEncrypted } }],
  };
}

const singleInstance: RuleOf<"stack"> = {
  name: "rds-aurora-single-instance",
  title: "An Aurora cluster has members in two zones",
  severity: "medium",
  protects: "availability",
  ids: [
    "FSBP:RDS.15",
    "prowler:rds_cluster_multi_az",
    "config:rds-cluster-multi-az-enabled",
    "powerpipe:rds_db_cluster_multiple_az_enabled",
  ],
  docs: "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html",
  reads: "stack",
  types: [CLUSTER, CLUSTER_INSTANCE],
  property: "count of ClusterInstance",
  // Serverless v1 has no members, and RDS makes those of a Multi-AZ cluster itself.
  why: "With one member there is nothing to fail over to: Aurora makes a new instance first, if the zone lets it.",
  unknown: "passes",
  judge(resources) {
    const members = membersOf(resources);
    return databasesOf(resources, CLUSTER)
      .filter(({ database }) => !database.isServerlessV1 && !database.isMultiAzCluster)
      .flatMap(({ resource }): Problem[] => {
        const found = members(resource);
        const zones = found.map(({ properties }) => knownText(properties.availabilityZone));
        const isOneZone =
          found.length > 1 && zones[0] !== undefined && zones.every((zone) => zone === zones[0]);
        if (found.length > 1 && !isOneZone) return [];
        const has = isOneZone
          ? `all of its ${found.length} members are in ${zones[0]?.slice(0, 60)}`
          : `it has ${found.length === 0 ? "no member" : "one member"} in the stack`;
        return [
          {
            resource,
            property: isOneZone ? "ClusterInstance.availabilityZone" : "ClusterInstance",
            value: String(found.length),
            fact: `${has}: the loss of a zone is an outage until Aurora has made another`,
            hint: isOneZone
              ? "remove availabilityZone from its ClusterInstances, so that AWS spreads them"
              : "add a ClusterInstance with `clusterIdentifier: cluster.id`, so that there are two",
          },
        ];
      });
  },
  good: { change: { clusterIdentifier: "db" }, others: [member("db-1"), member("db-2")] },
  bad: { change: { clusterIdentifier: "db" }, others: [member("db-1")] },
};

function member(name: string) {
  return {
    type: CLUSTER_INSTANCE,
    name,
    change: { clusterIdentifier: "db", identifier: name, availabilityZone: undefined },
  };
}

export const RDS_STACK_RULES: readonly Rule[] = [publicSubnet, backupPlan, snapshotEncrypted, singleInstance];
