/**
 * Which plugin does Pulumi find for the providers `docker` and `aws`? Their doubles, or with DOCKER_PROVIDER=real and
 * AWS_PROVIDER=real the released ones.
 */

import { mkdir, symlink } from "node:fs/promises";
import path from "node:path";
import { schema as awsSchema } from "../aws/recorded-schema";
import { version as dockerVersion } from "../docker/provider-double/schema";

/** A double, and the variable that puts the released plugin in its place. */
interface Double {
  name: string;
  version: string;
  folder: string;
  variable: string;
}

const DOUBLES: readonly Double[] = [
  {
    name: "docker",
    version: dockerVersion,
    folder: path.join(__dirname, "..", "docker", "provider-double"),
    variable: "DOCKER_PROVIDER",
  },
  {
    name: "aws",
    version: awsSchema.version,
    folder: path.join(__dirname, "..", "aws", "provider-double"),
    variable: "AWS_PROVIDER",
  },
];

/**
 * Puts the doubles where a project's Pulumi looks for its plugins.
 *
 * @param home The project's own Pulumi home; undefined where it runs under the user's, which is left alone.
 * @returns Variables to run Pulumi with.
 */
export async function placeDoubles(home: string | undefined): Promise<NodeJS.ProcessEnv> {
  // The released ones Pulumi finds or downloads by itself.
  const doubles = DOUBLES.filter(({ variable }) => process.env[variable] !== "real");
  // On PATH the engine finds them as well, but warns of it in every output.
  if (!home) return { PATH: [...doubles.map(({ folder }) => folder), process.env.PATH].join(path.delimiter) };
  for (const { name, version, folder } of doubles) {
    const place = path.join(home, "plugins", `resource-${name}-v${version}`);
    await mkdir(place, { recursive: true });
    await symlink(path.join(folder, `pulumi-resource-${name}`), path.join(place, `pulumi-resource-${name}`));
  }
  return {};
}
