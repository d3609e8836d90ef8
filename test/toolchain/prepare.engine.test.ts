/** What does `npm start` do before it starts, when nothing is missing? */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "../../components/package";
import { ensurePulumi } from "../../toolchain/pulumi-cli";

const run = promisify(execFile);

describe("preparing the project", () => {
  it("says and does nothing when packages, build and CLI are there", async () => {
    await ensurePulumi(packageRoot);
    require("../../toolchain/build.cjs").ensureBuilt();
    const { stdout, stderr } = await run(process.execPath, [join(packageRoot, "toolchain", "prepare.mjs")]);
    assert.deepEqual({ stdout, stderr }, { stdout: "", stderr: "" });
  });
});
