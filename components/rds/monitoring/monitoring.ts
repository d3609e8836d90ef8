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
  /** ARN of the key for messages in the topic; its policy has to let the topic's publishers use it. */
  key: pulumi.Input<string>;
}

/** What watches the database. */
export interface Monitoring {
  /** Where alarms and events go. */
  topicArn: pulumi.Output<string>;
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

/** Topic, event subscriptions, alarms and dashboard of a database. */
export function createMonitoring(
  name: string,
  args: MonitoringArgs,
  opts: pulumi.CustomResourceOptions,
): Monitoring {
  return new MonitoringParts(name, args, opts);
}

/** The resources that watch one database, in the order they are made. */
class MonitoringParts implements Monitoring {
  readonly topicArn: pulumi.Output<string>;
  readonly dashboard: pulumi.Output<string>;
  private readonly alarms: readonly Alarm[];

  constructor(
    private readonly name: string,
    private readonly args: MonitoringArgs,
    private readonly opts: pulumi.CustomResourceOptions,
  ) {
    const { plan, settings } = args;
    this.alarms = alarms(plan, settings);
    this.topicArn = plan.alarmTopicArn === undefined ? this.createTopic() : pulumi.output(plan.alarmTopicArn);
    this.createMails();
    for (const row of events(plan)) this.createEventSubscription(row);
    for (const alarm of this.alarms) this.createAlarm(alarm);
    this.createBackupAlarm();
    this.dashboard = this.createDashboard();
  }

  /** @returns the topic's ARN, known once its policy lets alarms and events in. */
  private createTopic(): pulumi.Output<string> {
    const { plan, key } = this.args;
    const topic = new aws.sns.Topic(`${this.name}-alarms`, topicArgs(plan, key), this.opts);
    const policy = new aws.sns.TopicPolicy(
      `${this.name}-alarms`,
      { arn: topic.arn, policy: topic.arn.apply(topicPolicy) },
      this.opts,
    );
    return policy.arn;
  }

  private createMails(): void {
    for (const endpoint of this.args.plan.alarmEmails)
      new aws.sns.TopicSubscription(
        `${this.name}-alarms-${endpoint}`,
        { topic: this.topicArn, protocol: "email", endpoint },
        this.opts,
      );
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
      eventSubscriptionArgs(row, { topic: this.topicArn, ids }),
      this.opts,
    );
  }

  private createAlarm(alarm: Alarm): void {
    const index = members(this.args.plan).findIndex(({ name }) => name === alarm.member);
    new aws.cloudwatch.MetricAlarm(
      `${this.name}-${alarm.member}-${alarm.name}`,
      alarmArgs(this.args.plan, alarm, {
        topic: this.topicArn,
        identifier: this.args.identifiers.instances[index] ?? alarm.identifier,
      }),
      this.opts,
    );
  }

  private createBackupAlarm(): void {
    const { plan } = this.args;
    const rule = new aws.cloudwatch.EventRule(`${this.name}-backup`, backupRuleArgs(plan), this.opts);
    new aws.cloudwatch.MetricAlarm(`${this.name}-backup`, backupAlarmArgs(plan, this.topicArn), {
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
