/** Which Pulumi CLI runs here, and how does the project get one? */

import { Fault } from "../components/faults";
import { buildPulumi, findBuiltPulumi, localHome } from "./pulumi-build";
import { binaryIn, downloadPulumi, userHome } from "./pulumi-download";
import { findPulumiOnPath, isProgram } from "./pulumi-on-path";
import { oldestVersion, pinnedVersion } from "./pulumi-version";

/** A CLI that is ready to run. */
export interface PulumiCli {
  /** The program and its leading arguments. */
  command: string[];
  /** Variables to add to the environment it runs in. */
  env: NodeJS.ProcessEnv;
  source: PulumiSource;
}

export type PulumiSource = "cached" | "path" | "download" | "go";

/**
 * Finds a Pulumi CLI, or gets one: the project's own, the user's cached one, one on PATH, the official download,
 * and, where nothing can be downloaded, a build from source. `DURABLE_POSTGRES_PULUMI` names the only source to
 * be tried. Throws a `Fault` when there is none.
 */
export async function ensurePulumi(projectRoot: string): Promise<PulumiCli> {
  const only = forcedSource();
  const built =
    only === undefined || only === "cached" || only === "go" ? findBuiltPulumi(projectRoot) : undefined;
  if (built) return fromLocalHome(built, only ?? "cached", projectRoot);

  if (only === undefined || only === "cached") {
    const cached = binaryIn(userHome());
    if (isProgram(cached)) return { command: [cached], env: {}, source: "cached" };
  }
  if (only === undefined || only === "path") {
    const onPath = findPulumiOnPath(projectRoot);
    if (onPath) return { command: [onPath], env: {}, source: "path" };
  }
  let problem = "the download was not tried";
  if (only === undefined || only === "download") {
    const download = await downloadPulumi();
    if ("path" in download) return { command: [download.path], env: {}, source: "download" };
    problem = download.problem;
  }
  if (only === undefined || only === "go") {
    return fromLocalHome(await buildPulumi(projectRoot, problem), "go", projectRoot);
  }
  throw notFound(only, problem);
}

function fromLocalHome(binary: string, source: PulumiSource, projectRoot: string): PulumiCli {
  return { command: [binary], env: { PULUMI_HOME: localHome(projectRoot) }, source };
}

const sources = ["cached", "path", "download", "go"] as const satisfies PulumiSource[];

function forcedSource(): PulumiSource | undefined {
  const wanted = process.env.DURABLE_POSTGRES_PULUMI;
  if (!wanted) return undefined;
  const source = sources.find((name) => name === wanted);
  if (source) return source;
  throw new Fault(
    `DURABLE_POSTGRES_PULUMI is "${wanted}", which is none of ${sources.join(", ")}.`,
    "unset DURABLE_POSTGRES_PULUMI",
  );
}

function notFound(only: Exclude<PulumiSource, "go">, problem: string): Fault {
  const facts = {
    cached: `There is no cached Pulumi CLI ${pinnedVersion}`,
    path: `There is no Pulumi CLI ${oldestVersion} or newer with pulumi-language-nodejs on PATH`,
    download: `The Pulumi CLI ${pinnedVersion} cannot be downloaded (${problem})`,
  };
  return new Fault(
    `${facts[only]}, and DURABLE_POSTGRES_PULUMI allows no other source.`,
    "unset DURABLE_POSTGRES_PULUMI",
  );
}
