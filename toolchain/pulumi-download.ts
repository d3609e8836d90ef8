/** Can the official release of the Pulumi CLI be downloaded here, and where does it land? */

import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { packageRoot } from "../components/package";
import { runLongStep } from "./long-step";
import { isProgram } from "./pulumi-on-path";
import { pinnedVersion } from "./pulumi-version";

// What the npm package `pulumi` fetches first.
const installer = "https://get.pulumi.com/install.sh";

const probeLimit = 5_000; // ms: without internet the build from source must start soon
const downloadLimit = 5 * 60_000; // ms

/** The user's own Pulumi home, shared with their other projects. */
export function userHome(): string {
  return process.env.PULUMI_HOME || join(homedir(), ".pulumi");
}

/** Where a CLI of the pinned version lies inside a Pulumi home. */
export function binaryIn(home: string): string {
  return join(home, "versions", pinnedVersion, "bin", process.platform === "win32" ? "pulumi.exe" : "pulumi");
}

/** Fetches the CLI as `npx pulumi` does, into the same place. Answers why not, if it cannot. */
export async function downloadPulumi(): Promise<{ path: string } | { problem: string }> {
  const path = binaryIn(userHome());
  if (isProgram(path)) return { path };
  const unreachable = await probe();
  if (unreachable) return { problem: unreachable };
  const { code, output, timedOut } = await runLongStep({
    title: `downloading the Pulumi CLI ${pinnedVersion}`,
    command: process.execPath,
    args: [
      join(dirname(require.resolve("pulumi/package.json", { paths: [packageRoot] })), "run.js"),
      "version",
    ],
    cwd: packageRoot,
    env: { ...process.env, PULUMI_VERSION: pinnedVersion, PULUMI_SKIP_UPDATE_CHECK: "true" },
    limit: downloadLimit,
  });
  if (code === 0 && isProgram(path)) return { path };
  return { problem: timedOut ? "the download took more than 5 minutes" : output.trim() };
}

async function probe(): Promise<string | undefined> {
  try {
    const response = await fetch(installer, { method: "HEAD", signal: AbortSignal.timeout(probeLimit) });
    return response.ok ? undefined : `${installer} answers with status ${response.status}`;
  } catch (error) {
    const { cause, name } = error as Error & { cause?: { code?: string } };
    return `${installer} is out of reach (${cause?.code ?? name})`;
  }
}
