/** Which rules stop a deployment in which profile? */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { levelOf, packConfig, profileFile } from "../../policies/profiles";
import { PROFILES, type Profile, SEVERITIES } from "../../policies/rule";
import { RULES } from "../../policies/rules";

function rulesAt(profile: Profile, level: string): string[] {
  return RULES.filter((rule) => levelOf(rule, profile) === level).map(({ name }) => name);
}

describe("a profile", () => {
  it("derives levels from the severity and from what is at stake", () => {
    const table = SEVERITIES.map((severity) => [
      severity,
      levelOf({ severity, protects: "data" }, "production"),
      levelOf({ severity, protects: "access" }, "production"),
      levelOf({ severity, protects: "data" }, "development"),
      levelOf({ severity, protects: "access" }, "development"),
    ]);
    assert.deepEqual(table, [
      ["critical", "mandatory", "mandatory", "mandatory", "advisory"],
      ["high", "mandatory", "mandatory", "mandatory", "advisory"],
      ["medium", "advisory", "advisory", "advisory", "advisory"],
      ["low", "advisory", "advisory", "disabled", "disabled"],
    ]);
  });

  it("production stops for every grave rule but these, and those about other engines", () => {
    const grave = RULES.filter(({ severity }) => severity === "critical" || severity === "high");
    const let_through = grave
      .filter((rule) => levelOf(rule, "production") !== "mandatory")
      .map(({ name }) => name)
      .filter((name) => !name.endsWith("-of-other-engines"));
    assert.deepEqual(let_through, [
      "archive-mode-off",
      "pg-ssl",
      "rds-no-plaintext-master-password",
      "s3-policy-cross-account",
    ]);
  });

  it("development stops for rules about data only", () => {
    const mandatory = rulesAt("development", "mandatory");
    assert.deepEqual(
      RULES.filter(({ name, protects }) => mandatory.includes(name) && protects !== "data").map(
        ({ name }) => name,
      ),
      [],
    );
    assert.equal(mandatory.includes("fsync-off"), true);
  });

  for (const profile of PROFILES)
    it(`${profile} is what its file says`, () => {
      const file = path.join(__dirname, "..", "..", "policies", profileFile(profile));
      assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), packConfig(RULES, profile));
    });
});
