/** A database in a container: image, network, volumes, container, and the server that runs in it. */

import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { DockerBackupLocation } from "../backup/store";
import type { DatabaseArgs } from "../database";
import { connectionUrl } from "../environment";
import { commandLineParameters } from "../parameters/command-line";
import {
  Certificate,
  DockerBackup,
  DockerBackupImage,
  DockerDataVolume,
  DockerEngine,
  DockerRepository,
  DockerServer,
} from "../resources";
import { refusing } from "../run-error";
import { type AdministeredServer, ServerDatabase } from "../server-database";
import { pgBackRestPlan } from "./backup";
import { backupContainerArgs } from "./backup-container";
import { repositorySecrets } from "./backup-repositories";
import { containerArgs, databaseLabels } from "./container";
import { PORT, SUPERUSER } from "./layout";
import type { DockerOptions, VolumeNames } from "./options";
import { type DockerDesign, dockerDesign } from "./settings";

/** What a user says about a database in a container. */
export interface DockerDatabaseArgs extends DatabaseArgs, DockerOptions {}

/**
 * A PostgreSQL server in a Docker container, with its data, WAL archive and backups in volumes of their own.
 *
 * `pulumi destroy` removes the container and keeps the volumes, unless `deleteData` was deployed before; the next
 * deployment uses them again.
 *
 * @throws pulumi.RunError with every fault of the arguments at once.
 */
export class DockerDatabase extends ServerDatabase {
  /** Name of the container. */
  readonly container: pulumi.Output<string>;
  /** Name of the private network. */
  readonly network: pulumi.Output<string>;
  /** Names of the volumes. */
  readonly volumes: pulumi.Output<VolumeNames>;
  /** URL for containers on the same network. Secret. */
  readonly networkUrl: pulumi.Output<string>;
  /** Where its backups and its WAL archive are, once there is a first backup. */
  readonly backup: pulumi.Output<DockerBackupLocation>;

  constructor(name: string, args: DockerDatabaseArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const design = refusing(() => dockerDesign(name, args));
    let parts: DockerParts | undefined;
    super("durable-postgres:docker:Database", name, {
      args,
      settings: design.settings,
      createServer: (parent, superuserPassword) => {
        parts = new DockerParts(parent, name, design, superuserPassword);
        return parts.server;
      },
      opts,
    });
    const { container, network, createBackup } = parts as unknown as DockerParts;
    this.container = container.name;
    this.network = network.name;
    this.volumes = pulumi.output(design.plan.volumes);
    this.networkUrl = this.access(container.name, PORT, connectionUrl);
    // After the verification: what is backed up first has its roles and runs as declared.
    this.backup = createBackup(this.verified).location;
  }
}

/** The resources of one database, in the order they are made. */
class DockerParts {
  readonly network: docker.Network;
  readonly container: docker.Container;
  readonly server: AdministeredServer;
  /** Makes the first backup, after another resource. */
  readonly createBackup: (after: pulumi.Resource) => DockerBackup;
  private readonly opts: pulumi.CustomResourceOptions;
  private readonly dockerOpts: pulumi.CustomResourceOptions;

  constructor(
    parent: pulumi.Resource,
    private readonly name: string,
    private readonly design: DockerDesign,
    superuserPassword: pulumi.Output<string>,
  ) {
    const { plan, settings } = design;
    this.opts = { parent };
    const engine = this.createEngine();
    // Without an engine, the first thing said is our message and not the provider's.
    this.dockerOpts = { ...this.opts, dependsOn: engine, ...this.dockerProvider() };
    const image = new docker.RemoteImage(
      `${name}-image`,
      { name: plan.image, keepLocally: true },
      this.dockerOpts,
    );
    this.network = new docker.Network(
      `${name}-network`,
      { name: plan.containerName, driver: "bridge", labels: databaseLabels(plan) },
      { ...this.dockerOpts, deleteBeforeReplace: true },
    );
    const volumes = this.createVolumes();
    const backupImage = new DockerBackupImage(
      `${name}-backup-image`,
      { engine: plan.engine, base: image.imageId, baseName: plan.image },
      this.opts,
    );
    const dataVolume = this.createDataVolume(image, backupImage, volumes);
    const repository = this.createRepository(backupImage, dataVolume);
    this.container = new docker.Container(
      `${name}-container`,
      containerArgs(plan, settings, { image: backupImage.image, port: engine.port }),
      this.containerOpts([repository, this.network, ...volumes]),
    );
    const backups = new docker.Container(
      `${name}-backup-container`,
      backupContainerArgs(plan, settings, {
        image: backupImage.image,
        database: design.database,
        retention: design.retention,
        rebackup: design.archiveQueueMax !== undefined,
      }),
      // It shares the server's socket, and is of no use without it.
      this.containerOpts([repository, this.network, this.container, ...volumes]),
    );
    this.server = this.createServer(engine.port, dataVolume, superuserPassword);
    const { administration, startedAt } = this.server;
    this.createBackup = (after) =>
      new DockerBackup(
        `${name}-backup`,
        { administration, startedAt, container: backups.id, location: repository.location },
        { ...this.opts, dependsOn: after },
      );
  }

  private containerOpts(dependsOn: pulumi.Resource[]): pulumi.CustomResourceOptions {
    return {
      ...this.dockerOpts,
      dependsOn,
      // Two servers must never run on one volume.
      deleteBeforeReplace: true,
      // The Docker provider would only write these into the state, and the container would keep the old ones.
      replaceOnChanges: ["mounts", "healthcheck", "init"],
    };
  }

  private createRepository(
    { image, release }: DockerBackupImage,
    { systemIdentifier }: DockerDataVolume,
  ): DockerRepository {
    const { plan, settings, retention, backup, archiveQueueMax } = this.design;
    const { engine, containerName, owner, volumes } = plan;
    const { version } = settings;
    const location = pulumi
      .all([image, release, systemIdentifier])
      .apply(([id, number, identifier]): DockerBackupLocation => {
        const cluster = { version, containerName, systemIdentifier: identifier, release: number, retention };
        return {
          kind: "docker",
          ...(engine !== undefined && { engine }),
          image: id,
          version,
          containerName,
          owner,
          volumes,
          systemIdentifier: identifier,
          pgBackRest: pgBackRestPlan(plan.backup, cluster, archiveQueueMax),
          retention,
          maxBackupAge: plan.backup.maxAge,
        };
      });
    const { secrets, ca } = repositorySecrets(backup);
    return new DockerRepository(
      `${this.name}-repository`,
      { location, secrets: pulumi.secret(secrets), ca, network: this.network.name },
      this.opts,
    );
  }

  private createEngine(): DockerEngine {
    const { engine, image, containerName, owner, volumes, address, port } = this.design.plan;
    const memory = this.design.settings.machine.memory;
    return new DockerEngine(
      `${this.name}-engine`,
      { engine, image, containerName, owner, volumes, address, port, memory },
      this.opts,
    );
  }

  /** A provider of its own for an engine of its own; else the program's default one. */
  private dockerProvider(): pulumi.CustomResourceOptions {
    const { engine } = this.design.plan;
    if (engine === undefined) return {};
    return { provider: new docker.Provider(`${this.name}-docker`, { host: engine }, this.opts) };
  }

  private createVolumes(): docker.Volume[] {
    const { plan } = this.design;
    return Object.entries(plan.volumes).map(
      ([kind, volume]) =>
        new docker.Volume(
          `${this.name}-${kind}`,
          { name: volume, labels: databaseLabels(plan) },
          {
            ...this.dockerOpts,
            retainOnDelete: !plan.deleteData,
            protect: plan.protect,
            // An adopted volume keeps the labels and the driver it was made with.
            ignoreChanges: ["labels", "driver", "driverOpts"],
          },
        ),
    );
  }

  private createDataVolume(
    image: docker.RemoteImage,
    backupImage: DockerBackupImage,
    volumes: docker.Volume[],
  ): DockerDataVolume {
    const { engine, image: imageName, containerName, owner, volumes: names, deleteData } = this.design.plan;
    const { restoreFrom } = this.design.plan;
    const { secrets, ca } = repositorySecrets(this.design.backup);
    return new DockerDataVolume(
      `${this.name}-data-volume`,
      {
        engine,
        image: image.imageId,
        imageName,
        version: this.design.settings.version,
        containerName,
        owner,
        volumes: names,
        deleteData,
        ...(restoreFrom && {
          restoreFrom: {
            ...restoreFrom,
            parameters: commandLineParameters(this.design.settings),
            secrets: pulumi.secret(secrets),
            ca,
          },
          restoreImage: backupImage.image,
        }),
      },
      { ...this.opts, dependsOn: volumes },
    );
  }

  private createServer(
    port: pulumi.Output<number>,
    { systemIdentifier }: DockerDataVolume,
    password: pulumi.Output<string>,
  ): AdministeredServer {
    const { engine, containerName, hostname, isPublic } = this.design.plan;
    const certificate = isPublic ? this.createCertificate() : undefined;
    const { administration, startedAt } = new DockerServer(
      `${this.name}-server`,
      {
        engine,
        container: this.container.id,
        containerName,
        host: hostname,
        port,
        password,
        tls: certificate && pulumi.all({ certificate: certificate.certificate, key: certificate.key }),
        systemIdentifier,
        parameters: commandLineParameters(this.design.settings),
      },
      this.opts,
    );
    return {
      host: pulumi.output(hostname),
      port,
      administration,
      startedAt,
      sslmode: isPublic ? "require" : "disable",
      ca: certificate?.certificate,
    };
  }

  private createCertificate(): Certificate {
    const { containerName, hostname } = this.design.plan;
    const hosts = [...new Set([hostname, containerName, SUPERUSER, "localhost", "127.0.0.1"])];
    return new Certificate(`${this.name}-certificate`, { hosts }, this.opts);
  }
}
