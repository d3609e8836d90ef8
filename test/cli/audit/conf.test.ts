/** What does the audit find in a postgresql.conf, in files it includes, and in a pg_hba.conf? */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { findingsIn, fixture, rulesIn } from "./fixtures";

const NOT_SHOWN = /^pg-log|^archive-|^pg-ssl|^idle-/;

describe("a postgresql.conf", () => {
  it("is read with its includes, the automatic file and pg_hba.conf beside it", () => {
    const file = "include/postgresql.conf";
    const findings = findingsIn(readFileSync(fixture(file), "utf8"), file);
    assert.deepEqual(
      rulesIn(findings, (rule) => !NOT_SHOWN.test(rule)),
      [
        "config-file-opaque (line 6)",
        // fsync = off of line 2 does not count: tuning.conf turns it on again.
        "full-page-writes-off (tuning.conf line 1)",
        "pg-hba-no-trust (pg_hba.conf line 2)",
        "server-does-not-start (line 7)",
        "server-does-not-start (line 8)",
        "synchronous-commit-off (postgresql.auto.conf line 1)",
      ],
    );
  });

  it("is told which line to write", () => {
    const [finding] = findingsIn("work_mem = 4MB\nfsync = off # fast\n", "nowhere/my.conf");
    const name = fixture("nowhere/my.conf");
    assert.deepEqual(finding, {
      rule: "fsync-off",
      severity: "critical",
      resource: name,
      property: "line 2",
      value: "fsync = off",
      message: `${name}: fsync is off: a power cut can leave the cluster unreadable`,
      hint: "write `fsync = on` in line 2",
      ids: finding?.ids,
    });
  });

  it("is told where a missing line goes", () => {
    const found = findingsIn("", "nowhere/my.conf").find(({ rule }) => rule === "archive-mode-off");
    assert.equal(found?.hint, "write `archive_mode = on` in my.conf");
    assert.equal(found?.property, "my.conf");
  });

  it("that includes itself comes to an end", () => {
    const text = readFileSync(fixture("include/postgresql.conf"), "utf8");
    const found = findingsIn(`include 'circle.conf'\n${text}`, "include/circle.conf");
    assert.ok(found.length > 0);
  });
});

describe("a pg_hba.conf", () => {
  it("is judged by itself", () => {
    const text = "local all all peer\nhost all all 127.0.0.1/32 trust\nhost all all 10.0.0.0/8 trust\n";
    const [finding, ...others] = findingsIn(text, "nowhere/pg_hba.conf");
    assert.deepEqual(others, []);
    const name = fixture("nowhere/pg_hba.conf");
    assert.deepEqual(finding, {
      rule: "pg-hba-no-trust",
      severity: "critical",
      resource: name,
      property: "line 3",
      value: "host all all 10.0.0.0/8 trust",
      message: `${name}: \`host all all 10.0.0.0/8 trust\` lets 10.0.0.0/8 in without a password`,
      hint: "write `host all all 10.0.0.0/8 scram-sha-256` in line 3",
      ids: finding?.ids,
    });
  });
});
