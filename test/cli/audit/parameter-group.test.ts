/** What does the audit find in the JSON of a parameter group, in each form that tools print? */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { findingsIn, fixture, rulesIn } from "./fixtures";

const UNSAFE = "synchronous_commit";

/** One unsafe parameter as different tools write it, and where it is then. */
const FORMS: readonly [form: string, json: unknown, place: string][] = [
  [
    "describe-db-parameters",
    {
      Parameters: [
        { ParameterName: UNSAFE, ParameterValue: "off", Source: "user", ApplyMethod: "immediate" },
      ],
    },
    "Parameters[0].ParameterValue",
  ],
  [
    "describe-db-cluster-parameters",
    {
      Parameters: [
        {
          ParameterName: UNSAFE,
          ParameterValue: "off",
          Source: "user",
          SupportedEngineModes: ["provisioned"],
        },
      ],
    },
    "Parameters[0].ParameterValue",
  ],
  ["an array of them", [{ ParameterName: UNSAFE, ParameterValue: "off" }], "[0].ParameterValue"],
  ["an array of names and values", [{ name: UNSAFE, value: "off", apply_method: "immediate" }], "[0].value"],
  [
    "a resource of Pulumi's",
    { family: "postgres16", parameters: [{ name: UNSAFE, value: "off" }] },
    "parameters[0].value",
  ],
  [
    "a map of CloudFormation's",
    { Family: "postgres16", Parameters: { [UNSAFE]: "off" } },
    `Parameters.${UNSAFE}.value`,
  ],
];

describe("a parameter group", () => {
  for (const [form, json, place] of FORMS)
    it(`is read as ${form}`, () => {
      const found = rulesIn(findingsIn(JSON.stringify(json), "group.json"), (rule) =>
        rule.startsWith("synchronous"),
      );
      assert.deepEqual(found, [`synchronous-commit-off (${place})`]);
    });

  it("is judged by what somebody set, on top of what AWS sets", () => {
    const findings = findingsIn(
      readFileSync(fixture("parameter-group.json"), "utf8"),
      "parameter-group.json",
    );
    assert.deepEqual(
      rulesIn(findings, (rule) => !/^pg-|^idle/.test(rule)),
      [
        "rds-force-ssl (Parameters[1].ParameterValue)",
        "synchronous-commit-off (Parameters[3].ParameterValue)",
      ],
    );
  });

  it("is told the command that changes it", () => {
    const json = { Parameters: [{ ParameterName: "rds.force_ssl", ParameterValue: "0", Source: "user" }] };
    const found = findingsIn(JSON.stringify(json), "group.json").find(({ rule }) => rule === "rds-force-ssl");
    assert.equal(
      found?.hint,
      'run `aws rds modify-db-parameter-group --db-parameter-group-name <group> --parameters "ParameterName=rds.force_ssl,ParameterValue=1,ApplyMethod=immediate"`',
    );
  });

  it("that is none is refused", () => {
    for (const text of ["{}", "[]", "[1, null]", '{"Parameters": {}}', "null", "{"])
      assert.throws(() => findingsIn(text, "group.json"), /HINT: /);
  });
});
