/** Positions in the WAL, and the names of its files. */

import assert from "node:assert/strict";
import fc from "fast-check";
import {
  historyName,
  readHistoryName,
  readLsn,
  readSegmentName,
  segmentBefore,
  segmentName,
  segmentOf,
  segmentStart,
  showLsn,
} from "../../../components/backup/lsn";

const position = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

describe("a position in the WAL", () => {
  it("is read back as it is written", () => {
    fc.assert(fc.property(position, (value) => readLsn(showLsn(value)) === value));
  });

  it("is nothing else", () => {
    for (const text of ["", "5", "0/", "/0", "0/123456789", "g/1", "0/1 ", "2026-11-24"])
      assert.equal(readLsn(text), undefined, text);
  });

  it("lies in the segment whose name pg_walfile_name gives", () => {
    // SELECT pg_walfile_name('16/B374D848'), pg_walfile_name('0/2000000') on PostgreSQL 15.
    const name = (number: bigint) => segmentName({ timeline: 1, number });
    assert.equal(name(segmentBefore(0x16_b374d848n)), "0000000100000016000000B3");
    assert.equal(name(segmentBefore(0x200_0000n)), "000000010000000000000001");
    assert.equal(name(segmentOf(0x200_0000n)), "000000010000000000000002");
    assert.equal(segmentStart(segmentOf(0x16_b374d848n)), 0x16_b300_0000n);
  });
});

describe("the name of a file of WAL", () => {
  it("is read back as it is written", () => {
    const timelines = fc.integer({ min: 1, max: 2 ** 32 - 1 });
    const numbers = fc.bigInt({ min: 0n, max: 2n ** 40n - 1n });
    const readBack = (timeline: number, number: bigint) =>
      assert.deepEqual(readSegmentName(segmentName({ timeline, number })), { timeline, number });
    fc.assert(fc.property(timelines, numbers, readBack));
  });

  it("of a history file is one", () => {
    assert.equal(historyName(10), "0000000A.history");
    assert.equal(readHistoryName("0000000A.history"), 10);
    assert.equal(readHistoryName("00000001000000000000000A"), undefined);
  });

  it("is no segment's where it ends in something else", () => {
    for (const ending of [".partial", ".00000028.backup", ".history", "0"])
      assert.equal(readSegmentName(`000000010000000000000002${ending}`), undefined, ending);
  });
});
