/**
 * What is said of a bucket, in its own inputs or in resources that refer to it? The provider moved most of a bucket's
 * properties to resources of their own, and has them under two names: `BucketVersioning` of version 7 is
 * `BucketVersioningV2` of version 6.
 */

import type { Resource } from "../rule";
import { BUCKET, BUCKET_V2 } from "../subjects";
import { type Block, blockIn, blocksIn, inputsBlock, valueIn } from "./block";
import { flag, isAbsent, type Known, knownText, record, text, UNKNOWN } from "./known";
import { Referable } from "./references";

export const BUCKETS: readonly string[] = [BUCKET, BUCKET_V2];

function both(name: string): string[] {
  const token = name.charAt(0).toLowerCase() + name.slice(1);
  return [`aws:s3/${token}:${name}`, `aws:s3/${token}V2:${name}V2`];
}

/** What can be said of a bucket: names of its own property, and the resources that say the same. */
const ASPECTS = {
  versioning: { own: ["versioning", "versionings"], types: both("BucketVersioning") },
  encryption: {
    own: ["serverSideEncryptionConfiguration", "serverSideEncryptionConfigurations"],
    types: both("BucketServerSideEncryptionConfiguration"),
  },
  publicAccess: { own: [], types: both("BucketPublicAccessBlock") },
  policy: { own: ["policy"], types: both("BucketPolicy") },
  acl: { own: ["acl", "grants"], types: both("BucketAcl") },
  ownership: { own: [], types: both("BucketOwnershipControls") },
  objectLock: { own: ["objectLockConfiguration"], types: both("BucketObjectLockConfiguration") },
  lifecycle: { own: ["lifecycleRules"], types: both("BucketLifecycleConfiguration") },
  logging: { own: ["logging", "loggings"], types: both("BucketLogging") },
  replication: {
    own: ["replicationConfiguration", "replicationConfigurations"],
    types: both("BucketReplicationConfig"),
  },
  website: { own: ["website", "websites"], types: both("BucketWebsiteConfiguration") },
  cors: { own: ["corsRules"], types: both("BucketCorsConfiguration") },
  notification: { own: [], types: both("BucketNotification") },
} as const satisfies Record<string, { own: readonly string[]; types: readonly string[] }>;

export type Aspect = keyof typeof ASPECTS;

/** Types of the resources that say something of a bucket. */
export function companionTypes(...aspects: readonly Aspect[]): string[] {
  return aspects.flatMap((aspect) => [...ASPECTS[aspect].types]);
}

/** The resource to add where nothing is said yet, such as `BucketVersioning`. */
export function companionName(aspect: Aspect): string {
  return ASPECTS[aspect].types[0]?.split(":").at(-1) ?? "";
}

/** Something that is said of a bucket, and where. */
export interface Saying {
  resource: Resource;
  block: Block;
  /** It is written in the bucket itself. */
  isOwn: boolean;
}

/** A bucket, or what stands for one: a resource that refers to a bucket outside the stack. */
export interface Bucket {
  resource: Resource;
  isInStack: boolean;
  sayings: Partial<Record<Aspect, Saying[]>>;
}

/** What is said of a bucket in one respect. */
export function said(bucket: Bucket, aspect: Aspect): readonly Saying[] {
  return bucket.sayings[aspect] ?? [];
}

/**
 * All buckets with what is said of them in some respects.
 *
 * @param alone Sayings of buckets outside the stack are judged by themselves.
 */
export function readBuckets(
  resources: readonly Resource[],
  aspects: readonly Aspect[],
  alone?: Aspect,
): Bucket[] {
  const buckets = resources
    .filter(({ type }) => BUCKETS.includes(type))
    .map((resource) => ({ resource, isInStack: true, sayings: ownSayings(resource, aspects) }));
  const referable = bucketsByName(buckets);
  const outside: Bucket[] = [];
  for (const [aspect, resource] of companions(resources, aspects)) {
    const found = referable.of(resource, "bucket");
    const saying = { resource, block: inputsBlock(resource.properties), isOwn: false };
    for (const { sayings } of found === UNKNOWN ? buckets : found) add(sayings, aspect, saying);
    if (aspect === alone && found !== UNKNOWN && found.length === 0)
      outside.push({ resource, isInStack: false, sayings: { [aspect]: [saying] } });
  }
  return [...buckets, ...outside];
}

/** Buckets as others refer to them. */
export function bucketsByName<Target extends { resource: Resource }>(
  buckets: readonly Target[],
): Referable<Target> {
  return new Referable(buckets, ({ resource }) => {
    const name = knownText(resource.properties.bucket);
    return name === undefined ? [] : [name];
  });
}

function companions(resources: readonly Resource[], aspects: readonly Aspect[]): [Aspect, Resource][] {
  const byType = new Map(
    aspects.flatMap((aspect) => companionTypes(aspect).map((type): [string, Aspect] => [type, aspect])),
  );
  return resources.flatMap((resource): [Aspect, Resource][] => {
    const aspect = byType.get(resource.type);
    return aspect ? [[aspect, resource]] : [];
  });
}

function ownSayings(resource: Resource, aspects: readonly Aspect[]): Bucket["sayings"] {
  const sayings: Bucket["sayings"] = {};
  for (const aspect of aspects) {
    const isSaid = ASPECTS[aspect].own.some((name) => !isAbsent(resource.properties[name]));
    if (isSaid) add(sayings, aspect, { resource, block: inputsBlock(resource.properties), isOwn: true });
  }
  return sayings;
}

function add(sayings: Bucket["sayings"], aspect: Aspect, saying: Saying): void {
  const list = sayings[aspect];
  if (list) list.push(saying);
  else sayings[aspect] = [saying];
}

/** A block of an aspect: below the bucket's own property, or the companion itself. */
export function aspectBlocks(bucket: Bucket, aspect: Aspect): (Block & { saying: Saying })[] {
  return said(bucket, aspect).flatMap((saying) => {
    const blocks = saying.isOwn ? blocksIn(saying.block, ...ASPECTS[aspect].own) : [saying.block];
    return blocks.map((block) => ({ ...block, saying }));
  });
}

/** Whether a bucket keeps old versions; undefined: nothing is said. */
export function versioningOf(bucket: Bucket): Known<boolean> | undefined {
  return anyKnown(
    aspectBlocks(bucket, "versioning").map((block) => {
      if (block.saying.isOwn) return flag(valueIn(block, "enabled")) ?? false;
      const configuration = blockIn(block, "versioningConfiguration");
      const status = configuration && text(valueIn(configuration, "status"));
      return status === UNKNOWN ? UNKNOWN : status === "Enabled";
    }),
  );
}

/** Whether versions can be deleted only with a second factor. */
export function mfaDeleteOf(bucket: Bucket): Known<boolean> | undefined {
  return anyKnown(
    aspectBlocks(bucket, "versioning").map((block) => {
      // Without versions there is none that the second factor keeps.
      if (block.saying.isOwn)
        return flag(valueIn(block, "enabled")) === false
          ? false
          : (flag(valueIn(block, "mfaDelete")) ?? false);
      const configuration = blockIn(block, "versioningConfiguration");
      const status = configuration && text(valueIn(configuration, "mfaDelete"));
      const versioning = configuration && knownText(valueIn(configuration, "status"));
      if (versioning !== undefined && versioning !== "Enabled") return false;
      return status === UNKNOWN ? UNKNOWN : status === "Enabled";
    }),
  );
}

/** How a bucket encrypts what is put into it. */
export interface Encryption {
  saying: Saying;
  /** Path of the rule. */
  path: string;
  /** Undefined: none is given in the rule. */
  algorithm: Known<string> | undefined;
  key: Known<string> | undefined;
  hasBucketKey: Known<boolean> | undefined;
}

/** Rules of encryption; an empty rule where a configuration has none. */
export function encryptionOf(bucket: Bucket): Encryption[] {
  return aspectBlocks(bucket, "encryption").flatMap(({ saying, ...configuration }) => {
    const rules = blocksIn(configuration, "rule", "rules");
    return (rules.length > 0 ? rules : [configuration]).map((rule) => {
      const byDefault = blockIn(
        rule,
        "applyServerSideEncryptionByDefault",
        "applyServerSideEncryptionByDefaults",
      );
      return {
        saying,
        path: rule.path,
        algorithm: byDefault && text(valueIn(byDefault, "sseAlgorithm")),
        key: byDefault && text(valueIn(byDefault, "kmsMasterKeyId")),
        hasBucketKey: flag(valueIn(rule, "bucketKeyEnabled")),
      };
    });
  });
}

/** A rule that ends the life of objects. */
export interface LifecycleRule {
  saying: Saying;
  path: string;
  isEnabled: Known<boolean>;
  /** Which objects it is for: those whose names begin so. */
  prefix: string;
  /** It is for some objects only. */
  isFiltered: Known<boolean>;
  block: Block;
}

/** Rules of a bucket's lifecycle. */
export function lifecycleOf(bucket: Bucket): LifecycleRule[] {
  return said(bucket, "lifecycle").flatMap((saying) => lifecycleRules(saying));
}

export function lifecycleRules(saying: Saying): LifecycleRule[] {
  return blocksIn(saying.block, ...(saying.isOwn ? ["lifecycleRules"] : ["rules", "rule"])).map((block) => {
    const filter = blockIn(block, "filter");
    const and = filter && blockIn(filter, "and");
    const prefixes = [block, filter, and].flatMap((part): (Known<string> | undefined)[] =>
      part ? [text(valueIn(part, "prefix"))] : [],
    );
    const status = saying.isOwn ? flag(valueIn(block, "enabled")) : text(valueIn(block, "status"));
    return {
      saying,
      path: block.path,
      isEnabled: status === UNKNOWN ? UNKNOWN : status === true || status === "Enabled",
      prefix: prefixes.find((prefix) => typeof prefix === "string" && prefix !== "")?.toString() ?? "",
      isFiltered: anyKnown([...prefixes.map(isGiven), isSelective(filter), isSelective(block)]) ?? false,
      block,
    };
  });
}

function isGiven(prefix: Known<string> | undefined): Known<boolean> {
  return prefix === UNKNOWN ? UNKNOWN : prefix !== undefined && prefix !== "";
}

/** Whether anything but a prefix chooses objects. */
function isSelective(block: Block | undefined): Known<boolean> {
  if (!block) return false;
  if (block.isUnknown) return UNKNOWN;
  const { and, tag, tags, objectSizeGreaterThan, objectSizeLessThan } = block.properties;
  const hasTags = Object.keys(record(tags)).length > 0;
  return hasTags || [and, tag, objectSizeGreaterThan, objectSizeLessThan].some((part) => !isAbsent(part));
}

/** True where one is, else unknown where one is; undefined: there is none. */
function anyKnown(values: readonly Known<boolean>[]): Known<boolean> | undefined {
  if (values.includes(true)) return true;
  if (values.includes(UNKNOWN)) return UNKNOWN;
  return values.length > 0 ? false : undefined;
}

/** Groups of everybody in access control lists. */
const EVERYBODY = /\/groups\/global\/(AllUsers|AuthenticatedUsers)$/;

/** One entry of an access control list. */
export interface Grant {
  path: string;
  /** `AllUsers`, `AuthenticatedUsers`, or undefined: somebody who is named. */
  group: string | undefined;
  /** It is for the service that writes access logs. */
  isLogDelivery: boolean;
  permissions: readonly string[];
}

/** An access control list, in a bucket or beside it. */
export function aclOf(properties: unknown): { canned: string | undefined; grants: Grant[] } {
  const inputs = inputsBlock(properties);
  const policy = blockIn(inputs, "accessControlPolicy");
  const grants = [...blocksIn(inputs, "grants"), ...(policy ? blocksIn(policy, "grants", "grant") : [])];
  return {
    canned: knownText(valueIn(inputs, "acl"))?.toLowerCase(),
    grants: grants.map((grant) => {
      const grantee = blockIn(grant, "grantee") ?? grant;
      const uri = knownText(valueIn(grantee, "uri")) ?? "";
      const permissions = valueIn(grant, "permissions", "permission");
      const all: readonly unknown[] = Array.isArray(permissions) ? permissions : [permissions];
      return {
        path: grant.path,
        group: EVERYBODY.exec(uri)?.[1],
        isLogDelivery: uri.endsWith("/groups/s3/LogDelivery"),
        permissions: all.flatMap((permission) => knownText(permission) ?? []),
      };
    }),
  };
}

/** Whether a bucket's lists, its own or beside it, let server access logs be delivered into it. */
export function takesLogs(bucket: Bucket): boolean {
  return said(bucket, "acl").some(({ resource: { properties } }) => {
    const { canned, grants } = aclOf(properties);
    return canned === "log-delivery-write" || grants.some(({ isLogDelivery }) => isLogDelivery);
  });
}

/** Words of names that hold what a database can be restored from. */
const BACKUP_WORDS = new Set(
  (
    "wal wals walg pgwal archive archives archived archiving backup backups basebackup basebackups snapshot " +
    "snapshots dump dumps pgdump pitr pgbackrest barman postgres postgresql pgsql pg restore recovery"
  ).split(" "),
);

/**
 * Whether a bucket holds backups, write-ahead log or dumps: by its names, its tags, or because it is made to keep
 * objects locked. Rules that cost something, or that stop a deployment, are about these buckets only: a team has
 * others. A bucket that is not recognised is told by a tag such as `purpose: "postgres-backups"`.
 */
export function holdsBackups({ name, properties }: Resource): boolean {
  const tags = { ...record(properties.tags), ...record(properties.tagsAll) };
  const names = [name, properties.bucket, properties.bucketPrefix, ...Object.entries(tags).flat()];
  return (
    flag(properties.objectLockEnabled) === true ||
    names.some((written) => wordsOf(knownText(written) ?? "").some((word) => BACKUP_WORDS.has(word)))
  );
}

/** `walArchive-2` has the words wal, archive and 2. */
function wordsOf(written: string): string[] {
  return written
    .slice(0, 256)
    .replace(/([a-z\d])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .split(/[^a-z]+/);
}
