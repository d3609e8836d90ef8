/** Base backups and archived WAL in folders of this machine. */

import { randomUUID } from "node:crypto";
import { rm, stat } from "node:fs/promises";
import path from "node:path";
import { type Connection, withClient } from "../../connection";
import { Fault } from "../../faults";
import { serverAccount } from "../../local/account";
import { installBinaries } from "../../local/binaries";
import { SUPERUSER } from "../../local/cluster";
import { instancePaths, makeDirectories, readRecord } from "../../local/instance";
import { runningPostmaster, stopServer } from "../../local/postmaster";
import { VERSIONS } from "../../parameters/postgres";
import { isAlive } from "../../process";
import type { Progress } from "../../progress";
import { expired } from "../expiry";
import { otherGeneration } from "../generations";
import { restorePlan, restoreWindow, stretches } from "../plan";
import { Archive } from "../segments";
import type { BackupStore, LocalBackupLocation, SourceState, ThrowAwayServer } from "../store";
import type { TargetPoint } from "../target-point";
import { now } from "../time";
import type { Backup, BackupCatalogue, BackupType, RestorePlan } from "../types";
import { namesIn, readArchiveFolder, readSegment } from "./archive-folder";
import { deleteBackup, listBackups, takeBaseBackup, waitForArchive } from "./base-backup";
import { listDumps } from "./dump";
import { exclusively } from "./exclusive";
import { recoverCluster } from "./recovery";

/** Between an instance's folder and the process that looks at a restored copy of it. */
const THROW_AWAY = "-rehearsal-";

/** Sizes of a server that only looks; what recovery needs more is raised to its floors. */
const THROW_AWAY_PARAMETERS = { shared_buffers: "128MB", fsync: "on", full_page_writes: "on" };

/** The backups and the archive in a location's folders. */
async function readBackups(location: LocalBackupLocation): Promise<{ backups: Backup[]; archive: Archive }> {
  const backups = await listBackups(location.backupDirectory);
  const systemIdentifier =
    readRecord(location.directory)?.systemIdentifier ?? backups.at(-1)?.systemIdentifier ?? "";
  const ours = backups.filter((backup) => backup.systemIdentifier === systemIdentifier);
  const files = await readArchiveFolder(location.archiveDirectory);
  return { backups: ours, archive: new Archive(files, ours, systemIdentifier) };
}

/** How a restore to a moment would go. */
export async function localRestorePlan(
  location: LocalBackupLocation,
  point: TargetPoint,
): Promise<RestorePlan> {
  const { archive } = await readBackups(location);
  return restorePlan(point, archive, readSegment(location.archiveDirectory));
}

/** The store of the target local. */
export class LocalBackupStore implements BackupStore {
  constructor(
    private readonly location: LocalBackupLocation,
    readonly administration: Connection,
  ) {}

  /** The store of a generation, whose superuser is reached over the socket, without a password. */
  static at(location: LocalBackupLocation, port: number): LocalBackupStore {
    const { socket } = instancePaths(location.directory);
    return new LocalBackupStore(location, { host: socket, port, user: SUPERUSER, database: "postgres" });
  }

  get place(): string {
    return this.location.directory;
  }

  async state(): Promise<SourceState> {
    const { data } = instancePaths(this.location.directory);
    if (await runningPostmaster(data)) return "running";
    // PG_VERSION: a folder that lost its files holds no database.
    return (await stat(path.join(data, "PG_VERSION")).catch(() => undefined)) ? "stopped" : "gone";
  }

  async isTaken(own: number, generation: number): Promise<boolean> {
    const { directory } = this.location;
    const name = path.basename(otherGeneration(directory, own, generation));
    const siblings = await namesIn(path.dirname(directory));
    return siblings.some((sibling) => sibling === name || sibling.startsWith(`${name}-`));
  }

  async backup(type: BackupType, progress: Progress): Promise<Backup> {
    if (type !== "full")
      throw new Fault(
        `the target local takes no ${type} backup: PostgreSQL copies files as a whole there`,
        "npx durable-postgres backup --type full",
      );
    return exclusively(this.administration, "backup", async (client) => {
      const backup = await takeBaseBackup(client, this.location, progress);
      await this.expire(progress);
      return backup;
    });
  }

  async catalogue(): Promise<BackupCatalogue> {
    const { backups, archive } = await readBackups(this.location);
    const found = await stretches(archive, readSegment(this.location.archiveDirectory));
    const windows = found.map((stretch) => restoreWindow(archive, stretch));
    const dumps = await listDumps(this.location);
    const place = `folder ${this.location.backupDirectory}`;
    return { backups, windows, archive: archive.state, dumps, lastRehearsal: null, place, copies: [] };
  }

  async flush(progress: Progress): Promise<void> {
    const { archiveDirectory } = this.location;
    await withClient(
      this.administration,
      async (client) => {
        // A commit behind everything, at which recovery to a time can stop.
        await client.query("SELECT pg_current_xact_id()");
        const { rows } = await client.query("SELECT pg_walfile_name(pg_switch_wal()) AS name");
        await waitForArchive(client, { archiveDirectory, name: rows[0].name }, progress);
      },
      { timeoutMs: 60_000 },
    );
  }

  plan(point: TargetPoint): Promise<RestorePlan> {
    return localRestorePlan(this.location, point);
  }

  async throwAway<Result>(
    plan: RestorePlan,
    progress: Progress,
    work: (server: ThrowAwayServer) => Promise<Result>,
  ): Promise<Result> {
    await this.sweep();
    const { directory } = this.location;
    const paths = instancePaths(`${directory}${THROW_AWAY}${process.pid}-${randomUUID().slice(0, 8)}`);
    const account = serverAccount(readRecord(directory)?.osUser);
    const version =
      VERSIONS.find((major) => plan.backup.serverVersion.startsWith(`${major}.`)) ?? VERSIONS[0];
    const begin = Date.now();
    try {
      await makeDirectories(paths, account);
      const binaries = await installBinaries(version, paths.directory);
      const place = { paths, binaries, account, port: 5432, parameters: THROW_AWAY_PARAMETERS };
      const administration = await recoverCluster(this.location, plan, place, progress);
      const restoreSeconds = (Date.now() - begin) / 1000;
      return await work({ administration, restoreSeconds }).finally(() =>
        stopServer(paths, binaries, account),
      );
    } finally {
      await remove(paths.directory);
    }
  }

  /** Removes what killed rehearsals left. */
  private async sweep(): Promise<void> {
    const { directory } = this.location;
    const prefix = `${path.basename(directory)}${THROW_AWAY}`;
    for (const name of await namesIn(path.dirname(directory))) {
      if (!name.startsWith(prefix) || isAlive(Number.parseInt(name.slice(prefix.length), 10))) continue;
      await remove(path.join(path.dirname(directory), name));
    }
  }

  private async expire(progress: Progress): Promise<void> {
    const { archiveDirectory, backupDirectory, retention } = this.location;
    const { backups, archive } = await readBackups(this.location);
    const names = await namesIn(archiveDirectory);
    const old = expired(backups, names, { archive, retention, now: now() });
    for (const backup of old.backups) await deleteBackup(backupDirectory, backup);
    for (const name of old.segments) await rm(path.join(archiveDirectory, name), { force: true });
    if (old.backups.length > 0)
      progress.info(`expired after ${retention} days: ${old.backups.map(({ id }) => id).join(", ")}`);
  }
}

/** Ends a throw-away server that still runs, with an immediate shutdown, and removes its folder. */
async function remove(directory: string): Promise<void> {
  const paths = instancePaths(directory);
  const running = await runningPostmaster(paths.data);
  if (running) process.kill(running.pid, "SIGQUIT");
  await rm(paths.socket, { recursive: true, force: true });
  await rm(directory, { recursive: true, force: true, maxRetries: 10 });
}
