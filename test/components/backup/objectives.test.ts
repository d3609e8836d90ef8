/** Objectives, and the parameters they become. */

import assert from "node:assert/strict";
import {
  archiveParameters,
  calibrationFaults,
  durabilityFaults,
  oldestBackup,
  recoveryObjective,
} from "../../../components/backup/objectives";

const REFUSED: Record<string, readonly [object, string]> = {
  "losing nothing with the machine": [
    { hostLossRpo: "0" },
    "durability.hostLossRpo 0 cannot be met: losing nothing with the machine needs a synchronous standby on another one\nHINT: write `durability.hostLossRpo: 5min`",
  ],
  "never archiving": [
    { hostLossRpo: "never" },
    'durability.hostLossRpo "never" is not a time from 10s to 24h\nHINT: write `durability.hostLossRpo: 5min`',
  ],
  "a second": [
    { hostLossRpo: "1s" },
    'durability.hostLossRpo "1s" is not a time from 10s to 24h\nHINT: write `durability.hostLossRpo: 5min`',
  ],
  "two days": [
    { hostLossRpo: "2d" },
    'durability.hostLossRpo "2d" is not a time from 10s to 24h\nHINT: write `durability.hostLossRpo: 5min`',
  ],
  "losing commits in a crash": [
    { crashRpo: "200ms" },
    'durability.crashRpo "200ms" is refused: a commit is on disk before it is acknowledged, and no other way is offered\nHINT: write `durability.crashRpo: 0s`, or remove it',
  ],
  "recovering in no time": [
    { rto: "1ms" },
    "durability.rto 1ms cannot be met: a start takes up to 5s, and the WAL of the fewest checkpoints that make sense is replayed at 23MB/s (a third of what two idle CPUs did; `calibrate` measures it here)\nHINT: write `durability.rto: 11s`; a standby takes over faster",
  ],
  "recovering some time": [
    { rto: "soon" },
    'durability.rto "soon" is not a time up to 24h\nHINT: write `durability.rto: 1min`',
  ],
  "an outage that nobody knows": [
    { onArchiveOutage: "drop" },
    'durability.onArchiveOutage "drop" is not one of block, drop-and-rebackup\nHINT: write `durability.onArchiveOutage: block`',
  ],
  "no retention": [
    { retention: 0 },
    "durability.retention 0 is not a whole number from 1 to 3650\nHINT: write `durability.retention: 1`",
  ],
};

describe("objectives", () => {
  for (const [name, [args, message]] of Object.entries(REFUSED))
    it(`are refused: ${name}`, () => {
      assert.deepEqual(
        durabilityFaults(args).map((fault) => fault.message),
        [message],
      );
    });

  for (const crashRpo of ["0", "0s", "0ms", "0min"])
    it(`may say that a crash loses nothing: ${crashRpo}`, () =>
      assert.deepEqual(durabilityFaults({ crashRpo }), []));

  it("of recovery can be met where the machine was measured to be fast enough", () => {
    assert.deepEqual(
      ["10s", "11s"].map((rto) => durabilityFaults({ rto }).length),
      [1, 0],
    );
    assert.deepEqual(durabilityFaults({ rto: "7s" }, { calibration: { replayRate: 200 } }), []);
  });

  it("of recovery go with half of the measured rate, or half of the slowest seen", () => {
    assert.deepEqual(recoveryObjective(), undefined);
    assert.deepEqual(recoveryObjective({ rto: "30" }), { rto: 30, replayRate: 23, measuredAt: null });
    assert.deepEqual(
      recoveryObjective({ rto: "1min" }, { replayRate: 201, measuredAt: "2026-11-26T10:00:00Z" }),
      {
        rto: 60,
        replayRate: 100,
        measuredAt: "2026-11-26T10:00:00Z",
      },
    );
  });

  it("take a calibration only as it is written by the command", () => {
    assert.deepEqual(
      calibrationFaults({ replayRate: 0, measuredAt: "once" }).map(({ message }) => message),
      [
        "calibration.replayRate 0 is not a whole number from 1 to 1000000\nHINT: write `calibration.replayRate: 1`",
        'calibration.measuredAt "once" is not a time\nHINT: npx durable-postgres calibrate writes it',
      ],
    );
  });

  it("are refused where the target cannot drop WAL, with the reason", () => {
    const args = { onArchiveOutage: "drop-and-rebackup" } as const;
    assert.deepEqual(durabilityFaults(args), []);
    assert.deepEqual(durabilityFaults({ onArchiveOutage: "block" }, { keepsWal: "it keeps everything" }), []);
    assert.deepEqual(
      durabilityFaults(args, { keepsWal: "it keeps everything" }).map((fault) => fault.message),
      [
        "durability.onArchiveOutage drop-and-rebackup cannot be met: it keeps everything\nHINT: write `durability.onArchiveOutage: block`; status tells how long the disk lasts",
      ],
    );
  });

  it("say from when on the newest backup is too old", () => {
    assert.deepEqual([14, 8, 3].map(oldestBackup), [8 * 86_400, 8 * 86_400, 3 * 86_400]);
  });

  it("need not be said", () => assert.deepEqual(durabilityFaults(), []));

  it("become archive_timeout, which a reload changes", () => {
    const values = (args?: object) =>
      Object.entries(archiveParameters(args)).map(([name, { value, reload }]) => [name, value, reload]);
    assert.deepEqual(values(), [
      ["archive_mode", "on", undefined],
      ["archive_library", "basic_archive", undefined],
      ["archive_timeout", "5min", true],
    ]);
    assert.deepEqual(values({ hostLossRpo: "1min" }).at(-1), ["archive_timeout", "1min", true]);
  });
});
