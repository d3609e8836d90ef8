/** A throw-away copy of a container: configured as Docker says the original is, on volumes of its own. */

import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { ensureRepositories } from "../components/backup/pgbackrest/repository";
import { DockerBackupStore } from "../components/backup/pgbackrest/store";
import type { DockerBackupLocation } from "../components/backup/store";
import type { Connection } from "../components/connection";
import { ensureDataVolume } from "../components/docker/data-volume";
import { isConflict, orUndefined } from "../components/docker/engine";
import {
  ARCHIVE,
  BACKUP,
  backupContainerName,
  dataLayout,
  HBA_FILE,
  PORT,
  REPOSITORY,
  SUPERUSER,
} from "../components/docker/layout";
import type { VolumeNames } from "../components/docker/options";
import {
  containerLog,
  engineMounts,
  execute,
  type Mount,
  type ProgramResult,
  removeContainer,
} from "../components/docker/run";
import { ensureDockerServer } from "../components/docker/server";
import { toCommandLine } from "../components/parameters/command-line";
import { chooseFreePort } from "../components/port";
import { APPLICATION } from "./application";
import { readRecovery } from "./recovery";
import type { DrillServerArgs, Recovery } from "./server";

const QUIET = { info: () => undefined, status: () => undefined };

/** Lines of a container's log in which its last recovery is looked for. */
const LOG_LINES = 500;

/** Folders of this machine for the volumes; absent: where Docker keeps volumes. */
export type VolumeFolders = Readonly<Record<keyof VolumeNames, string>>;

/** The copy. Its pgBackRest archives as the original's does, into a repository of its own. */
export class ContainerCopy {
  protected readonly name: string;
  private readonly volumes: VolumeNames;
  private readonly superuserPassword = randomUUID();
  private readonly applicationPassword = randomUUID();
  protected location: DockerBackupLocation;
  private port = 0;

  /**
   * @param original As Docker inspects it.
   * @param source Its backups.
   */
  constructor(
    protected readonly docker: Docker,
    private readonly original: Docker.ContainerInspectInfo,
    source: DockerBackupLocation,
    protected readonly args: DrillServerArgs,
    private readonly folders?: VolumeFolders,
  ) {
    this.name = `${source.containerName}-drill-${randomUUID().slice(0, 8)}`;
    this.volumes = {
      data: `${this.name}-data`,
      archive: `${this.name}-archive`,
      backup: `${this.name}-backup`,
    };
    this.location = {
      ...source,
      image: original.Image,
      containerName: this.name,
      owner: `drill/${this.name}`,
      volumes: this.volumes,
    };
  }

  get administration(): Connection {
    return { ...this.address, user: SUPERUSER, database: "postgres", password: this.superuserPassword };
  }

  get application(): Connection {
    return { ...this.address, user: APPLICATION, database: APPLICATION, password: this.applicationPassword };
  }

  private get address(): { host: string; port: number } {
    return { host: "127.0.0.1", port: this.port };
  }

  protected get store(): DockerBackupStore {
    return new DockerBackupStore(this.location, this.administration);
  }

  /** Makes all of it and starts the server. */
  async create(): Promise<void> {
    for (const [kind, name] of Object.entries(this.volumes))
      await this.createVolume(name, this.folders?.[kind as keyof VolumeNames]);
    const { systemIdentifier } = await ensureDataVolume(
      { ...this.location, imageName: this.original.Config.Image, deleteData: true },
      undefined,
      QUIET,
    );
    await this.createRepository(systemIdentifier);
    this.port = await chooseFreePort(this.name);
    await this.createContainer();
    await this.start();
  }

  /** A named volume in a folder of ours can be cut. */
  private async createVolume(name: string, device: string | undefined): Promise<void> {
    if (device !== undefined) await mkdir(device, { recursive: true });
    const DriverOpts: Record<string, string> =
      device === undefined ? {} : { type: "none", o: "bind", device };
    await this.docker.createVolume({ Name: name, Driver: "local", DriverOpts });
  }

  /** As the original's, but for its buckets: nothing of a copy leaves the machine, and no power cut reaches them. */
  private async createRepository(systemIdentifier: string): Promise<void> {
    const pgBackRest = {
      ...this.location.pgBackRest,
      repositories: [{ kind: "posix" as const, path: `${REPOSITORY}/${systemIdentifier}` }],
    };
    this.location = { ...this.location, systemIdentifier, pgBackRest };
    const secrets = pgBackRest.encrypted ? { cipherKey: randomUUID() } : {};
    await ensureRepositories({ location: this.location, secrets }, QUIET);
  }

  private async createContainer(): Promise<void> {
    const { Config, HostConfig, Image } = this.original;
    const { archiveCommand, parameters } = this.args;
    const archiving = archiveCommand && { archive_command: archiveCommand(ARCHIVE), archive_library: "" };
    // The last one of a name wins, so the original's own words stay as they are.
    const own = toCommandLine({ ...parameters, ...archiving });
    const container = await this.docker.createContainer({
      name: this.name,
      Image,
      Cmd: [...(Config.Cmd ?? []), ...own],
      Entrypoint: Config.Entrypoint,
      User: Config.User,
      Env: Config.Env,
      StopSignal: "SIGINT",
      Healthcheck: { Test: ["NONE"] },
      ExposedPorts: { [`${PORT}/tcp`]: {} },
      HostConfig: {
        ...copied(HostConfig),
        Mounts: engineMounts(this.mounts({ readOnly: false })),
        PortBindings: { [`${PORT}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: String(this.port) }] },
        RestartPolicy: { Name: "no" },
      },
    });
    const folder = path.posix.dirname(HBA_FILE);
    const files = await this.docker.getContainer(this.original.Id).getArchive({ path: folder });
    await container.putArchive(files as NodeJS.ReadableStream, { path: path.posix.dirname(folder) });
  }

  /** @param readOnly Whether the data can only be read. */
  private mounts({ readOnly }: { readOnly: boolean }): Mount[] {
    return [
      { volume: this.volumes.data, target: dataLayout(this.args.version).mount, readOnly },
      { volume: this.volumes.archive, target: ARCHIVE },
      { volume: this.volumes.backup, target: BACKUP },
    ];
  }

  /** Makes the container in which backups are taken, where it is not there. It has no schedule: who drills takes them. */
  protected async ensureBackupContainer(): Promise<void> {
    const name = backupContainerName(this.name);
    if (await orUndefined(this.docker.getContainer(name).inspect())) return;
    const { Config, HostConfig, Image } = this.original;
    const { CapDrop, SecurityOpt } = HostConfig;
    const container = await this.docker.createContainer({
      name,
      Image,
      Entrypoint: ["sleep"],
      Cmd: ["infinity"],
      User: SUPERUSER,
      Env: Config.Env,
      Healthcheck: { Test: ["NONE"] },
      HostConfig: {
        CapDrop,
        SecurityOpt,
        Init: true,
        Mounts: engineMounts(this.mounts({ readOnly: true })),
        NetworkMode: "none",
      },
    });
    await container.start();
  }

  /** Runs a program in the copy as the server's user; one that fails is a result. */
  run(command: readonly string[], input?: string): Promise<ProgramResult> {
    return execute(this.docker, this.name, { command, user: SUPERUSER, input });
  }

  async start(): Promise<Recovery> {
    const begin = process.hrtime.bigint();
    await ensureDockerServer(
      {
        container: this.name,
        containerName: this.name,
        ...this.address,
        password: this.superuserPassword,
        systemIdentifier: this.location.systemIdentifier,
        parameters: {},
      },
      QUIET,
    );
    const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
    return { seconds, replayedBytes: readRecovery(await this.log()) };
  }

  async log(): Promise<string> {
    const log = await containerLog(this.docker, this.name, LOG_LINES);
    return log.slice(Math.max(0, log.lastIndexOf("starting PostgreSQL")));
  }

  async kill(): Promise<void> {
    const container = this.docker.getContainer(this.name);
    await container.kill().catch((error) => {
      if (!isConflict(error)) throw error;
    });
    while ((await container.inspect()).State.Running) await sleep(20);
  }

  async replace(): Promise<void> {
    await removeContainer(this.docker, this.name);
    await this.createContainer();
  }

  async remove(): Promise<void> {
    for (const name of [backupContainerName(this.name), this.name]) await removeContainer(this.docker, name);
    for (const volume of Object.values(this.volumes))
      await orUndefined(this.docker.getVolume(volume).remove({ force: true }));
  }
}

/** What a copy takes over of the original: its limits and its rights. */
const COPIED = [
  "Init",
  "CapDrop",
  "SecurityOpt",
  "ReadonlyRootfs",
  "Tmpfs",
  "Memory",
  "MemorySwap",
  "NanoCpus",
  "ShmSize",
  "Ulimits",
  "LogConfig",
] as const satisfies (keyof Docker.HostConfig)[];

function copied(original: Docker.HostConfig): Docker.HostConfig {
  return Object.fromEntries(COPIED.map((name) => [name, original[name]]));
}
