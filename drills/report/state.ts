/** What does the report say beside the drills? Verifications, rehearsals, backups, the server's state, policies. Pure. */

import type { Rehearsal } from "../../components/backup/rehearsal-protocol";
import type { BackupCatalogue } from "../../components/backup/types";
import type { StatusReport } from "../../components/status/report";
import type { VerificationReport } from "../../components/verify/report";
import type { Evidence } from "../evidence";
import type { Reason } from "./verdict";

/** What was read when the page was made; or why it could not be. */
export type Part<Content> = { content: Content; missing: null } | { content: null; missing: Reason };

/** A finding of a policy, in a preview of the stack as it is configured now. */
export interface PolicyRow {
  policy: string;
  level: string;
  /** Empty: the whole stack. */
  resource: string;
  fact: string;
  hint: string;
}

/** A finding that somebody has accepted. */
export interface WaiverRow {
  rule: string;
  resource: string;
  reason: string;
  expires: string;
}

/** What the policy pack says of the stack. */
export interface PolicyState {
  findings: PolicyRow[];
  /** Of the configuration of the pack that was named. */
  waivers: WaiverRow[];
}

/** What is read when the page is made. */
export interface StateArgs {
  status: Part<StatusReport>;
  backups: Part<BackupCatalogue>;
  policies: Part<PolicyState>;
}

/** One verification of the server. */
export interface VerificationRow {
  at: string;
  ok: boolean;
  /** `deployment` or `verify`. */
  during: string;
  postgres: string;
  compared: number;
  findings: string[];
  sha256: string;
}

/** One rehearsal of a restore. */
export interface RehearsalRow {
  at: string;
  ok: boolean;
  backup: string | null;
  restoreSeconds: number | null;
  dataAgeSeconds: number | null;
  failure: string | null;
  sha256: string;
}

/** What a verification leaves in the evidence. */
export type VerificationRecord = VerificationReport & {
  kind: "verification";
  during: "deployment" | "verify";
  product: string;
  postgres: string;
  machine: string;
  parameters: Readonly<Record<string, string>>;
};

function ofKind<Record>(records: readonly Evidence[], kind: string): (Evidence & Record)[] {
  return records.filter((record) => record.kind === kind) as (Evidence & Record)[];
}

/** All verifications, in the order of the records. */
export function verificationRows(records: readonly Evidence[]): VerificationRow[] {
  return ofKind<VerificationRecord>(records, "verification").map(
    ({ at, ok, during, postgres, compared, findings, sha256 }) => ({
      at,
      ok,
      during,
      postgres,
      compared,
      findings: findings.map(
        ({ severity, parameter, running, source }) =>
          `${severity}: ${parameter} is ${running ?? "not there"} (${source})`,
      ),
      sha256,
    }),
  );
}

/** All rehearsals, in the order of the records. */
export function rehearsalRows(records: readonly Evidence[]): RehearsalRow[] {
  return ofKind<Rehearsal>(records, "rehearsal").map(
    ({ at, ok, backup, restoreSeconds, dataAgeSeconds, failure, sha256 }) => ({
      at,
      ok,
      backup,
      restoreSeconds,
      dataAgeSeconds,
      failure,
      sha256,
    }),
  );
}
