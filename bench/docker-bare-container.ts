/** What runs where somebody starts the image alone, with the flags and the parameters of the component? */

import type { ContainerArgs } from "@pulumi/docker";
import type { Unwrap } from "@pulumi/pulumi";
import type { Container, ContainerCreateOptions } from "dockerode";
import { containerArgs } from "../components/docker/container";
import { ARCHIVE, dataLayout, SUPERUSER } from "../components/docker/layout";
import { runOnce } from "../components/docker/run";
import { toCommandLine } from "../components/parameters/command-line";
import { docker } from "../test/docker/engine";
import { IMAGE } from "../test/docker/image";
import { createRequest } from "../test/docker/provider-double/container-request";
import { designOf } from "./docker-deploy";

/** initdb as the component asks for it. */
const INITDB = "--encoding=UTF8 --data-checksums --locale=C.UTF-8";

/** The component's container, which here makes its cluster itself and lets in who reaches it. */
function request(name: string): ContainerCreateOptions {
  const { plan, settings } = designOf(name);
  const args = containerArgs(plan, settings, { image: IMAGE, port: 0 }) as Unwrap<ContainerArgs>;
  const { Cmd, ...rest } = createRequest(args);
  const hba_file = `${dataLayout(settings.version).data}/pg_hba.conf`;
  return {
    ...rest,
    // The last of two values counts: the component's file is not there.
    Cmd: [...(Cmd ?? []), ...toCommandLine({ hba_file })],
    Env: [
      "POSTGRES_PASSWORD_FILE=/proc/sys/kernel/random/uuid",
      "POSTGRES_HOST_AUTH_METHOD=trust",
      `POSTGRES_INITDB_ARGS=${INITDB}`,
    ],
  };
}

/** Makes the archive's volume the server's own; the data volume Docker makes by itself. */
export async function prepareArchive(name: string): Promise<void> {
  const mounts = [{ volume: designOf(name).plan.volumes.archive, target: ARCHIVE }];
  const script = `chown ${SUPERUSER}: ${ARCHIVE} && chmod 0700 ${ARCHIVE}`;
  const { code, stderr } = await runOnce(docker, { image: IMAGE, script, mounts });
  if (code !== 0) throw new Error(stderr);
}

/** `docker run` on empty volumes. The port is published at a free one. */
export async function runBare(name: string): Promise<Container> {
  const container = await docker.createContainer(request(name));
  await container.start();
  return container;
}

/** The same programs on the same kind of volume, on the host's network and without a limit of any kind. */
export async function runUnconfined(name: string, port: number): Promise<Container> {
  const { Image, User, Env, Cmd, HostConfig } = request(name);
  const own = { port: String(port), listen_addresses: "127.0.0.1" };
  const container = await docker.createContainer({
    name,
    Image,
    User,
    Env,
    Cmd: [...(Cmd ?? []), ...toCommandLine(own)],
    StopSignal: "SIGINT",
    HostConfig: {
      Mounts: HostConfig?.Mounts,
      NetworkMode: "host",
      IpcMode: "host",
      SecurityOpt: ["seccomp=unconfined"],
    },
  });
  await container.start();
  return container;
}
