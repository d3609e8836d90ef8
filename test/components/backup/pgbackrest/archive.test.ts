import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { SEGMENT_SIZE } from "../../../../components/backup/lsn";
import {
  archiveFiles,
  type RepositoryFile,
  RepositoryReading,
} from "../../../../components/backup/pgbackrest/archive";
import { type ArchivedFile, SYSTEM_IDENTIFIER } from "../../../../components/backup/segments";
import type { ArchiveFault } from "../../../../components/backup/types";
import { backup, CLUSTER, segments } from "../archives";

const SHA = "580f8466362a1a6150fe7d763d6d8170b6004a7e";

describe("the list of a repository's archive", () => {
  it("names segments and history files, and nothing else", () => {
    const listed: Parameters<typeof archiveFiles>[0] = {
      ".": { type: "path" },
      "15-1": { type: "path" },
      [`15-1/0000000100000000/000000010000000000000001-${SHA}.zst`]: { type: "file", size: 1_122_162 },
      [`15-1/0000000100000000/000000010000000000000002-${SHA}`]: { type: "file", size: 16_777_216 },
      "15-1/0000000100000000/000000010000000000000004.00000028.backup": { type: "file", size: 371 },
      [`15-1/0000000100000000/000000010000000000000005.partial-${SHA}.zst`]: { type: "file", size: 3 },
      "15-1/00000002.history": { type: "file", size: 42 },
      "archive.info": { type: "file", size: 253 },
    };
    assert.deepEqual(archiveFiles(listed), [
      {
        path: `15-1/0000000100000000/000000010000000000000001-${SHA}.zst`,
        name: "000000010000000000000001",
        size: 1_122_162,
      },
      {
        path: `15-1/0000000100000000/000000010000000000000002-${SHA}`,
        name: "000000010000000000000002",
        size: 16_777_216,
      },
      { path: "15-1/00000002.history", name: "00000002.history", size: 42 },
    ]);
  });
});

/** A whole segment, as the list of a repository names it. */
function stored(number: number): { file: RepositoryFile; content: Buffer } {
  const { name, content: header } = segments(1, number)[0] as ArchivedFile & { content: Buffer };
  const content = Buffer.concat([header, Buffer.alloc(SEGMENT_SIZE - header.length, number)]);
  const sum = createHash("sha1").update(content).digest("hex");
  return { file: { name, size: 100, path: `15-1/0000000100000000/${name}-${sum}.zst` }, content };
}

/** What became of the content of segment 3 of 2 to 4; its name stays. */
const SPOILED: Record<string, (content: Buffer) => ArchiveFault["kind"]> = {
  "zeros in place of a segment": (content) => {
    content.fill(0);
    return "zeroed";
  },
  "another cluster's segment": (content) => {
    content.writeBigUInt64LE(1n, SYSTEM_IDENTIFIER);
    return "foreign";
  },
  "one byte that was another one": (content) => {
    content.writeUInt8(255, SEGMENT_SIZE / 2);
    return "damaged";
  },
};

describe("a reading of a repository", () => {
  for (const [what, spoil] of Object.entries(SPOILED))
    it(`has a hole from when it has read ${what}, and goes on with the next backup`, async () => {
      const all = [2, 3, 4].map(stored);
      const kind = spoil((all[1] as (typeof all)[number]).content);
      const contents = new Map(all.map(({ file, content }) => [file.path, content]));
      const reading = new RepositoryReading(
        1,
        [backup(0, 2), backup(1, 4)],
        [],
        all.map(({ file }) => file),
        CLUSTER,
        async (path) => contents.get(path) as Buffer,
      );
      const seen: string[][] = [];
      const state = await reading.work(async (archive, read) => {
        const names = archive.coverages.flatMap(({ first, last }) => archive.names(first, last));
        seen.push(names.map((name) => name.slice(-1)));
        for (const name of names) await read(name);
        return archive.state;
      });
      assert.deepEqual(seen, [
        ["2", "3", "4"],
        ["2", "4"],
      ]);
      assert.deepEqual(state.faults, [{ segment: all[1]?.file.name, count: 1, kind }]);
    });
});
