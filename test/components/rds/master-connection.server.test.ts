/** Roles and verification over TLS, with the master secret of a double, on a server whose master is no superuser. */

import assert from "node:assert/strict";
import { Unreachable } from "../../../components/connection";
import { chooseFreePort } from "../../../components/port";
import { ApiFault } from "../../../components/rds/ask";
import { applyRdsRoles, type MasterAccess, rdsRolesDrift } from "../../../components/rds/master-connection";
import type { RdsRoles } from "../../../components/rds/roles";
import { verifyRds } from "../../../components/rds/verify";
import { selfSigned } from "../../../components/tls/certificate";
import { withDoubles } from "../../aws/environment";
import { AgreeableRdsApi } from "../../aws/rds-api";
import { SecretsApi } from "../../aws/secrets-api";
import { BareServer } from "../../bare-server";

const ROLES: RdsRoles = {
  database: "shop",
  masterUsername: "dbadmin",
  passwords: { owner: "o ö", readonly: "r", monitor: "m" },
  resourceId: "db-ABC",
};

const SECRET = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:rds!db-1";

const TARGET = {
  region: "eu-central-1",
  topology: "single",
  identifier: "shop",
  parameterGroup: "shop-15",
  parameters: [{ name: "work_mem", value: "4096", applyMethod: "immediate" }],
} as const;

describe("a server on RDS, over a connection", () => {
  let server: BareServer;
  let access: MasterAccess;
  const secrets = new SecretsApi();
  const api = new AgreeableRdsApi(() => ({ work_mem: "4096" }));

  before(async () => {
    server = await BareServer.make("15");
    const [port, keyPair] = [
      await chooseFreePort("master-connection.server.test"),
      await selfSigned(["localhost"]),
    ];
    await server.startWithTls(port, keyPair);
    access = { region: "eu-central-1", secretArn: SECRET, host: "localhost", port, ca: keyPair.certificate };
    secrets.secrets[SECRET] = { username: "dbadmin", password: "master" };
    await asSuperuser("CREATE ROLE rds_superuser; GRANT pg_monitor, pg_read_all_data TO rds_superuser");
    await asSuperuser("CREATE ROLE dbadmin LOGIN CREATEDB CREATEROLE PASSWORD 'master'");
    await asSuperuser("GRANT rds_superuser TO dbadmin");
  });
  after(() => server.remove());

  async function asSuperuser(sql: string): Promise<void> {
    await server.connected((client) => client.query(sql), { port: access.port });
  }

  it("gets its roles, and those that were changed are seen and mended", () =>
    withDoubles([secrets], async () => {
      assert.deepEqual(await rdsRolesDrift(access, ROLES), ["owner", "readonly", "monitor"]);
      await applyRdsRoles(access, ROLES);
      assert.deepEqual(await rdsRolesDrift(access, ROLES), []);
      await asSuperuser("ALTER ROLE shop_monitor PASSWORD 'other'; ALTER ROLE shop_readonly NOLOGIN");
      assert.deepEqual(await rdsRolesDrift(access, ROLES), ["readonly", "monitor"]);
      await applyRdsRoles(access, ROLES);
      assert.deepEqual(await rdsRolesDrift(access, ROLES), []);
    }));

  it("is verified by a master user who may not see its files", () =>
    withDoubles([secrets, api], async () => {
      const values = { fsync: "on", synchronous_commit: "on", work_mem: "4MB" };
      const report = await verifyRds({ ...TARGET, connect: { ...access, values } });
      assert.ok(report.by === "connection");
      const { systemIdentifier, startedAt, sharedMemory, version, ...rest } = report.server;
      assert.deepEqual(rest, { dataChecksums: "off", inRecovery: false });
      assert.deepEqual([/^15\./.test(version), report.compared, report.ok], [true, 3, true]);
      assert.equal(report.rds?.identifier, "shop");
      // BareServer has no checksums.
      assert.deepEqual(
        report.findings.map(({ parameter, severity }) => [parameter, severity]),
        [["data_checksums", "warning"]],
      );
      await asSuperuser("ALTER SYSTEM SET fsync = off");
      await asSuperuser("SELECT pg_reload_conf()");
      const other = await verifyRds({ ...TARGET, connect: { ...access, values: { work_mem: "8MB" } } });
      assert.deepEqual(
        [
          other.ok,
          ...other.findings.filter(({ severity }) => severity === "error").map(({ parameter }) => parameter),
        ],
        // Nobody declared fsync, and it is unsafe all the same.
        [false, "work_mem", "fsync"],
      );
      assert.ok(!JSON.stringify([report, other]).includes("master"));
    }));

  it("is not talked to with another certificate, another name, or without the secret", () =>
    withDoubles([secrets], async () => {
      const { certificate } = await selfSigned(["localhost"]);
      const faults = [];
      for (const changed of [{ ca: certificate }, { host: "127.0.0.1" }, { secretArn: "arn:none" }])
        faults.push(await applyRdsRoles({ ...access, ...changed }, ROLES).catch((error: Error) => error));
      const [otherCertificate, otherName, noSecret] = faults;
      assert.ok(otherCertificate instanceof Unreachable && /certificate/.test(otherCertificate.fact));
      assert.ok(otherName instanceof Unreachable && /does not match certificate/.test(otherName.fact));
      assert.ok(noSecret instanceof ApiFault);
      assert.equal(noSecret.kind, "missing");
    }));
});
