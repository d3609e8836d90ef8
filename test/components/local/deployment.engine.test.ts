/** Deployments of the target local beside the usual one: several at once, interrupted, as another user, badly configured. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { clusterIdentity, unfinishedClusters } from "../../../components/local/cluster";
import { runningPostmaster } from "../../../components/local/postmaster";
import { createWorkspace, REPOSITORY, type Workspace, withWorkspace } from "../../workspace";

const run = promisify(execFile);

/** Sizes that do not depend on the machine that runs the test. */
const CONFIG = { memory: "1GiB", cpus: 2 };

describe("local databases side by side", function () {
  this.timeout(300_000);

  it("have each their own port, data and passwords", async () => {
    const workspaces = await Promise.all([
      createWorkspace(CONFIG),
      createWorkspace({ ...CONFIG, version: "17", database: "shop" }),
    ]);
    try {
      await Promise.all(workspaces.map((workspace) => workspace.start()));
      const [first, second] = await Promise.all(workspaces.map((workspace) => workspace.outputs()));
      assert.notEqual(first.port, second.port);
      assert.notEqual(first.password, second.password);
      assert.match(first.verification.server.version, /^15\./);
      assert.match(second.verification.server.version, /^17\./);
      assert.deepEqual([second.database, second.user], ["shop", "shop"]);
    } finally {
      await Promise.all(workspaces.map((workspace) => workspace.remove()));
    }
  });
});

describe("a root whose umask hides everything", function () {
  this.timeout(120_000);

  it("gets a server all the same, which runs as somebody else", async function () {
    if (process.getuid?.() !== 0) return this.skip();
    const before = process.umask(0o077);
    try {
      await withWorkspace(async (workspace) => {
        await workspace.start();
        const { pid = 0 } = (await runningPostmaster(workspace.instance.data)) ?? {};
        assert.notEqual((await stat(`/proc/${pid}`)).uid, 0);
      }, CONFIG);
    } finally {
      process.umask(before);
    }
  });
});

describe("a configuration file of another machine", function () {
  this.timeout(120_000);
  const salt = "encryptionsalt: v1:EM8ZJYHP2Ho=:v1:mtc4wG3XRNRMBZDx:1F2bIJvCuUl2cOwOkmFeN7nsNOnMiQ==\n";

  it("brings a salt that belongs to another passphrase, and gets its own where it holds no secret", () =>
    withWorkspace(async (workspace) => {
      const file = path.join(workspace.root, "Pulumi.local.yaml");
      await writeFile(file, salt + (await readFile(file, "utf8")));
      await workspace.start();
      assert.ok(!(await readFile(file, "utf8")).includes(salt));
    }, CONFIG));

  it("is left alone where it holds secrets, and the HINT names the passphrase", () =>
    withWorkspace(async (workspace) => {
      const file = path.join(workspace.root, "Pulumi.local.yaml");
      const text = `${salt}${await readFile(file, "utf8")}  durable-postgres:token:\n    secure: v1:xxxx\n`;
      await writeFile(file, text);
      const { code, text: said } = await workspace.cli(["start"]);
      assert.equal(code, 1);
      assert.match(
        said,
        /^stack local cannot be made: .*incorrect passphrase\nHINT: Pulumi\.local\.yaml holds secrets of another passphrase: put that one into \.durable-postgres\/passphrase\n$/,
      );
      assert.equal(await readFile(file, "utf8"), text);
    }, CONFIG));
});

describe("an interrupted deployment", function () {
  this.timeout(300_000);

  it("is finished by the next start after SIGKILL of pulumi in the middle of initdb", () =>
    withWorkspace(async (workspace) => {
      const first = workspace.spawn(["start"]);
      const closed = new Promise((resolve) => first.once("close", resolve));
      while ((await unfinishedClusters(workspace.instance)).length === 0) await sleep(5);
      const { stdout } = await run("pgrep", ["-f", `^${workspace.root}/.*/bin/pulumi up`]);
      process.kill(Number(stdout.trim()), "SIGKILL");
      await closed;
      assert.equal(await clusterIdentity(workspace.instance.data), undefined);
      const { text } = await workspace.start();
      assert.match(text, /^Unlocked stack local: the pulumi process \d+ that locked it at .* was killed\./);
      assert.equal((await workspace.outputs()).verification.ok, true);
      const { text: preview } = await workspace.pulumi(["preview", "--expect-no-changes"]);
      assert.match(preview, /11 unchanged/);
      assert.doesNotMatch(preview, /pending/);
    }, CONFIG));
});

describe("a user who is not root", function () {
  this.timeout(300_000);

  it("has database, state and binaries inside the project", async function () {
    const nobody = { user: "nobody", uid: 65534, gid: 65534 };
    if (process.getuid?.() !== 0) return this.skip();
    // Skipped where nobody cannot reach the checkout, below /root for example.
    const { uid, gid } = nobody;
    const reaches = run("test", ["-r", path.join(REPOSITORY, "package.json")], { uid, gid });
    if (await reaches.then(() => false).catch(() => true)) return this.skip();
    const check = async (workspace: Workspace) => {
      await workspace.start();
      assert.ok(workspace.instance.data.startsWith(workspace.root));
      assert.equal((await stat(workspace.instance.data)).uid, nobody.uid);
      const { pid = 0 } = (await runningPostmaster(workspace.instance.data)) ?? {};
      assert.match(await readFile(`/proc/${pid}/status`, "utf8"), /^Uid:\t65534\t65534\t65534\t65534$/m);
      const verify = await workspace.cli(["verify", "--stack", "local"]);
      assert.equal(verify.code, 0, verify.text);
      const destroyed = await workspace.pulumi(["destroy", "--yes"]);
      assert.equal(destroyed.code, 0, destroyed.text);
    };
    await withWorkspace(check, CONFIG, nobody);
  });
});

describe("commands on a stack that is not there", function () {
  this.timeout(60_000);

  it("say where they looked, and what to run", () =>
    withWorkspace(async (workspace) => {
      const { code, stderr } = await workspace.cli(["verify", "--stack", "nope"], {
        env: { HOME: workspace.root },
      });
      assert.equal(code, 1);
      assert.match(
        stderr,
        /^stack nope is not in this project's own state, and Pulumi says of yours: .*\nHINT: npx durable-postgres start --stack nope, or log in where the stack is: npx pulumi login\n$/,
      );
    }, CONFIG));
});

describe("bad configuration", function () {
  this.timeout(120_000);

  it("is refused before anything is made: all faults at once, each with its HINT, and no stack trace", () =>
    withWorkspace(
      async (workspace) => {
        const { code, text } = await workspace.cli(["start"]);
        assert.notEqual(code, 0);
        const error = text.slice(text.lastIndexOf("Diagnostics:"));
        const expected = [
          "unknown configuration key worklaod",
          "unknown configuration key local.prot",
          'version "14" is not one of 15, 16, 17, 18',
          "parameter fsync = off is refused: a power cut can leave the cluster unreadable",
          "HINT: remove `fsync` from parameters",
          "PostgreSQL 15 has no parameter wrok_mem",
          "HINT: did you mean work_mem? write `work_mem: 8MB` under parameters",
          "HINT: write `checkpoint_timeout: 5min` under parameters",
          "HINT: write `max_connections: 100` under parameters",
          "min_wal_size 2GB is above max_wal_size 1GB",
        ];
        assert.deepEqual(
          expected.filter((line) => !error.includes(line)),
          [],
          error,
        );
        assert.doesNotMatch(text, /\n\s+at .*\.[cm]?[jt]s:\d+/);
        await assert.rejects(stat(workspace.instance.directory), { code: "ENOENT" });
      },
      {
        ...CONFIG,
        version: "14",
        worklaod: "web",
        parameters: {
          fsync: false,
          wrok_mem: "8MB",
          checkpoint_timeout: "5m",
          max_connections: "off",
          min_wal_size: "2GB",
        },
        local: { prot: 5432 },
      },
    ));
});
