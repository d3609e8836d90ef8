/** Times with microseconds and zones. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { fromPostgres, readTime, showTime } from "../../../components/backup/time";

/** 2026-11-24T10:00:00Z */
const TEN = 1_795_514_400_000_000n;

describe("a time", () => {
  it("is read back to the microsecond", () => {
    const microseconds = fc.bigInt({ min: 0n, max: 253_402_300_799_999_999n });
    fc.assert(fc.property(microseconds, (value) => readTime(showTime(value)) === value));
  });

  for (const [text, expected] of Object.entries({
    "2026-11-24T10:00:00Z": TEN,
    "2026-11-24 10:00Z": TEN,
    "2026-11-24 10:00:00 UTC": TEN,
    "2026-11-24 10:00:00 GMT": TEN,
    "2026-11-24T11:00:00+01": TEN,
    "2026-11-24T11:00:00+0100": TEN,
    "2026-11-24T15:30:00+05:30": TEN,
    "2026-11-24T02:00:00-08:00": TEN,
    "2026-11-24T10:00:00.5Z": TEN + 500_000n,
    "2026-11-24 10:00:00.123456+00": TEN + 123_456n,
    "2026-11-24 10:00:00": "no zone",
    "2026-11-24T10:00": "no zone",
    "2026-02-30T10:00:00Z": undefined,
    "2026-11-24T24:00:00Z": undefined,
    "2026-11-24T10:60:00Z": undefined,
    "2026-11-24": undefined,
    "2026-11-24T10:00:00 Europe/Berlin": undefined,
  }))
    it(`${text} is ${typeof expected === "bigint" ? showTime(expected) : (expected ?? "none")}`, () => {
      assert.equal(readTime(text), expected);
    });

  it("of the WAL counts from 2000", () => {
    assert.equal(showTime(fromPostgres(0n)), "2000-01-01T00:00:00.000000Z");
  });
});
