/** What does each rule say of its bad example? Whole messages, line by line. */

import { AWS_MESSAGES } from "./messages-aws";
import { RDS_MESSAGES } from "./messages-rds";
import { OTHER_ENGINE_MESSAGES } from "./messages-rds-other-engines";

export const MESSAGES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "fsync-off": [
    [
      "docker Container db: fsync is off: a power cut can leave the cluster unreadable",
      "PROPERTY: command[2]",
      'HINT: write `"fsync=on"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-FSYNC",
      "SAME AS: PMM:postgresql_fsync",
    ],
  ],
  "synchronous-commit-off": [
    [
      "docker Container db: synchronous_commit is off: a crash loses commits that were acknowledged",
      "PROPERTY: command[2]",
      'HINT: write `"synchronous_commit=on"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-SYNCHRONOUS-COMMIT",
      "SAME AS: alibaba-cloud-config:rds-instance-synchronous-commit-enable",
    ],
  ],
  "synchronous-commit-local": [
    [
      "docker Container db: synchronous_commit is local: commits do not wait for the synchronous standby, so a failover loses them",
      "PROPERTY: command[4]",
      'HINT: write `"synchronous_commit=on"` in command[4]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-SYNCHRONOUS-COMMIT",
      "SAME AS: alibaba-cloud-config:rds-instance-synchronous-commit-enable",
    ],
  ],
  "synchronous-commit-remote-write": [
    [
      "docker Container db: synchronous_commit is remote_write: commits wait for the standby's memory only, so a failover after a power cut loses them",
      "PROPERTY: command[4]",
      'HINT: write `"synchronous_commit=on"` in command[4]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-SYNCHRONOUS-COMMIT",
      "SAME AS: alibaba-cloud-config:rds-instance-synchronous-commit-enable",
    ],
  ],
  "full-page-writes-off": [
    [
      "docker Container db: full_page_writes is off: a page half written by a power cut is not repaired",
      "PROPERTY: command[2]",
      'HINT: write `"full_page_writes=on"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-FULL-PAGE-WRITES",
    ],
  ],
  "wal-level-minimal": [
    [
      "docker Container db: wal_level is minimal: there is no WAL to archive, so no point-in-time recovery and no standby",
      "PROPERTY: command[2]",
      'HINT: write `"wal_level=replica"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-WAL-LEVEL",
    ],
  ],
  "data-sync-retry-on": [
    [
      "docker Container db: data_sync_retry is on: a failed fsync is tried again, and the second try can succeed with the page lost",
      "PROPERTY: command[2]",
      'HINT: write `"data_sync_retry=off"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-error-handling.html#GUC-DATA-SYNC-RETRY",
    ],
  ],
  "restart-after-crash-off": [
    [
      "docker Container db: restart_after_crash is off: one crashed backend leaves the server down",
      "PROPERTY: command[2]",
      'HINT: write `"restart_after_crash=on"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-error-handling.html#GUC-RESTART-AFTER-CRASH",
    ],
  ],
  "zero-damaged-pages-on": [
    [
      "docker Container db: zero_damaged_pages is on: damaged pages are replaced by empty ones, and their rows are gone",
      "PROPERTY: command[2]",
      'HINT: write `"zero_damaged_pages=off"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-developer.html#GUC-ZERO-DAMAGED-PAGES",
    ],
  ],
  "ignore-checksum-failure-on": [
    [
      "docker Container db: ignore_checksum_failure is on: corrupt pages are read as if they were good",
      "PROPERTY: command[2]",
      'HINT: write `"ignore_checksum_failure=off"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-developer.html#GUC-IGNORE-CHECKSUM-FAILURE",
    ],
  ],
  "ignore-invalid-pages-on": [
    [
      "docker Container db: ignore_invalid_pages is on: recovery goes on past missing pages, and their rows are gone",
      "PROPERTY: command[2]",
      'HINT: write `"ignore_invalid_pages=off"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-developer.html#GUC-IGNORE-INVALID-PAGES",
    ],
  ],
  "ignore-system-indexes-on": [
    [
      "docker Container db: ignore_system_indexes is on: system catalogues are read without their indexes and can be changed inconsistently",
      "PROPERTY: command[2]",
      'HINT: write `"ignore_system_indexes=off"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-developer.html#GUC-IGNORE-SYSTEM-INDEXES",
      "SAME AS: CIS-PG:6.2, pgdsat:6.2",
    ],
  ],
  "allow-system-table-mods-on": [
    [
      "docker Container db: allow_system_table_mods is on: one statement can make the cluster unusable",
      "PROPERTY: command[2]",
      'HINT: write `"allow_system_table_mods=off"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-developer.html#GUC-ALLOW-SYSTEM-TABLE-MODS",
    ],
  ],
  "autovacuum-off": [
    [
      "docker Container db: autovacuum is off: transaction ids run out and the server stops taking writes",
      "PROPERTY: command[2]",
      'HINT: write `"autovacuum=on"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-autovacuum.html#GUC-AUTOVACUUM",
      "SAME AS: PMM:postgresql_vacuum_sanity_check",
    ],
  ],
  "track-counts-off": [
    [
      "docker Container db: track_counts is off: autovacuum does not know what to vacuum",
      "PROPERTY: command[2]",
      'HINT: write `"track_counts=on"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-statistics.html#GUC-TRACK-COUNTS",
    ],
  ],
  "password-encryption-md5": [
    [
      "docker Container db: password_encryption is md5: stored passwords can be used to log in by whoever reads them",
      "PROPERTY: command[2]",
      'HINT: write `"password_encryption=scram-sha-256"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-PASSWORD-ENCRYPTION",
      "SAME AS: pgdsat:5.12",
    ],
  ],
  "pgdata-no-volume": [
    [
      "docker Container db: no volume holds the data directory /var/lib/postgresql/data: the data go with the container",
      "PROPERTY: mounts",
      'HINT: write `{ type: "volume", source: "db-data", target: "/var/lib/postgresql/data" }` in mounts',
      "DOCS: https://github.com/docker-library/docs/blob/master/postgres/README.md#pgdata",
    ],
  ],
  "pgdata-wrong-mount-path": [
    [
      "docker Container db: the image has a volume of its own at /var/lib/postgresql/data, below the mount: the data are in that anonymous volume, and go with the container",
      "PROPERTY: mounts[0].target",
      "HINT: write `/var/lib/postgresql/data` in mounts[0].target",
      "DOCS: https://github.com/docker-library/docs/blob/master/postgres/README.md#pgdata",
    ],
  ],
  "pgdata-anonymous-volume": [
    [
      "docker Container db: the volume at /var/lib/postgresql/data has no name: it is deleted with the container, which any change of its inputs replaces",
      "PROPERTY: volumes[0].volumeName",
      "HINT: write `db-data` in volumes[0].volumeName",
      "DOCS: https://github.com/docker-library/docs/blob/master/postgres/README.md#pgdata",
    ],
  ],
  "pgdata-tmpfs": [
    [
      "docker Container db: /var/lib/postgresql/data is in memory: its data are gone when the container or the machine stops",
      'PROPERTY: tmpfs["/var/lib/postgresql/data"]',
      'HINT: write `{ type: "volume", source: "db-data", target: "/var/lib/postgresql/data" }` in mounts',
      "DOCS: https://www.postgresql.org/docs/current/non-durability.html",
    ],
  ],
  "wal-dir-not-persisted": [
    [
      "docker Container db: the WAL is in /wal, which is on no volume: it goes with the container, and the data directory does not start without it",
      "PROPERTY: envs[0]",
      'HINT: write `{ type: "volume", source: "db-wal", target: "/wal" }` in mounts',
      "DOCS: https://github.com/docker-library/docs/blob/master/postgres/README.md#pgdata",
    ],
  ],
  "pgdata-read-only": [
    [
      "docker Container db: the data volume is mounted read-only: the server does not start",
      "PROPERTY: mounts[0].readOnly",
      "HINT: write `readOnly: false` in mounts[0]",
      "DOCS: https://github.com/docker-library/docs/blob/master/postgres/README.md#pgdata",
    ],
  ],
  "pgdata-shared": [
    [
      "docker Container other: db and other run a server on the same data directory: two servers on one cluster destroy it",
      "PROPERTY: mounts[0]",
      "HINT: write a volume of its own in mounts[0] of other, such as `other-data`",
      "DOCS: https://www.postgresql.org/docs/current/app-postgres.html",
      "SAME AS: KICS:compose 8c978947-0ff6-485c-b0c2-0bfca6026466",
    ],
  ],
  "volume-tmpfs": [
    [
      "docker Volume db: the volume is in memory: its data are gone when the machine stops",
      "PROPERTY: driverOpts.type",
      "HINT: remove `driverOpts`",
      "DOCS: https://www.postgresql.org/docs/current/non-durability.html",
    ],
  ],
  "pgdata-nfs": [
    [
      "docker Volume db: the volume is on the network (nfs) and says soft: a write that takes too long can be lost without an error, as with fsync=off",
      "PROPERTY: driverOpts.o",
      'HINT: write `o: "addr=10.0.0.1,rw,hard"` in driverOpts',
      "DOCS: https://www.postgresql.org/docs/current/creating-cluster.html#CREATING-CLUSTER-NFS",
    ],
  ],
  "resource-not-protected": [
    [
      "docker Volume db: it is not protected: a destroy, or a line that is removed, deletes the data",
      "PROPERTY: opts.protect",
      "HINT: write `protect: true` in the resource's options (retainOnDelete keeps the data as well, but no policy can see it)",
      "DOCS: https://www.pulumi.com/docs/iac/concepts/resources/options/protect/",
    ],
  ],
  "data-checksums-off": [
    [
      "docker Container db: the cluster gets no data checksums (PostgreSQL 15 leaves them out by default): a damaged page is read as if it were good",
      "PROPERTY: envs",
      "HINT: write `POSTGRES_INITDB_ARGS=--data-checksums` in envs",
      "DOCS: https://www.postgresql.org/docs/current/app-initdb.html",
      "SAME AS: pgdsat:1.4.3",
    ],
  ],
  "initdb-no-sync": [
    [
      "docker Container db: initdb does not flush the new cluster: a power cut soon after leaves the data directory corrupt",
      "PROPERTY: envs[0]",
      "HINT: remove `--no-sync` (`-N`) from POSTGRES_INITDB_ARGS",
      "DOCS: https://www.postgresql.org/docs/current/app-initdb.html",
    ],
  ],
  "initdb-auth-trust": [
    [
      "docker Container db: initdb writes trust into pg_hba.conf: whoever reaches the port is superuser without a password",
      "PROPERTY: envs[0]",
      "HINT: write `--auth-host=scram-sha-256` in POSTGRES_INITDB_ARGS",
      "DOCS: https://www.postgresql.org/docs/current/app-initdb.html",
    ],
  ],
  "archive-mode-off": [
    [
      "docker Container db: archive_mode is off: a lost volume takes everything since the last backup with it",
      "PROPERTY: command[2]",
      'HINT: write `"archive_mode=on"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-ARCHIVE-MODE",
      "SAME AS: CIS-PG:7.4, pgdsat:7.4",
    ],
  ],
  "archive-command-empty": [
    [
      "docker Container db: archive_mode is on without archive_command or archive_library: WAL piles up until the disk is full, and then the server stops",
      "PROPERTY: command[2]",
      'HINT: add `"-c", "archive_library=basic_archive"` to command',
      "DOCS: https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-ARCHIVING-WAL",
      "SAME AS: CIS-PG:7.4, pgdsat:7.4",
    ],
  ],
  "archive-command-noop": [
    [
      "docker Container db: archive_command `/bin/true`: it stores nothing and says the segment is archived: the server deletes it, and no backup can be recovered beyond it",
      "PROPERTY: command[4]",
      'HINT: write `"archive_command=pgbackrest --stanza=main archive-push %p"` in command[4], or archive with `-c archive_library=basic_archive -c basic_archive.archive_directory=/archive` in its place',
      "DOCS: https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-ARCHIVING-WAL",
    ],
  ],
  "archive-command-fails": [
    [
      "docker Container db: archive_command `'cp %p /archive/%f'`: its quotes make one word of it, which is no program: no segment is ever archived, and pg_wal fills the disk",
      "PROPERTY: command[4]",
      'HINT: write `"archive_command=pgbackrest --stanza=main archive-push %p"` in command[4], or archive with `-c archive_library=basic_archive -c basic_archive.archive_directory=/archive` in its place',
      "DOCS: https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-ARCHIVING-WAL",
    ],
  ],
  "archive-command-swallows-failure": [
    [
      "docker Container db: archive_command `test ! -f /archive/%f && cp %p /archive/%f || true`: it reports success when cp fails, because it goes on with something that succeeds: the server deletes a segment that was never stored",
      "PROPERTY: command[4]",
      'HINT: write `"archive_command=pgbackrest --stanza=main archive-push %p"` in command[4], or archive with `-c archive_library=basic_archive -c basic_archive.archive_directory=/archive` in its place',
      "DOCS: https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-ARCHIVING-WAL",
    ],
  ],
  "archive-command-overwrites": [
    [
      "docker Container db: archive_command `cp %p /archive/%f`: cp overwrites a segment of that name: two servers, or a restored one, destroy each other's archive",
      "PROPERTY: command[4]",
      'HINT: write `"archive_command=pgbackrest --stanza=main archive-push %p"` in command[4], or archive with `-c archive_library=basic_archive -c basic_archive.archive_directory=/archive` in its place',
      "DOCS: https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-ARCHIVING-WAL",
    ],
  ],
  "archive-command-drops": [
    [
      "docker Container db: archive_command `pgbackrest --stanza=main --archive-push-queue-max=1GB archive-push %p`: pgBackRest throws WAL away once its queue is full, and says it was archived",
      "PROPERTY: command[4]",
      'HINT: write `"archive_command=pgbackrest --stanza=main archive-push %p"` in command[4], or archive with `-c archive_library=basic_archive -c basic_archive.archive_directory=/archive` in its place',
      "DOCS: https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-ARCHIVING-WAL",
    ],
  ],
  "archive-command-placeholders": [
    [
      "docker Container db: archive_command `test ! -f /archive/segment && cp %p /archive/segment`: it lacks %f, the segment's name: all segments get one name, and only the last is kept",
      "PROPERTY: command[4]",
      'HINT: write `"archive_command=pgbackrest --stanza=main archive-push %p"` in command[4], or archive with `-c archive_library=basic_archive -c basic_archive.archive_directory=/archive` in its place',
      "DOCS: https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-ARCHIVING-WAL",
    ],
  ],
  "archive-command-unsynced": [
    [
      "docker Container db: archive_command `test ! -f /archive/%f && cp %p /archive/%f`: nothing flushes the copy to the disk: a power cut takes it after the server has deleted its own (45 of 45 segments copied by cp were lost)",
      "PROPERTY: command[4]",
      'HINT: write `"archive_command=pgbackrest --stanza=main archive-push %p"` in command[4], or archive with `-c archive_library=basic_archive -c basic_archive.archive_directory=/archive` in its place',
      "DOCS: https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-ARCHIVING-WAL",
    ],
  ],
  "archive-command-sticks": [
    [
      "docker Container db: archive_command `test ! -f /archive/%f && cp %p /archive/%f && sync /archive/%f`: a file that a crash left half written blocks this segment for ever: archiving stops, and pg_wal fills the disk",
      "PROPERTY: command[4]",
      'HINT: write `"archive_command=pgbackrest --stanza=main archive-push %p"` in command[4], or archive with `-c archive_library=basic_archive -c basic_archive.archive_directory=/archive` in its place',
      "DOCS: https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-ARCHIVING-WAL",
    ],
  ],
  "archive-command-local": [
    [
      "docker Container db: the archive /var/lib/postgresql/data/archive is in the data directory, and is lost together with it",
      "PROPERTY: command[6]",
      'HINT: write `{ type: "volume", source: "db-archive", target: "/archive" }` in mounts, and archive to /archive',
      "DOCS: https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-ARCHIVING-WAL",
    ],
  ],
  "archive-timeout-zero": [
    [
      "docker Container db: archive_timeout is 0: a lost host takes all that is not archived with it, without a bound",
      "PROPERTY: command[8]",
      'HINT: write `"archive_timeout=5min"` in command[8]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-ARCHIVE-TIMEOUT",
    ],
  ],
  "destroy-kills-postgres": [
    [
      "docker Container db: destroyGraceSeconds is not set, which means 0: every destroy or replacement kills the server by SIGKILL, and the next start is a crash recovery",
      "PROPERTY: destroyGraceSeconds",
      "HINT: write `destroyGraceSeconds: 120`",
      "DOCS: https://www.postgresql.org/docs/current/server-shutdown.html",
    ],
  ],
  "stop-timeout-short": [
    [
      "docker Container db: stopTimeout is 10: a busy server is killed in its shutdown checkpoint when the machine stops",
      "PROPERTY: stopTimeout",
      "HINT: write `stopTimeout: 120`",
      "DOCS: https://docs.docker.com/reference/cli/docker/container/stop/",
    ],
  ],
  "stop-signal": [
    [
      "docker Container db: stopSignal is SIGKILL: the server is killed, and the next start is a crash recovery",
      "PROPERTY: stopSignal",
      'HINT: write `stopSignal: "SIGINT"`, a fast shutdown',
      "DOCS: https://www.postgresql.org/docs/current/server-shutdown.html",
    ],
  ],
  "stop-signal-smart": [
    [
      "docker Container db: stopSignal is SIGTERM: the server waits until all clients have gone, and is killed at the end of the timeout",
      "PROPERTY: stopSignal",
      'HINT: write `stopSignal: "SIGINT"`, a fast shutdown',
      "DOCS: https://www.postgresql.org/docs/current/server-shutdown.html",
    ],
  ],
  "shell-wrapper-pid1": [
    [
      "docker Container db: the server runs under a shell that does not pass signals on: every stop ends in SIGKILL, and the next start is a crash recovery",
      "PROPERTY: command[2]",
      "HINT: write `exec postgres -c fsync=on` in command[2]",
      "DOCS: https://docs.docker.com/reference/build-checks/json-args-recommended/",
    ],
  ],
  "restart-policy-none": [
    [
      "docker Container db: nothing starts the server again: after a crash or a reboot of the machine the database stays down",
      "PROPERTY: restart",
      'HINT: write `restart: "unless-stopped"`',
      "DOCS: https://docs.docker.com/engine/containers/start-containers-automatically/",
      "SAME AS: CIS-Docker:5.15, docker-bench:check_5_15, KICS:compose 2fc99041-ddad-49d5-853f-e35e70a48391",
    ],
  ],
  "container-ephemeral": [
    [
      "docker Container db: the container is removed when the server stops, with what is in it",
      "PROPERTY: rm",
      "HINT: write `rm: false`",
      "DOCS: https://www.pulumi.com/registry/packages/docker/api-docs/container/",
    ],
  ],
  "docker-healthcheck": [
    [
      "docker Container db: nothing checks that the server answers: one that hangs looks like one that runs",
      "PROPERTY: healthcheck.tests",
      'HINT: write `healthcheck: { tests: ["CMD", "pg_isready", "-h", "127.0.0.1", "-U", "postgres"], interval: "5s" }`',
      "DOCS: https://docs.docker.com/reference/compose-file/services/#healthcheck",
      "SAME AS: CIS-Docker:5.27, docker-bench:check_5_27, KICS:compose 698ed579-b239-4f8f-a388-baa4bcb13ef8, trivy:DS-0026",
    ],
  ],
  "pg-resetwal": [
    [
      "docker Container db: it removes postmaster.pid: a second server can start on the same cluster, and destroy it",
      "PROPERTY: command",
      "HINT: remove `rm -f /var/lib/postgresql/data/postmaster.pid` from command: the server removes a stale file itself",
      "DOCS: https://www.postgresql.org/docs/current/app-pgresetwal.html",
    ],
  ],
  "memory-overcommit": [
    [
      "docker Container db: the settings do not fit into the container's memory (1024MB memory < 16474MB = 256MB operating system and page cache + 164MB shared memory + 950MB backends + 64MB maintenance + 192MB autovacuum + 14848MB queries): the kernel kills the server under load",
      "PROPERTY: memory",
      "HINT: write `memory: 22016`, or lower max_connections, work_mem or shared_buffers in command",
      "DOCS: https://www.postgresql.org/docs/current/kernel-resources.html#LINUX-MEMORY-OVERCOMMIT",
    ],
  ],
  "no-memory-headroom": [
    [
      "docker Container db: the settings can take 94 % of the memory, and memorySwap allows no swap: the first query above the estimate ends the server",
      "PROPERTY: memorySwap",
      "HINT: write `memorySwap: 4096`",
      "DOCS: https://www.postgresql.org/docs/current/kernel-resources.html#LINUX-MEMORY-OVERCOMMIT",
    ],
  ],
  "shared-buffers-share": [
    [
      "docker Container db: shared_buffers is 3GB, more than 40 % of the container's memory: little is left to queries and to the page cache",
      "PROPERTY: command[2]",
      'HINT: write `"shared_buffers=1GB"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-SHARED-BUFFERS",
    ],
  ],
  "shm-size-small": [
    [
      'docker Container db: /dev/shm is Docker\'s default of 64 MB: parallel queries fail with "could not resize shared memory segment"',
      "PROPERTY: shmSize",
      "HINT: write `shmSize: 256`",
      "DOCS: https://github.com/docker-library/docs/blob/master/postgres/README.md#caveats",
    ],
  ],
  "docker-memory-limit": [
    [
      "docker Container db: its memory has no limit: one query can take all of the machine's, and the kernel chooses what dies",
      "PROPERTY: memory",
      "HINT: write `memory: 4096` (MB)",
      "DOCS: https://docs.docker.com/engine/containers/resource_constraints/#memory",
      "SAME AS: CIS-Docker:5.11, docker-bench:check_5_11, KICS:compose bb9ac4f7-e13b-423d-a010-c74a1bfbe492",
    ],
  ],
  "server-does-not-start": [
    [
      'docker Container db: `-c fsync = off`: this server will not start: PostgreSQL 15 has no parameter "fsync "',
      "PROPERTY: command[2]",
      'HINT: write `"fsync=on"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/config-setting.html",
    ],
  ],
  "settings-contradict": [
    [
      "docker Container db: min_wal_size 2GB is above max_wal_size 1GB",
      "PROPERTY: command[4]",
      'HINT: write `"min_wal_size=1GB"` in command[4]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config.html",
    ],
  ],
  "config-file-opaque": [
    [
      "docker Container db: settings come from /etc/postgresql.conf, which cannot be read here: unsafe ones are not seen",
      "PROPERTY: command[2]",
      "HINT: write the file's text in `uploads: [{ file, content }]`, and fixed parameters as `-c name=value` in command",
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-file-locations.html",
    ],
  ],
  "wal-sync-method": [
    [
      "docker Container db: wal_sync_method is open_sync: it is slower on most disks, and less tried than fdatasync",
      "PROPERTY: command[2]",
      'HINT: write `"wal_sync_method=fdatasync"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-WAL-SYNC-METHOD",
    ],
  ],
  "slot-wal-unlimited": [
    [
      "docker Container db: max_slot_wal_keep_size is -1: a slot that nobody reads keeps WAL until the disk is full and the server stops",
      "PROPERTY: command[4]",
      'HINT: write `"max_slot_wal_keep_size=16GB"` in command[4]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-MAX-SLOT-WAL-KEEP-SIZE",
      "SAME AS: PMM:postgresql_stale_replication_slot",
    ],
  ],
  "idle-in-transaction-unbounded": [
    [
      "docker Container db: idle_in_transaction_session_timeout is 0: a transaction that somebody forgot keeps vacuum from removing anything, until the disk is full",
      "PROPERTY: command[2]",
      'HINT: write `"idle_in_transaction_session_timeout=10min"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-IDLE-IN-TRANSACTION-SESSION-TIMEOUT",
    ],
  ],
  "freeze-max-age-high": [
    [
      "docker Container db: autovacuum_freeze_max_age is 1500000000: little time is left before transaction ids run out and the server stops taking writes",
      "PROPERTY: command[2]",
      'HINT: write `"autovacuum_freeze_max_age=200000000"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-autovacuum.html#GUC-AUTOVACUUM-FREEZE-MAX-AGE",
    ],
  ],
  "pg-max-connections": [
    [
      "docker Container db: max_connections is 1000: each connection is a process with memory of its own, and more of them than CPUs only wait",
      "PROPERTY: command[2]",
      'HINT: write `"max_connections=100"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-MAX-CONNECTIONS",
      "SAME AS: PMM:postgresql_max_connections",
    ],
  ],
  "image-floating": [
    [
      "docker Container db: image postgres:latest has the tag latest, which names no major version: the next major version refuses the data directory, and the database stays down",
      "PROPERTY: image",
      "HINT: write `postgres:15`, or the tag of the major version that made the data, in image",
      "DOCS: https://docs.docker.com/build/building/best-practices/#pin-base-image-versions",
      "SAME AS: CIS-Docker:5.28, trivy:DS-0001, CKV_DOCKER_7",
    ],
  ],
  "docker-image-pinned": [
    [
      "docker Container db: image postgres:15 is named by a tag, which moves: another C library sorts text differently, and corrupts indexes",
      "PROPERTY: image",
      "HINT: write `postgres:15@sha256:…` in image (`docker buildx imagetools inspect postgres:15` shows the digest)",
      "DOCS: https://docs.docker.com/build/building/best-practices/#pin-base-image-versions",
      "SAME AS: CIS-Docker:5.28, docker-bench:check_5_28",
    ],
  ],
  "hba-trust": [
    [
      "docker Container db: POSTGRES_HOST_AUTH_METHOD is trust: whoever reaches the port is superuser without a password",
      "PROPERTY: envs[0]",
      "HINT: write `POSTGRES_PASSWORD_FILE=/run/secrets/password` in its place in envs",
      "DOCS: https://github.com/docker-library/docs/blob/master/postgres/README.md#postgres_host_auth_method",
      "SAME AS: pgdsat:5.4",
    ],
  ],
  "hba-weak-method": [
    [
      "docker Container db: POSTGRES_HOST_AUTH_METHOD is md5: whoever listens on the network, or reads the stored passwords, can log in",
      "PROPERTY: envs[0]",
      "HINT: write `POSTGRES_HOST_AUTH_METHOD=scram-sha-256` in envs, or remove it",
      "DOCS: https://www.postgresql.org/docs/current/auth-password.html",
      "SAME AS: pgdsat:5.4",
    ],
  ],
  "pg-hba-no-trust": [
    [
      "docker Container db: `host all all 0.0.0.0/0 trust` lets 0.0.0.0/0 in without a password",
      "PROPERTY: uploads[0].content line 1",
      "HINT: write `host all all 0.0.0.0/0 scram-sha-256` in uploads[0].content line 1",
      "DOCS: https://www.postgresql.org/docs/current/auth-pg-hba-conf.html",
      "SAME AS: CIS-PG:5.3, CIS-PG:5.4, pgdsat:5.4",
    ],
  ],
  "pg-hba-hostssl": [
    [
      "docker Container db: `host all all 0.0.0.0/0 scram-sha-256` takes connections from everywhere without TLS: whoever is between reads and changes what is sent",
      "PROPERTY: uploads[0].content line 1",
      "HINT: write `hostssl all all 0.0.0.0/0 scram-sha-256` in uploads[0].content line 1",
      "DOCS: https://www.postgresql.org/docs/current/auth-pg-hba-conf.html",
      "SAME AS: pgdsat:5.8, pgdsat:5.9, pgdsat:5.10, pgdsat:5.11",
    ],
  ],
  "password-plaintext-env": [
    [
      "docker Container db: POSTGRES_PASSWORD is in the environment: `docker inspect` shows the password to everybody who may use Docker",
      "PROPERTY: envs[0]",
      "HINT: write `POSTGRES_PASSWORD_FILE=/run/secrets/password` in envs[0], and mount that file",
      "DOCS: https://github.com/docker-library/docs/blob/master/postgres/README.md#docker-secrets",
      "SAME AS: trivy:DS-0031, pgdsat:1.6, pgdsat:1.7",
    ],
  ],
  "port-wildcard": [
    [
      "docker Container db: port 5432 is published on every address of the machine (the default), past its firewall",
      "PROPERTY: ports[0].ip",
      'HINT: write `ip: "127.0.0.1"` in ports[0]',
      "DOCS: https://docs.docker.com/engine/network/port-publishing/",
      "SAME AS: CIS-Docker:5.14, docker-bench:check_5_14, KICS:compose 451d79dc-0588-476a-ad03-3c7f0320abb3",
    ],
  ],
  "pg-ssl": [
    [
      "docker Container db: ssl is off: passwords and data can be read and changed on their way",
      "PROPERTY: command[2]",
      'HINT: write `"ssl=on"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/ssl-tcp.html",
      "SAME AS: CIS-PG:6.8, pgdsat:6.8, CKV_AZURE_29, trivy:GCP-0015, trivy:AZU-0020",
    ],
  ],
  "pg-ssl-min-protocol-version": [
    [
      "docker Container db: ssl_min_protocol_version is TLSv1: versions before 1.2 can be broken",
      "PROPERTY: command[4]",
      'HINT: write `"ssl_min_protocol_version=TLSv1.2"` in command[4]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-SSL-MIN-PROTOCOL-VERSION",
      "SAME AS: pgdsat:6.8, CKV_AZURE_147, trivy:AZU-0026",
    ],
  ],
  "pg-ssl-ciphers": [
    [
      "docker Container db: ssl_ciphers is AES256-SHA: one of the suites lets whoever steals the key read what he recorded",
      "PROPERTY: command[4]",
      'HINT: write `"ssl_ciphers=HIGH:MEDIUM:+3DES:!aNULL"` in command[4]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-SSL-CIPHERS",
      "SAME AS: CIS-PG:6.10, pgdsat:6.10",
    ],
  ],
  "pg-authentication-timeout": [
    [
      "docker Container db: authentication_timeout is 5min: logins that never end hold all connections",
      "PROPERTY: command[2]",
      'HINT: write `"authentication_timeout=1min"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-AUTHENTICATION-TIMEOUT",
      "SAME AS: pgdsat:5.7",
    ],
  ],
  "pg-post-auth-delay": [
    [
      "docker Container db: post_auth_delay is 10s: every connection waits: a few of them take the server out of service",
      "PROPERTY: command[2]",
      'HINT: write `"post_auth_delay=0"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-developer.html#GUC-POST-AUTH-DELAY",
      "SAME AS: CIS-PG:6.2, pgdsat:6.2",
    ],
  ],
  "pg-pre-auth-delay": [
    [
      "docker Container db: pre_auth_delay is 10s: every connection waits: a few of them take the server out of service",
      "PROPERTY: command[2]",
      'HINT: write `"pre_auth_delay=0"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-developer.html#GUC-PRE-AUTH-DELAY",
      "SAME AS: CIS-PG:6.2, pgdsat:6.2",
    ],
  ],
  "pg-jit-debugging-support": [
    [
      "docker Container db: jit_debugging_support is on: code of queries is written to disk, and never removed",
      "PROPERTY: command[2]",
      'HINT: write `"jit_debugging_support=off"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-developer.html#GUC-JIT-DEBUGGING-SUPPORT",
      "SAME AS: CIS-PG:6.2, pgdsat:6.2",
    ],
  ],
  "pg-jit-profiling-support": [
    [
      "docker Container db: jit_profiling_support is on: code of queries is written to disk, and never removed",
      "PROPERTY: command[2]",
      'HINT: write `"jit_profiling_support=off"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-developer.html#GUC-JIT-PROFILING-SUPPORT",
      "SAME AS: CIS-PG:6.2, pgdsat:6.2",
    ],
  ],
  "pg-primary-conninfo": [
    [
      "docker Container db: primary_conninfo is host=primary: everything that is written can be read on its way to the standby",
      "PROPERTY: command[2]",
      'HINT: write `"primary_conninfo=host=primary sslmode=verify-full"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-PRIMARY-CONNINFO",
      "SAME AS: CIS-PG:7.5, pgdsat:7.5",
    ],
  ],
  "docker-not-privileged": [
    [
      "docker Container db: it is privileged: whoever becomes superuser of the database has the machine",
      "PROPERTY: privileged",
      "HINT: remove `privileged`",
      "DOCS: https://docs.docker.com/engine/containers/run/",
      "SAME AS: CIS-Docker:5.5, docker-bench:check_5_5, KICS:compose ae5b6871-7f45-42e0-bb4c-ab300c4d2026",
    ],
  ],
  "docker-no-socket": [
    [
      "docker Container db: /var/run/docker.sock is in the container: whoever gets in has the machine",
      "PROPERTY: volumes[0]",
      "HINT: remove volumes[0]",
      "DOCS: https://docs.docker.com/engine/containers/run/",
      "SAME AS: CIS-Docker:5.32, docker-bench:check_5_32, KICS:compose d6355c88-1e8d-49e9-b2f2-f8a1ca12c75b",
    ],
  ],
  "docker-no-sensitive-mounts": [
    [
      "docker Container db: /etc of the machine is in the container: an intruder reads or changes the operating system",
      "PROPERTY: volumes[0]",
      "HINT: remove volumes[0], or mount a directory that holds nothing else",
      "DOCS: https://docs.docker.com/engine/containers/run/",
      "SAME AS: CIS-Docker:5.6, docker-bench:check_5_6, KICS:compose 1c1325ff-831d-43a1-973e-839ae57dfcc0",
    ],
  ],
  "docker-no-host-network": [
    [
      "docker Container db: it shares the machine's network: it reaches every service that is meant for the machine alone",
      "PROPERTY: networkMode",
      'HINT: write `networksAdvanced: [{ name: "backend" }]` in place of networkMode',
      "DOCS: https://docs.docker.com/engine/containers/run/",
      "SAME AS: CIS-Docker:5.10, docker-bench:check_5_10, KICS:compose 071a71ff-f868-47a4-ac0b-3c59e4ab5443",
    ],
  ],
  "docker-no-host-pid": [
    [
      "docker Container db: it sees the machine's processes, and can read their environment and end them",
      "PROPERTY: pidMode",
      "HINT: remove `pidMode`",
      "DOCS: https://docs.docker.com/engine/containers/run/",
      "SAME AS: CIS-Docker:5.16, docker-bench:check_5_16, KICS:compose 4f31dd9f-2cc3-4751-9b53-67e4af83dac0",
    ],
  ],
  "docker-no-host-ipc": [
    [
      "docker Container db: it shares the machine's memory: other programs can read and change the server's",
      "PROPERTY: ipcMode",
      "HINT: write `shmSize: 1024` in place of ipcMode",
      "DOCS: https://docs.docker.com/engine/containers/run/",
      "SAME AS: CIS-Docker:5.17, docker-bench:check_5_17, KICS:compose baa3890f-bed7-46f5-ab8f-1da8fc91c729",
    ],
  ],
  "docker-no-host-userns": [
    [
      "docker Container db: its users are the machine's: root inside is root outside",
      "PROPERTY: usernsMode",
      "HINT: remove `usernsMode`",
      "DOCS: https://docs.docker.com/engine/containers/run/",
      "SAME AS: CIS-Docker:5.31, docker-bench:check_5_31, KICS:compose 8af7162d-6c98-482f-868e-0d33fb675ca8",
    ],
  ],
  "docker-capabilities": [
    [
      "docker Container db: it keeps Docker's default capabilities: an intruder has more than he should",
      "PROPERTY: capabilities.drops",
      'HINT: write `capabilities: { drops: ["ALL"], adds: ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_SETGID", "CAP_SETUID"] }`, without adds where `user` is postgres',
      "DOCS: https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities",
      "SAME AS: CIS-Docker:5.4, docker-bench:check_5_4, KICS:compose ce76b7d0-9e77-464d-b86f-c5c48e03e22d",
    ],
  ],
  "docker-no-new-privileges": [
    [
      "docker Container db: programs with the setuid bit can make an intruder root",
      "PROPERTY: securityOpts",
      'HINT: add `"no-new-privileges:true"` to securityOpts',
      "DOCS: https://docs.docker.com/engine/security/",
      "SAME AS: CIS-Docker:5.26, docker-bench:check_5_26, KICS:compose 27fcc7d6-c49b-46e0-98f1-6c082a6a2750, KICS:compose 610e266e-6c12-4bca-9925-1ed0cd29742b",
    ],
  ],
  "docker-seccomp": [
    [
      "docker Container db: seccomp is off: an intruder can reach all of the kernel",
      "PROPERTY: securityOpts",
      'HINT: remove `"seccomp=unconfined"` from securityOpts',
      "DOCS: https://docs.docker.com/engine/security/seccomp/",
      "SAME AS: CIS-Docker:5.22, docker-bench:check_5_22, KICS:compose 404fde2c-bc4b-4371-9747-7054132ac953",
    ],
  ],
  "docker-apparmor": [
    [
      "docker Container db: AppArmor is off for it: an intruder can change the machine's settings",
      "PROPERTY: securityOpts",
      'HINT: remove `"apparmor=unconfined"` from securityOpts',
      "DOCS: https://docs.docker.com/engine/security/apparmor/",
      "SAME AS: CIS-Docker:5.2, docker-bench:check_5_2",
    ],
  ],
  "docker-selinux": [
    [
      "docker Container db: SELinux is off for it: it can reach the files of other containers",
      "PROPERTY: securityOpts",
      'HINT: remove `"label=disable"` from securityOpts',
      "DOCS: https://docs.docker.com/engine/containers/run/#security-configuration",
      "SAME AS: CIS-Docker:5.3, docker-bench:check_5_3",
    ],
  ],
  "docker-no-privileged-ports": [
    [
      "docker Container db: port 543 is one of those that only root may offer, and is trusted as such",
      "PROPERTY: ports[0].external",
      "HINT: write `external: 15432` in ports[0]",
      "DOCS: https://docs.docker.com/engine/containers/run/",
      "SAME AS: CIS-Docker:5.8, docker-bench:check_5_8, KICS:compose bc2908f3-f73c-40a9-8793-c1b7d5544f79",
    ],
  ],
  "docker-cpu-limit": [
    [
      "docker Container db: its share of the CPUs is not bounded: one query can take all of them",
      "PROPERTY: cpus",
      'HINT: write `cpus: "2"`',
      "DOCS: https://docs.docker.com/engine/containers/resource_constraints/#cpu",
      "SAME AS: CIS-Docker:5.12, docker-bench:check_5_12, KICS:compose 6b610c50-99fb-4ef0-a5f3-e312fd945bc3",
    ],
  ],
  "docker-read-only-root": [
    [
      "docker Container db: its own file system can be written: an intruder can leave programs in it",
      "PROPERTY: readOnly",
      'HINT: write `readOnly: true` and `tmpfs: { "/tmp": "", "/var/run/postgresql": "" }`',
      "DOCS: https://docs.docker.com/reference/cli/docker/container/run/#read-only",
      "SAME AS: CIS-Docker:5.13, docker-bench:check_5_13",
    ],
  ],
  "docker-devices": [
    [
      "docker Container db: it has the machine's device /dev/sda, which a server does not need",
      "PROPERTY: devices[0]",
      "HINT: remove devices[0]",
      "DOCS: https://docs.docker.com/reference/cli/docker/container/run/#device",
      "SAME AS: CIS-Docker:5.18, docker-bench:check_5_18",
    ],
  ],
  "docker-ulimits": [
    [
      "docker Container db: the number of files it may open is whatever the daemon's default is",
      "PROPERTY: ulimits",
      'HINT: write `ulimits: [{ name: "nofile", soft: 4096, hard: 4096 }]`',
      "DOCS: https://docs.docker.com/reference/cli/docker/container/run/#ulimit",
      "SAME AS: CIS-Docker:5.19, docker-bench:check_5_19",
    ],
  ],
  "docker-mount-propagation": [
    [
      "docker Container db: the mount is rshared: mounts of the container appear on the machine, or the other way round",
      "PROPERTY: mounts[0].bindOptions.propagation",
      'HINT: write `propagation: "rprivate"` in mounts[0].bindOptions',
      "DOCS: https://docs.docker.com/engine/storage/bind-mounts/#configure-bind-propagation",
      "SAME AS: CIS-Docker:5.20, docker-bench:check_5_20, KICS:compose baa452f0-1f21-4a25-ace5-844e7a5f410d",
    ],
  ],
  "docker-no-default-bridge": [
    [
      "docker Container db: it is on Docker's default bridge: every other container of the machine reaches the server",
      "PROPERTY: networksAdvanced",
      'HINT: write `networksAdvanced: [{ name: "backend" }]`',
      "DOCS: https://docs.docker.com/engine/network/drivers/bridge/",
      "SAME AS: CIS-Docker:5.30, docker-bench:check_5_30, KICS:compose ce14a68b-1668-41a0-ab7d-facd9f784742",
    ],
  ],
  "docker-cgroup-parent": [
    [
      "docker Container db: it is in another control group, whose limits hold for it",
      "PROPERTY: cgroupParent",
      "HINT: remove `cgroupParent`",
      "DOCS: https://docs.docker.com/reference/cli/docker/container/run/#cgroup-parent",
      "SAME AS: CIS-Docker:5.25, docker-bench:check_5_25, KICS:compose 4d9f44c6-2f4a-4317-9bb5-267adbea0232",
    ],
  ],
  "rds-parameter-not-modifiable": [
    [
      "aws ParameterGroup db: RDS does not let fsync be changed: this deployment will fail",
      "PROPERTY: parameters[0].name",
      "HINT: remove parameters[0]",
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html",
    ],
  ],
  "rds-static-parameter-immediate": [
    [
      "aws ParameterGroup db: max_connections needs a restart, and applyMethod is immediate: this deployment will fail",
      "PROPERTY: parameters[0].applyMethod",
      'HINT: write `applyMethod: "pending-reboot"` in parameters[0]',
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html",
    ],
  ],
  "rds-force-ssl": [
    [
      "aws ParameterGroup db: rds.force_ssl is 0: passwords and data can be read and changed on their way",
      "PROPERTY: parameters[0].value",
      'HINT: write `{ name: "rds.force_ssl", value: "1" }` as parameters[0], or remove it',
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html",
      "SAME AS: CKV2_AWS_69, prowler:rds_instance_transport_encrypted, FSBP:RDS.38, config:rds-postgres-instance-encrypted-in-transit, powerpipe:rds_db_instance_connections_encryption_enabled",
    ],
  ],
  "rds-query-logging-params": [
    [
      "aws ParameterGroup db: neither log_statement nor log_min_duration_statement is set: nobody can tell who dropped a table",
      "PROPERTY: parameters",
      'HINT: add `{ name: "log_statement", value: "ddl" }` to parameters',
      "DOCS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Concepts.PostgreSQL.html",
      "SAME AS: CKV2_AWS_30, CKV2_AWS_27",
    ],
  ],
  "pg-log-connections": [
    [
      "docker Container db: log_connections is off: nobody can tell who was connected, or who tried",
      "PROPERTY: command[2]",
      'HINT: write `"log_connections=on"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-CONNECTIONS",
      "SAME AS: CIS-PG:3.1.20, CKV_GCP_52, CKV_AZURE_31, trivy:GCP-0016, trivy:AZU-0019, pgdsat:3.1.20",
    ],
  ],
  "pg-log-disconnections": [
    [
      "docker Container db: log_disconnections is off: nobody can tell how long somebody was connected",
      "PROPERTY: command[2]",
      'HINT: write `"log_disconnections=on"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-DISCONNECTIONS",
      "SAME AS: CIS-PG:3.1.21, CKV_GCP_53, trivy:GCP-0022, pgdsat:3.1.21",
    ],
  ],
  "pg-log-checkpoints": [
    [
      "docker Container db: log_checkpoints is off: bursts of writes and long recoveries cannot be explained",
      "PROPERTY: command[2]",
      'HINT: write `"log_checkpoints=on"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-CHECKPOINTS",
      "SAME AS: CKV_GCP_51, CKV_AZURE_30, trivy:GCP-0025, trivy:AZU-0024, PMM:postgresql_log_checkpoints",
    ],
  ],
  "pg-log-lock-waits": [
    [
      "docker Container db: log_lock_waits is off: nobody can tell which session others waited for",
      "PROPERTY: command[2]",
      'HINT: write `"log_lock_waits=on"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-LOCK-WAITS",
      "SAME AS: CKV_GCP_54, trivy:GCP-0020",
    ],
  ],
  "pg-log-min-messages": [
    [
      "docker Container db: log_min_messages is fatal: warnings and errors of the server are not logged",
      "PROPERTY: command[2]",
      'HINT: write `"log_min_messages=warning"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-MIN-MESSAGES",
      "SAME AS: CIS-PG:3.1.14, CKV_GCP_55, trivy:GCP-0018, pgdsat:3.1.14",
    ],
  ],
  "pg-log-min-error-statement": [
    [
      "docker Container db: log_min_error_statement is panic: statements that fail are not logged",
      "PROPERTY: command[2]",
      'HINT: write `"log_min_error_statement=error"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-MIN-ERROR-STATEMENT",
      "SAME AS: CIS-PG:3.1.15, CKV_GCP_109, pgdsat:3.1.15",
    ],
  ],
  "pg-log-hostname": [
    [
      "docker Container db: log_hostname is on: each connection waits for a name server, and none gets in while that is down",
      "PROPERTY: command[2]",
      'HINT: write `"log_hostname=off"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-HOSTNAME",
      "SAME AS: CIS-PG:3.1.23, pgdsat:3.1.23",
    ],
  ],
  "pg-log-duration": [
    [
      "docker Container db: log_duration is off: durations of statements are not logged",
      "PROPERTY: command[2]",
      'HINT: write `"log_duration=on"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-DURATION",
      "SAME AS: CKV2_GCP_13",
    ],
  ],
  "pg-log-parser-stats": [
    [
      "docker Container db: log_parser_stats is on: several lines for each statement fill the disk and hide what matters",
      "PROPERTY: command[2]",
      'HINT: write `"log_parser_stats=off"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-statistics.html#GUC-LOG-STATEMENT-STATS",
      "SAME AS: CKV2_GCP_14",
    ],
  ],
  "pg-log-planner-stats": [
    [
      "docker Container db: log_planner_stats is on: several lines for each statement fill the disk and hide what matters",
      "PROPERTY: command[2]",
      'HINT: write `"log_planner_stats=off"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-statistics.html#GUC-LOG-STATEMENT-STATS",
      "SAME AS: CKV2_GCP_15",
    ],
  ],
  "pg-log-executor-stats": [
    [
      "docker Container db: log_executor_stats is on: several lines for each statement fill the disk and hide what matters",
      "PROPERTY: command[2]",
      'HINT: write `"log_executor_stats=off"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-statistics.html#GUC-LOG-STATEMENT-STATS",
      "SAME AS: CKV2_GCP_16",
    ],
  ],
  "pg-log-statement-stats": [
    [
      "docker Container db: log_statement_stats is on: several lines for each statement fill the disk and hide what matters",
      "PROPERTY: command[2]",
      'HINT: write `"log_statement_stats=off"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-statistics.html#GUC-LOG-STATEMENT-STATS",
      "SAME AS: CKV2_GCP_17",
    ],
  ],
  "pg-log-error-verbosity": [
    [
      "docker Container db: log_error_verbosity is terse: errors are logged without their code and place",
      "PROPERTY: command[2]",
      'HINT: write `"log_error_verbosity=verbose"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-ERROR-VERBOSITY",
      "SAME AS: CIS-PG:3.1.22, pgdsat:3.1.22",
    ],
  ],
  "pg-log-truncate-on-rotation": [
    [
      "docker Container db: log_truncate_on_rotation is off: a log file is appended to for ever where its name comes back",
      "PROPERTY: command[4]",
      'HINT: write `"log_truncate_on_rotation=on"` in command[4]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-TRUNCATE-ON-ROTATION",
      "SAME AS: CIS-PG:3.1.7, pgdsat:3.1.7",
    ],
  ],
  "pg-log-file-mode": [
    [
      "docker Container db: log_file_mode is 0644: other users of the machine read statements, and passwords in them",
      "PROPERTY: command[4]",
      'HINT: write `"log_file_mode=0600"` in command[4]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-FILE-MODE",
      "SAME AS: CIS-PG:3.1.6, pgdsat:3.1.6",
    ],
  ],
  "pg-syslog-sequence-numbers": [
    [
      "docker Container db: syslog_sequence_numbers is off: equal lines are left out of the log",
      "PROPERTY: command[4]",
      'HINT: write `"syslog_sequence_numbers=on"` in command[4]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-SYSLOG-SEQUENCE-NUMBERS",
      "SAME AS: CIS-PG:3.1.11, pgdsat:3.1.11",
    ],
  ],
  "pg-syslog-split-messages": [
    [
      "docker Container db: syslog_split_messages is off: long lines are cut off in the log",
      "PROPERTY: command[4]",
      'HINT: write `"syslog_split_messages=on"` in command[4]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-SYSLOG-SPLIT-MESSAGES",
      "SAME AS: CIS-PG:3.1.12, pgdsat:3.1.12",
    ],
  ],
  "pg-debug-print-parse": [
    [
      "docker Container db: debug_print_parse is on: pages for each statement fill the disk, with the data in them",
      "PROPERTY: command[2]",
      'HINT: write `"debug_print_parse=off"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-DEBUG-PRINT-PARSE",
      "SAME AS: CIS-PG:3.1.16, pgdsat:3.1.16-18",
    ],
  ],
  "pg-debug-print-rewritten": [
    [
      "docker Container db: debug_print_rewritten is on: pages for each statement fill the disk, with the data in them",
      "PROPERTY: command[2]",
      'HINT: write `"debug_print_rewritten=off"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-DEBUG-PRINT-PARSE",
      "SAME AS: CIS-PG:3.1.17, pgdsat:3.1.16-18",
    ],
  ],
  "pg-debug-print-plan": [
    [
      "docker Container db: debug_print_plan is on: pages for each statement fill the disk, with the data in them",
      "PROPERTY: command[2]",
      'HINT: write `"debug_print_plan=off"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-DEBUG-PRINT-PARSE",
      "SAME AS: CIS-PG:3.1.18, pgdsat:3.1.16-18",
    ],
  ],
  "pg-debug-pretty-print": [
    [
      "docker Container db: debug_pretty_print is off: debug output is in one long line",
      "PROPERTY: command[2]",
      'HINT: write `"debug_pretty_print=on"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-DEBUG-PRETTY-PRINT",
      "SAME AS: CIS-PG:3.1.19, pgdsat:3.1.19",
    ],
  ],
  "pg-log-replication-commands": [
    [
      "docker Container db: log_replication_commands is off: nobody can tell who copied the whole cluster",
      "PROPERTY: command[2]",
      'HINT: write `"log_replication_commands=on"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-REPLICATION-COMMANDS",
      "SAME AS: CIS-PG:7.2, pgdsat:7.2",
    ],
  ],
  "pg-log-autovacuum-min-duration": [
    [
      "docker Container db: log_autovacuum_min_duration is -1: vacuums that cannot remove anything are not seen until transaction ids run out",
      "PROPERTY: command[2]",
      'HINT: write `"log_autovacuum_min_duration=10s"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-AUTOVACUUM-MIN-DURATION",
      "SAME AS: PMM:postgresql_log_autovacuum_min_duration",
    ],
  ],
  "pg-log-temp-files": [
    [
      "docker Container db: log_temp_files is -1: queries that outgrow work_mem are not seen until they fill the disk",
      "PROPERTY: command[2]",
      'HINT: write `"log_temp_files=10MB"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-TEMP-FILES",
      "SAME AS: CKV_GCP_56, trivy:GCP-0014",
    ],
  ],
  "pg-log-min-duration-statement": [
    [
      "docker Container db: log_min_duration_statement is 0: every statement is logged with its data: the log is a second, unguarded database",
      "PROPERTY: command[2]",
      'HINT: write `"log_min_duration_statement=1s"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-MIN-DURATION-STATEMENT",
      "SAME AS: CKV_GCP_57, trivy:GCP-0021, CKV2_AWS_27",
    ],
  ],
  "pg-log-statement": [
    [
      "docker Container db: log_statement is none: nobody can tell who dropped a table",
      "PROPERTY: command[2]",
      'HINT: write `"log_statement=ddl"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-STATEMENT",
      "SAME AS: CIS-PG:3.1.25, CKV_GCP_111, CKV2_AWS_27, CKV2_AWS_30, pgdsat:3.1.25",
    ],
  ],
  "pg-log-line-prefix": [
    [
      "docker Container db: log_line_prefix is %m : a line of the log does not say the process, the database, the user, the application, the client's address",
      "PROPERTY: command[2]",
      'HINT: write `"log_line_prefix=%m [%p] %u@%d %a %h "` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-LINE-PREFIX",
      "SAME AS: CIS-PG:3.1.24, pgdsat:3.1.24",
    ],
  ],
  "pg-log-timezone": [
    [
      "docker Container db: log_timezone is Europe/Berlin: an hour is there twice when the clock is put back, and logs of two places do not fit together",
      "PROPERTY: command[2]",
      'HINT: write `"log_timezone=UTC"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-TIMEZONE",
      "SAME AS: CIS-PG:3.1.26, pgdsat:3.1.26",
    ],
  ],
  "pg-log-directory": [
    [
      "docker Container db: log_directory is log: logs fill the disk of the data, are in every base backup, and are lost together with the data",
      "PROPERTY: command[4]",
      'HINT: write `"log_directory=/var/log/postgresql"` in command[4]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-DIRECTORY",
      "SAME AS: pgdsat:3.1.27",
    ],
  ],
  "pg-logging-collector": [
    [
      "docker Container db: logging_collector is off: log_destination has nobody who writes it: lines are lost",
      "PROPERTY: command[4]",
      'HINT: write `"logging_collector=on"` in command[4]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOGGING-COLLECTOR",
      "SAME AS: CIS-PG:3.1.2, CIS-PG:3.1.3, pgdsat:3.1.3",
    ],
  ],
  "pg-pgaudit": [
    [
      "docker Container db: shared_preload_libraries is pg_stat_statements: changes are not logged in a form that an audit takes",
      "PROPERTY: command[2]",
      'HINT: write `"shared_preload_libraries=pgaudit"` in command[2]',
      "DOCS: https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-SHARED-PRELOAD-LIBRARIES",
      "SAME AS: CIS-PG:3.2, CKV_GCP_110, pgdsat:3.2",
    ],
  ],
  ...RDS_MESSAGES,
  ...OTHER_ENGINE_MESSAGES,
  ...AWS_MESSAGES,
};
