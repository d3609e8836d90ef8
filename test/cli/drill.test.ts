/** What a person reads of a drill, and what a script gets as exit code. */

import assert from "node:assert/strict";
import { type DrillReport, drillText, exitCode } from "../../cli/drill";
import type { ControlResult } from "../../drills/controls";
import type { DrillRound } from "../../drills/rounds";

const SAFE: DrillRound[] = [
  {
    round: 0,
    commits: 0,
    loadSeconds: 0,
    recovery: { seconds: 0.24, replayedBytes: 1_782_580 },
    findings: [],
  },
  {
    round: 1,
    commits: 2026,
    loadSeconds: 1.74,
    recovery: { seconds: 0.98, replayedBytes: 11_848_909 },
    findings: [],
  },
];

const LOST: DrillRound = {
  round: 2,
  commits: 1201,
  loadSeconds: 1.2,
  recovery: null,
  findings: [
    {
      kind: "down",
      count: 1,
      text: "the server does not start: PANIC: could not locate a valid checkpoint record",
    },
  ],
};

function report(changes: Partial<DrillReport>): DrillReport {
  return { stack: "local", version: "15", drills: [], controls: [], interrupted: false, ...changes };
}

const PASSED = report({ drills: [{ drill: "power-cut", verdict: "passed", reason: null, rounds: SAFE }] });
const FAILED = report({
  drills: [{ drill: "power-cut", verdict: "failed", reason: null, rounds: [...SAFE, LOST] }],
});
const NOT_RUN = report({
  drills: [
    {
      drill: "power-cut",
      verdict: "not run",
      reason: "a power cut needs root: it mounts file systems of its own\nHINT: run it as root on Linux",
      rounds: [],
    },
  ],
});

function control(found: boolean): ControlResult {
  return { name: "fsync = off", drill: "power-cut", found, rounds: found ? [LOST] : SAFE };
}

describe("durable-postgres drill", () => {
  it("shows every round, the verdict, and what it proves and does not prove", () => {
    assert.equal(
      drillText(PASSED),
      `drill power-cut, a copy of stack local, PostgreSQL 15: the file systems of data and archive lose everything that was not flushed
┌───────┬────────────┬─────────┬──────────┬──────────────┬────────────────────────────────────────────────────────────┐
│ round │ under load │ commits │ recovery │ WAL replayed │ found                                                      │
├───────┼────────────┼─────────┼──────────┼──────────────┼────────────────────────────────────────────────────────────┤
│     0 │  just made │       0 │    0.2 s │       1.7 MB │ nothing missing                                            │
│     1 │      1.7 s │    2026 │    1.0 s │      11.3 MB │ nothing missing                                            │
└───────┴────────────┴─────────┴──────────┴──────────────┴────────────────────────────────────────────────────────────┘
ok: 2026 acknowledged commits, 0 lost; longest recovery 1.0 s
PROVES: Every acknowledged commit and every archived segment was flushed, in the right order.
DOES NOT PROVE: That your disk keeps what it says it has flushed: the cut is above the disk. Test the disk by pulling its plug.`,
    );
  });

  it("says that a failover is the stack's own, and that nobody reads AWS's log", () => {
    const recovery = { seconds: 61.2, replayedBytes: null };
    const rounds = [{ round: 1, commits: 900, loadSeconds: 3, recovery, findings: [] }];
    const text = drillText(
      report({ drills: [{ drill: "failover", verdict: "passed", reason: null, rounds }] }),
    );
    assert.match(
      text,
      /^drill failover, stack local itself, PostgreSQL 15: AWS fails the database itself over/,
    );
    assert.match(text, /│ {3}61\.2 s │ {5}not told │ nothing missing/);
  });

  it("says in which round it failed, and how", () => {
    const text = drillText(FAILED);
    assert.match(
      text,
      /│ {5}2 │ {6}1\.2 s │ {4}1201 │ {5}none │ {14}│ the server does not start: PANIC: could not locate/,
    );
    assert.match(text, /^FAILED in round 2, after 3227 acknowledged commits$/m);
  });

  it("never shows a drill that did not run as passed", () => {
    assert.match(drillText(NOT_RUN), /\nNOT RUN: a power cut needs root: .*\nHINT: run it as root on Linux$/);
    assert.doesNotMatch(drillText(NOT_RUN), /PROVES|ok:/);
  });

  it("says when an unsafe server was not found", () => {
    const found = drillText(report({ controls: [control(true)] }));
    assert.match(found, /^ok: the drills find all 1 unsafe servers$/m);
    const missed = drillText(report({ controls: [control(true), control(false)] }));
    assert.match(missed, /│ NOT FOUND/);
    assert.match(missed, /^FAILED: 1 of 2 unsafe servers were not found, so the drills prove nothing here$/m);
  });

  it("says that it was interrupted, and does not exit as if it had come to its end", () => {
    const ended = report({ ...PASSED, interrupted: true });
    assert.match(
      drillText(ended),
      /^ok: 2026 acknowledged commits, 0 lost;[\s\S]*\n\nINTERRUPTED: less was run than was asked for$/m,
    );
    assert.deepEqual([ended, report({ ...FAILED, interrupted: true })].map(exitCode), [2, 1]);
  });

  it("exits with 0, 1 for a loss or a blind drill, 2 for one that did not run", () => {
    const both = report({ drills: [...FAILED.drills, ...NOT_RUN.drills] });
    const blind = report({ ...PASSED, controls: [control(false)] });
    assert.deepEqual([PASSED, FAILED, blind, NOT_RUN, both].map(exitCode), [0, 1, 1, 2, 1]);
  });
});
