/** How PostgreSQL reads and prints values. units.server.test.ts asks real servers the same. */

import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type PgParameter,
  pgNames,
  pgParameter,
  VERSIONS,
  type Version,
} from "../../../components/parameters/postgres";
import {
  type Reading,
  readBytes,
  readValue,
  showBytes,
  showValue,
  unitNames,
} from "../../../components/parameters/units";

function parameter(name: string, version: Version = "15"): PgParameter {
  return pgParameter(version, name) ?? assert.fail(`${version} has no ${name}`);
}

function recorded(version: Version): PgParameter[] {
  return pgNames(version).map((name) => parameter(name, version));
}

const ok = (value: string | number): Reading => ({ ok: true, value });
const refused = (reason: string): Reading => ({ ok: false, reason });

const ON_OR_OFF = refused("it takes on or off");
const NO_MEMORY = refused(
  "it takes a whole number with one of the units B, kB, MB, GB, TB (spelled exactly so)",
);
const NO_TIME = refused(
  "it takes a whole number with one of the units us, ms, s, min, h, d (spelled exactly so)",
);
const NO_COUNT = refused("it takes a whole number");
const NO_UNIT = refused("it takes a whole number without a unit");
const CONNECTIONS = refused("its range is 1 … 262143");
const COMMIT = refused("it takes one of local, remote_write, remote_apply, on, off");

/** Parameter, spellings, and what each of them means. */
const SPELLINGS: readonly (readonly [name: string, spellings: readonly string[], reading: Reading])[] = [
  ["fsync", ["on", "ON", "true", "True", "tru", "t", "yes", "ye", "Y", "1"], ok("on")],
  ["fsync", ["off", "of", "OF", "false", "f", "fa", "no", "n", "0"], ok("off")],
  [
    "fsync",
    ["", "o", "O", " on", "off ", "off\n", "00", "01", "disable", "'off'", "2", "-1", "onn"],
    ON_OR_OFF,
  ],

  ["synchronous_commit", ["on", "On", "true", "YES", "1"], ok("on")],
  ["synchronous_commit", ["off", "false", "no", "0"], ok("off")],
  ["synchronous_commit", ["local", "LOCAL"], ok("local")],
  ["synchronous_commit", ["", "n", "f", "of", "t", "y", "loca", " local", "remote"], COMMIT],
  ["archive_mode", ["always", "ALWAYS"], ok("always")],
  ["wal_level", ["replica", "archive", "hot_standby", "Hot_Standby"], ok("replica")],
  ["wal_level", ["on", "true", "1"], refused("it takes one of minimal, replica, logical")],
  ["wal_compression", ["pglz", "on", "true", "1", "YES"], ok("pglz")],
  ["wal_compression", ["off", "no"], ok("off")],
  ["client_min_messages", ["debug", "debug2"], ok("debug2")],
  ["wal_sync_method", ["OPEN_DATASYNC"], ok("open_datasync")],
  ["ssl_max_protocol_version", [""], ok("")],
  ["ssl_max_protocol_version", ["tlsv1.3"], ok("TLSv1.3")],

  [
    "max_connections",
    ["100", "+100", " 100", "\t100 ", "1e2", "100.4", "99.5", "100.5", "0x64", "0144", "100.", "1000e-1"],
    ok(100),
  ],
  ["max_connections", ["101.5"], ok(102)],
  ["max_connections", ["0x10.8"], ok(16)],
  [
    "max_connections",
    ["0", "-1", "-0", "0.4", "262144", "1e9", "99999999999999999999", "0x40000"],
    CONNECTIONS,
  ],
  ["max_connections", ["", "abc", "ten", "--1", "+.5", " .5", "1e400", "1e-400", "inf", "nan"], NO_COUNT],
  [
    "max_connections",
    ["100kB", "100 connections", "100 0", "1e", "08", "0x", "0x10p2", "1_000", "1,000"],
    NO_UNIT,
  ],

  [
    "shared_buffers",
    ["131072", "1GB", "1 GB", "1GB ", "1024MB", "1048576kB", "1073741824B", "0x20000"],
    ok(131072),
  ],
  ["shared_buffers", ["0.5e1GB"], ok(655360)],
  ["shared_buffers", ["1.5GB", "01.5GB", "1.5e0GB"], ok(196608)],
  ["shared_buffers", ["010MB"], ok(1024)],
  ["shared_buffers", ["1gb", "1G", "1Gb", "1GiB", "1 GB x", "1048576KB", "1MB/s", "10min"], NO_MEMORY],
  ["shared_buffers", ["15", "120kB"], refused("its range is 128kB … 8589934584kB")],
  ["work_mem", ["4096", "4MB", "4194304B", "0.00390625GB"], ok(4096)],
  ["work_mem", ["1e3kB", "1000.4kB", "1023999B"], ok(1000)],
  ["work_mem", ["30.1GB"], ok(31561728)],
  ["max_slot_wal_keep_size", ["-1", "-1MB"], ok(-1)],
  ["max_slot_wal_keep_size", ["-1GB"], refused("its range is -1 … 2147483647MB")],

  ["checkpoint_timeout", ["300", "5min", "5 min", "300s", "300000ms", "300000000us", "0.0833333h"], ok(300)],
  ["checkpoint_timeout", ["1d", "24h"], ok(86400)],
  ["checkpoint_timeout", ["5m", "5Min", "5minutes", "5 MIN", "300S", "5kB"], NO_TIME],
  ["log_rotation_age", ["1d", "1440", "24h", "86400s"], ok(1440)],
  ["log_rotation_age", ["29s", "30s"], ok(0)],
  ["log_rotation_age", ["90s"], ok(2)],
  ["deadlock_timeout", ["1s", "1000", "1000.4", "999.5", "1000400us"], ok(1000)],

  ["random_page_cost", ["1.1", "1.1e0", "11e-1", " 1.1 ", "+1.1"], ok(1.1)],
  ["random_page_cost", ["0x10"], ok(16)],
  ["random_page_cost", ["0x1.8p1"], ok(3)],
  ["random_page_cost", ["010", "1e1"], ok(10)],
  ["random_page_cost", ["1.23456789"], ok(1.23457)],
  ["random_page_cost", ["-0", "0", ".0"], ok(0)],
  ["random_page_cost", ["-1", "-1e-9"], refused("its range is 0 … 1.79769e+308")],
  ["random_page_cost", ["1.1ms", "1,1", "1 1"], refused("it takes a number without a unit")],
  ["random_page_cost", ["", "cheap", "1e400", "1e-400", "nan"], refused("it takes a number")],
  ["vacuum_cost_delay", ["1.5", "1.5ms", "1500us"], ok(1.5)],
  ["vacuum_cost_delay", ["0.0015s"], ok(2)],
  ["vacuum_cost_delay", ["0.7", "700us"], ok(0.7)],
  ["vacuum_cost_delay", ["1s"], refused("its range is 0 … 100ms")],
  ["vacuum_cost_delay", ["101"], refused("its range is 0 … 100ms (a number without a unit counts ms)")],

  ["archive_command", [""], ok("")],
  ["archive_command", [" cp %p /a/%f "], ok(" cp %p /a/%f ")],
];

describe("a spelling of a value", () => {
  for (const [name, spellings, reading] of SPELLINGS)
    for (const spelling of spellings)
      it(`${name} = ${JSON.stringify(spelling)} ${reading.ok ? `means ${JSON.stringify(reading.value)}` : "is refused"}`, () => {
        const expected =
          !reading.ok &&
          /^\s*[\d.]+\s*$/.test(spelling) &&
          parameter(name).unit &&
          !reading.reason.includes("counts")
            ? refused(`${reading.reason} (a number without a unit counts ${parameter(name).unit})`)
            : reading;
        assert.deepEqual(readValue(parameter(name), spelling), expected);
      });
});

/** Parameter, value in the base unit, and how SHOW prints it. */
const SHOWN: readonly (readonly [name: string, value: string | number, shown: string])[] = [
  ["fsync", "on", "on"],
  ["shared_buffers", 16384, "128MB"],
  ["shared_buffers", 16385, "131080kB"],
  ["shared_buffers", 2 ** 27, "1TB"],
  ["work_mem", 4096, "4MB"],
  ["work_mem", 4097, "4097kB"],
  ["work_mem", 2 ** 20, "1GB"],
  ["max_slot_wal_keep_size", -1, "-1"],
  ["max_slot_wal_keep_size", 0, "0"],
  ["max_wal_size", 1024, "1GB"],
  ["track_activity_query_size", 1024, "1kB"],
  ["track_activity_query_size", 1025, "1025B"],
  ["checkpoint_timeout", 300, "5min"],
  ["checkpoint_timeout", 301, "301s"],
  ["checkpoint_timeout", 86400, "1d"],
  ["log_rotation_age", 1441, "1441min"],
  ["deadlock_timeout", 1500, "1500ms"],
  ["statement_timeout", 0, "0"],
  ["max_connections", 100, "100"],
  ["random_page_cost", 1.1, "1.1"],
  ["random_page_cost", 4, "4"],
  ["random_page_cost", 0, "0"],
  ["random_page_cost", 100000, "100000"],
  ["random_page_cost", 999999.5, "1e+06"],
  ["random_page_cost", 1234567, "1.23457e+06"],
  ["random_page_cost", 0.0001, "0.0001"],
  ["random_page_cost", 0.00001234, "1.234e-05"],
  ["random_page_cost", 1e100, "1e+100"],
  ["vacuum_cost_delay", 1.5, "1500us"],
  ["vacuum_cost_delay", 100, "100ms"],
  ["autovacuum_vacuum_cost_delay", -1, "-1"],
  ["autovacuum_vacuum_cost_delay", 0.7, "700us"],
];

describe("a value as SHOW prints it", () => {
  for (const [name, value, shown] of SHOWN)
    it(`${name} of ${value} is ${shown}`, () => assert.equal(showValue(parameter(name), value), shown));
});

/** A number PostgreSQL could hold: real ones with the six digits that pg_settings gives. */
function values(row: PgParameter): fc.Arbitrary<number> {
  const { min_val: min = 0, max_val: max = 0 } = row;
  if (row.vartype === "integer") return fc.integer({ min, max });
  const decimals = fc.tuple(fc.integer({ min: -999_999, max: 999_999 }), fc.integer({ min: -12, max: 30 }));
  return decimals
    .map(([digits, power]) => Number(`${digits}e${power}`) + 0)
    .filter((value) => value >= min && value <= max);
}

describe("a value printed and read again", () => {
  for (const version of VERSIONS)
    it(`is the same, for every number of PostgreSQL ${version}`, () => {
      const numeric = recorded(version).filter(({ vartype }) => vartype === "integer" || vartype === "real");
      assert.ok(numeric.length > 130);
      for (const row of numeric)
        fc.assert(
          fc.property(values(row), (value) => {
            assert.deepEqual(readValue(row, showValue(row, value)), ok(value), row.name);
          }),
          {
            numRuns: 10,
            examples: row.vartype === "integer" ? [[row.min_val ?? 0], [row.max_val ?? 0]] : [],
          },
        );
    });

  for (const version of VERSIONS)
    it(`is the same, for every word of PostgreSQL ${version}`, () => {
      for (const row of recorded(version).filter(({ vartype }) => vartype === "enum"))
        for (const word of row.enumvals ?? []) {
          const reading = readValue(row, word);
          assert.ok(reading.ok, `${row.name} = ${word}`);
          assert.deepEqual(readValue(row, showValue(row, reading.value)), reading);
        }
    });

  it("is the same for strings", () => {
    const row = parameter("archive_command");
    for (const text of ["", " ", "on", "8GB", "'quoted'", '"$user", public', "päßwörd 🐘\n"]) {
      assert.deepEqual(readValue(row, text), ok(text));
      assert.equal(showValue(row, text), text);
    }
  });
});

describe("a number and its unit", () => {
  it("may be apart: spaces between them change nothing", () => {
    const memory = fc.tuple(
      fc.integer({ min: 1, max: 1000 }),
      fc.constantFrom("kB", "MB", "GB"),
      fc.constantFrom(" ", "\t", "  "),
    );
    fc.assert(
      fc.property(memory, ([count, unit, space]) => {
        const row = parameter("work_mem");
        assert.deepEqual(readValue(row, `${count}${space}${unit}`), readValue(row, `${count}${unit}`));
      }),
    );
  });

  it("outside the range are refused by every parameter", () => {
    for (const version of VERSIONS)
      for (const row of recorded(version).filter(({ vartype }) => vartype === "integer")) {
        const { min_val: min = 0, max_val: max = 0 } = row;
        for (const text of [String(min - 1), String(max + 1)])
          assert.equal(readValue(row, text).ok, false, `${row.name} = ${text}`);
      }
  });

  it("are listed from the smallest on", () => {
    assert.deepEqual(["B", "kB", "8kB", "MB", "ms", "s", "min"].map(unitNames), [
      ...Array(4).fill("B, kB, MB, GB, TB"),
      ...Array(3).fill("us, ms, s, min, h, d"),
    ]);
  });

  it("of a base unit that nobody knows are a mistake of the recording", () => {
    assert.throws(() => unitNames("furlong"), { message: "pg_settings holds an unknown unit: furlong" });
  });
});

describe("a size in bytes", () => {
  const sizes: Record<string, number | undefined> = {
    "8GiB": 8 * 2 ** 30,
    "8GB": 8 * 2 ** 30,
    " 8 GiB ": 8 * 2 ** 30,
    "1.5GiB": 1.5 * 2 ** 30,
    "512MiB": 2 ** 29,
    "64KiB": 2 ** 16,
    "64kB": 2 ** 16,
    "2TiB": 2 ** 41,
    "17B": 17,
    "0B": 0,
    "8": undefined,
    "": undefined,
    GiB: undefined,
    "8G": undefined,
    "8gb": undefined,
    "8KB": undefined,
    "8kiB": undefined,
    "-8GiB": undefined,
    "8GiB or so": undefined,
    "1e3MB": undefined,
  };
  for (const [text, bytes] of Object.entries(sizes))
    it(`written ${JSON.stringify(text)} is ${bytes ?? "none"}`, () => assert.equal(readBytes(text), bytes));

  it("printed and read again is the same", () => {
    fc.assert(fc.property(fc.maxSafeNat(), (bytes) => assert.equal(readBytes(showBytes(bytes)), bytes)));
  });

  it("is printed in the largest unit that holds it whole", () => {
    assert.deepEqual(
      [0, 1, 1023, 1024, 1025, 2 ** 20, 3 * 2 ** 19, 2 ** 30, 2 ** 40, 5 * 2 ** 40].map(showBytes),
      ["0B", "1B", "1023B", "1kB", "1025B", "1MB", "1536kB", "1GB", "1TB", "5TB"],
    );
  });
});
