/** How does a command wait for AWS? It asks again, less often the longer it takes, and says how far AWS is. */

import { setTimeout as sleep } from "node:timers/promises";
import { Fault } from "../../faults";

/** Milliseconds between two questions: the first, and the longest. */
export interface Pauses {
  first: number;
  longest: number;
}

/** What AWS makes takes minutes; it throttles who asks too often. */
export const PAUSES: Pauses = { first: 1000, longest: 15_000 };

/** Hours after which waiting makes no sense. */
const LONGEST_WAIT = 6;

const GROWTH = 1.5;

/**
 * Asks until there is an answer.
 *
 * @param ask undefined: not yet.
 * @param what What is waited for, for the fault after six hours.
 */
export async function waitFor<Answer>(
  ask: () => Promise<Answer | undefined>,
  what: string,
  { first, longest }: Pauses = PAUSES,
): Promise<Answer> {
  const end = Date.now() + LONGEST_WAIT * 60 * 60_000;
  for (let pause = first; ; pause = Math.min(pause * GROWTH, longest)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end)
      throw new Fault(
        `${what} did not come in ${LONGEST_WAIT} hours`,
        "look into the events: aws rds describe-events --duration 1440",
      );
    await sleep(pause);
  }
}
