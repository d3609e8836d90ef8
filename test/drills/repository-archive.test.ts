/** Which segments must there be in a repository without a hole? */

import assert from "node:assert/strict";
import fc from "fast-check";
import { segmentName } from "../../components/backup/lsn";
import { inARow } from "../../drills/repository-archive";

describe("the segments of a repository", () => {
  it("are all between the first and the last one, over the end of a log file", () => {
    const names = ["000000010000000200000001", "0000000100000001000000FE", "00000001.history"];
    assert.deepEqual(inARow(names), [
      "0000000100000001000000FE",
      "0000000100000001000000FF",
      "000000010000000200000000",
      "000000010000000200000001",
    ]);
  });

  it("are none where there is none", () => {
    assert.deepEqual(inARow(["archive.info"]), []);
  });

  it("hold every one that is there, in a row, whatever their order", () => {
    const numbers = fc.uniqueArray(fc.bigInt(1n, 300n), { minLength: 1 });
    fc.assert(
      fc.property(numbers, (present) => {
        const all = inARow(present.map((number) => segmentName({ timeline: 1, number })));
        const [first = 0n, last = 0n] = [present.reduce(least), present.reduce(most)];
        assert.equal(BigInt(all.length), last - first + 1n);
        for (const number of present) assert.ok(all.includes(segmentName({ timeline: 1, number })));
        assert.deepEqual(all, [...all].sort());
      }),
    );
  });
});

function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}

function most(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
