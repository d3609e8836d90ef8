/** How do the repositories of a cluster come to be? Before its server starts, so that no segment finds none. */

import path from "node:path";
import type Docker from "dockerode";
import { CA_FILE } from "../../docker/backup-repositories";
import { DATABASE_LABEL } from "../../docker/container";
import { isMissing, withEngine } from "../../docker/engine";
import { ARCHIVE, BACKUP, dataLayout, PGBACKREST_ENVIRONMENT, SHARED, SUPERUSER } from "../../docker/layout";
import { engineMounts, execute, removeContainer, runOnce } from "../../docker/run";
import { Fault } from "../../faults";
import type { Progress } from "../../progress";
import type { DockerBackupLocation } from "../store";
import { type PgBackRestSecrets, toPgBackRestConf } from "./conf";
import { pgBackRestWords } from "./run";

/** What is declared about the repositories. */
export interface RepositoryArgs {
  location: DockerBackupLocation;
  secrets: PgBackRestSecrets;
  /** Root certificates of a bucket's server, PEM. */
  ca?: string;
  /** Name of the network from which server and backups reach a bucket; absent: none. */
  network?: string;
}

const CA_FILE_NAME = path.posix.basename(CA_FILE);

/** Longer than any preparation takes; then the container ends by itself, also when nobody is there to remove it. */
const LIFETIME_SECONDS = 600;

/** Works in a container of the same image and volumes that is thrown away. */
async function inThrowAway<Result>(
  { location, network }: RepositoryArgs,
  work: (docker: Docker, container: string) => Promise<Result>,
): Promise<Result> {
  const { engine, image, version, containerName, owner, volumes } = location;
  return withEngine(engine, async (docker) => {
    const name = `${containerName}-repository`;
    await removeContainer(docker, name);
    await docker.createContainer({
      name,
      Image: image,
      Entrypoint: ["sleep"],
      Cmd: [String(LIFETIME_SECONDS)],
      User: "0",
      Env: Object.entries(PGBACKREST_ENVIRONMENT).map(([variable, value]) => `${variable}=${value}`),
      Healthcheck: { Test: ["NONE"] },
      Labels: { [DATABASE_LABEL]: owner },
      HostConfig: {
        NetworkMode: network ?? "none",
        Mounts: engineMounts([
          { volume: volumes.data, target: dataLayout(version).mount, readOnly: true },
          { volume: volumes.archive, target: ARCHIVE },
          { volume: volumes.backup, target: BACKUP },
        ]),
      },
    });
    try {
      await docker.getContainer(name).start();
      return await work(docker, name);
    } finally {
      await removeContainer(docker, name);
    }
  });
}

/** Writes a file that only the server's user reads; a power cut leaves the old one or the new one. */
const WRITE = `umask 077 && mkdir -p "$(dirname "$1")" && cat > "$1.new" && sync "$1.new" && mv "$1.new" "$1" && sync "$(dirname "$1")"`;

async function writeSettings(
  docker: Docker,
  container: string,
  files: Record<string, string>,
): Promise<void> {
  for (const [name, input] of Object.entries(files)) {
    const file = `${SHARED.settings}/${name}`;
    const command = ["sh", "-c", WRITE, "sh", file];
    const { code, stderr } = await execute(docker, container, { command, user: SUPERUSER, input });
    if (code !== 0) throw new Fault(`${file} cannot be written: ${stderr.trim()}`, "docker system df");
  }
}

/**
 * Writes pgBackRest's settings and makes the stanza in every repository. Safe to call again.
 *
 * The server need not run: pgBackRest reads the cluster's identity from its control file.
 *
 * @throws Fault in pgBackRest's own words.
 */
export async function ensureRepositories(args: RepositoryArgs, progress: Progress): Promise<void> {
  progress.status("preparing the repositories of the backups");
  const { location, secrets, ca } = args;
  await inThrowAway(args, async (docker, container) => {
    const files = toPgBackRestConf(location.pgBackRest, secrets);
    await writeSettings(docker, container, { ...files, ...(ca !== undefined && { [CA_FILE_NAME]: ca }) });
    const command = ["pgbackrest", "stanza-create", "--no-online"];
    const result = await execute(docker, container, { command, user: SUPERUSER });
    if (result.code !== 0)
      throw new Fault(
        `the repositories of the backups cannot be made: ${pgBackRestWords(result)}`,
        "look at `backup` under docker: bucket, endpoint, keys and cipher key have to be those the repositories were made with",
      );
  });
}

/** Takes away what is secret, and leaves repositories and the other settings. */
export async function forgetSecrets({ location }: RepositoryArgs): Promise<void> {
  const { engine, image, volumes } = location;
  const script = `rm -f ${SHARED.settings}/conf.d/secret.conf`;
  const forget = withEngine(engine, async (docker) => {
    // A container would make a volume anew that is gone.
    await docker.getVolume(volumes.archive).inspect();
    await runOnce(docker, { image, script, mounts: [{ volume: volumes.archive, target: ARCHIVE }] });
  });
  await forget.catch((error) => {
    // The image or the volume was removed before, and the secrets with it.
    if (!isMissing(error)) throw error;
  });
}
