/** A server in a container with the container of its backups, without Pulumi. */

import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ensureRepositories } from "../../../../components/backup/pgbackrest/repository";
import { DockerBackupStore } from "../../../../components/backup/pgbackrest/store";
import type { DockerBackupLocation, ThrowAwayServer } from "../../../../components/backup/store";
import { readTargetPoint } from "../../../../components/backup/target-point";
import { now } from "../../../../components/backup/time";
import type { RestorePlan } from "../../../../components/backup/types";
import { withClient } from "../../../../components/connection";
import { backupPlan, pgBackRestPlan } from "../../../../components/docker/backup";
import { ensureBackupImage } from "../../../../components/docker/backup-image";
import { type DataVolumeArgs, ensureDataVolume } from "../../../../components/docker/data-volume";
import { execStream } from "../../../../components/docker/exec-stream";
import {
  ARCHIVE,
  BACKUP,
  backupContainerName,
  dataLayout,
  PGBACKREST_ENVIRONMENT,
  PORT,
  SHARED,
  SOCKET,
  SUPERUSER,
} from "../../../../components/docker/layout";
import { execute, type ProgramResult } from "../../../../components/docker/run";
import { packageRoot } from "../../../../components/package";
import { docker } from "../../../docker/engine";
import { IMAGE } from "../../../docker/image";
import { Said } from "../../../local-instance";

const VERSION = "15";
const RETENTION = 14;

/** A server whose WAL goes into a repository. */
export class BackedServer {
  readonly store: DockerBackupStore;

  private constructor(
    readonly location: DockerBackupLocation,
    readonly volumes: DataVolumeArgs,
  ) {
    const stream = execStream(docker, location.containerName, SUPERUSER);
    const address = { host: location.containerName, port: PORT, user: SUPERUSER, database: "postgres" };
    this.store = new DockerBackupStore(location, { ...address, stream });
  }

  /**
   * Makes everything that a deployment makes, but for the network, and takes a first backup.
   *
   * @param parameters Of the server, over those of a small one.
   */
  static async start(
    containerName: string,
    parameters: Readonly<Record<string, string>> = {},
  ): Promise<BackedServer> {
    const base = (await docker.getImage(IMAGE).inspect()).Id;
    const { image, release } = await ensureBackupImage({ base, baseName: IMAGE }, new Said());
    const volumes = {
      image: base,
      imageName: IMAGE,
      version: VERSION,
      containerName,
      owner: "shop/dev/db",
      volumes: {
        data: `${containerName}-data`,
        archive: `${containerName}-archive`,
        backup: `${containerName}-backup`,
      },
      deleteData: false,
    } as const;
    const { systemIdentifier } = await ensureDataVolume(volumes, undefined, new Said());
    const cluster = {
      version: VERSION,
      containerName,
      systemIdentifier,
      release,
      retention: RETENTION,
    } as const;
    const location: DockerBackupLocation = {
      kind: "docker",
      image,
      version: VERSION,
      containerName,
      owner: volumes.owner,
      volumes: volumes.volumes,
      systemIdentifier,
      maxBackupAge: backupPlan().maxAge,
      pgBackRest: pgBackRestPlan(backupPlan(), cluster),
      retention: RETENTION,
    };
    await ensureRepositories({ location, secrets: {}, network: "none" }, new Said());
    const server = new BackedServer(location, volumes);
    await server.run(parameters);
    await server.store.backup("full", new Said());
    return server;
  }

  private async run(own: Readonly<Record<string, string>>): Promise<void> {
    const { containerName, image, volumes } = this.location;
    const shared = {
      Image: image,
      User: SUPERUSER,
      Env: Object.entries(PGBACKREST_ENVIRONMENT).map(([name, value]) => `${name}=${value}`),
      HostConfig: {
        // pgBackRest's orphans end with 1, which a postmaster that is process 1 takes for a crash of its own child.
        Init: true,
        NetworkMode: "none",
        Binds: [
          `${volumes.data}:${dataLayout(VERSION).mount}`,
          `${volumes.archive}:${ARCHIVE}`,
          `${volumes.backup}:${BACKUP}`,
        ],
      },
    };
    const parameters = {
      shared_buffers: "16MB",
      archive_mode: "on",
      archive_command: "pgbackrest archive-push %p",
      listen_addresses: "127.0.0.1",
      unix_socket_directories: `${SOCKET},${SHARED.socket}`,
      ...own,
    };
    const options = Object.entries(parameters).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const server = { ...shared, name: containerName, Cmd: ["postgres", ...options] };
    const backups = {
      ...shared,
      name: backupContainerName(containerName),
      Entrypoint: ["sleep", "infinity"],
    };
    for (const container of [server, backups]) await (await docker.createContainer(container)).start();
    while ((await this.inside("pg_isready -q -h 127.0.0.1")).code !== 0) await sleep(100);
  }

  private inside(script: string) {
    return execute(docker, this.location.containerName, { command: ["sh", "-c", script], user: SUPERUSER });
  }

  /** Rows of a query, as superuser. */
  // biome-ignore lint/suspicious/noExplicitAny: rows of any query.
  query(text: string): Promise<any[]> {
    return rowsOf({ administration: this.store.administration, restoreSeconds: 0 }, text);
  }

  /** Commits a note, and gives the server's time right after it. */
  async note(text: string): Promise<string> {
    await this.query("CREATE TABLE IF NOT EXISTS note (text text)");
    await this.query(`INSERT INTO note VALUES ('${text}')`);
    const [{ now: time }] = await this.query(
      `SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS now`,
    );
    return time;
  }

  flush(): Promise<void> {
    return this.store.flush(new Said());
  }

  plan(to: string): Promise<RestorePlan> {
    return this.store.plan(readTargetPoint(to, now()));
  }

  /** The notes of a restored copy. */
  restored(plan: RestorePlan): Promise<string[]> {
    return this.store.throwAway(plan, new Said(), async (server) =>
      (await rowsOf(server, "SELECT text FROM note")).map(({ text }) => text),
    );
  }

  /** What the scheduler runs, in the container of the backups. */
  async rehearse(): Promise<ProgramResult> {
    const name = backupContainerName(this.location.containerName);
    for (const program of ["steps.pl", "rehearse.pl"]) {
      const source = path.join(packageRoot, "components", "docker", "backup-image", program);
      const command = ["sh", "-c", `cat > /tmp/${program}`];
      await execute(docker, name, { command, user: SUPERUSER, input: await readFile(source, "utf8") });
    }
    const command = ["perl", "/tmp/rehearse.pl", SHARED.socket];
    return execute(docker, name, { command, user: SUPERUSER });
  }

  /** Path of the only file of the repository whose path holds a text. */
  async repositoryFile(part: string): Promise<string> {
    const find = `find ${this.location.pgBackRest.repositories.map((one) => one.path).join(" ")} -path '*${part}*' -type f`;
    const files = (await this.inside(find)).stdout.trim().split("\n");
    if (files.length !== 1 || !files[0]) throw new Error(`${part} is in ${files.length} files`);
    return files[0];
  }

  /** Works on a file of the repository as its owner. */
  async spoil(script: string): Promise<void> {
    const { code, stderr } = await this.inside(script);
    if (code !== 0) throw new Error(`${script}: ${stderr}`);
  }
}

/** Rows of a query in a restored copy. */
// biome-ignore lint/suspicious/noExplicitAny: rows of any query.
async function rowsOf({ administration }: ThrowAwayServer, text: string): Promise<any[]> {
  return withClient(administration, async (client) => (await client.query(text)).rows, { timeoutMs: 30_000 });
}
