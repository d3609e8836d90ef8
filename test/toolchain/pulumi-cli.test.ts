/** In which order are Pulumi CLIs looked for, and which ones are passed over? */

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { ensurePulumi } from "../../toolchain/pulumi-cli";
import { pinnedVersion } from "../../toolchain/pulumi-version";

describe("the choice of the Pulumi CLI", () => {
  let root: string;
  let before: NodeJS.ProcessEnv;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "toolchain-"));
    before = { ...process.env };
    process.env.PULUMI_HOME = join(root, "user-home");
    process.env.PATH = ["/usr/bin", "/bin"].join(delimiter);
    delete process.env.DURABLE_POSTGRES_PULUMI;
  });
  afterEach(() => {
    for (const name of ["PULUMI_HOME", "PATH", "DURABLE_POSTGRES_PULUMI"]) restore(name, before[name]);
    rmSync(root, { recursive: true, force: true });
  });

  function restore(name: string, value: string | undefined): void {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }

  const local = () => join(root, ".durable-postgres", "pulumi-home");
  const binary = (home: string) => join(home, "versions", pinnedVersion, "bin", "pulumi");

  function program(path: string, text = "exit 0"): string {
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    return path;
  }

  /** A CLI on PATH that appends a line to a file each time its version is asked for. */
  function onPath(folder: string, version: string, { languageHost = true } = {}): string {
    const path = program(join(root, folder, "pulumi"), `echo asked >> "${root}/asked"; echo v${version}`);
    if (languageHost) program(join(root, folder, "pulumi-language-nodejs"));
    process.env.PATH = [join(root, folder), process.env.PATH].join(delimiter);
    return path;
  }

  it("takes the project's own before the user's, with its own home and a language host beside it", async () => {
    const own = program(binary(local()));
    program(binary(join(root, "user-home")));
    assert.deepEqual(await ensurePulumi(root), {
      command: [own],
      env: { PULUMI_HOME: local() },
      source: "cached",
    });
    const shim = readFileSync(join(own, "..", "pulumi-language-nodejs"), "utf8");
    assert.match(shim, /^#!\/usr\/bin\/env node\nrequire\(".*\/dist\/toolchain\/language-host\.js"\);\n$/);
  });

  it("finds the user's provider plugins from the project's own home", async () => {
    program(binary(local()));
    program(join(root, "user-home", "plugins", "resource-docker-v5.2.0", "pulumi-resource-docker"));
    await ensurePulumi(root);
    assert.ok(readFileSync(join(local(), "plugins", "resource-docker-v5.2.0", "pulumi-resource-docker")));
  });

  it("takes the user's cached CLI before one on PATH, and changes no variable for it", async () => {
    const cached = program(binary(join(root, "user-home")));
    onPath("bin", "9.0.0");
    assert.deepEqual(await ensurePulumi(root), { command: [cached], env: {}, source: "cached" });
  });

  it("takes a recent CLI on PATH, and asks its version once", async () => {
    const found = onPath("bin", "3.248.0");
    for (let run = 0; run < 3; run++) {
      assert.deepEqual(await ensurePulumi(root), { command: [found], env: {}, source: "path" });
    }
    assert.equal(readFileSync(join(root, "asked"), "utf8"), "asked\n");
  });

  const passedOver: Record<string, () => void> = {
    "one that is older than the SDK": () => onPath("bin", "3.247.0"),
    "one without a language host for Node": () => onPath("bin", "3.259.0", { languageHost: false }),
    "npm's downloader": () => onPath(join("node_modules", ".bin"), "3.259.0"),
    "an empty PATH": () => {},
  };
  for (const [name, arrange] of Object.entries(passedOver)) {
    it(`finds no CLI on PATH: ${name}`, async () => {
      arrange();
      process.env.DURABLE_POSTGRES_PULUMI = "path";
      await assert.rejects(ensurePulumi(root), {
        name: "Fault",
        message:
          "There is no Pulumi CLI 3.248.0 or newer with pulumi-language-nodejs on PATH, " +
          "and DURABLE_POSTGRES_PULUMI allows no other source.\nHINT: unset DURABLE_POSTGRES_PULUMI",
      });
    });
  }

  it("says what to install where there is no Go", async () => {
    process.env.DURABLE_POSTGRES_PULUMI = "go";
    process.env.PATH = join(root, "empty");
    await assert.rejects(ensurePulumi(root), {
      name: "Fault",
      message:
        `The Pulumi CLI ${pinnedVersion} cannot be downloaded (the download was not tried), ` +
        "and there is no Go here, so it cannot be built from source either.\n" +
        "HINT: install Go 1.21 or newer (https://go.dev/dl) or the Pulumi CLI itself " +
        "(https://www.pulumi.com/docs/install), put it on PATH, then run the same command again",
    });
  });

  it("says that Go is too old", async () => {
    process.env.DURABLE_POSTGRES_PULUMI = "go";
    program(join(root, "bin", "go"), "echo go1.20.14");
    process.env.PATH = [join(root, "bin"), "/usr/bin", "/bin"].join(delimiter);
    await assert.rejects(ensurePulumi(root), /and Go here is 1\.20\.14, so it cannot be built/);
  });

  it("refuses a source that does not exist", async () => {
    process.env.DURABLE_POSTGRES_PULUMI = "brew";
    await assert.rejects(ensurePulumi(root), {
      message:
        'DURABLE_POSTGRES_PULUMI is "brew", which is none of cached, path, download, go.\n' +
        "HINT: unset DURABLE_POSTGRES_PULUMI",
    });
  });
});
