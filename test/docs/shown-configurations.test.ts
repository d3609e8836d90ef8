/** Are the configurations that documents show without running them taken by a stack? */

import assert from "node:assert/strict";
import { parse } from "yaml";
import { readConfig } from "../../components/config";
import { shownConfigurations } from "../document";

const PREFIX = "durable-postgres:";

/** As Pulumi hands it to a program: by key without the prefix, objects as JSON. */
function handedOver(content: string): Record<string, string> {
  const { config } = parse(content) as { config: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key.replace(PREFIX, ""),
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

describe("the configurations shown in docs/backups.md", () => {
  const blocks = shownConfigurations("docs/backups.md");

  it("are there", () => assert.notEqual(blocks.length, 0));

  for (const { where, content } of blocks)
    it(`are taken by a stack: ${where}`, () => {
      assert.doesNotThrow(() => readConfig(handedOver(content), () => undefined));
    });

  it("would be refused with a key that does not exist", () => {
    const content = (blocks[0]?.content ?? "").replace("docker:\n", "docker:\n    bakcup: {}\n");
    assert.throws(() => readConfig(handedOver(content), () => undefined), /bakcup/);
  });
});
