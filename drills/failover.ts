/** AWS fails a database over under load: how long could nobody commit, and is everything there that was acknowledged? */

import { randomInt, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Connection, Unreachable, withClient } from "../components/connection";
import { Fault } from "../components/faults";
import type { Progress } from "../components/progress";
import { LEDGER_TABLES, ledgerFindings } from "./ledger";
import { CHECK_MS, type DrillRound, inRounds, slowFindings } from "./rounds";
import { BESIDE, Workload } from "./workload";

/** A database with a standby that somebody else manages. It is the stack's own: nothing of it but our part is touched. */
export interface Standby {
  /** As master user, who is no superuser; read anew each time, because AWS changes the password. */
  administration(): Promise<Connection>;
  /** Begins the failover; returns before it is done. */
  failOver(): Promise<void>;
  /** Milliseconds for the failover to begin, and for the database to be back. Default: 15 minutes each. */
  patience?: number;
}

/** Role and database of the drill, beside those of the application. */
export const FAILOVER_ROLE = "durable_postgres_drill";

/** Nobody waits longer: AWS promises one to two minutes. */
const PATIENCE_MS = 15 * 60_000;

/** Between two attempts to commit again, in milliseconds: also how exactly the outage is known. */
const ATTEMPT_MS = 100;

/** Shortest and longest time under load, in milliseconds. */
const LOAD = [2000, 5000] as const;

/** A server behind a network that does not answer this long is lost; nothing that the drill asks takes longer. */
const ANSWER_MS = 30_000;

/** Making and dropping databases copies files, and waits for a checkpoint. */
const STATEMENT_MS = 60_000;

/** What all rounds have alike. */
interface FailoverArgs {
  standby: Standby;
  rounds: number;
  logs: string;
  progress: Progress;
  rto?: number;
  /** Of a negative control. */
  prepare?: readonly string[];
}

/** Statements that the owner of the tables may run; the others take a superuser. */
const OWN = BESIDE.filter((statement) => !/^CHECKPOINT|pg_switch_wal/.test(statement));

/** Fails the database over again and again; ends after the round in which something is wrong. */
export async function failOverUnderLoad(args: FailoverArgs): Promise<DrillRound[]> {
  const { standby, prepare = [] } = args;
  const application = await createPart(standby, prepare);
  try {
    return await rounds(args, application);
  } finally {
    await dropPart(standby);
  }
}

/** Role and database of our own. What a killed drill left goes first. */
async function createPart(standby: Standby, prepare: readonly string[]): Promise<Connection> {
  await dropPart(standby);
  const administration = await standby.administration();
  const password = randomUUID();
  await withClient(
    administration,
    async (client) => {
      await client.query(`CREATE ROLE ${FAILOVER_ROLE} LOGIN PASSWORD '${password}'`);
      // Who is no superuser makes databases for roles only that it is a member of.
      await client.query(`GRANT ${FAILOVER_ROLE} TO CURRENT_USER`);
      await client.query(`CREATE DATABASE ${FAILOVER_ROLE} OWNER ${FAILOVER_ROLE}`);
      for (const statement of prepare) await client.query(statement);
    },
    { timeoutMs: STATEMENT_MS },
  );
  const application = { ...administration, user: FAILOVER_ROLE, database: FAILOVER_ROLE, password };
  await withClient(application, (client) => client.query(LEDGER_TABLES));
  return application;
}

async function dropPart(standby: Standby): Promise<void> {
  await withClient(
    await standby.administration(),
    async (client) => {
      await client.query(`DROP DATABASE IF EXISTS ${FAILOVER_ROLE} WITH (FORCE)`);
      await client.query(`DROP ROLE IF EXISTS ${FAILOVER_ROLE}`);
    },
    { timeoutMs: STATEMENT_MS },
  );
}

async function rounds(args: FailoverArgs, application: Connection): Promise<DrillRound[]> {
  const { standby, logs, progress, rto } = args;
  const workload = new Workload(logs, { beside: OWN, answerMs: ANSWER_MS });
  return inRounds(args, async (round) => {
    const before = workload.commits;
    const begin = Date.now();
    progress.status(`round ${round} of ${args.rounds}: under load`);
    const started = await startedAt(application);
    await workload.start(application, application);
    await sleep(randomInt(...LOAD));
    const loadSeconds = (Date.now() - begin) / 1000;
    progress.status(`round ${round} of ${args.rounds}: ${workload.commits} commits, failing over`);
    await standby.failOver();
    await interrupted(workload, standby);
    await workload.stop();
    progress.status(`round ${round} of ${args.rounds}: waiting for the standby`);
    const back = await commitsAgain(application, standby);
    if (!back) {
      const text = "nobody could commit any more after the failover";
      return {
        round,
        commits: workload.commits - before,
        loadSeconds,
        recovery: null,
        findings: [{ kind: "down", count: 1, text }],
      };
    }
    if ((await startedAt(application)) === started)
      throw new Fault(
        "connections were lost, and the same server is there again: nothing was failed over",
        "look into the events: aws rds describe-events --duration 60",
      );
    const recovery = { seconds: (back - workload.lastCommit) / 1000, replayedBytes: null };
    const known = await workload.known();
    const findings = await withClient(application, (client) => ledgerFindings(client, known), {
      timeoutMs: CHECK_MS,
    });
    findings.push(...slowFindings(recovery, rto));
    return { round, commits: workload.commits - before, loadSeconds, recovery, findings };
  });
}

/** When the server was started that takes the writes. */
async function startedAt(application: Connection): Promise<string> {
  const { rows } = await withClient(application, (client) =>
    client.query("SELECT pg_postmaster_start_time()::text AS at"),
  );
  return rows[0].at;
}

/** Waits until every client has lost its server: AWS answers long before it acts. */
async function interrupted(workload: Workload, { patience = PATIENCE_MS }: Standby): Promise<void> {
  const end = Date.now() + patience;
  while (!workload.isInterrupted) {
    if (Date.now() > end) {
      await workload.stop();
      throw new Fault(
        `no connection was lost in ${patience / 60_000} min: nothing was failed over`,
        "look into the events: aws rds describe-events --duration 60",
      );
    }
    await sleep(ATTEMPT_MS / 10);
  }
}

/** When somebody could commit again, in milliseconds since 1970; undefined for never. */
async function commitsAgain(
  application: Connection,
  { patience = PATIENCE_MS }: Standby,
): Promise<number | undefined> {
  const end = Date.now() + patience;
  while (Date.now() < end) {
    try {
      await withClient(application, (client) =>
        client.query("UPDATE drill_account SET balance = balance WHERE id = 1"),
      );
      return Date.now();
    } catch (error) {
      if (!isOutage(error)) throw error;
      await sleep(ATTEMPT_MS);
    }
  }
  return undefined;
}

/** A server that is not there, shuts down, starts up, or is still a standby. */
function isOutage(error: unknown): boolean {
  const { code = "", message } = error as Error & { code?: string };
  return (
    error instanceof Unreachable ||
    /^(57P0|57014|08|25006|ECONN)/.test(code) ||
    /timeout|Connection terminated/.test(message)
  );
}
