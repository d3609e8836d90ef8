/** Verifies a database on RDS: through AWS's API, and over a connection where this machine has one. */

import type { ConnectionReport, VerificationReport } from "../verify/report";
import { verify } from "../verify/verify";
import { verifyByApi } from "./api";
import { combinedReport } from "./connected";
import { type MasterAccess, masterConnection, reaching } from "./master-connection";
import type { RdsTarget } from "./verification";

/** What is verified. */
export interface RdsVerificationArgs extends RdsTarget {
  /** Where this machine reaches the server. */
  connect?: MasterAccess & {
    /** What the server must show, in PostgreSQL's notation. */
    values: Readonly<Record<string, string>>;
  };
}

async function verifyByConnection(
  { values, ...access }: NonNullable<RdsVerificationArgs["connect"]>,
  timeoutMs: number | undefined,
): Promise<ConnectionReport> {
  const connection = await masterConnection(access, timeoutMs);
  return reaching(access, () => verify(connection, values));
}

/**
 * Compares a database on RDS with what was declared.
 *
 * @param timeoutMs Limit in milliseconds for each answer of AWS's. Default: a minute.
 * @throws ApiFault or Unreachable when there is no answer; findings are returned, not thrown.
 */
export async function verifyRds(args: RdsVerificationArgs, timeoutMs?: number): Promise<VerificationReport> {
  const { connect, ...target } = args;
  if (!connect) return verifyByApi(target, timeoutMs);
  const [api, connection] = await Promise.all([
    verifyByApi(target, timeoutMs),
    verifyByConnection(connect, timeoutMs),
  ]);
  return combinedReport(api, connection);
}
