/** A database that AWS restores for a look, and that is gone afterwards: its tag says whose it is, and who finds it removes it. */

import { randomUUID } from "node:crypto";
import os from "node:os";
import type { DBCluster, DBInstance, RDS, Tag } from "@aws-sdk/client-rds";
import type { RdsBackupLocation } from "../../backup/store";
import { Fault } from "../../faults";
import { isAlive } from "../../process";
import type { Progress } from "../../progress";
import { isCluster } from "../members";
import { OWNER_TAG } from "../scope";
import type { RdsBackups } from "./backups";
import { ifThere } from "./source";
import { waitFor } from "./wait";

/** Its value is `<host>:<process>:<milliseconds since 1970>`. */
export const REHEARSAL_TAG = "durable-postgres.rehearsal";

/** Of another machine nobody knows whether it still works: no rehearsal takes longer. */
const LONGEST_HOURS = 12;

/** AWS's limit is 63; the end is taken for what tells one from another. */
const LONGEST_NAME = 40;

/** Where a restored database is. */
export interface ThrowAway {
  host: string;
  port: number;
  /** Seconds from the request until AWS called it available. */
  restoreSeconds: number;
}

/**
 * Restores to a moment beside the database, in its network and with its parameters, in one zone and without backups.
 * Whatever happens, also Ctrl-C, AWS is told to delete it, without a snapshot, before this returns.
 *
 * @param time To the second.
 */
export async function withThrowAway<Result>(
  backups: RdsBackups,
  time: string,
  progress: Progress,
  work: (server: ThrowAway) => Promise<Result>,
): Promise<Result> {
  await sweep(backups, progress);
  const name = throwAwayName(backups.location.identifier);
  const interruption = interrupted();
  const begin = Date.now();
  const requested = backups.asking((client) => restore(client, backups, name, new Date(time)));
  const run = async () => {
    await requested;
    const { host, port } = await available(backups, name, progress);
    return work({ host, port, restoreSeconds: (Date.now() - begin) / 1000 });
  };
  try {
    return await Promise.race([run(), interruption.promise]);
  } finally {
    interruption.end();
    // A request that is on its way would make what nobody deletes any more.
    await requested.catch(() => undefined);
    progress.status(`deleting ${name}`);
    await remove(backups, name);
  }
}

function throwAwayName(identifier: string): string {
  return `${identifier.slice(0, LONGEST_NAME).replace(/-$/, "")}-rehearsal-${randomUUID().slice(0, 8)}`;
}

/** Rejects when somebody ends the process, so that there is time to clean up. */
function interrupted(): { promise: Promise<never>; end(): void } {
  const signals = ["SIGINT", "SIGTERM"] as const;
  let onSignal: () => void = () => undefined;
  const promise = new Promise<never>((_, reject) => {
    onSignal = () =>
      reject(new Fault("the rehearsal was interrupted, and its database is deleted", "run it again"));
    for (const signal of signals) process.once(signal, onSignal);
  });
  promise.catch(() => undefined);
  return {
    promise,
    end: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}

function tagsOf({ owner }: RdsBackupLocation): Tag[] {
  return [
    { Key: OWNER_TAG, Value: owner },
    { Key: REHEARSAL_TAG, Value: `${os.hostname()}:${process.pid}:${Date.now()}` },
  ];
}

async function restore(client: RDS, { location }: RdsBackups, name: string, time: Date): Promise<void> {
  const { identifier, topology, instanceClass, port, subnetGroup, securityGroup, parameterGroup } = location;
  const shared = {
    Port: port,
    DBSubnetGroupName: subnetGroup,
    VpcSecurityGroupIds: [securityGroup],
    PubliclyAccessible: false,
    DeletionProtection: false,
    CopyTagsToSnapshot: false,
    Tags: tagsOf(location),
  };
  if (!isCluster(location)) {
    await client.restoreDBInstanceToPointInTime({
      ...shared,
      SourceDBInstanceIdentifier: identifier,
      TargetDBInstanceIdentifier: name,
      RestoreTime: time,
      DBInstanceClass: instanceClass,
      DBParameterGroupName: parameterGroup,
      MultiAZ: false,
      AutoMinorVersionUpgrade: false,
      BackupRetentionPeriod: 0,
    });
    return;
  }
  const { PubliclyAccessible, ...ofCluster } = shared;
  await client.restoreDBClusterToPointInTime({
    ...ofCluster,
    SourceDBClusterIdentifier: identifier,
    DBClusterIdentifier: name,
    RestoreToTime: time,
    DBClusterParameterGroupName: parameterGroup,
    ...(topology === "cluster" && { DBClusterInstanceClass: instanceClass, PubliclyAccessible }),
  });
  // A cluster of Aurora is storage until it has an instance.
  if (topology === "aurora")
    await client.createDBInstance({
      DBInstanceIdentifier: memberOf(location, name),
      DBClusterIdentifier: name,
      DBInstanceClass: instanceClass,
      Engine: "aurora-postgresql",
      PubliclyAccessible,
      AutoMinorVersionUpgrade: false,
      Tags: tagsOf(location),
    });
}

/** Name of the instance: of Aurora, that of the cluster's only member. */
function memberOf({ topology }: Pick<RdsBackupLocation, "topology">, name: string): string {
  return topology === "aurora" ? `${name}-1` : name;
}

async function describedInstance(client: RDS, name: string): Promise<DBInstance | undefined> {
  return (await ifThere(client.describeDBInstances({ DBInstanceIdentifier: name })))?.DBInstances?.[0];
}

async function describedCluster(client: RDS, name: string): Promise<DBCluster | undefined> {
  return (await ifThere(client.describeDBClusters({ DBClusterIdentifier: name })))?.DBClusters?.[0];
}

const FAILED = /^(failed|incompatible-|inaccessible-|storage-full|restore-error)/;

function available(
  backups: RdsBackups,
  name: string,
  progress: Progress,
): Promise<{ host: string; port: number }> {
  const { topology } = backups.location;
  const ask = async () => {
    const { instance, cluster } = await backups.asking(async (client) => ({
      instance:
        topology === "cluster" ? undefined : await describedInstance(client, memberOf({ topology }, name)),
      cluster: isCluster({ topology }) ? await describedCluster(client, name) : undefined,
    }));
    const states = [
      ...(topology === "cluster" ? [] : [instance?.DBInstanceStatus ?? "not there yet"]),
      ...(isCluster({ topology }) ? [cluster?.Status ?? "not there yet"] : []),
    ];
    const failed = states.find((state) => FAILED.test(state));
    if (failed)
      throw new Fault(
        `AWS could not restore ${name}: it is ${failed}`,
        `aws rds describe-events --source-identifier ${name} --source-type db-instance tells why`,
      );
    const host = cluster?.Endpoint ?? instance?.Endpoint?.Address;
    const port = cluster?.Port ?? instance?.Endpoint?.Port;
    if (states.every((state) => state === "available") && host !== undefined && port !== undefined)
      return { host, port };
    progress.status(`restoring ${name}: ${states.join(", ")}`);
    return undefined;
  };
  return waitFor(ask, `the restored database ${name}`, backups.pauses);
}

/** Deletes a throw-away database; returns once AWS deletes it, which it then does by itself. */
async function remove(backups: RdsBackups, name: string): Promise<void> {
  const { topology } = backups.location;
  if (topology !== "cluster") await removed(backups, memberOf({ topology }, name), instanceRemoval);
  if (isCluster({ topology })) await removed(backups, name, clusterRemoval);
}

/** Tells AWS to delete something; says what state it is in, undefined for gone. */
type Removal = (client: RDS, name: string) => Promise<string | undefined>;

const instanceRemoval: Removal = async (client, name) => {
  const state = (await describedInstance(client, name))?.DBInstanceStatus;
  if (state === undefined || state === "deleting") return undefined;
  await client.deleteDBInstance({
    DBInstanceIdentifier: name,
    SkipFinalSnapshot: true,
    DeleteAutomatedBackups: true,
  });
  return state;
};

const clusterRemoval: Removal = async (client, name) => {
  const state = (await describedCluster(client, name))?.Status;
  if (state === undefined || state === "deleting") return undefined;
  await client.deleteDBCluster({ DBClusterIdentifier: name, SkipFinalSnapshot: true });
  return state;
};

/** AWS deletes nothing in some states, such as that of a first backup: it is asked again. */
async function removed(backups: RdsBackups, name: string, removal: Removal): Promise<void> {
  await waitFor(
    () =>
      backups.asking(async (client) => {
        try {
          return (await removal(client, name)) === undefined ? true : undefined;
        } catch (error) {
          const { name: kind } = error as Error;
          if (/NotFound/.test(kind)) return true;
          if (/^InvalidDB(Instance|Cluster)State/.test(kind)) return undefined;
          throw error;
        }
      }),
    `the deletion of ${name}`,
    backups.pauses,
  );
}

/** Deletes what rehearsals of this database left that were killed. */
async function sweep(backups: RdsBackups, progress: Progress): Promise<void> {
  const { owner, topology } = backups.location;
  const names = await backups.asking(async (client) => {
    const found: string[] = [];
    const note = (name: string | undefined, tags: Tag[] = []) => {
      const value = (key: string) => tags.find(({ Key }) => Key === key)?.Value;
      const rehearsal = value(REHEARSAL_TAG);
      if (name && value(OWNER_TAG) === owner && rehearsal !== undefined && isLeft(rehearsal))
        found.push(name);
    };
    if (isCluster({ topology }))
      for await (const { DBClusters = [] } of client.paginateDescribeDBClusters({}))
        for (const { DBClusterIdentifier, TagList } of DBClusters) note(DBClusterIdentifier, TagList);
    else
      for await (const { DBInstances = [] } of client.paginateDescribeDBInstances({}))
        for (const { DBInstanceIdentifier, TagList } of DBInstances) note(DBInstanceIdentifier, TagList);
    return found;
  });
  for (const name of names) {
    progress.info(`deleting ${name}, which a rehearsal left that was killed`);
    await remove(backups, name);
  }
}

/** True where nobody works with it any more. */
function isLeft(tag: string): boolean {
  const [host, pid, begin] = tag.split(":");
  if (host === os.hostname()) return !isAlive(Number(pid));
  return Date.now() - Number(begin) > LONGEST_HOURS * 60 * 60_000;
}
