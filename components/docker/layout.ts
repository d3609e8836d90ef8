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

/** Who may log in. Outside of PGDATA, so that a restored or adopted cluster cannot bring rules of its own. */
export const HBA_FILE = "/etc/durable-postgres/pg_hba.conf";

/** The superuser, and the operating system user of the image who owns the files. */
export const SUPERUSER = "postgres";

/** PostgreSQL's port inside the container. */
export const PORT = 5432;
