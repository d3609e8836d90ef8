/** Is somebody told what happens to databases of RDS? */

import { flag } from "../reading/known";
import { readParameterGroup } from "../reading/parameter-group";
import { type Events, Subscriptions } from "../reading/rds-events";
import { databasesOf } from "../reading/rds-stack";
import type { Example, Resource, Rule, RuleOf } from "../rule";
import { CLUSTER, CLUSTER_INSTANCE, EVENT_SUBSCRIPTION, INSTANCE, PARAMETER_GROUP } from "../subjects";

interface EventRow extends Events {
  name: string;
  title: string;
  ids: readonly string[];
  /** Types whose events these are; none: only subscriptions are judged. */
  types: readonly string[];
  /** Property with the name that subscriptions use. */
  identifier: string;
  what: string;
}

const EVENT_DOCS = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html";

function eventRule({ name, title, ids, types, identifier, what, ...events }: EventRow): RuleOf<"stack"> {
  const { sourceType, categories } = events;
  const wanted = `sourceType: "${sourceType}", eventCategories: [${categories.map((one) => `"${one}"`).join(", ")}]`;
  return {
    name,
    title,
    severity: "low",
    protects: "evidence",
    ids,
    docs: EVENT_DOCS,
    reads: "stack",
    types: [...types, EVENT_SUBSCRIPTION],
    property: "EventSubscription.sourceType, eventCategories, enabled",
    why: "A failed backup, a full disk and a failover are events; without a subscription they are looked up afterwards.",
    unknown: "passes",
    judge(resources) {
      const subscriptions = new Subscriptions(resources, events);
      const silent = subscriptions.incomplete().map((resource) => ({
        resource,
        property: flag(resource.properties.enabled) === false ? "enabled" : "eventCategories",
        value: "",
        fact: `it does not tell of ${categories.join(", ")} of ${what}: nobody hears of them`,
        hint: `write \`${wanted}, enabled: true\``,
      }));
      const untold = resources
        .filter((resource) => isOurs(resource, types) && !subscriptions.cover(resource, identifier))
        .map((resource) => ({
          resource,
          property: "EventSubscription",
          value: "",
          fact: `no event subscription of the stack tells of ${categories.join(", ")} of ${what}: nobody hears of them`,
          hint: `add an EventSubscription with \`${wanted}\``,
        }));
      return [...silent, ...untold];
    },
    good: {
      ...(types.length === 0 ? {} : { type: types[0] }),
      change: {},
      others: [subscription({ sourceType, eventCategories: [...categories, "creation"] })],
    },
    bad: {
      type: EVENT_SUBSCRIPTION,
      change: { sourceType, eventCategories: [...categories.slice(1), "creation"] },
    },
  };
}

function subscription(change: Example["change"]) {
  return { type: EVENT_SUBSCRIPTION, name: "events", change };
}

/** Of one of the types, and PostgreSQL's. */
function isOurs(resource: Resource, types: readonly string[]): boolean {
  if (!types.includes(resource.type)) return false;
  const isGroup = resource.type === PARAMETER_GROUP;
  return isGroup
    ? readParameterGroup(resource.properties) !== undefined
    : databasesOf([resource], resource.type).length > 0;
}

export const RDS_EVENT_RULES: readonly Rule[] = [
  eventRule({
    name: "rds-cluster-events",
    title: "Somebody is told what happens to clusters",
    ids: [
      "FSBP:RDS.19",
      "prowler:rds_cluster_critical_event_subscription",
      "powerpipe:rds_db_cluster_events_subscription",
    ],
    sourceType: "db-cluster",
    categories: ["maintenance", "failure"],
    types: [CLUSTER],
    identifier: "clusterIdentifier",
    what: "clusters",
  }),
  eventRule({
    name: "rds-instance-events",
    title: "Somebody is told what happens to instances",
    ids: [
      "FSBP:RDS.20",
      "prowler:rds_instance_critical_event_subscription",
      "powerpipe:rds_db_instance_events_subscription",
    ],
    sourceType: "db-instance",
    categories: ["maintenance", "configuration change", "failure"],
    types: [INSTANCE, CLUSTER_INSTANCE],
    identifier: "identifier",
    what: "instances",
  }),
  eventRule({
    name: "rds-parameter-group-events",
    title: "Somebody is told of changes of parameter groups",
    ids: [
      "FSBP:RDS.21",
      "prowler:rds_instance_event_subscription_parameter_groups",
      "powerpipe:rds_db_parameter_group_events_subscription",
    ],
    sourceType: "db-parameter-group",
    categories: ["configuration change"],
    // AWS tells of groups of instances only.
    types: [PARAMETER_GROUP],
    identifier: "name",
    what: "parameter groups",
  }),
  eventRule({
    name: "rds-security-group-events",
    title: "A subscription to changes of database security groups is complete",
    ids: [
      "FSBP:RDS.22",
      "prowler:rds_instance_event_subscription_security_groups",
      "powerpipe:rds_db_security_group_events_subscription",
    ],
    sourceType: "db-security-group",
    categories: ["configuration change", "failure"],
    // There are no such groups any more since EC2-Classic has gone: nobody is asked for a subscription, as the tools do.
    types: [],
    identifier: "name",
    what: "database security groups",
  }),
];
