/** A logical dump of a real server, restored by its own tools; and what is said where it cannot be taken. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { takeDump } from "../../../../components/backup/local/dump";
import { readLocalServer } from "../../../../components/local/server";
import { withInstance } from "../../../local-instance";
import { ArchivingInstance } from "./archiving-instance";

const run = promisify(execFile);

/** Debian's client of the version that the tests run. */
const PROGRAMS = "/usr/lib/postgresql/15/bin";

describe("a logical dump of a local database", function () {
  this.timeout(120_000);

  it("appears once it was restored, leaves nothing else, and brings rows and roles back", async function () {
    if (!existsSync(path.join(PROGRAMS, "pg_dump"))) return this.skip();
    await withInstance(async (instance) => {
      const database = new ArchivingInstance(instance);
      await database.start();
      await database.query(
        "CREATE ROLE shop LOGIN PASSWORD 'secret'; CREATE TABLE empty (id int PRIMARY KEY)",
      );
      await database.note("first");
      const { administration } = await readLocalServer(instance.args);
      const directory = path.join(instance.home, "dumps");
      const request = { database: "postgres", directory, retention: 14, programs: PROGRAMS };
      await mkdir(directory);
      // What a killed dump left, in the folder and in the server.
      await writeFile(path.join(directory, "postgres_20260101-000000.dump.unfinished"), "");
      await writeFile(path.join(directory, "postgres_20260101-000000.dump"), "");
      await database.query("CREATE DATABASE durable_postgres_dump_killed");

      const { file, size, tables, expired } = await takeDump(administration, request, database.said);
      assert.deepEqual([size > 0, tables, expired], [true, 2, ["postgres_20260101-000000.dump"]]);
      const names = await readdir(directory);
      assert.deepEqual(names.map((name) => name.replace(/\d{8}-\d{6}/, "…")).sort(), [
        "globals_….sql",
        "postgres_….dump",
      ]);
      assert.equal((await stat(file)).mode & 0o777, 0o600);
      const left = await database.query("SELECT datname FROM pg_database WHERE datname LIKE '%dump%'");
      assert.deepEqual(left, []);

      await database.query("CREATE DATABASE back");
      const env = {
        PATH: process.env.PATH,
        PGHOST: administration.host,
        PGPORT: String(administration.port),
        PGUSER: "postgres",
      };
      await run(path.join(PROGRAMS, "pg_restore"), ["--dbname=back", file], { env });
      const { stdout } = await run(path.join(PROGRAMS, "psql"), ["-Atc", "SELECT text FROM note", "back"], {
        env,
      });
      assert.equal(stdout, "first\n");
      const globals = path.join(directory, names.find((name) => name.startsWith("globals")) ?? "");
      const { stdout: roles } = await run("grep", [
        "-c",
        "ALTER ROLE shop WITH .* PASSWORD 'SCRAM-SHA-256",
        globals,
      ]);
      assert.equal(roles, "1\n");

      // A dump that cannot be restored is none: its index calls a function that finds no table there.
      await database.query(
        `CREATE TABLE price (id int);
         CREATE FUNCTION price(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT max(id) FROM price); END $$;
         INSERT INTO empty VALUES (1); CREATE INDEX ON empty (price(id))`,
      );
      await assert.rejects(
        takeDump(administration, request, database.said),
        /^Fault: no dump was taken: pg_restore: error: .*relation "price" does not exist/,
      );
      assert.deepEqual(await readdir(directory), names);

      const missing = path.join(instance.home, "nothing");
      await assert.rejects(takeDump(administration, { ...request, programs: missing }, database.said), {
        name: "Faults",
        message:
          /there is no pg_dump on PATH.*[\s\S]*there is no pg_dumpall on PATH.*[\s\S]*there is no pg_restore/,
      });
    });
  });
});
