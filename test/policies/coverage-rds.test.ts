/** Is everything covered that the tools ask of RDS, or left out for a reason? */

import assert from "node:assert/strict";
import { RDS_COVERAGE, RDS_DECISIONS } from "../../policies/coverage-rds";
import { HAPPY_RDS } from "../../policies/examples-rds";
import { RULES } from "../../policies/rules";
import { RDS_OTHER_ENGINE_RULES } from "../../policies/rules/rds-other-engines";
import { typesOf } from "../../policies/subjects";
import catalogue from "./data/rds-catalogue.json";

const ENTRIES: [string, readonly string[]][] = Object.entries(catalogue.entries);
const ENTRY = Object.entries(RDS_COVERAGE);

describe("the tools' catalogues, RDS", () => {
  it("are covered entry by entry", () =>
    assert.deepEqual(ENTRY.map(([name]) => name).sort(), ENTRIES.map(([name]) => name).sort()));

  for (const [name, ids] of ENTRIES)
    it(`${name}: its rules carry all its ids, or it says why not`, () => {
      const coverage = RDS_COVERAGE[name];
      if (!coverage) return assert.fail();
      const reason = "because" in coverage ? coverage.because : "leftOut" in coverage ? coverage.leftOut : "";
      if (reason !== "") assert.match(reason, /^\S.{20,}\.$/);
      if ("leftOut" in coverage) return;
      const rules = coverage.rules.map((rule) => RULES.find((candidate) => candidate.name === rule));
      assert.equal(rules.length > 0, true);
      assert.deepEqual(
        coverage.rules.filter((_rule, index) => rules[index] === undefined),
        [],
      );
      const carried = new Set(rules.flatMap((rule) => rule?.ids ?? []));
      assert.deepEqual(
        ids.filter((id) => !carried.has(id)),
        "without" in coverage ? coverage.without : [],
      );
    });

  it("name every rule about these resources", () => {
    const named = new Set(ENTRY.flatMap(([, coverage]) => ("rules" in coverage ? coverage.rules : [])));
    // What holds for any engine is the same rule once more.
    const repeated = new Set(RDS_OTHER_ENGINE_RULES);
    const about = RULES.filter(
      (rule) => !repeated.has(rule) && typesOf(rule).some((type) => type in HAPPY_RDS),
    );
    assert.deepEqual(
      about.map(({ name }) => name).filter((name) => !named.has(name)),
      [],
    );
  });

  it("are decided once where they contradict each other, about rules that there are", () => {
    const rules = RDS_DECISIONS.map(({ rule }) => rule);
    assert.equal(new Set(rules).size, rules.length);
    assert.deepEqual(
      rules.filter((name) => !RULES.some((rule) => rule.name === name)),
      [],
    );
    for (const { rule: _rule, ...sentences } of RDS_DECISIONS)
      for (const sentence of Object.values(sentences)) assert.match(sentence, /^\S.*\.$/);
  });
});
