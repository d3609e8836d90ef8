/** Does the lean loading leave out what it should, and does what it left out still work when used? */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { packageRoot } from "../../components/package";

describe("loading @pulumi/pulumi", function () {
  this.timeout(20_000);
  this.slow(3_000);

  const heavy = `Object.keys(require.cache).filter((file) => /node_modules\\/(typescript|@npmcli\\/arborist)\\//.test(file)).length > 0`;
  const run = (script: string) =>
    JSON.parse(execFileSync(process.execPath, ["-e", script], { cwd: packageRoot, encoding: "utf8" }));
  const lean = `require("./dist/toolchain/lean-sdk.js").loadLean();`;
  const load = `const pulumi = require("@pulumi/pulumi");`;
  const serialize = `
    const factor = 6;
    pulumi.runtime.serializeFunction(() => factor * 7).then(({ text }) => console.log(JSON.stringify(text)));`;

  it("brings TypeScript and a package manager along", () => {
    assert.equal(run(`${load} console.log(${heavy})`), true);
  });

  it("leaves them out when it is lean", () => {
    assert.equal(run(`${lean} ${load} console.log(${heavy})`), false);
  });

  it("still serializes functions, which is what they are for", () => {
    const text = run(load + serialize);
    assert.match(text, /factor \* 7/);
    assert.equal(run(lean + load + serialize), text);
  });
});
