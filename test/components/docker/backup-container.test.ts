/** The container of the backups in one literal: every argument for Pulumi.dev.yaml. */

import assert from "node:assert/strict";
import { backupContainerArgs } from "../../../components/docker/backup-container";
import { dockerDesign } from "../../../components/docker/settings";
import { devConfiguration } from "./dev-configuration";

describe("the container of the backups of Pulumi.dev.yaml", () => {
  it("is exactly this", () => {
    const { plan, settings } = dockerDesign("postgres", devConfiguration(), "durable-postgres/dev/postgres");
    const context = { image: "sha256:1", database: "app", retention: 14, rebackup: false };
    const args = backupContainerArgs(plan, settings, context);
    const uploads = args.uploads as { file: string; content: string }[];
    const dump = uploads.pop();
    const schedule = uploads.pop();
    for (const { content } of uploads) assert.match(content, /^(#!\/usr\/bin\/perl\n)?# .*\?/);
    assert.deepEqual(JSON.parse(String(dump?.content)), {
      socket: "/var/lib/durable-postgres/archive/socket",
      database: "app",
      retention: 14,
      folder: "dumps",
      files: { dump: "app_{time}.dump", globals: "globals_{time}.sql" },
      scratch: "durable_postgres_dump_",
      name: "_(\\d{4})(\\d\\d)(\\d\\d)-(\\d\\d)(\\d\\d)(\\d\\d)\\.(?:dump|sql)$",
      table: "^\\d+; \\d+ \\d+ TABLE DATA ",
      arguments: {
        dump: ["--format=custom", "--file={file}"],
        globals: ["--globals-only", "--file={file}"],
        list: ["--list", "{file}"],
        restore: [
          "--exit-on-error",
          "--no-publications",
          "--no-subscriptions",
          "--dbname={database}",
          "{file}",
        ],
      },
    });
    assert.deepEqual(JSON.parse(String(schedule?.content)), {
      database: "durable-postgres-dev-postgres",
      socket: "/var/lib/durable-postgres/archive/socket",
      maxAge: 93_600,
      rebackup: false,
      jobs: {
        full: "30 1 * * 0",
        diff: "30 1 * * 1-6",
        check: "5 * * * *",
        verify: "30 4 * * 0",
        rehearse: "30 6 * * 0",
      },
    });
    assert.deepEqual(
      { ...args, uploads: [...uploads, schedule, dump].map((one) => one?.file) },
      {
        image: "sha256:1",
        name: "durable-postgres-dev-postgres-backup",
        hostname: "durable-postgres-dev-postgres-backup",
        entrypoints: ["perl", "/etc/durable-postgres/scheduler.pl"],
        command: ["run"],
        envs: [
          "PGBACKREST_CONFIG_PATH=/var/lib/durable-postgres/archive/pgbackrest",
          "PGBACKREST_STANZA=main",
        ],
        user: "postgres",
        capabilities: { drops: ["ALL"] },
        securityOpts: ["no-new-privileges:true"],
        mounts: [
          {
            type: "volume",
            source: "durable-postgres-dev-postgres-data",
            target: "/var/lib/postgresql/data",
            readOnly: true,
          },
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
        uploads: ["scheduler.pl", "steps.pl", "rehearse.pl", "dump.pl", "schedule.json", "dump.json"].map(
          (name) => `/etc/durable-postgres/${name}`,
        ),
        networksAdvanced: [{ name: "durable-postgres-dev-postgres" }],
        memory: 512,
        memorySwap: 512,
        stopSignal: "SIGTERM",
        stopTimeout: 60,
        destroyGraceSeconds: 60,
        restart: "unless-stopped",
        healthcheck: {
          tests: ["CMD", "perl", "/etc/durable-postgres/scheduler.pl", "health"],
          interval: "1m0s",
          timeout: "30s",
          retries: 3,
          startPeriod: "5m0s",
        },
        wait: false,
        logDriver: "json-file",
        logOpts: { "max-size": "10m", "max-file": "5" },
        labels: [{ label: "durable-postgres.database", value: "durable-postgres/dev/postgres" }],
      },
    );
  });
});
