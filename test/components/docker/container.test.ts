/** The whole container in one literal: every argument for Pulumi.dev.yaml, flags in order. */

import assert from "node:assert/strict";
import type { DatabaseArgs } from "../../../components/database";
import { containerArgs, serverCommand } from "../../../components/docker/container";
import type { DockerOptions } from "../../../components/docker/options";
import { dockerDesign } from "../../../components/docker/settings";
import { fromCommandLine } from "../../../components/parameters/command-line";
import { devConfiguration } from "./dev-configuration";

const design = (args: DatabaseArgs & DockerOptions) =>
  dockerDesign("postgres", args, "durable-postgres/dev/postgres");

function container(args: DatabaseArgs & DockerOptions) {
  const { plan, settings } = design(args);
  return containerArgs(plan, settings, { image: "sha256:1", port: 15_432 });
}

const COMMAND = [
  ["fsync", "on"],
  ["synchronous_commit", "on"],
  ["full_page_writes", "on"],
  ["wal_level", "replica"],
  ["data_sync_retry", "off"],
  ["restart_after_crash", "on"],
  ["zero_damaged_pages", "off"],
  ["ignore_checksum_failure", "off"],
  ["ignore_invalid_pages", "off"],
  ["ignore_system_indexes", "off"],
  ["allow_system_table_mods", "off"],
  ["autovacuum", "on"],
  ["track_counts", "on"],
  ["password_encryption", "scram-sha-256"],
  ["max_wal_senders", "10"],
  ["max_connections", "100"],
  ["shared_buffers", "1GB"],
  ["autovacuum_max_workers", "3"],
  ["max_worker_processes", "8"],
  ["archive_mode", "on"],
  ["archive_command", "pgbackrest --stanza=main archive-push %p"],
  ["listen_addresses", "*"],
  ["port", "5432"],
  ["hba_file", "/etc/durable-postgres/pg_hba.conf"],
  ["unix_socket_directories", "/var/run/postgresql,/var/lib/durable-postgres/archive/socket"],
];

describe("the container of Pulumi.dev.yaml", () => {
  it("is exactly this", () => {
    assert.deepEqual(container(devConfiguration()), {
      image: "sha256:1",
      name: "durable-postgres-dev-postgres",
      hostname: "durable-postgres-dev-postgres",
      command: ["postgres", ...COMMAND.flatMap(([name, value]) => ["-c", `${name}=${value}`])],
      envs: ["PGBACKREST_CONFIG_PATH=/var/lib/durable-postgres/archive/pgbackrest", "PGBACKREST_STANZA=main"],
      user: "postgres",
      capabilities: { drops: ["ALL"] },
      securityOpts: ["no-new-privileges:true"],
      mounts: [
        { type: "volume", source: "durable-postgres-dev-postgres-data", target: "/var/lib/postgresql/data" },
        {
          type: "volume",
          source: "durable-postgres-dev-postgres-archive",
          target: "/var/lib/durable-postgres/archive",
        },
        {
          type: "volume",
          source: "durable-postgres-dev-postgres-backup",
          target: "/var/lib/durable-postgres/backup",
        },
      ],
      uploads: [
        {
          file: "/etc/durable-postgres/pg_hba.conf",
          content: [
            "# Written by durable-postgres.",
            "local all all trust",
            "host postgres postgres 127.0.0.1/32 trust",
            "host all all all scram-sha-256",
            "host replication all all scram-sha-256",
            "",
          ].join("\n"),
        },
      ],
      networksAdvanced: [{ name: "durable-postgres-dev-postgres", aliases: ["postgres"] }],
      ports: [{ internal: 5432, external: 15_432, ip: "127.0.0.1" }],
      memory: 4096,
      memorySwap: 4096,
      init: true,
      shmSize: 2048,
      ulimits: [{ name: "nofile", soft: 4096, hard: 4096 }],
      stopSignal: "SIGINT",
      stopTimeout: 300,
      destroyGraceSeconds: 300,
      restart: "unless-stopped",
      healthcheck: {
        tests: ["CMD", "psql", "-h", "127.0.0.1", "-U", "postgres", "-d", "postgres", "-AtXqc", "SELECT 1"],
        interval: "5s",
        timeout: "5s",
        retries: 5,
        startPeriod: "1h0m0s",
      },
      wait: false,
      logDriver: "json-file",
      logOpts: { "max-size": "10m", "max-file": "5" },
      labels: [{ label: "durable-postgres.database", value: "durable-postgres/dev/postgres" }],
    });
  });
});

describe("a container", () => {
  it("takes what the options say", () => {
    const args = container({
      memory: "8GiB",
      containerName: "shop",
      address: "192.0.2.7",
      hostname: "db.example.com",
      volumes: { data: "shop-15", archive: "shop-wal" },
      shmSize: "512MiB",
      stopTimeout: 600,
      restart: "always",
    });
    const { name, mounts, ports, memory, memorySwap, shmSize, stopTimeout, destroyGraceSeconds, restart } =
      args;
    assert.deepEqual(
      { name, mounts, ports, memory, memorySwap, shmSize, stopTimeout, destroyGraceSeconds, restart },
      {
        name: "shop",
        mounts: [
          { type: "volume", source: "shop-15", target: "/var/lib/postgresql/data" },
          { type: "volume", source: "shop-wal", target: "/var/lib/durable-postgres/archive" },
          { type: "volume", source: "shop-backup", target: "/var/lib/durable-postgres/backup" },
        ],
        ports: [{ internal: 5432, external: 15_432, ip: "192.0.2.7" }],
        memory: 8192,
        memorySwap: 8192,
        shmSize: 512,
        stopTimeout: 600,
        destroyGraceSeconds: 600,
        restart: "always",
      },
    );
  });

  it("lets nobody in without TLS once its port leaves loopback", () => {
    const [upload] = container({ address: "192.0.2.7" }).uploads as { content: string }[];
    assert.equal(
      upload?.content,
      [
        "# Written by durable-postgres.",
        "local all all trust",
        "host postgres postgres 127.0.0.1/32 trust",
        "hostssl all all all scram-sha-256",
        "hostssl replication all all scram-sha-256",
        "",
      ].join("\n"),
    );
  });

  it("mounts its data where the image of its version looks for it", () => {
    const targets = (["15", "16", "17", "18"] as const).map((version) => {
      const [data] = container({ version }).mounts as { target: string }[];
      return data?.target;
    });
    const before18 = "/var/lib/postgresql/data";
    assert.deepEqual(targets, [before18, before18, before18, "/var/lib/postgresql"]);
  });

  it("may open as many files as its server is told to, and what is beside them", () => {
    const files = container({ parameters: { max_files_per_process: 5000 } }).ulimits;
    assert.deepEqual(files, [{ name: "nofile", soft: 6024, hard: 6024 }]);
  });

  it("is not touched by a reloadable parameter", () => {
    const other = container({ parameters: { work_mem: "4MB", checkpoint_timeout: "10min" } });
    assert.deepEqual(other, container({}));
  });

  it("has a command that reads back as the parameters it was made of", () => {
    const { settings } = design({ parameters: { shared_preload_libraries: "auto_explain, 'x y'" } });
    const [program, ...argv] = serverCommand(settings);
    const { parameters, refused } = fromCommandLine(argv);
    assert.equal(program, "postgres");
    assert.deepEqual(refused, []);
    assert.equal(parameters.shared_preload_libraries, "auto_explain, 'x y'");
    assert.equal(parameters.fsync, "on");
  });
});
