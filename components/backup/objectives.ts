/** How much may be lost with the machine, and how far back can be restored? What the objectives make of parameters. */

import { choiceFaults, countFaults } from "../arguments";
import { Fault } from "../faults";
import { pgParameter, VERSIONS } from "../parameters/postgres";
import {
  countedRate,
  type RecoveryObjective,
  rateText,
  START_SECONDS,
  shortestRto,
} from "../parameters/recovery";
import type { TargetValue } from "../parameters/settings";
import { readValue } from "../parameters/units";

/** What a user says about durability. */
export interface DurabilityArgs {
  /** Acknowledged commits that a crash may lose: none. `0s` is the only value. */
  crashRpo?: string;
  /** WAL that is lost with the machine is at most this old, such as `1min`. Default: `5min`. */
  hostLossRpo?: string;
  /**
   * Time from the start of a crashed server until it takes connections, such as `30s`. It limits the WAL between
   * checkpoints. Default: none, and PostgreSQL's defaults hold.
   */
  rto?: string;
  /** Days back to which the database can be restored. Default: 14. */
  retention?: number;
  /** What becomes of WAL that cannot be archived. Default: `block`. */
  onArchiveOutage?: OnArchiveOutage;
}

/**
 * - `block`: it is kept until the disk is full, and then the server stops. Nothing is lost, and `status` tells the time
 *   that is left.
 * - `drop-and-rebackup`: it is dropped beyond a limit, and a new full backup is taken. The server goes on, and what was
 *   committed in between cannot be restored.
 */
const ARCHIVE_OUTAGES = ["block", "drop-and-rebackup"] as const;
type OnArchiveOutage = (typeof ARCHIVE_OUTAGES)[number];

/** Objectives of a database that says nothing. */
export const DURABILITY = {
  hostLossRpo: "5min",
  retention: 14,
  onArchiveOutage: "block",
} as const satisfies DurabilityArgs;

/** What `calibrate` measured on the machine of a database. */
export interface Calibration {
  /** ISO 8601. */
  measuredAt?: string;
  /** MB of WAL that recovery replayed in a second. */
  replayRate?: number;
  /** MB written and flushed in a second. */
  diskRate?: number;
  /** Microseconds of one flush of 8 kB. */
  fdatasync?: number;
}

/** Seconds. Below, each archived segment of 16 MB would hold next to nothing; above, nobody means it. */
const SHORTEST = 10;
const LONGEST = 24 * 60 * 60;

/** Ten years: more is a slip of the finger. */
const LONGEST_RETENTION = 3650;

/** A time as PostgreSQL reads it, in seconds; a number alone is seconds. Undefined for what it would refuse. */
export function readDuration(text: string): number | undefined {
  // A parameter in milliseconds.
  const parameter = pgParameter(VERSIONS[0], "statement_timeout");
  const reading = parameter && readValue(parameter, /^\s*\d+\s*$/.test(text) ? `${text}s` : text);
  return reading?.ok ? Number(reading.value) / 1000 : undefined;
}

function crashRpoFaults(crashRpo: string | undefined): Fault[] {
  if (crashRpo === undefined || readDuration(String(crashRpo)) === 0) return [];
  return [
    new Fault(
      `durability.crashRpo ${JSON.stringify(crashRpo)} is refused: a commit is on disk before it is acknowledged, and no other way is offered`,
      "write `durability.crashRpo: 0s`, or remove it",
    ),
  ];
}

function rtoFaults(rto: string | undefined, calibration: Calibration | undefined): Fault[] {
  if (rto === undefined) return [];
  const value = readDuration(String(rto));
  if (value === undefined || value < 0 || value > LONGEST)
    return [
      new Fault(
        `durability.rto ${JSON.stringify(rto)} is not a time up to ${LONGEST / 3600}h`,
        "write `durability.rto: 1min`",
      ),
    ];
  const objective = withRate(value, calibration);
  const least = shortestRto(objective.replayRate);
  if (value >= least) return [];
  return [
    new Fault(
      `durability.rto ${rto} cannot be met: a start takes up to ${START_SECONDS}s, and the WAL of the fewest checkpoints that make sense is replayed at ${rateText(objective)}`,
      `write \`durability.rto: ${least}s\`; a standby takes over faster`,
    ),
  ];
}

function withRate(rto: number, { replayRate, measuredAt }: Calibration = {}): RecoveryObjective {
  const isMeasured = replayRate !== undefined;
  return { rto, replayRate: countedRate(replayRate), measuredAt: isMeasured ? (measuredAt ?? null) : null };
}

/** The recovery time objective with what is known of the machine; undefined where nothing was said. */
export function recoveryObjective(
  { rto }: DurabilityArgs = {},
  calibration?: Calibration,
): RecoveryObjective | undefined {
  const value = rto === undefined ? undefined : readDuration(String(rto));
  return value === undefined ? undefined : withRate(value, calibration);
}

/** Faults of a calibration that was not written by `calibrate`. */
export function calibrationFaults({
  measuredAt,
  replayRate,
  diskRate,
  fdatasync,
}: Calibration = {}): Fault[] {
  const most = 1_000_000;
  const faults = [
    ...countFaults("calibration.replayRate", replayRate, 1, most),
    ...countFaults("calibration.diskRate", diskRate, 1, most),
    ...countFaults("calibration.fdatasync", fdatasync, 1, 60 * most),
  ];
  if (measuredAt !== undefined && Number.isNaN(Date.parse(measuredAt)))
    faults.push(
      new Fault(
        `calibration.measuredAt ${JSON.stringify(measuredAt)} is not a time`,
        "npx durable-postgres calibrate writes it",
      ),
    );
  return faults;
}

/** What the objectives are judged with. */
interface DurabilityContext {
  calibration?: Calibration;
  /** Why the target cannot drop WAL and take a new backup; absent where it can. */
  keepsWal?: string;
}

function outageFaults(onArchiveOutage: string | undefined, keepsWal: string | undefined): Fault[] {
  const faults = choiceFaults("durability.onArchiveOutage", onArchiveOutage, ARCHIVE_OUTAGES);
  if (onArchiveOutage === "drop-and-rebackup" && keepsWal !== undefined)
    faults.push(
      new Fault(
        `durability.onArchiveOutage drop-and-rebackup cannot be met: ${keepsWal}`,
        "write `durability.onArchiveOutage: block`; status tells how long the disk lasts",
      ),
    );
  return faults;
}

/** Faults of the objectives. */
export function durabilityFaults(
  { crashRpo, hostLossRpo, rto, retention, onArchiveOutage }: DurabilityArgs = {},
  { calibration, keepsWal }: DurabilityContext = {},
): Fault[] {
  const faults = [
    ...crashRpoFaults(crashRpo),
    ...rtoFaults(rto, calibration),
    ...countFaults("durability.retention", retention, 1, LONGEST_RETENTION),
    ...outageFaults(onArchiveOutage, keepsWal),
  ];
  if (hostLossRpo === undefined) return faults;
  const value = readDuration(String(hostLossRpo));
  const hint = `write \`durability.hostLossRpo: ${DURABILITY.hostLossRpo}\``;
  if (value === 0)
    faults.push(
      new Fault(
        `durability.hostLossRpo ${hostLossRpo} cannot be met: losing nothing with the machine needs a synchronous standby on another one`,
        hint,
      ),
    );
  else if (value === undefined || value < SHORTEST || value > LONGEST)
    faults.push(
      new Fault(
        `durability.hostLossRpo ${JSON.stringify(hostLossRpo)} is not a time from ${SHORTEST}s to ${LONGEST / 3600}h`,
        hint,
      ),
    );
  return faults;
}

/** Archives into a folder, with what PostgreSQL brings itself. */
const BASIC_ARCHIVE: Record<string, TargetValue> = {
  archive_library: {
    value: "basic_archive",
    why: "It fsyncs, renames and never overwrites; archive_command with cp does none of it.",
  },
};

/** Archives into the repositories of pgBackRest. */
export function pgBackRestArchive(stanza: string): Record<string, TargetValue> {
  return {
    archive_command: {
      value: `pgbackrest --stanza=${stanza} archive-push %p`,
      why: "It fsyncs, compares checksums, never overwrites, and succeeds only when every repository has the segment.",
    },
  };
}

/** Parameters of a server that archives its WAL. */
export function archiveParameters(
  { hostLossRpo }: DurabilityArgs = {},
  archiving: Record<string, TargetValue> = BASIC_ARCHIVE,
): Record<string, TargetValue> {
  return {
    archive_mode: { value: "on", why: "WAL is kept from the first moment on, without a restart later." },
    ...archiving,
    archive_timeout: {
      value: hostLossRpo ?? DURABILITY.hostLossRpo,
      why: "durability.hostLossRpo: a segment that is not full is archived after this time.",
      reload: true,
    },
  };
}

const DAY = 24 * 60 * 60;

/** Days. Nothing of ours runs on a machine to take backups: a line for cron may be weekly. */
const UNSCHEDULED = 8;

/**
 * Seconds from which on the newest backup is too old where the target takes none by itself. Beyond `retention` no backup
 * would be deleted any more.
 */
export function oldestBackup(retention: number): number {
  return Math.min(UNSCHEDULED, retention) * DAY;
}
