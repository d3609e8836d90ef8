/** Which package is this, and where is it? The same from the sources and from dist/. */

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

const beside = path.join(__dirname, "..");

/** The folder of this package's package.json. */
export const packageRoot = existsSync(path.join(beside, "package.json")) ? beside : path.join(beside, "..");

/** What package.json says of this package. */
export const packageManifest: { version: string; dependencies: Readonly<Record<string, string>> } =
  JSON.parse(readFileSync(path.join(packageRoot, "package.json"), "utf8"));
