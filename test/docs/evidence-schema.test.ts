/** The published schema: takes what drills really wrote, and refuses anything else. */

import assert from "node:assert/strict";
import path from "node:path";
import Ajv from "ajv/dist/2020";
import addFormats from "ajv-formats";
import schema from "../../docs/evidence.schema.json";
import { EVIDENCE_FILES } from "../../docs/evidence-page";
import { DRILLS } from "../../drills/claims";
import { CONTROLS } from "../../drills/controls";
import { type Evidence, readEvidence } from "../../drills/evidence";
import { NOT_PROVEN, PROVEN, reportArgs } from "../drills/report/fixture";

const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
addFormats(ajv);
const validate = ajv.compile(schema);

function assertValid(records: readonly Evidence[]): void {
  for (const record of records) assert.ok(validate(record), ajv.errorsText(validate.errors));
}

describe("docs/evidence.schema.json", () => {
  let recorded: Evidence[];
  before(async () => {
    recorded = await readEvidence(path.join(__dirname, "..", "drills", "recorded", "drills.jsonl"));
  });

  it("takes what drills wrote on a real server", () => {
    assert.deepEqual([...new Set(recorded.map(({ drill }) => drill))].sort(), [
      "crash",
      "power-cut",
      "torn-page",
    ]);
    assertValid(recorded);
  });

  it("takes what a verification of a real server wrote, and refuses another", async () => {
    const file = path.join(__dirname, "..", "drills", "recorded", "verifications.jsonl");
    const records = await readEvidence(file);
    assert.ok(records.length > 0);
    assertValid(records);
    for (const change of [{ during: "lunch" }, { compared: -1 }, { findings: [{}] }, { by: "guess" }])
      assert.equal(validate({ ...records[0], ...change }), false, JSON.stringify(change));
  });

  for (const file of EVIDENCE_FILES)
    it(`takes the long runs of docs/evidence/${file}, whose chain is whole and which lost nothing`, async () => {
      const records = await readEvidence(path.join(__dirname, "..", "..", "docs", "evidence", file));
      assert.ok(records.length > 0);
      assertValid(records);
      for (const { drill, verdict } of records) assert.equal(verdict, "passed", `${drill}`);
    });

  it("takes every drill and every finding that there is", () => {
    const kinds = schema.$defs.finding.properties.kind.enum;
    assert.deepEqual(schema.$defs.drillName.enum, DRILLS);
    for (const { expects } of CONTROLS) for (const kind of expects) assert.ok(kinds.includes(kind), kind);
  });

  it("takes drills that failed and that were not run", async () => {
    for (const records of [PROVEN, NOT_PROVEN])
      assertValid((await reportArgs(records)).files.flatMap((file) => file.records));
  });

  it("takes records of another kind, with properties of their own", () => {
    const { at, previous, sha256 } = recorded[0] as Evidence;
    assertValid([{ at, previous, sha256, kind: "restore", minutes: 3 }]);
  });

  const changes: Record<string, object> = {
    "an unknown verdict": { verdict: "ok" },
    "an unknown drill": { drill: "earthquake" },
    "a passed drill without rounds": { rounds: [] },
    "a passed drill with a reason": { reason: "because" },
    "a negative number of commits": {
      rounds: [{ round: 1, commits: -1, loadSeconds: 0, recovery: null, findings: [] }],
    },
    "a missing property": { machine: undefined },
    "a hash that is none": { sha256: "abc" },
    "a time that is none": { at: "yesterday" },
  };
  for (const [name, change] of Object.entries(changes))
    it(`refuses ${name}`, () =>
      assert.equal(validate(JSON.parse(JSON.stringify({ ...recorded[0], ...change }))), false));
});
