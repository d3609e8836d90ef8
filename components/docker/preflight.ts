/** Can this engine run this database? Looked at before anything is made, also in a preview; changes nothing. */

import type Docker from "dockerode";
import { Fault } from "../faults";
import { showBytes } from "../parameters/units";
import { chooseFreePort, isFree } from "../port";
import { DATABASE_LABEL } from "./container";
import { foreignUsers } from "./data-volume";
import { engineAddress, engineWords, isLocalEngine, orUndefined, withEngine } from "./engine";
import type { VolumeNames } from "./options";

/** What a database needs of its engine. */
export interface PreflightArgs {
  engine?: string;
  image: string;
  containerName: string;
  owner: string;
  volumes: VolumeNames;
  address: string;
  /** Default: chosen. */
  port?: number;
  /** Bytes. */
  memory: number;
}

/** The registry's answer for an image that is not here yet: its manifest exists, and may be pulled. */
async function imageFaults(docker: Docker, image: string): Promise<Fault[]> {
  if (await orUndefined(docker.getImage(image).inspect())) return [];
  const path = `/distribution/${encodeURIComponent(image)}/json?`;
  const problem = await new Promise<unknown>((resolve) =>
    docker.modem.dial(
      {
        path,
        method: "GET",
        statusCodes: { 200: true, 401: "not authorised", 403: "not allowed", 404: "unknown" },
      },
      (error: unknown) => resolve(error),
    ),
  );
  if (!problem) return [];
  return [
    new Fault(
      `image ${image} is not on this Docker engine, and its registry does not give it: ${engineWords(problem)}`,
      `try it: docker pull ${image}; another one: write \`image: <name>\` under docker`,
    ),
  ];
}

interface Neighbour {
  name: string;
  labels: Record<string, string>;
  ports: number[];
}

/** All containers; names are taken by stopped ones too. */
async function neighbours(docker: Docker): Promise<Neighbour[]> {
  const containers = await docker.listContainers({ all: true });
  return containers.map(({ Names, Labels, Ports }) => ({
    name: Names[0]?.replace(/^\//, "") ?? "",
    labels: Labels ?? {},
    ports: (Ports ?? []).map(({ PublicPort }) => PublicPort).filter(Boolean),
  }));
}

function nameFaults(containers: readonly Neighbour[], { containerName, owner }: PreflightArgs): Fault[] {
  const same = containers.find(({ name }) => name === containerName);
  if (!same || same.labels[DATABASE_LABEL] === owner) return [];
  const whose = same.labels[DATABASE_LABEL]
    ? `the database ${same.labels[DATABASE_LABEL]}`
    : "something that durable-postgres did not make";
  return [
    new Fault(
      `the name ${containerName} is taken by a container of ${whose}`,
      `write \`containerName: <another name>\` under docker, or: docker rename ${containerName} ${containerName}-old`,
    ),
  ];
}

/** True when a port can be published: by this database again, or by anybody. */
async function isPublishable(
  port: number,
  containers: readonly Neighbour[],
  args: PreflightArgs,
): Promise<boolean> {
  const holder = containers.find(({ ports }) => ports.includes(port));
  if (holder) return holder.name === args.containerName && holder.labels[DATABASE_LABEL] === args.owner;
  return !isLocalEngine(args.engine) || isFree(port, args.address);
}

async function portFaults(containers: readonly Neighbour[], args: PreflightArgs): Promise<Fault[]> {
  const { port } = args;
  if (port === undefined || (await isPublishable(port, containers, args))) return [];
  const holder = containers.find(({ ports }) => ports.includes(port));
  return [
    new Fault(
      `port ${port} is taken by ${holder ? `container ${holder.name}` : "another program"}`,
      `write \`port: <a free port>\` under docker, or remove it: then a free one is chosen`,
    ),
  ];
}

async function memoryFaults(docker: Docker, { memory, engine }: PreflightArgs): Promise<Fault[]> {
  const { MemTotal } = await docker.info();
  if (memory <= MemTotal) return [];
  const mib = Math.floor(MemTotal / 1024 ** 2);
  return [
    new Fault(
      `memory ${showBytes(memory)} is more than the Docker engine at ${engineAddress(engine)} has: ${mib}MB`,
      `write \`memory: ${Math.max(256, Math.floor(mib / 2 / 256) * 256)}MiB\``,
    ),
  ];
}

async function useFaults(docker: Docker, { volumes, owner }: PreflightArgs): Promise<Fault[]> {
  const isOurs = (labels: Record<string, string>) => labels[DATABASE_LABEL] === owner;
  const users = await foreignUsers(docker, volumes.data, isOurs);
  return users.map(
    (user) =>
      new Fault(
        `container ${user} runs on volume ${volumes.data}: two servers on one volume destroy it`,
        `docker stop ${user}`,
      ),
  );
}

/** Everything that would stop the deployment half-way. */
export async function preflight(args: PreflightArgs): Promise<Fault[]> {
  return withEngine(args.engine, async (docker) => {
    const containers = await neighbours(docker);
    const found = await Promise.all([
      imageFaults(docker, args.image),
      nameFaults(containers, args),
      portFaults(containers, args),
      memoryFaults(docker, args),
      useFaults(docker, args),
    ]);
    return found.flat();
  });
}

/** Ports given out in this process: containers that are made at the same time have not taken theirs yet. */
const given = new Set<number>();

/** The port to publish: as declared, as recorded, else a free one. */
export async function publishedPort(args: PreflightArgs, recorded?: number): Promise<number> {
  const known = args.port ?? recorded;
  if (known !== undefined) return known;
  return withEngine(args.engine, async (docker) => {
    const containers = await neighbours(docker);
    const port = await chooseFreePort(
      args.containerName,
      async (candidate) => !given.has(candidate) && (await isPublishable(candidate, containers, args)),
      "docker",
    );
    given.add(port);
    return port;
  });
}
