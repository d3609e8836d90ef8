/** Objectives, and the parameters they become. */

import assert from "node:assert/strict";
import { archiveParameters, durabilityFaults, oldestBackup } from "../../../components/backup/objectives";

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

  it("are refused where the target cannot drop WAL, with the reason", () => {
    const args = { onArchiveOutage: "drop-and-rebackup" } as const;
    assert.deepEqual(durabilityFaults(args), []);
    assert.deepEqual(durabilityFaults({ onArchiveOutage: "block" }, "it keeps everything"), []);
    assert.deepEqual(
      durabilityFaults(args, "it keeps everything").map((fault) => fault.message),
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
