/** The script that makes roles; roles.server.test.ts runs it. */

import assert from "node:assert/strict";
import { type RdsRoles, rolesScript } from "../../../components/rds/roles";

const ROLES: RdsRoles = {
  database: "shop",
  masterUsername: "dbadmin",
  passwords: { owner: "o-password", readonly: "r-password", monitor: "m-password" },
  resourceId: "db-ABC",
};

const VERIFIER = /SCRAM-SHA-256\$4096:[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+/g;

describe("the script for roles", () => {
  it("makes database and roles", () => {
    assert.equal(
      rolesScript(ROLES).replaceAll(VERIFIER, "…"),
      `-- Makes database shop and its roles; can be run again.
-- psql -X --dbname postgres --username dbadmin --file <this file>
\\set ON_ERROR_STOP on
SET client_min_messages = warning;
BEGIN;
DO $refuse$
DECLARE privileged name;
BEGIN
  SELECT rolname INTO privileged FROM pg_roles
  WHERE rolname IN ('shop', 'shop_readonly', 'shop_monitor') AND (rolsuper OR rolreplication OR rolbypassrls);
  IF FOUND THEN
    RAISE EXCEPTION 'role % was there before, with SUPERUSER, REPLICATION or BYPASSRLS', privileged
      USING HINT = format('ALTER ROLE %I NOSUPERUSER NOREPLICATION NOBYPASSRLS, or DROP ROLE %1$I', privileged);
  END IF;
END
$refuse$;
SELECT 'CREATE ROLE "shop"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'shop') \\gexec
ALTER ROLE "shop" LOGIN NOCREATEDB NOCREATEROLE PASSWORD '…';
SELECT 'CREATE ROLE "shop_readonly"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'shop_readonly') \\gexec
ALTER ROLE "shop_readonly" LOGIN NOCREATEDB NOCREATEROLE PASSWORD '…';
GRANT pg_read_all_data TO "shop_readonly";
SELECT 'CREATE ROLE "shop_monitor"' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'shop_monitor') \\gexec
ALTER ROLE "shop_monitor" LOGIN NOCREATEDB NOCREATEROLE PASSWORD '…';
GRANT pg_monitor TO "shop_monitor";
GRANT "shop" TO CURRENT_USER;
COMMIT;
SELECT 'CREATE DATABASE "shop" OWNER "shop"' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'shop') \\gexec
ALTER DATABASE "shop" OWNER TO "shop";
REVOKE ALL ON DATABASE "shop" FROM PUBLIC;
GRANT CONNECT ON DATABASE "shop" TO "shop_readonly", "shop_monitor";
`,
    );
  });

  it("is the same in every deployment of a database, and different for each database, role and password", () => {
    const verifiers = (roles: RdsRoles) => rolesScript(roles).match(VERIFIER) ?? [];
    assert.equal(rolesScript(ROLES), rolesScript({ ...ROLES }));
    const same = { owner: "same", readonly: "same", monitor: "same" };
    const all = [ROLES, { ...ROLES, resourceId: "db-DEF" }, { ...ROLES, passwords: same }].flatMap(verifiers);
    assert.deepEqual([all.length, new Set(all).size], [9, 9]);
  });

  it("holds no password", () => {
    for (const password of Object.values(ROLES.passwords)) assert.ok(!rolesScript(ROLES).includes(password));
  });
});
