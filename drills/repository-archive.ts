/** Does a repository of pgBackRest hold what the server reported as archived? Read through pgBackRest itself. */

import { gzipSync } from "node:zlib";
import { readSegmentName, segmentName } from "../components/backup/lsn";
import {
  archiveFolder,
  damagedFiles,
  listArchive,
  type RepositoryFile,
  readArchived,
} from "../components/backup/pgbackrest/archive";
import { PgBackRestHost } from "../components/backup/pgbackrest/host";
import { type ContainerPlace, pgBackRestFault } from "../components/backup/pgbackrest/run";
import { STANZA } from "../components/docker/layout";
import type { ProgramResult } from "../components/docker/run";
import { archiveFindings } from "./archive";
import type { DrillArchive, DrillFinding, SegmentChange } from "./server";

/** The only one that a copy has. */
const REPOSITORY = 1;

/** How often a content has to be found whole: the second time it has outlived a break. */
const ENOUGH = 2;

/** Puts standard input into a repository, compressed as the file's name says. */
const PUT = `
set -o pipefail
compress() { case "$1" in *.zst) zstd -cq ;; *) cat ;; esac; }
base64 -d | gunzip | compress "$2" | pgbackrest --repo="$1" --log-level-console=off repo-put "$2"`;

/** Runs a program where pgBackRest has its settings and the repository. */
type Run = (command: readonly string[], input?: string) => Promise<ProgramResult>;

/** The archive of a copy. */
export class RepositoryArchive implements DrillArchive {
  private readonly host: PgBackRestHost;
  private readonly found = new Map<string, number>();

  /** @param flush Makes the server archive all that it has written. */
  constructor(
    private readonly place: ContainerPlace,
    private readonly run: Run,
    readonly flush: () => Promise<void>,
  ) {
    this.host = new PgBackRestHost(place, run);
  }

  /** After a flush there is no hole either: also not where nobody saw a segment reported. */
  async findings(archived: ReadonlySet<string>): Promise<DrillFinding[]> {
    const files = new Map((await this.list()).map((file) => [file.name, file]));
    const expected = new Set([...archived, ...inARow([...files.keys()])]);
    const missing = [...expected].filter((name) => !files.has(name)).map((name) => `${name} is missing`);
    const damaged = (await this.damaged([...files.values()])).map((name) => `${name} is damaged`);
    return archiveFindings([...missing, ...damaged].sort(), expected.size);
  }

  /** A repository is never emptied: it keeps everything, compressed, and all of it is looked for again. */
  async clear(): Promise<string[]> {
    return [];
  }

  async change(segment: string, change: SegmentChange): Promise<void> {
    const found = (await this.list()).find(({ name }) => name === segment);
    if (!found) throw new Error(`${segment} is not in the repository`);
    const file = inFolder(found);
    const content = change(await readArchived(this.host, REPOSITORY, file));
    const command = content
      ? ["bash", "-c", PUT, "bash", String(REPOSITORY), file]
      : ["pgbackrest", `--repo=${REPOSITORY}`, "repo-rm", file];
    const result = await this.run(command, content && gzipSync(content).toString("base64"));
    if (result.code !== 0) throw pgBackRestFault(this.place, content ? "repo-put" : "repo-rm", result);
  }

  private list(): Promise<RepositoryFile[]> {
    return listArchive(this.host, REPOSITORY, STANZA);
  }

  /** Names of the segments whose content is another one than what was archived. */
  private async damaged(files: readonly RepositoryFile[]): Promise<string[]> {
    const segments = files.filter(({ name }) => readSegmentName(name) && this.times(name) < ENOUGH);
    const damaged = new Set(await damagedFiles(this.host, REPOSITORY, segments.map(inFolder)));
    const isDamaged = (file: RepositoryFile) => damaged.has(inFolder(file));
    for (const file of segments) if (!isDamaged(file)) this.found.set(file.name, this.times(file.name) + 1);
    return segments.filter(isDamaged).map(({ name }) => name);
  }

  private times(name: string): number {
    return this.found.get(name) ?? 0;
  }
}

function inFolder({ path }: RepositoryFile): string {
  return `${archiveFolder(STANZA)}/${path}`;
}

/** Every segment between the first and the last one; a copy has one timeline. Pure. */
export function inARow(names: readonly string[]): string[] {
  const segments = names.flatMap((name) => readSegmentName(name) ?? []);
  const numbers = segments.map(({ number }) => number).sort((one, other) => Number(one - other));
  const [first, last] = [numbers[0], numbers.at(-1)];
  if (first === undefined || last === undefined) return [];
  const timeline = Math.max(...segments.map((segment) => segment.timeline));
  return Array.from({ length: Number(last - first) + 1 }, (_, index) =>
    segmentName({ timeline, number: first + BigInt(index) }),
  );
}
