/** Names of databases and roles. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { databaseNameFaults, roleNames } from "../../../components/roles/roles";

const OWN = (name: string) => `database ${name} is PostgreSQL's own\nHINT: write \`database: app\``;
const PLAIN = (name: string) =>
  `database ${JSON.stringify(name)} is not a plain name: small letters, digits and underscores, a letter first, 50 at most\nHINT: write \`database: app\``;

describe("the name of a database", () => {
  for (const name of ["app", "a", "_app", "app_2", "a".repeat(50)])
    it(`may be ${name}`, () => assert.deepEqual(databaseNameFaults(name), []));

  for (const name of ["postgres", "template0", "template1", "pg_app"])
    it(`must not be ${name}`, () =>
      assert.deepEqual(
        databaseNameFaults(name).map(({ message }) => message),
        [OWN(name)],
      ));

  for (const name of [
    "",
    "App",
    "my-app",
    "my app",
    "2app",
    "äpp",
    'a"b',
    "a;b",
    "a.b",
    "app\n",
    "a".repeat(51),
  ])
    it(`must not be ${JSON.stringify(name)}`, () =>
      assert.deepEqual(
        databaseNameFaults(name).map(({ message }) => message),
        [PLAIN(name)],
      ));

  it("leaves room for the names of the roles within PostgreSQL's 63 bytes", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z_][a-z0-9_]{0,60}$/), (name) => {
        fc.pre(databaseNameFaults(name).length === 0);
        for (const role of Object.values(roleNames(name))) assert.ok(Buffer.byteLength(role) <= 63);
      }),
    );
  });
});

describe("the roles of a database", () => {
  it("are named after it; the superuser after the cluster's", () => {
    assert.deepEqual(roleNames("shop"), {
      superuser: "postgres",
      owner: "shop",
      readonly: "shop_readonly",
      monitor: "shop_monitor",
    });
    assert.equal(roleNames("shop", "root").superuser, "root");
  });
});
