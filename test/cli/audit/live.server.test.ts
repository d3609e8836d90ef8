/** What does the audit find on a running server, and what does it say of what it may not read? */

import assert from "node:assert/strict";
import type { Finding } from "../../../policies/rule";
import { BareServer } from "../../bare-server";
import { auditJson } from "./fixtures";

const ROLE = "auditor";

describe("the audit of a running server", () => {
  let server: BareServer;
  before(async () => {
    server = await BareServer.make("15");
    await server.start();
    await server.connected(async (client) => {
      for (const statement of [
        `CREATE ROLE ${ROLE} LOGIN`,
        "CREATE ROLE app LOGIN",
        "ALTER SYSTEM SET full_page_writes = off",
        "ALTER ROLE app SET synchronous_commit = off",
        "ALTER DATABASE postgres SET zero_damaged_pages = on",
        "SELECT pg_reload_conf()",
      ])
        await client.query(statement);
    });
  });
  after(() => server?.remove());

  const url = (role: string) =>
    `postgres://${role}@/postgres?host=${encodeURIComponent(server.socket)}&port=5432`;

  async function found(role: string): Promise<(name: string) => Omit<Finding, "ids" | "severity">[]> {
    const { findings, code, errors } = await auditJson([url(role)]);
    assert.equal(errors, "");
    assert.equal(code, 1);
    return (name) =>
      findings
        .filter(({ rule }) => rule === name)
        .map(({ ids: _ids, severity: _severity, ...finding }) => finding);
  }

  const address = (role: string) => `${role}@${server.socket}:5432/postgres`;

  it("reads settings from wherever they come", async () => {
    const of = await found("postgres");
    const resource = address("postgres");
    // The tests' server runs with -F.
    assert.deepEqual(of("fsync-off"), [
      {
        rule: "fsync-off",
        resource,
        property: "fsync",
        value: "fsync = off",
        message: `${resource}: fsync is off: a power cut can leave the cluster unreadable`,
        hint: "write `-c fsync=on` in the command that starts the server, which goes before all files",
      },
    ]);
    assert.deepEqual(of("full-page-writes-off"), [
      {
        rule: "full-page-writes-off",
        resource,
        property: "full_page_writes",
        value: "full_page_writes = off",
        message: `${resource}: full_page_writes is off: a page half written by a power cut is not repaired`,
        hint: "run `ALTER SYSTEM SET full_page_writes = 'on'`, then `SELECT pg_reload_conf()` (on RDS: change the parameter group)",
      },
    ]);
    const [archive] = of("archive-mode-off");
    assert.equal(
      archive?.hint,
      "run `ALTER SYSTEM SET archive_mode = 'on'`, then restart the server (on RDS: change the parameter group)",
    );
  });

  it("reads what roles and databases have of their own", async () => {
    const of = await found("postgres");
    const resource = address("postgres");
    assert.deepEqual(of("synchronous-commit-off"), [
      {
        rule: "synchronous-commit-off",
        resource,
        property: 'synchronous_commit of ROLE "app"',
        value: 'ALTER ROLE "app" SET synchronous_commit = off',
        message: `${resource}: of ROLE "app": synchronous_commit is off: a crash loses commits that were acknowledged`,
        hint: 'run `ALTER ROLE "app" RESET synchronous_commit`',
      },
    ]);
    // In force for this session as well, whose value then is the database's.
    assert.deepEqual(
      of("zero-damaged-pages-on").map(({ hint }) => hint),
      ['run `ALTER DATABASE "postgres" RESET zero_damaged_pages`'],
    );
  });

  it("reads data checksums and pg_hba.conf", async () => {
    const of = await found("postgres");
    assert.deepEqual(
      of("data-checksums-off").map(({ hint }) => hint),
      ["stop the server, then: pg_checksums --enable -D <data directory>"],
    );
    // trust is on the socket and on loopback only.
    assert.deepEqual(of("pg-hba-no-trust"), []);
    assert.deepEqual(of("config-file-opaque"), []);
  });

  it("says what a role may not read, and which grant lets it", async () => {
    const of = await found(ROLE);
    assert.deepEqual(
      of("config-file-opaque").map(({ property, hint }) => [property, hint]),
      [
        ["pg_settings", `run \`GRANT pg_read_all_settings TO "${ROLE}"\``],
        [
          "pg_hba_file_rules",
          `run \`GRANT SELECT ON pg_hba_file_rules TO "${ROLE}"; GRANT EXECUTE ON FUNCTION pg_hba_file_rules() TO "${ROLE}"\``,
        ],
      ],
    );
    assert.equal(of("fsync-off").length, 1);
  });

  it("reads everything with these grants", async () => {
    await server.connected(async (client) => {
      await client.query(`GRANT pg_read_all_settings TO ${ROLE}`);
      await client.query(`GRANT SELECT ON pg_hba_file_rules TO ${ROLE}`);
      await client.query(`GRANT EXECUTE ON FUNCTION pg_hba_file_rules() TO ${ROLE}`);
    });
    assert.deepEqual((await found(ROLE))("config-file-opaque"), []);
  });

  it("sees who gets in without a password over the network", async () => {
    await server.connected(async (client) => {
      const { rows } = await client.query("SHOW hba_file");
      await client.query(
        `COPY (SELECT 'local all all trust' UNION ALL SELECT 'host all all 10.0.0.0/8 trust') TO '${rows[0].hba_file}'`,
      );
      await client.query("SELECT pg_reload_conf()");
    });
    const of = await found("postgres");
    assert.deepEqual(
      of("pg-hba-no-trust").map(({ property, value }) => [property, value]),
      [["pg_hba.conf line 2", "host all all 10.0.0.0 255.0.0.0 trust"]],
    );
  });
});
