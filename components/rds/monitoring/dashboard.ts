/** What does the dashboard show? A chart per metric, three in a row, with the thresholds of the alarms drawn in. */

import type { RdsPlan } from "../options";
import type { MetricUnit } from "./alarm-rows";
import type { Alarm } from "./alarms";

/** Width of a dashboard, in CloudWatch's units, and the size of a chart. */
const GRID = 24;
const WIDTH = 8;
const HEIGHT = 6;

/** A line at a value. */
interface Annotation {
  label: string;
  value: number;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
export interface MetricWidget {
  type: "metric";
  x: number;
  y: number;
  width: number;
  height: number;
  properties: {
    title: string;
    region: string;
    view: "timeSeries";
    stacked: false;
    stat: string;
    period: number;
    /** `[namespace, metric, dimension, value]`: one line per server. */
    metrics: [string, string, string, string][];
    yAxis: { left: { label: string; min: 0; showUnits: false } };
    annotations?: { horizontal: Annotation[] };
  };
}

/** The body of a dashboard. */
export interface DashboardBody {
  widgets: MetricWidget[];
}

/** What a chart shows. */
interface Chart {
  metric: string;
  unit: MetricUnit | "Count/Second" | "Bytes/Second" | "Sessions";
  statistic: string;
  period: number;
  lines: readonly Annotation[];
}

/** Metrics without an alarm that explain the others. */
const LOAD: readonly Omit<Chart, "lines">[] = [
  { metric: "ReadIOPS", unit: "Count/Second", statistic: "Average", period: 300 },
  { metric: "WriteIOPS", unit: "Count/Second", statistic: "Average", period: 300 },
  { metric: "ReadThroughput", unit: "Bytes/Second", statistic: "Average", period: 300 },
  { metric: "WriteThroughput", unit: "Bytes/Second", statistic: "Average", period: 300 },
];

/** One chart per metric, in the order of the alarms, with a line for each threshold. */
function alarmCharts(alarms: readonly Alarm[]): Chart[] {
  const charts = new Map<string, Chart>();
  for (const { name, metric, unit, statistic, period, threshold, formula } of alarms) {
    const lines = charts.get(metric)?.lines ?? [];
    const label = `${name}: ${formula}`;
    const isNew = !lines.some((line) => line.label === label);
    const line = { label, value: threshold };
    charts.set(metric, { metric, unit, statistic, period, lines: isNew ? [...lines, line] : lines });
  }
  return [...charts.values()];
}

function widget(chart: Chart, index: number, region: string, identifiers: readonly string[]): MetricWidget {
  const perRow = GRID / WIDTH;
  return {
    type: "metric",
    x: (index % perRow) * WIDTH,
    y: Math.floor(index / perRow) * HEIGHT,
    width: WIDTH,
    height: HEIGHT,
    properties: {
      title: `${chart.metric} (${chart.statistic.toLowerCase()})`,
      region,
      view: "timeSeries",
      stacked: false,
      stat: chart.statistic,
      period: chart.period,
      metrics: identifiers.map((identifier) => ["AWS/RDS", chart.metric, "DBInstanceIdentifier", identifier]),
      yAxis: { left: { label: chart.unit, min: 0, showUnits: false } },
      ...(chart.lines.length > 0 && { annotations: { horizontal: [...chart.lines] } }),
    },
  };
}

/**
 * The dashboard of a database. Pure.
 *
 * @param alarms Those of the database: their metrics are shown, and their thresholds.
 * @param cpus Sessions above this many wait for each other.
 * @param identifiers `DBInstanceIdentifier` of every server.
 */
export function dashboardBody(
  { region }: Pick<RdsPlan, "region">,
  { alarms, cpus, identifiers }: { alarms: readonly Alarm[]; cpus: number; identifiers: readonly string[] },
): DashboardBody {
  const sessions: Chart = {
    metric: "DBLoad",
    unit: "Sessions",
    statistic: "Average",
    period: 300,
    lines: [{ label: "CPUs", value: cpus }],
  };
  const charts = [sessions, ...alarmCharts(alarms), ...LOAD.map((chart) => ({ ...chart, lines: [] }))];
  return { widgets: charts.map((chart, index) => widget(chart, index, region, identifiers)) };
}
