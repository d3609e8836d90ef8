/** Does every zone get its own part of a VPC's range, whatever the list of zones looks like? */

import assert from "node:assert/strict";
import fc from "fast-check";
import { subnetRange } from "../../../components/rds/addresses";

/** First and last address of a range, as numbers. */
function bounds(range: string): [number, number] {
  const [address = "", length] = range.split("/");
  const first = address.split(".").reduce((number, part) => number * 256 + Number(part), 0);
  return [first, first + 2 ** (32 - Number(length)) - 1];
}

const zone = fc.integer({ min: 0, max: 15 }).map((index) => `eu-central-1${String.fromCharCode(97 + index)}`);
const vpc = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 16, max: 24 }))
  .map(([part, bits]) => {
    return `10.${part}.0.0/${bits}`;
  });

describe("The subnet of a zone", () => {
  it("follows from the zone's letter", () =>
    assert.deepEqual(
      ["eu-central-1a", "eu-central-1b", "eu-central-1c", "us-east-1f"].map((name) => [
        name,
        subnetRange("10.42.0.0/16", name),
        subnetRange("172.31.128.0/20", name),
      ]),
      [
        ["eu-central-1a", "10.42.0.0/20", "172.31.128.0/24"],
        ["eu-central-1b", "10.42.16.0/20", "172.31.129.0/24"],
        ["eu-central-1c", "10.42.32.0/20", "172.31.130.0/24"],
        ["us-east-1f", "10.42.80.0/20", "172.31.133.0/24"],
      ],
    ));

  it("lies in the VPC and meets no other one", () =>
    fc.assert(
      fc.property(vpc, zone, zone, (range, one, other) => {
        const [first, last] = bounds(range);
        const [from, to] = bounds(subnetRange(range, one));
        const [start, end] = bounds(subnetRange(range, other));
        assert.ok(first <= from && to <= last, "outside of the VPC");
        assert.ok(one === other || to < start || end < from, "two zones share addresses");
      }),
    ));
});
