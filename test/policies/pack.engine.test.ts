/** Does the pack stop an unsafe program in the real engine, and let a safe one pass? */

import assert from "node:assert/strict";
import { chmodSync, mkdirSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../../components/package";
import { HAPPY } from "../../policies/examples";
import { packConfig } from "../../policies/profiles";
import { RULES } from "../../policies/rules";
import { CONTAINER, VOLUME } from "../../policies/subjects";
import type { PulumiResult } from "../../toolchain/run-pulumi";
import { StackFixture } from "../toolchain/stack-fixture";

/** A provider `docker` that takes anything: the pack only reads inputs. */
const PROVIDER = `#!/usr/bin/env node
process.stdin.once("end", () => process.exit()).resume();
require("@pulumi/pulumi/provider").main({
  version: "5.2.0",
  check: async (urn, olds, news) => ({ inputs: news, failures: [] }),
  create: async (urn, inputs) => ({ id: urn, outs: { ...inputs, made: "db-data" } }),
  delete: async () => {},
}, process.argv.slice(2));
`;

/** Resources of any type, from \`resources.json\`; \`{ "from": "name" }\` is an output of another one. */
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const made = {};
const inputs = (value) =>
  Array.isArray(value) ? value.map(inputs)
  : value && typeof value === "object" ? ("from" in value ? made[value.from].made : Object.fromEntries(Object.entries(value).map(([k, v]) => [k, inputs(v)])))
  : value;
for (const { type, name, properties, options } of require("./resources.json"))
  made[name] = new pulumi.CustomResource(type, name, { made: undefined, ...inputs(properties) }, options);
`;

interface Declared {
  type: string;
  name: string;
  properties: object;
  options?: object;
}

const DATA: Declared = {
  type: VOLUME,
  name: "data",
  properties: HAPPY[VOLUME] ?? {},
  options: { protect: true },
};

const SAFE_COMMAND = (HAPPY[CONTAINER] as { command: string[] }).command.slice(1);

function container(change: object = {}, name = "db"): Declared {
  return { type: CONTAINER, name, properties: { ...HAPPY[CONTAINER], ...change } };
}

function mounts(index: number): [data: object, archive: object] {
  return [
    { type: "volume", source: `data-${index}`, target: "/var/lib/postgresql/data" },
    { type: "volume", source: `archive-${index}`, target: "/archive" },
  ];
}

describe("the policy pack in the engine", () => {
  const fixture = new StackFixture(PROGRAM);

  before(async () => {
    require("../../toolchain/build.cjs").ensureBuilt({ quiet: true });
    const plugin = path.join(fixture.root, "docker");
    mkdirSync(plugin);
    fixture.write("docker/pulumi-resource-docker", PROVIDER);
    chmodSync(path.join(plugin, "pulumi-resource-docker"), 0o755);
    fixture.write(
      "Pulumi.yaml",
      "name: fixture\nruntime: { name: nodejs, options: { typescript: false } }\nmain: program.js\n" +
        "plugins: { providers: [{ name: docker, path: ./docker }] }\n",
    );
    await fixture.start();
  });
  after(() => fixture.remove());

  function preview(resources: readonly Declared[], config?: object): Promise<PulumiResult> {
    fixture.write("resources.json", JSON.stringify(resources));
    fixture.write("policies.json", JSON.stringify(config ?? {}));
    const pack = path.join(packageRoot, "policies");
    const configured = config ? ["--policy-pack-config", path.join(fixture.root, "policies.json")] : [];
    return fixture.pulumi("preview", "--stack", "test", "--policy-pack", pack, ...configured);
  }

  /** `mandatory fsync-off db` for each finding, in the order of the alphabet. */
  function findings(stdout: string): string[] {
    const lines = stdout.matchAll(/- \[(\w+)\].*?\s([\w-]+)\s+\([\w:/]+: ([\w-]+)\)/g);
    return [...lines].map(([, level, rule, resource]) => `${level} ${rule} ${resource}`).sort();
  }

  it("lets a safe program pass without a word", async () => {
    const { code, stdout, stderr } = await preview([DATA, container()]);
    assert.equal(code, 0, stdout + stderr);
    assert.deepEqual(findings(stdout), []);
  });

  it("stops an unsafe program, and says which line to write", async () => {
    const { code, stdout } = await preview([
      DATA,
      container({ envs: ["POSTGRES_HOST_AUTH_METHOD=trust"], stopTimeout: 10 }),
    ]);
    assert.notEqual(code, 0);
    assert.deepEqual(findings(stdout), [
      "advisory stop-timeout-short db",
      "mandatory data-checksums-off db",
      "mandatory hba-trust db",
    ]);
    assert.match(
      stdout,
      new RegExp(
        [
          "\\[mandatory\\]  \\[severity: critical\\]  hba-trust  \\(docker:index:Container: db\\)",
          "The server asks for passwords",
          "docker Container db: POSTGRES_HOST_AUTH_METHOD is trust: whoever reaches the port is superuser without a password",
          "PROPERTY: envs\\[0\\]",
          "HINT: write `POSTGRES_PASSWORD_FILE=/run/secrets/password` in its place in envs",
          "DOCS: https://github.com/docker-library/docs/blob/master/postgres/README.md#postgres_host_auth_method",
          "SAME AS: pgdsat:5.4",
        ]
          .join("\\n\\s+")
          .replaceAll("  ", "\\s+"),
      ),
    );
  });

  it("judges what is known beside what is not, and says once what is not", async () => {
    const { code, stdout } = await preview([
      DATA,
      container({
        command: ["postgres", "-c", { from: "data" }, "-c", "fsync=off", ...SAFE_COMMAND],
        mounts: [{ ...mounts(0)[0], source: { from: "data" } }, mounts(0)[1]],
        envs: [{ from: "data" }, "PGPASSWORD=secret"],
        memory: { from: "data" },
      }),
    ]);
    assert.notEqual(code, 0);
    assert.deepEqual(findings(stdout), [
      "advisory not-yet-known db",
      "mandatory fsync-off db",
      "mandatory password-plaintext-env db",
    ]);
    assert.match(
      stdout,
      /command, envs\[0\], memory of db: not yet known in this preview, judged in the update/,
    );
    assert.doesNotMatch(stdout, /can't be known during preview/);
  });

  it("sees that two containers share their data, and shows it on the second", async () => {
    const { code, stdout } = await preview([DATA, container(), container({ name: "other" }, "other")]);
    assert.notEqual(code, 0);
    assert.equal(findings(stdout).length, 1);
    assert.match(findings(stdout)[0] ?? "", /^mandatory pgdata-shared (db|other)$/);
  });

  it("says that it cannot tell yet whether two containers share their data, and nothing of one alone", async () => {
    const archive = { ...DATA, name: "archive" };
    const [data, wal] = mounts(0);
    const unnamed = {
      mounts: [
        { ...data, source: { from: "data" } },
        { ...wal, source: { from: "archive" } },
      ],
    };
    const two = [DATA, archive, container(unnamed), container({ ...unnamed, name: "other" }, "other")];
    const { stdout } = await preview(two);
    assert.deepEqual(findings(stdout), ["advisory not-yet-known db", "advisory not-yet-known other"]);
    for (const name of ["db", "other"])
      assert.match(
        stdout,
        new RegExp(`mounts\\[0\\] of ${name}: not yet known in this preview, judged in the update`),
      );
    const one = await preview([DATA, archive, container(unnamed)]);
    assert.deepEqual(findings(one.stdout), []);
  });

  it("finds each finding of many resources that are asked about at the same time", async () => {
    const many = Array.from({ length: 40 }, (_, index) =>
      container(
        { mounts: index % 2 === 0 ? undefined : mounts(index), stopTimeout: index % 3 === 0 ? 10 : 120 },
        `db-${index}`,
      ),
    );
    const { stdout } = await preview(many);
    const expected = many.flatMap(({ name }, index) => [
      ...(index % 2 === 0
        ? [`mandatory archive-command-local ${name}`, `mandatory pgdata-no-volume ${name}`]
        : []),
      ...(index % 3 === 0 ? [`advisory stop-timeout-short ${name}`] : []),
    ]);
    assert.deepEqual(findings(stdout), expected.sort());
  });

  it("takes levels and thresholds from the configuration", async () => {
    const unsafe = container({
      envs: ["POSTGRES_HOST_AUTH_METHOD=trust"],
      stopTimeout: 100,
      destroyGraceSeconds: 100,
    });
    const config = {
      "hba-trust": "advisory",
      "data-checksums-off": "disabled",
      "stop-timeout-short": { enforcementLevel: "mandatory", leastSeconds: 110 },
      "destroy-kills-postgres": { leastSeconds: 90 },
    };
    const { code, stdout } = await preview([DATA, unsafe], config);
    assert.notEqual(code, 0);
    assert.deepEqual(findings(stdout), ["advisory hba-trust db", "mandatory stop-timeout-short db"]);
  });

  it("takes the profile development from its file", async () => {
    const unsafe = container({
      envs: ["POSTGRES_HOST_AUTH_METHOD=trust"],
      ulimits: undefined,
      mounts: undefined,
    });
    const { code, stdout } = await preview([DATA, unsafe], packConfig(RULES, "development"));
    assert.notEqual(code, 0);
    assert.deepEqual(findings(stdout), [
      "advisory hba-trust db",
      "mandatory archive-command-local db",
      "mandatory data-checksums-off db",
      "mandatory pgdata-no-volume db",
    ]);
  });

  it("lists waivers that hold, and stops for those that do not", async () => {
    const waiver = {
      rule: "stop-signal",
      resource: "db",
      reason: "it is rebuilt every night",
      expires: "2999-12-31",
    };
    const unsafe = container({ stopSignal: "SIGKILL" });
    const waived = await preview([DATA, unsafe], { waivers: { list: [waiver] } });
    assert.equal(waived.code, 0, waived.stdout);
    assert.match(
      waived.stdout,
      /stop-signal on db is waived until 2999-12-31 \(1 finding\): it is rebuilt every night/,
    );
    const refused = await preview([DATA, unsafe], {
      waivers: { list: [{ ...waiver, expires: "2020-01-01" }] },
    });
    assert.notEqual(refused.code, 0);
    assert.match(refused.stdout, /waiver 1 \(stop-signal on db\) expired on 2020-01-01, and does not hold/);
    assert.match(refused.stdout, /\[mandatory\].*stop-signal /);
  });

  it("finds the same when the policy of waivers, which looks first, is off", async () => {
    const unsafe = container({ stopSignal: "SIGKILL", mounts: undefined });
    const { stdout } = await preview([DATA, unsafe], { waivers: "disabled" });
    assert.deepEqual(findings(stdout), [
      "mandatory archive-command-local db",
      "mandatory pgdata-no-volume db",
      "mandatory stop-signal db",
    ]);
  });
});
