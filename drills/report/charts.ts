/** How do the plots look? Apache ECharts draws them as SVG when the page is made, in the page's own colours. */

import type { EChartsOption, LineSeriesOption } from "echarts";
import * as echarts from "echarts";
import { Html, html } from "./html";
import type { RoundRow, RunRow } from "./model";

const WIDTH = 880;

/** Variables of the page's style, so that a plot is dark where the page is. */
const INK = "var(--muted)";
const GRID = "var(--line)";
export const COLOURS = { load: "var(--load)", recovery: "var(--recovery)", wal: "var(--wal)" } as const;

/** Hidden from screen readers: the figure says in words and in a table what it shows. */
function svg(option: EChartsOption, height: number): Html {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height });
  try {
    chart.setOption({ animation: false, textStyle: { fontFamily: "inherit" }, ...option });
    // A hover style of ECharts' own, for plots with a script; the page has none.
    const drawn = chart.renderToSVGString({ useViewBox: true }).replace(/<style[\s\S]*?<\/style>/g, "");
    return html`<div class="plot" aria-hidden="true">${new Html(drawn)}</div>`;
  } finally {
    // Without it its clock keeps the process alive.
    chart.dispose();
  }
}

function axis(name: string) {
  return {
    name,
    nameLocation: "middle" as const,
    nameGap: 32,
    nameTextStyle: { color: INK },
    axisLabel: { color: INK },
    axisLine: { lineStyle: { color: GRID } },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: GRID } },
  };
}

/** Commits per second from round to round; each break, and the recovery after it. The time of the checks is left out. */
export function timeline(rounds: readonly RoundRow[]): Html {
  const points: [number, number][] = [];
  const breaks: { xAxis: number }[] = [];
  const recoveries: [{ xAxis: number; name: string }, { xAxis: number }][] = [];
  let now = 0;
  for (const { round, loadSeconds, commitsPerSecond, recoverySeconds } of rounds) {
    const broken = now + loadSeconds;
    const rate = commitsPerSecond ?? 0;
    points.push([now, 0], [now, rate], [broken, rate], [broken, 0]);
    breaks.push({ xAxis: broken });
    now = broken + (recoverySeconds ?? 0);
    recoveries.push([{ xAxis: broken, name: `${round}` }, { xAxis: now }]);
  }
  const series: LineSeriesOption = {
    type: "line",
    silent: true,
    showSymbol: false,
    data: [...points, [now, 0]],
    lineStyle: { color: COLOURS.load, width: 1.5 },
    areaStyle: { color: COLOURS.load, opacity: 0.3 },
    markArea: {
      silent: true,
      itemStyle: { color: COLOURS.recovery, opacity: 0.35 },
      label: { color: INK, position: "top" },
      data: recoveries,
    },
    markLine: {
      silent: true,
      symbol: "none",
      label: { show: false },
      lineStyle: { color: "var(--bad)", type: "solid", width: 2 },
      data: breaks,
    },
  };
  return svg(
    {
      grid: { left: 70, right: 20, top: 28, bottom: 48 },
      xAxis: {
        type: "value",
        max: now,
        ...axis("seconds under load and in recovery"),
        axisLabel: { color: INK, showMaxLabel: false },
      },
      yAxis: { type: "value", ...axis("commits per second"), nameGap: 50 },
      series,
    },
    260,
  );
}

/** How long each round took to recover, and how much WAL it replayed. */
export function recoveries(rounds: readonly RoundRow[]): Html {
  const names = rounds.map(({ round }) => `${round}`);
  const bars = (index: number, colour: string, data: (number | null)[]) => ({
    type: "bar" as const,
    silent: true,
    xAxisIndex: index,
    yAxisIndex: index,
    barMaxWidth: 36,
    itemStyle: { color: colour },
    data,
  });
  const middle = WIDTH / 2;
  return svg(
    {
      grid: [
        { left: 70, width: middle - 100, top: 16, bottom: 48 },
        { left: middle + 50, width: middle - 70, top: 16, bottom: 48 },
      ],
      xAxis: [0, 1].map((gridIndex) => ({ type: "category", gridIndex, data: names, ...axis("round") })),
      yAxis: ["seconds of recovery", "MB of WAL replayed"].map((name, gridIndex) => ({
        type: "value",
        gridIndex,
        ...axis(name),
        nameGap: 46,
      })),
      series: [
        bars(
          0,
          COLOURS.recovery,
          rounds.map(({ recoverySeconds }) => recoverySeconds),
        ),
        bars(
          1,
          COLOURS.wal,
          rounds.map(({ replayedBytes }) => (replayedBytes === null ? null : replayedBytes / 1024 ** 2)),
        ),
      ],
    },
    220,
  );
}

/** Symbols of the drills in the history: no drill is known by its colour alone. */
const SYMBOLS = [
  { symbol: "circle", sign: "●", color: COLOURS.load },
  { symbol: "triangle", sign: "▲", color: COLOURS.recovery },
  { symbol: "rect", sign: "■", color: COLOURS.wal },
  { symbol: "diamond", sign: "◆", color: "var(--ink)" },
] as const;

/** Sign and colour of a drill. */
export function symbolOf(index: number): (typeof SYMBOLS)[number] {
  return SYMBOLS[index % SYMBOLS.length] as (typeof SYMBOLS)[number];
}

/** The longest recovery of each run, in the order of the runs. */
export function history(runs: readonly RunRow[], drills: readonly string[]): Html {
  return svg(
    {
      grid: { left: 70, right: 20, top: 16, bottom: 48 },
      xAxis: { type: "category", data: runs.map((_, index) => `${index + 1}`), ...axis("run") },
      yAxis: { type: "value", ...axis("longest recovery, s"), nameGap: 40 },
      series: drills.map((name, index) => {
        const { symbol, color } = symbolOf(index);
        return {
          type: "line",
          silent: true,
          symbol,
          symbolSize: 9,
          showAllSymbol: true,
          connectNulls: true,
          lineStyle: { color, width: 1 },
          itemStyle: { color },
          data: runs.map(({ drill, longestRecoverySeconds }) =>
            drill === name ? longestRecoverySeconds : null,
          ),
        };
      }),
    },
    220,
  );
}
