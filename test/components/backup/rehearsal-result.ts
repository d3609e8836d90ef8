/** A rehearsal that succeeded, as it is recorded. */

export const RESULT = {
  stack: "local",
  generation: 1,
  ok: true,
  startedAt: "2026-11-24T10:00:00.000000Z",
  finishedAt: "2026-11-24T10:00:09.000000Z",
  restorePoint: "rehearsal-1",
  backup: "20261124-090000F",
  restoreSeconds: 4,
  dataAgeSeconds: 5,
  steps: [],
  failure: null,
};
