/** Is a container's server read as it would start? From all the ways in which people write one. */

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a shell.

import assert from "node:assert/strict";
import { readContainer } from "../../../policies/reading/container";
import { type Properties, UNKNOWN } from "../../../policies/reading/known";
import { effective } from "../../../policies/server";
import { PROBED } from "./probed-forms";

/** `fsync` of a container with these inputs; undefined where it runs no server. */
function fsync(properties: Properties): unknown {
  const server = readContainer({ image: "postgres:15", ...properties })?.server;
  return server && effective(server, "fsync").value;
}

describe("the forms that a real server was asked about", () => {
  for (const [argv, name, value] of PROBED) {
    // Whether a file exists is not told by the inputs.
    if (argv.includes("config_file=/nonexist")) continue;
    it(`${JSON.stringify(argv)} ${value === undefined ? "do not start it" : `make ${name} ${value}`}`, () => {
      const server = readContainer({ image: "postgres:15", command: ["postgres", ...argv] })?.server;
      assert.ok(server);
      assert.equal(server.refusals.length > 0, value === undefined, JSON.stringify(server.refusals));
      const shown = effective(server, name).value;
      if (value !== undefined && argv.length > 0) assert.equal(String(shown), value);
    });
  }
});

describe("fsync=off", () => {
  const CONF = "# comment\nfsync = 'off' # here\n";
  const encoded = Buffer.from(CONF).toString("base64");
  const file = (path: string, content = CONF) => ({ uploads: [{ file: path, content }] });
  const READ: Record<string, Properties> = {
    "as argument": { command: ["postgres", "-c", "fsync=off"] },
    "as first argument": { command: ["-c", "fsync=off"] },
    "as flag": { command: ["-F"] },
    "of postmaster": { command: ["postmaster", "-F"] },
    "of a program with its path": { command: ["/usr/lib/postgresql/15/bin/postgres", "-F"] },
    "through the entrypoint": { command: ["docker-entrypoint.sh", "postgres", "-F"] },
    "through the entrypoint with its path": {
      entrypoints: ["/usr/local/bin/docker-entrypoint.sh"],
      command: ["-F"],
    },
    "through entrypoints alone": { entrypoints: ["docker-entrypoint.sh", "postgres", "-F"] },
    "through gosu": { entrypoints: ["gosu", "postgres"], command: ["postgres", "-F"] },
    "through tini": { entrypoints: ["tini", "--", "docker-entrypoint.sh"], command: ["postgres", "-F"] },
    "through env": { command: ["env", "-u", "A", "LANG=C", "postgres", "-F"] },
    "through nice and exec": { command: ["nice", "-n", "5", "setpriv", "--reuid=1", "postgres", "-F"] },
    "through a waiting script": { command: ["./wait-for-it.sh", "db:1", "--", "postgres", "-F"] },
    "in sh": { command: ["sh", "-c", "postgres -c fsync=off"] },
    "in sh with quotes": { command: ["sh", "-c", "exec docker-entrypoint.sh postgres -c 'fsync=off'"] },
    "in bash with options": {
      command: ["bash", "-euo", "pipefail", "-c", "chown x y && exec gosu postgres postgres -F"],
    },
    "in an entrypoint that is a shell": { entrypoints: ["/bin/sh", "-c"], command: ["exec postgres -F"] },
    "in sh on a line of its own": { command: ["sh", "-c", "# start\nset -e\nexec postgres \\\n  -F"] },
    "in sh behind a variable": { command: ["sh", "-c", "postgres -c fsync=$SYNC"], envs: ["SYNC=off"] },
    "in sh behind a variable of its own options": {
      command: ["sh", "-c", "postgres $OPTS"],
      envs: ["OPTS=-c fsync=off"],
    },
    "in sh by default of a variable": { command: ["sh", "-c", 'postgres -c "fsync=${SYNC:-off}"'] },
    "in sh by parameters": { command: ["sh", "-c", 'exec postgres "$@"', "--", "-c", "fsync=off"] },
    "in su": { command: ["su", "postgres", "-c", "postgres -F"] },
    "of pg_ctl": { command: ["pg_ctl", "-D", "/data", "-o", "-c fsync=off", "start"] },
    "of pg_ctl in one word": { command: ["sh", "-c", "pg_ctl start '--options=-F -c work_mem=8MB'"] },
    "in an uploaded script": {
      command: ["/start.sh"],
      ...file("/start.sh", "#!/bin/sh\nexec postgres -F\n"),
    },
    "as the last of several": { command: ["-c", "fsync=on", "-F"] },
    "in other letters": { command: ["--FSync=FALSE"] },
    "in config_file": { command: ["-c", "config_file=/etc/pg.conf"], ...file("/etc/pg.conf") },
    "in config_file by base64": {
      command: ["--config-file=/etc/pg.conf"],
      uploads: [{ file: "/etc/pg.conf", contentBase64: encoded }],
    },
    "in the data directory": file("/var/lib/postgresql/data/postgresql.conf"),
    "in PGDATA": { envs: ["PGDATA=/data/pg/"], ...file("/data/pg/postgresql.conf") },
    "in postgresql.auto.conf": file("/var/lib/postgresql/data/postgresql.auto.conf"),
    "in initdb's sample": file("/usr/share/postgresql/postgresql.conf.sample"),
    "in an included file": {
      command: ["-c", "config_file=/etc/pg/main.conf"],
      uploads: [
        { file: "/etc/pg/main.conf", content: "include 'more.conf'\n" },
        { file: "/etc/pg/more.conf", content: "FSYNC off" },
      ],
    },
    "in an included directory": {
      command: ["-c", "config_file=/etc/pg/main.conf"],
      uploads: [
        { file: "/etc/pg/main.conf", content: "include_dir 'conf.d'\n" },
        { file: "/etc/pg/conf.d/2.conf", content: "fsync off" },
        { file: "/etc/pg/conf.d/1.conf", content: "fsync on" },
      ],
    },
    "by ALTER SYSTEM in an init script": file(
      "/docker-entrypoint-initdb.d/1.sql",
      "ALTER SYSTEM SET fsync TO 'off';",
    ),
    "by initdb": { image: "postgres:16", envs: ["POSTGRES_INITDB_ARGS=-k -c fsync=off"] },
    "by --set of initdb": { image: "postgres:17", envs: ["POSTGRES_INITDB_ARGS=--set fsync=off"] },
    "by Bitnami's variable": { image: "bitnami/postgresql:15", envs: ["POSTGRESQL_FSYNC=off"] },
    "by Bitnami's flags": {
      image: "bitnami/postgresql:15",
      envs: ["POSTGRESQL_EXTRA_FLAGS=-c fsync=off -c work_mem=8MB"],
    },
    "in one string": { command: "postgres -c fsync=off" },
    "in sh behind a variable of the script": {
      command: ["sh", "-c", "OPTS='-c fsync=off'; export MORE=-i; OPTS+=\" $MORE\"\nexec postgres $OPTS"],
    },
    "in sh by eval": { command: ["sh", "-c", 'eval "exec postgres -c fsync=off"'] },
    "in one word of env": { command: ["env", "-S", "LANG=C postgres -c fsync=off"] },
    "in the script of runuser": { command: ["runuser", "postgres", "-c", "postgres -F"] },
    "through runuser": { command: ["runuser", "-u", "postgres", "--", "postgres", "-c", "fsync=off"] },
    "by echo in an init script": file(
      "/docker-entrypoint-initdb.d/1.sh",
      '#!/bin/sh\necho "fsync = off" >> "$PGDATA/postgresql.conf"\n',
    ),
    "by a here-document of an init script": file(
      "/docker-entrypoint-initdb.d/1.sh",
      "cat >> $PGDATA/postgresql.conf <<EOF\nfull_page_writes = on\nfsync = off\nEOF\n",
    ),
  };
  for (const [how, properties] of Object.entries(READ))
    it(`is read ${how}`, () => assert.equal(fsync(properties), "off"));

  const NOT: Record<string, Properties> = {
    "by PGOPTIONS, which only clients read": { envs: ["PGOPTIONS=-c fsync=off"] },
    "in a file that the command line overrides": {
      command: ["-c", "fsync=on"],
      ...file("/var/lib/postgresql/data/postgresql.conf"),
    },
    "in a file that is not the server's": file("/etc/other/postgresql.conf"),
    "in a comment": { command: ["-c", "config_file=/a"], ...file("/a", "#fsync = off\n") },
    "in the argument of another option": { command: ["-d1F"] },
    "in a comment of SQL": file("/docker-entrypoint-initdb.d/1.sql", "-- ALTER SYSTEM SET fsync = off;"),
    "in what an init script writes elsewhere": file(
      "/docker-entrypoint-initdb.d/1.sh",
      'echo "fsync = off" >> /tmp/notes\ncat <<EOF\nfsync = off\nEOF\n',
    ),
    "in a dead branch of a variable": {
      command: ["sh", "-c", "postgres -c fsync=${SYNC:-off}"],
      envs: ["SYNC=on"],
    },
  };
  for (const [how, properties] of Object.entries(NOT))
    it(`is not read ${how}`, () => assert.equal(fsync(properties), "on"));

  const HIDDEN: Record<string, Properties> = {
    "whose command is not known yet": { command: UNKNOWN },
    "whose file is not there": { command: ["-c", "config_file=/etc/mounted.conf"] },
    "with an unknown start script": { command: ["/start.sh"] },
    "under Patroni": { command: ["patroni", "/etc/patroni.yml"] },
    "behind a variable that is set only sometimes": {
      command: ["sh", "-c", 'if [ "$TEST" ]; then O=-F; fi; exec postgres $O'],
    },
    "behind a variable of the shell": { command: ["sh", "-c", "postgres $(cat /options)"] },
  };
  for (const [how, properties] of Object.entries(HIDDEN))
    it(`is not known of a server ${how}`, () => assert.equal(fsync(properties), UNKNOWN));

  it("is read beside words that are not known yet", () => {
    assert.equal(fsync({ command: ["postgres", "-c", UNKNOWN, "-c", "fsync=off", UNKNOWN] }), "off");
    assert.equal(fsync({ command: ["-F"], envs: [UNKNOWN], mounts: UNKNOWN, uploads: [UNKNOWN] }), "off");
  });
});

describe("a container", () => {
  const SERVERS: Properties[] = [
    ...[
      "postgres",
      "postgres:15",
      "docker.io/library/postgres:15@sha256:00",
      "registry.example.com:5000/mirror/postgres:15-alpine",
      "bitnami/postgresql:16",
      "bitnamilegacy/postgresql:16",
      "timescale/timescaledb:latest-pg15",
      "timescale/timescaledb-ha:pg15",
      "postgis/postgis:15-3.4",
      "supabase/postgres:15.1.0.147",
      "pgvector/pgvector:pg16",
      "ankane/pgvector",
      "citusdata/citus:12",
      "ghcr.io/zalando/spilo-15:3.0",
      "cimg/postgres:15.1",
      "apache/age:release_PG16_1.5.0",
      "paradedb/paradedb:0.13.2-pg17",
      "groonga/pgroonga:latest-debian-16",
      "my/postgres-with-backups:15".replace("-with-backups", "-custom"),
    ].map((image) => ({ image })),
    { image: UNKNOWN, command: ["postgres"] },
    { image: "my/app:1", command: ["postgres", "-F"] },
    { image: "my/db:1", envs: ["PGDATA=/data"] },
    { image: "my/db:1", mounts: [{ type: "volume", source: "a", target: "/var/lib/postgresql/data" }] },
    { image: `sha256:${"a".repeat(64)}`, envs: ["POSTGRES_PASSWORD=x"] },
  ];
  for (const properties of SERVERS)
    it(`${JSON.stringify(properties.image === UNKNOWN ? { command: properties.command } : properties)} is a server`, () => {
      assert.ok(readContainer(properties)?.server);
    });

  const OTHERS: Properties[] = [
    ...[
      "nginx:1",
      "quay.io/prometheuscommunity/postgres-exporter:v0.15",
      "dpage/pgadmin4",
      "edoburu/pgbouncer",
      "postgrest/postgrest",
      "prodrigestivill/postgres-backup-local:15",
      "mysql:8",
      "supabase/postgres-meta:v0.80",
      "mcp/postgres",
      "",
    ].map((image) => ({ image })),
    { image: "my/app:1", envs: ["POSTGRES_PASSWORD=x", "POSTGRES_HOST=db"] },
    { image: "my/app:1", envs: ["POSTGRES_PASSWORD=x"] },
    { image: UNKNOWN },
    {},
    { image: "postgres:15", command: ["pg_dump", "-h", "db"] },
    { image: "postgres:15", command: ["sh", "-c", "until pg_isready; do sleep 1; done; psql -c 'select 1'"] },
    { image: "postgres:15", entrypoints: ["sleep"], command: ["infinity"] },
    { image: "postgres:15", command: ["postgres", "--version"] },
    { image: "postgres:15", command: ["postgres", "-C", "fsync"] },
  ];
  for (const properties of OTHERS)
    it(`${JSON.stringify(properties)} is none`, () =>
      assert.equal(readContainer(properties)?.server, undefined));

  const MAJORS: [Properties, number | undefined][] = [
    [{ image: "postgres:15" }, 15],
    [{ image: "postgres:9.6-alpine" }, 9],
    [{ image: "postgres:18beta1" }, 18],
    [{ image: "postgres:15.4-bookworm@sha256:00" }, 15],
    [{ image: "postgres:latest" }, undefined],
    [{ image: "postgres:alpine" }, undefined],
    [{ image: "postgis/postgis:16-3.4-alpine" }, 16],
    [{ image: "timescale/timescaledb:2.14.2-pg15" }, 15],
    [{ image: "timescale/timescaledb-ha:pg15.5-ts2.13" }, 15],
    [{ image: "pgvector/pgvector:0.7.0-pg16" }, 16],
    [{ image: "citusdata/citus:12.1" }, undefined],
    [{ image: "apache/age:release_PG16_1.5.0" }, 16],
    [{ image: "groonga/pgroonga:latest-debian-17" }, 17],
    [{ image: "bitnami/postgresql:15.4.0-debian-11-r0" }, 15],
    [{ image: "ghcr.io/zalando/spilo-15:3.0-p1" }, 15],
    [{ image: "postgres:latest", envs: ["PG_MAJOR=17"] }, 17],
    [{ image: "my/db", command: ["/usr/lib/postgresql/16/bin/postgres"] }, 16],
  ];
  for (const [properties, major] of MAJORS)
    it(`${JSON.stringify(properties)} is of version ${major ?? "unknown"}`, () =>
      assert.equal(readContainer(properties)?.major, major));
});
