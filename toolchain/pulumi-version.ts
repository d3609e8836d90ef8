/** Which version of the Pulumi CLI does this package use, and which is the oldest it works with? */

import { packageManifest } from "../components/package";

const { dependencies } = packageManifest;

/** The pinned CLI: the version of the npm package `pulumi`, which downloads the CLI of its own number. */
export const pinnedVersion = String(dependencies.pulumi);

/** A CLI older than the SDK may miss what the SDK asks of it. */
export const oldestVersion = String(dependencies["@pulumi/pulumi"]);

/** True when `version` is `floor` or newer; false for text that is no version. */
export function isAtLeast(version: string, floor: string): boolean {
  const found = parse(version);
  const wanted = parse(floor);
  if (!found || !wanted) return false;
  for (let part = 0; part < 3; part++) {
    const difference = (found[part] ?? 0) - (wanted[part] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

function parse(version: string): number[] | undefined {
  const match = /^(?:v|go)?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version.trim());
  return match?.slice(1).map((part) => Number(part ?? 0));
}
