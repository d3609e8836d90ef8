/** Roles and verification of a database on RDS in the real engine: a server of our own, and doubles of AWS's APIs. */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { chooseFreePort } from "../../components/port";
import { selfSigned } from "../../components/tls/certificate";
import { RdsApi } from "../aws/rds-api";
import { SecretsApi } from "../aws/secrets-api";
import { BareServer } from "../bare-server";
import { createWorkspace, type Workspace } from "../workspace";

const SECRET = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:rds!db-1";

/** The two resources, without any of AWS's. */
function program(access: object): string {
  return `
const { RdsRoles, RdsVerification, Password } = require("./dist/components/resources.js");
const access = ${JSON.stringify(access)};
const password = (name) => new Password(name, { generation: 1 }).result;
const passwords = { owner: password("owner"), readonly: password("readonly"), monitor: password("monitor") };
const roles = new RdsRoles("roles", { access, database: "shop", masterUsername: "dbadmin", passwords, resourceId: "db-1" });
const { report } = new RdsVerification("verification", {
  region: "eu-central-1", topology: "single", identifier: "shop", parameterGroup: "shop-15",
  parameters: [{ name: "work_mem", value: "4096", applyMethod: "immediate" }],
  connect: { ...access, values: { work_mem: "4MB" } },
}, { dependsOn: roles });
module.exports = { report, database: roles.database };
`;
}

describe("a database on RDS in the engine", function () {
  this.timeout(120_000);
  this.slow(30_000);
  const [api, secrets] = [new RdsApi(), new SecretsApi()];
  let server: BareServer;
  let workspace: Workspace;

  before(async () => {
    await Promise.all([api.start(), secrets.start()]);
    api.state.instances.shop = { parameterGroup: "shop-15" };
    api.state.groups["shop-15"] = { work_mem: "4096" };
    secrets.secrets[SECRET] = { username: "dbadmin", password: "the-master-password" };
    server = await BareServer.make("15");
    const [port, keyPair] = [await chooseFreePort("rds.engine.test"), await selfSigned(["localhost"])];
    await server.startWithTls(port, keyPair);
    await server.connected(
      (client) =>
        client.query(
          `CREATE ROLE rds_superuser; GRANT pg_monitor, pg_read_all_data TO rds_superuser;
           CREATE ROLE dbadmin LOGIN CREATEDB CREATEROLE PASSWORD 'the-master-password';
           GRANT rds_superuser TO dbadmin`,
        ),
      { port },
    );
    workspace = await createWorkspace({}, undefined, { env: { ...api.env, ...secrets.env } });
    const access = {
      region: "eu-central-1",
      secretArn: SECRET,
      host: "localhost",
      port,
      ca: keyPair.certificate,
    };
    const file = path.join(workspace.root, "Pulumi.yaml");
    await writeFile(file, (await readFile(file, "utf8")).replace(/^main: .*$/m, "main: program.cjs"));
    await writeFile(path.join(workspace.root, "program.cjs"), program(access));
    await writeFile(path.join(workspace.root, "Pulumi.local.yaml"), "config: {}\n");
    await workspace.succeed(["pulumi", "stack", "init", "local"]);
  });
  after(async () => {
    await workspace?.remove();
    await server?.remove();
    await Promise.all([api.stop(), secrets.stop()]);
  });

  const up = () => workspace.pulumi(["up", "--yes", "--skip-preview", "--suppress-outputs"]);

  it("gets its roles, is verified, and leaves the master password nowhere", async () => {
    const { code, text } = await up();
    assert.equal(code, 0, text);
    const { report, database } = await workspace.outputs();
    assert.deepEqual(
      [report.ok, report.by, report.rds.identifier, database],
      [true, "connection", "shop", "shop"],
    );
    assert.doesNotMatch(text, /NodeVersionSupport|Node\.js/);
    const { stdout } = await workspace.pulumi(["stack", "export", "--show-secrets"]);
    assert.match(stdout, /db-1/);
    for (const said of [text, stdout]) assert.doesNotMatch(said, /the-master-password/);
  });

  it("is unchanged, until something changes at AWS", async () => {
    assert.match((await up()).text, /6 unchanged/);
    api.state.instances.shop = { parameterGroup: "shop-15", applied: "pending-reboot" };
    const { code, text } = await up();
    assert.equal(code, 0, text);
    assert.match(
      text,
      /HINT: it is taken at the next restart: aws rds reboot-db-instance --db-instance-identifier shop/,
    );
    api.state.groups["shop-15"] = { work_mem: "8192" };
    const failed = await up();
    assert.notEqual(failed.code, 0);
    assert.match(failed.text, /work_mem: asked 4096, runs with 8192 \(source: parameter group shop-15\)/);
  });

  it("is previewed where nothing of AWS can be reached", async () => {
    const env = { AWS_ENDPOINT_URL_RDS: "http://127.0.0.1:1" };
    const { code, text } = await workspace.cli(["pulumi", "preview", "--stack", "local"], { env });
    assert.equal(code, 0, text);
    assert.match(text, /not verified in this preview: RDS of region eu-central-1 does not answer/);
  });
});
