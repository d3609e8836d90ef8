/** Which parameters does ALTER SYSTEM refuse? The list in user-values.ts against real servers. */

import assert from "node:assert/strict";
import { pgNames, pgParameter, VERSIONS } from "../../../components/parameters/postgres";
import { NOT_FOR_A_SERVER } from "../../../components/parameters/user-values";
import { BareServer } from "../../bare-server";

/** Refused as well, and named by the target: user-values.ts, OWNED_BY_TARGET. */
const TARGETS_OWN = ["config_file", "data_directory"];

describe("parameters that cannot be set for a whole server", () => {
  for (const version of VERSIONS)
    it(`are the same for PostgreSQL ${version} as in our list`, async () => {
      const server = await BareServer.make(version);
      try {
        await server.start();
        const refused = await server.connected(async (client) => {
          const names: string[] = [];
          for (const name of pgNames(version).filter((known) => !TARGETS_OWN.includes(known))) {
            const parameter = pgParameter(version, name);
            if (parameter?.context === "internal") continue;
            const value = client.escapeLiteral(parameter?.boot_val ?? "");
            await client
              .query(`ALTER SYSTEM SET ${client.escapeIdentifier(name)} = ${value}`)
              .catch((error) => {
                if (/cannot be changed/.test(error.message)) names.push(name);
              });
          }
          return names;
        });
        assert.deepEqual(
          refused,
          NOT_FOR_A_SERVER.filter((name) => pgParameter(version, name)),
        );
      } finally {
        await server.remove();
      }
    });
});
