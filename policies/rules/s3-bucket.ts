/** How is a rule about buckets written? A row: what it reads beside the bucket, which buckets it is about, what is wrong. */

import {
  type Aspect,
  BUCKETS,
  type Bucket,
  companionTypes,
  holdsBackups,
  readBuckets,
} from "../reading/bucket";
import type { Context, Problem, Resource, RuleOf } from "../rule";

/**
 * Which buckets are judged? Everything of a stack may be more than the database's. What keeps strangers out holds for
 * every bucket. What stops a deployment for durability's sake is only about buckets that hold backups, and the others
 * get a weaker row of the same ids. The rest is advice of low severity, for every bucket unless it is switched off.
 */
type Scope = "every" | "backups" | "others" | "switched";

const EVERY_BUCKET = {
  everyBucket: {
    default: 1,
    minimum: 0,
    description: "1: every bucket of the stack; 0: only those that hold backups, by name or tag",
  },
};

type Wanted = Omit<RuleOf<"stack">, "reads" | "types" | "judge" | "unknown" | "docs" | "protects">;

/** A rule about buckets. */
export interface BucketRow extends Wanted {
  protects?: RuleOf<"stack">["protects"];
  docs?: string;
  unknown?: RuleOf<"stack">["unknown"];
  /** What is read of a bucket. */
  aspects: readonly Aspect[];
  /** Judged by itself where its bucket is not in the stack. */
  alone?: Aspect;
  scope: Scope;
  /** Further types that are read. */
  with?: readonly string[];
  /** What the stack's other resources say; made once for all buckets. */
  problem(bucket: Bucket, stack: Stack): Omit<Problem, "resource"> | undefined;
}

/** What a row may ask besides the bucket. */
export interface Stack {
  buckets: readonly Bucket[];
  resources: readonly Resource[];
  context: Context;
}

/** Makes the rule of a row. */
export function bucketRule({ aspects, alone, scope, with: others = [], problem, ...row }: BucketRow) {
  const thresholds = scope === "switched" ? { ...row.thresholds, ...EVERY_BUCKET } : row.thresholds;
  const rule: RuleOf<"stack"> = {
    protects: "data",
    docs: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
    unknown: "passes",
    ...row,
    ...(thresholds ? { thresholds } : {}),
    reads: "stack",
    types: [...BUCKETS, ...companionTypes(...aspects), ...others],
    judge(resources, context) {
      const buckets = readBuckets(resources, aspects, alone);
      const stack = { buckets, resources, context };
      return buckets.flatMap((bucket) => {
        const found = isMeant(bucket, scope, context) ? problem(bucket, stack) : undefined;
        return found ? [{ ...found, resource: bucket.resource }] : [];
      });
    },
  };
  return rule;
}

function isMeant({ resource }: Bucket, scope: Scope, context: Context): boolean {
  if (scope === "every" || (scope === "switched" && context.threshold("everyBucket") !== 0)) return true;
  return holdsBackups(resource) === (scope !== "others");
}
