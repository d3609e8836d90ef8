/** Does `${…}` stand for what Compose makes of it? */

import assert from "node:assert/strict";
import { interpolate } from "../../../cli/audit/interpolation";

const VARIABLES: Readonly<Record<string, string>> = { SET: "value", EMPTY: "" };

/** Texts without their dollar signs, which are written as `@`, and what they stand for. */
const CASES: readonly [text: string, expected: string][] = [
  ["plain", "plain"],
  ["@SET", "value"],
  ["a@{SET}b", "avalueb"],
  ["@{UNSET}", "\0"],
  ["@UNSET.x", "\0.x"],
  ["@{EMPTY}", ""],
  ["@{UNSET:-other}", "other"],
  ["@{UNSET-other}", "other"],
  ["@{EMPTY:-other}", "other"],
  ["@{EMPTY-other}", ""],
  ["@{SET:-other}", "value"],
  ["@{UNSET:-@{EMPTY:-deep}}", "deep"],
  ["@{UNSET:-@{SET}}!", "value!"],
  ["@{SET:+other}", "other"],
  ["@{EMPTY:+other}", ""],
  ["@{SET:?must be set}", "value"],
  ["@{UNSET:?must be set}", "\0"],
  ["@@SET", "@SET"],
  ["@@@SET", "@value"],
  ["@1 @ @", "@1 @ @"],
  ["@{SET", "@{SET"],
  ["@{not a name}", "\0"],
];

describe("interpolation", () => {
  for (const [text, expected] of CASES)
    it(`makes ${JSON.stringify(expected)} of ${text}`, () => {
      const dollars = (written: string) => written.replaceAll("@", "$");
      assert.equal(
        interpolate(dollars(text), (name) => VARIABLES[name]),
        dollars(expected),
      );
    });
});
