/** How do the sides of a measurement take turns, and how are their figures shown? */

import Table from "cli-table3";
import { interrupted, spread } from "./timing";

/** What every part of the benchmark is given. */
export interface Bench {
  /** Begins the name of everything that is made in Docker. */
  prefix: string;
  rounds: number;
  /** Numbers of databases in one program. */
  databases: number[];
  /** Length of one run of pgbench. */
  seconds: number;
  /** Data of the database that is backed up. */
  megabytes: number;
}

/** A side measures one or more figures in a round. */
export type Side<Name extends string> = (round: number) => Promise<Partial<Record<Name, number>>>;

/** Figures of all rounds. Sides run forwards, then backwards: what else the machine does falls on all of them. */
export async function inTurns<Name extends string>(
  title: string,
  rounds: number,
  sides: readonly Side<Name>[],
): Promise<Record<Name, number>[]> {
  const results: Record<Name, number>[] = [];
  for (let round = 0; round < rounds; round++) {
    const result: Partial<Record<Name, number>> = {};
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      interrupted.throwIfAborted();
      Object.assign(result, await side(round));
    }
    results.push(result as Record<Name, number>);
    const figures = Object.entries<number>(result as Record<Name, number>);
    const shown = figures.map(([name, figure]) => `${name} ${Math.round(figure)}`).join(", ");
    process.stderr.write(`${title}: round ${round + 1} of ${rounds}: ${shown}\n`);
  }
  return results;
}

/** A line of a table: one figure of each round. */
export interface Row {
  label: string;
  figures: readonly number[];
  show(figure: number): string;
}

export const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
export const times = (ratio: number) => `${ratio.toFixed(2)}×`;

/** Rows with their spread. */
export function table(title: string, rows: readonly Row[]): string {
  const built = new Table({ head: [title, "median", "min – max"], style: { head: [], border: [] } });
  for (const { label, figures, show } of rows) {
    const { median, min, max } = spread(figures);
    built.push([label, show(median), `${show(min)} – ${show(max)}`]);
  }
  return built.toString();
}

/** Of two figures of the same round, so that a busy minute does not pass for a slow side. */
export function ratio<Name extends string>(
  label: string,
  rounds: readonly Record<Name, number>[],
  over: (round: Record<Name, number>) => number,
  under: (round: Record<Name, number>) => number,
): Row {
  return { label, figures: rounds.map((round) => over(round) / under(round)), show: times };
}
