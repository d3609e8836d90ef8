/** Backups and archived WAL of a server in a container, in the repositories of pgBackRest. */

import { setTimeout as sleep } from "node:timers/promises";
import { type Connection, withClient } from "../../connection";
import { Fault } from "../../faults";
import type { Progress } from "../../progress";
import { restoreWindow, stretches } from "../plan";
import { Archive } from "../segments";
import type { BackupStore, DockerBackupLocation, SourceState, ThrowAwayServer } from "../store";
import type { TargetPoint } from "../target-point";
import type { Backup, BackupCatalogue, BackupType, RestorePlan } from "../types";
import { readRepositoryArchive, readRepositorySegment } from "./archive";
import { type RepositoryBackup, readInfo } from "./info";
import { pgBackRest, pgBackRestData } from "./run";

/** How long the archive may take no segment before a flush gives up. */
const ARCHIVE_PATIENCE_MS = 60_000;

/** Says how long something takes that says nothing itself. */
async function withElapsed<Result>(
  progress: Progress,
  what: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const begun = Date.now();
  const timer = setInterval(
    () => progress.status(`${what} since ${Math.round((Date.now() - begun) / 1000)} s`),
    1000,
  );
  progress.status(what);
  return work().finally(() => clearInterval(timer));
}

/** Every backup in every repository, oldest first. */
export async function repositoryBackups(location: DockerBackupLocation): Promise<RepositoryBackup[]> {
  return readInfo(await pgBackRestData(location, "info", "--output=json"), location.pgBackRest.stanza);
}

/** One entry for each backup, as the repository has it that is read first. */
function withoutCopies(backups: readonly RepositoryBackup[]): Backup[] {
  return backups
    .filter(({ repository, damaged }) => repository === 1 && !damaged)
    .map(({ repository: _, damaged: __, ...backup }) => backup);
}

/** The backups and the archive of a location. */
async function readPgBackRest(
  location: DockerBackupLocation,
): Promise<{ backups: Backup[]; archive: Archive }> {
  const backups = withoutCopies(await repositoryBackups(location));
  const files = await readRepositoryArchive(location);
  return { backups, archive: new Archive(files, backups, location.systemIdentifier) };
}

/** The store of the target docker. */
export class DockerBackupStore implements BackupStore {
  constructor(
    private readonly location: DockerBackupLocation,
    readonly administration: Connection,
  ) {}

  get place(): string {
    return `volume ${this.location.volumes.data}`;
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
    const taken = (await repositoryBackups(this.location))
      .filter(({ repository }) => repository === 1)
      .at(-1);
    if (!taken) throw new Error("pgBackRest took a backup and lists none");
    if (taken.damaged)
      throw new Fault(
        `backup ${taken.id} holds pages with wrong checksums: the database is damaged`,
        "see which files: docker exec <container> pgbackrest info --set=<backup>; then restore an earlier backup",
      );
    const { repository: _, damaged: __, ...backup } = taken;
    return backup;
  }

  async catalogue(): Promise<BackupCatalogue> {
    const { backups, archive } = await readPgBackRest(this.location);
    const found = await stretches(archive, readRepositorySegment(this.location));
    return {
      backups,
      windows: found.map((stretch) => restoreWindow(archive, stretch)),
      archive: archive.state,
    };
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

  state(): Promise<SourceState> {
    return Promise.resolve("running");
  }

  isTaken(_own: number, _generation: number): Promise<boolean> {
    return Promise.resolve(false);
  }

  plan(_point: TargetPoint): Promise<RestorePlan> {
    throw noRestore();
  }

  throwAway<Result>(
    _plan: RestorePlan,
    _progress: Progress,
    _work: (server: ThrowAwayServer) => Promise<Result>,
  ): Promise<Result> {
    throw noRestore();
  }
}

function noRestore(): Fault {
  return new Fault(
    "the target docker cannot restore a database by command",
    "restore by hand: https://pgbackrest.org/user-guide.html#restore",
  );
}

function notArchived({ containerName }: DockerBackupLocation, name: string): Fault {
  return new Fault(
    `the archive does not get the segment ${name}`,
    `what pgBackRest says of it: docker logs --tail 20 ${containerName}`,
  );
}
