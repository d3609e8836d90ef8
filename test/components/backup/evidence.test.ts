/** The record of rehearsals: appended, chained, and not trusted once it was changed. */

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import {
  appendEvidence,
  evidenceFile,
  lastRehearsal,
  newerRehearsal,
  readEvidence,
} from "../../../components/backup/evidence";
import { RESULT } from "./rehearsal-result";

describe("the record of rehearsals", () => {
  let root: string;
  let file: string;

  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), "evidence-"));
    file = evidenceFile(root, "local");
  });

  afterEach(() => rm(root, { recursive: true, force: true }));

  it("is empty before the first", () => {
    assert.deepEqual(readEvidence(file), []);
    assert.equal(lastRehearsal(root, "local"), undefined);
  });

  it("holds each with the checksum of the one before", async () => {
    await appendEvidence(file, RESULT);
    await appendEvidence(file, { ...RESULT, ok: false, failure: "no canary" });
    const [first, second] = readEvidence(file);
    assert.deepEqual(first, { ...RESULT, previous: null });
    assert.match(String(second?.previous), /^[0-9a-f]{64}$/);
    assert.deepEqual(lastRehearsal(root, "local"), {
      ok: false,
      finishedAt: "2026-11-24T10:00:09.000000Z",
      restoreSeconds: 4,
      failure: "no canary",
    });
  });

  for (const [name, change] of Object.entries({
    "a line that was changed": (text: string) => text.replace('"ok":true', '"ok":false'),
    "a line that was removed": (text: string) => text.slice(text.indexOf("\n") + 1),
    "a line that was cut off": (text: string) => text.replace('"failure"', ""),
  }))
    it(`is not trusted with ${name}`, async () => {
      for (let count = 0; count < 3; count++) await appendEvidence(file, RESULT);
      await writeFile(file, change(await readFile(file, "utf8")));
      const message = new RegExp(
        `^line [12] of ${file} does not follow on the line before: the record was changed\nHINT: move it away, and rehearse again: mv ${file} ${file}.changed$`,
      );
      assert.throws(() => readEvidence(file), { message });
      assert.equal(lastRehearsal(root, "local")?.ok, false);
    });

  it("is compared with what a container rehearsed by itself: the newer one counts", () => {
    const at = (finishedAt: string | null) => ({
      ok: finishedAt !== null,
      finishedAt,
      restoreSeconds: null,
      failure: null,
    });
    const [older, newer] = [at("2026-11-24T10:00:00.000000Z"), at("2026-11-25T10:00:00.000000Z")];
    assert.equal(newerRehearsal(older, newer), newer);
    assert.equal(newerRehearsal(newer, older), newer);
    assert.equal(newerRehearsal(undefined, older), older);
    assert.equal(newerRehearsal(older, null), older);
    assert.equal(newerRehearsal(undefined, null), undefined);
    // A record that was changed.
    assert.equal(newerRehearsal(at(null), newer)?.ok, false);
  });
});
