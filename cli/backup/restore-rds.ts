/** `restore` and `retire` of a database on RDS: AWS makes the new one, and its protection is taken away before the old one goes. */

import { generationName } from "../../components/backup/generations";
import type { TargetPoint } from "../../components/backup/target-point";
import { Fault } from "../../components/faults";
import type { Progress } from "../../components/progress";
import { RdsBackups } from "../../components/rds/backup/backups";
import { isTaken, wayBack } from "../../components/rds/backup/way-back";
import { isCluster } from "../../components/rds/members";
import { finalSnapshotIdentifier } from "../../components/rds/servers";
import type { Waiver } from "../../policies/waivers";
import { deployedGeneration, type RdsDeployed, type StackGenerations } from "./generations";
import { momentOf } from "./rds";
import { confirm, newNumber, type RestoreOptions } from "./restore";

const DAY_MS = 24 * 60 * 60_000;

/** What a restore begins with. */
interface Begin {
  source: RdsDeployed;
  generations: StackGenerations;
  point: TargetPoint;
}

/** Restores a generation beside the others. Everything that can be known is checked before anything is made. */
export async function restoreOnRds(
  options: RestoreOptions,
  { source, generations, point }: Begin,
  progress: Progress,
): Promise<string> {
  const { stack, inPlace = false } = options;
  const backups = new RdsBackups(source.backup);
  progress.status("asking AWS what can be restored");
  const way = await wayBack(backups, {
    point,
    restorePoint: (name) => momentOf(stack, source, name),
  });
  const { list, active } = generations.before;
  const isUsed = async (candidate: number) =>
    list.some((entry) => entry.number === candidate) || isTaken(backups, source.number, candidate);
  const number = await newNumber(options, isUsed);
  if (inPlace) {
    await confirm(options, source.number);
    const { name } = await backups.take("full", progress);
    progress.info(`safety snapshot: ${name}`);
  }
  progress.info(`restoring generation ${source.number} to ${way.what} as generation ${number}`);
  const added = { number, restoreFrom: { generation: source.number, to: way.to } };
  await generations.deploy(
    { list: [...list, added], active: inPlace ? number : active },
    // AWS may have made the database before the deployment failed.
    { keep: true },
  );
  const { host, port } = await deployedGeneration(stack, number);
  return [
    `restored: generation ${number} on ${host}:${port}`,
    ...(inPlace
      ? [
          "applications get its address from the outputs",
          `generation ${source.number} still runs, and costs: npx durable-postgres retire ${source.number} --stack ${stack}`,
        ]
      : [
          `look at it, then let applications use it: npx durable-postgres cutover ${number} --stack ${stack}`,
        ]),
  ].join("\n");
}

/** Resources of a generation whose data go with it; the first one is what the user has to name. */
export function dataOf({ number, backup }: RdsDeployed): [string, ...string[]] {
  const name = generationName("postgres", number);
  const others = Array.from({ length: backup.servers }, (_, index) => index + 1);
  return isCluster(backup)
    ? [`${name}-cluster`, ...others.map((other) => `${name}-member-${other}`)]
    : [
        `${name}-instance`,
        `${name}-backup-replication`,
        // The first server is the instance itself.
        ...others.slice(0, -1).map((other) => `${name}-replica-${other}`),
      ];
}

/** The policy pack wants every database protected, but for this one, today. */
function waiversOf(names: readonly string[], number: number): Waiver[] {
  const expires = new Date(Date.now() + DAY_MS).toISOString().slice(0, 10);
  const servers = names.filter((name) => /-(instance|cluster|replica-\d+)$/.test(name));
  return servers.map((resource) => ({
    rule: `rds-${resource.endsWith("-cluster") ? "cluster" : "instance"}-deletion-protection`,
    resource,
    reason: `generation ${number} is retired`,
    expires,
  }));
}

/** Takes the protection of a generation away, then itself. What is left is a final snapshot, and the automated backups. */
export async function retireOnRds(
  generation: RdsDeployed,
  generations: StackGenerations,
  allow: readonly string[],
): Promise<string> {
  const { number, backup } = generation;
  const names = dataOf(generation);
  const [server] = names;
  const snapshot = finalSnapshotIdentifier(backup.identifier, backup.securityGroup);
  if (!allow.includes(server))
    throw new Fault(
      `retiring generation ${number} deletes ${backup.identifier}; AWS keeps the snapshot ${snapshot}, and its automated backups for their time`,
      `to go on: npx durable-postgres retire ${number} --allow ${server} --stack ${generations.stack}`,
    );
  const { list, active } = generations.before;
  const isOther = (entry: { number: number }) => entry.number !== number;
  const retiring = list.map((entry) => (isOther(entry) ? entry : { ...entry, retiring: true }));
  await generations.deploy({ list: retiring, active }, { waivers: waiversOf(names, number) });
  await generations.deploy(
    { list: list.filter(isOther), active },
    { allow: [...allow, ...names], keep: true },
  );
  return `retired: generation ${number}; its data are kept in snapshot ${snapshot}`;
}
