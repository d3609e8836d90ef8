/** Can everything that was acknowledged be restored, up to a named moment and no further? */

import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { lsn, segmentName, segmentOf } from "../components/backup/lsn";
import type { BackupStore } from "../components/backup/store";
import type { RestorePlan } from "../components/backup/types";
import { withClient } from "../components/connection";
import { isFault } from "../components/faults";
import type { Progress } from "../components/progress";
import { APPLICATION } from "./application";
import { type Known, ledgerFindings, structureFindings } from "./ledger";
import { besides, CHECK_MS, type DrillRound, inRounds, unreadable, words } from "./rounds";
import type { DrillArchive, DrillFinding, DrillServer, SegmentChange } from "./server";
import { Workload } from "./workload";

/** What a negative control does to a restore. */
export interface RestoreControl {
  /** What becomes of a segment of WAL between the backup and the restore point. */
  segment?: SegmentChange;
  /** Another restore point than the one up to which everything has to be there. */
  to?: "earlier" | "later";
}

/** What all rounds have alike. */
interface RestoreArgs {
  server: DrillServer;
  rounds: number;
  /** Folder for the acknowledged commits. */
  logs: string;
  progress: Progress;
  control?: RestoreControl;
  /** Once it is aborted no further round begins. Default: all are made. */
  signal?: AbortSignal;
}

/** Shortest and longest time under load between two steps, in milliseconds. */
const LOAD = [300, 900] as const;

const QUIET = { info: () => undefined, status: () => undefined };

/** Backs up and restores again and again. */
export async function restoreUnderLoad(args: RestoreArgs): Promise<DrillRound[]> {
  const { server, logs } = args;
  const backups = await server.backups();
  const workload = new Workload(logs);
  return inRounds(args, (round) => oneRound(round, backups, workload, args));
}

async function oneRound(
  round: number,
  backups: BackupStore,
  workload: Workload,
  { server, rounds, progress, control = {} }: RestoreArgs,
): Promise<DrillRound> {
  const said = (what: string) => progress.status(`round ${round} of ${rounds}: ${what}`);
  const name = `drill-${round}`;
  const before = workload.commits;
  const begin = process.hrtime.bigint();
  said("under load");
  await workload.start(server.application, besides(server));
  await load();
  said("base backup under load");
  await backups.backup("full", QUIET);
  await restorePoint(server, `${name}-earlier`);
  // The point is segments away from the backup, so that one between them can be damaged.
  for (let count = 0; count < 2; count++) {
    await switchSegment(server);
    await load();
  }
  const { known, position } = await mark(server, workload, name);
  await load();
  await restorePoint(server, `${name}-later`);
  await workload.stop();
  const loadSeconds = Number(process.hrtime.bigint() - begin) / 1e9;
  await backups.flush(QUIET);
  said(`${workload.commits} commits, restoring to ${name}`);
  const target = { kind: "name", name: control.to ? `${name}-${control.to}` : name } as const;
  const plan = await backups.plan(target);
  if (control.segment) await damage(server.archive, plan, control.segment);
  const result = await restoreAndCheck(backups, plan, { known, position });
  if (control.segment) result.findings.push(...(await planFindings(() => backups.plan(target))));
  return { round, commits: workload.commits - before, loadSeconds, ...result };
}

function load(): Promise<void> {
  return sleep(randomInt(...LOAD));
}

async function ask(server: DrillServer, query: string, values: string[] = []): Promise<string> {
  const { rows } = await withClient(server.administration, (client) => client.query(query, values), {
    timeoutMs: 60_000,
  });
  return rows[0].value;
}

function restorePoint(server: DrillServer, name: string): Promise<string> {
  return ask(server, "SELECT pg_create_restore_point($1)::text AS value", [name]);
}

function switchSegment(server: DrillServer): Promise<string> {
  return ask(server, "SELECT pg_switch_wal()::text AS value");
}

/** What a restore has to hold: known commits, and up to where they reach. */
interface Mark {
  known: Known;
  /** Of the restore point, in WAL. */
  position: string;
}

/** Makes the restore point under load: what was acknowledged before it has to be there, what is begun after it must not. */
async function mark(server: DrillServer, workload: Workload, name: string): Promise<Mark> {
  const { acknowledged } = await workload.known();
  const position = await restorePoint(server, name);
  const unanswered = new Map<number, number[]>();
  for (const [client, last] of workload.begun()) {
    const answered = new Set(acknowledged.get(client));
    const all = Array.from({ length: last }, (_, index) => index + 1);
    unanswered.set(
      client,
      all.filter((sequence) => !answered.has(sequence)),
    );
  }
  return { known: { acknowledged, unanswered, strange: "were made after the restore point" }, position };
}

/** Damages the first segment that lies wholly behind the backup. */
function damage(archive: DrillArchive, { backup }: RestorePlan, change: SegmentChange): Promise<void> {
  const { timeline, stop } = backup;
  return archive.change(segmentName({ timeline, number: segmentOf(lsn(stop.lsn)) + 1n }), change);
}

async function restoreAndCheck(
  backups: BackupStore,
  plan: RestorePlan,
  { known, position }: Mark,
): Promise<Pick<DrillRound, "recovery" | "findings">> {
  const replayedBytes = Number(lsn(position) - lsn(plan.backup.start.lsn));
  try {
    return await backups.throwAway(plan, QUIET, async ({ administration, restoreSeconds }) => {
      const findings = await withClient(
        { ...administration, database: APPLICATION },
        async (client) => [...(await ledgerFindings(client, known)), ...(await structureFindings(client))],
        { timeoutMs: CHECK_MS },
      ).catch((error) => [unreadable(error)]);
      return { recovery: { seconds: restoreSeconds, replayedBytes }, findings };
    });
  } catch (error) {
    if (!isFault(error)) throw error;
    const text = `the restore fails: ${words(error)}`;
    return { recovery: null, findings: [{ kind: "restore", count: 1, text }] };
  }
}

/** What is said of a damaged archive before a restore begins. */
async function planFindings(plan: () => Promise<RestorePlan>): Promise<DrillFinding[]> {
  try {
    await plan();
    return [];
  } catch (error) {
    if (!isFault(error)) throw error;
    return [{ kind: "archive", count: 1, text: `it is refused before it begins: ${words(error)}` }];
  }
}
