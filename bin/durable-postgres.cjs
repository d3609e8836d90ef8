#!/usr/bin/env node
// The command `durable-postgres`: built first if its sources changed since.
"use strict";

const { existsSync } = require("node:fs");
const path = require("node:path");

// The installed npm package ships dist/ and no toolchain sources.
const build = path.join(__dirname, "..", "toolchain", "build.cjs");
if (existsSync(build)) {
  const { ensureBuilt, BuildError } = require(build);
  try {
    ensureBuilt();
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

require("../dist/cli/index.js");
