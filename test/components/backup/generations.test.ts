/** The generations of a stack, as configured. */

import assert from "node:assert/strict";
import { generationName, readGenerations } from "../../../components/backup/generations";

/** What is configured, and every word of what is wrong with it. */
const REFUSED: Record<string, readonly [list: unknown[], active: number | undefined, ...messages: string[]]> =
  {
    "a number alone": [[2], 1, "generations[0] 2 is not a generation\nHINT: write `- number: 1`"],
    "a number that is none, and an unknown key": [
      [{ number: "1", resoreFrom: {} }],
      1,
      "unknown configuration key generations[0].resoreFrom\nHINT: did you mean restoreFrom? Known are number, restoreFrom, retiring",
      'generations[0].number "1" is not a whole number from 1 on\nHINT: write `number: 1`',
    ],
    "a restore from nowhere": [
      [{ number: 1 }, { number: 2, restoreFrom: "latest" }],
      1,
      'generations[1].restoreFrom "latest" does not say from which generation, and to which moment\nHINT: write `restoreFrom: { generation: 1, to: latest }`',
    ],
    "a time without zone": [
      [{ number: 1 }, { number: 2, restoreFrom: { generation: 1, to: "2026-01-01 10:00" } }],
      1,
      "the time 2026-01-01 10:00 has no time zone\nHINT: --to 2026-01-01T10:00Z if it is UTC, or with the offset of your zone: --to 2026-01-01T10:00+01:00",
    ],
    "a moment that is no text": [
      [{ number: 1 }, { number: 2, restoreFrom: { generation: 1, to: 5 } }],
      1,
      'generations[1].restoreFrom.to 5 is not a text\nHINT: write `to: "2026-11-24T10:00:00Z"`, with quotes',
    ],
    "the same number twice, and an active one that is not there": [
      [{ number: 2 }, { number: 2 }],
      1,
      "generation 2 is there twice\nHINT: remove one of them, or give it another number",
      "active is 1, and there is no such generation\nHINT: write `active: 2`",
    ],
    "a restore from itself": [
      [{ number: 2, restoreFrom: { generation: 2, to: "latest" } }],
      2,
      "generation 2 is to be restored from itself\nHINT: write the number of another generation, such as `generation: 1`",
    ],
  };

describe("the generations of a stack", () => {
  it("are the first alone where nothing is said, or an empty list", () => {
    const first = { generations: { list: [{ number: 1 }], active: 1 }, faults: [] };
    assert.deepEqual(readGenerations(), first);
    assert.deepEqual(readGenerations([]), first);
  });

  it("may leave out the one that was restored: it can be lost", () => {
    const list = [{ number: 2, restoreFrom: { generation: 1, to: "latest" } }];
    assert.deepEqual(readGenerations(list, 2), { generations: { list, active: 2 }, faults: [] });
  });

  for (const [name, [list, active, ...messages]] of Object.entries(REFUSED))
    it(`are refused for ${name}`, () => {
      assert.deepEqual(
        readGenerations(list, active).faults.map(({ message }) => message),
        messages,
      );
    });

  it("keep the first one's name as it always was", () => {
    assert.deepEqual(
      [1, 2].map((number) => generationName("postgres", number)),
      ["postgres", "postgres-2"],
    );
  });
});
