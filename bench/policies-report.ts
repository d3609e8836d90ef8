/** What do the previews of a measurement say: what does a resource cost, how much memory, and does it grow linearly? */

import { type Row, seconds, table, times } from "./docker-rounds";
import type { Pack } from "./policies-project";

/** Who judges the resources; nobody without a pack. */
export const SIDES: Record<"none" | "noop" | "ours" | "peer", { label: string; pack?: Pack }> = {
  none: { label: "no pack" },
  noop: { label: "no-op pack", pack: "noop" },
  ours: { label: "this pack", pack: "policies" },
  peer: { label: "awsguard", pack: "awsguard" },
};
export type SideName = keyof typeof SIDES;

/** Of a preview: wall time in ms; of the pack's process: processor time in ms, highest memory in MiB. */
type Measure = "wall" | "cpu" | "memory";
export type Figure = `${Measure} ${SideName} ${number}`;
export type Round = Record<Figure, number>;

/** A figure of a round, or what follows from some; NaN where the machine does not tell. */
type Reading = (round: Round) => number;

/** A line of a table, before the rounds are read. */
interface Line {
  label: string;
  reading: Reading;
  show: Row["show"];
}

const goal = 1; // ms a resource above the no-op pack

const PACKS = ["noop", "ours", "peer"] as const;
const JUDGES = ["ours", "peer"] as const;

const milliseconds = (ms: number) => `${ms.toFixed(2)} ms`;
const mebibytes = (size: number) => `${size.toFixed(0)} MiB`;
const kibibytes = (size: number) => `${size.toFixed(0)} KiB`;

function figure(measure: Measure, side: SideName, count: number): Reading {
  return (round) => round[`${measure} ${side} ${count}`] ?? Number.NaN;
}

/** Both of the same round, so that a busy minute does not pass for a slow side. */
function both(one: Reading, other: Reading, join: (one: number, other: number) => number): Reading {
  return (round) => join(one(round), other(round));
}

/** What a side adds to another one for each resource, with the start of its pack. */
function added(measure: Measure, side: SideName, base: SideName, count: number, label: string): Line {
  return {
    label,
    reading: both(
      figure(measure, side, count),
      figure(measure, base, count),
      (one, other) => (one - other) / count,
    ),
    show: milliseconds,
  };
}

/** What packs add to a preview without one, and rules to a pack without any. */
function addedLines(count: number): Line[] {
  const over = (side: SideName, base: SideName, note = "") =>
    added("wall", side, base, count, `${SIDES[side].label} over ${SIDES[base].label}, a resource${note}`);
  return [
    ...PACKS.map((side) => over(side, "none")),
    over("ours", "noop", ` (goal: at most ${goal} ms)`),
    added("cpu", "ours", "noop", count, "the same in processor time"),
    over("peer", "noop"),
    added("cpu", "peer", "noop", count, "the same in processor time"),
  ];
}

/** The lines of one number of resources. */
function previewLines(count: number): Line[] {
  const lines = (sides: readonly SideName[], measure: Measure, prefix: string, show: Line["show"]) =>
    sides.map((side) => ({
      label: `${prefix}${SIDES[side].label}`,
      reading: figure(measure, side, count),
      show,
    }));
  return [
    ...lines(Object.keys(SIDES) as SideName[], "wall", "", seconds),
    ...addedLines(count),
    {
      label: "this pack / awsguard",
      reading: both(
        figure("wall", "ours", count),
        figure("wall", "peer", count),
        (one, other) => one / other,
      ),
      show: times,
    },
    ...lines(PACKS, "cpu", "processor time of ", seconds),
    ...lines(PACKS, "memory", "memory of ", mebibytes),
  ];
}

/** From one number of resources to the next. */
interface Step {
  from: number;
  to: number;
  label: string;
}

/** What each further resource costs a side, without the start of its pack. */
function each({ from, to }: Step, measure: Measure, side: SideName): Reading {
  const [more, less] = [figure(measure, side, to), figure(measure, side, from)];
  return both(more, less, (one, other) => (one - other) / (to - from));
}

function aboveNoop(step: Step, measure: Measure, side: SideName): Reading {
  return both(each(step, measure, side), each(step, measure, "noop"), (one, other) => one - other);
}

function stepLines(step: Step): Line[] {
  return [
    ...JUDGES.flatMap((side) => [
      {
        label: `${step.label}: ${SIDES[side].label} over no-op pack`,
        reading: aboveNoop(step, "wall", side),
        show: milliseconds,
      },
      {
        label: `${step.label}: the same in processor time`,
        reading: aboveNoop(step, "cpu", side),
        show: milliseconds,
      },
    ]),
    {
      label: `${step.label}: memory of this pack`,
      reading: (round) => each(step, "memory", "ours")(round) * 1024,
      show: kibibytes,
    },
  ];
}

/** Where the time grows linearly, each further resource costs the same as before. */
function bendLine(step: Step, before: Step): Line {
  return {
    label: `processor time, ${step.label} / ${before.label} (linear: 1×)`,
    reading: both(
      aboveNoop(step, "cpu", "ours"),
      aboveNoop(before, "cpu", "ours"),
      (one, other) => one / other,
    ),
    show: times,
  };
}

function growthLines(counts: readonly number[]): Line[] {
  const steps = counts.slice(1).map((to, index): Step => {
    const from = counts[index] as number;
    return { from, to, label: `${from.toLocaleString("en")} to ${to.toLocaleString("en")}` };
  });
  const bends = steps.slice(1).map((step, index) => bendLine(step, steps[index] as Step));
  return [...steps.flatMap(stepLines), ...bends];
}

/** A table for each number of resources, and one of the growth between them. */
export function report(rounds: readonly Round[], counts: readonly number[]): string {
  const tableOf = (title: string, lines: readonly Line[]) => {
    const rows = lines.map(({ label, reading, show }) => ({ label, figures: rounds.map(reading), show }));
    return table(
      title,
      rows.filter(({ figures }) => !figures.some(Number.isNaN)),
    );
  };
  const previews = counts.map((count) =>
    tableOf(`preview of ${count.toLocaleString("en")} resources`, previewLines(count)),
  );
  const growth = counts.length > 1 ? [tableOf("each further resource", growthLines(counts))] : [];
  return [...previews, ...growth].join("\n");
}
