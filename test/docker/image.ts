/**
 * Where does the image postgres:15 come from?
 *
 * An image of that name that is already there, else the official one, else, where no registry can be reached, a
 * stand-in: Debian's PostgreSQL 15 under the contract of the official image (image/).
 */

import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { showElapsed } from "../../toolchain/long-step";
import { aptConnection, canInstallPackages, debianMirror, installPackages, proxyArguments } from "./debian";
import { docker } from "./engine";
import { oneAtATime } from "./one-at-a-time";

const run = promisify(execFile);

/** The image of the tests. */
export const IMAGE = "postgres:15";
/** The same image but for its id: what a new minor version is for a stack. */
export const NEXT_IMAGE = "postgres:15-next";

const base = "durable-postgres/debian:bookworm";
const source = path.join(__dirname, "image");
/** Label of a stand-in: a digest of the files it was made from. */
const sourceLabel = "durable-postgres.stand-in";
/** Label of the next image: the id of the image it was made from. */
const parentLabel = "durable-postgres.next-of";
const pullLimit = 20_000; // ms until the registry answers

async function labelsOf(image: string): Promise<Record<string, string> | undefined> {
  try {
    return (await docker.getImage(image).inspect()).Config.Labels ?? {};
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  }
}

/** Reads a stream of progress messages to its end; an error among them is thrown with what came before it. */
function finished(stream: NodeJS.ReadableStream): Promise<void> {
  const output: string[] = [];
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(
      stream,
      (error) => {
        if (error) reject(new Error(`${error.message}\n${output.join("").slice(-4_000)}`));
        else resolve();
      },
      (message: { stream?: string }) => output.push(message.stream ?? ""),
    );
  });
}

async function withProgress<Result>(title: string, step: () => Promise<Result>): Promise<Result> {
  const finish = showElapsed(title);
  try {
    return await step();
  } finally {
    finish();
  }
}

/** True when the official image is here now. */
async function pull(): Promise<boolean> {
  const unanswered = new AbortController();
  const timer = setTimeout(() => unanswered.abort(), pullLimit);
  try {
    const stream = await docker.pull(IMAGE, { abortSignal: unanswered.signal });
    clearTimeout(timer);
    await withProgress(`pulling ${IMAGE}`, () => finished(stream));
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** Makes a Debian system in a folder and imports it; the newest PostgreSQL 15 there is noted in its environment. */
async function importDebian(folder: string): Promise<void> {
  // Without a mirror of Debian's here debootstrap takes its own.
  const mirror = await debianMirror();
  const args = ["--variant=minbase", "bookworm", folder, ...(mirror ? [mirror] : [])];
  await run("debootstrap", args, { maxBuffer: 64 << 20 });
  const { stdout } = await run("chroot", [folder, "apt-cache", "show", "--no-all-versions", "postgresql-15"]);
  const version = /^Version: (\S+)$/m.exec(stdout)?.[1];
  if (!version) throw new Error("Debian bookworm has no postgresql-15");
  const tar = spawn("tar", ["--numeric-owner", "-C", folder, "-c", "."], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [repo, tag] = base.split(":");
  await finished(await docker.importImage(tar.stdout, { repo, tag, changes: `ENV PG_VERSION=${version}` }));
}

async function inTemporaryFolder(step: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "durable-postgres-image-"));
  try {
    await step(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function build(folder: string, options: object): Promise<void> {
  const context = { context: folder, src: await readdir(folder) };
  await finished(await docker.buildImage(context, { version: "1", forcerm: true, ...options }));
}

async function buildStandIn(digest: string): Promise<void> {
  if (!(await canInstallPackages()))
    throw new Error(
      `${IMAGE} is not here and cannot be pulled, and only root on Debian or Ubuntu can make a stand-in`,
    );
  if (!existsSync("/usr/sbin/debootstrap")) await installPackages(["debootstrap"]);
  if (!(await labelsOf(base)))
    await withProgress(`making a Debian image for ${IMAGE}`, () => inTemporaryFolder(importDebian));
  const title = `building a stand-in for ${IMAGE}`;
  await withProgress(title, () =>
    inTemporaryFolder(async (folder) => {
      await cp(source, folder, { recursive: true });
      await writeFile(path.join(folder, "apt-machine.conf"), await aptConnection());
      await build(folder, {
        t: IMAGE,
        networkmode: "host",
        buildargs: { BASE: base, ...proxyArguments() },
        labels: { [sourceLabel]: digest },
      });
    }),
  );
}

async function buildNext(parent: string): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    await writeFile(path.join(folder, "Dockerfile"), `FROM ${IMAGE}\nENV DURABLE_POSTGRES_NEXT=1\n`);
    await build(folder, { t: NEXT_IMAGE, labels: { [parentLabel]: parent, [sourceLabel]: "" } });
  });
}

async function sourceDigest(): Promise<string> {
  const hash = createHash("sha256");
  for (const name of (await readdir(source)).sort()) hash.update(await readFile(path.join(source, name)));
  return hash.digest("hex");
}

/** True for the official image, and for a stand-in that was made from the files as they are now. */
function isCurrent(labels: Record<string, string> | undefined, digest: string): boolean {
  return labels !== undefined && (labels[sourceLabel] ?? digest) === digest;
}

async function isNextCurrent(): Promise<boolean> {
  const parent = await docker.getImage(IMAGE).inspect();
  return (await labelsOf(NEXT_IMAGE))?.[parentLabel] === parent.Id;
}

/** Makes both images be there. Throws when they cannot be had. */
export async function ensureImage(): Promise<void> {
  const digest = await sourceDigest();
  if (isCurrent(await labelsOf(IMAGE), digest) && (await isNextCurrent())) return;
  await oneAtATime("image", async () => {
    const labels = await labelsOf(IMAGE);
    if (!isCurrent(labels, digest) && (labels || !(await pull()))) await buildStandIn(digest);
    if (!(await isNextCurrent())) await buildNext((await docker.getImage(IMAGE).inspect()).Id);
  });
}
