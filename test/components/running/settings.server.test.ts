/** Reloadable parameters on a real server: put there, kept, removed. */

import assert from "node:assert/strict";
import type { Connection } from "../../../components/connection";
import { reloadableParameters } from "../../../components/parameters/command-line";
import { pgParameter } from "../../../components/parameters/postgres";
import { resolveSettings } from "../../../components/parameters/settings";
import { applyRunningSettings, runningSettingsDrift } from "../../../components/running/settings";
import { BareServer } from "../../bare-server";

/** Parameters of many kinds, and those whose value in our own session is another one than the server's. */
const OF_MANY_KINDS: Record<string, string> = {
  application_name: "x",
  archive_command: "test ! -f '/a b/%f' && cp %p \"/a b/%f\"",
  autovacuum_vacuum_cost_delay: "700us",
  client_min_messages: "info",
  DateStyle: "ISO, DMY",
  log_connections: "on",
  log_destination: "stderr,csvlog",
  log_file_mode: "416",
  log_line_prefix: "%m [%p] ",
  log_temp_files: "-1",
  random_page_cost: "1.23457",
  search_path: '"$user", "My ""schema""", public',
  session_preload_libraries: "auto_explain",
  statement_timeout: "1min",
  tcp_keepalives_idle: "60",
  TimeZone: "Europe/Berlin",
  wal_compression: "pglz",
  work_mem: "16MB",
};

for (const version of ["15", "18"] as const)
  describe(`running settings of PostgreSQL ${version}`, () => {
    let server: BareServer;
    let connection: Connection;
    before(async () => {
      server = await BareServer.make(version);
      await server.start();
      connection = { host: server.socket, port: 5432, user: "postgres", database: "postgres" };
    });
    after(() => server.remove());
    afterEach(() => applyRunningSettings(connection, {}));

    const show = (name: string) =>
      server.connected(
        async (client) => (await client.query("SELECT current_setting($1) AS value", [name])).rows[0].value,
      );

    for (const [name, value] of Object.entries(OF_MANY_KINDS))
      it(`take ${name} = ${JSON.stringify(value)}, and are then as declared`, async () => {
        const declared = { [name]: value };
        const changed = await applyRunningSettings(connection, declared);
        assert.deepEqual(changed, [{ parameter: name, found: null, declared: value }]);
        assert.deepEqual(await runningSettingsDrift(connection, declared), []);
        assert.deepEqual(await applyRunningSettings(connection, declared), []);
      });

    it("take all that a machine of 8 GiB gets, and new sessions run with them", async () => {
      const settings = resolveSettings({
        version,
        machine: { memory: 8 * 2 ** 30, cpus: 4, storage: "ssd", workload: "web" },
      });
      const declared = reloadableParameters(settings);
      await applyRunningSettings(connection, declared);
      assert.deepEqual(await runningSettingsDrift(connection, declared), []);
      const running = await Promise.all(Object.keys(declared).map(async (name) => [name, await show(name)]));
      assert.deepEqual(Object.fromEntries(running), declared);
    });

    it("come back after somebody's ALTER SYSTEM, and what is not declared goes", async () => {
      await applyRunningSettings(connection, { work_mem: "8MB", jit: "off" });
      await server.connected(async (client) => {
        await client.query("ALTER SYSTEM SET work_mem = '64MB'");
        await client.query("ALTER SYSTEM SET statement_timeout = '1s'");
      });
      const drift = [
        { parameter: "work_mem", found: "64MB", declared: "8MB" },
        { parameter: "statement_timeout", found: "1s", declared: null },
      ];
      assert.deepEqual(await runningSettingsDrift(connection, { work_mem: "8MB", jit: "off" }), drift);
      assert.deepEqual(await applyRunningSettings(connection, { work_mem: "8MB", jit: "off" }), drift);
      assert.deepEqual([await show("work_mem"), await show("statement_timeout")], ["8MB", "0"]);
    });

    it("are the same when written in another unit: nothing is changed", async () => {
      await applyRunningSettings(connection, { work_mem: "8MB" });
      assert.deepEqual(await applyRunningSettings(connection, { work_mem: "8192kB" }), []);
    });

    it("that were removed fall back to PostgreSQL's own", async () => {
      await applyRunningSettings(connection, { work_mem: "8MB" });
      assert.deepEqual(await applyRunningSettings(connection, {}), [
        { parameter: "work_mem", found: "8MB", declared: null },
      ]);
      assert.equal(await show("work_mem"), "4MB");
      assert.equal(pgParameter(version, "work_mem")?.boot_val, "4096");
    });
  });
