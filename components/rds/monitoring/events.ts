/** Of which events is somebody told? One row per kind of source. */

import type { rds } from "@pulumi/aws";
import type { Input } from "@pulumi/pulumi";
import { isCluster } from "../members";
import type { RdsPlan } from "../options";

/** What events are about, as far as a subscription can name it. */
export type EventSource = "instances" | "cluster" | "parameterGroup";

/** One subscription. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html */
export interface EventRow {
  name: string;
  sourceType: string;
  /** Whose events; none: those of every source of the type in the account and region. */
  source?: EventSource;
  categories: readonly string[];
  /** Databases that have such events. Default: all. */
  applies?(plan: RdsPlan): boolean;
  why: string;
}

/** Every subscription. */
export const EVENTS: readonly EventRow[] = [
  {
    name: "instances",
    sourceType: "db-instance",
    source: "instances",
    categories: [
      "availability",
      "configuration change",
      "deletion",
      "failover",
      "failure",
      "low storage",
      "maintenance",
      "notification",
      "read replica",
      "recovery",
      "restoration",
    ],
    why: "A shutdown, a key that cannot be reached, storage near its maximum, parameters that could not be applied, a failover, a replica that stopped.",
  },
  {
    name: "cluster",
    sourceType: "db-cluster",
    source: "cluster",
    categories: ["configuration change", "deletion", "failover", "failure", "maintenance", "notification"],
    applies: isCluster,
    why: "A failover that failed, an upgrade and its checks.",
  },
  {
    name: "parameters",
    sourceType: "db-parameter-group",
    source: "parameterGroup",
    categories: ["configuration change"],
    // RDS tells of groups of instances only.
    applies: (plan) => !isCluster(plan),
    why: "Somebody changed a parameter, here or by hand, and whether it waits for a restart.",
  },
  {
    name: "snapshots",
    sourceType: "db-snapshot",
    categories: ["deletion", "notification", "restoration"],
    applies: (plan) => !isCluster(plan),
    why: "A snapshot was deleted, copied or restored, or its export to the archive failed. Snapshots cannot be told apart by database.",
  },
  {
    name: "cluster-snapshots",
    sourceType: "db-cluster-snapshot",
    categories: ["notification"],
    applies: isCluster,
    why: "The export of a snapshot to the archive failed. Snapshots cannot be told apart by database.",
  },
  {
    name: "blue-green",
    sourceType: "blue-green-deployment",
    categories: ["deletion", "failure", "notification"],
    applies: ({ majorUpgrade }) => majorUpgrade === "blue-green",
    why: "The green database could not be made, or the switch to it was cancelled.",
  },
];

/** Sources without a subscription, and why. */
export const EVENTS_LEFT_OUT: Readonly<Record<string, string>> = {
  "db-security-group": "Such groups went with EC2-Classic; security groups of a VPC send no events.",
  "db-instance: backup, creation": "Two mails a day that say all is well; a missing backup is an alarm.",
};

/** The subscriptions of a database. */
export function events(plan: RdsPlan): EventRow[] {
  return EVENTS.filter(({ applies }) => applies?.(plan) ?? true);
}

/**
 * A subscription as RDS takes it.
 *
 * @param topic ARN of the topic that is told.
 * @param ids Identifiers of the sources; undefined: every source of the type.
 */
export function eventSubscriptionArgs(
  { sourceType, categories }: EventRow,
  { topic, ids }: { topic: Input<string>; ids: Input<string>[] | undefined },
): rds.EventSubscriptionArgs {
  return {
    snsTopic: topic,
    sourceType,
    sourceIds: ids,
    eventCategories: [...categories],
    enabled: true,
  };
}
