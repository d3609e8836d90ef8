/** May this stack use what is in a folder? Looks at cluster, record, owner and port; changes nothing. */

import { readdir } from "node:fs/promises";
import { listBackups } from "../backup/local/base-backup";
import { Fault } from "../faults";
import { isFree, portTaken } from "../port";
import { type Account, serverAccount } from "./account";
import { type ClusterIdentity, clusterIdentity, unfinishedClusters } from "./cluster";
import { entries, type InstancePaths, type InstanceRecord, instancePaths, readRecord } from "./instance";
import { runningPostmaster } from "./postmaster";
import { restoreFaults } from "./restore";
import type { LocalServerArgs } from "./server";

/** What is found in the folder of an instance. */
export interface Instance {
  args: LocalServerArgs;
  paths: InstancePaths;
  account: Account;
  record: InstanceRecord | undefined;
  identity: ClusterIdentity | undefined;
}

/** Looks into the folder. */
export async function look(args: LocalServerArgs): Promise<Instance> {
  const paths = instancePaths(args.directory);
  const record = readRecord(args.directory);
  return {
    args,
    paths,
    account: serverAccount(args.osUser),
    record,
    identity: await clusterIdentity(paths.data),
  };
}

/** Reasons not to touch what is there. Nothing is changed. */
function foreignFaults({ args, paths, account, record, identity }: Instance, owner: string): Fault[] {
  const faults: Fault[] = [];
  const otherFolder = "write `directory: <another folder>` under local";
  if (identity && !record)
    faults.push(new Fault(`${paths.data} holds a cluster that durable-postgres did not make`, otherFolder));
  if (record && record.owner !== owner)
    faults.push(
      new Fault(`${paths.directory} belongs to another stack's database (${record.owner})`, otherFolder),
    );
  if (identity && record && identity.systemIdentifier !== record.systemIdentifier)
    faults.push(
      new Fault(
        `${paths.data} holds another cluster (system identifier ${identity.systemIdentifier}) than the recorded one (${record.systemIdentifier})`,
        `put the recorded one back, or ${otherFolder}`,
      ),
    );
  const version = identity?.version ?? record?.version;
  if (version && version !== args.version)
    faults.push(
      new Fault(
        `${paths.data} was made by PostgreSQL ${version}, and version ${args.version} cannot read it`,
        `write \`version: "${version}"\`, or write \`directory: <another folder>\` under local and move the data with pg_dump`,
      ),
    );
  if (identity && identity.uid !== account.uid)
    faults.push(
      new Fault(
        `${paths.data} belongs to uid ${identity.uid}, and the server would run as ${account.user} (uid ${account.uid})`,
        `chown -R ${account.uid}:${account.gid} ${paths.data}`,
      ),
    );
  return faults;
}

async function hasBackups({ backupDirectory }: LocalServerArgs): Promise<boolean> {
  return (await listBackups(backupDirectory)).length > 0;
}

/** Reasons not to make a cluster: WAL of another one in its archive, and a restore that cannot succeed. */
async function newClusterFaults(args: LocalServerArgs): Promise<Fault[]> {
  const { archiveDirectory, backupDirectory, restoreFrom } = args;
  const faults: Fault[] = [];
  for (const directory of [archiveDirectory, backupDirectory])
    if (((await readdir(directory).catch(() => [])) as string[]).length > 0)
      faults.push(
        new Fault(
          `${directory} holds backups or WAL of a database that is not there any more`,
          `restore it: npx durable-postgres restore --to latest; or give it up: rm -r ${archiveDirectory} ${backupDirectory}`,
        ),
      );
  if (restoreFrom) faults.push(...(await restoreFaults(restoreFrom, args)));
  return faults;
}

/**
 * Faults that a deployment would run into; empty when it can go on. Changes nothing.
 *
 * @param owner URN of the resource; only the owner may adopt the data.
 */
export async function inspectLocalServer(args: LocalServerArgs, owner: string): Promise<Fault[]> {
  const instance = await look(args);
  const { paths, record, identity } = instance;
  const faults = foreignFaults(instance, owner);
  if (record && !identity && (await unfinishedClusters(paths)).length === 0)
    faults.push(
      new Fault(
        `the database recorded in ${paths.record} is gone: ${paths.data} does not exist`,
        `bring the folder back (is its disk mounted?), or ${(await hasBackups(args)) ? "restore it from its backups: npx durable-postgres restore --to latest" : `start with an empty database: rm ${paths.record}`}`,
      ),
    );
  if (!record && !identity) faults.push(...(await newClusterFaults(args)));
  const { others } = await entries(paths);
  if (!record && others.length > 0)
    faults.push(
      new Fault(
        `${paths.directory} holds other files, such as ${others[0]}`,
        `write \`directory: ${paths.directory}/postgres\` under local`,
      ),
    );
  const port = args.port ?? record?.port;
  const running = await runningPostmaster(paths.data);
  if (port && running?.port !== port && !(await isFree(port)))
    faults.push(portTaken(port, args.port === undefined));
  return faults;
}
