/** What is said of a database in a container that is made from the backups of another one? */

import type { PgBackRestSecrets } from "../backup/pgbackrest/conf";
import type { DockerBackupLocation } from "../backup/store";
import type { BackupPlan } from "./backup";

/** What opens the repositories. */
export interface RepositoryAccess {
  secrets: PgBackRestSecrets;
  /** Root certificates of a bucket's server, PEM. */
  ca?: string;
}

/** A database whose backups are read, by what a program can say of it: it may be gone. */
export interface DockerRestoreSource
  extends Pick<
    DockerBackupLocation,
    "engine" | "version" | "containerName" | "owner" | "volumes" | "retention"
  > {
  backup: BackupPlan;
}

/** Where a database in a container comes from that is restored. */
export interface DockerRestore {
  source: DockerRestoreSource;
  /** A time with zone, a position in the WAL, a restore point's name, or `latest`. */
  to: string;
}

/** What a restore needs beside, as far as it is known before anything is made. */
export interface DockerRestoreArgs extends DockerRestore, RepositoryAccess {
  /** Parameters of the command line, as declared. */
  parameters: Record<string, string>;
}
