/** How are backups judged that are in several places? Each by itself, and the gravest counts. */

import { isRead, type Kept } from "../backup/types";
import { type Backups, type Judgement, VERDICTS } from "./check";

/** A judgement of what one place keeps. */
export type Judging = (kept: Kept) => Omit<Judgement, "threshold">;

/**
 * The gravest judgement of all places. Those that are not well are named, where there is more than one.
 *
 * @param judge Of one place.
 */
export function everywhere({ catalogue }: Backups, judge: Judging): ReturnType<Judging> {
  const first = { place: catalogue.place, ...judge(catalogue) };
  const others = catalogue.copies.map((copy) =>
    isRead(copy)
      ? { place: copy.place, ...judge(copy) }
      : { place: copy.place, value: `not known: ${copy.fact}`, verdict: "warning" as const, hint: copy.hint },
  );
  const bad = [first, ...others].filter(({ verdict }) => verdict !== "ok");
  const [gravest] = bad.toSorted((one, other) => graveness(other) - graveness(one));
  if (!gravest || others.length === 0) return first;
  const { verdict, hint } = gravest;
  return { value: bad.map(({ place, value }) => `${place}: ${value}`).join("; "), verdict, hint };
}

function graveness({ verdict }: Pick<Judgement, "verdict">): number {
  return VERDICTS.indexOf(verdict);
}
