/** What does a drill leave in the evidence? Published as docs/evidence.schema.json. */

import type { DrillName } from "./claims";
import type { ControlResult } from "./controls";
import type { Evidence } from "./evidence";
import type { DrillRound } from "./rounds";

/** What was shown by one drill. */
export interface DrillResult {
  drill: DrillName;
  /** `not run` is no success: nothing was shown. */
  verdict: "passed" | "failed" | "not run";
  /** Why it was not run; null where it was. */
  reason: string | null;
  rounds: DrillRound[];
}

/** On what it was shown. */
export interface Circumstances {
  /** Version of this package. */
  product: string;
  /** Major version of PostgreSQL. */
  postgres: string;
  /** All parameters of the stack, as `SHOW` prints them. */
  parameters: Readonly<Record<string, string>>;
  machine: string;
  /** Recovery time objective in seconds; null where there is none. */
  rtoSeconds: number | null;
}

/** What is appended. */
export interface DrillRecord extends DrillResult, Circumstances {
  kind: "drill";
  /** Empty without `--prove`. */
  controls: ControlResult[];
}

/** The records of drills among others, in their order. */
export function drillRecords(records: readonly Evidence[]): (Evidence & DrillRecord)[] {
  return records.filter((record): record is Evidence & DrillRecord => record.kind === "drill");
}
