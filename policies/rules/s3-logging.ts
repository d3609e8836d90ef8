/** Can anybody tell afterwards who did what to a bucket? */

import { blocksIn, inputsBlock, short, valueIn } from "../reading/block";
import { aspectBlocks, type Bucket, bucketsByName, companionName, said, takesLogs } from "../reading/bucket";
import { knownText, list, text, UNKNOWN } from "../reading/known";
import { readPolicy } from "../reading/policy-document";
import { oncePer } from "../reading/references";
import type { Problem, Rule, RuleOf } from "../rule";
import { TRAIL } from "../subjects";
import { bucketRule, type Stack } from "./s3-bucket";

const LOGGING = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html";
const EVENTS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html";

/** Buckets that access logs of others are written to: a bucket that logs into itself grows by its own log. */
const logTargets = oncePer(({ buckets }: Stack) => {
  const referable = bucketsByName(buckets);
  const found = buckets.flatMap((from) =>
    aspectBlocks(from, "logging").flatMap(({ saying, ...block }) => {
      const property = saying.isOwn ? (block.path.split(/[.[]/)[0] ?? "") : "targetBucket";
      const to = referable.of(saying.resource, property, valueIn(block, "targetBucket"));
      return to === UNKNOWN ? [] : to.filter((bucket) => bucket !== from);
    }),
  );
  return new Set(found);
});

/** Whether a policy lets S3's log delivery write. */
function isDeliveredTo(bucket: Bucket): boolean {
  return said(bucket, "policy").some(({ resource }) => {
    const statements = readPolicy(resource.properties.policy);
    if (statements === UNKNOWN || statements === undefined) return false;
    return statements.some(
      ({ effect, services, actions }) =>
        effect === "Allow" &&
        services.includes("logging.s3.amazonaws.com") &&
        actions.some((action) => action.toLowerCase() === "s3:putobject"),
    );
  });
}

const accessLogging = bucketRule({
  name: "s3-access-logging",
  title: "A bucket logs who asked for what",
  severity: "low",
  protects: "evidence",
  ids: [
    "CKV_AWS_18",
    "trivy:AWS-0089",
    "prowler:s3_bucket_server_access_logging_enabled",
    "FSBP:S3.9",
    "config:s3-bucket-logging-enabled",
    "KICS:tf f861041c-8c9f-4156-acfc-5e6e524f5884",
    "awsguard:s3BucketLoggingEnabled",
    "guard:S3_BUCKET_LOGGING_ENABLED",
    "cdk-nag:S3BucketLoggingEnabled",
    "terrascan:AC_AWS_0497",
    "powerpipe:s3_bucket_logging_enabled",
    "tfsec:s3/enable-bucket-logging",
  ],
  docs: LOGGING,
  property: "logging, BucketLogging",
  // Buckets that logs are delivered to are left out, as trivy and awsguard do; checkov wants them as well.
  why: "After a theft nobody can tell which backups were read.",
  aspects: ["logging", "acl", "policy"],
  scope: "switched",
  problem(bucket, stack) {
    const isTarget = takesLogs(bucket) || isDeliveredTo(bucket) || logTargets(stack).has(bucket);
    if (isTarget || said(bucket, "logging").length > 0) return undefined;
    return {
      property: "logging",
      value: "",
      fact: "it logs no requests: after a theft nobody can tell what was read",
      hint: `add a ${companionName("logging")} with \`targetBucket: <logs>.id, targetPrefix: "s3/"\``,
    };
  },
  good: { change: { logging: { targetBucket: "logs", targetPrefix: "s3/" } } },
  bad: { change: { logging: undefined } },
});

/** Which objects a trail sees, by direction. */
interface Seen {
  everything: boolean;
  buckets: ReadonlySet<Bucket>;
  /** Also names of buckets outside the stack's resources. */
  names: ReadonlySet<string>;
}

function seenBy(direction: "Read" | "Write") {
  const other = direction === "Read" ? "WriteOnly" : "ReadOnly";
  return oncePer(({ resources, buckets }: Stack): Seen => {
    const referable = bucketsByName(buckets);
    const seen = { everything: false, buckets: new Set<Bucket>(), names: new Set<string>() };
    for (const trail of resources.filter(({ type }) => type === TRAIL)) {
      const inputs = inputsBlock(trail.properties);
      for (const { property, arns } of selections(inputs, other))
        for (const arn of arns) {
          const written = text(arn);
          if (typeof written === "string") {
            const name = /^arn:[\w-]+:s3(?::::?(?<name>[^/]*)\/?)?/.exec(written)?.groups?.name ?? "";
            if (/^arn:[\w-]+:s3(:::)?$/.test(written)) seen.everything = true;
            else seen.names.add(name);
          }
          const found = referable.of(trail, property, arn === UNKNOWN ? UNKNOWN : "");
          if (found === UNKNOWN) seen.everything = true;
          else for (const bucket of found) seen.buckets.add(bucket);
        }
    }
    return seen;
  });
}

/** All objects, or those of a bucket: without the slash it is the bucket alone. */
const OBJECTS = /^arn:[\w-]+:s3(:::)?$|^arn:[\w-]+:s3:::[^/]+\//;

function areObjects(arn: unknown): boolean {
  const written = text(arn);
  return typeof written !== "string" || OBJECTS.test(written);
}

/** ARNs of the objects that a trail's selectors see, both kinds of selectors. */
function selections(inputs: ReturnType<typeof inputsBlock>, other: string) {
  const plain = blocksIn(inputs, "eventSelectors", "eventSelector").flatMap((selector) => {
    if (text(valueIn(selector, "readWriteType")) === other) return [];
    return blocksIn(selector, "dataResources", "dataResource")
      .filter((resource) => text(valueIn(resource, "type")) === "AWS::S3::Object")
      .map((resource) => ({
        property: "eventSelectors",
        arns: list(valueIn(resource, "values")).filter(areObjects),
      }));
  });
  const advanced = blocksIn(inputs, "advancedEventSelectors").flatMap((selector) => {
    const fields = blocksIn(selector, "fieldSelectors");
    const field = (name: string) => fields.find((block) => text(valueIn(block, "field")) === name);
    const equals = (name: string) => {
      const block = field(name);
      return block ? list(valueIn(block, "equals")).map(knownText) : [];
    };
    if (!equals("resources.type").includes("AWS::S3::Object")) return [];
    const readOnly = equals("readOnly");
    if (readOnly.includes(other === "ReadOnly" ? "true" : "false")) return [];
    const arn = field("resources.ARN");
    const arns = arn
      ? [...list(valueIn(arn, "startsWiths")), ...list(valueIn(arn, "equals")).filter(areObjects)]
      : ["arn:aws:s3"];
    return [{ property: "advancedEventSelectors", arns }];
  });
  return [...plain, ...advanced];
}

function objectLogging(direction: "Read" | "Write", id: string, lost: string) {
  const seen = seenBy(direction);
  const reads = direction === "Read" ? "read" : "write";
  return bucketRule({
    name: direction === "Read" ? "s3-object-read-logging" : "s3-object-write-logging",
    title: `A trail records who ${direction === "Read" ? "read" : "changed"} objects`,
    severity: "low",
    protects: "evidence",
    ids: [id, "powerpipe:s3_bucket_object_logging_enabled"],
    docs: EVENTS,
    property: "cloudtrail.Trail.eventSelectors[].dataResources",
    // A trail of another stack is not seen: switch it off for the stack then.
    why: "Access logs are delivered when it suits, and not always. A trail has who, from where and with which key.",
    aspects: [],
    with: [TRAIL],
    scope: "switched",
    problem(bucket, stack) {
      const { everything, buckets, names } = seen(stack);
      if (everything || buckets.has(bucket)) return undefined;
      if (names.has(knownText(bucket.resource.properties.bucket) ?? "")) return undefined;
      return {
        property: "cloudtrail.Trail.eventSelectors",
        value: "",
        fact: `no trail of the stack records ${reads === "read" ? "reads" : "changes"} of its objects: ${lost}`,
        hint: `add \`{ readWriteType: "All", dataResources: [{ type: "AWS::S3::Object", values: [<arn of the bucket>/] }] }\` to eventSelectors of a cloudtrail.Trail`,
      };
    },
    good: { change: {} },
    bad: { change: {}, others: [] },
  });
}

const partialTrail: RuleOf<"resource"> = {
  name: "s3-object-logging-partial",
  title: "A trail that records objects records reads and changes",
  severity: "low",
  protects: "evidence",
  ids: ["KICS:tf a8fc2180-b3ac-4c93-bd0d-a55b974e4b07"],
  docs: EVENTS,
  reads: "resource",
  types: [TRAIL],
  property: "eventSelectors[].readWriteType",
  // KICS wants All written; without it the provider writes All, so absent passes here.
  why: "Half of what happened is not recorded.",
  unknown: "later",
  judge(properties, { notYetKnown }) {
    return blocksIn(inputsBlock(properties), "eventSelectors", "eventSelector").flatMap(
      (selector): Problem[] => {
        const isAboutObjects = blocksIn(selector, "dataResources", "dataResource").some(
          (resource) => text(valueIn(resource, "type")) === "AWS::S3::Object",
        );
        const direction = text(valueIn(selector, "readWriteType")) ?? "All";
        const property = `${selector.path}.readWriteType`;
        if (isAboutObjects && direction === UNKNOWN) notYetKnown(property);
        if (!isAboutObjects || direction === UNKNOWN || direction === "All") return [];
        return [
          {
            property,
            value: direction,
            fact: `readWriteType is ${short(direction)}: who ${direction === "ReadOnly" ? "deleted or overwrote" : "read"} the backups is not recorded`,
            hint: `write \`readWriteType: "All"\` in ${selector.path}`,
          },
        ];
      },
    );
  },
  good: { change: {} },
  bad: {
    change: {
      eventSelectors: [
        { readWriteType: "ReadOnly", dataResources: [{ type: "AWS::S3::Object", values: ["arn:aws:s3"] }] },
      ],
    },
  },
};

const notifications = bucketRule({
  name: "s3-event-notifications",
  title: "A bucket tells when something happens to it",
  severity: "low",
  protects: "evidence",
  ids: [
    "CKV2_AWS_62",
    "prowler:s3_bucket_event_notifications_enabled",
    "FSBP:S3.11",
    "config:s3-event-notifications-enabled",
    "powerpipe:s3_bucket_event_notifications_enabled",
  ],
  docs: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html",
  property: "BucketNotification",
  why: "Backups that are deleted, or that stop coming, are noticed when they are needed.",
  aspects: ["notification"],
  scope: "switched",
  problem(bucket) {
    if (said(bucket, "notification").length > 0) return undefined;
    return {
      property: "BucketNotification",
      value: "",
      fact: "nothing tells what happens to it: that backups are deleted, or stop coming, is noticed when they are needed",
      hint: `add a ${companionName("notification")} with \`bucket: <bucket>.id, eventbridge: true\``,
    };
  },
  good: { change: {} },
  bad: { change: {}, others: [] },
});

export const S3_LOGGING_RULES: readonly Rule[] = [
  accessLogging,
  objectLogging("Write", "trivy:AWS-0171", "nobody can tell who deleted or overwrote them"),
  objectLogging("Read", "trivy:AWS-0172", "nobody can tell who took them"),
  partialTrail,
  notifications,
];
