/** Which waivers hold, and what is said of the others? */

import assert from "node:assert/strict";
import { Waivers } from "../../policies/waivers";

const RULES = ["fsync-off", "hba-trust"];
const TODAY = "2026-06-15";
const GOOD = {
  rule: "fsync-off",
  resource: "scratch",
  reason: "rebuilt from S3 every night",
  expires: "2026-12-31",
};
const SCRATCH = { name: "scratch", urn: "urn:pulumi:dev::x::docker:index/container:Container::scratch" };

describe("a waiver", () => {
  it("covers its rule on its resource, by name or by URN, until its last day", () => {
    for (const change of [{}, { resource: SCRATCH.urn }, { expires: TODAY }]) {
      const waivers = new Waivers([{ ...GOOD, ...change }], RULES, TODAY);
      assert.deepEqual(waivers.refused, []);
      assert.equal(waivers.covers("fsync-off", SCRATCH), true);
      assert.equal(waivers.covers("hba-trust", SCRATCH), false);
      assert.equal(waivers.covers("fsync-off", { name: "db", urn: "urn:db" }), false);
    }
  });

  it("is listed with what it covered", () => {
    const waivers = new Waivers([GOOD, { ...GOOD, rule: "hba-trust" }], RULES, TODAY);
    waivers.covers("fsync-off", SCRATCH);
    assert.deepEqual(waivers.lines(), [
      "fsync-off on scratch is waived until 2026-12-31 (1 finding): rebuilt from S3 every night",
      "hba-trust on scratch is waived until 2026-12-31 (matches nothing in this run: remove it): rebuilt from S3 every night",
    ]);
  });

  const REFUSED: [string, object | null, string, string][] = [
    [
      "that expired",
      { expires: "2026-06-14" },
      "expired on 2026-06-14",
      "mend the finding, or decide again and write a later date",
    ],
    [
      "without a date",
      { expires: undefined },
      "has no date on which it ends",
      'write `"expires": "2026-09-13"`',
    ],
    [
      "with a day that does not exist",
      { expires: "2026-02-30" },
      "has no date on which it ends",
      'write `"expires": "2026-09-13"`',
    ],
    ["without a reason", { reason: "  " }, "has no reason", 'write `"reason": "<why the risk is accepted>"`'],
    [
      "without a resource",
      { resource: undefined },
      "names no resource",
      'write `"resource": "<name or URN>"`',
    ],
    [
      "of a rule that does not exist",
      { rule: "fsync" },
      "names no rule of this pack",
      "write the rule's name as the finding shows it",
    ],
    [
      "that is no object",
      null,
      "names no rule of this pack",
      "write the rule's name as the finding shows it",
    ],
  ];
  for (const [which, change, fact, hint] of REFUSED)
    it(`${which} does not hold`, () => {
      const entry = change && { ...GOOD, ...change };
      const waivers = new Waivers([entry], RULES, TODAY);
      const { rule = "no rule", resource = "no resource" } = (entry ?? {}) as Partial<typeof GOOD>;
      assert.deepEqual(waivers.refused, [{ message: `waiver 1 (${rule} on ${resource}) ${fact}`, hint }]);
      assert.equal(waivers.covers("fsync-off", SCRATCH), false);
      assert.deepEqual(waivers.lines(), []);
    });

  it("is not made of anything but a list", () => {
    for (const list of [undefined, null, "x", {}, 7])
      assert.deepEqual(new Waivers(list, RULES, TODAY).lines(), []);
  });
});
