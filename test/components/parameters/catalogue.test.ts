/** Every row of the catalogue, against the recordings and against `resolveSettings`. */

import assert from "node:assert/strict";
import {
  CATALOGUE,
  type CatalogueRow,
  catalogueRow,
  docUrl,
  safeValues,
} from "../../../components/parameters/catalogue";
import { pgParameter, VERSIONS } from "../../../components/parameters/postgres";
import { resolveSettings } from "../../../components/parameters/settings";
import { readValue, showValue } from "../../../components/parameters/units";

const machine = { memory: 8 * 2 ** 30, cpus: 4, storage: "ssd", workload: "web" } as const;
const ROWS = Object.entries(CATALOGUE) as [name: string, row: CatalogueRow][];
const FIXED = ROWS.flatMap(([name, row]) => (row.control === "fixed" ? [{ name, row }] : []));

const versionsOf = (name: string) => VERSIONS.filter((version) => pgParameter(version, name));

describe("a row of the catalogue", () => {
  for (const [name, row] of ROWS)
    it(`${name} names a parameter that exists, with its page and its reason`, () => {
      assert.ok(versionsOf(name).length > 0);
      const anchor = `#GUC-${name.toUpperCase().replaceAll("_", "-")}`;
      assert.match(row.doc, new RegExp(`^runtime-config-[a-z-]+\\.html${anchor}$`));
      assert.match(row.why, /^\S.*[^.]\.$/);
      assert.doesNotMatch(row.why, /\n/);
      assert.equal(catalogueRow(name), row);
    });

  for (const [name, row] of ROWS)
    if (row.control !== "computed")
      it(`${name} = ${row.value} is a value as every version that has it shows it`, () => {
        for (const version of versionsOf(name)) {
          const parameter = pgParameter(version, name) ?? assert.fail(name);
          const reading = readValue(parameter, row.value);
          assert.ok(reading.ok);
          assert.equal(showValue(parameter, reading.value), row.value);
        }
      });

  it("has the address of its documentation for each version", () => {
    assert.deepEqual(
      [docUrl(CATALOGUE.fsync), docUrl(CATALOGUE.fsync, "15")],
      [
        "https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-FSYNC",
        "https://www.postgresql.org/docs/15/runtime-config-wal.html#GUC-FSYNC",
      ],
    );
  });

  it("does not exist for parameters without an opinion, nor for properties of every object", () => {
    assert.deepEqual(
      ["enable_seqscan", "toString", "constructor", ""].map(catalogueRow),
      Array(4).fill(undefined),
    );
  });
});

describe("a fixed row", () => {
  for (const { name, row } of FIXED) {
    it(`${name} tells its values apart: each word is safe or unsafe, never both`, () => {
      const judged = [...safeValues(row), ...Object.keys(row.unsafe)];
      assert.equal(new Set(judged).size, judged.length);
      assert.ok(safeValues(row).includes(row.value));
      for (const version of versionsOf(name)) {
        const { vartype, enumvals } = pgParameter(version, name) ?? assert.fail(name);
        assert.deepEqual(
          [...judged].sort(),
          [...(vartype === "bool" ? ["off", "on"] : (enumvals ?? []))].sort(),
        );
      }
    });

    for (const [unsafe, danger] of Object.entries(row.unsafe))
      it(`${name} = ${unsafe} is refused: ${danger}`, () => {
        const hint = row.safe
          ? `write \`${name}: ${row.value}\` under parameters`
          : `remove \`${name}\` from parameters`;
        for (const version of versionsOf(name))
          assert.throws(() => resolveSettings({ version, machine, parameters: { [name]: unsafe } }), {
            name: "Fault",
            message: `parameter ${name} = ${unsafe} is refused: ${danger}\nHINT: ${hint}`,
          });
      });

    for (const safe of safeValues(row))
      it(`${name} = ${safe} is taken`, () => {
        for (const version of versionsOf(name)) {
          const { value, origin, context } =
            resolveSettings({ version, machine, parameters: { [name]: safe } }).parameters[name] ?? {};
          assert.deepEqual({ value, origin, context }, { value: safe, origin: "user", context: "fixed" });
        }
      });
  }

  it("exists for each of these, and for no other parameter", () => {
    assert.deepEqual(
      FIXED.map(({ name, row }) => `${name} ${safeValues(row).join(" ")}`),
      [
        "fsync on",
        "synchronous_commit on remote_apply",
        "full_page_writes on",
        "wal_level replica logical",
        "data_sync_retry off",
        "restart_after_crash on",
        "zero_damaged_pages off",
        "ignore_checksum_failure off",
        "ignore_invalid_pages off",
        "ignore_system_indexes off",
        "allow_system_table_mods off",
        "autovacuum on",
        "track_counts on",
        "password_encryption scram-sha-256",
      ],
    );
  });

  it("is refused whatever the spelling of the unsafe value", () => {
    for (const spelling of ["off", "OFF", "of", "f", "False", "n", "no", "0", false, 0])
      assert.throws(() => resolveSettings({ machine, parameters: { fsync: spelling } }), {
        message: /^parameter fsync = off is refused: a power cut can leave the cluster unreadable\n/,
      });
  });
});
