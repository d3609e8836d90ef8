/** Backups and archived WAL of a server in a container, in the repositories of pgBackRest. */

import { setTimeout as sleep } from "node:timers/promises";
import { type Connection, withClient } from "../../connection";
import { orUndefined, withEngine } from "../../docker/engine";
import { backupContainerName } from "../../docker/layout";
import { isRunning } from "../../docker/run";
import { expectedCluster, lookIntoVolume } from "../../docker/volume-contents";
import { Fault } from "../../faults";
import { type Progress, withElapsed } from "../../progress";
import { otherGeneration } from "../generations";
import type { BackupStore, DockerBackupLocation, SourceState, ThrowAwayServer } from "../store";
import type { TargetPoint } from "../target-point";
import type { Backup, BackupCatalogue, BackupType, RestorePlan } from "../types";
import { planFrom, readAllRepositories, readRepositories } from "./archive";
import { repositoryCatalogue } from "./catalogue";
import { PgBackRestHost } from "./host";
import { type RepositoryBackup, readInfo } from "./info";
import { type DockerBackups, RestoreContainer } from "./restore-container";
import { pgBackRest, pgBackRestData } from "./run";
import { scheduledRehearsal } from "./scheduler-state";
import { inThrowAway } from "./throw-away";

/** How long the archive may take no segment before a flush gives up. */
const ARCHIVE_PATIENCE_MS = 60_000;

/** Every backup in every repository, oldest first. */
export async function repositoryBackups(
  location: DockerBackupLocation,
  ...options: string[]
): Promise<RepositoryBackup[]> {
  const json = await pgBackRestData(location, "info", "--output=json", ...options);
  return readInfo(json, location.pgBackRest.stanza);
}

/**
 * Works where the repositories of a database can be read: in the container of its backups, else in one that is made for
 * it and removed again.
 */
async function withRepositories<Result>(
  backups: DockerBackups,
  work: (host: PgBackRestHost) => Promise<Result>,
): Promise<Result> {
  const { location } = backups;
  return withEngine(location.engine, async (docker) => {
    if (await isRunning(docker, backupContainerName(location.containerName)))
      return work(PgBackRestHost.of(location));
    const container = await RestoreContainer.of(docker, backups);
    return work(container.repositories).finally(() => container.close());
  });
}

/** The store of the target docker. */
export class DockerBackupStore implements BackupStore {
  /**
   * @param access What opens the repositories, as it is declared now; else what the database itself has is used.
   */
  constructor(
    readonly location: DockerBackupLocation,
    readonly administration: Connection,
    readonly access?: DockerBackups["access"],
  ) {}

  get place(): string {
    return `volume ${this.location.volumes.data}`;
  }

  /** How many repositories there are, and which cluster is looked for in them. */
  private get stored() {
    const { pgBackRest, systemIdentifier } = this.location;
    const { repositories, stanza } = pgBackRest;
    return [repositories.length, { stanza, systemIdentifier }] as const;
  }

  /** Takes a backup into every repository. pgBackRest expires by itself what the retention does not need. */
  async backup(type: BackupType, progress: Progress): Promise<Backup> {
    const { repositories } = this.location.pgBackRest;
    for (const [index] of repositories.entries()) {
      const where = repositories.length > 1 ? ` into repository ${index + 1}` : "";
      await withElapsed(progress, `backup (${type})${where}`, () =>
        pgBackRest(this.location, "backup", `--type=${type}`, `--repo=${index + 1}`),
      );
    }
    const taken = (await repositoryBackups(this.location, "--repo=1")).at(-1);
    if (!taken) throw new Error("pgBackRest took a backup and lists none");
    if (taken.damaged)
      throw new Fault(
        `backup ${taken.id} holds pages with wrong checksums: the database is damaged`,
        "see which files: docker exec <container> pgbackrest info --set=<backup>; then restore an earlier backup",
      );
    const { repository: _, damaged: __, ...backup } = taken;
    return backup;
  }

  catalogue(): Promise<BackupCatalogue> {
    return withRepositories(this, async (host) => {
      const readings = await readAllRepositories(host, ...this.stored);
      return repositoryCatalogue(this.location, readings, await scheduledRehearsal(host));
    });
  }

  async flush(progress: Progress): Promise<void> {
    await withClient(
      this.administration,
      async (client) => {
        // A commit behind everything, at which recovery to a time can stop.
        await client.query("SELECT pg_current_xact_id()");
        const { rows } = await client.query("SELECT pg_walfile_name(pg_switch_wal()) AS name");
        const { name } = rows[0];
        for (const begun = Date.now(); ; await sleep(100)) {
          const { rows: files } = await client.query(
            "SELECT (pg_stat_file('pg_wal/archive_status/' || $1 || '.ready', true)).size IS NULL AS archived",
            [name],
          );
          if (files[0].archived) return progress.status(`archived: ${name}`);
          if (Date.now() - begun > ARCHIVE_PATIENCE_MS) throw notArchived(this.location, name);
        }
      },
      { timeoutMs: 2 * ARCHIVE_PATIENCE_MS },
    );
  }

  /** A volume that is gone, or that lost its files, holds no database. */
  state(): Promise<SourceState> {
    const { engine, containerName, image, volumes, version } = this.location;
    return withEngine(engine, async (docker) => {
      if (await isRunning(docker, containerName)) return "running";
      if (!(await orUndefined(docker.getVolume(volumes.data).inspect()))) return "gone";
      const contents = await lookIntoVolume(docker, image, volumes.data);
      return expectedCluster(contents, version) ? "stopped" : "gone";
    });
  }

  isTaken(own: number, generation: number): Promise<boolean> {
    const { engine, containerName, volumes } = this.location;
    const other = otherGeneration(containerName, own, generation);
    // A volume that nobody named has the container's name first, and one that somebody named its number last.
    const of = (volume: string) =>
      volume.startsWith(`${containerName}-`)
        ? other + volume.slice(containerName.length)
        : otherGeneration(volume, own, generation);
    return withEngine(engine, async (docker) => {
      const found = [
        docker.getContainer(other).inspect(),
        ...Object.values(volumes).map((volume) => docker.getVolume(of(volume)).inspect()),
      ];
      const answers = await Promise.all(found.map((answer: Promise<object>) => orUndefined(answer)));
      return answers.some((answer) => answer !== undefined);
    });
  }

  plan(point: TargetPoint): Promise<RestorePlan> {
    return withRepositories(this, (host) => planFrom(readRepositories(host, ...this.stored), point));
  }

  throwAway<Result>(
    plan: RestorePlan,
    progress: Progress,
    work: (server: ThrowAwayServer) => Promise<Result>,
  ): Promise<Result> {
    return inThrowAway(this, plan, progress, work);
  }
}

function notArchived({ containerName }: DockerBackupLocation, name: string): Fault {
  return new Fault(
    `the archive does not get the segment ${name}`,
    `what pgBackRest says of it: docker logs --tail 20 ${containerName}`,
  );
}
