/** Could a database on RDS be restored, and was it tried? Judged by what AWS's API says of its backups. */

import type { LastRehearsal } from "../backup/evidence";
import type { RdsCatalogue } from "../rds/backup/backups";
import type { RdsCopy, TimeWindow } from "../rds/backup/source";
import { judgeRehearsal, LAST_REHEARSAL, since } from "./backup-checks";
import { type Judgement, timeText, verdictOf } from "./check";
import type { StatusReport } from "./report";

/** What AWS keeps of a stack's database. */
export interface RdsBackupState {
  /** Name of the stack, for the commands that a hint names. */
  stack: string;
  catalogue: RdsCatalogue;
  lastRehearsal: LastRehearsal | undefined;
  /** Microseconds since 1970, by the clock of this machine. */
  now: bigint;
}

/** A check of what AWS's API says. */
export interface RdsCheck {
  name: string;
  warning: string;
  critical: string;
  why: string;
  /** Actions of the API. */
  reads: string;
  judge(state: RdsBackupState): Judgement;
}

/** Words of a `DBInstanceStatus` or a cluster's `Status` while the database serves. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html#Overview.DBInstance.Status */
const SERVING = /^(available|backing-up|configuring-|storage-|delete-precheck$)/;

/** Words while it does not, and does not come back by itself. */
const BROKEN =
  /^(failed|stopp|storage-full|restore-error|incompatible-|inaccessible-|insufficient-|deleting)/;

/** Seconds. RDS archives WAL every five minutes: as elsewhere it may be missed once. */
const WINDOW = { warning: 2 * 5 * 60, critical: 60 * 60 };

/** Seconds. Another region gets it later. */
const COPY = 60 * 60;

/** Seconds. RDS takes a snapshot a day; as elsewhere it may be two hours late. */
const SNAPSHOT = 26 * 60 * 60;

function backups(stack: string): string {
  return `npx durable-postgres backups --stack ${stack}`;
}

const server: RdsCheck = {
  name: "server",
  warning: "AWS changes it, so that it may not serve",
  critical: "AWS calls it broken or stopped, or has it no more",
  why: "Nobody but AWS starts it again.",
  reads: "DescribeDBInstances, DescribeDBClusters",
  judge({ stack, catalogue: { source, identifier } }) {
    const threshold = "critical when AWS calls it broken";
    if (!source)
      return {
        value: `AWS has no ${identifier} any more`,
        threshold,
        verdict: "critical",
        hint: `its snapshots are there: ${backups(stack)}`,
      };
    const { status, version } = source;
    const verdict = verdictOf({ warning: !SERVING.test(status), critical: BROKEN.test(status) });
    return {
      value: `${status}, ${version}`,
      threshold,
      verdict,
      hint: verdict === "ok" ? "" : `aws rds describe-events --source-identifier ${identifier} tells why`,
    };
  },
};

const lastBackup: RdsCheck = {
  name: "last backup",
  warning: "2 h late, so 26 h old",
  critical: "there is no finished snapshot, or no automated backups are taken",
  why: "All WAL since then is replayed in a restore.",
  reads: "DescribeDBSnapshots, DescribeDBClusterSnapshots",
  judge({ stack, catalogue: { snapshots, source }, now }) {
    const threshold = `${timeText(SNAPSHOT)}; critical none`;
    if (source?.retention === 0)
      return {
        value: "no automated backups",
        threshold,
        verdict: "critical",
        hint: "write `backupRetention: 14` under rds",
      };
    const newest = snapshots.findLast(({ status, created }) => status === "available" && created !== null);
    if (!newest)
      return {
        value: "none",
        threshold,
        verdict: "critical",
        hint: `npx durable-postgres backup --stack ${stack}`,
      };
    const age = since(newest.created, now);
    const verdict = verdictOf({ warning: age > SNAPSHOT });
    return {
      value: `${newest.name}, ${timeText(age)} ago`,
      threshold,
      verdict,
      hint: verdict === "ok" ? "" : `npx durable-postgres backup --stack ${stack}`,
    };
  },
};

const lastRehearsal: RdsCheck = {
  ...LAST_REHEARSAL,
  reads: "the record of rehearsals",
  judge: ({ catalogue: { snapshots, source }, ...state }) =>
    judgeRehearsal({ ...state, begin: snapshots[0]?.created ?? source?.window.from ?? undefined }),
};

const restorableWindow: RdsCheck = {
  name: "restorable window",
  warning: "its end is 10 min old; a copy in another region is not replicated, or its end is 1 h old",
  critical: "nothing can be restored, or its end is 1 h old",
  why: "What was committed after its end is lost with the database.",
  reads:
    "LatestRestorableTime of DescribeDBInstances and DescribeDBClusters, DescribeDBInstanceAutomatedBackups",
  judge({ stack, catalogue: { source, copies }, now }) {
    const threshold = `ends ${timeText(WINDOW.warning)} ago; critical ${timeText(WINDOW.critical)}`;
    const judged = [judgeWindow(source?.window, now), ...copies.map((copy) => judgeCopy(copy, now))];
    const own = judged[0] as WindowJudgement;
    const bad = judged.filter(({ warning, critical }) => warning || critical);
    const verdict = verdictOf({ warning: bad.length > 0, critical: own.critical });
    const values = [own, ...bad.filter((one) => one !== own)].map(({ value }) => value);
    return {
      value: values.join("; "),
      threshold,
      verdict,
      hint: verdict === "ok" ? "" : `${backups(stack)}; AWS's events tell why: aws rds describe-events`,
    };
  },
};

interface WindowJudgement {
  value: string;
  warning?: boolean;
  critical?: boolean;
}

function judgeWindow(window: TimeWindow | undefined, now: bigint): WindowJudgement {
  if (!window?.from || !window.to) return { value: "nothing can be restored", critical: true };
  const age = since(window.to, now);
  return {
    value: `${window.from} to ${window.to}`,
    warning: age > WINDOW.warning,
    critical: age > WINDOW.critical,
  };
}

function judgeCopy({ region, status, window: { to } }: RdsCopy, now: bigint): WindowJudgement {
  return {
    value: `copy in ${region}: ${status}, to ${to ?? "nothing"}`,
    warning: status !== "replicating" || to === null || since(to, now) > COPY,
  };
}

/** In the order in which they are shown. */
export const RDS_CHECKS: readonly RdsCheck[] = [server, lastBackup, lastRehearsal, restorableWindow];

/** Judges what AWS said. */
export function rdsStatus(state: RdsBackupState): StatusReport {
  const checks = RDS_CHECKS.map((check) => ({ name: check.name, ...check.judge(state) }));
  return { ok: checks.every(({ verdict }) => verdict === "ok"), server: null, checks };
}
