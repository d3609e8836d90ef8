/** How much may be lost with the machine, and how far back can be restored? What the objectives make of parameters. */

import { choiceFaults, countFaults } from "../arguments";
import { Fault } from "../faults";
import { pgParameter, VERSIONS } from "../parameters/postgres";
import type { TargetValue } from "../parameters/settings";
import { readValue } from "../parameters/units";

/** What a user says about durability beyond crashes, which lose nothing. */
export interface DurabilityArgs {
  /** WAL that is lost with the machine is at most this old, such as `1min`. Default: `5min`. */
  hostLossRpo?: string;
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
} as const satisfies Required<DurabilityArgs>;

/** Seconds. Below, each archived segment of 16 MB would hold next to nothing; above, nobody means it. */
const SHORTEST = 10;
const LONGEST = 24 * 60 * 60;

/** Ten years: more is a slip of the finger. */
const LONGEST_RETENTION = 3650;

/** `archive_timeout` in seconds; undefined for what PostgreSQL would refuse. */
function seconds(text: string): number | undefined {
  const parameter = pgParameter(VERSIONS[0], "archive_timeout");
  const reading = parameter && readValue(parameter, text);
  return reading?.ok ? Number(reading.value) : undefined;
}

/**
 * Faults of the objectives.
 *
 * @param keepsWal Why the target cannot drop WAL and take a new backup; absent where it can.
 */
export function durabilityFaults(
  { hostLossRpo, retention, onArchiveOutage }: DurabilityArgs = {},
  keepsWal?: string,
): Fault[] {
  const faults = [
    ...countFaults("durability.retention", retention, 1, LONGEST_RETENTION),
    ...choiceFaults("durability.onArchiveOutage", onArchiveOutage, ARCHIVE_OUTAGES),
  ];
  if (onArchiveOutage === "drop-and-rebackup" && keepsWal !== undefined)
    faults.push(
      new Fault(
        `durability.onArchiveOutage drop-and-rebackup cannot be met: ${keepsWal}`,
        "write `durability.onArchiveOutage: block`; status tells how long the disk lasts",
      ),
    );
  if (hostLossRpo === undefined) return faults;
  const value = seconds(String(hostLossRpo));
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
