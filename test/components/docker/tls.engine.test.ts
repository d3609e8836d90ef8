/** A port that other machines reach: nobody gets in without TLS, and clients can verify the server. */

import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { selfSigned } from "../../../components/tls/certificate";
import { execIn } from "../../docker/containers";
import { describeOnDocker } from "../../docker/suite";
import { DockerStack } from "./docker-stack";

/** An address of this machine that is not loopback. */
function otherAddress(): string | undefined {
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  return addresses.find(({ internal, family }) => !internal && family === "IPv4")?.address;
}

describeOnDocker("a database whose port leaves loopback", function ({ prefix }) {
  this.timeout(180_000);
  this.slow(20_000);
  const hostname = otherAddress();
  let stack: DockerStack;

  before(async function () {
    if (!hostname) return this.skip();
    stack = await DockerStack.create(`${prefix}-db`, { docker: { address: hostname } });
    await stack.start();
  });
  after(() => stack?.remove());

  it("is used over TLS, and its certificate names the host", async () => {
    const [{ ssl }] = await stack.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    assert.equal(ssl, true);
    const { host, sslmode, ca, env } = await stack.workspace.outputs();
    assert.deepEqual([host, sslmode, env.PGSSLMODE], [hostname, "require", "require"]);
    assert.match(ca, /^-----BEGIN CERTIFICATE-----/);
  });

  it("refuses a client without TLS", async () => {
    const { host, port, database, roles } = await stack.workspace.outputs();
    await assert.rejects(
      stack.queryAs({ host, port, database, ...roles.owner }, "SELECT 1"),
      /no pg_hba\.conf entry for host .*, no encryption/,
    );
  });

  it("is refused by a client that expects another certificate", async () => {
    const { host, port, database, roles } = await stack.workspace.outputs();
    const { certificate } = await selfSigned([host]);
    await assert.rejects(
      stack.queryAs({ host, port, database, ca: certificate, ...roles.owner }, "SELECT 1"),
      /certificate/,
    );
  });

  it("keeps its key where only the server reads it", async () => {
    const look = ["sh", "-c", 'stat -c "%U %a" "$PGDATA/server.key"'];
    assert.deepEqual(await execIn(stack.container, look), { code: 0, text: "postgres 600\n" });
  });

  it("is unchanged by a second deployment, and verified by the command line", async () => {
    assert.match((await stack.pulumi("up")).text, /23 unchanged/);
    const { text } = await stack.workspace.succeed(["verify", "--stack", "local"]);
    // ssl beside the 44 of every database.
    assert.match(text, /ok: 45 parameters run as declared/);
  });
});
