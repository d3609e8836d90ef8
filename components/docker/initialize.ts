/** How does a cluster come into an empty volume? By the image's own entrypoint, to its end, before anything uses it. */

import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { Fault } from "../faults";
import type { Version } from "../parameters/postgres";
import type { Progress } from "../progress";
import { DATABASE_LABEL } from "./container";
import { engineWords, isConflict, orUndefined } from "./engine";
import { dataLayout, SUPERUSER } from "./layout";
import { containerLog, engineMounts, execute, removeContainer } from "./run";

/** What is needed to initialise. */
export interface InitializeArgs {
  image: string;
  version: Version;
  containerName: string;
  owner: string;
  volume: string;
}

/**
 * While this container exists, the volume is half made: the image itself could not tell, since PG_VERSION is one of
 * the first files, and a server started on it would be broken.
 */
export function initializerName(containerName: string): string {
  return `${containerName}-initialize`;
}

/** initdb's arguments: checksums, and an order of text that no update of the C library changes. */
function initdbArguments(version: Version): string {
  const locale =
    Number(version) >= 17
      ? "--locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C"
      : "--locale=C.UTF-8";
  return `--encoding=UTF8 --data-checksums ${locale}`;
}

/** Over TCP only the final server answers; the temporary one of the image's first start has the socket alone. */
const IDENTIFY =
  `pg_isready -q -h 127.0.0.1 && psql -U ${SUPERUSER} -d postgres -AtXqc ` +
  `"SELECT system_identifier FROM pg_control_system()"`;

/** Removes a half-made cluster with the container that was making it. Returns true when there was one. */
export async function discardUnfinished(
  docker: Docker,
  { image, version, containerName, volume }: InitializeArgs,
): Promise<boolean> {
  const name = initializerName(containerName);
  const found = await orUndefined(docker.getContainer(name).inspect());
  if (!found) return false;
  await orUndefined(
    docker
      .getContainer(name)
      .kill()
      .catch((error) => {
        if (!isConflict(error)) throw error;
      }),
  );
  const { mount } = dataLayout(version);
  const wipe = await docker.createContainer({
    Image: image,
    Entrypoint: ["find"],
    Cmd: [mount, "-mindepth", "1", "-delete"],
    User: "0",
    Healthcheck: { Test: ["NONE"] },
    HostConfig: { Mounts: engineMounts([{ volume, target: mount }]), NetworkMode: "none" },
  });
  await wipe.start();
  await wipe.wait();
  await removeContainer(docker, wipe.id);
  // Last: as long as it is there, the volume counts as half made.
  await removeContainer(docker, name);
  return true;
}

/**
 * Runs the image's initialisation in an empty volume, then stops the server cleanly. Returns the system identifier.
 *
 * The first password is the kernel's random UUID, which nobody reads: the roles get theirs over the socket later.
 *
 * @throws Fault when the initialisation fails; the half-made cluster is removed.
 */
export async function initializeVolume(
  docker: Docker,
  args: InitializeArgs,
  progress: Progress,
): Promise<string> {
  const { image, version, volume, owner } = args;
  const name = initializerName(args.containerName);
  progress.status(`initialising volume ${volume}`);
  await docker.createContainer({
    name,
    Image: image,
    Cmd: ["postgres", "-c", "listen_addresses=127.0.0.1"],
    Env: [
      `POSTGRES_USER=${SUPERUSER}`,
      "POSTGRES_PASSWORD_FILE=/proc/sys/kernel/random/uuid",
      `POSTGRES_INITDB_ARGS=${initdbArguments(version)}`,
    ],
    Healthcheck: { Test: ["NONE"] },
    Labels: { [DATABASE_LABEL]: owner },
    StopSignal: "SIGINT",
    HostConfig: {
      Mounts: engineMounts([{ volume, target: dataLayout(version).mount }]),
      NetworkMode: "none",
    },
  });
  try {
    await docker.getContainer(name).start();
    const systemIdentifier = await identify(docker, name, volume, progress);
    await docker.getContainer(name).stop({ t: 300 });
    const { State } = await docker.getContainer(name).inspect();
    if (State.ExitCode !== 0)
      throw await initializeFault(docker, name, volume, `exit code ${State.ExitCode} when it was stopped`);
    await removeContainer(docker, name);
    return systemIdentifier;
  } catch (error) {
    await discardUnfinished(docker, args).catch(() => undefined);
    throw error;
  }
}

/** What the image prints between its temporary server and the final one. */
const COMPLETE = /init process complete/;

/** How often the server is asked where the image prints nothing of the kind, in ms. Each question starts programs. */
const UNANNOUNCED_MS = 1000;

async function identify(docker: Docker, name: string, volume: string, progress: Progress): Promise<string> {
  const begun = Date.now();
  for (let asked = begun; ; ) {
    const { State } = await docker.getContainer(name).inspect();
    if (!State.Running) throw await initializeFault(docker, name, volume, `exit code ${State.ExitCode}`);
    const isAnnounced = COMPLETE.test(await containerLog(docker, name));
    if (isAnnounced || Date.now() - asked > UNANNOUNCED_MS) {
      asked = Date.now();
      const { code, stdout } = await execute(docker, name, {
        command: ["sh", "-c", IDENTIFY],
        user: SUPERUSER,
      }).catch((error) => ({ code: -1, stdout: engineWords(error) }));
      if (code === 0 && /^\d+$/.test(stdout.trim())) return stdout.trim();
    }
    const seconds = Math.round((Date.now() - begun) / 1000);
    if (seconds > 0) progress.status(`initialising volume ${volume} since ${seconds} s`);
    await sleep(100);
  }
}

async function initializeFault(docker: Docker, name: string, volume: string, end: string): Promise<Fault> {
  const log = await containerLog(docker, name);
  const words = /.*(?:FATAL|PANIC|ERROR|error|No space left).*/.exec(log)?.[0] ?? log.split("\n").at(-1);
  const hint = /No space left on device/.test(log)
    ? "free some space: docker system df"
    : "mend what the image runs at its first start (/docker-entrypoint-initdb.d), then deploy again: the volume is empty again";
  return new Fault(`the image's initialisation of volume ${volume} failed (${end}): ${words?.trim()}`, hint);
}
