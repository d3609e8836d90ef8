/** What people write after --to, and what recovery is told. */

import assert from "node:assert/strict";
import {
  readTargetPoint,
  recoveryTarget,
  showTargetPoint,
  type TargetPoint,
} from "../../../components/backup/target-point";
import { time } from "../../../components/backup/time";

const NOW = time("2026-11-24T12:00:00Z");
const read = (text: string) => readTargetPoint(text, NOW);

/** What is written, what it means, how it is shown, and the parameters of recovery. */
const READ: Record<string, readonly [TargetPoint, shown: string, Record<string, string>]> = {
  latest: [{ kind: "latest" }, "latest", {}],
  "2026-11-24T11:00:00+01:00": [
    { kind: "time", time: time("2026-11-24T10:00:00Z") },
    "2026-11-24T10:00:00.000000Z",
    { recovery_target_time: "2026-11-24T10:00:00.000000+00", recovery_target_inclusive: "on" },
  ],
  "0/5000028": [
    { kind: "lsn", lsn: 0x5000028n },
    "0/5000028",
    { recovery_target_lsn: "0/5000028", recovery_target_inclusive: "off" },
  ],
  "before migration 7": [
    { kind: "name", name: "before migration 7" },
    "before migration 7",
    { recovery_target_name: "before migration 7" },
  ],
};

/** What is written, and every word of the refusal. */
const REFUSED: Record<string, string> = {
  "2026-11-24 10:00:00":
    "the time 2026-11-24 10:00:00 has no time zone\nHINT: --to 2026-11-24T10:00:00Z if it is UTC, or with the offset of your zone: --to 2026-11-24T10:00:00+01:00",
  "2026-11-24T12:00:00.000001Z":
    "the time 2026-11-24T12:00:00.000001Z lies in the future: it is 2026-11-24T12:00:00.000000Z now\nHINT: --to latest, for everything that was committed",
  "2026-11-31T10:00:00Z": "the time 2026-11-31T10:00:00Z does not exist\nHINT: --to 2026-11-24T10:00:00Z",
  "2026-11-24": "the time 2026-11-24 does not exist\nHINT: --to 2026-11-24T10:00:00Z",
  "": 'the restore target "" is neither a time, nor a position in the WAL, nor a restore point\'s name, nor latest\nHINT: --to 2026-11-24T10:00:00Z, --to 0/5000028, --to before-migration or --to latest',
};

describe("a restore target", () => {
  for (const [text, [point, shown, parameters]] of Object.entries(READ))
    it(`${text} is a ${point.kind}`, () => {
      assert.deepEqual(read(text), point);
      assert.equal(showTargetPoint(point), shown);
      assert.deepEqual(recoveryTarget(point), parameters);
    });

  for (const [text, message] of Object.entries(REFUSED))
    it(`${JSON.stringify(text)} is refused`, () => assert.throws(() => read(text), { message }));

  it("is no name beyond what PostgreSQL keeps of one", () => {
    assert.deepEqual(read("x".repeat(63)), { kind: "name", name: "x".repeat(63) });
    assert.throws(() => read("x".repeat(64)), /is neither a time/);
  });
});
