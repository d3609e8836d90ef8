/** Which line of the program is a finding shown at? */

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { readEngineOutput } from "../../../cli/preview/engine-output";
import { type SourceLine, sourceLines } from "../../../cli/report/source-line";
import { digest, stream, urn } from "../preview/recorded";

const CONTAINER = "docker:index/container:Container";

describe("the line of a resource", () => {
  const repository = mkdtempSync(path.join(os.tmpdir(), "lines-"));
  const project = path.join(repository, "infra");
  before(() => {
    for (const file of ["infra/index.ts", "infra/my db.ts", "shared/db.ts", "infra/node_modules/pg/db.js"]) {
      mkdirSync(path.dirname(path.join(repository, file)), { recursive: true });
      writeFileSync(path.join(repository, file), "");
    }
  });
  after(() => rmSync(repository, { recursive: true, force: true }));

  function line(...positions: (string | undefined)[]): SourceLine | undefined {
    const [sourcePosition] = positions;
    const stackTrace = positions.map((position) => (position ? { sourcePosition: position } : {}));
    const step = { op: "create", type: CONTAINER, name: "db", new: { sourcePosition, stackTrace } };
    const { steps } = readEngineOutput(digest([step]), "preview.json");
    return sourceLines(steps, project, repository).get(urn(CONTAINER, "db"));
  }

  const index = { file: "infra/index.ts", line: 12, column: 3 };
  const CASES: [what: string, positions: (string | undefined)[], line: SourceLine | undefined][] = [
    ["is where it is made", ["project:///index.ts#12,3"], index],
    [
      "may be beside the project",
      ["project:///../shared/db.ts#1,1"],
      { file: "shared/db.ts", line: 1, column: 1 },
    ],
    [
      "may be in a file with a blank",
      ["project:///my%20db.ts#1,1"],
      { file: "infra/my db.ts", line: 1, column: 1 },
    ],
    [
      "is where the program makes the component of a package",
      [
        "project:///node_modules/pg/db.js#5,7",
        undefined,
        "project:///index.ts#12,3",
        "project:///../shared/db.ts#1,1",
      ],
      index,
    ],
    [
      "is not one of a file that is not there",
      ["project:///dist/gone.ts#1,1", "project:///index.ts#12,3"],
      index,
    ],
    ["is not one outside of the repository", ["project:///../../index.ts#1,1"], undefined],
    [
      "is not told by what is no position",
      ["index.ts:12", "project:///%ff#1,1", "project:///index.ts"],
      undefined,
    ],
    ["may be without a column", ["project:///index.ts#12"], { ...index, column: 1 }],
    ["is not told without positions", [], undefined],
  ];
  for (const [what, positions, expected] of CASES)
    it(what, () => assert.deepEqual(line(...positions), expected));

  it("is in no stream of events", () => {
    const { steps } = readEngineOutput(
      stream([{ op: "create", type: CONTAINER, name: "db" }]),
      "preview.json",
    );
    assert.deepEqual(sourceLines(steps, project, repository), new Map());
  });
});
