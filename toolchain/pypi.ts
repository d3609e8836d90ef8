/** How does a recording get a package of PyPI? As its wheel, without what it depends on. */

import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Fetches a package; returns its folder and version. */
export async function fetchPackage(
  name: string,
  directory: string,
): Promise<{ folder: string; version: string }> {
  const folder = path.join(directory, name);
  await run("pip", ["download", "--quiet", "--no-deps", "--dest", folder, name]);
  const [wheel = ""] = await readdir(folder);
  await run("python3", ["-m", "zipfile", "-e", path.join(folder, wheel), folder]);
  return { folder, version: wheel.split("-")[1] ?? "" };
}
