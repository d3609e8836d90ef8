/** Do we read and print values as real servers do? The same spellings go to a server and to units.ts. */

import assert from "node:assert/strict";
import fc from "fast-check";
import type { Client } from "pg";
import {
  type PgParameter,
  pgNames,
  pgParameter,
  type Version,
} from "../../../components/parameters/postgres";
import { readValue, showValue } from "../../../components/parameters/units";
import { BareServer } from "../../bare-server";

/** Parameters whose own check looks at more than the value, so that range and type do not decide alone. */
const JUDGED_BY_MORE_THAN_TYPE: Record<string, string> = {
  allow_alter_system: "not by ALTER SYSTEM",
  autovacuum_max_workers: "the sum of all processes is limited",
  bonjour: "depends on the build",
  commit_timestamp_buffers: "a multiple of 16",
  data_sync_retry: "depends on the platform",
  debug_deadlocks: "only in debug builds",
  default_with_oids: "cannot be on any more",
  exit_on_error: "ends the session that asks",
  huge_page_size: "depends on the platform",
  log_parser_stats: "not together with log_statement_stats",
  log_planner_stats: "not together with log_statement_stats",
  log_executor_stats: "not together with log_statement_stats",
  log_statement_stats: "not together with the three above",
  max_connections: "the sum of all processes is limited",
  max_stack_depth: "limited by the operating system",
  max_wal_senders: "the sum of all processes is limited",
  max_worker_processes: "the sum of all processes is limited",
  multixact_member_buffers: "a multiple of 16",
  multixact_offset_buffers: "a multiple of 16",
  notify_buffers: "a multiple of 16",
  recovery_target_action: "only in recovery",
  seed: "has no value to show",
  serializable_buffers: "a multiple of 16",
  ssl: "depends on the build",
  subtransaction_buffers: "a multiple of 16",
  tcp_keepalives_count: "shows what the socket says",
  tcp_keepalives_idle: "shows what the socket says",
  tcp_keepalives_interval: "shows what the socket says",
  tcp_user_timeout: "shows what the socket says",
  transaction_buffers: "a multiple of 16",
  transaction_deferrable: "only at the start of a transaction",
  transaction_isolation: "only at the start of a transaction",
  transaction_read_only: "only at the start of a transaction",
  transaction_timeout: "ends the session that asks",
  vacuum_buffer_usage_limit: "0 or at least 128kB",
};

/** A trial that leaves nothing behind: what SHOW prints, or null when the value is refused. */
const TRIAL = `
  CREATE FUNCTION trial(name text, value text) RETURNS text LANGUAGE plpgsql AS $$
  DECLARE shown text;
  BEGIN
    shown := set_config(name, value, true);
    RAISE EXCEPTION USING ERRCODE = 'TRIAL', MESSAGE = 'shown:' || shown;
  EXCEPTION
    WHEN SQLSTATE 'TRIAL' THEN RETURN substr(SQLERRM, 7);
    WHEN invalid_parameter_value THEN RETURN NULL;
  END $$`;

interface Try {
  parameter: PgParameter;
  text: string;
}

async function shownByServer(client: Client, tries: readonly Try[]): Promise<(string | null)[]> {
  const { rows } = await client.query(
    "SELECT trial(name, value) AS shown FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS t (name, value, n) ORDER BY n",
    [tries.map(({ parameter }) => parameter.name), tries.map(({ text }) => text)],
  );
  return rows.map((row) => row.shown);
}

async function acceptedByAlterSystem(client: Client, { parameter, text }: Try): Promise<boolean> {
  try {
    await client.query(
      `ALTER SYSTEM SET ${client.escapeIdentifier(parameter.name)} = ${client.escapeLiteral(text)}`,
    );
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === "22023") return false;
    throw error;
  }
}

function shownByUs({ parameter, text }: Try): string | null {
  const reading = readValue(parameter, text);
  return reading.ok ? showValue(parameter, reading.value) : null;
}

const title = ({ parameter, text }: Try) => `${parameter.name} = ${JSON.stringify(text)}`;

const BOOLEANS = [
  "on",
  "off",
  "true",
  "false",
  "yes",
  "no",
  "1",
  "0",
  "t",
  "f",
  "y",
  "n",
  "tr",
  "ye",
  "of",
  "fals",
  "o",
].concat([
  "ON",
  "Off",
  "TRUE",
  "F",
  "",
  " ",
  " on",
  "on ",
  "on\n",
  "00",
  "01",
  "2",
  "-1",
  "disable",
  "enabled",
  "'on'",
  "onn",
  "nope",
]);

/** Spellings of numbers without regard to a range. */
const NUMBERS = [
  "0",
  "1",
  "-1",
  "+1",
  " 7",
  "7 ",
  "\t7\n",
  "007",
  "08",
  "0x10",
  "0X1f",
  "-0x1",
  "0x",
  "0x1.8",
  "0x1p4",
].concat(
  [
    "1.5",
    "2.5",
    "0.5",
    "-0.5",
    "1e2",
    "1E2",
    "1e+2",
    "1e",
    "1e-2",
    "010.5",
    ".5",
    "+.5",
    "-.5",
    " .5",
    "5.",
    ".",
  ],
  [
    "",
    " ",
    "-",
    "--1",
    "1-",
    "abc",
    "1,5",
    "1_000",
    "inf",
    "nan",
    "1e400",
    "1e-400",
    "1e-310",
    "99999999999999999999",
  ],
  [
    "2147483647",
    "2147483648",
    "-2147483648",
    "2147483647.4",
    "1.23456789",
    "100000",
    "1000000",
    "1234567",
    "0.00001234",
  ],
);

const UNITS = ["B", "kB", "MB", "GB", "TB", "us", "ms", "s", "min", "h", "d"].concat([
  "KB",
  "kb",
  "mb",
  "M",
  "G",
  "b",
  "S",
  "m",
  "H",
  "D",
  "sec",
  "MIN",
  "minutes",
  "kiB",
  "MiB",
  "PB",
  "%",
  "x",
]);

/** Numbers with a unit, random and near the edges of rounding. */
const quantity = fc
  .tuple(
    fc.oneof(
      fc.integer({ min: -5, max: 4096 }).map(String),
      fc.integer({ min: 0, max: 2 ** 31 }).map(String),
      fc.integer({ min: 0, max: 100_000 }).map((half) => String(half / 2)),
      fc
        .tuple(fc.integer({ min: 0, max: 99_999 }), fc.integer({ min: 1, max: 6 }))
        .map(([n, d]) => (n / 10 ** d).toFixed(d)),
      fc.tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: -6, max: 9 })).map(([n, e]) => `${n}e${e}`),
      fc.integer({ min: 0, max: 70_000 }).map((n) => `0x${n.toString(16)}`),
      fc.integer({ min: 0, max: 70_000 }).map((n) => `0${n.toString(8)}`),
      fc.constantFrom(...NUMBERS),
    ),
    fc.constantFrom("", " ", "  ", "\t"),
    fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...UNITS.slice(0, 11)) }, fc.constantFrom("", ...UNITS)),
    fc.constantFrom("", "", "", " ", "\n"),
  )
  .map((parts) => parts.join(""));

/** What to try with a parameter of this type. */
function spellings(parameter: PgParameter, words: readonly string[], seed: number): string[] {
  switch (parameter.vartype) {
    case "bool":
      return BOOLEANS;
    case "enum":
      return [...words];
    case "string":
      return [];
    default: {
      const { min_val: min = 0, max_val: max = 0 } = parameter;
      const edges = [min, max, min - 1, max + 1].filter((value) => Math.abs(value) < 1e300).map(String);
      return [
        ...NUMBERS,
        ...UNITS.map((unit) => `3${unit}`),
        ...edges,
        ...fc.sample(quantity, { seed, numRuns: 60 }),
      ];
    }
  }
}

for (const version of ["15", "18"] as const satisfies readonly Version[])
  describe(`spellings of values on PostgreSQL ${version}`, () => {
    let server: BareServer;
    const rows = pgNames(version)
      .map((name) => pgParameter(version, name) as PgParameter)
      .filter(({ name, context }) => context !== "internal" && !(name in JUDGED_BY_MORE_THAN_TYPE));
    const words = new Set(
      rows
        .flatMap(({ enumvals }) => enumvals ?? [])
        .flatMap((word) => [word, word.toUpperCase(), word.slice(0, -1), ` ${word}`]),
    );
    for (const word of [
      ...BOOLEANS,
      "debug",
      "info",
      "fatal",
      "archive",
      "hot_standby",
      "fsync_writethrough",
      "md5",
      "sysv",
    ])
      words.add(word);
    // The same seed in each run: a disagreement stays found.
    const tries = rows.flatMap((parameter, index) =>
      spellings(parameter, [...words], index).map((text): Try => ({ parameter, text })),
    );
    const inSession = ({ parameter: { context } }: Try) => context === "user" || context === "superuser";

    before(async () => {
      server = await BareServer.make(version);
      await server.start();
      await server.connected((client) => client.query(TRIAL));
    });
    after(() => server.remove());

    it("are accepted, refused and shown by the session as by us", async () => {
      const session = tries.filter(inSession);
      const theirs = await server.connected((client) => shownByServer(client, session));
      assert.ok(session.length > 5000);
      assert.ok(theirs.filter((shown) => shown !== null).length > 1000);
      assert.ok(theirs.filter((shown) => shown === null).length > 1000);
      const compared = session.map((each, index) => ({
        title: title(each),
        theirs: theirs[index],
        ours: shownByUs(each),
      }));
      assert.deepEqual(
        compared.filter(({ theirs, ours }) => theirs !== ours),
        [],
      );
    });

    it("are accepted and refused by ALTER SYSTEM as by us", async () => {
      const disagreed: string[] = [];
      // ALTER SYSTEM takes no line breaks at all.
      const system = tries
        .filter((each) => !inSession(each) && !each.text.includes("\n"))
        .filter((_, index) => index % 4 === 0);
      await server.connected(async (client) => {
        for (const each of system) {
          const accepted = await acceptedByAlterSystem(client, each);
          if (accepted !== (shownByUs(each) !== null))
            disagreed.push(`${title(each)}: the server ${accepted ? "accepts" : "refuses"} it`);
        }
      });
      assert.ok(system.length > 1000);
      assert.deepEqual(disagreed, []);
    });
  });
