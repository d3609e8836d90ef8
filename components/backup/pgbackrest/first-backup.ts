/** What does it take to have a database that can be restored? A container that takes backups, an archive, a first backup. */

import type { Connection } from "../../connection";
import { isConflict, orUndefined, withEngine } from "../../docker/engine";
import { backupContainerName } from "../../docker/layout";
import { Fault } from "../../faults";
import type { Progress } from "../../progress";
import type { DockerBackupLocation } from "../store";
import { ANSWER_SECONDS } from "./host";
import { pgBackRest } from "./run";
import { DockerBackupStore, repositoryBackups } from "./store";

/** What is declared about the first backup. */
export interface FirstBackupArgs {
  administration: Connection;
  /** Start of the server: after a restart the archive is looked at again. */
  startedAt: string;
  /** Id of the container of the backups. */
  container: string;
  location: DockerBackupLocation;
}

/** Repositories, by number, without a good backup, among them those that do not answer. */
async function emptyRepositories(location: DockerBackupLocation): Promise<number[]> {
  const backups = await repositoryBackups(location, `--io-timeout=${ANSWER_SECONDS}`);
  return location.pgBackRest.repositories
    .map((_, index) => index + 1)
    .filter((number) => !backups.some(({ repository, damaged }) => repository === number && !damaged));
}

async function isRunning({ engine, containerName }: DockerBackupLocation): Promise<boolean> {
  const found = await withEngine(engine, (docker) =>
    orUndefined(docker.getContainer(backupContainerName(containerName)).inspect()),
  );
  return found?.State.Running ?? false;
}

/** Starts the container of the backups where somebody stopped it. */
async function startContainer({ engine, containerName }: DockerBackupLocation): Promise<void> {
  const name = backupContainerName(containerName);
  await withEngine(engine, async (docker) => {
    const starting = docker.getContainer(name).start();
    const running = starting.then(
      () => true,
      (error) => {
        if (isConflict(error)) return true;
        throw error;
      },
    );
    if (!(await orUndefined(running)))
      throw new Fault(`the container of the backups, ${name}, is gone`, "make it again: pulumi up --refresh");
  });
}

/** Why nothing can be restored, or nobody takes backups; undefined when all is well. Changes nothing. */
export async function firstBackupDrift({ location }: FirstBackupArgs): Promise<string | undefined> {
  if (!(await isRunning(location)))
    return `container ${backupContainerName(location.containerName)} does not run`;
  return (await emptyRepositories(location)).length > 0 ? "nothing can be restored" : undefined;
}

/**
 * Makes the database restorable: the container of the backups runs, WAL arrives in every repository, and each has a
 * backup.
 *
 * @throws Fault in pgBackRest's own words.
 */
export async function ensureFirstBackup(
  { administration, location }: FirstBackupArgs,
  progress: Progress,
): Promise<void> {
  await startContainer(location);
  progress.status("checking that WAL is archived");
  await pgBackRest(location, "check");
  if ((await emptyRepositories(location)).length === 0) return;
  const { id } = await new DockerBackupStore(location, administration).backup("full", progress);
  progress.info(`first backup: ${id}`);
}
