/** One report of two: which findings of a connection count on RDS, and how much. */

import assert from "node:assert/strict";
import { combinedReport } from "../../../components/rds/connected";
import type { Topology } from "../../../components/rds/options";
import type { ConnectionReport, Finding, RdsApiReport } from "../../../components/verify/report";

const SERVER: ConnectionReport["server"] = {
  version: "15.12",
  systemIdentifier: "7500000000000000001",
  startedAt: "2026-01-01T00:00:00.000000Z",
  dataChecksums: "on",
  sharedMemory: "150MB",
  inRecovery: false,
};

function finding(parameter: string, overrides: Partial<Finding> = {}): Finding {
  return {
    parameter,
    asked: "1",
    running: "2",
    source: "configuration file",
    severity: "error",
    hint: "run the deployment again",
    ...overrides,
  };
}

const PENDING = finding("parameter group", {
  asked: "in-sync",
  running: "pending-reboot",
  severity: "warning",
  hint: "reboot",
});

function combined(own: Finding[], api: Finding[] = [], topology: Topology = "single"): ConnectionReport {
  const rds = { version: "15.12", region: "eu-central-1", topology, identifier: "shop", parameterGroup: "g" };
  const asked: RdsApiReport = { ok: true, by: "RDS API", server: rds, compared: 5, findings: api };
  return combinedReport(asked, { ok: true, by: "connection", server: SERVER, compared: 30, findings: own });
}

/** `parameter severity hint` */
function said(report: ConnectionReport): string[] {
  return report.findings.map(({ parameter, severity, hint }) => `${parameter} ${severity} ${hint}`);
}

describe("a verification over a connection to RDS", () => {
  it("is both reports in one", () => {
    const own = finding("work_mem");
    assert.deepEqual(combined([own], [PENDING], "multi-az").findings.length, 2);
    assert.deepEqual(combined([own]), {
      ok: false,
      by: "connection",
      server: SERVER,
      rds: {
        version: "15.12",
        region: "eu-central-1",
        topology: "single",
        identifier: "shop",
        parameterGroup: "g",
      },
      compared: 30,
      findings: [own],
    });
  });

  it("warns only of what waits for a restart, unless the value in force is unsafe", () => {
    const own = [
      finding("max_connections"),
      finding("work_mem"),
      finding("synchronous_commit", { running: "off" }),
    ];
    assert.deepEqual(said(combined(own)), [
      "max_connections error run the deployment again",
      "work_mem error run the deployment again",
      "synchronous_commit error run the deployment again",
    ]);
    assert.deepEqual(said(combined(own, [PENDING])), [
      "max_connections warning reboot",
      "work_mem error run the deployment again",
      "synchronous_commit error run the deployment again",
      "parameter group warning reboot",
    ]);
  });

  it("warns only of what AWS manages, unless it is unsafe, or a role or a database has it", () => {
    const role = finding("zero_damaged_pages", { source: "role app", hint: "ALTER ROLE", running: "on" });
    assert.deepEqual(
      said(combined([finding("archive_timeout"), finding("fsync", { running: "off" }), role])),
      [
        "archive_timeout warning AWS manages it: ask AWS's support",
        "fsync error AWS manages it: ask AWS's support",
        "zero_damaged_pages error ALTER ROLE",
      ],
    );
  });

  it("leaves out what is AWS's own", () => {
    const own = [
      finding("synchronous_commit", { source: "role rdsadmin", running: "off" }),
      finding("synchronous_commit", { source: "database rdsadmin", running: "off" }),
      finding("work_mem", { source: "configuration file, pending_restart" }),
      finding("full_page_writes"),
      finding("data_checksums"),
    ];
    assert.deepEqual(said(combined(own, [], "aurora")), []);
    assert.deepEqual(said(combined(own)).length, 2);
  });
});
