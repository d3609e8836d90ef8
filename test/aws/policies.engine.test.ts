/** Does the policy pack let every topology pass in the engine, and say what its reasons are written down for? */

import assert from "node:assert/strict";
import { TOPOLOGIES, type Topology } from "../../components/rds/options";
import { levelOf } from "../../policies/profiles";
import { RULES } from "../../policies/rules";
import { FINDINGS } from "../components/rds/findings";
import { EXAMPLES } from "../components/rds/plan-examples";
import { RdsStack } from "./rds-stack";

/** Policies that the first preview cannot read, since they hold ARNs; the update judges them. */
const NOT_YET_KNOWN = ["archive-policy", "key", "logs-policy"];

/** `advisory rds-in-backup-plan instance` for each finding, in the order of the alphabet. */
function findings(stdout: string): string[] {
  const lines = stdout.matchAll(/- \[(\w+)\].*?\s([\w-]+)\s+\([\w:/]+: postgres-([\w.@-]+)\)/g);
  return [...lines].map(([, level, rule, resource]) => `${level} ${rule} ${resource}`).sort();
}

function expected(topology: Topology): string[] {
  const shown = new Set(
    RULES.filter((rule) => levelOf(rule, "production") !== "disabled").map(({ name }) => name),
  );
  const accepted = FINDINGS[topology]
    .map(({ finding }) => finding.split(" db-"))
    .filter(([rule = ""]) => shown.has(rule))
    .map(([rule, resource]) => `advisory ${rule} ${resource}`);
  const later = [...NOT_YET_KNOWN, ...(EXAMPLES[topology].backupRegion ? ["backup-key"] : [])];
  return [...accepted, ...later.map((name) => `advisory not-yet-known ${name}`)].sort();
}

describe("The policy pack, in production", function () {
  this.timeout(120_000);
  let stack: RdsStack;

  before(async () => {
    stack = await RdsStack.create("staging");
  });
  after(() => stack?.remove());

  for (const topology of TOPOLOGIES)
    it(`lets ${topology} pass`, async () => {
      const { version, ...rds } = EXAMPLES[topology];
      await stack.replace({ version, rds });
      const { code, stdout, text } = await stack.run("preview", "--policy-pack", "policies");
      assert.equal(code, 0, text);
      assert.deepEqual(findings(stdout), expected(topology));
    });
});
