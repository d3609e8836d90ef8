/** How much a server replayed, from its log. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { lsn as readLsn } from "../../components/backup/lsn";
import { readRecovery, readReplay } from "../../drills/recovery";

const CRASHED = `
LOG:  database system was not properly shut down; automatic recovery in progress
LOG:  redo starts at 0/16D5F38
LOG:  invalid record length at 0/2A3F4C8: wanted 24, got 0
LOG:  redo done at 0/2A3F4A0 system usage: CPU: user: 0.05 s, system: 0.03 s, elapsed: 0.10 s
LOG:  database system is ready to accept connections`;

describe("recovery of a server", () => {
  it("is as long as the WAL between the positions of the log", () => {
    assert.equal(readRecovery(CRASHED), 0x2a3f4a0 - 0x16d5f38);
  });

  it("is nothing after a clean shutdown", () => {
    assert.equal(readRecovery("LOG:  database system was shut down at 2026-11-24 10:00:00 UTC"), 0);
  });

  it("takes as long as its log says, whatever the time zone", () => {
    const timed = CRASHED.trim()
      .split("\n")
      .map((line, index) => `2026-11-24 23:59:5${index * 2}.250 CET [4${index}] ${line}`)
      .join("\n");
    assert.equal(readReplay(timed.replace("58.250 CET [44]", "59.750 CET [44]")), 7.75 - 0.25);
  });

  it("takes no time that can be told from a log without times", () => {
    assert.throws(() => readReplay(CRASHED), /has no line with a time and "database system is ready/);
  });

  it("reads any position as pg_lsn prints it", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (lsn) => {
        const text = `${(lsn >> 32n).toString(16)}/${(lsn & 0xffffffffn).toString(16)}`.toUpperCase();
        assert.equal(readLsn(text), lsn);
      }),
    );
  });
});
