/** Can a topology meet the objectives of durability? AWS decides all of them but the days of backups. */

import { countFaults } from "../../arguments";
import { type DurabilityArgs, durabilityFaults, readDuration } from "../../backup/objectives";
import type { DatabaseArgs } from "../../database";
import { Fault } from "../../faults";
import type { RdsOptions, Topology } from "../options";
import { writeUnder } from "./wording";

/** Who takes over when the writer fails, and the seconds that AWS says it takes. */
interface Takeover {
  seconds: number;
  who: string;
}

/**
 * By topology; nobody takes over from one instance, and AWS names no time in which it has another one.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZSingleStandby.html
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/multi-az-db-clusters-concepts.html
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html
 */
const TAKEOVER: Readonly<Record<Topology, Takeover | undefined>> = {
  single: undefined,
  "multi-az": { seconds: 120, who: "the standby takes over in 60 to 120 s" },
  cluster: { seconds: 35, who: "a standby takes over in up to 35 s" },
  aurora: { seconds: 60, who: "a reader takes over in up to 60 s" },
};

function rtoFaults(rto: string | undefined, topology: Topology, replicas: number | undefined): Fault[] {
  const wanted = rto === undefined ? undefined : readDuration(String(rto));
  if (wanted === undefined) return [];
  const takeover = topology === "aurora" && replicas === 0 ? undefined : TAKEOVER[topology];
  if (!takeover)
    return [
      new Fault(
        `durability.rto ${rto} cannot be met: nobody takes over from one instance, and AWS names no time in which it has another one`,
        `${topology === "aurora" ? "remove `replicas`" : writeUnder("topology: multi-az")}, or remove \`durability.rto\``,
      ),
    ];
  if (wanted >= takeover.seconds) return [];
  const faster = Object.entries(TAKEOVER).find(([, row]) => row && row.seconds <= wanted)?.[0];
  const longer = `write \`durability.rto: ${takeover.seconds}s\``;
  return [
    new Fault(
      `durability.rto ${rto} cannot be met by topology ${topology}: ${takeover.who}`,
      faster ? `${writeUnder(`topology: ${faster}`)}, or ${longer}` : longer,
    ),
  ];
}

/** Days: the most that RDS keeps automated backups. */
export const LONGEST_RETENTION = 35;

/** Objectives that are not ours to meet on RDS, and a recovery time that the topology does not allow. */
export function objectiveFaults(
  {
    durability = {},
    calibration = {},
    backupRetention,
    replicas,
  }: Pick<DatabaseArgs, "durability" | "calibration"> & Pick<RdsOptions, "backupRetention" | "replicas">,
  topology: Topology,
): Fault[] {
  const { crashRpo, rto, retention, ...others } = durability;
  const ours: DurabilityArgs = { crashRpo };
  const faults = [...durabilityFaults(ours), ...rtoFaults(rto, topology, replicas)];
  faults.push(...countFaults("durability.retention", retention, 1, LONGEST_RETENTION));
  if (retention !== undefined && backupRetention !== undefined && retention !== backupRetention)
    faults.push(
      new Fault(
        `durability.retention is ${retention} days, and rds.backupRetention ${backupRetention}`,
        "remove one of them: both say how far back can be restored",
      ),
    );
  if (rto !== undefined && readDuration(String(rto)) === undefined) faults.push(...durabilityFaults({ rto }));
  // A stack's configuration has an empty one where nothing is said.
  const [first] = Object.keys(others);
  if (first !== undefined)
    faults.push(
      new Fault(
        `durability.${first} is decided by AWS on RDS, which archives WAL every five minutes`,
        `remove \`durability.${first}\``,
      ),
    );
  if (Object.keys(calibration).length > 0)
    faults.push(
      new Fault(
        "calibration says nothing of RDS: it was measured on another machine",
        "remove `calibration`",
      ),
    );
  return faults;
}
