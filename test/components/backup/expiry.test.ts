/** What retention deletes, and what it must keep. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { expired } from "../../../components/backup/expiry";
import { Archive } from "../../../components/backup/segments";
import { backup, CLUSTER, FIRST_DAY, segments } from "./archives";

const DAY = 86_400_000_000n;
const HOUR = DAY / 24n;

/** Names of what expires on a day, at noon. */
function onDay(
  day: number,
  retention: number,
  numbers: number[],
  backups = [backup(0, 2), backup(1, 4), backup(2, 6)],
) {
  const files = segments(1, ...numbers);
  const archive = new Archive(files, backups, CLUSTER);
  const names = [
    ...files.map(({ name }) => name),
    "000000010000000000000002.00000028.backup",
    "00000002.history",
  ];
  const now = FIRST_DAY + BigInt(day) * DAY + 12n * HOUR;
  const found = expired(backups, names, { archive, retention, now });
  return [found.backups.map(({ id }) => id), found.segments.map((name) => name.slice(16))];
}

const ALL = [1, 2, 3, 4, 5, 6, 7];

describe("retention", () => {
  it("keeps everything while the retention reaches behind the first backup", () => {
    assert.deepEqual(onDay(2, 3, ALL), [[], []]);
  });

  it("deletes what is older than the backup from which the whole retention can be restored", () => {
    assert.deepEqual(onDay(2, 1, ALL), [
      ["backup-0"],
      ["00000001", "00000002", "00000003", "00000002.00000028.backup"],
    ]);
  });

  it("keeps the newest backup that can be restored, however old", () => {
    assert.deepEqual(onDay(400, 1, ALL)[0], ["backup-0", "backup-1"]);
    assert.deepEqual(onDay(400, 1, [1, 2, 3, 4, 5])[0], ["backup-0"]);
  });

  it("deletes nothing where nothing can be restored", () => {
    assert.deepEqual(onDay(400, 1, [7]), [[], []]);
  });

  it("never deletes the only backup before the retention begins, nor its WAL", () => {
    const day = fc.integer({ min: 0, max: 30 });
    const property = (today: number, retention: number) => {
      const [backups = []] = onDay(today, retention, ALL);
      const kept = [0, 1, 2].filter((index) => !backups.includes(`backup-${index}`));
      const [oldest = 99] = kept;
      assert.ok(oldest === 0 || oldest <= today - retention, `day ${today}, ${retention} days: ${kept}`);
    };
    fc.assert(fc.property(day, fc.integer({ min: 1, max: 30 }), property));
  });
});
