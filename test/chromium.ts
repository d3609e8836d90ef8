/** A real browser for tests: the machine's own, or Debian's. */

import { accessSync, constants } from "node:fs";
import path from "node:path";
import { type Browser, launch } from "puppeteer-core";
import { isRoot } from "../components/local/account";
import { canInstallPackages, installPackages } from "./docker/debian";
import { oneAtATime } from "./docker/one-at-a-time";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

function installed(): string | undefined {
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function ensureChromium(): Promise<string | undefined> {
  if (installed() || !(await canInstallPackages())) return installed();
  await oneAtATime("chromium", async () => {
    if (!installed()) await installPackages(["chromium"]);
  });
  return installed();
}

/** Starts it; undefined, with the reason on stderr, where there is none and none can be installed. */
export async function startBrowser(title: string): Promise<Browser | undefined> {
  let reason = "there is no Chromium, and only root on Debian or Ubuntu can install one";
  const executablePath = await ensureChromium().catch((error: Error) => {
    reason = error.message;
    return undefined;
  });
  // Chromium's own sandbox does not run as root.
  if (executablePath) return launch({ executablePath, args: isRoot ? ["--no-sandbox"] : [] });
  process.stderr.write(`skipped "${title}": ${reason}\n`);
  return undefined;
}
