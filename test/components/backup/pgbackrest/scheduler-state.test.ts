import assert from "node:assert/strict";
import { rehearsalIn } from "../../../../components/backup/pgbackrest/scheduler-state";

describe("the state of the scheduler of a container's backups", () => {
  const last = (rehearse: object) => rehearsalIn(JSON.stringify({ full: { handled: 1 }, rehearse }));

  it("tells the last rehearsal: how it ended, when, and how long the restore took", () => {
    const ended = Date.parse("2026-11-22T06:30:09Z") / 1000;
    const finishedAt = "2026-11-22T06:30:09.000000Z";
    assert.deepEqual(last({ handled: 1, ended, failure: "", restoreSeconds: 2.5 }), {
      ok: true,
      finishedAt,
      restoreSeconds: 2.5,
      failure: null,
    });
    assert.deepEqual(last({ handled: 1, ended, failure: "exit code 1: no canary", restoreSeconds: null }), {
      ok: false,
      finishedAt,
      restoreSeconds: null,
      failure: "exit code 1: no canary",
    });
  });

  it("tells none before the first one ended", () => {
    assert.deepEqual([last({ handled: 1 }), rehearsalIn("{}")], [null, null]);
  });
});
