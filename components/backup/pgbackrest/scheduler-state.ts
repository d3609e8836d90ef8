/** What does the scheduler of the backups know of its last rehearsal? It writes its state into the backup volume. */

import { SCHEDULER_STATE } from "../../docker/layout";
import { isFault } from "../../faults";
import type { LastRehearsal } from "../evidence";
import { showTime } from "../time";
import { PgBackRestHost } from "./host";
import type { ContainerPlace } from "./run";

/** The part of the state that is read; scheduler.pl writes it. */
interface SchedulerState {
  rehearse?: {
    /** Seconds since 1970; absent before the first end. */
    ended?: number;
    /** Empty when it did not fail. */
    failure?: string;
    /** null where it did not come to that. */
    restoreSeconds?: number | null;
  };
}

/** The newest rehearsal in a state; null while there was none. */
export function rehearsalIn(json: string): LastRehearsal | null {
  const { ended, failure = "", restoreSeconds = null } = (JSON.parse(json) as SchedulerState).rehearse ?? {};
  if (ended === undefined) return null;
  return {
    ok: failure === "",
    finishedAt: showTime(BigInt(ended) * 1_000_000n),
    restoreSeconds,
    failure: failure === "" ? null : failure,
  };
}

/** The newest rehearsal on schedule; null while there was none, or where its state is gone. */
export async function scheduledRehearsal(host: PgBackRestHost): Promise<LastRehearsal | null> {
  const { code, stdout } = await host.run(["cat", SCHEDULER_STATE]);
  return code === 0 ? rehearsalIn(stdout) : null;
}

/** The same for a deployment, which must not fail because nobody can look: null then. */
export async function lookForRehearsal(place: ContainerPlace): Promise<LastRehearsal | null> {
  return scheduledRehearsal(PgBackRestHost.of(place)).catch((error) => {
    if (isFault(error)) return null;
    throw error;
  });
}
