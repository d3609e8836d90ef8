/** Does the engine take the configuration as Pulumi.yaml declares it? */

import assert from "node:assert/strict";
import { createWorkspace, type WorkspaceConfig } from "../workspace";

/** What a preview of a new stack says. */
async function previewed(config: WorkspaceConfig): Promise<string> {
  const workspace = await createWorkspace(config);
  try {
    await workspace.succeed(["pulumi", "stack", "select", "--create", "local"]);
    return (await workspace.pulumi(["preview", "--suppress-outputs"])).text;
  } finally {
    await workspace.remove();
  }
}

describe("the configuration in Pulumi.yaml", function () {
  this.timeout(120_000);

  it("leaves every key optional", async () => {
    assert.match(await previewed({}), /\+ 11 to create/);
  });

  it("takes the version of PostgreSQL for what it is, not for the plugin's", async () => {
    assert.doesNotMatch(await previewed({ version: "17" }), /is expected to have version/);
  });

  it("takes numbers without quotes, also for the version", async () => {
    assert.match(await previewed({ version: 16, cpus: 2, maxConnections: 20 }), /\+ 11 to create/);
  });

  it("refuses a value of another type by the key's name", async () => {
    assert.match(
      await previewed({ passwordGeneration: "new" }),
      /configuration key 'passwordGeneration' must be of type 'integer'/,
    );
    assert.match(await previewed({ cpus: "two" }), /configuration key 'cpus' must be of type 'integer'/);
  });
});
