/** A database read over HTTP, as AWS's client does it, from a double of the RDS API. */

import assert from "node:assert/strict";
import { verifyByApi } from "../../../components/rds/api";
import type { ApiFault } from "../../../components/rds/ask";
import type { RdsTarget } from "../../../components/rds/verification";
import { withDoubles } from "../../aws/environment";
import { AgreeableRdsApi, RdsApi } from "../../aws/rds-api";

const TARGET: RdsTarget = {
  region: "eu-central-1",
  topology: "single",
  identifier: "shop",
  parameterGroup: "shop-15",
  parameters: [
    {
      name: "autovacuum_work_mem",
      value: "LEAST({DBInstanceClassMemory/65536},524288)",
      applyMethod: "immediate",
    },
    { name: "synchronous_commit", value: "on", applyMethod: "immediate" },
    { name: "work_mem", value: "8192", applyMethod: "immediate" },
  ],
};

const VALUES = Object.fromEntries(TARGET.parameters.map(({ name, value }) => [name, value]));

function withApi(api: RdsApi, test: (api: RdsApi) => Promise<void>): Promise<void> {
  return withDoubles([api], () => test(api));
}

async function kind(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "none",
    (fault: ApiFault) => fault.kind,
  );
}

describe("the RDS API", () => {
  it("tells of an instance, its replicas of this region, and all pages of its group", () =>
    withApi(new RdsApi(), async (api) => {
      api.state.pageSize = 2;
      api.state.groups["shop-15"] = VALUES;
      api.state.instances = {
        shop: {
          parameterGroup: "shop-15",
          replicas: ["shop-replica-1", "by-hand", "arn:aws:rds:eu-west-1:111122223333:db:far"],
          pending: { DBInstanceClass: "db.m7g.xlarge", MultiAZ: true, MasterUserPassword: "****" },
          properties: { DBInstanceClass: "db.m7g.large", MultiAZ: false },
        },
        "shop-replica-1": { parameterGroup: "shop-15", applied: "pending-reboot" },
        "by-hand": { parameterGroup: "another", applied: "pending-reboot" },
      };
      const { findings, ...report } = await verifyByApi(TARGET);
      assert.deepEqual(report, {
        ok: true,
        by: "RDS API",
        server: {
          version: "15.9",
          region: "eu-central-1",
          topology: "single",
          identifier: "shop",
          parameterGroup: "shop-15",
        },
        compared: 3,
      });
      assert.deepEqual(
        findings.map(({ parameter, asked, running, source }) => [parameter, asked, running, source]),
        [
          ["parameter group", "in-sync", "pending-reboot", "server shop-replica-1"],
          ["DBInstanceClass", "db.m7g.xlarge", "db.m7g.large", "PendingModifiedValues of shop"],
          ["MultiAZ", "true", "false", "PendingModifiedValues of shop"],
        ],
      );
      assert.deepEqual(api.requests.toSorted(), [
        "DescribeDBInstances by-hand",
        "DescribeDBInstances shop",
        "DescribeDBInstances shop-replica-1",
        "DescribeDBParameters shop-15",
        "DescribeDBParameters shop-15",
      ]);
    }));

  it("tells of a cluster and each of its members", () =>
    withApi(new RdsApi(), async (api) => {
      api.state.groups["shop-15"] = { ...VALUES, work_mem: "4096" };
      api.state.clusters.shop = {
        parameterGroup: "shop-15",
        members: [
          { identifier: "shop-instance-1" },
          { identifier: "shop-instance-2", applied: "pending-reboot" },
        ],
      };
      const { ok, findings } = await verifyByApi({ ...TARGET, topology: "cluster" });
      assert.equal(ok, false);
      assert.deepEqual(
        findings.map(({ parameter, running, source }) => [parameter, running, source]),
        [
          ["parameter group", "pending-reboot", "server shop-instance-2"],
          ["work_mem", "4096", "parameter group shop-15"],
        ],
      );
    }));

  it("refuses in ways that are told apart", () =>
    withApi(new RdsApi(), async (api) => {
      assert.equal(await kind(verifyByApi(TARGET)), "missing");
      api.state.refusal = { code: "AccessDenied", status: 403 };
      assert.equal(await kind(verifyByApi(TARGET)), "denied");
      api.state.refusal = { code: "InvalidClientTokenId", status: 403 };
      assert.equal(await kind(verifyByApi(TARGET)), "credentials");
      api.state.refusal = { code: "Throttling", status: 400 };
      assert.equal(await kind(verifyByApi(TARGET, 10_000)), "throttled");
    }));

  it("that is not there, or does not answer, is unreachable", async () => {
    await withApi(new RdsApi(), async () => {
      process.env.AWS_ENDPOINT_URL_RDS = "http://127.0.0.1:1";
      assert.equal(await kind(verifyByApi(TARGET, 10_000)), "unreachable");
    });
    // An API that waits for a question that never comes.
    class Silent extends RdsApi {
      protected override instance(): Promise<never> {
        return new Promise(() => undefined);
      }
    }
    await withApi(new Silent(), async (silent) => {
      silent.state.groups["shop-15"] = VALUES;
      assert.equal(await kind(verifyByApi(TARGET, 50)), "unreachable");
    });
  });
});

describe("a double that agrees", () => {
  it("has every database in sync with the group that is asked about", () =>
    withApi(new AgreeableRdsApi(() => VALUES), async () => {
      for (const topology of ["single", "multi-az", "cluster", "aurora"] as const)
        assert.deepEqual((await verifyByApi({ ...TARGET, topology })).findings, [], topology);
      assert.equal((await verifyByApi({ ...TARGET, parameters: [] })).findings.length, 3);
    }));
});
