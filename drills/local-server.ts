/** A throw-away local server for drills: the stack's version and settings, in folders of its own. */

import { randomUUID } from "node:crypto";
import { chown, mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LocalBackupStore } from "../components/backup/local/store";
import { DURABILITY } from "../components/backup/objectives";
import type { BackupStore } from "../components/backup/store";
import { type Connection, withClient } from "../components/connection";
import { serverAccount } from "../components/local/account";
import { instancePaths, syncDirectory } from "../components/local/instance";
import { serverProcesses } from "../components/local/postmaster";
import { ensureLocalServer, type LocalServerArgs, type LocalServerState } from "../components/local/server";
import { APPLICATION, createApplication } from "./application";
import { FolderArchive } from "./archive";
import { readRecovery } from "./recovery";
import type { DrillServer, DrillServerArgs, Recovery } from "./server";
import type { DrillStorages } from "./storage";

const QUIET = { info: () => undefined, status: () => undefined };

/** Makes the server, with a role and a database for the workload. */
export async function createLocalServer(
  args: DrillServerArgs,
  { data, archive, backup }: DrillStorages,
): Promise<DrillServer> {
  const archiveDirectory = path.join(archive.directory, "archive");
  await mkdir(archiveDirectory, { mode: 0o700 });
  const { uid, gid } = serverAccount();
  await chown(archiveDirectory, uid, gid);
  await syncDirectory(archive.directory);
  const server = new LocalDrillServer(args, data.directory, archiveDirectory, backup.directory);
  await server.start();
  await createApplication(server, args.prepare ?? []);
  return server;
}

/** Into a folder, as the target local does, or as a negative control says. */
function archivingParameters({ archiveCommand }: DrillServerArgs, directory: string): Record<string, string> {
  const how: Record<string, string> = archiveCommand
    ? { archive_command: archiveCommand(directory), archive_library: "" }
    : {
        archive_command: "",
        archive_library: "basic_archive",
        "basic_archive.archive_directory": directory,
      };
  return { archive_mode: "on", ...how };
}

class LocalDrillServer implements DrillServer {
  readonly archive: FolderArchive;
  private readonly args: LocalServerArgs;
  private readonly password = randomUUID();
  private state: LocalServerState | undefined;

  constructor(
    declared: DrillServerArgs,
    directory: string,
    archiveDirectory: string,
    backupDirectory: string,
  ) {
    const parameters = { ...declared.parameters, ...archivingParameters(declared, archiveDirectory) };
    this.args = {
      directory: path.join(directory, "server"),
      archiveDirectory,
      backupDirectory: path.join(backupDirectory, "backups"),
      version: declared.version,
      parameters,
      memory: 0,
      cpus: 0,
    };
    this.archive = new FolderArchive(
      archiveDirectory,
      () => this.systemIdentifier(),
      () => this.store.flush(QUIET),
    );
  }

  get administration(): Connection {
    return this.present.administration;
  }

  get application(): Connection {
    const { port } = this.present;
    return { host: "127.0.0.1", port, user: APPLICATION, database: APPLICATION, password: this.password };
  }

  async backups(): Promise<BackupStore> {
    return this.store;
  }

  private get store(): LocalBackupStore {
    const { directory, archiveDirectory, backupDirectory } = this.args;
    const { retention } = DURABILITY;
    return LocalBackupStore.at(
      { kind: "local", directory, archiveDirectory, backupDirectory, retention },
      this.present.port,
    );
  }

  get dataDirectory(): string {
    return instancePaths(this.args.directory).data;
  }

  private get present(): LocalServerState {
    if (!this.state) throw new Error("the drill's server was not started");
    return this.state;
  }

  private async systemIdentifier(): Promise<string> {
    const { rows } = await withClient(this.administration, (client) =>
      client.query("SELECT system_identifier::text AS id FROM pg_control_system()"),
    );
    return rows[0].id;
  }

  async start(): Promise<Recovery> {
    const begin = process.hrtime.bigint();
    this.state = await ensureLocalServer(this.args, "durable-postgres drill", QUIET);
    const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
    return { seconds, replayedBytes: readRecovery(await this.log()) };
  }

  async kill(): Promise<void> {
    const { data } = instancePaths(this.args.directory);
    for (let attempt = 0; ; attempt++) {
      const pids = await serverProcesses(data);
      if (pids.length === 0) return;
      if (attempt === 100) throw new Error(`processes ${pids.join(", ")} outlive SIGKILL`);
      for (const pid of pids) tryKill(pid);
      await sleep(20);
    }
  }

  async remove(): Promise<void> {
    await this.kill();
  }

  async log(): Promise<string> {
    const { log } = instancePaths(this.args.directory);
    const names = (await readdir(log)).filter((name) => name.startsWith("postgresql"));
    const texts = await Promise.all(names.map((name) => readFile(path.join(log, name), "utf8")));
    const text = texts.join("\n");
    return text.slice(Math.max(0, text.lastIndexOf("starting PostgreSQL")));
  }
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
