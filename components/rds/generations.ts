/** What is a generation of a database on RDS made from, and what is it called? Pure. */

import { type Generation, generationName } from "../backup/generations";
import { readTargetPoint, type TargetPoint } from "../backup/target-point";
import { now, showTime } from "../backup/time";
import { Fault } from "../faults";
import type { RdsOptions, RestoreOptions } from "./options";
import { rdsIdentifier } from "./plan";

const SECOND = 1_000_000n;

/**
 * A moment as AWS takes it: to the second. https://aws.amazon.com/rds/features/backup/
 *
 * @throws Fault for a fraction of a second.
 */
export function restoreTime({ time }: Extract<TargetPoint, { kind: "time" }>): string {
  const before = time - (time % SECOND);
  const text = (moment: bigint) => showTime(moment).replace(/\.0+Z$/, "Z");
  if (time === before) return text(time);
  throw new Fault(
    `the time ${showTime(time)} has a fraction of a second, and RDS restores to whole seconds`,
    `--to ${text(before)} is the second before, --to ${text(before + SECOND)} the one after`,
  );
}

/** Why a position in the WAL is no moment here. */
export function noPosition(position: string): Fault {
  return new Fault(
    `RDS restores to times and snapshots, and ${position} is a position in the WAL`,
    "--to 2026-11-24T10:00:00Z, a snapshot's name as backups lists it, or --to latest",
  );
}

/**
 * From what AWS makes a generation.
 *
 * @param source Identifier of the generation it comes from.
 * @param to A time with zone, `latest`, or the name of a snapshot.
 */
function restoreOptions(source: string, to: string): RestoreOptions {
  const point = readTargetPoint(to, now());
  if (point.kind === "lsn") throw noPosition(to);
  if (point.kind === "name") return { snapshot: point.name };
  return { source, ...(point.kind === "time" && { time: restoreTime(point) }) };
}

/** `DBInstanceIdentifier` or `DBClusterIdentifier` of a generation. */
function rdsGenerationIdentifier({ identifier }: RdsOptions, number: number, owner: string): string {
  return generationName(String(identifier ?? rdsIdentifier(owner)), number);
}

/**
 * The options of one generation: later ones have names of their own, and come from another one.
 *
 * @param owner `<project>/<stack>/<name>`
 */
export function rdsGeneration<Args extends RdsOptions>(
  args: Args,
  { number, restoreFrom, retiring }: Generation,
  owner: string,
): Args {
  if (number === 1 && !restoreFrom && !retiring) return args;
  const named = (generation: number) => rdsGenerationIdentifier(args, generation, owner);
  return {
    ...args,
    identifier: named(number),
    // The identifier confirms: it is said once, for the first generation.
    ...(args.confirmPublic !== undefined && { confirmPublic: named(number) }),
    restoreFrom: restoreFrom
      ? restoreOptions(named(restoreFrom.generation), restoreFrom.to)
      : number === 1
        ? args.restoreFrom
        : undefined,
    deleteData: retiring || args.deleteData,
  };
}
