/** How does a database come into an empty volume that is made from the backups of another one? */

import path from "node:path";
import type Docker from "dockerode";
import { planFrom, readRepositories } from "../backup/pgbackrest/archive";
import type { PgBackRestPlan } from "../backup/pgbackrest/conf";
import { PgBackRestHost } from "../backup/pgbackrest/host";
import { readInfo } from "../backup/pgbackrest/info";
import { finishRecovery, recoverInContainer } from "../backup/pgbackrest/recovery";
import { RestoreContainer, SOURCE_DATA } from "../backup/pgbackrest/restore-container";
import { readTargetPoint } from "../backup/target-point";
import { now } from "../backup/time";
import { Fault, faultsIn, throwFaults } from "../faults";
import type { Version } from "../parameters/postgres";
import type { Progress } from "../progress";
import { pgBackRestPlan } from "./backup";
import { orUndefined, withEngine } from "./engine";
import { discardUnfinished, type InitializeArgs, initializerName } from "./initialize";
import { backupContainerName, dataLayout, STANZA } from "./layout";
import type { DockerRestoreArgs, DockerRestoreSource } from "./restore-args";
import { isRunning, runOnce } from "./run";

/** Lies in PGDATA and says from where the cluster comes. Its own backups hold it too, where it is of no use. */
const RECORD = "durable-postgres-restore.json";

/** What the record holds. */
interface RestoreRecord {
  /** Container of the database that was restored. */
  from: string;
  to: string;
  /** Id of the backup. */
  backup: string;
}

/** The settings with which the repositories of one cluster of a database are read. */
function planOf(
  { version, containerName, retention, backup }: DockerRestoreSource,
  release: string,
  systemIdentifier: string,
): PgBackRestPlan {
  return pgBackRestPlan(backup, { version, containerName, systemIdentifier, release, retention });
}

/**
 * The cluster whose backups are to be read: the one in the data volume where that is still there, else the newest one
 * in the repositories. Each has a folder of its own there, and its identifier begins with the time it was made.
 */
async function findCluster(
  container: RestoreContainer,
  { source, secrets, ca }: DockerRestoreArgs,
  release: string,
): Promise<string> {
  const data = `${SOURCE_DATA}/${dataLayout(source.version).inVolume}`;
  const script = `LC_ALL=C pg_controldata ${data} 2>/dev/null | sed -n 's/^Database system identifier: *//p'`;
  const inFile = container.hasSourceData ? (await container.shell(script)).trim() : "";
  if (inFile) return inFile;
  const plan = planOf(source, release, "0");
  const parents = plan.repositories.map((one) => ({ ...one, path: path.posix.dirname(one.path) }));
  await container.configure({ ...plan, repositories: parents }, { secrets, ca });
  const found: bigint[] = [];
  const faults: Fault[] = [];
  for (const [index] of parents.entries()) {
    const options = [`--repo=${index + 1}`, "--output=json"];
    const json = await container.repositories.data("repo-ls", ...options).catch((error) => {
      // Another repository may answer.
      faults.push(...faultsIn(error));
      return "{}";
    });
    const names = Object.keys(JSON.parse(json.trim() || "{}"));
    for (const name of names) {
      const identifier = /^\d+/.exec(name)?.[0];
      if (identifier !== undefined) found.push(BigInt(identifier));
    }
  }
  const newest = found.sort((one, other) => Number(one - other)).at(-1);
  if (newest !== undefined) return newest.toString();
  throwFaults(faults);
  throw new Fault(
    `there are no backups of ${source.containerName}, neither in volume ${source.volumes.backup} nor in a bucket`,
    "see what volumes there are: docker volume ls",
  );
}

/** A restore with the id of an image that holds pgBackRest. */
interface RestoreInImage extends DockerRestoreArgs {
  image: string;
}

/** Opens a container in which the repositories of the source can be read, and PGDATA is empty. */
async function openContainer(
  docker: Docker,
  { image, source }: RestoreInImage,
  { containerName, owner, volume }: InitializeArgs,
): Promise<RestoreContainer> {
  const { mount } = dataLayout(source.version);
  const script = `chown postgres:postgres ${mount} && chmod 0700 ${mount}`;
  await runOnce(docker, { image, script, mounts: [{ volume, target: mount }] });
  return RestoreContainer.open(docker, {
    // While it is there the volume counts as half made, as with one that initialises.
    name: initializerName(containerName),
    image,
    owner,
    source,
    needsNetwork: source.backup.s3 !== undefined,
    dataVolume: volume,
  });
}

/**
 * Restores a database into an empty volume, brings it forward, and shuts it down cleanly. Returns the system identifier.
 *
 * @throws Fault for a moment that cannot be restored, another major version, a damaged backup, and a full disk; the
 * volume is empty again then.
 */
export async function restoreVolume(
  docker: Docker,
  restore: RestoreInImage,
  args: InitializeArgs,
  progress: Progress,
): Promise<string> {
  const { source, to } = restore;
  const { version } = source;
  const container = await openContainer(docker, restore, args);
  try {
    const release = (await container.shell("pgbackrest version")).replace(/[^\d.]/g, "");
    const systemIdentifier = await findCluster(container, restore, release);
    const pgBackRest = planOf(source, release, systemIdentifier);
    await container.configure(pgBackRest, restore);
    progress.status(`looking for the way to ${to}`);
    const cluster = { stanza: pgBackRest.stanza, systemIdentifier };
    const readings = readRepositories(container.repositories, pgBackRest.repositories.length, cluster);
    const plan = await planFrom(readings, readTargetPoint(to, now()));
    refuseOtherVersion(plan.backup.serverVersion, args.version);
    await recoverInContainer(container, { version, plan, parameters: restore.parameters }, progress);
    await finishRecovery(container, version);
    await writeRecord(container, version, { from: source.containerName, to, backup: plan.backup.id });
    await container.close();
    progress.info(`restored to ${to} from backup ${plan.backup.id} of ${source.containerName}`);
    return systemIdentifier;
  } catch (error) {
    await discardUnfinished(docker, args).catch(() => undefined);
    throw error;
  }
}

/** The cluster that the container of the backups serves; undefined where it does not run, or serves none. */
async function servedCluster(docker: Docker, source: DockerRestoreSource): Promise<string | undefined> {
  if (!(await isRunning(docker, backupContainerName(source.containerName)))) return undefined;
  const json = await PgBackRestHost.of(source).data("info", "--repo=1", "--output=json");
  return readInfo(json, STANZA).at(-1)?.systemIdentifier;
}

/**
 * Faults of a restore into a volume that is not there yet, as far as the container of the source's backups can tell them
 * now; what it cannot, the deployment tells. Changes nothing.
 */
export async function restoreFaults(
  { source, to }: DockerRestoreArgs,
  version: Version,
  volume: string,
): Promise<Fault[]> {
  try {
    return await withEngine(source.engine, async (docker) => {
      if (await orUndefined(docker.getVolume(volume).inspect())) return [];
      const systemIdentifier = await servedCluster(docker, source);
      if (systemIdentifier === undefined) return [];
      // The release decides how settings are written, and none are here.
      const { repositories, stanza } = planOf(source, "0", systemIdentifier);
      const cluster = { stanza, systemIdentifier };
      const readings = readRepositories(PgBackRestHost.of(source), repositories.length, cluster);
      const { backup } = await planFrom(readings, readTargetPoint(to, now()));
      refuseOtherVersion(backup.serverVersion, version);
      return [];
    });
  } catch (error) {
    return faultsIn(error);
  }
}

function refuseOtherVersion(serverVersion: string, version: Version): void {
  const [major] = serverVersion.split(".");
  if (major === version) return;
  throw new Fault(
    `the backup is of PostgreSQL ${serverVersion}, and version ${version} cannot read it`,
    `write \`version: "${major}"\``,
  );
}

async function writeRecord(
  container: RestoreContainer,
  version: Version,
  record: RestoreRecord,
): Promise<void> {
  const file = `${dataLayout(version).data}/${RECORD}`;
  await container.shell(`umask 077; cat > ${file} && sync ${file}`, `${JSON.stringify(record)}\n`);
}

/**
 * Refuses to take a database for a restored one that is another: data that was kept when its generation was retired.
 *
 * @throws Fault with both origins.
 */
export async function refuseOtherDatabase(
  docker: Docker,
  { source, to }: DockerRestoreArgs,
  { image, version, volume }: InitializeArgs,
): Promise<void> {
  const { mount, data } = dataLayout(version);
  const script = `cat ${data}/${RECORD} 2>/dev/null || true`;
  const { stdout } = await runOnce(docker, {
    image,
    script,
    mounts: [{ volume, target: mount, readOnly: true }],
  });
  const record: RestoreRecord | undefined = stdout.trim() === "" ? undefined : JSON.parse(stdout);
  if (record?.from === source.containerName && record.to === to) return;
  throw new Fault(
    `volume ${volume} holds a database already, ${record ? `restored from ${record.from} to ${record.to}` : "made anew"}`,
    "give the generation a number that was not used yet; or remove `restoreFrom` to take this database",
  );
}
