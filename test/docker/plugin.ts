/** Which plugin does Pulumi find for the provider `docker`? The double, or with DOCKER_PROVIDER=real the released one. */

import { mkdir, symlink } from "node:fs/promises";
import path from "node:path";
import { version } from "./provider-double/schema";

const double = path.join(__dirname, "provider-double");
const program = "pulumi-resource-docker";

/**
 * Puts the double where a project's Pulumi looks for its plugins.
 *
 * @param home The project's own Pulumi home; undefined where it runs under the user's, which is left alone.
 * @returns Variables to run Pulumi with.
 */
export async function placeDockerProvider(home: string | undefined): Promise<NodeJS.ProcessEnv> {
  // The released one Pulumi finds or downloads by itself.
  if (process.env.DOCKER_PROVIDER === "real") return {};
  // On PATH the engine finds it as well, but warns of it in every output.
  if (!home) return { PATH: `${double}${path.delimiter}${process.env.PATH}` };
  const folder = path.join(home, "plugins", `resource-docker-v${version}`);
  await mkdir(folder, { recursive: true });
  await symlink(path.join(double, program), path.join(folder, program));
  return {};
}
