/** What a person reads of a calibration. */

import assert from "node:assert/strict";
import { calibrationText } from "../../cli/calibrate";

describe("durable-postgres calibrate", () => {
  it("says what was measured, how, and what follows from it", () => {
    assert.equal(
      calibrationText({
        stack: "local",
        measuredAt: "2026-11-26T10:00:00.000Z",
        fdatasync: 126,
        diskRate: 1129,
        replayRate: 120,
        replayedBytes: 556_503_144,
        replaySeconds: 4.42,
      }),
      `┌───────────┬───────────┬────────────────────────────────────────────────────────────────────────┐
│ what      │  measured │ how                                                                    │
├───────────┼───────────┼────────────────────────────────────────────────────────────────────────┤
│ one flush │    126 µs │ median of writing and flushing 8 kB, for 2 s, into an allocated file   │
│ disk      │ 1129 MB/s │ 256 MB in a row, flushed at the end                                    │
│ recovery  │  120 MB/s │ 531 MB in 4.4 s: a server killed before its checkpoint, from the first │
│           │           │ record until it took connections, by its own log                       │
└───────────┴───────────┴────────────────────────────────────────────────────────────────────────┘
ok: written to Pulumi.local.yaml as calibration of 2026-11-26; 60 MB/s count, so that durability.rto can be 8s or more`,
    );
  });
});
