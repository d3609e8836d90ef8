/** Segments that the server reported as archived: are they there, whole, and its own? */

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { FolderArchive } from "../../drills/archive";

const OWN = 7_345_678_901_234_567_890n;

function segment(systemIdentifier = OWN, size = 16 * 1024 ** 2): Buffer {
  const content = Buffer.alloc(size);
  if (size >= 32) content.writeBigUInt64LE(systemIdentifier, 24);
  return content;
}

const NAMES = ["A", "B", "C", "D", "E"].map((letter) => `00000001000000000000000${letter}`);

describe("archive after a cut", () => {
  let folder: string;
  let archive: FolderArchive;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "archive-"));
    const [good, short, empty, foreign] = NAMES as [string, string, string, string];
    await writeFile(path.join(folder, good), segment());
    await writeFile(path.join(folder, short), segment(OWN, 1024));
    await writeFile(path.join(folder, empty), "");
    await writeFile(path.join(folder, foreign), segment(1n));
    archive = new FolderArchive(
      folder,
      async () => String(OWN),
      async () => undefined,
    );
  });
  after(() => rm(folder, { recursive: true }));

  it("is whole when every reported segment is there", async () => {
    assert.deepEqual(await archive.findings(new Set([NAMES[0] as string])), []);
  });

  it("names missing, short, empty and foreign segments", async () => {
    const texts = [];
    for (const name of NAMES.slice(1))
      for (const { text } of await archive.findings(new Set([name]))) texts.push(text);
    const missing = "1 of 1 archived segments are not in the archive: 00000001000000000000000";
    assert.deepEqual(texts, [
      `${missing}B has 1024 bytes`,
      `${missing}C has 0 bytes`,
      `${missing}D is of system 1`,
      `${missing}E is missing`,
    ]);
  });
});
