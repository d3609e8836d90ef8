/** How is a database cluster made, and how is one recognised? */

import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chown, mkdir, open, readFile, rename, rm, stat, statfs } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { Fault } from "../faults";
import type { Version } from "../parameters/postgres";
import { type Account, isRoot } from "./account";
import type { Binaries } from "./binaries";
import { entries, type InstancePaths, syncDirectory, UNFINISHED, unwritable, writeDurably } from "./instance";
import { as } from "./postmaster";

const run = promisify(execFile);

/** The bootstrap superuser. */
export const SUPERUSER = "postgres";

/** initdb writes about 40 MB and the first WAL segments; less than this would fail half-way. */
const SPACE_FOR_A_CLUSTER = 128 * 1024 ** 2;

/** Deterministic order and case rules that do not change with the operating system's locale data. */
function localeOptions(version: Version): string[] {
  if (Number(version) >= 17) return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"];
  // macOS has no C.UTF-8: byte order for sorting, its own table for upper and lower case.
  return process.platform === "darwin" ? ["--lc-collate=C", "--lc-ctype=en_US.UTF-8"] : ["--locale=C.UTF-8"];
}

/**
 * Who may log in: over TCP everybody with a password; over the socket, whose folder is private, the server's own
 * user and whoever runs this program, as superuser and without a password: that is how roles are set and reset.
 */
const HBA = `# Written by durable-postgres. https://www.postgresql.org/docs/current/auth-pg-hba-conf.html
local all ${SUPERUSER} peer map=durable_postgres
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
host all all ::1/128 scram-sha-256
`;

/**
 * Everything else is on the command line or in postgresql.auto.conf. initdb's own file names values for this machine
 * (shared_buffers, max_wal_size, the locale of messages), which would contradict the command line.
 */
const CONF = `# Written by durable-postgres: parameters are on the command line and in postgresql.auto.conf.
datestyle = 'iso, mdy'
default_text_search_config = 'pg_catalog.english'
lc_messages = 'C'
timezone = 'UTC'
log_timezone = 'UTC'
`;

function identities(account: Account): string {
  const users = new Set([account.user, ...(isRoot ? ["root"] : [])]);
  return [...users].map((user) => `durable_postgres ${user} ${SUPERUSER}\n`).join("");
}

/** Clusters that a killed run left half made. */
export async function unfinishedClusters(paths: InstancePaths): Promise<string[]> {
  const { ours } = await entries(paths);
  return ours.filter((entry) => entry.startsWith(`${paths.data}${UNFINISHED}`));
}

/**
 * Where a cluster is made before it gets its name, after those that killed runs left are gone. A name of its own: an
 * initdb that outlived its killed parent must not write into this one.
 */
export async function unfinishedName(paths: InstancePaths): Promise<string> {
  for (const directory of await unfinishedClusters(paths))
    await rm(directory, { recursive: true, force: true });
  return `${paths.data}${UNFINISHED}${randomUUID()}`;
}

/** Bytes free for this user on the file system of a directory. */
async function freeSpace(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

/**
 * Makes a cluster: data checksums, UTF-8, SCRAM. PGDATA appears under its name only when it is complete and on disk,
 * so that a run that was killed half-way leaves nothing that could be taken for a cluster.
 *
 * @param remember Records the new cluster before it appears.
 */
export async function makeCluster(
  paths: InstancePaths,
  binaries: Binaries,
  account: Account,
  version: Version,
  remember: (systemIdentifier: string) => Promise<void>,
): Promise<void> {
  const free = await freeSpace(paths.directory);
  if (free < SPACE_FOR_A_CLUSTER)
    throw new Fault(
      `${Math.floor(free / 1024 ** 2)} MB are free for ${paths.directory}, and a new database needs ${SPACE_FOR_A_CLUSTER / 1024 ** 2} MB`,
      `free some space: df -h ${paths.directory}`,
    );
  const unfinished = await unfinishedName(paths);
  await mkdir(unfinished, { mode: 0o700 });
  if (isRoot) await chown(unfinished, account.uid, account.gid);
  const argv = ["-D", unfinished, "-U", SUPERUSER, "-E", "UTF8", "--data-checksums", "--auth=scram-sha-256"];
  // initdb demands a password for SCRAM; the roles resource sets the real one over the socket.
  const passwordFile = path.join(paths.log, "initdb.password");
  await writeDurably(passwordFile, `${randomUUID()}\n`, { mode: 0o600, account });
  try {
    await run(binaries.initdb, [...argv, ...localeOptions(version), `--pwfile=${passwordFile}`], {
      ...as(account),
      cwd: paths.log,
      env: { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" },
    });
  } catch (error) {
    throw initdbFault(paths, error as { stderr?: string; message: string });
  } finally {
    await rm(passwordFile, { force: true });
  }
  for (const [name, text] of [
    ["postgresql.conf", CONF],
    ["pg_hba.conf", HBA],
    ["pg_ident.conf", identities(account)],
  ] as const)
    await writeDurably(path.join(unfinished, name), text, { mode: 0o600, account });
  const identity = await clusterIdentity(unfinished);
  if (!identity) throw new Error(`initdb left no cluster in ${unfinished}`);
  await remember(identity.systemIdentifier);
  await publishCluster(paths, unfinished);
}

/** Gives a cluster that is complete and on disk its name. */
export async function publishCluster(paths: InstancePaths, unfinished: string): Promise<void> {
  await rename(unfinished, paths.data);
  await syncDirectory(paths.directory);
}

function initdbFault(paths: InstancePaths, error: { stderr?: string; message: string }): Error {
  const words = error.stderr?.trim() || error.message;
  if (/No space left on device/.test(words))
    return unwritable(paths.directory, Object.assign(new Error(words), { code: "ENOSPC" }));
  const library = /error while loading shared libraries: ([^:]+)/.exec(words)?.[1];
  if (library)
    return new Fault(
      `initdb did not start: the shared library ${library} is missing`,
      `install the library that holds ${library}; if it belongs to PostgreSQL itself, remove ${path.join(paths.directory, "postgresql")} and run again: it is made anew`,
    );
  return new Fault(`initdb failed: ${words.split("\n").at(-1)}`, `look at the whole output: ${words}`);
}

/** What a cluster's own files say about it, without a running server. */
export interface ClusterIdentity {
  /** Major version in PG_VERSION. */
  version: string;
  /** Decimal. */
  systemIdentifier: string;
  uid: number;
}

/**
 * Reads PG_VERSION and the system identifier, the first eight bytes of global/pg_control. Undefined when there is no
 * cluster at all.
 */
export async function clusterIdentity(data: string): Promise<ClusterIdentity | undefined> {
  const version = await readFile(path.join(data, "PG_VERSION"), "utf8").catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
      throw new Fault(`${data} cannot be read: ${error.message}`, "run as the user who owns it");
    },
  );
  if (version === undefined) return undefined;
  const handle = await open(path.join(data, "global", "pg_control"), "r").catch(() => {
    throw new Fault(
      `${data} has no global/pg_control: it is not a whole cluster`,
      "restore it from a backup",
    );
  });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(8), 0, 8, 0);
    if (bytesRead < 8)
      throw new Fault(`${data}/global/pg_control is empty`, "restore the cluster from a backup");
    const { uid } = await stat(data);
    return { version: version.trim(), systemIdentifier: buffer.readBigUInt64LE().toString(), uid };
  } finally {
    await handle.close();
  }
}
