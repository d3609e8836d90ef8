/** Roles and their passwords on a real server: who gets in, and who may do what. */

import assert from "node:assert/strict";
import { Client } from "pg";
import type { Connection } from "../../../components/connection";
import { applyRoles, type RolesArgs, rolesDrift } from "../../../components/roles/roles";
import { scramMatches, scramVerifier } from "../../../components/roles/scram";
import { withInstance } from "../../local-instance";

const PASSWORDS = { superuser: "s-1", owner: "ö 'quoted' \\ 🐘", readonly: "r$1:x", monitor: "m 1" };

/** Logs in over TCP, where a password is asked for. */
async function login(
  port: number,
  user: string,
  password: string,
  database = "app",
  work?: (client: Client) => Promise<unknown>,
) {
  const client = new Client({ host: "127.0.0.1", port, user, password, database });
  try {
    await client.connect();
    return (await work?.(client)) ?? "in";
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

describe("roles on a server", () => {
  it("are made, let in with their passwords only, mended, and changed with the passwords", () =>
    withInstance(async (instance) => {
      const { administration, port } = await instance.ensure();
      const args: RolesArgs = { administration, database: "app", passwords: PASSWORDS };
      assert.deepEqual(await rolesDrift(args), ["superuser", "owner", "readonly", "monitor", "database"]);
      await applyRoles(args);
      assert.deepEqual(await rolesDrift(args), []);
      await applyRoles(args);

      const users = { superuser: "postgres", owner: "app", readonly: "app_readonly", monitor: "app_monitor" };
      for (const [kind, user] of Object.entries(users)) {
        const password = PASSWORDS[kind as keyof typeof PASSWORDS];
        assert.equal(await login(port, user, password), "in", `${user} with its password`);
        assert.equal(await login(port, user, `${password}x`), "28P01", `${user} with another password`);
      }

      const may = (user: keyof typeof PASSWORDS, sql: string) =>
        login(port, users[user], PASSWORDS[user], "app", (client) => client.query(sql).then(() => "may"));
      assert.equal(await may("owner", "CREATE TABLE note (text text)"), "may");
      assert.equal(await may("owner", "CREATE ROLE x"), "42501");
      assert.equal(await may("owner", "CREATE DATABASE x"), "42501");
      assert.equal(await may("readonly", "SELECT * FROM note"), "may");
      assert.equal(await may("readonly", "INSERT INTO note VALUES ('x')"), "42501");
      assert.equal(await may("monitor", "SELECT * FROM pg_stat_activity, pg_ls_waldir() LIMIT 1"), "may");
      assert.equal(await may("monitor", "SELECT * FROM note"), "42501");

      await tampered(administration);
      assert.deepEqual(await rolesDrift(args), ["owner", "readonly", "monitor", "database"]);
      await applyRoles(args);
      assert.deepEqual(await rolesDrift(args), []);

      const rotated = { ...args, passwords: { ...PASSWORDS, owner: "new" } };
      assert.deepEqual(await rolesDrift(rotated), ["owner"]);
      await applyRoles(rotated);
      assert.deepEqual(
        [await login(port, "app", "new"), await login(port, "app", PASSWORDS.owner)],
        ["in", "28P01"],
      );
    }));

  it("have verifiers that the server makes as we do", () =>
    withInstance(async (instance) => {
      const { administration, port } = await instance.ensure();
      const client = new Client(administration);
      await client.connect();
      try {
        for (const password of ["plain", "ü 🐘", "u\u0308", "a\u00a0b", "soft\u00adhyphen", "ﬁ", " "]) {
          await client.query(
            `CREATE ROLE ours LOGIN PASSWORD ${client.escapeLiteral(scramVerifier(password))}`,
          );
          assert.equal(await login(port, "ours", password, "postgres"), "in", JSON.stringify(password));
          assert.equal(await login(port, "ours", `${password}!`, "postgres"), "28P01");
          await client.query(`ALTER ROLE ours PASSWORD ${client.escapeLiteral(password)}`);
          const { rows } = await client.query("SELECT rolpassword FROM pg_authid WHERE rolname = 'ours'");
          assert.equal(scramMatches(password, rows[0].rolpassword), true, JSON.stringify(password));
          assert.equal(scramMatches(`${password}!`, rows[0].rolpassword), false);
          await client.query("DROP ROLE ours");
        }
      } finally {
        await client.end();
      }
    }));
});

/** Somebody gives and takes what was not declared. */
async function tampered(administration: Connection): Promise<void> {
  const client = new Client(administration);
  await client.connect();
  await client.query("ALTER ROLE app CREATEDB");
  await client.query("REVOKE pg_read_all_data FROM app_readonly");
  await client.query("ALTER ROLE app_monitor NOLOGIN");
  await client.query("ALTER DATABASE app OWNER TO postgres");
  await client.end();
}
