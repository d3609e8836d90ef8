/** `durable-postgres verify` and the summary of `start`, for servers that were asked and for those that were not. */

import assert from "node:assert/strict";
import type { StackOutputs } from "../../cli/project";
import { summary } from "../../cli/start/summary";
import { reportText, verifyStack } from "../../cli/verify";
import { resolveSettings, type Settings } from "../../components/parameters/settings";
import { toParameterGroup } from "../../components/rds/parameter-group";
import { rdsDesign } from "../../components/rds/settings";
import type { ConnectionReport, RdsApiReport } from "../../components/verify/report";
import { withDoubles } from "../aws/environment";
import { RdsApi } from "../aws/rds-api";
import { EXAMPLES } from "../components/rds/plan-examples";

const API_REPORT: RdsApiReport = {
  ok: true,
  by: "RDS API",
  server: {
    version: "15.12",
    region: "eu-central-1",
    topology: "multi-az",
    identifier: "shop",
    parameterGroup: "shop-15",
  },
  compared: 20,
  findings: [],
};

const CONNECTION_REPORT: ConnectionReport = {
  ok: true,
  by: "connection",
  server: {
    version: "15.18",
    systemIdentifier: "7500000000000000001",
    startedAt: "2026-01-01T00:00:00.000000Z",
    dataChecksums: "on",
    sharedMemory: "150MB",
    inRecovery: false,
  },
  compared: 41,
  findings: [],
};

const LOCAL = resolveSettings({
  machine: { memory: 8 * 2 ** 30, cpus: 4, storage: "ssd", workload: "web" },
});

const role = (user: string) => ({ user, password: "x" });

function outputs(verification: StackOutputs["verification"], settings: Settings): StackOutputs {
  return {
    host: "shop.example",
    port: 5432,
    database: "app",
    user: "app",
    sslmode: "verify-full",
    env: {},
    roles: { owner: role("app"), readonly: role("app_readonly"), monitor: role("app_monitor") },
    settings,
    verification,
  };
}

/** Names of a table's rows. */
function rows(table: string): string[] {
  return [...table.matchAll(/^│ (\S[^│]*?) *│/gm)].map(([, name]) => name ?? "");
}

describe("the report of a verification", () => {
  it("says what was asked, and no more", () => {
    assert.equal(
      reportText(API_REPORT),
      "PostgreSQL 15.12, shop in eu-central-1, parameter group shop-15\n" +
        "ok: 20 parameters of the group are as declared; the server itself was not asked (RDS API)",
    );
    assert.equal(
      reportText(CONNECTION_REPORT),
      "PostgreSQL 15.18, started 2026-01-01T00:00:00.000000Z, data checksums on\nok: 41 parameters run as declared",
    );
  });
});

describe("durable-postgres verify", () => {
  const { plan, settings } = rdsDesign("db", EXAMPLES["multi-az"], "shop/prod/db");

  it("asks the RDS API again where the deployment did", () => {
    const double = new RdsApi();
    const { parameters } = toParameterGroup(settings, plan);
    double.state.instances.shop = { parameterGroup: "shop-15", applied: "pending-reboot" };
    double.state.groups["shop-15"] = Object.fromEntries(parameters.map(({ name, value }) => [name, value]));
    return withDoubles([double], async () => {
      const report = await verifyStack(outputs(API_REPORT, settings));
      assert.deepEqual(
        [report.ok, report.by, report.compared, report.findings.map(({ running }) => running)],
        [true, "RDS API", parameters.length, ["pending-reboot"]],
      );
    });
  });

  it("says so where there is nobody to ask as", () =>
    assert.rejects(verifyStack(outputs(CONNECTION_REPORT, LOCAL)), /has no superuser\nHINT: /));
});

describe("the summary of a deployment", () => {
  it("has what is known", () => {
    const { settings } = rdsDesign("db", EXAMPLES.aurora, "shop/prod/db");
    assert.deepEqual(rows(summary("prod", outputs(API_REPORT, settings))), [
      "server",
      "address",
      "durability",
      "memory",
      "verified",
      "use it",
    ]);
    assert.deepEqual(rows(summary("local", outputs(CONNECTION_REPORT, LOCAL))), [
      "server",
      "address",
      "durability",
      "memory",
      "shared memory",
      "verified",
      "use it",
      "stop it",
    ]);
  });

  it("names no parameter that the database does not have", () => {
    const { settings } = rdsDesign("db", EXAMPLES.aurora, "shop/prod/db");
    assert.doesNotMatch(summary("prod", outputs(API_REPORT, settings)), /undefined/);
  });
});
