/** Is somebody told of every event that matters, and of no other? */

import assert from "node:assert/strict";
import { EVENTS, eventSubscriptionArgs, events } from "../../../../components/rds/monitoring/events";
import type { RdsPlan } from "../../../../components/rds/options";
import { exampleResources } from "../../../../policies/examples";
import { judgeAll } from "../../../../policies/judge";
import type { Resource } from "../../../../policies/rule";
import { RDS_EVENT_RULES } from "../../../../policies/rules/rds-events";
import { CLUSTER as CLUSTER_TYPE, EVENT_SUBSCRIPTION, INSTANCE } from "../../../../policies/subjects";
import { AURORA, CLUSTER, PLAN } from "./plans";

function subscribed(plan: RdsPlan): Record<string, readonly string[]> {
  return Object.fromEntries(events(plan).map(({ sourceType, categories }) => [sourceType, categories]));
}

const OF_INSTANCES = [
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
];
const OF_CLUSTERS = [
  "configuration change",
  "deletion",
  "failover",
  "failure",
  "maintenance",
  "notification",
];

/** What the pack finds on a database beside our subscriptions, or fewer. */
function findings(plan: RdsPlan, type: string, keep: (name: string) => boolean): string[] {
  const rule = RDS_EVENT_RULES.find(({ good }) => good.type === type);
  assert.ok(rule);
  const database = exampleResources(rule, rule.good).find((resource) => resource.type === type);
  assert.ok(database);
  const subscriptions = events(plan)
    .filter(({ name }) => keep(name))
    .map((row): Resource => {
      const { sourceIds: _ids, ...properties } = eventSubscriptionArgs(row, { topic: "t", ids: undefined });
      return {
        type: EVENT_SUBSCRIPTION,
        name: row.name,
        urn: `urn:${row.name}`,
        properties: properties as Resource["properties"],
      };
    });
  return judgeAll([rule], [database, ...subscriptions]).map(({ message }) => message);
}

describe("event subscriptions", () => {
  it("of an instance are exactly these", () => {
    assert.deepEqual(subscribed(PLAN), {
      "db-instance": OF_INSTANCES,
      "db-parameter-group": ["configuration change"],
      "db-snapshot": ["deletion", "notification", "restoration"],
    });
  });

  it("of a cluster, also one of Aurora, are exactly these", () => {
    const expected = {
      "db-instance": OF_INSTANCES,
      "db-cluster": OF_CLUSTERS,
      "db-cluster-snapshot": ["notification"],
    };
    assert.deepEqual(subscribed(CLUSTER), expected);
    assert.deepEqual(subscribed(AURORA), expected);
  });

  it("tell of blue/green deployments where there are any", () => {
    assert.deepEqual(subscribed({ ...PLAN, majorUpgrade: "blue-green" })["blue-green-deployment"], [
      "deletion",
      "failure",
      "notification",
    ]);
  });

  it("reach RDS in this form", () => {
    const [row] = EVENTS;
    assert.ok(row);
    assert.deepEqual(eventSubscriptionArgs(row, { topic: "arn:topic", ids: ["shop-prod-db"] }), {
      snsTopic: "arn:topic",
      sourceType: "db-instance",
      sourceIds: ["shop-prod-db"],
      eventCategories: OF_INSTANCES,
      enabled: true,
    });
  });

  it("satisfy the policy pack", () => {
    assert.deepEqual(
      findings(PLAN, INSTANCE, () => true),
      [],
    );
    assert.deepEqual(
      findings(AURORA, CLUSTER_TYPE, () => true),
      [],
    );
  });

  it("would not satisfy it with one of them missing", () => {
    assert.equal(findings(PLAN, INSTANCE, (name) => name !== "instances").length, 1);
    assert.equal(findings(AURORA, CLUSTER_TYPE, (name) => name !== "cluster").length, 1);
  });

  it("have a reason each", () => {
    for (const { name, why } of EVENTS) assert.match(why, /^[A-Z].*\.$/, name);
  });
});
