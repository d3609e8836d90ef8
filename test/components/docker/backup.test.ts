import assert from "node:assert/strict";
import fc from "fast-check";
import { type BackupSchedule, backupFaults, backupPlan, longestGap } from "../../../components/docker/backup";

const DAY = 24 * 60 * 60;

describe("the schedule of a container's backups", () => {
  it("takes a backup every day, and says when the newest one is too old", () => {
    assert.deepEqual(backupPlan(), {
      schedule: {
        full: "30 1 * * 0",
        diff: "30 1 * * 1-6",
        incr: "none",
        check: "5 * * * *",
        verify: "30 4 * * 0",
        rehearse: "30 6 * * 0",
        dump: "none",
      },
      processes: 2,
      encrypted: false,
      maxAge: DAY + 2 * 60 * 60,
    });
  });

  it("expects no backup sooner than it was told to take one", () => {
    const gaps: [BackupSchedule, number][] = [
      [{ diff: "none" }, 7 * DAY],
      [{ full: "0 3 1 * *", diff: "none" }, 31 * DAY],
      [{ incr: "0 */6 * * *" }, 6 * 60 * 60],
      [{ full: "0 3 * * 1", diff: "0 3 * * 3" }, 5 * DAY],
    ];
    assert.deepEqual(
      gaps.map(([schedule]) => longestGap({ schedule })),
      gaps.map(([, gap]) => gap),
    );
  });

  it("is never further apart with one backup more", () => {
    const hour = fc.integer({ min: 0, max: 23 });
    fc.assert(
      fc.property(hour, hour, fc.integer({ min: 0, max: 6 }), (full, incr, day) => {
        const schedule = { full: `0 ${full} * * ${day}`, diff: "none" };
        const more = { ...schedule, incr: `0 ${incr} * * *` };
        assert.ok(longestGap({ schedule: more }) <= longestGap({ schedule }));
        assert.ok(longestGap({ schedule: more }) <= DAY);
      }),
      { numRuns: 20 },
    );
  });

  it("is refused where it means nothing, with the line to write", () => {
    const faults = backupFaults({
      schedule: {
        full: "none",
        diff: "every night",
        incr: "0 3 31 2 *",
        check: "* * * * * *",
        verify: "none",
        dump: "daily",
      },
      processes: 0,
    });
    assert.deepEqual(
      faults.map(({ message }) => message),
      [
        'docker.backup.schedule.diff "every night" is no cron expression of five fields\nHINT: write `diff: "30 1 * * 1-6"` under docker.backup.schedule, or `diff: none`',
        'docker.backup.schedule.incr "0 3 31 2 *" is no cron expression of five fields\nHINT: write `incr: "15 */6 * * *"` under docker.backup.schedule, or `incr: none`',
        'docker.backup.schedule.check "* * * * * *" is no cron expression of five fields\nHINT: write `check: "5 * * * *"` under docker.backup.schedule, or `check: none`',
        'docker.backup.schedule.dump "daily" is no cron expression of five fields\nHINT: write `dump: "30 3 * * *"` under docker.backup.schedule, or `dump: none`',
        'docker.backup.schedule.full is none: without full backups nothing ever expires, and each restore needs the very first one\nHINT: write `full: "30 1 * * 0"` under docker.backup.schedule',
        "docker.backup.processes 0 is not a whole number from 1 to 64\nHINT: write `docker.backup.processes: 1`",
      ],
    );
  });
});
