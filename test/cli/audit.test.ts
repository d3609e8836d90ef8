/** What does the command audit print, and with which exit code? */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { audit } from "../../cli/audit";
import { auditText } from "../../cli/audit/argument";
import { findingsOf, measure } from "../../cli/audit/verdict";
import { isFault } from "../../components/faults";
import { auditJson, fixture } from "./audit/fixtures";

/** The mandatory rules that the unsafe file breaks. */
const UNSAFE = [
  "docker-no-host-network",
  "docker-no-socket",
  "docker-not-privileged",
  "fsync-off",
  "full-page-writes-off",
  "hba-trust",
  "image-floating",
  "initdb-no-sync",
  "password-plaintext-env",
  "pgdata-tmpfs",
  "port-wildcard",
  "port-wildcard",
  "stop-signal",
  "synchronous-commit-off",
];

describe("audit", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "audit-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };

  it("passes a safe Compose file", async () => {
    const { ok, code, errors } = await auditJson([fixture("safe/compose.yaml")]);
    assert.deepEqual({ ok, code, errors }, { ok: true, code: 0, errors: "" });
  });

  it("finds everything in an unsafe one, named by its folder", async () => {
    const { ok, code, findings } = await auditJson([fixture("unsafe")], { profile: "production" });
    const advisory = (await auditJson([fixture("unsafe")], { config: allMandatoryOff() })).findings;
    const shown = advisory.map(({ rule }) => rule);
    assert.deepEqual({ ok, code }, { ok: false, code: 1 });
    assert.deepEqual(
      findings
        .map(({ rule }) => rule)
        .filter((rule) => !shown.includes(rule))
        .sort(),
      UNSAFE,
    );
    for (const finding of findings)
      assert.deepEqual(Object.keys(finding), [
        "rule",
        "severity",
        "resource",
        "property",
        "value",
        "message",
        "hint",
        "ids",
      ]);
  });

  /** A configuration in which the rules that the unsafe file breaks are off. */
  function allMandatoryOff(): string {
    return write("off.json", JSON.stringify(Object.fromEntries(UNSAFE.map((rule) => [rule, "disabled"]))));
  }

  it("stops for less in development", async () => {
    const file = write(
      "dev.yml",
      "services: { db: { image: 'postgres:18', ports: ['5432:5432'], environment: { POSTGRES_PASSWORD: a }, volumes: ['d:/var/lib/postgresql'] } }\n",
    );
    assert.equal((await audit([file], {})).code, 1);
    assert.equal((await audit([file], { profile: "development" })).code, 0);
  });

  it("takes levels, thresholds and waivers from a configuration", async () => {
    const file = write("one.conf", "fsync = off\n");
    const waiver = {
      rule: "fsync-off",
      resource: file,
      reason: "it is rebuilt every night",
      expires: "2999-12-31",
    };
    const config = (content: object) => write("config.json", JSON.stringify(content));
    assert.equal((await audit([file], {})).code, 1);
    assert.equal((await audit([file], { config: config({ "fsync-off": "advisory" }) })).code, 0);
    const waived = await audit([file], { config: config({ waivers: { list: [waiver] } }) });
    assert.equal(waived.code, 0);
    assert.match(waived.text, /waived: fsync-off on .*one\.conf is waived until 2999-12-31 \(1 finding\)/);
    const refused = await audit([file], {
      config: config({ waivers: { list: [{ ...waiver, reason: "" }] } }),
    });
    assert.equal(refused.code, 1);
    assert.match(
      refused.text,
      /refused-waivers \(waivers.list\)\n {2}waiver 1 .* has no reason, and does not hold/,
    );
    for (const [content, words] of [
      [{ "no-such-rule": "advisory" }, /names no rule of the pack: no-such-rule\nHINT: /],
      [{ "fsync-off": "loud" }, /the level of fsync-off is none of .*: loud\nHINT: /],
    ] as const) {
      const { code, errors } = await audit([file], { config: config(content) });
      assert.equal(code, 2);
      assert.match(errors, words);
    }
  });

  it("reads several things at once, and says all that cannot be read", async () => {
    const conf = write("two.conf", "fsync = off\n");
    const bad = write("bad.yml", "services: [");
    const { ok, code, findings, errors } = await auditJson([
      conf,
      bad,
      path.join(folder, "gone.json"),
      folder,
    ]);
    assert.deepEqual({ ok, code }, { ok: false, code: 2 });
    assert.ok(findings.some(({ rule }) => rule === "fsync-off"));
    assert.equal(errors.match(/HINT: /g)?.length, 3, errors);
  });

  it("shows a person blocks whose lines can be copied, and a verdict at the end", async () => {
    const file = write("three.conf", "fsync = off\n");
    const { text } = await audit([file], {
      config: write("c.json", JSON.stringify({ all: "disabled", "fsync-off": "mandatory" })),
    });
    assert.equal(
      text,
      [
        "mandatory  critical  fsync-off (line 1)",
        `  ${file}: fsync is off: a power cut can leave the cluster unreadable`,
        "  HINT: write `fsync = on` in line 1",
        "  DOCS: https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-FSYNC",
        "  SAME AS: PMM:postgresql_fsync",
        "",
        `NOT ok: 1 mandatory and 0 advisory findings in ${file}`,
      ].join("\n"),
    );
  });

  it("says that a server cannot be reached, without its password", async () => {
    const { code, errors } = await audit(["postgres://app:secret@127.0.0.1:1/app"], {});
    assert.equal(code, 2);
    assert.match(errors, /^no connection to app@127\.0\.0\.1:1\/app: .*ECONNREFUSED/);
    const broken = await audit(["postgres://app:sec/ret@:x@/"], {});
    assert.equal(broken.code, 2);
    assert.doesNotMatch(errors + broken.errors, /sec\/?ret/);
  });

  describe("whatever is in a file", () => {
    const by = measure("production", {}, "2026-01-01");
    const survives = (text: string, file: string) => {
      try {
        findingsOf([auditText(text, file, undefined)], by);
      } catch (error) {
        if (!isFault(error)) throw error;
      }
    };

    it("any text is judged or refused", () => {
      const names = fc.constantFrom("a.yml", "a.json", "postgresql.conf", "pg_hba.conf");
      fc.assert(fc.property(fc.string({ unit: "binary" }), names, survives), { numRuns: 300 });
    });

    const KEYS = [
      ..."image command entrypoint environment env_file volumes tmpfs ports shm_size mem_limit deploy restart".split(
        " ",
      ),
      ..."healthcheck networks network_mode configs logging labels devices ulimits cap_add extends stop_grace_period".split(
        " ",
      ),
    ];
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom("postgres:15", "$" + "{A:-$" + "{B}", "::", "~", "1h", "../..", "5432-1"),
    );

    it("any values in a Compose file are judged or refused", () => {
      const service = fc.dictionary(fc.constantFrom(...KEYS), anything);
      const project = fc.record({
        services: fc.dictionary(fc.string(), service),
        volumes: anything,
        configs: anything,
        include: anything,
      });
      fc.assert(
        fc.property(project, (json) =>
          survives(
            JSON.stringify({ ...json, services: { db: { image: "postgres:15" }, ...json.services } }),
            "a.yml",
          ),
        ),
        { numRuns: 500 },
      );
    });

    it("any parameters are judged or refused", () => {
      const parameter = fc.record({
        ParameterName: anything,
        ParameterValue: anything,
        Source: anything,
        ApplyMethod: anything,
      });
      fc.assert(
        fc.property(fc.record({ Parameters: fc.array(parameter), family: anything }), (json) =>
          survives(JSON.stringify(json), "a.json"),
        ),
        { numRuns: 300 },
      );
    });

    it("10 MB of it are judged or refused in seconds", () => {
      for (const [text, file] of [
        ["x".repeat(10_000_000), "postgresql.conf"],
        ["a = '\n".repeat(1_500_000), "postgresql.conf"],
        [`services: { db: { image: postgres, command: "${"-c a=b ".repeat(1_400_000)}" } }`, "a.yml"],
      ] as const)
        survives(text, file);
    }).timeout(60_000);
  });
});
