/** Names, ages and tools of logical dumps. */

import assert from "node:assert/strict";
import fc from "fast-check";
import {
  dumpedAt,
  dumpFiles,
  expiredDumps,
  keptDumps,
  tablesIn,
  toolFault,
} from "../../../components/backup/dump";

const DAY = 86_400_000_000n;
const TODAY = BigInt(Date.parse("2026-11-24T10:00:00Z")) * 1000n;

describe("a logical dump", () => {
  it("is called after its database and its time in UTC", () => {
    assert.deepEqual(dumpFiles("app", TODAY + 999_999n), {
      dump: "app_20261124-100000.dump",
      globals: "globals_20261124-100000.sql",
    });
  });

  it("tells by its name when it was taken, to the second", () => {
    const seconds = fc.integer({ min: 0, max: 4_000_000_000 });
    fc.assert(
      fc.property(seconds, fc.stringMatching(/^[a-z_][a-z0-9_]{0,20}$/), (second, database) => {
        const time = BigInt(second) * 1_000_000n;
        const { dump, globals } = dumpFiles(database, time);
        assert.deepEqual([dumpedAt(dump), dumpedAt(globals)], [time, time]);
      }),
    );
    for (const name of ["app.dump", "app_20261399-100000.dump", "app_20261124-100000.dump.unfinished"])
      assert.equal(dumpedAt(name), undefined, name);
  });

  it("goes when it is older than retention, with its roles; the newest and what is not ours stay", () => {
    const names = [20n, 15n, 14n, 1n].flatMap((days) => Object.values(dumpFiles("app", TODAY - days * DAY)));
    assert.deepEqual(expiredDumps([...names, "notes_2020.sql"], 14, TODAY), [
      "app_20261104-100000.dump",
      "globals_20261104-100000.sql",
      "app_20261109-100000.dump",
      "globals_20261109-100000.sql",
    ]);
    assert.deepEqual(expiredDumps(names.slice(0, 2), 14, TODAY), []);
  });

  it("is listed by its time; roles, and what is not complete, are none", () => {
    const names = [1n, 2n].flatMap((days) => Object.values(dumpFiles("app", TODAY - days * DAY)));
    const files = [...names, "app_20261124-100000.dump.unfinished"].map((name) => ({ name, size: 5 }));
    assert.deepEqual(keptDumps(files), [
      { name: "app_20261122-100000.dump", time: "2026-11-22T10:00:00.000000Z", size: 5 },
      { name: "app_20261123-100000.dump", time: "2026-11-23T10:00:00.000000Z", size: 5 },
    ]);
  });

  it("says how many tables with rows it has", () => {
    const list = [
      ";     TOC Entries: 12",
      "215; 1259 16389 TABLE public note app",
      "3312; 0 16389 TABLE DATA public note app",
      "3313; 0 16395 TABLE DATA public item app",
      "3314; 0 0 SEQUENCE SET public item_id_seq app",
    ].join("\n");
    assert.deepEqual([tablesIn(list), tablesIn("")], [2, 0]);
  });

  it("needs programs that are no older than the server", () => {
    const said = (printed: string | undefined) => toolFault("pg_dump", printed, 15)?.message;
    const hint =
      "\nHINT: apt install postgresql-client-15, or name the folder of one: export PGBIN=/usr/lib/postgresql/15/bin";
    assert.deepEqual(
      [
        "pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n",
        "pg_dump (PostgreSQL) 18beta1\n",
        "pg_dump (PostgreSQL) 14.9\n",
        undefined,
        "it is broken",
      ].map(said),
      [
        undefined,
        undefined,
        `pg_dump is of version 14, and cannot dump a server of version 15${hint}`,
        `there is no pg_dump on PATH, and the database's own binaries bring none${hint}`,
        `pg_dump is of version it is broken, and cannot dump a server of version 15${hint}`,
      ],
    );
  });
});
