/** Create, update and preview of `durable-postgres:rds:Verification`, with a double of the RDS API. */

import assert from "node:assert/strict";
import type { RdsVerificationArgs } from "../../components/rds/verify";
import { rdsVerification } from "../../provider/rds-verification";
import { withDoubles } from "../aws/environment";
import { RdsApi } from "../aws/rds-api";
import { Said } from "./said";

const INPUTS: RdsVerificationArgs = {
  region: "eu-central-1",
  topology: "multi-az",
  identifier: "shop",
  parameterGroup: "shop-15",
  parameters: [{ name: "synchronous_commit", value: "on", applyMethod: "immediate" }],
};

/** An API that knows the database as declared. */
function api(): RdsApi {
  const double = new RdsApi();
  double.state.instances.shop = { parameterGroup: "shop-15" };
  double.state.groups["shop-15"] = { synchronous_commit: "on" };
  return double;
}

describe("the resource durable-postgres:rds:Verification", () => {
  it("is the report of a database that is as declared", async () => {
    const double = api();
    await withDoubles([double], async () => {
      const said = new Said();
      assert.deepEqual(await rdsVerification.create(INPUTS, said, ""), {
        id: "shop",
        outputs: {
          report: {
            ok: true,
            by: "RDS API",
            server: {
              version: "15.9",
              region: "eu-central-1",
              topology: "multi-az",
              identifier: "shop",
              parameterGroup: "shop-15",
            },
            compared: 1,
            findings: [],
          },
        },
      });
      assert.deepEqual(said.lines, []);
    });
  });

  it("fails the deployment of one that is not, and warns of what waits", async () => {
    const double = api();
    await withDoubles([double], async () => {
      const said = new Said();
      double.state.instances.shop = { parameterGroup: "shop-15", applied: "pending-reboot" };
      const { report } = await rdsVerification.update(
        { id: "shop", inputs: INPUTS, outputs: {} as never },
        INPUTS,
        said,
        "",
      );
      assert.equal(report.ok, true);
      assert.deepEqual(said.lines, [
        "warn parameter group: asked in-sync, runs with pending-reboot (source: server shop)\nHINT: it is taken at the next restart: aws rds reboot-db-instance --db-instance-identifier shop --region eu-central-1",
      ]);
      double.state.groups["shop-15"] = { synchronous_commit: "off" };
      await assert.rejects(
        rdsVerification.create(INPUTS, said, ""),
        /synchronous_commit: asked on, runs with off/,
      );
    });
  });

  it("says in the preview which parameters wait for a reboot", async () => {
    const parameters = (workers: string, memory?: string): RdsVerificationArgs["parameters"] => [
      { name: "max_worker_processes", value: workers, applyMethod: "pending-reboot" },
      ...(memory === undefined
        ? []
        : [{ name: "work_mem", value: memory, applyMethod: "immediate" as const }]),
    ];
    const known = {
      id: "shop",
      inputs: { ...INPUTS, parameters: parameters("8", "4096") },
      outputs: {} as never,
    };
    const said = async (changed: RdsVerificationArgs["parameters"]) => {
      const log = new Said();
      await rdsVerification.diff(known, { ...INPUTS, parameters: changed }, log);
      // Where nothing is known of the parameters, nothing is said of them.
      rdsVerification.announce?.(known, {}, log);
      return log.lines;
    };
    assert.deepEqual(await said(parameters("16", "8192")), [
      "info without a restart: work_mem 4096 → 8192",
      "info waits for a reboot, which you choose: max_worker_processes 8 → 16",
    ]);
    assert.deepEqual(await said(parameters("8")), ["info without a restart: work_mem 4096 → unset"]);
  });

  it("previews what has changed at AWS, and nothing where AWS says nothing", async () => {
    const double = api();
    await withDoubles([double], async () => {
      const { id, outputs } = await rdsVerification.create(INPUTS, new Said(), "");
      const known = { id, inputs: INPUTS, outputs };
      const diff = async (inputs = INPUTS) => {
        const said = new Said();
        return [await rdsVerification.diff(known, inputs, said), ...said.lines];
      };
      assert.deepEqual(await diff(), [[]]);
      assert.deepEqual(await diff({ ...INPUTS, parameterGroup: "shop-17" }), [["parameterGroup"]]);
      double.state.groups["shop-15"] = { synchronous_commit: "off" };
      assert.deepEqual(await diff(), [
        ["report"],
        "info found: synchronous_commit: asked on, runs with off (source: parameter group shop-15)",
      ]);
      double.state.refusal = { code: "AccessDenied", status: 403 };
      const [changed, warning] = await diff();
      assert.deepEqual(changed, []);
      assert.match(String(warning), /^warn not verified in this preview: AWS does not let you look at shop/);
      assert.deepEqual(await rdsVerification.read(known), outputs);
    });
  });
});
