/** Is the dashboard one that CloudWatch takes, and does it show every threshold? */

import assert from "node:assert/strict";
import { members } from "../../../../components/rds/members";
import { alarms } from "../../../../components/rds/monitoring/alarms";
import { type DashboardBody, dashboardBody } from "../../../../components/rds/monitoring/dashboard";
import type { RdsPlan } from "../../../../components/rds/options";
import { AURORA_POSTGRESQL, RDS_POSTGRESQL } from "./documented-metrics";
import { AURORA, CLUSTER, PLAN, settings } from "./plans";

const PLANS: Record<string, RdsPlan> = {
  "multi-az": PLAN,
  "with replicas": { ...PLAN, replicas: 2 },
  cluster: CLUSTER,
  aurora: AURORA,
};

function body(plan: RdsPlan): DashboardBody {
  return dashboardBody(plan, {
    alarms: alarms(plan, settings()),
    cpus: 2,
    identifiers: members(plan).map(({ identifier }) => identifier),
  });
}

/** Cells of the grid that two widgets claim, or that are outside. */
function collisions({ widgets }: DashboardBody): string[] {
  const taken = new Set<string>();
  const found: string[] = [];
  for (const { x, y, width, height } of widgets)
    for (let column = x; column < x + width; column++)
      for (let row = y; row < y + height; row++) {
        const cell = `${column},${row}`;
        if (taken.has(cell) || column < 0 || column >= 24 || row < 0) found.push(cell);
        taken.add(cell);
      }
  return found;
}

describe("the dashboard", () => {
  for (const [name, plan] of Object.entries(PLANS)) {
    it(`of ${name} lies on a grid of 24 columns without overlaps`, () => {
      assert.deepEqual(collisions(body(plan)), []);
    });

    it(`of ${name} shows each metric once, for every server`, () => {
      const { widgets } = body(plan);
      const metrics = widgets.map(({ properties }) => properties.metrics[0]?.[1]);
      assert.equal(new Set(metrics).size, metrics.length);
      for (const { properties } of widgets)
        assert.deepEqual(
          properties.metrics.map(([, , , identifier]) => identifier),
          members(plan).map(({ identifier }) => identifier),
        );
    });

    it(`of ${name} draws the threshold of every alarm into its metric`, () => {
      for (const { metric, threshold, name: alarm } of alarms(plan, settings())) {
        const widget = body(plan).widgets.find(({ properties }) => properties.metrics[0]?.[1] === metric);
        const values = widget?.properties.annotations?.horizontal.map(({ value }) => value);
        assert.ok(values?.includes(threshold), `${alarm} in ${metric}`);
      }
    });

    it(`of ${name} shows metrics that AWS documents`, () => {
      const documented = plan.topology === "aurora" ? AURORA_POSTGRESQL : RDS_POSTGRESQL;
      // Performance Insights sends it. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.Cloudwatch.html
      const known = new Set([...Object.keys(documented), "DBLoad"]);
      for (const { properties } of body(plan).widgets)
        assert.ok(known.has(properties.metrics[0]?.[1] ?? ""), properties.title);
    });
  }

  it("sees an overlap", () => {
    const [first] = body(PLAN).widgets;
    assert.ok(first);
    assert.notDeepEqual(collisions({ widgets: [first, first] }), []);
    assert.notDeepEqual(collisions({ widgets: [{ ...first, x: 20 }] }), []);
  });

  it("has this chart of transaction ids", () => {
    const widget = body(PLAN).widgets.find(({ properties }) => /TransactionIDs/.test(properties.title));
    assert.deepEqual(widget, {
      type: "metric",
      x: 0,
      y: 12,
      width: 8,
      height: 6,
      properties: {
        title: "MaximumUsedTransactionIDs (maximum)",
        region: "eu-central-1",
        view: "timeSeries",
        stacked: false,
        stat: "Maximum",
        period: 300,
        metrics: [["AWS/RDS", "MaximumUsedTransactionIDs", "DBInstanceIdentifier", "shop-prod-db"]],
        yAxis: { left: { label: "Count", min: 0, showUnits: false } },
        annotations: {
          horizontal: [
            { label: "vacuum: autovacuum_freeze_max_age × 2", value: 400_000_000 },
            { label: "wraparound: 1,000,000,000", value: 1_000_000_000 },
          ],
        },
      },
    });
  });
});
