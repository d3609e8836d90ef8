/** What does it take to have a cluster in a volume: made or adopted, and checked before a server starts on it? */

import type Docker from "dockerode";
import { Fault, throwFaults } from "../faults";
import type { Version } from "../parameters/postgres";
import type { Progress } from "../progress";
import { orUndefined, withEngine } from "./engine";
import { discardUnfinished, initializeVolume } from "./initialize";
import { ARCHIVE, BACKUP, SHARED } from "./layout";
import type { VolumeNames } from "./options";
import { refuseOtherDatabase, restoreVolume } from "./restore";
import type { DockerRestoreArgs } from "./restore-args";
import { runOnce } from "./run";
import { expectedCluster, lookIntoVolume, volumeFaults } from "./volume-contents";

/** What is declared about the volumes of a database. */
export interface DataVolumeArgs {
  engine?: string;
  /** Id of the image. */
  image: string;
  /** As the user wrote it. */
  imageName: string;
  version: Version;
  containerName: string;
  /** `<project>/<stack>/<name>` */
  owner: string;
  volumes: VolumeNames;
  /** The volumes go with the stack. */
  deleteData: boolean;
  /** Make the cluster from the backups of another one; for its creation only. */
  restoreFrom?: DockerRestoreArgs;
  /** Id of an image with pgBackRest, for a restore. */
  restoreImage?: string;
}

/** What is there. */
export interface DataVolumeState {
  systemIdentifier: string;
}

/** Archive and backup belong to the server; a new volume belongs to root. */
async function prepareOthers(
  docker: Docker,
  { image, volumes }: DataVolumeArgs,
  user: string,
): Promise<void> {
  const mounts = [
    { volume: volumes.archive, target: ARCHIVE },
    { volume: volumes.backup, target: BACKUP },
  ];
  const script = `mkdir -p ${SHARED.settings} ${SHARED.spool} ${SHARED.socket} &&
  for directory in ${ARCHIVE} ${Object.values(SHARED).join(" ")} ${BACKUP}; do
    [ "$(stat -c %u:%g "$directory")" = ${user} ] || chown ${user} "$directory"
    chmod 0700 "$directory"
  done; sync`;
  const { code, stderr } = await runOnce(docker, { image, script, mounts });
  if (code !== 0)
    throw new Fault(`volumes cannot be prepared: ${stderr.trim()}`, "look at them: docker volume ls");
}

/** Running containers that can write to a volume, without those of this database. */
export async function foreignUsers(
  docker: Docker,
  volume: string,
  isOurs: (labels: Record<string, string>) => boolean,
): Promise<string[]> {
  const containers = await docker.listContainers({ filters: { volume: [volume] } });
  return containers
    .filter(({ Labels }) => !isOurs(Labels ?? {}))
    .filter(({ Mounts }) => Mounts.some(({ Name, RW }) => Name === volume && RW))
    .map(({ Names, Id }) => Names[0]?.replace(/^\//, "") ?? Id.slice(0, 12));
}

/**
 * Checks the data volume, or makes the cluster in an empty one. Safe to call again after any interruption.
 *
 * @param known The cluster of the last deployment: an empty volume, or another cluster, is then refused.
 * @throws Fault or Faults: another major version, owner, layout or cluster; other files; a failed initialisation.
 */
export async function ensureDataVolume(
  args: DataVolumeArgs,
  known: DataVolumeState | undefined,
  progress: Progress,
): Promise<DataVolumeState> {
  const { engine, image, version, volumes, restoreImage = image } = args;
  return withEngine(engine, async (docker) => {
    const initialize = { ...args, volume: volumes.data };
    if (await discardUnfinished(docker, initialize))
      progress.info(`volume ${volumes.data} was half initialised by an interrupted deployment: emptied`);
    const contents = await lookIntoVolume(docker, image, volumes.data);
    const expected = {
      volume: volumes.data,
      image: args.imageName,
      version,
      systemIdentifier: known?.systemIdentifier,
    };
    throwFaults(volumeFaults(contents, expected));
    await prepareOthers(docker, args, `${contents.uid}:${contents.gid}`);
    const cluster = expectedCluster(contents, version);
    const { restoreFrom } = args;
    if (cluster && !known && restoreFrom) await refuseOtherDatabase(docker, restoreFrom, initialize);
    if (cluster && !known)
      progress.info(`adopting the cluster ${cluster.systemIdentifier} in volume ${volumes.data}`);
    const make = () =>
      restoreFrom
        ? restoreVolume(docker, { ...restoreFrom, image: restoreImage }, initialize, progress)
        : initializeVolume(docker, initialize, progress);
    return { systemIdentifier: cluster?.systemIdentifier ?? (await make()) };
  });
}

/** Docker keeps a volume as long as a container names it, also a stopped one. */
async function isHeld(docker: Docker, { containerName, volumes }: DataVolumeArgs): Promise<boolean> {
  const container = await orUndefined(docker.getContainer(containerName).inspect());
  return container?.Mounts.some(({ Name }) => Name === volumes.data) ?? false;
}

/**
 * Is the cluster of the last deployment still in the volume? Changes nothing.
 *
 * @throws Fault or Faults: the volume is gone or empty, or holds another cluster.
 */
export async function refuseLostData(args: DataVolumeArgs, known: DataVolumeState): Promise<void> {
  const { engine, image, imageName, version, volumes } = args;
  await withEngine(engine, async (docker) => {
    if (await isHeld(docker, args)) return;
    if (!(await orUndefined(docker.getVolume(volumes.data).inspect())))
      throw new Fault(
        `volume ${volumes.data} is gone, and the database (system identifier ${known.systemIdentifier}) was in it`,
        "restore it from its backups: npx durable-postgres restore --to latest; to begin with an empty database: pulumi destroy, then pulumi up",
      );
    // Without the image it cannot be looked into; the deployment brings the image first.
    const contents = await orUndefined(lookIntoVolume(docker, image, volumes.data));
    const expected = { volume: volumes.data, image: imageName, version, ...known };
    if (contents) throwFaults(volumeFaults(contents, expected));
  });
}

/**
 * A renamed volume: the data would stay in the old one, and the database would be empty.
 *
 * @throws Fault unless the new volume holds the same cluster.
 */
export async function refuseEmptyMove(
  before: DataVolumeArgs,
  after: DataVolumeArgs,
  known: DataVolumeState,
): Promise<void> {
  const [from, to] = [before.volumes.data, after.volumes.data];
  if (from === to) return;
  const found = await withEngine(after.engine, async (docker) => {
    // Before the volume exists there is nothing to look into, and looking would create it.
    if (!(await orUndefined(docker.getVolume(to).inspect()))) return undefined;
    const contents = await orUndefined(lookIntoVolume(docker, before.image, to));
    return contents && expectedCluster(contents, after.version);
  });
  if (found?.systemIdentifier === known.systemIdentifier) return;
  throw new Fault(
    `the data volume changed from ${from} to ${to}, but the data (system identifier ${known.systemIdentifier}) is in ${from}`,
    `write \`data: ${from}\` under docker.volumes; or copy the data while the server is stopped: docker run --rm --user 0 --entrypoint cp -v ${from}:/from:ro -v ${to}:/to ${after.imageName} -a /from/. /to`,
  );
}

/** What a user is told when the stack is destroyed and the volumes stay. */
export function keptMessage({ volumes }: DataVolumeArgs): string {
  const names = Object.values(volumes).join(" ");
  return `kept: the volumes ${names.replaceAll(" ", ", ")}. The next \`pulumi up\` uses them again. To delete them: docker volume rm ${names}`;
}
