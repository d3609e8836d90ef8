/** How a user's mistake is reported. */

import assert from "node:assert/strict";
import { RunError } from "@pulumi/pulumi";
import { Fault, Faults, isFault, throwFaults } from "../../components/faults";
import { refusing } from "../../components/run-error";

const [first, second] = [
  new Fault("the door is open", "close it"),
  new Fault("it rains", "take an umbrella"),
];

describe("faults", () => {
  it("are a fact and a hint", () => {
    assert.equal(first.message, "the door is open\nHINT: close it");
  });

  it("are thrown alone, together, or not at all", () => {
    assert.doesNotThrow(() => throwFaults([]));
    assert.throws(() => throwFaults([first]), first);
    assert.throws(() => throwFaults([first, second]), {
      name: "Faults",
      faults: [first, second],
      message: "the door is open\nHINT: close it\nit rains\nHINT: take an umbrella",
    });
  });

  it("are told from other errors", () => {
    assert.deepEqual([first, new Faults([first]), new Error("no"), undefined].map(isFault), [
      true,
      true,
      false,
      false,
    ]);
  });

  it("stop a program with their message alone; other errors keep their stack", () => {
    const throwing = (error: unknown) => () =>
      refusing(() => {
        throw error;
      });
    assert.throws(throwing(first), (error) => error instanceof RunError && error.message === first.message);
    const other = new TypeError("a bug");
    assert.throws(throwing(other), (error) => error === other);
    assert.equal(
      refusing(() => 7),
      7,
    );
  });
});
