/** Records of what was shown: chained, and refused once somebody changed them. */

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { appendEvidence, readEvidence } from "../../drills/evidence";

async function withFile(test: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "evidence-"));
  await test(path.join(folder, "local", "drills.jsonl")).finally(() => rm(folder, { recursive: true }));
}

describe("evidence", () => {
  it("is empty where nothing was shown", () =>
    withFile(async (file) => assert.deepEqual(await readEvidence(file), [])));

  it("keeps records in their order, each with the hash of the one before", () =>
    withFile(async (file) => {
      const first = await appendEvidence(file, { kind: "drill", drill: "crash" });
      const second = await appendEvidence(file, { kind: "drill", drill: "power-cut" });
      assert.deepEqual([first.previous, second.previous], [null, first.sha256]);
      assert.deepEqual(await readEvidence(file), [first, second]);
    }));

  it("keeps whatever JSON can hold", () =>
    fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), (properties) =>
        withFile(async (file) => {
          const written = await appendEvidence(file, { ...properties, kind: "drill" });
          assert.deepEqual(await readEvidence(file), JSON.parse(JSON.stringify([written])));
        }),
      ),
      { numRuns: 50 },
    ));

  it("goes on after a record whose line was not ended", () =>
    withFile(async (file) => {
      const first = await appendEvidence(file, { kind: "drill", drill: "crash" });
      await writeFile(file, (await readFile(file, "utf8")).trimEnd());
      assert.deepEqual(await readEvidence(file), [first]);
      const second = await appendEvidence(file, { kind: "drill", drill: "power-cut" });
      assert.deepEqual(await readEvidence(file), [first, second]);
    }));

  it("refuses to go on after a record that was cut off, and changes nothing", () =>
    withFile(async (file) => {
      await appendEvidence(file, { kind: "drill", drill: "crash" });
      const half = (await readFile(file, "utf8")).slice(0, 40);
      await writeFile(file, half);
      await assert.rejects(appendEvidence(file, { kind: "drill" }), /^Fault: line 1 of /);
      assert.equal(await readFile(file, "utf8"), half);
    }));

  const changes: Record<string, { change: (lines: string[]) => string[]; line: number }> = {
    "a changed result": {
      change: ([one = "", ...rest]) => [one.replace("passed", "failed"), ...rest],
      line: 1,
    },
    "a removed record": { change: ([, ...rest]) => rest, line: 1 },
    "records in another order": { change: (lines) => [...lines].reverse(), line: 1 },
    "half a record": { change: ([one = "", two = ""]) => [one, two.slice(0, 20)], line: 2 },
  };
  for (const [name, { change, line }] of Object.entries(changes))
    it(`refuses ${name}, and appends nothing`, () =>
      withFile(async (file) => {
        for (const drill of ["crash", "power-cut"])
          await appendEvidence(file, { kind: "drill", drill, verdict: "passed" });
        const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
        const changed = `${change(lines).join("\n")}\n`;
        await writeFile(file, changed);
        const expected = {
          message: `line ${line} of ${file} was changed, or a line before it is gone\nHINT: move the file away: mv ${file} ${file}.broken`,
        };
        await assert.rejects(readEvidence(file), expected);
        await assert.rejects(appendEvidence(file, { kind: "drill" }), expected);
        assert.equal(await readFile(file, "utf8"), changed);
      }));
});
