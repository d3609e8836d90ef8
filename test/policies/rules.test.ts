/** Does every row of the rule table keep what it promises? */

import assert from "node:assert/strict";
import { exampleResources, HAPPY, happyResources } from "../../policies/examples";
import { judgeAll, renderFinding } from "../../policies/judge";
import type { Finding, Rule } from "../../policies/rule";
import { RULES } from "../../policies/rules";
import { typesOf } from "../../policies/subjects";
import { MESSAGES } from "./messages";

function findings(rule: Rule, which: "good" | "bad"): Finding[] {
  return judgeAll([rule], exampleResources(rule, rule[which]));
}

describe("the rules", () => {
  it("have names of their own", () => {
    const names = RULES.map(({ name }) => name);
    assert.deepEqual(
      names.filter((name, index) => names.indexOf(name) !== index),
      [],
    );
    assert.deepEqual(Object.keys(MESSAGES), names);
    for (const name of names) assert.match(name, /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
  });

  for (const type of Object.keys(HAPPY))
    it(`find nothing in the happy ${type}`, () => {
      assert.deepEqual(
        judgeAll(RULES, happyResources(type)).map(({ rule, message }) => `${rule}: ${message}`),
        [],
      );
    });

  for (const rule of RULES)
    describe(rule.name, () => {
      it("passes its good example", () => assert.deepEqual(findings(rule, "good"), []));

      it("fails its bad example, says where and what to write", () => {
        const found = findings(rule, "bad");
        assert.equal(found.length > 0, true);
        for (const { message, hint, property, ids, severity } of found) {
          assert.match(message, /^(docker|aws) \w+ \w+: \S.*[^.]$/s);
          assert.match(hint, /^(write|add|remove) /);
          assert.notEqual(property, "");
          assert.deepEqual([ids, severity], [rule.ids, rule.severity]);
        }
      });

      it(`says of ${JSON.stringify(rule.bad.change)} what is written in messages.ts`, () => {
        const texts = findings(rule, "bad").map((finding) => renderFinding(finding, rule.docs));
        assert.deepEqual(
          texts,
          MESSAGES[rule.name]?.map((lines) => lines.join("\n")),
        );
      });

      it("has a title, a reason, documentation and a type", () => {
        assert.match(rule.title, /^\S.*[^.]$/);
        assert.match(rule.why, /^\S.*\.$/);
        assert.match(rule.docs, /^https:\/\/[\w.-]+\/\S+$/);
        assert.notDeepEqual(typesOf(rule), []);
        assert.notEqual(rule.property, "");
        assert.equal(new Set(rule.ids).size, rule.ids.length);
      });
    });
});
