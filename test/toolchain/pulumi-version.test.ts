/** Is there one version of the Pulumi CLI, and are versions compared as numbers? */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../components/package";
import { isAtLeast, oldestVersion, pinnedVersion } from "../../toolchain/pulumi-version";

describe("the version of the Pulumi CLI", () => {
  it("is the same in package.json and in the Go module it is built from", () => {
    const module = readFileSync(join(packageRoot, "toolchain", "pulumi-cli", "go.mod"), "utf8");
    assert.match(module, new RegExp(`^require github.com/pulumi/pulumi/pkg/v3 v${pinnedVersion}$`, "m"));
    assert.ok(isAtLeast(pinnedVersion, oldestVersion));
  });

  for (const [version, floor, expected] of [
    ["3.248.0", "3.248.0", true],
    ["v3.259.0\n", "3.248.0", true],
    ["3.1000.0", "3.248.0", true],
    ["4.0.0", "3.248.0", true],
    ["3.247.9", "3.248.0", false],
    ["3.99.0", "3.248.0", false],
    ["go1.21", "1.21", true],
    ["go1.26.8", "1.21", true],
    ["go1.20.14", "1.21", false],
    ["devel", "1.21", false],
    ["", "3.248.0", false],
  ] as const) {
    it(`${JSON.stringify(version)} is ${expected ? "" : "not "}at least ${floor}`, () => {
      assert.equal(isAtLeast(version, floor), expected);
    });
  }
});
