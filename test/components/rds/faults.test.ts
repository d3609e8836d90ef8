/** What a user says about a database on RDS: everything wrong is refused at once, and by the line to write. */

import assert from "node:assert/strict";
import fc from "fast-check";
import type { DatabaseArgs } from "../../../components/database";
import { Fault, Faults, faultsIn } from "../../../components/faults";
import { type RdsOptions, TOPOLOGIES } from "../../../components/rds/options";
import { rdsDesign } from "../../../components/rds/settings";

const OWNER = "shop/prod/db";

/** Says what has to be said, so that a case shows its own fault only. */
const SOUND: DatabaseArgs & RdsOptions = {
  region: "eu-central-1",
  network: {
    cidr: "10.42.0.0/16",
    zones: ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
  },
};

function refusal(args: object, owner = OWNER): string {
  try {
    rdsDesign("db", { ...SOUND, ...args }, owner);
  } catch (error) {
    return faultsIn(error)
      .map(({ message }) => message)
      .join("\n");
  }
  return "accepted";
}

type Cases = Record<string, readonly [args: object, ...messages: string[]]>;

/** Every option; the compiler knows when one is missing. */
const OPTIONS = Object.keys({
  region: 0,
  topology: 0,
  identifier: 0,
  instanceClass: 0,
  engineVersion: 0,
  allocatedStorage: 0,
  maxAllocatedStorage: 0,
  storageType: 0,
  iops: 0,
  dedicatedLogVolume: 0,
  port: 0,
  network: 0,
  sources: 0,
  publiclyAccessible: 0,
  confirmPublic: 0,
  kmsKeyArn: 0,
  masterUsername: 0,
  connect: 0,
  backupWindow: 0,
  maintenanceWindow: 0,
  backupRetention: 0,
  backupRegion: 0,
  restoreFrom: 0,
  replicas: 0,
  archiveLockDays: 0,
  alarmEmails: 0,
  alarmTopicArn: 0,
  databaseInsights: 0,
  majorUpgrade: 0,
  applyImmediately: 0,
  caCertIdentifier: 0,
  tags: 0,
  deleteData: 0,
} satisfies Record<keyof RdsOptions, 0>);

const under = (line: string, block = "rds") => `HINT: write \`${line}\` under ${block}`;

const GENERAL: Cases = {
  "an unknown topology": [
    { topology: "serverless" },
    'rds.topology "serverless" is not one of single, multi-az, cluster, aurora\nHINT: write `rds.topology: single`',
  ],
  "a class that does not exist, with the nearest one": [
    { instanceClass: "db.m7g.larg" },
    `rds.instanceClass db.m7g.larg is no instance class that PostgreSQL runs on\n${under("instanceClass: db.m7g.large")}`,
  ],
  "a class without the local disks that a cluster needs": [
    { topology: "cluster", instanceClass: "db.m6g.large" },
    `rds.instanceClass db.m6g.large does not serve the topology cluster\n${under("instanceClass: db.m6gd.large")}`,
  ],
  "a class that Aurora does not have": [
    { topology: "aurora", instanceClass: "db.m7g.large" },
    `rds.instanceClass db.m7g.large does not serve the topology aurora\n${under("instanceClass: db.r7g.large")}`,
  ],
  "a minor version of another major version": [
    { version: "16", engineVersion: "15.12" },
    'rds.engineVersion "15.12" is no minor version of PostgreSQL 16\nHINT: remove `engineVersion` from rds: AWS takes its own choice for 16',
  ],
  "a port that RDS does not take": [
    { port: 80 },
    "rds.port 80 is not a whole number from 1150 to 65535\nHINT: write `rds.port: 1150`",
  ],
  "no backups": [
    { backupRetention: 0 },
    "rds.backupRetention 0 is not a whole number from 1 to 35\nHINT: write `rds.backupRetention: 1`",
  ],
  "more replicas than there can be": [
    { replicas: 16 },
    "rds.replicas 16 is not a whole number from 0 to 15\nHINT: write `rds.replicas: 15`",
  ],
  "replicas of a Multi-AZ cluster": [
    { topology: "cluster", replicas: 1 },
    "rds.replicas is nothing that a Multi-AZ cluster has: two readable standbys\nHINT: remove `replicas` from rds",
  ],
  "backups of a cluster in another region": [
    { topology: "aurora", backupRegion: "eu-west-1" },
    "rds.backupRegion is for single and multi-az, and the topology is aurora\nHINT: remove `backupRegion` from rds",
  ],
  "a lock longer than a century": [
    { archiveLockDays: 36_501 },
    "rds.archiveLockDays 36501 is not a whole number from 0 to 36500\nHINT: write `rds.archiveLockDays: 36500`",
  ],
  "an unknown kind of insights": [
    { databaseInsights: "full" },
    'rds.databaseInsights "full" is not one of standard, advanced\nHINT: write `rds.databaseInsights: standard`',
  ],
  "an unknown way of upgrading": [
    { majorUpgrade: "now" },
    'rds.majorUpgrade "now" is not one of refuse, in-place, blue-green\nHINT: write `rds.majorUpgrade: refuse`',
  ],
  "a word for a switch": [
    { connect: "maybe" },
    'rds.connect "maybe" is not one of false, true\nHINT: write `rds.connect: false`',
  ],
};

const NAMES: Cases = {
  "an identifier with capitals and an underscore": [
    { identifier: "Shop_DB" },
    `rds.identifier "Shop_DB" is not a name RDS takes: small letters, digits and single hyphens, a letter first, no hyphen last, 52 at most\n${under("identifier: shop-db")}`,
  ],
  "an identifier with two hyphens, and one at its end": [
    { identifier: "shop--db-" },
    `rds.identifier "shop--db-" is not a name RDS takes: small letters, digits and single hyphens, a letter first, no hyphen last, 52 at most\n${under("identifier: shop-db")}`,
  ],
  "an identifier that leaves no room for suffixes": [
    { identifier: "a".repeat(53) },
    `rds.identifier "${"a".repeat(53)}" is not a name RDS takes: small letters, digits and single hyphens, a letter first, no hyphen last, 52 at most\n${under(`identifier: ${"a".repeat(52)}`)}`,
  ],
  "a region that is none": [
    { region: "frankfurt", network: { cidr: "10.42.0.0/16", zones: ["frankfurta", "frankfurtb"] } },
    `rds.region "frankfurt" is not a region of AWS\n${under("region: eu-central-1")}`,
  ],
  "a backup region that is the database's own": [
    { backupRegion: "eu-central-1" },
    `rds.backupRegion eu-central-1 is the region of the database: what takes the one takes the other\n${under("backupRegion: eu-west-1")}`,
  ],
  "a key that is an alias": [
    { kmsKeyArn: "arn:aws:kms:eu-central-1:123456789012:alias/db" },
    `rds.kmsKeyArn "arn:aws:kms:eu-central-1:123456789012:alias/db" is not an ARN of kms\n${under("kmsKeyArn: arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab")}`,
  ],
  "a key of another region": [
    { kmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" },
    `rds.kmsKeyArn arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab is in eu-west-1, and the database in eu-central-1\nHINT: name one of eu-central-1, or remove \`kmsKeyArn\` from rds`,
  ],
  "a topic that is a name": [
    { alarmTopicArn: "alarms" },
    `rds.alarmTopicArn "alarms" is not an ARN of sns\n${under("alarmTopicArn: arn:aws:sns:eu-central-1:123456789012:alarms")}`,
  ],
  "an address that no mail reaches": [
    { alarmEmails: ["ops@example.com", "ops"] },
    `rds.alarmEmails[1] "ops" is not an e-mail address\n${under("alarmEmails: [ops@example.com]")}`,
  ],
  "one address instead of a list": [
    { alarmEmails: "ops@example.com" },
    `rds.alarmEmails "ops@example.com" is not a list of texts\n${under("alarmEmails: [ops@example.com]")}`,
  ],
  "a certificate authority that has ended": [
    { caCertIdentifier: "rds-ca-2019" },
    'rds.caCertIdentifier "rds-ca-2019" is not one of rds-ca-rsa2048-g1, rds-ca-rsa4096-g1, rds-ca-ecc384-g1\nHINT: write `rds.caCertIdentifier: rds-ca-rsa2048-g1`',
  ],
  "a master user that RDS reserves": [
    { masterUsername: "admin" },
    `rds.masterUsername admin is reserved by RDS\n${under("masterUsername: dbadmin")}`,
  ],
  "a master user of PostgreSQL's own prefix": [
    { masterUsername: "pg_boss" },
    `rds.masterUsername pg_boss is reserved by RDS\n${under("masterUsername: dbadmin")}`,
  ],
  "a master user that a cluster does not take": [
    { topology: "aurora", masterUsername: "db_admin" },
    `rds.masterUsername "db_admin" is not a name RDS takes: small letters and digits, a letter first, 16 at most\n${under("masterUsername: dbadmin")}`,
  ],
  "a master user that is the application's": [
    { database: "shop", masterUsername: "shop" },
    `rds.masterUsername shop is the name of a role of the database shop\n${under("masterUsername: dbadmin")}`,
  ],
  "a tag of AWS's own": [
    { tags: { "aws:team": "shop" } },
    "rds.tags.aws:team begins with aws:, which only AWS may write\nHINT: remove `aws:team` from rds.tags",
  ],
  "a tag that is a number": [
    { tags: { cost: 5 } },
    `rds.tags.cost 5 is not a tag AWS takes: letters, digits, spaces and _ . : / = + - @, 128 of them in the key and 256 in the value\n${under("cost: <text>", "rds.tags")}`,
  ],
  "more tags than AWS takes": [
    { tags: Object.fromEntries(Array.from({ length: 41 }, (_, index) => [`tag${index}`, "x"])) },
    "rds.tags are 41, and AWS takes 50 of a resource, of which up to 10 are ours\nHINT: remove 1 of them from rds.tags",
  ],
};

const STORAGE: Cases = {
  "less storage than gp3 has": [
    { allocatedStorage: 19 },
    "rds.allocatedStorage 19 is not a whole number from 20 to 65536\nHINT: write `rds.allocatedStorage: 20`",
  ],
  "less storage than io2 has": [
    { storageType: "io2", allocatedStorage: 20 },
    "rds.allocatedStorage 20 is not a whole number from 100 to 65536\nHINT: write `rds.allocatedStorage: 100`",
  ],
  "an old type of storage": [
    { storageType: "gp2" },
    'rds.storageType "gp2" is not one of gp3, io2\nHINT: write `rds.storageType: gp3`',
  ],
  "no room to grow": [
    { allocatedStorage: 100, maxAllocatedStorage: 125 },
    `rds.maxAllocatedStorage 125 is not a whole number from 126, 26 % above allocatedStorage, to 65536\n${under("maxAllocatedStorage: 500")}`,
  ],
  "IOPS that a small gp3 cannot have": [
    { allocatedStorage: 399, iops: 12_000 },
    "rds.iops cannot be chosen for gp3 below 400 GiB: it is always 3000 there\nHINT: remove `iops` from rds, or write `allocatedStorage: 400` under rds",
  ],
  "IOPS below the baseline of a large gp3": [
    { allocatedStorage: 400, iops: 3000 },
    "rds.iops 3000 is not a whole number from 12000 to 64000\nHINT: write `rds.iops: 12000`",
  ],
  "more IOPS than io2 has for its size": [
    { storageType: "io2", allocatedStorage: 100, iops: 100_001 },
    "rds.iops 100001 is not a whole number from 1000 to 100000\nHINT: write `rds.iops: 100000`",
  ],
  "a log volume on gp3": [
    { dedicatedLogVolume: true },
    `rds.dedicatedLogVolume needs io2, and storageType is gp3\n${under("storageType: io2")}`,
  ],
  "a log volume of a cluster": [
    { topology: "cluster", dedicatedLogVolume: true, storageType: "io2" },
    "rds.dedicatedLogVolume is nothing that a Multi-AZ cluster has\nHINT: remove `dedicatedLogVolume` from rds",
  ],
  "growth of a cluster": [
    { topology: "cluster", maxAllocatedStorage: 500 },
    "rds.maxAllocatedStorage is nothing that a Multi-AZ cluster has\nHINT: remove `maxAllocatedStorage` from rds",
  ],
  "storage of Aurora": [
    { topology: "aurora", allocatedStorage: 100, storageType: "gp3" },
    "rds.allocatedStorage is nothing that aurora has: its storage grows and shrinks by itself\nHINT: remove `allocatedStorage` from rds",
    "rds.storageType is nothing that aurora has: its storage grows and shrinks by itself\nHINT: remove `storageType` from rds",
  ],
};

const ZONES = ["eu-central-1a", "eu-central-1b"];
const SUBNETS = { "eu-central-1a": "subnet-0a1b2c3d", "eu-central-1b": "subnet-1b2c3d4e" };
const CREATED = "network: { cidr: 10.42.0.0/16, zones: [eu-central-1a, eu-central-1b] }";
const EXISTING = "network: { vpcId: vpc-…, subnets: { eu-central-1a: subnet-…, eu-central-1b: subnet-… } }";

const NETWORK: Cases = {
  "no network": [
    { network: undefined },
    `rds.network does not say where the database is to be\n${under(CREATED)} for a new VPC, or \`${EXISTING}\` for one that exists`,
  ],
  "both an existing VPC and a new one": [
    { network: { vpcId: "vpc-0a1b2c3d", subnets: SUBNETS, cidr: "10.42.0.0/16", zones: ZONES } },
    "rds.network names a VPC that exists and a new one\nHINT: remove `cidr, zones` from rds.network or remove `vpcId, subnets` from rds.network",
  ],
  "a VPC without subnets": [
    { network: { vpcId: "vpc-0a1b2c3d" } },
    `rds.network has a vpcId, but no subnets\n${under(EXISTING)}`,
  ],
  "a range without zones": [
    { network: { cidr: "10.42.0.0/16" } },
    `rds.network has a cidr, but no zones\n${under(CREATED)}`,
  ],
  "ids that are none": [
    { network: { vpcId: "main", subnets: { ...SUBNETS, "eu-central-1a": "subnet-1" } } },
    `rds.network.vpcId "main" is not the id of a VPC\n${under("vpcId: vpc-0a1b2c3d4e5f60718", "rds.network")}`,
    `rds.network.subnets.eu-central-1a "subnet-1" is not the id of a subnet\n${under("eu-central-1a: subnet-0a1b2c3d4e5f60718", "rds.network.subnets")}`,
  ],
  "subnets in one zone": [
    { network: { vpcId: "vpc-0a1b2c3d", subnets: { "eu-central-1a": "subnet-0a1b2c3d" } } },
    "rds.network.subnets has 1 availability zone, and multi-az needs 2: a zone that fails must not take the database with it\nHINT: write all of eu-central-1a, eu-central-1b there, or other zones of eu-central-1",
  ],
  "one subnet for two zones": [
    {
      network: {
        vpcId: "vpc-0a1b2c3d",
        subnets: { "eu-central-1a": "subnet-0a1b2c3d", "eu-central-1b": "subnet-0a1b2c3d" },
      },
    },
    `rds.network.subnets names one subnet for two zones, and a subnet is in one\n${under("<zone>: <a subnet of that zone>", "rds.network.subnets")}`,
  ],
  "two zones for a cluster": [
    { topology: "cluster", network: { cidr: "10.42.0.0/16", zones: ZONES } },
    "rds.network.zones has 2 availability zones, and cluster needs 3: a zone that fails must not take the database with it\nHINT: write all of eu-central-1a, eu-central-1b, eu-central-1c there, or other zones of eu-central-1",
  ],
  "a zone of another region": [
    { network: { cidr: "10.42.0.0/16", zones: [...ZONES, "eu-west-1a"] } },
    "rds.network.zones: eu-west-1a is no availability zone of eu-central-1\nHINT: write `eu-central-1a` or another zone of eu-central-1 there",
  ],
  "a zone twice": [
    { network: { cidr: "10.42.0.0/16", zones: [...ZONES, "eu-central-1a"] } },
    "rds.network.zones names a zone twice\nHINT: name each zone once: eu-central-1a, eu-central-1b",
  ],
  "zones that are no list": [
    { network: { cidr: "10.42.0.0/16", zones: "eu-central-1a" } },
    `rds.network.zones "eu-central-1a" is not a list of texts\n${under("zones: [eu-central-1a, eu-central-1b]", "rds.network")}`,
  ],
  "a range that is too small for subnets": [
    { network: { cidr: "10.42.0.0/25", zones: ZONES } },
    `rds.network.cidr "10.42.0.0/25" is not an IPv4 range from /16 to /24: each zone gets a sixteenth of it, and AWS takes subnets from /28 on\n${under("cidr: 10.42.0.0/16", "rds.network")}`,
  ],
  "a range that begins in its middle": [
    { network: { cidr: "10.42.7.0/16", zones: ZONES } },
    `rds.network.cidr 10.42.7.0/16 does not begin with its first address\n${under("cidr: 10.42.0.0/16", "rds.network")}`,
  ],
  "a source that is a name": [
    { sources: ["office"] },
    `rds.sources: "office" is no address range and no security group\n${under("sources: [10.0.0.0/16]")}`,
  ],
  "an address without a length": [
    { sources: ["10.0.0.1"] },
    `rds.sources: "10.0.0.1" is no address range and no security group\n${under("sources: [10.0.0.1/32]")}`,
  ],
  "a range that is longer than an address": [
    { sources: ["10.0.0.0/33"] },
    `rds.sources: "10.0.0.0/33" is no address range and no security group\n${under("sources: [10.0.0.0/16]")}`,
  ],
  "the whole internet, by both protocols and even if public": [
    { sources: ["0.0.0.0/0", "::/0"], publiclyAccessible: true, confirmPublic: "shop-prod-db" },
    `rds.sources: 0.0.0.0/0 is the whole internet\n${under("sources: [10.0.0.0/16]")}, or the ranges that connect`,
    `rds.sources: ::/0 is the whole internet\n${under("sources: [10.0.0.0/16]")}, or the ranges that connect`,
  ],
  "a public range of a database that is not public": [
    { sources: ["203.0.113.0/24"] },
    `rds.sources: 203.0.113.0/24 is on the internet, and the database is not public\n${under("sources: [10.0.0.0/16]")}, or \`publiclyAccessible: true\` and \`confirmPublic: shop-prod-db\``,
  ],
  "a range that begins private and ends public": [
    { sources: ["10.0.0.0/7"] },
    `rds.sources: 10.0.0.0/7 is on the internet, and the database is not public\n${under("sources: [10.0.0.0/16]")}, or \`publiclyAccessible: true\` and \`confirmPublic: shop-prod-db\``,
  ],
  "a source that begins in the middle of its range": [
    { sources: ["10.0.0.5/16"] },
    `rds.sources: 10.0.0.5/16 does not begin with its first address\n${under("sources: [10.0.0.0/16]")}`,
  ],
  "a public database that is said once": [
    { publiclyAccessible: true },
    "rds.publiclyAccessible gives shop-prod-db an address on the internet, and that has to be said twice\nHINT: remove `publiclyAccessible` from rds, or write `confirmPublic: shop-prod-db` under rds",
  ],
  "a public database that is confirmed by another name": [
    { publiclyAccessible: true, confirmPublic: "yes" },
    "rds.publiclyAccessible gives shop-prod-db an address on the internet, and that has to be said twice\nHINT: remove `publiclyAccessible` from rds, or write `confirmPublic: shop-prod-db` under rds",
  ],
  "a confirmation of nothing": [
    { confirmPublic: "shop-prod-db" },
    "rds.confirmPublic is there without publiclyAccessible\nHINT: remove `confirmPublic` from rds",
  ],
};

const SCHEDULE: Cases = {
  "a window without an end": [
    { backupWindow: "02:00" },
    `rds.backupWindow "02:00" is not a window of the form hh:mm-hh:mm, at least 30 minutes and at most a day\n${under("backupWindow: 02:00-03:00")}`,
  ],
  "an hour that no clock has": [
    { backupWindow: "24:00-25:00" },
    `rds.backupWindow "24:00-25:00" is not a window of the form hh:mm-hh:mm, at least 30 minutes and at most a day\n${under("backupWindow: 02:00-03:00")}`,
  ],
  "a window that is too short": [
    { maintenanceWindow: "sun:05:00-sun:05:29" },
    `rds.maintenanceWindow "sun:05:00-sun:05:29" is not a window of the form ddd:hh:mm-ddd:hh:mm, at least 30 minutes and at most a day\n${under("maintenanceWindow: sun:03:30-sun:04:30")}`,
  ],
  "a day that no week has": [
    { maintenanceWindow: "son:05:00-son:06:00" },
    `rds.maintenanceWindow "son:05:00-son:06:00" is not a window of the form ddd:hh:mm-ddd:hh:mm, at least 30 minutes and at most a day\n${under("maintenanceWindow: sun:03:30-sun:04:30")}`,
  ],
  "a backup in the maintenance": [
    { maintenanceWindow: "mon:02:30-mon:03:30" },
    `rds.backupWindow 02:00-03:00 and rds.maintenanceWindow mon:02:30-mon:03:30 overlap, which RDS refuses\n${under("maintenanceWindow: sun:03:30-sun:04:30")}`,
  ],
  "a backup over midnight in the maintenance of the next day": [
    { backupWindow: "23:30-00:30", maintenanceWindow: "mon:00:00-mon:01:00" },
    `rds.backupWindow 23:30-00:30 and rds.maintenanceWindow mon:00:00-mon:01:00 overlap, which RDS refuses\n${under("maintenanceWindow: mon:01:00-mon:02:00")}`,
  ],
  "a maintenance over the end of the week in a backup": [
    { backupWindow: "00:15-00:45", maintenanceWindow: "sun:23:30-mon:00:30" },
    `rds.backupWindow 00:15-00:45 and rds.maintenanceWindow sun:23:30-mon:00:30 overlap, which RDS refuses\n${under("maintenanceWindow: sun:01:15-sun:02:15")}`,
  ],
  "a backup that takes the whole day": [
    { backupWindow: "03:00-02:00" },
    `rds.backupWindow 03:00-02:00 and rds.maintenanceWindow sun:03:30-sun:04:30 overlap, which RDS refuses\n${under("backupWindow: 02:00-03:00")}`,
  ],
};

const RESTORE_ORIGIN =
  "HINT: write `snapshot: <name>` under rds.restoreFrom, `source: <name>` or `automatedBackup: <ARN>`";

const RESTORE: Cases = {
  "a restore from nothing": [
    { restoreFrom: { time: "2026-11-24T10:00:00Z" } },
    `rds.restoreFrom does not say what the database is to be made from\n${RESTORE_ORIGIN}`,
  ],
  "a restore from two": [
    { restoreFrom: { snapshot: "final", source: "shop" } },
    "rds.restoreFrom names snapshot and source, and a database is made from one of them\nHINT: remove `source` from rds.restoreFrom",
  ],
  "a time of a snapshot": [
    { restoreFrom: { snapshot: "final", time: "2026-11-24T10:00:00Z" } },
    "rds.restoreFrom names a time, and a snapshot holds one moment only\nHINT: remove `time` from rds.restoreFrom",
  ],
  "a time without a zone": [
    { restoreFrom: { source: "shop", time: "2026-11-24 10:00" } },
    `rds.restoreFrom.time "2026-11-24 10:00" is not a point in time with its zone\n${under("time: 2026-11-24T10:00:00Z", "rds.restoreFrom")}`,
  ],
  "a time on no calendar": [
    { restoreFrom: { source: "shop", time: "2026-02-30T10:00:00Z" } },
    `rds.restoreFrom.time 2026-02-30T10:00:00Z is on no calendar\n${under("time: 2026-11-24T10:00:00Z", "rds.restoreFrom")}`,
  ],
  "automated backups for a cluster": [
    {
      topology: "cluster",
      restoreFrom: { automatedBackup: "arn:aws:rds:eu-central-1:123456789012:auto-backup:ab-l7qj1xyz" },
    },
    `rds.restoreFrom.automatedBackup is for single and multi-az, and the topology is cluster\n${under("snapshot: <name>", "rds.restoreFrom")}`,
  ],
  "names that are none": [
    { restoreFrom: { snapshot: "my snapshot" } },
    `rds.restoreFrom.snapshot "my snapshot" is not the name or the ARN of a snapshot\n${under("snapshot: shop-prod-db-final", "rds.restoreFrom")}`,
  ],
};

const PARAMETERS: Cases = {
  memory: [
    { memory: "32GiB" },
    "memory 32GiB cannot be said on RDS: it follows from the instance class\nHINT: remove `memory`, and write `instanceClass: db.m7g.2xlarge` under rds",
  ],
  CPUs: [
    { cpus: 8 },
    "cpus 8 cannot be said on RDS: they follow from the instance class\nHINT: remove `cpus`, and write `instanceClass: db.m7g.2xlarge` under rds",
  ],
  "storage that RDS does not have": [
    { storage: "hdd" },
    "storage hdd is nothing that RDS has: all of its storage is ssd\nHINT: write `storage: ssd`",
  ],
  "objectives that AWS decides": [
    { durability: { hostLossRpo: "1min" } },
    "durability.hostLossRpo is decided by AWS on RDS, which archives WAL every five minutes\nHINT: remove `durability.hostLossRpo`",
  ],
  "more days than RDS keeps backups": [
    { durability: { retention: 36 } },
    "durability.retention 36 is not a whole number from 1 to 35\nHINT: write `durability.retention: 35`",
  ],
  "two answers to how far back can be restored": [
    { durability: { retention: 30 }, backupRetention: 7 },
    "durability.retention is 30 days, and rds.backupRetention 7\nHINT: remove one of them: both say how far back can be restored",
  ],
  "losing commits in a crash": [
    { durability: { crashRpo: "5s" } },
    'durability.crashRpo "5s" is refused: a commit is on disk before it is acknowledged, and no other way is offered\nHINT: write `durability.crashRpo: 0s`, or remove it',
  ],
  "a recovery time from which nobody takes over": [
    { topology: "single", durability: { rto: "10min" } },
    "durability.rto 10min cannot be met: nobody takes over from one instance, and AWS names no time in which it has another one\nHINT: write `topology: multi-az` under rds, or remove `durability.rto`",
  ],
  "a recovery time that another topology has": [
    { durability: { crashRpo: "0s", rto: "40s" } },
    "durability.rto 40s cannot be met by topology multi-az: the standby takes over in 60 to 120 s\nHINT: write `topology: cluster` under rds, or write `durability.rto: 120s`",
  ],
  "a recovery time that no topology has": [
    { topology: "aurora", durability: { rto: "5s" } },
    "durability.rto 5s cannot be met by topology aurora: a reader takes over in up to 60 s\nHINT: write `durability.rto: 60s`",
  ],
  "a recovery time that is none": [
    { durability: { rto: "soon" } },
    'durability.rto "soon" is not a time up to 24h\nHINT: write `durability.rto: 1min`',
  ],
  "a recovery time that can be met": [{ durability: { rto: "2min" } }, "accepted"],
  "what was measured elsewhere": [
    { calibration: { replayRate: 100 } },
    "calibration says nothing of RDS: it was measured on another machine\nHINT: remove `calibration`",
  ],
  "more memory than the class has, with one that has it": [
    { parameters: { shared_buffers: "6GB" } },
    "the memory budget does not fit: 7360MB memory < 9134MB = 1840MB operating system and page cache + 6358MB shared memory + 51MB backends + 460MB maintenance + 345MB autovacuum + 80MB queries\nHINT: lower shared_buffers, or write `instanceClass: db.m7g.xlarge` under rds",
  ],
  "a parameter that RDS manages": [
    { parameters: { fsync: "on", Archive_Timeout: "1min", recovery_target_time: "now" } },
    "parameter fsync cannot be set on RDS: AWS manages it\nHINT: remove `fsync` from parameters",
    "parameter archive_timeout cannot be set on RDS: AWS manages it\nHINT: remove `Archive_Timeout` from parameters",
    "parameter recovery_target_time cannot be set on RDS: AWS manages it\nHINT: remove `recovery_target_time` from parameters",
  ],
  "too little WAL": [
    { parameters: { wal_level: "minimal" } },
    "parameter wal_level = minimal is refused: on RDS it is replica or logical\nHINT: write `wal_level: logical` under parameters",
  ],
  "two names of one thing that contradict each other": [
    { parameters: { wal_level: "logical", "rds.logical_replication": 0 } },
    "parameters wal_level and rds.logical_replication contradict each other\nHINT: remove `rds.logical_replication` from parameters",
  ],
  "connections without TLS": [
    { parameters: { "rds.force_ssl": 0 } },
    "parameter rds.force_ssl = 0 is refused: passwords and data would pass in the clear\nHINT: remove `rds.force_ssl` from parameters",
  ],
  "sizes of WAL below RDS's least": [
    { parameters: { min_wal_size: "80MB", max_wal_size: "100MB" } },
    "parameter min_wal_size = 80MB is below 128MB, RDS's least\nHINT: write `min_wal_size: 192MB` under parameters",
    "parameter max_wal_size = 100MB is below 128MB, RDS's least\nHINT: write `max_wal_size: 2GB` under parameters",
  ],
  "a commit that RDS does not know": [
    { parameters: { synchronous_commit: "remote_apply" } },
    "parameter synchronous_commit = remote_apply is refused by RDS: it takes on, local, off\nHINT: remove `synchronous_commit` from parameters",
  ],
  "a commit that loses data": [
    { parameters: { synchronous_commit: "off" } },
    "parameter synchronous_commit = off is refused: a crash loses commits that were acknowledged\nHINT: write `synchronous_commit: on` under parameters",
  ],
  "a parameter that Aurora does not have": [
    { topology: "aurora", parameters: { checkpoint_timeout: "15min" } },
    "parameter checkpoint_timeout is nothing that Aurora has: its storage keeps data and log\nHINT: remove `checkpoint_timeout` from parameters",
  ],
};

for (const [subject, cases] of Object.entries({
  "a database on RDS": GENERAL,
  "a name on RDS": NAMES,
  "storage on RDS": STORAGE,
  "a network on RDS": NETWORK,
  "a window of RDS": SCHEDULE,
  "a restore on RDS": RESTORE,
  "a parameter on RDS": PARAMETERS,
}))
  describe(`${subject} is refused for`, () => {
    for (const [name, [args, ...messages]] of Object.entries(cases))
      it(name, () => assert.equal(refusal(args), messages.join("\n")));
  });

describe("options for RDS", () => {
  it("are judged all at once, with the parameters", () => {
    const args = {
      topology: "cluster",
      identifier: undefined,
      network: undefined,
      iops: 4000,
      cpus: 4,
      workload: "fast",
      parameters: { fsync: "off", wrok_mem: "8MB" },
    };
    assert.equal(
      refusal(args, "Acme Corp/prod/db"),
      [
        'rds.identifier "acme corp-prod-db" is not a name RDS takes: small letters, digits and single hyphens, a letter first, no hyphen last, 52 at most',
        under("identifier: acme-corp-prod-db"),
        "rds.iops cannot be chosen for gp3 below 400 GiB: it is always 3000 there",
        "HINT: remove `iops` from rds, or write `allocatedStorage: 400` under rds",
        "rds.network does not say where the database is to be",
        "HINT: write `network: { cidr: 10.42.0.0/16, zones: [eu-central-1a, eu-central-1b, eu-central-1c] }` under rds for a new VPC, or `network: { vpcId: vpc-…, subnets: { eu-central-1a: subnet-…, eu-central-1b: subnet-…, eu-central-1c: subnet-… } }` for one that exists",
        "cpus 4 cannot be said on RDS: they follow from the instance class",
        "HINT: remove `cpus`, and write `instanceClass: db.m6gd.xlarge` under rds",
        "parameter fsync cannot be set on RDS: AWS manages it",
        "HINT: remove `fsync` from parameters",
        'workload "fast" is not one of web, oltp, dw, mixed',
        "HINT: write `workload: web`",
        "PostgreSQL 15 has no parameter wrok_mem",
        "HINT: did you mean work_mem? write `work_mem: 8MB` under parameters",
      ].join("\n"),
    );
  });

  for (const topology of TOPOLOGIES)
    it(`of topology ${topology} are accepted where nothing but a network is said`, () => {
      assert.equal(refusal({ topology }), "accepted");
    });

  const ACCEPTED: Record<string, object> = {
    "a VPC that exists": { network: { vpcId: "vpc-0a1b2c3d4e5f60718", subnets: SUBNETS } },
    "private sources of every kind": {
      sources: ["10.0.0.0/8", "172.16.4.0/22", "192.168.1.7/32", "100.64.0.0/10", "fd00::/8", "sg-0a1b2c3d"],
    },
    "the internet, said twice": {
      publiclyAccessible: true,
      confirmPublic: "shop-prod-db",
      sources: ["203.0.113.0/24", "2001:db8::/32"],
    },
    "the least room to grow": { allocatedStorage: 100, maxAllocatedStorage: 126 },
    "the largest storage, which has no room left": { allocatedStorage: 65_536 },
    "a large gp3 with IOPS of its own": { allocatedStorage: 400, iops: 12_000 },
    "io2 with a log volume": { storageType: "io2", dedicatedLogVolume: true, iops: 1000 },
    "windows that touch": { backupWindow: "02:00-03:30", maintenanceWindow: "sun:03:30-sun:04:00" },
    "a window over midnight": { backupWindow: "23:30-00:30", maintenanceWindow: "SUN:05:00-sun:06:00" },
    "a snapshot that RDS made": { restoreFrom: { snapshot: "rds:shop-prod-db-2026-11-24-02-05" } },
    "a snapshot of another account": {
      restoreFrom: { snapshot: "arn:aws:rds:eu-central-1:123456789012:cluster-snapshot:final" },
    },
    "a point in time with an offset": {
      restoreFrom: { source: "shop", time: "2026-11-24T10:00:00+01:00" },
    },
    "a key of several regions": {
      kmsKeyArn: "arn:aws:kms:eu-central-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab",
    },
    "the user postgres": { masterUsername: "postgres" },
    "a minor version": { version: "17", engineVersion: "17.4" },
    "tags of many words": { tags: { "cost centre": "Köln / 42", owner: "ops@example.com" } },
    "TLS, said once more": { parameters: { "rds.force_ssl": true } },
    "storage, said once more": { storage: "ssd" },
  };
  for (const [name, args] of Object.entries(ACCEPTED))
    it(`are accepted: ${name}`, () => assert.equal(refusal(args), "accepted"));

  it("are accepted or refused by faults, whatever YAML or JSON says", () => {
    const key = fc.constantFrom(...OPTIONS);
    const text = fc.constantFrom(
      "",
      "a",
      "-1",
      "10.0.0.0/8",
      "0.0.0.0/0",
      "sun:00:00-mon:00:00",
      "00:00-24:00",
    );
    const value = fc.oneof(
      fc.json({ maxDepth: 2 }).map((json) => JSON.parse(json)),
      text,
      fc.array(text),
      fc.dictionary(fc.string(), text, { noNullPrototype: true }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(key, value), { maxLength: 6 }), (entries) => {
        try {
          rdsDesign("db", { ...SOUND, ...Object.fromEntries(entries) } as RdsOptions, OWNER);
        } catch (error) {
          assert.ok(error instanceof Fault || error instanceof Faults, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("without a region", () => {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  before(() => {
    delete process.env.AWS_REGION;
    delete process.env.AWS_DEFAULT_REGION;
  });
  after(() => {
    if (AWS_REGION !== undefined) process.env.AWS_REGION = AWS_REGION;
    if (AWS_DEFAULT_REGION !== undefined) process.env.AWS_DEFAULT_REGION = AWS_DEFAULT_REGION;
  });

  it("options for RDS are refused", () => {
    assert.equal(
      refusal({ region: undefined }),
      "no AWS region is known\nHINT: run `pulumi config set aws:region eu-central-1`",
    );
  });

  it("that of the environment is taken, as the AWS provider does", () => {
    process.env.AWS_DEFAULT_REGION = "eu-central-1";
    assert.equal(rdsDesign("db", { ...SOUND, region: undefined }, OWNER).plan.region, "eu-central-1");
    delete process.env.AWS_DEFAULT_REGION;
  });
});
