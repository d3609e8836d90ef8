/** A throw-away copy of a container for drills, on storage that can be broken. */

import path from "node:path";
import type Docker from "dockerode";
import type { BackupStore, DockerBackupLocation } from "../components/backup/store";
import { orUndefined, withEngine } from "../components/docker/engine";
import { dataLayout } from "../components/docker/layout";
import { Fault } from "../components/faults";
import { createApplication } from "./application";
import { FolderArchive } from "./archive";
import { ContainerCopy, type VolumeFolders } from "./container-copy";
import { RepositoryArchive } from "./repository-archive";
import type { DrillArchive, DrillServer, DrillServerArgs } from "./server";
import { type DrillStorages, STORED } from "./storage";

const QUIET = { info: () => undefined, status: () => undefined };

/**
 * Makes something of a container, with a role and a database for the workload.
 *
 * @param source The original, which may be stopped and is not touched.
 * @throws Fault when the engine does not have it.
 */
export async function copyContainer<Copy extends ContainerCopy>(
  source: DockerBackupLocation,
  make: (docker: Docker, original: Docker.ContainerInspectInfo) => Copy,
  prepare: readonly string[] = [],
): Promise<Copy> {
  return withEngine(source.engine, async (docker) => {
    const original = await orUndefined(docker.getContainer(source.containerName).inspect());
    if (!original)
      throw new Fault(
        `the Docker engine has no container ${source.containerName}`,
        "deploy the stack, or name its engine: export DOCKER_HOST=…",
      );
    const copy = make(docker, original);
    try {
      await copy.create();
      await createApplication(copy, prepare);
      return copy;
    } catch (error) {
      await copy.remove();
      throw error;
    }
  });
}

/** Makes the copy. */
export function createDockerServer(
  source: DockerBackupLocation,
  args: DrillServerArgs,
  storages: DrillStorages,
): Promise<DrillServer> {
  // Below the root of a file system, which has folders of its own.
  const folders = Object.fromEntries(
    STORED.map((kind) => [kind, path.join(storages[kind].directory, "volume")]),
  ) as VolumeFolders;
  return copyContainer(
    source,
    (docker, original) => new DockerDrillServer(docker, original, source, args, folders),
    args.prepare,
  );
}

class DockerDrillServer extends ContainerCopy implements DrillServer {
  readonly dataDirectory: string;
  readonly archive: DrillArchive;

  constructor(
    docker: Docker,
    original: Docker.ContainerInspectInfo,
    source: DockerBackupLocation,
    args: DrillServerArgs,
    folders: VolumeFolders,
  ) {
    super(docker, original, source, args, folders);
    this.dataDirectory = path.join(folders.data, dataLayout(args.version).inVolume);
    const flush = () => this.store.flush(QUIET);
    const identifier = async () => this.location.systemIdentifier;
    this.archive = args.archiveCommand
      ? new FolderArchive(folders.archive, identifier, flush)
      : new RepositoryArchive(this.location, (command, input) => this.run(command, input), flush);
  }

  async backups(): Promise<BackupStore> {
    await this.ensureBackupContainer();
    return this.store;
  }
}
