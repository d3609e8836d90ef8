/** Which alarms does a database of RDS have? For each of its servers those that apply, with their thresholds. Pure. */

import type { cloudwatch } from "@pulumi/aws";
import type { Input } from "@pulumi/pulumi";
import { effectiveValues, type Settings } from "../../parameters/settings";
import { members } from "../members";
import type { RdsPlan } from "../options";
import { ALARMS, type AlarmFacts, type AlarmRow } from "./alarm-rows";

/** An alarm on one server. */
export interface Alarm
  extends Pick<AlarmRow, "metric" | "unit" | "statistic" | "comparison" | "missing" | "why" | "docs"> {
  /** Name of the row. */
  name: string;
  /** `Member.name` of the server. */
  member: string;
  /** `DBInstanceIdentifier` of the server. */
  identifier: string;
  period: number;
  periods: number;
  threshold: number;
  formula: string;
}

function alarmFacts(plan: RdsPlan, settings: Settings): AlarmFacts {
  const { memory, cpus } = settings.machine;
  return { plan, memory, cpus, values: effectiveValues(settings.version, settings.parameters) };
}

/** The alarms of a database: for each server the rows that apply to it. Pure. */
export function alarms(plan: RdsPlan, settings: Settings): Alarm[] {
  const facts = alarmFacts(plan, settings);
  const rows = ALARMS.filter((row) => row.applies?.(facts) ?? true);
  return members(plan).flatMap((member) =>
    rows
      .filter(({ on }) => on.includes(member.role))
      .map(({ on: _on, applies: _applies, threshold, formula, ...row }) => ({
        ...row,
        member: member.name,
        identifier: member.identifier,
        threshold: threshold(facts),
        formula: formula(facts),
      })),
  );
}

const COMPARISON = { above: "GreaterThanThreshold", below: "LessThanThreshold" } as const;

/**
 * An alarm as CloudWatch takes it. The unit is left out: with one that the metric does not have it would never ring.
 *
 * @param topic ARN of the topic that is told of the trouble and of its end.
 * @param identifier `DBInstanceIdentifier` of the server.
 */
export function alarmArgs(
  { identifier: database }: Pick<RdsPlan, "identifier">,
  alarm: Alarm,
  { topic, identifier }: { topic: Input<string>; identifier: Input<string> },
): cloudwatch.MetricAlarmArgs {
  return {
    name: `${database}-${alarm.member}-${alarm.name}`,
    alarmDescription: `${alarm.metric} ${alarm.comparison} ${alarm.formula}. ${alarm.why}`,
    namespace: "AWS/RDS",
    metricName: alarm.metric,
    dimensions: { DBInstanceIdentifier: identifier },
    statistic: alarm.statistic,
    period: alarm.period,
    evaluationPeriods: alarm.periods,
    comparisonOperator: COMPARISON[alarm.comparison],
    threshold: alarm.threshold,
    treatMissingData: alarm.missing ?? "notBreaching",
    alarmActions: [topic],
    okActions: [topic],
  };
}
