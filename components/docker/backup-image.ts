/** Where does an image with pgBackRest come from? The user's own that holds it, else one built on the configured one. */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type Docker from "dockerode";
import { Fault } from "../faults";
import { packageRoot } from "../package";
import type { Progress } from "../progress";
import { engineWords, orUndefined, withEngine } from "./engine";
import { runOnce } from "./run";

/** What is declared about the image. */
export interface BackupImageArgs {
  engine?: string;
  /** Id of the image with PostgreSQL. */
  base: string;
  /** As the user wrote it. */
  baseName: string;
}

/** What is there. */
export interface BackupImageState {
  /** Id. */
  image: string;
  /** Version of pgBackRest in it. */
  release: string;
}

/** The Dockerfile, in the sources and in the npm package. */
const CONTEXT = path.join(packageRoot, "components", "docker", "backup-image");

/** First part of the names of built images; the second is a digest of what they were made from. */
const REPOSITORY = "durable-postgres/pgbackrest";

/** What the containers run beyond PostgreSQL. */
const PROBE = "pgbackrest version && perl -MSchedule::Cron -MJSON::PP -e 1";

/** The version of pgBackRest in an image that holds all that is needed. */
async function releaseIn(docker: Docker, image: string): Promise<string | undefined> {
  const { code, stdout } = await runOnce(docker, { image, script: PROBE, mounts: [] });
  return code === 0 ? /pgBackRest (\d+\.\d+(?:\.\d+)?)/.exec(stdout)?.[1] : undefined;
}

/** Proxy variables, which Docker's builder takes without a line in the Dockerfile, and leaves out of the image. */
function proxyArguments(): Record<string, string> {
  const names = ["http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy"];
  const entries = names
    .flatMap((name) => [name, name.toUpperCase()])
    .flatMap((name) => (process.env[name] ? [[name, process.env[name]] as const] : []));
  return Object.fromEntries(entries);
}

/** One line of the builder. */
interface BuildMessage {
  stream?: string;
  error?: string;
}

/** Follows a build to its end; an error is thrown with what came before it. */
function buildEnd(docker: Docker, stream: NodeJS.ReadableStream, progress: Progress): Promise<void> {
  const output: string[] = [];
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(
      stream,
      (error) => (error ? reject(new Error(lastLines(output) || error.message)) : resolve()),
      ({ stream: text = "" }: BuildMessage) => {
        output.push(text);
        const line = text.trim().split("\n").at(-1);
        if (line) progress.status(`building the image with pgBackRest: ${line.slice(0, 100)}`);
      },
    );
  });
}

function lastLines(output: readonly string[]): string {
  const lines = output
    .join("")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours of the builder.
    .replaceAll(/\u001b\[\d+m/g, "")
    .split("\n")
    .map((line) => line.trim());
  const errors = lines.filter((line) => /^(E|Err|W):|not found|error/i.test(line));
  return (errors.length > 0 ? errors : lines.filter(Boolean)).slice(-3).join("; ");
}

async function build(
  docker: Docker,
  { base, baseName }: BackupImageArgs,
  tag: string,
  progress: Progress,
): Promise<void> {
  const { Config } = await docker.getImage(base).inspect();
  const options = {
    t: tag,
    // A proxy on this machine's own loopback is one of the machine's network.
    networkmode: "host",
    forcerm: true,
    buildargs: { BASE: base, BASE_USER: Config.User || "root", ...proxyArguments() },
  };
  try {
    const stream = await docker.buildImage({ context: CONTEXT, src: ["Dockerfile"] }, options);
    await buildEnd(docker, stream, progress);
  } catch (error) {
    throw new Fault(
      `pgBackRest cannot be added to image ${baseName}: ${engineWords(error)}`,
      "let the engine's machine reach Debian's packages (HTTP_PROXY and HTTPS_PROXY are passed on); or write `image: <name>` under docker with an image that holds pgbackrest and Perl's Schedule::Cron",
    );
  }
}

/**
 * Finds or builds the image. An image that holds pgBackRest already is taken as it is.
 *
 * @throws Fault when it cannot be built.
 */
export async function ensureBackupImage(
  args: BackupImageArgs,
  progress: Progress,
): Promise<BackupImageState> {
  return withEngine(args.engine, async (docker) => {
    const own = await releaseIn(docker, args.base);
    if (own) return { image: args.base, release: own };
    const dockerfile = await readFile(path.join(CONTEXT, "Dockerfile"));
    const digest = createHash("sha256").update(args.base).update(dockerfile).digest("hex").slice(0, 16);
    const tag = `${REPOSITORY}:${digest}`;
    if (!(await orUndefined(docker.getImage(tag).inspect()))) await build(docker, args, tag, progress);
    const { Id } = await docker.getImage(tag).inspect();
    const release = await releaseIn(docker, Id);
    if (!release) throw new Error(`image ${tag} was built and holds no pgBackRest`);
    return { image: Id, release };
  });
}

/** True while the image is on the engine. */
export async function hasImage({ engine }: BackupImageArgs, image: string): Promise<boolean> {
  return withEngine(engine, async (docker) => Boolean(await orUndefined(docker.getImage(image).inspect())));
}
