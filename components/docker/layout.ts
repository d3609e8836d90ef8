/** Where are things inside the container? The official image's contract, and our own additions. */

import type { Version } from "../parameters/postgres";

/** Where a major version keeps its data. https://github.com/docker-library/docs/blob/master/postgres/README.md#pgdata */
export interface DataLayout {
  /** Where the data volume is mounted. */
  mount: string;
  /** PGDATA. */
  data: string;
  /** PGDATA relative to the root of the volume. */
  inVolume: string;
}

/** The image moved its data at version 18, so that pg_upgrade can link files inside one volume. */
export function dataLayout(version: Version): DataLayout {
  if (Number(version) < 18)
    return { mount: "/var/lib/postgresql/data", data: "/var/lib/postgresql/data", inVolume: "." };
  const inVolume = `${version}/docker`;
  return { mount: "/var/lib/postgresql", data: `/var/lib/postgresql/${inVolume}`, inVolume };
}

/** Where the WAL archive is mounted. */
export const ARCHIVE = "/var/lib/durable-postgres/archive";

/** Where the backups are mounted. */
export const BACKUP = "/var/lib/durable-postgres/backup";

/** Where the image's programs look for the server's socket. */
export const SOCKET = "/var/run/postgresql";

/** Where the containers of a server and of its backups share what is neither data nor backup. In the volume of the archive. */
export const SHARED = {
  /** The folder of pgBackRest's settings: `pgbackrest.conf`, and `conf.d` for what is secret. */
  settings: `${ARCHIVE}/pgbackrest`,
  /** Where asynchronous archiving notes what is in the repositories. */
  spool: `${ARCHIVE}/spool`,
  /** The server's second socket, for the container of the backups. */
  socket: `${ARCHIVE}/socket`,
} as const;

/** What the backup volume holds. */
export const REPOSITORY = `${BACKUP}/pgbackrest`;

/** What the scheduler of the backups knows of its jobs, beside it. */
export const SCHEDULER_STATE = `${BACKUP}/scheduler.json`;

/** Folder of logical dumps in a repository, beside pgBackRest's own. */
export const DUMPS = "dumps";

/** Where the programs of the backups are in their container. */
export const PROGRAMS = "/etc/durable-postgres";

/** pgBackRest's name for the cluster. Each has repositories of its own, so one name does for all. */
export const STANZA = "main";

/** The container beside the server that takes backups, on schedule and on command. */
export function backupContainerName(containerName: string): string {
  return `${containerName}-backup`;
}

/** How pgBackRest finds its settings, also for whoever runs it by hand in a container. */
export const PGBACKREST_ENVIRONMENT = {
  PGBACKREST_CONFIG_PATH: SHARED.settings,
  PGBACKREST_STANZA: STANZA,
} as const;

/** Who may log in. Outside of PGDATA, so that a restored or adopted cluster cannot bring rules of its own. */
export const HBA_FILE = "/etc/durable-postgres/pg_hba.conf";

/** The superuser, and the operating system user of the image who owns the files. */
export const SUPERUSER = "postgres";

/** PostgreSQL's port inside the container. */
export const PORT = 5432;
