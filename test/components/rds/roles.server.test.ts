/** The statements for roles on real servers, run by a master user as RDS has one: no superuser, but may make roles. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { Client } from "pg";
import { VERSIONS, type Version } from "../../../components/parameters/postgres";
import { runStatements } from "../../../components/rds/master-connection";
import { type RdsRoles, roleStatements, rolesScript } from "../../../components/rds/roles";
import { scramMatches } from "../../../components/roles/scram";
import { BareServer } from "../../bare-server";

const ROLES: RdsRoles = {
  database: "shop",
  masterUsername: "dbadmin",
  passwords: { owner: "ö 'quoted' \\ 🐘", readonly: "r$1:x", monitor: "m 1" },
  resourceId: "db-ABC",
};

/** The master user, what rds_superuser may do, and the database that RDS made at creation. */
async function likeRds(client: Client, version: Version): Promise<void> {
  const admin = Number(version) >= 16 ? "WITH ADMIN OPTION" : "";
  await client.query("CREATE ROLE rds_superuser");
  await client.query(`GRANT pg_read_all_data, pg_monitor TO rds_superuser ${admin}`);
  await client.query("CREATE ROLE dbadmin LOGIN CREATEDB CREATEROLE");
  await client.query("GRANT rds_superuser TO dbadmin");
  await client.query("CREATE DATABASE shop OWNER dbadmin");
}

async function facts(client: Client): Promise<object> {
  const { rows: roles } = await client.query(
    `SELECT rolname AS name, rolpassword AS stored,
            rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls AS privileged,
            ARRAY(SELECT r.rolname::text FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid
                  WHERE m.member = a.oid) AS "memberOf"
     FROM pg_authid a WHERE rolname LIKE 'shop%' AND rolcanlogin ORDER BY 1`,
  );
  const { rows: databases } = await client.query(
    `SELECT pg_get_userbyid(datdba) AS owner,
            has_database_privilege('shop_readonly', datname, 'CONNECT') AS readonly,
            has_database_privilege('shop_monitor', datname, 'CONNECT') AS monitor,
            has_database_privilege('stranger', datname, 'CONNECT') AS stranger
     FROM pg_database WHERE datname = 'shop'`,
  );
  const passwords = Object.values(ROLES.passwords);
  return {
    databases,
    roles: roles.map(({ stored, ...role }) => ({
      ...role,
      password: passwords.filter((password) => scramMatches(password, stored)),
    })),
  };
}

const EXPECTED = {
  databases: [{ owner: "shop", readonly: true, monitor: true, stranger: false }],
  roles: [
    { name: "shop", privileged: false, memberOf: [], password: [ROLES.passwords.owner] },
    {
      name: "shop_monitor",
      privileged: false,
      memberOf: ["pg_monitor"],
      password: [ROLES.passwords.monitor],
    },
    {
      name: "shop_readonly",
      privileged: false,
      memberOf: ["pg_read_all_data"],
      password: [ROLES.passwords.readonly],
    },
  ],
};

/** Drops what is there, as somebody may have who starts again. */
async function withoutDatabase(client: Client): Promise<void> {
  await client.query("DROP DATABASE shop");
  await client.query("ALTER ROLE shop PASSWORD NULL NOLOGIN CREATEDB");
  await client.query("DROP ROLE shop_readonly");
}

async function isInstalled(program: string): Promise<boolean> {
  return promisify(execFile)(program, ["--version"]).then(
    () => true,
    () => false,
  );
}

for (const version of [VERSIONS[0], VERSIONS.at(-1) as Version])
  describe(`roles on PostgreSQL ${version}, made by a master user who is no superuser`, () => {
    let server: BareServer;

    beforeEach(async () => {
      server = await BareServer.make(version);
      await server.start();
      await server.connected(async (client) => {
        await likeRds(client, version);
        await client.query("CREATE ROLE stranger");
      });
    });
    afterEach(() => server.remove());

    /** As often as one likes, and after damage. */
    async function ranBy(run: () => Promise<unknown>): Promise<void> {
      for (const damage of [undefined, undefined, withoutDatabase]) {
        if (damage) await server.connected(damage);
        await run();
        assert.deepEqual(await server.connected(facts), EXPECTED);
      }
    }

    it("over a connection", () =>
      ranBy(() =>
        server.connected((client) => runStatements(client, roleStatements(ROLES)), { user: "dbadmin" }),
      ));

    it("stops at a role that was there before and may do more", async () => {
      await server.connected((client) => client.query("CREATE ROLE shop REPLICATION"));
      const run = () =>
        server.connected((client) => runStatements(client, roleStatements(ROLES)), { user: "dbadmin" });
      await assert.rejects(run(), /role shop was there before, with SUPERUSER, REPLICATION or BYPASSRLS/);
      const { rows } = await server.connected((client) =>
        client.query("SELECT rolname, rolcanlogin FROM pg_roles WHERE rolname LIKE 'shop%'"),
      );
      assert.deepEqual(rows, [{ rolname: "shop", rolcanlogin: false }]);
    });

    it("by psql with the script, without a word", async function () {
      if (!(await isInstalled("psql"))) this.skip();
      const file = path.join(os.tmpdir(), `roles-${process.pid}-${version}.sql`);
      await writeFile(file, rolesScript(ROLES), { mode: 0o600 });
      const argv = [
        "-X",
        "-q",
        "-h",
        server.socket,
        "-p",
        "5432",
        "-U",
        "dbadmin",
        "-d",
        "postgres",
        "-f",
        file,
      ];
      await ranBy(async () => {
        const { stdout, stderr } = await promisify(execFile)("psql", argv);
        assert.deepEqual([stdout, stderr], ["", ""]);
      });
    });
  });
