/** To which moment shall a database be restored? A time with its zone, a position, a restore point's name, or the latest. */

import { Fault } from "../faults";
import { readLsn, showLsn } from "./lsn";
import { readTime, showTime } from "./time";

/** A moment that somebody named. */
export type TargetPoint =
  | { kind: "latest" }
  /** Microseconds since 1970. */
  | { kind: "time"; time: bigint }
  | { kind: "lsn"; lsn: bigint }
  | { kind: "name"; name: string };

/** Longest name of a restore point, in bytes. `MAXFNAMELEN`, xlog_internal.h. */
const LONGEST_NAME = 63;

/** What begins like a date is a time, and no name. */
const LIKE_A_TIME = /^\d{4}-\d\d?-\d\d?/;

/**
 * Reads the argument of `--to` and of `restoreFrom.to`.
 *
 * @param now Microseconds since 1970; later times are refused.
 * @throws Fault for a time without zone, an impossible or future one, and for what can be no name.
 */
export function readTargetPoint(text: string, now: bigint): TargetPoint {
  const written = text.trim();
  if (written === "latest") return { kind: "latest" };
  const position = readLsn(written);
  if (position !== undefined) return { kind: "lsn", lsn: position };
  if (LIKE_A_TIME.test(written)) return { kind: "time", time: pastTime(written, now) };
  if (written === "" || Buffer.byteLength(written) > LONGEST_NAME || /[^\x20-\x7e]/.test(written))
    throw new Fault(
      `the restore target ${JSON.stringify(text)} is neither a time, nor a position in the WAL, nor a restore point's name, nor latest`,
      "--to 2026-11-24T10:00:00Z, --to 0/5000028, --to before-migration or --to latest",
    );
  return { kind: "name", name: written };
}

function pastTime(written: string, now: bigint): bigint {
  const reading = readTime(written);
  if (reading === "no zone")
    throw new Fault(
      `the time ${written} has no time zone`,
      `--to ${written.replace(" ", "T")}Z if it is UTC, or with the offset of your zone: --to ${written.replace(" ", "T")}+01:00`,
    );
  if (reading === undefined)
    throw new Fault(`the time ${written} does not exist`, "--to 2026-11-24T10:00:00Z");
  if (reading > now)
    throw new Fault(
      `the time ${written} lies in the future: it is ${showTime(now)} now`,
      "--to latest, for everything that was committed",
    );
  return reading;
}

/** The target as people write it. */
export function showTargetPoint(point: TargetPoint): string {
  if (point.kind === "time") return showTime(point.time);
  if (point.kind === "lsn") return showLsn(point.lsn);
  return point.kind === "name" ? point.name : "latest";
}

/**
 * Parameters that end recovery there. https://www.postgresql.org/docs/15/runtime-config-wal.html#RUNTIME-CONFIG-WAL-RECOVERY-TARGET
 *
 * A time includes what was committed at it. A position excludes the record that begins there, so that the answer of
 * pg_current_wal_lsn() brings back what was written before it was asked.
 */
export function recoveryTarget(point: TargetPoint): Record<string, string> {
  if (point.kind === "time")
    // A name of a zone, even Z, is refused here: the table of zones is not loaded yet when recovery begins.
    return {
      recovery_target_time: showTime(point.time).replace("Z", "+00"),
      recovery_target_inclusive: "on",
    };
  if (point.kind === "lsn")
    return { recovery_target_lsn: showLsn(point.lsn), recovery_target_inclusive: "off" };
  return point.kind === "name" ? { recovery_target_name: point.name } : {};
}
