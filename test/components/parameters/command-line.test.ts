/** Arguments of `postgres`, written and read. command-line.server.test.ts asks a real server the same. */

import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type CommandLine,
  commandLineParameters,
  fromCommandLine,
  reloadableParameters,
  toCommandLine,
} from "../../../components/parameters/command-line";
import { parameterValues, resolveSettings } from "../../../components/parameters/settings";
import { COMMAND_LINES } from "./command-lines";

const settings = resolveSettings({
  machine: { memory: 8 * 2 ** 30, cpus: 4, storage: "ssd", workload: "web" },
  parameters: { wal_buffers: "16MB", statement_timeout: "1min", "a.b": "c" },
});

describe("a command line", () => {
  for (const { argv, parameters = {}, refused = [] } of COMMAND_LINES)
    it(`${JSON.stringify(argv)} sets ${JSON.stringify(parameters)}${refused.length > 0 ? ` and is refused` : ""}`, () => {
      assert.deepEqual(fromCommandLine(argv), { parameters, refused } satisfies CommandLine);
    });

  it("of parameters is read as these parameters, whatever their values", () => {
    const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,20}(\.[a-z_][a-z0-9_]{0,10})?$/);
    const argument = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(fc.dictionary(name, argument, { noNullPrototype: true }), (parameters) => {
        assert.deepEqual(fromCommandLine(toCommandLine(parameters)), { parameters, refused: [] });
      }),
    );
  });

  it("of settings is read as the parameters that belong there", () => {
    const parameters = commandLineParameters(settings);
    assert.deepEqual(fromCommandLine(toCommandLine(parameters)), { parameters, refused: [] });
  });

  it("is made of -c and an assignment for each parameter", () => {
    const argv = toCommandLine({ fsync: "on", archive_command: "cp %p '/a b/%f'" });
    assert.deepEqual(argv, ["-c", "fsync=on", "-c", "archive_command=cp %p '/a b/%f'"]);
  });

  it("that is read does not lose the arguments it was read from", () => {
    const argv = ["-c", "fsync=off", "-B", "128MB"];
    fromCommandLine(argv);
    assert.deepEqual(argv, ["-c", "fsync=off", "-B", "128MB"]);
  });
});

describe("parameters of the command line", () => {
  it("are the fixed ones and those that need a restart", () => {
    assert.deepEqual(Object.keys(commandLineParameters(settings)), [
      "fsync",
      "synchronous_commit",
      "full_page_writes",
      "wal_level",
      "data_sync_retry",
      "restart_after_crash",
      "zero_damaged_pages",
      "ignore_checksum_failure",
      "ignore_invalid_pages",
      "ignore_system_indexes",
      "allow_system_table_mods",
      "autovacuum",
      "track_counts",
      "password_encryption",
      "max_wal_senders",
      "max_connections",
      "shared_buffers",
      "autovacuum_max_workers",
      "max_worker_processes",
      "a.b",
      "wal_buffers",
    ]);
  });

  it("and those of the running server are all, each once", () => {
    const [atStart, running] = [commandLineParameters(settings), reloadableParameters(settings)];
    assert.deepEqual({ ...atStart, ...running }, parameterValues(settings));
    assert.deepEqual(
      Object.keys(atStart).filter((name) => name in running),
      [],
    );
    assert.equal(running.statement_timeout, "1min");
  });
});
