/** Does Pulumi get the project's own state and a passphrase that is neither shared, readable by others, nor remade? */

import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { projectEnvironment } from "../../toolchain/environment";

describe("the project's environment", () => {
  let root: string;
  let passphrase: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "a b%é#"));
    passphrase = join(root, ".durable-postgres", "passphrase");
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

  it("names state and passphrase file, whatever characters the path has", () => {
    const { PULUMI_BACKEND_URL, ...rest } = projectEnvironment(root);
    assert.equal(fileURLToPath(PULUMI_BACKEND_URL ?? ""), join(root, ".durable-postgres", "state"));
    assert.deepEqual(rest, {
      PULUMI_CONFIG_PASSPHRASE: undefined,
      PULUMI_CONFIG_PASSPHRASE_FILE: passphrase,
      PULUMI_SKIP_UPDATE_CHECK: "true",
    });
  });

  it("lets another OS user pass through the folder, but not into state or passphrase, under any umask", () => {
    const before = process.umask(0o077);
    try {
      projectEnvironment(root);
    } finally {
      process.umask(before);
    }
    const folder = join(root, ".durable-postgres");
    assert.deepEqual([mode(folder), mode(join(folder, "state")), mode(passphrase)], ["755", "700", "600"]);
  });

  it("makes 32 random bytes once, and leaves no draft behind", () => {
    projectEnvironment(root);
    const first = readFileSync(passphrase, "utf8");
    projectEnvironment(root);
    assert.equal(readFileSync(passphrase, "utf8"), first);
    assert.equal(Buffer.from(first.trim(), "base64url").length, 32);
    assert.deepEqual(readdirSync(join(root, ".durable-postgres")), ["passphrase", "state"]);
  });

  it("refuses a passphrase that others can read", () => {
    projectEnvironment(root);
    chmodSync(passphrase, 0o644);
    assert.throws(() => projectEnvironment(root), {
      name: "Fault",
      message:
        ".durable-postgres/passphrase has mode 0644: other users of this machine can read it.\n" +
        "HINT: chmod 600 .durable-postgres/passphrase",
    });
  });

  it("refuses to make a new passphrase for old stacks", () => {
    projectEnvironment(root);
    const stacks = join(root, ".durable-postgres", "state", ".pulumi", "stacks", "project");
    mkdirSync(stacks, { recursive: true });
    writeFileSync(join(stacks, "local.json"), "{}");
    projectEnvironment(root);
    rmSync(passphrase);
    assert.throws(() => projectEnvironment(root), {
      name: "Fault",
      message:
        ".durable-postgres/passphrase is gone, but the stacks in .durable-postgres/state need it for their secrets.\n" +
        "HINT: put the file back from your backup; to give the old stacks up instead: " +
        "mv .durable-postgres/state .durable-postgres/state.lost",
    });
  });
});
