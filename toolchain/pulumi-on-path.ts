/** Is there a Pulumi CLI on PATH that is recent and complete enough to be used? */

import { execFileSync } from "node:child_process";
import {
  accessSync,
  constants,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { projectFolder } from "./environment";
import { isAtLeast, oldestVersion } from "./pulumi-version";

const extension = process.platform === "win32" ? ".exe" : "";

/** The path of a usable `pulumi` on PATH, or undefined. */
export function findPulumiOnPath(projectRoot: string): string | undefined {
  const found = findOnPath("pulumi");
  if (!found || !hasLanguageHost(found)) return undefined;
  return isAtLeast(versionOf(found, projectRoot), oldestVersion) ? found : undefined;
}

/** The first executable of that name on PATH, leaving out what npm puts there. */
export function findOnPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return (
    folders
      // There `pulumi` is the npm package's downloader, which is asked at its own turn.
      .filter((folder) => folder !== "" && !/node_modules[\\/]\.bin[\\/]?$/.test(folder))
      .map((folder) => join(folder, name + extension))
      .find(isProgram)
  );
}

/** True for an executable file that is not empty. */
export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    const found = statSync(file);
    return found.isFile() && found.size > 0;
  } catch {
    return false;
  }
}

function hasLanguageHost(pulumi: string): boolean {
  const beside = join(dirname(realpathSync(pulumi)), `pulumi-language-nodejs${extension}`);
  return isProgram(beside) || findOnPath("pulumi-language-nodejs") !== undefined;
}

/** Asking the CLI costs about 0.2 s, so the answer is kept until the file changes. */
function versionOf(pulumi: string, projectRoot: string): string {
  const { mtimeMs, size } = statSync(pulumi);
  const file = join(projectFolder(projectRoot), "pulumi-on-path.json");
  const key = `${realpathSync(pulumi)} ${size} ${mtimeMs}`;
  const known = readKnown(file);
  if (known?.key === key) return known.version;
  const version = askVersion(pulumi);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, JSON.stringify({ key, version }));
  renameSync(`${file}.${process.pid}`, file);
  return version;
}

function readKnown(file: string): { key: string; version: string } | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function askVersion(pulumi: string): string {
  try {
    return execFileSync(pulumi, ["version"], {
      encoding: "utf8",
      timeout: 10_000, // ms
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
  } catch {
    return "";
  }
}
