/** Are the stacks that come with the project ready to be deployed: sound, safe, and without a finding that stops them? */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { readConfig, type StackArgs } from "../../../components/config";
import { RdsDatabase } from "../../../components/rds/database";
import { rdsDesign } from "../../../components/rds/settings";
import { judgeAll } from "../../../policies/judge";
import { levelOf } from "../../../policies/profiles";
import { RULES } from "../../../policies/rules";
import { judged, planned } from "./planned";

/** Configuration as the program gets it: objects as JSON, the namespace taken off. */
function stackArgs(stack: string): StackArgs {
  const { config } = parse(readFileSync(`Pulumi.${stack}.yaml`, "utf8")) as {
    config: Record<string, unknown>;
  };
  const own = Object.entries(config).filter(([key]) => key.startsWith("durable-postgres:"));
  const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  const read = readConfig(
    Object.fromEntries(own.map(([key, value]) => [key.replace("durable-postgres:", ""), text(value)])),
    () => undefined,
  );
  return { ...read, args: { region: String(config["aws:region"]), ...read.args } };
}

for (const stack of ["prod", "staging"])
  describe(`The stack ${stack}`, () => {
    it("is on RDS and has no fault", () => {
      const { target, args } = stackArgs(stack);
      assert.equal(target, "rds");
      assert.equal(
        rdsDesign("postgres", args, `durable-postgres/${stack}/postgres`).plan.region,
        "eu-central-1",
      );
    });

    it("passes the policy pack in production", async () => {
      const plan = await planned((opts) => new RdsDatabase("postgres", stackArgs(stack).args, opts));
      const mandatory = RULES.filter((rule) => levelOf(rule, "production") === "mandatory");
      assert.deepEqual(judgeAll(mandatory, judged(plan)), []);
    });
  });

describe("The two stacks", () => {
  it("differ in what the loss of a zone, a region and a mistake may cost", () =>
    assert.deepEqual(
      ["prod", "staging"].map((stack) => {
        const { plan } = rdsDesign("postgres", stackArgs(stack).args, "durable-postgres/x/postgres");
        const { topology, backupRetention, backupRegion, archiveLockDays, replicas, deleteData } = plan;
        return { topology, backupRetention, backupRegion, archiveLockDays, replicas, deleteData };
      }),
      [
        {
          topology: "multi-az",
          backupRetention: 35,
          backupRegion: "eu-west-1",
          archiveLockDays: 35,
          replicas: 0,
          deleteData: false,
        },
        {
          topology: "single",
          backupRetention: 7,
          backupRegion: undefined,
          archiveLockDays: 0,
          replicas: 0,
          deleteData: false,
        },
      ],
    ));
});
