/** What is in the archive of a repository? Names and sizes by `repo-ls`, contents by `repo-get`. */

import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { DUMPS } from "../../docker/layout";
import { type Fault, Faults, faultsIn } from "../../faults";
import { keptDumps } from "../dump";
import { readHistoryName, readSegmentName } from "../lsn";
import { type ReadSegment, restorePlan } from "../plan";
import { Archive, type ArchivedFile, HEADER_SIZE, segmentFault } from "../segments";
import type { TargetPoint } from "../target-point";
import type { Backup, KeptDump, RestorePlan, SegmentFault } from "../types";
import type { PgBackRestHost } from "./host";
import { readInfo } from "./info";

/** Files of a folder of a repository, by their path in it. */
type RepositoryFiles = Record<string, { type: "file" | "path" | "link"; size?: number }>;

/** `000000010000000000000007-<SHA-1>.zst`; pgBackRest keeps a segment under the checksum of its content. */
const SEGMENT_FILE = /(?:^|\/)([0-9A-F]{24})-[0-9a-f]{40}(?:\.\w+)?$/;

/** A file of an archive, and where it is in the folder that was listed. */
export interface RepositoryFile extends ArchivedFile {
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

/** Where the archive of a stanza is in its repository. */
export function archiveFolder(stanza: string): string {
  return `archive/${stanza}`;
}

/** What is below a folder of a repository; nothing where there is none. */
async function list(host: PgBackRestHost, repository: number, folder: string): Promise<RepositoryFiles> {
  const json = await host.data("repo-ls", `--repo=${repository}`, "--recurse", "--output=json", folder);
  return json.trim() === "" ? {} : JSON.parse(json);
}

/** Segments and history files of a stanza in a repository. */
export async function listArchive(
  host: PgBackRestHost,
  repository: number,
  stanza: string,
): Promise<RepositoryFile[]> {
  return archiveFiles(await list(host, repository, archiveFolder(stanza)));
}

async function listDumps(host: PgBackRestHost, repository: number): Promise<KeptDump[]> {
  const files = Object.entries(await list(host, repository, DUMPS));
  return keptDumps(files.map(([name, { size = 0 }]) => ({ name, size })));
}

/** Writes the content of a file of a repository, which pgBackRest has decrypted and nobody decompressed. */
const GET = `
set -o pipefail
decompress() { case "$1" in *.zst) zstd -dcq ;; *) cat ;; esac; }
get() { pgbackrest --repo="$1" --log-level-console=off repo-get "$2" | decompress "$2"; }
`;

/** Prints it as text that Docker's streams carry. */
const PRINT_FILE = `${GET}
get "$@" | gzip -1c | base64 -w0`;

/** The content of a file of a repository. */
export async function readArchived(host: PgBackRestHost, repository: number, file: string): Promise<Buffer> {
  const command = ["bash", "-c", PRINT_FILE, "bash", String(repository), file];
  return gunzipSync(Buffer.from(await host.print(command, `repo-get ${file}`), "base64"));
}

/** Prints for each file whether its content has the checksum in its name. */
const COMPARE_FILES = `${GET}
repository="$1"; shift
for file; do
  name="$(basename "$file")"; name="\${name%%.*}"
  sum="$(get "$repository" "$file" 2>/dev/null | sha1sum)" && [ "\${sum%% *}" = "\${name#*-}" ] && echo "$file"
done; true`;

/** Those of some segments whose content is no more what was archived: pgBackRest names them by its SHA-1. */
export async function damagedFiles(
  host: PgBackRestHost,
  repository: number,
  files: readonly string[],
): Promise<string[]> {
  if (files.length === 0) return [];
  const command = ["bash", "-c", COMPARE_FILES, "bash", String(repository), ...files];
  const whole = new Set((await host.print(command, "repo-get")).split("\n"));
  return files.filter((file) => !whole.has(file));
}

/** A segment that is not what was archived. */
class DamagedSegment extends Error {
  constructor(
    readonly segment: string,
    readonly fault: SegmentFault,
  ) {
    super(`${segment} is ${fault}`);
  }
}

/** One repository, as far as it was read. */
export class RepositoryReading {
  private readonly known = new Map<string, Promise<Buffer>>();
  private archive: Archive;

  /**
   * @param repository Its number, from 1 on.
   * @param backups Those that can be restored, oldest first.
   * @param dumps Logical dumps beside them, oldest first.
   * @param content Reads a file of the archive by its path.
   */
  constructor(
    readonly repository: number,
    readonly backups: Backup[],
    readonly dumps: KeptDump[],
    private files: readonly RepositoryFile[],
    private readonly systemIdentifier: string,
    private readonly content: (path: string) => Promise<Buffer>,
  ) {
    this.archive = new Archive(files, backups, systemIdentifier);
  }

  /**
   * Works with the archive. The list of a repository does not tell what is in a segment: one that turns out to be another
   * one when it is read is a hole from then on, and the work begins anew.
   */
  async work<Result>(work: (archive: Archive, read: ReadSegment) => Promise<Result>): Promise<Result> {
    for (;;)
      try {
        return await work(this.archive, (name) => this.read(name));
      } catch (error) {
        if (!(error instanceof DamagedSegment)) throw error;
        const { segment, fault } = error;
        this.files = this.files.map((file) => (file.name === segment ? { ...file, fault } : file));
        this.archive = new Archive(this.files, this.backups, this.systemIdentifier);
      }
  }

  /** Segments are read twice: for the end of a stretch, and for the names in it. */
  private read(name: string): Promise<Buffer> {
    const reading = this.known.get(name) ?? this.readWhole(name);
    this.known.set(name, reading);
    return reading;
  }

  private async readWhole(name: string): Promise<Buffer> {
    const path = this.files.find((file) => file.name === name)?.path ?? name;
    const content = await this.content(path);
    const file = { name, size: content.length, content: content.subarray(0, HEADER_SIZE) };
    const isArchived = path.includes(`-${createHash("sha1").update(content).digest("hex")}`);
    const fault = segmentFault(file, this.systemIdentifier) ?? (isArchived ? undefined : "damaged");
    if (fault) throw new DamagedSegment(name, fault);
    return content;
  }
}

/** What belongs to one cluster in a repository. */
async function readRepository(
  host: PgBackRestHost,
  repository: number,
  { stanza, systemIdentifier }: StoredCluster,
): Promise<RepositoryReading> {
  const files = await listArchive(host, repository, stanza);
  const content = (path: string) => readArchived(host, repository, `${archiveFolder(stanza)}/${path}`);
  const complete = async (file: RepositoryFile): Promise<RepositoryFile> =>
    readHistoryName(file.name) === undefined ? file : { ...file, content: await content(file.path) };
  const info = await host.data("info", `--repo=${repository}`, "--output=json");
  const backups = readInfo(info, stanza)
    .filter((backup) => backup.repository === repository && !backup.damaged)
    .map(({ repository: _, damaged: __, ...backup }) => backup);
  return new RepositoryReading(
    repository,
    backups,
    await listDumps(host, repository),
    await Promise.all(files.map(complete)),
    systemIdentifier,
    content,
  );
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

/** A cluster in its repositories. */
interface StoredCluster {
  stanza: string;
  systemIdentifier: string;
}

/**
 * Reads every repository. Where one has answered, the others have little time for it: one that nobody reaches takes
 * minutes to say so.
 *
 * @param count How many there are.
 * @throws Fault where none answers.
 */
export async function readAllRepositories(
  host: PgBackRestHost,
  count: number,
  cluster: StoredCluster,
): Promise<RepositoryReadings> {
  const found: RepositoryReadings = { read: [], unread: [] };
  for (let repository = 1; repository <= count; repository++)
    try {
      const asked = found.read.length > 0 ? host.impatient() : host;
      found.read.push(await readRepository(asked, repository, cluster));
    } catch (error) {
      const [fault] = faultsIn(error);
      if (fault) found.unread.push({ repository, fault });
    }
  if (found.read.length === 0) throw found.unread[0]?.fault;
  return found;
}

/**
 * The repositories in the order in which they are read, each when it is asked for; faults are those of one that does not
 * answer.
 */
export async function* readRepositories(
  host: PgBackRestHost,
  count: number,
  cluster: StoredCluster,
): AsyncGenerator<RepositoryReading | Fault[]> {
  for (let repository = 1; repository <= count; repository++)
    yield await readRepository(host, repository, cluster).catch(faultsIn);
}

/**
 * How to get to a moment, from the first repository that reaches it.
 *
 * @throws Fault of the first repository where none does; where some did not answer, of all.
 */
export async function planFrom(
  readings: ReturnType<typeof readRepositories>,
  point: TargetPoint,
): Promise<RestorePlan> {
  const short: Fault[] = [];
  const silent: Fault[] = [];
  for await (const reading of readings)
    if (Array.isArray(reading)) silent.push(...reading);
    else
      try {
        const plan = await reading.work((archive, read) => restorePlan(point, archive, read));
        return { ...plan, repository: reading.repository };
      } catch (error) {
        short.push(...faultsIn(error));
      }
  const faults = [...short.slice(0, 1), ...silent];
  throw faults.length === 1 ? faults[0] : new Faults(faults);
}
