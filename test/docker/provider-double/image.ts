/** Where does the provider find an image, and when is it removed? */

import type Docker from "dockerode";
import type { ImageInspectInfo } from "dockerode";
import { attempt, daemonMessage, found, type ResourceType } from "./resource";

async function pull(docker: Docker, name: string): Promise<void> {
  const stream = await docker.pull(name);
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()));
  });
}

/** The image of a name or id: the one that is there, or a pulled one. */
export async function findImage(docker: Docker, name: string): Promise<ImageInspectInfo> {
  const local = await found(docker.getImage(name).inspect());
  if (local) return local;
  try {
    await pull(docker, name);
  } catch (error) {
    throw new Error(`unable to pull image ${name}: error pulling image ${name}: ${daemonMessage(error)}`);
  }
  return attempt(`unable to find or pull image ${name}`, docker.getImage(name).inspect());
}

export const image: ResourceType = {
  defaults: {},
  check: (inputs) =>
    inputs.build === undefined
      ? []
      : [{ path: "build", message: "the double of the Docker provider builds no images" }],
  async create(docker, inputs) {
    const name = inputs.name as string;
    const { Id } = await attempt("Unable to read Docker image into resource", findImage(docker, name));
    return `${Id}${name}`;
  },
  async read(docker, _id, { name }) {
    const there = await found(docker.getImage(name as string).inspect());
    if (!there) return undefined;
    const repository = (name as string).replace(/@.*$|:[^/:]*$/, "");
    const repoDigest = (there.RepoDigests ?? []).find((digest) => digest.startsWith(`${repository}@`)) ?? "";
    return {
      id: `${there.Id}${name as string}`,
      outputs: { imageId: there.Id, name: name as string, repoDigest },
    };
  },
  async update() {},
  async delete(docker, _id, { name, keepLocally, forceRemove }) {
    if (keepLocally === true) return;
    const removal = docker.getImage(name as string).remove({ force: forceRemove === true });
    await attempt("Unable to remove Docker image", found(removal));
  },
};
