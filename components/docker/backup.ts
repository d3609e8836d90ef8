/** What can a user say about the backups of a container, and what is wrong with it? Pure. */

import { Cron } from "croner";
import { countFaults } from "../arguments";
import type { PgBackRestPlan, Repository } from "../backup/pgbackrest/conf";
import { Fault } from "../faults";
import type { Version } from "../parameters/postgres";
import {
  type RepositoriesPlan,
  type RepositoryOptions,
  repositoriesPlan,
  repositoryFaults,
} from "./backup-repositories";
import { dataLayout, REPOSITORY, SHARED, STANZA, SUPERUSER } from "./layout";

/** When the container of the backups does what: cron expressions of five fields, in UTC; `none` for never. */
export interface BackupSchedule {
  /** Full backup. Default: Sunday, 01:30. */
  full?: string;
  /** What changed since the last full backup. Default: every other day, 01:30. */
  diff?: string;
  /** What changed since the last backup of any type. Default: none. */
  incr?: string;
  /** Archives a segment and looks for it in every repository. Default: every hour. */
  check?: string;
  /** Reads everything in every repository and compares checksums. Default: Sunday, 04:30. */
  verify?: string;
  /** Restores the newest backup up to a row that was just written, and reads every page and index. Default: Sunday, 06:30. */
  rehearse?: string;
  /** A logical dump, restored once into a database of its own on the server. Default: none. */
  dump?: string;
}

/** What only the backups of a container have. */
export interface DockerBackupOptions extends RepositoryOptions {
  schedule?: BackupSchedule;
  /** Processes that compress and copy at the same time. Default: 2. */
  processes?: number;
}

/** The schedule of a database that says nothing. */
export const SCHEDULE = {
  full: "30 1 * * 0",
  diff: "30 1 * * 1-6",
  incr: "none",
  check: "5 * * * *",
  verify: "30 4 * * 0",
  rehearse: "30 6 * * 0",
  dump: "none",
} as const satisfies Required<BackupSchedule>;

/** What a hint proposes. */
const EXAMPLES: Required<BackupSchedule> = { ...SCHEDULE, incr: "15 */6 * * *", dump: "30 3 * * *" };

const PROCESSES = 2;

/** Fields of crontab(5), without the extensions that not every reader knows. */
const EXPRESSION = /^[\d*,/a-z-]+( [\d*,/a-z-]+){4}$/i;

/** A cron expression; undefined for what is none, or never comes. */
function cron(expression: string): Cron | undefined {
  if (!EXPRESSION.test(expression)) return undefined;
  try {
    const found = new Cron(expression, { paused: true, utcOffset: 0 });
    return found.nextRun() === null ? undefined : found;
  } catch {
    return undefined;
  }
}

/** The declared schedule over the defaults. */
function backupSchedule({ schedule }: DockerBackupOptions = {}): Required<BackupSchedule> {
  return { ...SCHEDULE, ...schedule };
}

function isBackup(job: string): boolean {
  return job === "full" || job === "diff" || job === "incr";
}

/** Enough runs to see every distance of a rhythm of days, weeks or months. */
const RUNS_LOOKED_AT = 120;

/** Seconds between two backups where they are furthest apart, as the schedule has it. */
export function longestGap(options: DockerBackupOptions = {}): number {
  const from = new Date(Date.UTC(2026, 0, 1));
  const runs = Object.entries(backupSchedule(options))
    .filter(([job]) => isBackup(job))
    .flatMap(([, expression]) => cron(expression) ?? [])
    .map((found) => found.nextRuns(RUNS_LOOKED_AT, from).map((run) => run.getTime()));
  // Beyond the last run of the most frequent one nothing is known of it.
  const end = Math.min(...runs.map((times) => times.at(-1) ?? 0));
  const ascending = [from.getTime(), ...runs.flat().filter((at) => at <= end)].sort(
    (one, other) => one - other,
  );
  return Math.max(...ascending.map((at, index) => (at - (ascending[index - 1] ?? at)) / 1000));
}

/** Faults of the options. */
export function backupFaults(options: DockerBackupOptions = {}): Fault[] {
  const { schedule = {}, processes } = options;
  const faults = Object.entries(schedule).flatMap(([job, expression]) => {
    const text = String(expression);
    if (text === "none" || cron(text)) return [];
    return [
      new Fault(
        `docker.backup.schedule.${job} ${JSON.stringify(expression)} is no cron expression of five fields`,
        `write \`${job}: "${EXAMPLES[job as keyof BackupSchedule]}"\` under docker.backup.schedule, or \`${job}: none\``,
      ),
    ];
  });
  if (backupSchedule(options).full === "none")
    faults.push(
      new Fault(
        "docker.backup.schedule.full is none: without full backups nothing ever expires, and each restore needs the very first one",
        `write \`full: "${SCHEDULE.full}"\` under docker.backup.schedule`,
      ),
    );
  return [
    ...faults,
    ...countFaults("docker.backup.processes", processes, 1, 64),
    ...repositoryFaults(options),
  ];
}

/** The backups of a container with everything decided that needs no engine. */
export interface BackupPlan extends RepositoriesPlan {
  schedule: Required<BackupSchedule>;
  processes: number;
  /** Seconds. The container of the backups is unhealthy when the newest good one is older. */
  maxAge: number;
}

/** Time that a backup itself may take, and that a second try comes after a failure. */
const GRACE_SECONDS = 2 * 60 * 60;

/** What a database's options come to. */
export function backupPlan(options: DockerBackupOptions = {}): BackupPlan {
  return {
    schedule: backupSchedule(options),
    processes: options.processes ?? PROCESSES,
    ...repositoriesPlan(options),
    maxAge: longestGap(options) + GRACE_SECONDS,
  };
}

/**
 * pgBackRest's settings for a cluster.
 *
 * @param archiveQueueMax Bytes of WAL that may wait, where it may be dropped.
 */
export function pgBackRestPlan(
  plan: BackupPlan,
  cluster: {
    version: Version;
    containerName: string;
    systemIdentifier: string;
    release: string;
    retention: number;
  },
  archiveQueueMax?: number,
): PgBackRestPlan {
  const { version, containerName, systemIdentifier, release, retention } = cluster;
  // A new cluster in old volumes has a repository of its own, and that of the old one stays. The same with encryption,
  // which cannot be turned on in a repository that has begun without.
  const folder = plan.encrypted ? `${systemIdentifier}-encrypted` : systemIdentifier;
  const repositories: Repository[] = [{ kind: "posix", path: `${REPOSITORY}/${folder}` }];
  if (plan.s3) {
    const { prefix, ...bucket } = plan.s3;
    // A restored database has its source's identifier, and a container of its own.
    const path = [prefix, containerName, folder].filter(Boolean).join("/");
    repositories.push({ ...bucket, path: `/${path}` });
  }
  return {
    release,
    stanza: STANZA,
    dataDirectory: dataLayout(version).data,
    socketDirectory: SHARED.socket,
    user: SUPERUSER,
    spoolDirectory: SHARED.spool,
    repositories,
    retention,
    encrypted: plan.encrypted,
    processes: plan.processes,
    ...(archiveQueueMax !== undefined && { archiveQueueMax }),
  };
}
