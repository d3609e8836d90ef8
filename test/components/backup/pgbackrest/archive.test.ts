import assert from "node:assert/strict";
import { archiveFiles } from "../../../../components/backup/pgbackrest/archive";

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
