/** Do our rules judge Trivy's own examples as Trivy does? */

import assert from "node:assert/strict";
import { judgeAll } from "../../policies/judge";
import type { Resource } from "../../policies/rule";
import { RULES } from "../../policies/rules";
import { CLUSTER, CLUSTER_INSTANCE, INSTANCE } from "../../policies/subjects";
import { examples } from "./data/trivy-examples.json";

interface Example {
  type: string;
  name: string;
  properties: object;
}

const EXAMPLES = Object.entries(
  examples as Record<string, { good: readonly Example[][]; bad: readonly Example[][] }>,
);

/** Where we judge otherwise, and why. */
const OTHERWISE: Readonly<Record<string, string>> = {
  "trivy:AWS-0077 good 0": "5 days are fewer than the 7 that we ask for with FSBP:RDS.11; Trivy asks for 2",
  "trivy:AWS-0077 good 1": "5 days are fewer than the 7 that we ask for with FSBP:RDS.11; Trivy asks for 2",
  "trivy:AWS-0088 bad 0": "S3 encrypts every object since 2023, also where nothing is said",
};

/** The examples are MySQL's, or name no engine; the rules are about PostgreSQL. */
const ENGINES: Readonly<Record<string, string>> = {
  [INSTANCE]: "postgres",
  [CLUSTER]: "aurora-postgresql",
  [CLUSTER_INSTANCE]: "aurora-postgresql",
};

function resource({ type, name, properties }: Example): Resource {
  const engine = ENGINES[type];
  return {
    type,
    name,
    urn: `urn:${type}::${name}`,
    properties: { ...properties, ...(engine && { engine }) },
  };
}

function found(id: string, example: readonly Example[]): string[] {
  const rules = RULES.filter(({ ids }) => ids.includes(id));
  return judgeAll(rules, example.map(resource)).map(({ rule }) => rule);
}

describe("Trivy's examples", () => {
  for (const [id, kinds] of EXAMPLES)
    for (const kind of ["good", "bad"] as const)
      for (const [index, example] of kinds[kind].entries()) {
        const why = OTHERWISE[`${id} ${kind} ${index}`];
        const isBad = (kind === "bad") !== (why !== undefined);
        it(`${id} ${kind} ${index} is ${isBad ? "bad" : "good"}${why ? `: ${why}` : ""}`, () => {
          const rules = found(id, example);
          assert.equal(rules.length > 0, isBad, rules.join());
        });
      }

  it("are there for every rule that names a check of AWS's, but for checks that have none", () => {
    const named = RULES.flatMap(({ ids }) => ids.filter((id) => id.startsWith("trivy:AWS-")));
    const without = [...new Set(named)].filter((id) => !(id in examples)).sort();
    assert.deepEqual(without, ["trivy:AWS-0173", "trivy:AWS-0176", "trivy:AWS-0177", "trivy:AWS-0343"]);
  });
});
