/** What is in the archive of a repository? Names and sizes by `repo-ls`, segments by `archive-get`. */

import { Fault } from "../../faults";
import { readHistoryName, readSegmentName } from "../lsn";
import type { ArchivedFile } from "../segments";
import type { DockerBackupLocation } from "../store";
import { inBackupContainer, pgBackRestData, pgBackRestFault } from "./run";

/** Files of a folder of a repository, by their path in it. */
type RepositoryFiles = Record<string, { type: "file" | "path" | "link"; size?: number }>;

/** `000000010000000000000007-<SHA-1>.zst`; pgBackRest keeps a segment under the checksum of its content. */
const SEGMENT_FILE = /(?:^|\/)([0-9A-F]{24})-[0-9a-f]{40}(?:\.\w+)?$/;

/** Segments and history files in what `repo-ls --recurse --output=json` printed; a segment that two archives hold, once. */
export function readRepositoryFiles(json: string): { path: string; name: string; size: number }[] {
  const files = Object.entries(JSON.parse(json) as RepositoryFiles).flatMap(([path, { size = 0 }]) => {
    const name = SEGMENT_FILE.exec(path)?.[1] ?? path.split("/").at(-1) ?? "";
    const isWanted = readSegmentName(name) !== undefined || readHistoryName(name) !== undefined;
    return isWanted ? [{ path, name, size }] : [];
  });
  return files.filter(({ name }, index) => files.findIndex((other) => other.name === name) === index);
}

/** Segments and history files of the archive, in the first repository. */
export async function readRepositoryArchive(location: DockerBackupLocation): Promise<ArchivedFile[]> {
  const folder = `archive/${location.pgBackRest.stanza}`;
  const json = await pgBackRestData(location, "repo-ls", "--repo=1", "--recurse", "--output=json", folder);
  const files = readRepositoryFiles(json.trim() === "" ? "{}" : json);
  return Promise.all(
    files.map(async ({ path, name, size }) => {
      if (readHistoryName(name) === undefined) return { name, size };
      const text = await pgBackRestData(location, "repo-get", "--repo=1", `${folder}/${path}`);
      return { name, size, content: Buffer.from(text) };
    }),
  );
}

/** Gets a segment into a file of its own, and prints it as text that Docker's streams carry. */
const PRINT_SEGMENT = `
file=$(mktemp) && rm "$file" && trap 'rm -f "$file"' EXIT
pgbackrest archive-get --no-archive-async --log-level-console=off "$1" "$file" || exit
gzip -1c "$file" | base64 -w0
`;

/** Reads a whole segment. */
export function readRepositorySegment(location: DockerBackupLocation): (name: string) => Promise<Buffer> {
  return async (name) => {
    const result = await inBackupContainer(location, ["bash", "-c", PRINT_SEGMENT, "bash", name]);
    // 1: the segment is in none of the repositories.
    if (result.code === 1)
      throw new Fault(
        `segment ${name} is not in the archive any more`,
        "it was expired meanwhile: run the same command again",
      );
    if (result.code !== 0) throw pgBackRestFault(location, `archive-get ${name}`, result);
    const { gunzipSync } = await import("node:zlib");
    return gunzipSync(Buffer.from(result.stdout, "base64"));
  };
}
