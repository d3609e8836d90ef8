/** How is a backup restored for a look? Into a volume and a container that carry a label, and are gone afterwards. */

import { randomUUID } from "node:crypto";
import os from "node:os";
import type Docker from "dockerode";
import { withEngine } from "../../docker/engine";
import { execStream } from "../../docker/exec-stream";
import { PORT, SUPERUSER } from "../../docker/layout";
import { removeContainer } from "../../docker/run";
import { isAlive } from "../../process";
import type { Progress } from "../../progress";
import type { ThrowAwayServer } from "../store";
import type { RestorePlan } from "../types";
import { recoverInContainer } from "./recovery";
import { type DockerBackups, RestoreContainer } from "./restore-container";

/** Marks containers and volumes of rehearsals; its value says which process on which machine uses them. */
const THROW_AWAY_LABEL = "durable-postgres.throw-away";

/** After this time, in ms, a rehearsal of another machine counts as dead. */
const LONGEST_MS = 24 * 60 * 60_000;

/** Sizes of a server that only looks; what recovery needs more is raised to its floors. */
const PARAMETERS = { shared_buffers: "128MB", fsync: "on", full_page_writes: "on" };

function user(): string {
  return `${os.hostname()}/${process.pid}`;
}

function isLeft(label: string | undefined, created: number): boolean {
  const [host, pid] = (label ?? "").split("/");
  return host === os.hostname() ? !isAlive(Number(pid)) : Date.now() - created > LONGEST_MS;
}

/** Removes what killed rehearsals left. */
async function sweep(docker: Docker): Promise<void> {
  const filters = { label: [THROW_AWAY_LABEL] };
  for (const { Id, Labels, Created } of await docker.listContainers({ all: true, filters }))
    if (isLeft(Labels[THROW_AWAY_LABEL], Created * 1000)) await removeContainer(docker, Id);
  const { Volumes } = await docker.listVolumes({ filters });
  for (const volume of Volumes ?? []) {
    const { CreatedAt = "" } = volume as { CreatedAt?: string };
    if (!isLeft(volume.Labels?.[THROW_AWAY_LABEL], Date.parse(CreatedAt))) continue;
    // A container that another rehearsal is removing still holds it: the next sweep finds it again.
    await docker
      .getVolume(volume.Name)
      .remove()
      .catch(() => undefined);
  }
}

/** Restores into a throw-away server that archives nothing and to which no network leads; removes it afterwards. */
export async function inThrowAway<Result>(
  backups: DockerBackups,
  plan: RestorePlan,
  progress: Progress,
  work: (server: ThrowAwayServer) => Promise<Result>,
): Promise<Result> {
  const { location } = backups;
  return withEngine(location.engine, async (docker) => {
    await sweep(docker);
    const name = `${location.containerName}-rehearsal-${randomUUID().slice(0, 8)}`;
    const labels = { [THROW_AWAY_LABEL]: user() };
    const { version } = location;
    await docker.createVolume({ Name: name, Labels: labels });
    const begin = Date.now();
    let container: RestoreContainer | undefined;
    try {
      container = await RestoreContainer.of(docker, backups, { name, labels, dataVolume: name });
      await recoverInContainer(container, { version, plan, parameters: PARAMETERS }, progress);
      const restoreSeconds = (Date.now() - begin) / 1000;
      const administration = {
        host: name,
        port: PORT,
        user: SUPERUSER,
        database: "postgres",
        stream: execStream(docker, container.id, SUPERUSER),
      };
      return await work({ administration, restoreSeconds });
    } finally {
      await container?.close();
      await docker.getVolume(name).remove();
    }
  });
}
