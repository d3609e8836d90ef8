/** Do we read settings as real servers do? Arguments and files, of each version, probed and made up. */

import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { pgParameter, VERSIONS } from "../../../components/parameters/postgres";
import { readContainer } from "../../../policies/reading/container";
import { effective, type Server } from "../../../policies/server";
import { BareServer } from "../../bare-server";
import { PROBED } from "./probed-forms";

function readArguments(version: string, argv: readonly string[], files: object[] = []): Server {
  const inputs = { image: `postgres:${version}`, command: ["postgres", ...argv], uploads: files };
  return readContainer(inputs)?.server ?? assert.fail("no server was found");
}

/** The value in base units that a server starts with; undefined where it refuses. */
function ours(server: Server, name: string): string | undefined {
  return server.refusals.length > 0 ? undefined : String(effective(server, name).value);
}

const NAMES = [
  "fsync",
  "Full_Page_Writes",
  "synchronous-commit",
  "wal_level",
  "work_mem",
  "shared_buffers",
  "no_such",
  "a.b",
  "max_wal_size",
  "archive_mode",
  "log_min_messages",
  "bgwriter_delay",
  "jit",
];
const VALUES = [
  "on",
  "off",
  "OFF",
  "n",
  "of",
  "o",
  "0",
  "1",
  "00",
  "minimal",
  "replica",
  "archive",
  "local",
  "128MB",
  "128 MB",
  "1.5GB",
  "0x4000",
  "1e4",
  "100.4",
  "10gb",
  " 8MB",
  "-1",
  "",
  "'off'",
  "warning",
  "debug",
  "200ms",
  "0.2s",
  "1min",
];
const ASKED = [
  "fsync",
  "full_page_writes",
  "synchronous_commit",
  "wal_level",
  "work_mem",
  "shared_buffers",
  "max_wal_size",
  "archive_mode",
  "log_min_messages",
  "bgwriter_delay",
  "jit",
];

/** One to three arguments in any of the forms. */
const ARGUMENTS = fc
  .array(
    fc.tuple(
      fc.constantFrom(...NAMES),
      fc.constantFrom(...VALUES),
      fc.constantFrom("-c", "-c glued", "--", "-F", "-ic"),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((made) =>
    made.flatMap(([name, value, form]) => {
      if (form === "-F") return ["-F"];
      if (form === "--") return [`--${name}=${value}`];
      return form === "-c glued" ? [`-c${name}=${value}`] : [form, `${name}=${value}`];
    }),
  );

/** Lines of a configuration file, good and bad. */
const LINES = fc
  .array(
    fc.oneof(
      fc
        .tuple(
          fc.constantFrom(...NAMES),
          fc.constantFrom("=", " = ", " ", "\t", ":", "=="),
          fc.constantFrom(...VALUES),
          fc.constantFrom("", "'", '"'),
          fc.constantFrom("", " # x", ";", " "),
        )
        .map(([name, sign, value, quote, end]) => `${name}${sign}${quote}${value}${quote}${end}`),
      fc.constantFrom(
        "",
        "# fsync = off",
        "   ",
        "fsync",
        "= off",
        "work_mem = '8' 'MB'",
        "a.b = 'it''s'",
        "fsync = on\r",
        "jit = 'o\\146f'",
      ),
    ),
    { minLength: 1, maxLength: 2 },
  )
  .map((lines) => lines.join("\n"));

for (const version of VERSIONS)
  describe(`PostgreSQL ${version}`, () => {
    let server: BareServer;
    let folder: string;
    before(async () => {
      server = await BareServer.make(version);
      folder = await mkdtemp(path.join(os.tmpdir(), "conf-"));
      await chmod(folder, 0o755);
    });
    after(async () => {
      await server.remove();
      await rm(folder, { recursive: true, force: true });
    });

    async function theirs(name: string, argv: readonly string[]): Promise<string | undefined> {
      const answer = await server.answer(name, argv);
      return answer.ok ? answer.value : undefined;
    }

    it("takes and refuses the probed arguments as we do", async () => {
      for (const [argv, name] of PROBED) {
        if (argv.includes("config_file=/nonexist") || argv.length === 0) continue;
        // The recorded rows know no parameter that only another version has.
        const asked = pgParameter(version, name) ? name : "fsync";
        const expected = await theirs(asked, argv);
        assert.equal(ours(readArguments(version, argv), asked), expected, JSON.stringify(argv));
      }
    });

    it("takes and refuses any arguments as we do", async () => {
      await fc.assert(
        fc.asyncProperty(ARGUMENTS, fc.constantFrom(...ASKED), async (argv, name) => {
          assert.equal(ours(readArguments(version, argv), name), await theirs(name, argv));
        }),
        { numRuns: 120 },
      );
    });

    it("takes and refuses any configuration file as we do", async () => {
      const file = path.join(folder, "any.conf");
      await fc.assert(
        fc.asyncProperty(LINES, fc.constantFrom(...ASKED), async (content, name) => {
          await writeFile(file, content);
          const argv = ["-c", `config_file=${file}`];
          const read = readArguments(version, argv, [{ file, content }]);
          assert.equal(ours(read, name), await theirs(name, argv));
        }),
        { numRuns: 200 },
      );
    });
  });
