/** What does Pulumi run? The compiled index.ts, built first if its sources changed since. */
"use strict";

const { ensureBuilt, BuildError } = require("./build.cjs");

try {
  ensureBuilt();
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  process.stderr.write(`${error.message}\n`);
  // 32: Pulumi's sign that the message has been shown, so that it adds no stack trace.
  process.exit(32);
}

require("../dist/toolchain/lean-sdk.js").loadLean();
module.exports = require("../dist/index.js");
