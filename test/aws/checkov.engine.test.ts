/** Has checkov nothing against a database on RDS but what docs/rds.md lists? Needs python3 with venv and pip. */

import assert from "node:assert/strict";
import { RdsDatabase } from "../../components/rds/database";
import { TOPOLOGIES, type Topology } from "../../components/rds/options";
import { CHECKOV_FINDINGS } from "../../docs/rds-checkov";
import { EXAMPLES } from "../components/rds/plan-examples";
import { type Planned, planned } from "../components/rds/planned";
import { byText, type CheckovResult, checkov, type Failed, installCheckov } from "./checkov";
import { terraformPlan } from "./terraform-plan";

/** The database of an example. */
function planOf(topology: Topology): Promise<Planned[]> {
  return planned((opts) => new RdsDatabase("db", EXAMPLES[topology], opts));
}

/** What the documentation lists for a topology. */
function documented(topology: Topology): Omit<Failed, "resource">[] {
  const rows = CHECKOV_FINDINGS.flatMap(({ check, wants, resources }) =>
    (resources[topology] ?? []).map((name) => ({ check, wants, resource: `db-${name}` })),
  );
  return rows.sort(byText);
}

/** Findings with the resource's own name, whatever its type. */
function found({ failed }: CheckovResult): Failed[] {
  return failed.map((one) => ({ ...one, resource: one.resource.split(".")[1] ?? one.resource })).sort(byText);
}

describe("checkov", function () {
  this.timeout(600_000);
  let program: string;

  before("checkov from PyPI", async () => {
    program = await installCheckov();
  });

  for (const topology of TOPOLOGIES)
    it(`finds on ${topology} what the documentation lists, and nothing else`, async () => {
      const plan = await planOf(topology);
      const result = await checkov(program, terraformPlan(plan));
      assert.deepEqual(found(result), documented(topology));
      const ofAws = plan.filter(({ type }) => type.startsWith("aws:"));
      assert.deepEqual([result.resources, result.parsingErrors], [ofAws.length, 0]);
    });

  it("finds what is unsafe, also between two resources", async () => {
    const plan = await planOf("multi-az");
    const unsafe = plan
      .filter(({ name }) => name !== "db-archive-public-access")
      .map((resource) =>
        resource.name === "db-instance"
          ? {
              ...resource,
              inputs: { ...resource.inputs, storageEncrypted: false, deletionProtection: false },
            }
          : resource,
      );
    const known = new Set(documented("multi-az").map(({ check }) => check));
    const others = found(await checkov(program, terraformPlan(unsafe))).filter(
      ({ check }) => !known.has(check),
    );
    assert.deepEqual(
      others.map(({ check, resource }) => `${check} ${resource}`),
      ["CKV2_AWS_6 db-archive", "CKV_AWS_16 db-instance", "CKV_AWS_293 db-instance"],
    );
  });
});
