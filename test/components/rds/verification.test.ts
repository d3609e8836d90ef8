/** One reading of a database that is as declared, and one change for each thing that must be found. */

import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type RdsReading,
  type RdsTarget,
  rdsApiReport,
  type ServerState,
} from "../../../components/rds/verification";
import type { Finding } from "../../../components/verify/report";
import { verificationFault } from "../../../components/verify/verify";

const TARGET: RdsTarget = {
  region: "eu-central-1",
  topology: "multi-az",
  identifier: "shop",
  parameterGroup: "shop-15",
  parameters: [
    {
      name: "autovacuum_work_mem",
      value: "LEAST({DBInstanceClassMemory/65536},524288)",
      applyMethod: "immediate",
    },
    { name: "checkpoint_completion_target", value: "0.9", applyMethod: "immediate" },
    { name: "rds.force_ssl", value: "1", applyMethod: "pending-reboot" },
    { name: "synchronous_commit", value: "on", applyMethod: "immediate" },
    { name: "work_mem", value: "8192", applyMethod: "immediate" },
  ],
};

const CLUSTER: RdsTarget = { ...TARGET, topology: "cluster" };

function happy(): RdsReading & { servers: ServerState[]; parameters: Map<string, string> } {
  return {
    version: "15.12",
    status: "available",
    servers: [{ identifier: "shop", parameterGroup: "shop-15", applied: "in-sync" }],
    pending: [],
    parameters: new Map(TARGET.parameters.map(({ name, value }) => [name, value])),
  };
}

type Change = (reading: ReturnType<typeof happy>) => object | undefined;

/** Findings after a change of the happy reading. */
function findings(change: Change, target = TARGET): Finding[] {
  const reading = happy();
  const properties = change(reading);
  return rdsApiReport(target, { ...reading, ...(properties instanceof Map ? {} : properties) }).findings;
}

describe("verification through the RDS API", () => {
  it("tells what was compared, and how, of a database that is as declared", () => {
    assert.deepEqual(rdsApiReport(TARGET, happy()), {
      ok: true,
      by: "RDS API",
      server: {
        version: "15.12",
        region: "eu-central-1",
        topology: "multi-az",
        identifier: "shop",
        parameterGroup: "shop-15",
      },
      compared: 5,
      findings: [],
    });
  });

  it("fails where the group holds another value, or none", () => {
    const changed = findings(({ parameters }) => {
      parameters.set("synchronous_commit", "off");
      parameters.delete("work_mem");
      return undefined;
    });
    const finding = {
      source: "parameter group shop-15",
      severity: "error",
      hint: "npx durable-postgres pulumi refresh, then run the deployment again",
    };
    assert.deepEqual(changed, [
      { parameter: "synchronous_commit", asked: "on", running: "off", ...finding },
      { parameter: "work_mem", asked: "8192", running: null, ...finding },
    ]);
  });

  it("takes numbers and switches for what they mean", () => {
    const same: Change = ({ parameters }) => {
      parameters.set("checkpoint_completion_target", "0.90");
      parameters.set("rds.force_ssl", "on");
      return undefined;
    };
    assert.deepEqual(findings(same), []);
    fc.assert(
      fc.property(fc.integer({ min: 0 }), fc.integer({ min: 0 }), (asked, actual) => {
        const target = {
          ...TARGET,
          parameters: [{ name: "work_mem", value: String(asked), applyMethod: "immediate" as const }],
        };
        const parameters = new Map([["work_mem", `${actual}.0`]]);
        assert.equal(rdsApiReport(target, { ...happy(), parameters }).ok, asked === actual);
      }),
    );
  });

  it("names what somebody else put into the group, and fails where it is unsafe", () => {
    const hint = (name: string, kind = "db") =>
      `declare it under parameters, or: aws rds reset-${kind}-parameter-group --${kind}-parameter-group-name shop-15 --parameters ParameterName=${name},ApplyMethod=pending-reboot --region eu-central-1`;
    const foreign: Change = ({ parameters }) =>
      parameters.set("full_page_writes", "off").set("random_page_cost", "4");
    const finding = { asked: null, source: "parameter group shop-15" };
    assert.deepEqual(findings(foreign), [
      {
        ...finding,
        parameter: "full_page_writes",
        running: "off",
        severity: "error",
        hint: hint("full_page_writes"),
      },
      {
        ...finding,
        parameter: "random_page_cost",
        running: "4",
        severity: "warning",
        hint: hint("random_page_cost"),
      },
    ]);
    assert.equal(findings(foreign, CLUSTER)[1]?.hint, hint("random_page_cost", "db-cluster"));
  });

  it("warns of what waits for a restart, with the command for it", () => {
    const waiting: Change = () => ({
      servers: [
        { identifier: "shop", parameterGroup: "shop-15", applied: "in-sync" },
        { identifier: "shop-replica-1", parameterGroup: "shop-15", applied: "pending-reboot" },
      ],
    });
    assert.deepEqual(findings(waiting), [
      {
        parameter: "parameter group",
        asked: "in-sync",
        running: "pending-reboot",
        source: "server shop-replica-1",
        severity: "warning",
        hint: "it is taken at the next restart: aws rds reboot-db-instance --db-instance-identifier shop-replica-1 --region eu-central-1",
      },
    ]);
    assert.equal(
      findings(waiting, CLUSTER)[0]?.hint,
      "it is taken at the next restart: aws rds reboot-db-cluster --db-cluster-identifier shop --region eu-central-1",
    );
  });

  it("fails where a server has another group, or could not take it", () => {
    const one =
      (server: object): Change =>
      () => ({ servers: [{ ...happy().servers[0], ...server }] });
    assert.deepEqual(
      findings(one({ parameterGroup: "default.postgres15" })).map(({ running, severity }) => [
        running,
        severity,
      ]),
      [["default.postgres15", "error"]],
    );
    const states = ["in-sync", "applying", "pending-reboot", "pending-database-upgrade", "failed-to-apply"];
    assert.deepEqual(
      states.map((applied) => findings(one({ applied })).map(({ severity }) => severity)),
      [[], ["warning"], ["warning"], ["warning"], ["error"]],
    );
  });

  it("fails where the database does not serve, and not where something passes", () => {
    const of = (status: string) => findings(() => ({ status })).map(({ severity }) => severity);
    const [broken, passing] = [
      ["failed", "incompatible-parameters", "inaccessible-encryption-credentials", "stopped", "storage-full"],
      ["available", "backing-up", "modifying", "storage-optimization", "upgrading"],
    ];
    assert.deepEqual(
      broken.map(of),
      broken.map(() => ["error"]),
    );
    assert.deepEqual(
      passing.map(of),
      passing.map(() => []),
    );
  });

  it("warns of what waits for the maintenance window", () => {
    const pending = [{ property: "DBInstanceClass", asked: "db.m7g.xlarge", running: "db.m7g.large" }];
    assert.deepEqual(
      findings(() => ({ pending })),
      [
        {
          parameter: "DBInstanceClass",
          asked: "db.m7g.xlarge",
          running: "db.m7g.large",
          source: "PendingModifiedValues of shop",
          severity: "warning",
          hint: "it comes in the maintenance window; at once with `applyImmediately: true` under rds",
        },
      ],
    );
  });

  it("says in the error how it was looked at", () => {
    const report = rdsApiReport(TARGET, { ...happy(), parameters: new Map([["work_mem", "8192"]]) });
    assert.match(
      verificationFault(report)?.fact ?? "",
      /^the database, as the RDS API shows it, is not as declared: autovacuum_work_mem: asked LEAST/,
    );
  });
});
