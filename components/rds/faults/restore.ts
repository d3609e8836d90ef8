/** What is wrong with what the database is to be made from? Pure. */

import { Fault } from "../../faults";
import { isCluster } from "../members";
import type { RdsOptions, Topology } from "../options";
import { patternFaults, removeFrom, writeUnder } from "./wording";

const BLOCK = "rds.restoreFrom";

/** What a database can be made from. */
const ORIGINS = ["snapshot", "source", "automatedBackup"] as const;

/** Name or ARN of a snapshot; those that RDS made itself begin with `rds:`. */
const SNAPSHOT =
  /^(?:arn:aws[a-z-]*:rds:[a-z0-9-]+:\d{12}:(?:cluster-)?snapshot:)?(?:rds:|awsbackup:)?[a-zA-Z](?:-?[a-zA-Z0-9])*$/;

const IDENTIFIER = /^[a-z](?:-?[a-z0-9]){0,62}$/;

const AUTOMATED_BACKUP = /^arn:aws[a-z-]*:rds:[a-z0-9-]+:\d{12}:auto-backup:[a-z0-9-]+$/;

/** `2026-11-24T10:00:00Z`, or with an offset. */
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?(?:Z|[+-]\d{2}:\d{2})$/;

/** `Date` takes the 30th of February for the 2nd of March. */
function isOnCalendar(time: string): boolean {
  const local = Date.parse(`${time.slice(0, 19)}Z`);
  return (
    !Number.isNaN(local) &&
    !Number.isNaN(Date.parse(time)) &&
    new Date(local).toISOString().startsWith(time.slice(0, 19))
  );
}

/** What is wrong with what the database is made from. */
export function restoreFaults({ restoreFrom }: RdsOptions, topology: Topology): Fault[] {
  if (restoreFrom === undefined || restoreFrom === null) return [];
  const { snapshot, source, automatedBackup, time } = restoreFrom;
  const given = ORIGINS.filter((origin) => restoreFrom[origin] !== undefined);
  const faults = [
    ...patternFaults(`${BLOCK}.snapshot`, snapshot, SNAPSHOT, {
      what: "the name or the ARN of a snapshot",
      example: "shop-prod-db-final",
    }),
    ...patternFaults(`${BLOCK}.source`, source, IDENTIFIER, {
      what: "the name of a database on RDS",
      example: "shop-prod-db",
    }),
    ...patternFaults(`${BLOCK}.automatedBackup`, automatedBackup, AUTOMATED_BACKUP, {
      what: "the ARN of automated backups",
      example: "arn:aws:rds:eu-central-1:123456789012:auto-backup:ab-l7qj1xyz",
    }),
    ...patternFaults(`${BLOCK}.time`, time, TIME, {
      what: "a point in time with its zone",
      example: "2026-11-24T10:00:00Z",
    }),
  ];
  if (given.length === 0)
    faults.push(
      new Fault(
        `${BLOCK} does not say what the database is to be made from`,
        `${writeUnder("snapshot: <name>", BLOCK)}, \`source: <name>\` or \`automatedBackup: <ARN>\``,
      ),
    );
  if (given.length > 1)
    faults.push(
      new Fault(
        `${BLOCK} names ${given.join(" and ")}, and a database is made from one of them`,
        removeFrom(given.slice(1).join(", "), BLOCK),
      ),
    );
  if (snapshot !== undefined && time !== undefined)
    faults.push(
      new Fault(`${BLOCK} names a time, and a snapshot holds one moment only`, removeFrom("time", BLOCK)),
    );
  if (automatedBackup !== undefined && isCluster({ topology }))
    faults.push(
      new Fault(
        `${BLOCK}.automatedBackup is for single and multi-az, and the topology is ${topology}`,
        writeUnder("snapshot: <name>", BLOCK),
      ),
    );
  if (typeof time === "string" && TIME.test(time) && !isOnCalendar(time))
    faults.push(
      new Fault(`${BLOCK}.time ${time} is on no calendar`, writeUnder("time: 2026-11-24T10:00:00Z", BLOCK)),
    );
  return faults;
}
