/** What is in the archive of a repository? Names and sizes by `repo-ls`, contents by `repo-get`. */

import { gunzipSync } from "node:zlib";
import { DUMPS } from "../../docker/layout";
import { type Fault, faultsIn } from "../../faults";
import { keptDumps } from "../dump";
import { readHistoryName, readSegmentName } from "../lsn";
import { type ReadSegment, restorePlan } from "../plan";
import { Archive, type ArchivedFile } from "../segments";
import type { TargetPoint } from "../target-point";
import type { Backup, KeptDump, RestorePlan } from "../types";
import type { PgBackRestHost } from "./host";
import { type RepositoryBackup, readInfo } from "./info";

/** Files of a folder of a repository, by their path in it. */
type RepositoryFiles = Record<string, { type: "file" | "path" | "link"; size?: number }>;

/** `000000010000000000000007-<SHA-1>.zst`; pgBackRest keeps a segment under the checksum of its content. */
const SEGMENT_FILE = /(?:^|\/)([0-9A-F]{24})-[0-9a-f]{40}(?:\.\w+)?$/;

/** A file of an archive, and where it is in the folder that was listed. */
interface RepositoryFile extends ArchivedFile {
  path: string;
}

/** Segments and history files in what `repo-ls --recurse --output=json` listed; a segment that two archives hold, once. */
export function archiveFiles(listed: RepositoryFiles): RepositoryFile[] {
  const files = new Map<string, RepositoryFile>();
  for (const [path, { size = 0 }] of Object.entries(listed)) {
    const name = SEGMENT_FILE.exec(path)?.[1] ?? path.split("/").at(-1) ?? "";
    const isWanted = readSegmentName(name) !== undefined || readHistoryName(name) !== undefined;
    if (isWanted && !files.has(name)) files.set(name, { path, name, size });
  }
  return [...files.values()];
}

/** Prints a file of a repository as text that Docker's streams carry. */
const PRINT_FILE = `
set -o pipefail
decompress() { case "$2" in *.zst) zstd -dcq ;; *) cat ;; esac; }
pgbackrest --repo="$1" --log-level-console=off repo-get "$2" | decompress "$@" | gzip -1c | base64 -w0
`;

async function readFile(host: PgBackRestHost, repository: number, file: string): Promise<Buffer> {
  const command = ["bash", "-c", PRINT_FILE, "bash", String(repository), file];
  return gunzipSync(Buffer.from(await host.print(command, `repo-get ${file}`), "base64"));
}

/** One repository, as far as it was read. */
export interface RepositoryReading {
  /** Its number, from 1 on. */
  repository: number;
  /** Those that can be restored, oldest first. */
  backups: Backup[];
  archive: Archive;
  dumps: KeptDump[];
  read: ReadSegment;
}

/** Segments are read twice: for the end of a stretch, and for the names in it. */
function remembering(read: ReadSegment): ReadSegment {
  const known = new Map<string, Promise<Buffer>>();
  return (name) => {
    const reading = known.get(name) ?? read(name);
    known.set(name, reading);
    return reading;
  };
}

/** What belongs to one cluster in a repository. */
async function readRepository(
  host: PgBackRestHost,
  repository: number,
  all: readonly RepositoryBackup[],
  { stanza, systemIdentifier }: { stanza: string; systemIdentifier: string },
): Promise<RepositoryReading> {
  const folder = `archive/${stanza}`;
  const list = async (of: string): Promise<RepositoryFiles> =>
    JSON.parse(
      (await host.data("repo-ls", `--repo=${repository}`, "--recurse", "--output=json", of)) || "{}",
    );
  const files = archiveFiles(await list(folder));
  const dumps = Object.entries(await list(DUMPS)).map(([name, { size = 0 }]) => ({ name, size }));
  const content = (path: string) => readFile(host, repository, `${folder}/${path}`);
  const complete = async (file: RepositoryFile): Promise<ArchivedFile> =>
    readHistoryName(file.name) === undefined ? file : { ...file, content: await content(file.path) };
  const backups = all
    .filter((backup) => backup.repository === repository && !backup.damaged)
    .map(({ repository: _, damaged: __, ...backup }) => backup);
  const archive = new Archive(await Promise.all(files.map(complete)), backups, systemIdentifier);
  const paths = new Map(files.map(({ name, path }) => [name, path]));
  const read = remembering((name) => content(paths.get(name) ?? name));
  return { repository, backups, archive, dumps: keptDumps(dumps), read };
}

/** A repository that did not answer. */
export interface UnreadRepository {
  /** Its number, from 1 on. */
  repository: number;
  fault: Fault;
}

/** What was found in the repositories of a cluster. */
export interface RepositoryReadings {
  /** Those that answered, in the order in which they are read. At least one. */
  read: RepositoryReading[];
  unread: UnreadRepository[];
}

/**
 * Reads every repository.
 *
 * @param count How many there are.
 * @throws Fault where none answers.
 */
export async function readAllRepositories(
  host: PgBackRestHost,
  count: number,
  cluster: { stanza: string; systemIdentifier: string },
): Promise<RepositoryReadings> {
  const backups = readInfo(await host.data("info", "--output=json"), cluster.stanza);
  const found: RepositoryReadings = { read: [], unread: [] };
  for (let repository = 1; repository <= count; repository++)
    try {
      found.read.push(await readRepository(host, repository, backups, cluster));
    } catch (error) {
      const [fault] = faultsIn(error);
      if (fault) found.unread.push({ repository, fault });
    }
  if (found.read.length === 0) throw found.unread[0]?.fault;
  return found;
}

/** Those that answer. */
export async function readRepositories(
  ...of: Parameters<typeof readAllRepositories>
): Promise<RepositoryReading[]> {
  return (await readAllRepositories(...of)).read;
}

/**
 * How to get to a moment, from the first repository that reaches it.
 *
 * @throws Fault of the first repository where none does.
 */
export async function planFrom(
  readings: readonly RepositoryReading[],
  point: TargetPoint,
): Promise<RestorePlan> {
  const faults: Fault[] = [];
  for (const { repository, archive, read } of readings)
    try {
      return { ...(await restorePlan(point, archive, read)), repository };
    } catch (error) {
      faults.push(...faultsIn(error));
    }
  throw faults[0];
}
