/** Break the server under load, let it recover, and look whether everything that was acknowledged is there. */

import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Connection, withClient } from "../components/connection";
import type { Progress } from "../components/progress";
import { ArchiveWatch } from "./archive";
import { ledgerFindings, structureFindings } from "./ledger";
import type { DrillFinding, DrillServer, Recovery } from "./server";
import { Workload } from "./workload";

/** One time that the server was broken. */
export interface DrillRound {
  /** 0 is the break right after the server was made. */
  round: number;
  /** Commits that were acknowledged in this round. */
  commits: number;
  /** Seconds under load before the break. */
  loadSeconds: number;
  /** null where it did not come up. */
  recovery: RoundRecovery | null;
  findings: DrillFinding[];
}

/** How the server came back, or how long nobody could commit. */
export interface RoundRecovery {
  seconds: number;
  /** null where nobody can read the server's log. */
  replayedBytes: number | null;
}

/** What is done to a server. */
export type Blow = (server: DrillServer, round: number) => Promise<void>;

/** What all rounds of a drill have alike. */
export interface RoundsArgs {
  server: DrillServer;
  blow: Blow;
  rounds: number;
  /** Folder for the acknowledged commits, outside of what the blow breaks. */
  logs: string;
  /** Break it once right after it was made, before any load. */
  firstStart: boolean;
  progress: Progress;
  /** Recovery time objective in seconds. Default: none. */
  rto?: number;
  /** Once it is aborted no further round begins. Default: all are made. */
  signal?: AbortSignal;
}

/** Goes from round to round; ends after the one in which something is wrong. */
export async function inRounds(
  { first = 1, rounds, signal }: { first?: number; rounds: number; signal?: AbortSignal },
  one: (round: number) => Promise<DrillRound>,
): Promise<DrillRound[]> {
  const done: DrillRound[] = [];
  for (let round = first; round <= rounds && !signal?.aborted; round++) {
    const result = await one(round);
    done.push(result);
    if (result.findings.length > 0) break;
  }
  return done;
}

/** How long a server may take to read all of its tables. */
export const CHECK_MS = 300_000;

/** Shortest and longest time under load, in milliseconds. */
const LOAD = [500, 3000] as const;

/** Breaks the server again and again. */
export async function breakUnderLoad(args: RoundsArgs): Promise<DrillRound[]> {
  const { server, rounds, logs, firstStart, progress } = args;
  const workload = new Workload(logs);
  const watch = new ArchiveWatch();
  return inRounds({ ...args, first: firstStart ? 0 : 1 }, async (round) => {
    const before = workload.commits;
    const begin = process.hrtime.bigint();
    if (round > 0) {
      progress.status(`round ${round} of ${rounds}: under load`);
      watch.start(server.administration);
      await workload.start(server.application, besides(server));
      await sleep(randomInt(...LOAD));
    }
    const loadSeconds = round > 0 ? Number(process.hrtime.bigint() - begin) / 1e9 : 0;
    progress.status(`round ${round} of ${rounds}: ${workload.commits} commits, broken, recovering`);
    await args.blow(server, round);
    await workload.stop();
    await watch.stop();
    const { recovery, findings } = await recoverAndCheck(server, workload);
    findings.push(...slowFindings(recovery, args.rto));
    if (recovery) findings.push(...(await lookIntoArchive(server, watch)));
    if (findings.length === 0) await watch.clear(server.archive);
    return { round, commits: workload.commits - before, loadSeconds, recovery, findings };
  });
}

/** A recovery that took longer than the objective. */
export function slowFindings(recovery: RoundRecovery | null, rto: number | undefined): DrillFinding[] {
  if (!recovery || rto === undefined || recovery.seconds <= rto) return [];
  const text = `recovery took ${recovery.seconds.toFixed(1)} s, and durability.rto is ${rto} s`;
  return [{ kind: "slow", count: 1, text }];
}

/** The superuser in the application's database. */
export function besides({ administration, application }: DrillServer): Connection {
  return { ...administration, database: application.database };
}

/** Archiving has to go on by itself, and what was archived before has to be there. */
export async function lookIntoArchive(
  server: Pick<DrillServer, "archive" | "dataDirectory">,
  watch: ArchiveWatch,
): Promise<DrillFinding[]> {
  const { archive } = server;
  const unusable = (how: string) => (error: unknown) => [
    { kind: "archive" as const, count: 1, text: `the archive ${how}: ${words(error)}` },
  ];
  const stuck = await archive.flush().then(() => [], unusable("takes no WAL any more"));
  if (stuck.length > 0) return stuck;
  return archive.findings(await watch.archived(server)).catch(unusable("cannot be read"));
}

/** What a server says of itself after a break. */
async function recoverAndCheck(
  server: DrillServer,
  workload: Workload,
): Promise<Pick<DrillRound, "recovery" | "findings">> {
  let recovery: Recovery;
  try {
    recovery = await server.start();
  } catch (error) {
    return { recovery: null, findings: [down(error)] };
  }
  const known = await workload.known();
  try {
    const findings = await withClient(
      besides(server),
      async (client) => [...(await ledgerFindings(client, known)), ...(await structureFindings(client))],
      { timeoutMs: CHECK_MS },
    );
    // The application has to be let in as well, not only who administers the server.
    await withClient(server.application, (client) => client.query("SELECT 1"));
    return { recovery, findings };
  } catch (error) {
    return { recovery, findings: [unreadable(error)] };
  }
}

/** The server's own words, without our hint and our places: nobody is to mend a throw-away server. */
export function words(error: unknown): string {
  const [fact = ""] = (error as Error).message.split("\nHINT: ");
  return fact.replace(/^(no connection to \S+|the server in \S+ did not start \([^)]*\)): /, "");
}

/** The finding for a server that does not come up. */
export function down(error: unknown): DrillFinding {
  return { kind: "down", count: 1, text: `the server does not start: ${words(error)}` };
}

/** The finding for a server that comes up and cannot be read. */
export function unreadable(error: unknown): DrillFinding {
  return { kind: "corrupt", count: 1, text: `the database cannot be read: ${words(error)}` };
}
