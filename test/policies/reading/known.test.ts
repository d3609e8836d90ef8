/** Is a flag read as it is meant, whatever the program that wrote it makes of true and false? */

import assert from "node:assert/strict";
import { flag, UNKNOWN } from "../../../policies/reading/known";

describe("a flag", () => {
  for (const value of [true, "true", "True", "TRUE", 1, "1"])
    it(`${JSON.stringify(value)} is true`, () => assert.equal(flag(value), true));

  for (const value of [false, "false", "False", "FALSE", 0, "0"])
    it(`${JSON.stringify(value)} is false`, () => assert.equal(flag(value), false));

  for (const value of [undefined, null, "", "yes", 2, "falsehood", [], {}, "1".repeat(10_000)])
    it(`${JSON.stringify(value)?.slice(0, 20)} is neither`, () => assert.equal(flag(value), undefined));

  it("that is not known yet is not known", () => assert.equal(flag(UNKNOWN), UNKNOWN));
});
