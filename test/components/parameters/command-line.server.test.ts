/** Do we read a command line as PostgreSQL does? `postgres -C` tells what each form sets. */

import assert from "node:assert/strict";
import { fromCommandLine } from "../../../components/parameters/command-line";
import { pgParameter } from "../../../components/parameters/postgres";
import { readValue } from "../../../components/parameters/units";
import { BareServer } from "../../bare-server";
import { COMMAND_LINES } from "./command-lines";

/** What a form could change, besides what we say it changes. */
const WATCHED = [
  "fsync",
  "full_page_writes",
  "allow_system_table_mods",
  "ignore_system_indexes",
  "listen_addresses",
];

/** Values of one parameter, on a command line. */
const VALUES: Record<string, readonly string[]> = {
  fsync: [
    "off",
    "of",
    "f",
    "FALSE",
    "n",
    "0",
    "1",
    "y",
    "o",
    "00",
    "disable",
    "",
    " off",
    "off ",
    "'off'",
    '"off"',
    "off\n",
  ],
  synchronous_commit: ["off", "false", "0", "no", "OFF", "local", "LOCAL", "true", "yes", "n", "f", "of"],
  wal_level: ["minimal", "Minimal", "archive", "hot_standby", "on"],
  archive_mode: ["off", "always", "yes", "1", "t"],
  wal_sync_method: ["OPEN_DATASYNC", "fsync_writethrough"],
  password_encryption: ["md5", "on"],
  log_statement: ["NONE", "some"],
  max_slot_wal_keep_size: ["-1", "10GB", "10 GB", "10gb", "0x400", "1.5GB", "-1GB"],
  shared_buffers: [
    "16384",
    "128MB",
    "128 MB",
    "0.5GB",
    "0x4000",
    "040000",
    "1e4",
    "1048576kB",
    "1048576KB",
    "134217728B",
    "1TB",
  ],
  max_connections: ["1e2", "100.4", " 50", "+50", "0x64", "0144", "08", "0"],
  work_mem: ["4096", "1e3kB", "30.1GB"],
  checkpoint_timeout: ["1d", "5 min", "5m", "0.0833333h"],
  log_rotation_age: ["29s", "30s", "90s"],
  random_page_cost: ["0x10", "0x1.8p1", "1.23456789", "1e400"],
  vacuum_cost_delay: ["0.0015s", "0.7", "700us"],
  log_file_mode: ["0640", "0777"],
};

for (const version of ["15", "18"] as const)
  describe(`a command line of PostgreSQL ${version}`, () => {
    let server: BareServer;
    before(async () => {
      server = await BareServer.make(version);
    });
    after(() => server.remove());

    /** What a form leaves of a parameter, in the base unit; undefined when the server refuses to start. */
    async function theirs(name: string, argv: readonly string[]): Promise<string | undefined> {
      const answer = await server.answer(name, argv);
      return answer.ok ? answer.value : undefined;
    }

    // Version 16 removed -n.
    for (const { argv } of COMMAND_LINES.filter((form) => version === "15" || form.argv[0] !== "-n"))
      it(`${JSON.stringify(argv)} is read as we do`, async () => {
        const { parameters, refused } = fromCommandLine(argv);
        if (refused.length > 0) {
          assert.equal(await theirs("fsync", argv), undefined);
          return;
        }
        for (const name of new Set([...WATCHED, ...Object.keys(parameters)])) {
          const written = parameters[name];
          const parameter = pgParameter(version, name);
          if (!parameter) continue;
          const reading = written === undefined ? undefined : readValue(parameter, written);
          const ours = reading?.ok ? String(reading.value) : await theirs(name, []);
          assert.equal(await theirs(name, argv), ours, name);
        }
      });

    for (const [name, values] of Object.entries(VALUES))
      it(`takes and refuses values of ${name} as we do`, async () => {
        const parameter = pgParameter(version, name) ?? assert.fail(name);
        for (const value of values) {
          const reading = readValue(parameter, value);
          const shown = await theirs(name, ["-c", `${name}=${value}`]);
          assert.equal(shown, reading.ok ? String(reading.value) : undefined, JSON.stringify(value));
        }
      });

    it("loses no parameter to a name in other letters", async () => {
      assert.equal(await theirs("work_mem", ["--WORK-mem=8MB", "-cWork_Mem=16MB"]), "16384");
      assert.deepEqual(fromCommandLine(["--WORK-mem=8MB", "-cWork_Mem=16MB"]).parameters, {
        work_mem: "16MB",
      });
    });
  });
