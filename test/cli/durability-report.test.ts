/** What the command prints, reads and opens. */

import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { evidenceFiles, openPage, reportSummary } from "../../cli/durability-report";
import { appendEvidence as appendRehearsal, REHEARSALS } from "../../components/backup/evidence";
import { appendEvidence } from "../../drills/evidence";
import { reportModel } from "../../drills/report/model";
import { RESULT } from "../components/backup/rehearsal-result";
import { NOT_PROVEN, PROVEN, reportArgs } from "../drills/report/fixture";

describe("durable-postgres report", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "report-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("says in one line that everything is proven", async () => {
    assert.equal(
      reportSummary(reportModel(await reportArgs(PROVEN)), "page.html"),
      "proven: stack local passed 4 of 4 drills, written to page.html",
    );
  });

  it("says each reason why not, with a hint", async () => {
    const text = reportSummary(reportModel(await reportArgs(NOT_PROVEN)), "page.html");
    assert.match(text, /^NOT proven, written to page\.html:\n/);
    assert.ok(
      text.includes(
        "\ndrill torn-page was not run: no <space> left\nHINT: npx durable-postgres drill torn-page --stack local --prove",
      ),
    );
    assert.equal(text.match(/^HINT: /gm)?.length, 6);
  });

  it("reads every file of evidence by name, broken ones as broken, and nothing else", async () => {
    const record = await appendEvidence(path.join(folder, "drills.jsonl"), { kind: "drill" });
    await writeFile(path.join(folder, "a.jsonl"), "{}\n");
    await writeFile(path.join(folder, "notes.txt"), "mine");
    await mkdir(path.join(folder, "old"));
    const file = path.join(folder, "a.jsonl");
    assert.deepEqual(await evidenceFiles(folder), [
      {
        name: "a.jsonl",
        records: [],
        broken: {
          fact: `line 1 of ${file} was changed, or a line before it is gone`,
          hint: `move the file away: mv ${file} ${file}.broken`,
        },
      },
      { name: "drills.jsonl", records: [record], broken: null },
    ]);
  });

  it("takes rehearsals for what they are, and shows those that were changed as broken", async () => {
    const file = path.join(folder, REHEARSALS);
    for (let count = 0; count < 2; count++) await appendRehearsal(file, RESULT);
    const [read] = await evidenceFiles(folder);
    assert.deepEqual([read?.name, read?.broken], [REHEARSALS, null]);
    assert.deepEqual(
      read?.records.map(({ kind, previous }) => ({ kind, previous })),
      [
        { kind: "rehearsal", previous: null },
        { kind: "rehearsal", previous: read?.records[0]?.sha256 },
      ],
    );
    await writeFile(file, (await readFile(file, "utf8")).replace('"ok":true', '"ok":false'));
    const [changed] = await evidenceFiles(folder);
    assert.deepEqual(changed?.records, []);
    assert.match(changed?.broken?.fact ?? "", /does not follow on the line before/);
  });

  it("has no evidence where there is no folder", async () =>
    assert.deepEqual(await evidenceFiles(path.join(folder, "none")), []));

  it("opens the page, or says where it is", async () => {
    await openPage("page.html", "true");
    const hint = `HINT: open it in a browser: file://${path.resolve("page.html")}`;
    await assert.rejects(openPage("page.html", "false"), {
      message: `false cannot show page.html: it ended with 1\n${hint}`,
    });
    await assert.rejects(openPage("page.html", "no-such-opener"), {
      message: `no-such-opener cannot show page.html: spawn no-such-opener ENOENT\n${hint}`,
    });
  });
});
