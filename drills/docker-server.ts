/** A throw-away copy of a container for drills: configured as Docker says the original is, on volumes of its own. */

import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import type { Connection } from "../components/connection";
import { ensureDataVolume } from "../components/docker/data-volume";
import { isConflict, orUndefined, withEngine } from "../components/docker/engine";
import { ARCHIVE, BACKUP, dataLayout, HBA_FILE, PORT } from "../components/docker/layout";
import type { VolumeNames } from "../components/docker/options";
import { containerLog, removeContainer } from "../components/docker/run";
import { ensureDockerServer } from "../components/docker/server";
import { Fault } from "../components/faults";
import { toCommandLine } from "../components/parameters/command-line";
import { chooseFreePort } from "../components/port";
import { APPLICATION, createApplication } from "./application";
import { readRecovery } from "./recovery";
import { archivingParameters, type DrillServer, type DrillServerArgs, type Recovery } from "./server";
import type { Storage } from "./storage";

const QUIET = { info: () => undefined, status: () => undefined };

/** Lines of a container's log in which its last recovery is looked for. */
const LOG_LINES = 500;

/**
 * Makes the copy.
 *
 * @param container Name of the original, which may be stopped and is not touched.
 * @throws Fault when the engine does not have it.
 */
export async function createDockerServer(
  container: string,
  args: DrillServerArgs,
  data: Storage,
  archive: Storage,
): Promise<DrillServer> {
  return withEngine(undefined, async (docker) => {
    const original = await orUndefined(docker.getContainer(container).inspect());
    if (!original)
      throw new Fault(
        `the Docker engine has no container ${container}`,
        "deploy the stack, or name its engine: export DOCKER_HOST=…",
      );
    const server = new DockerDrillServer(docker, original, args, data, archive);
    try {
      await server.create();
      await createApplication(server, args.prepare ?? []);
      return server;
    } catch (error) {
      await server.remove();
      throw error;
    }
  });
}

class DockerDrillServer implements DrillServer {
  readonly dataDirectory: string;
  readonly archiveDirectory: string;
  private readonly name = `drill-${randomUUID().slice(0, 8)}`;
  private readonly volumes: VolumeNames;
  private readonly superuserPassword = randomUUID();
  private readonly applicationPassword = randomUUID();
  private systemIdentifier = "";
  private port = 0;

  constructor(
    private readonly docker: Docker,
    private readonly original: Docker.ContainerInspectInfo,
    private readonly args: DrillServerArgs,
    private readonly data: Storage,
    archive: Storage,
  ) {
    this.volumes = {
      data: `${this.name}-data`,
      archive: `${this.name}-archive`,
      backup: `${this.name}-backup`,
    };
    this.dataDirectory = path.join(data.directory, "volume", dataLayout(args.version).inVolume);
    this.archiveDirectory = path.join(archive.directory, "volume");
  }

  get administration(): Connection {
    return { ...this.address, user: "postgres", database: "postgres", password: this.superuserPassword };
  }

  get application(): Connection {
    return { ...this.address, user: APPLICATION, database: APPLICATION, password: this.applicationPassword };
  }

  private get address(): { host: string; port: number } {
    return { host: "127.0.0.1", port: this.port };
  }

  async create(): Promise<void> {
    await this.createVolume(this.volumes.data, path.join(this.data.directory, "volume"));
    await this.createVolume(this.volumes.archive, this.archiveDirectory);
    await this.docker.createVolume({ Name: this.volumes.backup });
    const { systemIdentifier } = await ensureDataVolume(
      {
        image: this.original.Image,
        imageName: this.original.Config.Image,
        version: this.args.version,
        containerName: this.name,
        owner: `drill/${this.name}`,
        volumes: this.volumes,
        deleteData: true,
      },
      undefined,
      QUIET,
    );
    this.systemIdentifier = systemIdentifier;
    this.port = await chooseFreePort(this.name);
    await this.createContainer();
    await this.start();
  }

  /** A named volume in a folder of ours, so that what is below it can be cut. */
  private async createVolume(name: string, device: string): Promise<void> {
    await mkdir(device, { recursive: true });
    const DriverOpts = { type: "none", o: "bind", device };
    await this.docker.createVolume({ Name: name, Driver: "local", DriverOpts });
  }

  private async createContainer(): Promise<void> {
    const { Config, HostConfig, Image } = this.original;
    // The last one of a name wins, so the original's own words stay as they are.
    const own = toCommandLine({ ...this.args.parameters, ...archivingParameters(this.args, ARCHIVE) });
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
        Mounts: [
          { Type: "volume", Source: this.volumes.data, Target: dataLayout(this.args.version).mount },
          { Type: "volume", Source: this.volumes.archive, Target: ARCHIVE },
          { Type: "volume", Source: this.volumes.backup, Target: BACKUP },
        ],
        PortBindings: { [`${PORT}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: String(this.port) }] },
        RestartPolicy: { Name: "no" },
      },
    });
    const folder = path.posix.dirname(HBA_FILE);
    const files = await this.docker.getContainer(this.original.Id).getArchive({ path: folder });
    await container.putArchive(files as NodeJS.ReadableStream, { path: path.posix.dirname(folder) });
  }

  async start(): Promise<Recovery> {
    const begin = process.hrtime.bigint();
    await ensureDockerServer(
      {
        container: this.name,
        containerName: this.name,
        ...this.address,
        password: this.superuserPassword,
        systemIdentifier: this.systemIdentifier,
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
    await removeContainer(this.docker, this.name);
    for (const volume of Object.values(this.volumes))
      await orUndefined(this.docker.getVolume(volume).remove({ force: true }));
  }
}

/** What a drill takes over of the original: its limits and its rights. */
const COPIED = [
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
