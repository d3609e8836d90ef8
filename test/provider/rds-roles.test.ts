/** The preview of `durable-postgres:rds:Roles`; master-connection.server.test.ts makes roles. */

import assert from "node:assert/strict";
import { type RdsRolesInputs, rdsRoles } from "../../provider/rds-roles";
import { Said } from "./said";

const INPUTS: RdsRolesInputs = {
  access: { region: "eu-central-1", secretArn: "arn", host: "127.0.0.1", port: 1, ca: "" },
  database: "shop",
  masterUsername: "dbadmin",
  passwords: { owner: "o", readonly: "r", monitor: "m" },
  resourceId: "db-ABC",
};

describe("the resource durable-postgres:rds:Roles", () => {
  const known = { id: "shop", inputs: INPUTS, outputs: { database: "shop" } };

  it("changes with what is declared, and only warns where the server cannot be reached", async () => {
    const said = new Said();
    const passwords = { ...INPUTS.passwords, owner: "new" };
    assert.deepEqual(await rdsRoles.diff(known, { ...INPUTS, passwords }, said), ["passwords"]);
    assert.deepEqual(said.lines, []);
    assert.deepEqual(await rdsRoles.diff(known, INPUTS, said), []);
    assert.equal(said.lines.length, 1);
    assert.match(
      said.lines[0] ?? "",
      /^warn roles not looked at in this preview: no connection to \S+@127.0.0.1:1\/shop: .*\nHINT: deploy from a machine that reaches 127.0.0.1, with its address under sources, or write `connect: false` under rds$/,
    );
  });

  it("has its outputs in a preview", () => assert.deepEqual(rdsRoles.preview(INPUTS), { database: "shop" }));
});
