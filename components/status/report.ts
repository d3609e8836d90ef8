/** How is the server? Every check's judgement of what was read. Pure. */

import type { Fault } from "../faults";
import { STORE_CHECKS } from "./backup-checks";
import { type Context, type Deployed, type Judgement, VERDICTS } from "./check";
import { CHECKS } from "./checks";
import type { StatusReading } from "./reading";

/** Also the output of `durable-postgres status --json`. */
export interface StatusReport {
  /** True when every verdict is ok. */
  ok: boolean;
  /** Null when it cannot be read, and on RDS, where AWS is asked in its place; then there is a check `server`. */
  server: { version: string; startedAt: string; systemIdentifier: string } | null;
  checks: (Judgement & { name: string })[];
}

/**
 * Judges a reading.
 *
 * @param previous An earlier reading: rates are computed from the two.
 */
export function statusReport(
  reading: StatusReading,
  deployed: Deployed,
  previous?: StatusReading,
): StatusReport {
  const checks = CHECKS.map((check) => {
    const { value, threshold, verdict, hint } = check.judge(
      reading.rows[check.name] as never,
      { ...reading, deployed },
      previous?.rows[check.name] as never,
    );
    return { name: check.name, value, threshold, verdict, hint };
  });
  const { version, startedAt, systemIdentifier } = reading.server;
  return {
    ok: checks.every(({ verdict }) => verdict === "ok"),
    server: { version, startedAt, systemIdentifier },
    checks,
  };
}

/**
 * A server that cannot be read is in a critical state.
 *
 * @param backups What is kept of it: whoever has lost a server asks for its backups.
 */
export function unreadable({ fact, hint }: Fault, backups?: Context["backups"]): StatusReport {
  const kept = backups
    ? STORE_CHECKS.map((check) => ({
        name: check.name,
        ...check.judge(undefined as never, { backups } as Context),
      }))
    : [];
  return {
    ok: false,
    server: null,
    checks: [{ name: "server", value: fact, threshold: "it answers", verdict: "critical", hint }, ...kept],
  };
}

/** 0: all ok, 1: the gravest is a warning, 2: something is critical. */
export function exitCode({ checks }: StatusReport): number {
  return Math.max(...checks.map(({ verdict }) => VERDICTS.indexOf(verdict)));
}
