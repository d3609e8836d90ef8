/** How much WAL may wait for recovery, if that may take only so long? The recovery time objective as limits. Pure. */

import type { Ceiling } from "./settings";
import { showBytes } from "./units";

const MB = 1024 ** 2;

/** A recovery time objective, and how fast this machine replays WAL. */
export interface RecoveryObjective {
  /** Seconds from the start of a crashed server until it takes connections. */
  rto: number;
  /** MB of WAL that recovery replays in a second, as far as one counts on it. */
  replayRate: number;
  /** Day of the measurement, ISO 8601; null where nothing was measured. */
  measuredAt: string | null;
}

/** Seconds that a start takes beside the replay: its processes, and the flush of every file of the cluster. */
export const START_SECONDS = 5;

/** Of what was measured this much counts: another mix of changes, or a busier disk, is replayed more slowly. */
const SHARE = 1 / 2;

/** MB/s that count where nothing was measured: a third of 70, which two idle CPUs did (1025 MB in 14.6 s). */
const UNMEASURED = 23;

/** MB; with less the server would hardly do anything but checkpoints. */
const LEAST_WAL = 128;

/** `checkpoint_timeout`: PostgreSQL takes no less, and we set no more. */
const SHORTEST_TIMEOUT = 30;
const LONGEST_TIMEOUT = 300;

/** MB of WAL replayed in a second that one can count on. */
export function countedRate(measured?: number): number {
  return measured === undefined ? UNMEASURED : Math.max(1, Math.floor(measured * SHARE));
}

/** The shortest objective that can be met, in whole seconds. */
export function shortestRto(replayRate: number): number {
  return START_SECONDS + Math.ceil(LEAST_WAL / replayRate);
}

/** Whole segments of WAL that are replayed in time, in MB. */
function mostWal({ rto, replayRate }: RecoveryObjective): number {
  const segments = Math.floor(((rto - START_SECONDS) * replayRate) / 16);
  return Math.max(LEAST_WAL, segments * 16);
}

/** Why this rate. */
export function rateText({ replayRate, measuredAt }: RecoveryObjective): string {
  const source =
    measuredAt === null
      ? `a third of what two idle CPUs did; \`calibrate\` measures it here`
      : `half of what was measured on ${measuredAt.slice(0, 10)}`;
  return `${replayRate}MB/s (${source})`;
}

/** What an objective allows of parameters at the most. */
export function recoveryCeilings(objective: RecoveryObjective): Record<string, Ceiling> {
  const { rto, replayRate } = objective;
  const who = `durability.rto ${rto}s`;
  const timeout = Math.max(SHORTEST_TIMEOUT, Math.min(LONGEST_TIMEOUT, Math.floor(rto)));
  return {
    checkpoint_timeout: {
      most: `${timeout}s`,
      who,
      formula: `rto ${rto}s, from ${SHORTEST_TIMEOUT}s to 5min`,
      why: "WAL is replayed no slower than it was written.",
    },
    max_wal_size: {
      most: showBytes(mostWal(objective) * MB),
      who,
      formula: `(rto ${rto}s - ${START_SECONDS}s to start) × ${replayRate}MB/s, in whole segments`,
      why: `Recovery replays up to this much, at ${rateText(objective)}.`,
    },
  };
}

/** The objective as an inequality with the WAL that is allowed. */
export function recoveryInequality(objective: RecoveryObjective, maxWalSize: number): string {
  const megabytes = Math.ceil(maxWalSize / MB);
  const seconds = START_SECONDS + megabytes / objective.replayRate;
  return `${objective.rto}s rto ≥ ${seconds.toFixed(1)}s = ${START_SECONDS}s to start + ${megabytes}MB max_wal_size at ${rateText(objective)}`;
}
