/** Is everything covered that the tools ask of buckets, keys, backups and networks, or left out for a reason? */

import assert from "node:assert/strict";
import { AWS_COVERAGE } from "../../policies/coverage-aws";
import { HAPPY_AWS } from "../../policies/examples-aws";
import { RULES } from "../../policies/rules";
import { typesOf } from "../../policies/subjects";
import catalogue from "./data/aws-catalogue.json";

const ENTRIES: [string, readonly string[]][] = Object.entries(catalogue.entries);

describe("the tools' catalogues, AWS without RDS", () => {
  it("are covered entry by entry", () =>
    assert.deepEqual(Object.keys(AWS_COVERAGE).sort(), ENTRIES.map(([name]) => name).sort()));

  for (const [name, ids] of ENTRIES)
    it(`${name}: its rules carry all its ids, or it says why there is none`, () => {
      const coverage = AWS_COVERAGE[name];
      assert.notEqual(coverage, undefined);
      if (!coverage) return;
      if ("leftOut" in coverage) {
        assert.match(coverage.leftOut, /^\S.{20,}\.$/);
        return;
      }
      const rules = coverage.rules.map((rule) => RULES.find((candidate) => candidate.name === rule));
      assert.deepEqual(
        coverage.rules.filter((_rule, index) => rules[index] === undefined),
        [],
      );
      const carried = new Set(rules.flatMap((rule) => rule?.ids ?? []));
      assert.deepEqual(
        ids.filter((id) => !carried.has(id)),
        [],
      );
    });

  it("name every rule about these resources", () => {
    const named = new Set(
      Object.values(AWS_COVERAGE).flatMap((coverage) => ("rules" in coverage ? coverage.rules : [])),
    );
    const about = RULES.filter((rule) => typesOf(rule).some((type) => type in HAPPY_AWS));
    assert.deepEqual(
      about
        .filter((rule) => !named.has(rule.name) && typesOf(rule).every((type) => type in HAPPY_AWS))
        .map((rule) => rule.name),
      [],
    );
  });
});
