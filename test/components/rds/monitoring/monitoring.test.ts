/** Which resources watch a database, and do they know of each other? */

import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { members } from "../../../../components/rds/members";
import {
  createAlarmTopic,
  createLogGroups,
  createMonitoring,
} from "../../../../components/rds/monitoring/monitoring";
import { createMonitoringRole } from "../../../../components/rds/monitoring/role";
import type { RdsPlan } from "../../../../components/rds/options";
import { type Planned, planned } from "../planned";
import { AURORA, PLAN, settings } from "./plans";

function monitor(plan: RdsPlan): Promise<Planned[]> {
  return planned((opts) =>
    createMonitoring(
      "db",
      {
        plan,
        settings: settings(),
        identifiers: {
          instances: members(plan).map(({ identifier }) => pulumi.output(identifier)),
          ...(plan.topology === "aurora" ? { cluster: "shop-prod-db" } : { parameterGroup: "db-1a2b3c" }),
        },
        topic: createAlarmTopic("db", plan, "arn:key", opts),
      },
      opts,
    ),
  );
}

function names(resources: readonly Planned[], type: string): string[] {
  return resources.filter((resource) => resource.type.endsWith(`:${type}`)).map(({ name }) => name);
}

describe("what watches an instance", () => {
  it("is exactly this, beside its alarms", async () => {
    const resources = await monitor(PLAN);
    assert.deepEqual(
      resources
        .filter(({ type }) => !type.endsWith(":MetricAlarm"))
        .map(({ type, name }) => `${type.split(":").at(-1)} ${name}`),
      [
        "Topic db-alarms",
        "TopicPolicy db-alarms",
        "TopicSubscription db-alarms-dba@example.com",
        "EventRule db-backup",
        "Dashboard db-dashboard",
        "EventSubscription db-events-instances",
        "EventSubscription db-events-parameters",
        "EventSubscription db-events-snapshots",
      ],
    );
  });

  it("rings to the topic once the topic lets it in", async () => {
    const resources = await monitor(PLAN);
    const topic = "arn:aws:sns::111122223333:db-alarms";
    const alarmed = resources.filter(({ type }) => type.endsWith(":MetricAlarm"));
    assert.equal(alarmed.length, 14);
    for (const { name, inputs } of alarmed) {
      assert.deepEqual(inputs.alarmActions, [topic], name);
      assert.deepEqual(inputs.okActions, [topic], name);
    }
    const policy = resources.find(({ type }) => type.endsWith(":TopicPolicy"));
    assert.match(String(policy?.inputs.policy), /"aws:SourceAccount":"111122223333"/);
  });

  it("rings to a topic that is there, and makes none", async () => {
    const alarmTopicArn = "arn:aws:sns:eu-central-1:111122223333:on-call";
    const resources = await monitor({ ...PLAN, alarmTopicArn });
    assert.deepEqual([...names(resources, "Topic"), ...names(resources, "TopicPolicy")], []);
    for (const { inputs } of resources.filter(({ type }) => type.endsWith(":MetricAlarm")))
      assert.deepEqual(inputs.alarmActions, [alarmTopicArn]);
  });

  it("has events by the names of what they are about", async () => {
    const ids = Object.fromEntries(
      (await monitor({ ...PLAN, replicas: 1 }))
        .filter(({ type }) => type.endsWith(":EventSubscription"))
        .map(({ name, inputs }) => [name, inputs.sourceIds]),
    );
    assert.deepEqual(ids, {
      "db-events-instances": ["shop-prod-db", "shop-prod-db-replica-1"],
      "db-events-parameters": ["db-1a2b3c"],
      "db-events-snapshots": undefined,
    });
  });
});

describe("what watches Aurora", () => {
  it("is told of the cluster and of its members", async () => {
    const resources = await monitor(AURORA);
    assert.deepEqual(names(resources, "EventSubscription"), [
      "db-events-cluster",
      "db-events-cluster-snapshots",
      "db-events-instances",
    ]);
    assert.deepEqual(
      names(resources, "MetricAlarm").filter((name) => name.endsWith("-cpu")),
      ["db-member-1-cpu", "db-member-2-cpu"],
    );
  });
});

describe("what is there before the database", () => {
  it("are the log groups", async () => {
    const resources = await planned((opts) => createLogGroups("db", PLAN, "arn:key", opts));
    assert.deepEqual(
      resources.map(({ name, inputs }) => [name, inputs.name]),
      [
        ["db-log-instance-postgresql", "/aws/rds/instance/shop-prod-db/postgresql"],
        ["db-log-instance-upgrade", "/aws/rds/instance/shop-prod-db/upgrade"],
      ],
    );
  });

  it("is a role that RDS alone takes on, with AWS's own policy", async () => {
    let role: pulumi.Output<string> | undefined;
    const resources = await planned((opts) => {
      role = createMonitoringRole("db", PLAN, opts);
    });
    assert.deepEqual(
      resources.map(({ type, inputs }) => ({ type, ...inputs })),
      [
        {
          type: "aws:iam/role:Role",
          description: "Enhanced monitoring of shop-prod-db",
          assumeRolePolicy: JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: { Service: "monitoring.rds.amazonaws.com" },
                Action: "sts:AssumeRole",
              },
            ],
          }),
        },
        {
          type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
          role: "db-monitoring-id",
          policyArn: "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
        },
      ],
    );
    const arn = await new Promise((resolve) => role?.apply(resolve));
    assert.equal(arn, "arn:aws:iam::111122223333:db-monitoring");
  });
});
