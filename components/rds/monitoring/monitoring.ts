/** Everything that watches a database of RDS: logs, topic, events, alarms and dashboard. */

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../parameters/settings";
import { members } from "../members";
import type { RdsPlan } from "../options";
import { type Alarm, alarmArgs, alarms } from "./alarms";
import { backupAlarmArgs, backupRuleArgs } from "./backups";
import { dashboardBody } from "./dashboard";
import { type EventRow, eventSubscriptionArgs, events } from "./events";
import { logGroupArgs, logGroups } from "./logs";
import { topicArgs, topicPolicy } from "./topic";

/** What the watched database is called, once it is there. */
export interface Identifiers {
  /** `DBInstanceIdentifier` of every server, in the order of `members`. */
  instances: pulumi.Input<string>[];
  /** `DBClusterIdentifier`. */
  cluster?: pulumi.Input<string>;
  /** Name of the instances' parameter group. */
  parameterGroup?: pulumi.Input<string>;
}

/** What `createMonitoring` needs. */
export interface MonitoringArgs {
  plan: RdsPlan;
  settings: Settings;
  identifiers: Identifiers;
  /** ARN of where alarms and events go. */
  topic: pulumi.Output<string>;
}

/** What watches the database. */
export interface Monitoring {
  /** Name of the dashboard. */
  dashboard: pulumi.Output<string>;
}

/**
 * The log groups, which have to be there before the database writes its first line.
 *
 * @param key ARN of the key; its policy has to let `logs.<region>.amazonaws.com` use it.
 */
export function createLogGroups(
  name: string,
  plan: RdsPlan,
  key: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.LogGroup[] {
  return logGroups(plan).map(
    ({ name: log, group }) =>
      new aws.cloudwatch.LogGroup(`${name}-log-${log}`, logGroupArgs(group, key), opts),
  );
}

/**
 * The topic for alarms and events, and who gets mails of it.
 *
 * @param key ARN of the key for messages; its policy has to let the topic's publishers use it.
 * @returns its ARN, known once its policy lets alarms and events in.
 */
export function createAlarmTopic(
  name: string,
  plan: RdsPlan,
  key: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const arn =
    plan.alarmTopicArn === undefined ? createTopic(name, plan, key, opts) : pulumi.output(plan.alarmTopicArn);
  for (const endpoint of plan.alarmEmails)
    new aws.sns.TopicSubscription(
      `${name}-alarms-${endpoint}`,
      { topic: arn, protocol: "email", endpoint },
      opts,
    );
  return arn;
}

function createTopic(
  name: string,
  plan: RdsPlan,
  key: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const topic = new aws.sns.Topic(`${name}-alarms`, topicArgs(plan, key), opts);
  const policy = new aws.sns.TopicPolicy(
    `${name}-alarms`,
    { arn: topic.arn, policy: topic.arn.apply(topicPolicy) },
    opts,
  );
  return policy.arn;
}

/** Event subscriptions, alarms and dashboard of a database. */
export function createMonitoring(
  name: string,
  args: MonitoringArgs,
  opts: pulumi.CustomResourceOptions,
): Monitoring {
  return new MonitoringParts(name, args, opts);
}

/** The resources that watch one database, in the order they are made. */
class MonitoringParts implements Monitoring {
  readonly dashboard: pulumi.Output<string>;
  private readonly alarms: readonly Alarm[];

  constructor(
    private readonly name: string,
    private readonly args: MonitoringArgs,
    private readonly opts: pulumi.CustomResourceOptions,
  ) {
    const { plan, settings } = args;
    this.alarms = alarms(plan, settings);
    for (const row of events(plan)) this.createEventSubscription(row);
    for (const alarm of this.alarms) this.createAlarm(alarm);
    this.createBackupAlarm();
    this.dashboard = this.createDashboard();
  }

  private createEventSubscription(row: EventRow): void {
    const { identifiers } = this.args;
    const sources = {
      instances: identifiers.instances,
      cluster: [identifiers.cluster],
      parameterGroup: [identifiers.parameterGroup],
    };
    const ids = row.source && sources[row.source].flatMap((id) => (id === undefined ? [] : [id]));
    if (ids?.length === 0) return;
    new aws.rds.EventSubscription(
      `${this.name}-events-${row.name}`,
      eventSubscriptionArgs(row, { topic: this.args.topic, ids }),
      this.opts,
    );
  }

  private createAlarm(alarm: Alarm): void {
    const index = members(this.args.plan).findIndex(({ name }) => name === alarm.member);
    new aws.cloudwatch.MetricAlarm(
      `${this.name}-${alarm.member}-${alarm.name}`,
      alarmArgs(this.args.plan, alarm, {
        topic: this.args.topic,
        identifier: this.args.identifiers.instances[index] ?? alarm.identifier,
      }),
      this.opts,
    );
  }

  private createBackupAlarm(): void {
    const { plan, topic } = this.args;
    const rule = new aws.cloudwatch.EventRule(`${this.name}-backup`, backupRuleArgs(plan), this.opts);
    new aws.cloudwatch.MetricAlarm(`${this.name}-backup`, backupAlarmArgs(plan, topic), {
      ...this.opts,
      dependsOn: rule,
    });
  }

  private createDashboard(): pulumi.Output<string> {
    const { plan, settings, identifiers } = this.args;
    const body = pulumi
      .all(identifiers.instances)
      .apply((instances) =>
        JSON.stringify(
          dashboardBody(plan, { alarms: this.alarms, cpus: settings.machine.cpus, identifiers: instances }),
        ),
      );
    return new aws.cloudwatch.Dashboard(
      `${this.name}-dashboard`,
      { dashboardName: plan.identifier, dashboardBody: body },
      this.opts,
    ).dashboardName;
  }
}
