/** The standby of a stack on RDS, for the drill `failover`: who administers it, and how AWS is told. */

import { Fault } from "../components/faults";
import { RdsBackups } from "../components/rds/backup/backups";
import { failOver } from "../components/rds/failover";
import { masterConnection } from "../components/rds/master-connection";
import type { Standby } from "../drills/failover";
import { activeGeneration, isOnRds } from "./backup/generations";
import { masterAccess } from "./backup/rds";
import type { StackOutputs } from "./project";

/**
 * The standby of the active generation.
 *
 * @throws Fault where there is none, and where this machine does not reach the database.
 */
export async function standbyOf(stack: string, outputs: StackOutputs): Promise<Standby> {
  const active = activeGeneration(stack, outputs);
  if (!isOnRds(active))
    throw new Fault(`stack ${stack} has no database on RDS`, `npx durable-postgres start --stack ${stack}`);
  const { topology, servers } = active.backup;
  if (topology === "single" || (topology === "aurora" && servers < 2))
    throw new Fault(
      `stack ${stack} is ${topology === "single" ? "a single instance" : "an Aurora cluster of one instance"}: there is no standby to fail over to`,
      topology === "single" ? "write `topology: multi-az` under rds" : "write `replicas: 1` under rds",
    );
  const access = await masterAccess(stack, active);
  if (!access)
    throw new Fault(
      "the drill commits to the database, and this machine does not reach it",
      "deploy from a machine that does, with its address under sources and `connect: true` under rds",
    );
  return {
    administration: () => masterConnection(access),
    failOver: () => failOver(new RdsBackups(active.backup)),
  };
}
