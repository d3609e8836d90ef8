/** What can be done with the backups of a database, whatever keeps them? One implementation for each target. */

import type { Connection } from "../connection";
import type { VolumeNames } from "../docker/options";
import type { Version } from "../parameters/postgres";
import type { Progress } from "../progress";
import type { Topology } from "../rds/options";
import type { PgBackRestPlan } from "./pgbackrest/conf";
import type { TargetPoint } from "./target-point";
import type { Backup, BackupCatalogue, BackupType, RestorePlan } from "./types";

/** Where the backups of a generation are. The stack's outputs hold it; nothing in it is secret. */
export type BackupLocation = LocalBackupLocation | DockerBackupLocation | RdsBackupLocation;

/** Backups that AWS keeps, and what it takes to restore one. */
export interface RdsBackupLocation {
  kind: "rds";
  region: string;
  topology: Topology;
  /** `DBInstanceIdentifier` or `DBClusterIdentifier`. */
  identifier: string;
  /** How many servers there are, replicas among them. */
  servers: number;
  /** Major version of PostgreSQL. */
  version: Version;
  /** `<project>/<stack>/<name>`, in a tag of every resource. */
  owner: string;
  /** Whether whoever deploys reaches the server. */
  connect: boolean;
  /** ARN of the secret with the master user's name and password. */
  secretArn: string;
  instanceClass: string;
  port: number;
  /** Name. */
  subnetGroup: string;
  /** Id. */
  securityGroup: string;
  /** Name. */
  parameterGroup: string;
  /** Name of the archive's bucket. */
  bucket: string;
  /** ARN of the role with which RDS exports snapshots into the archive. */
  exportRole: string;
  /** ARN of the key of snapshots and archive. */
  keyArn: string;
  /** Days that can be restored. */
  retention: number;
}

/** Backups in folders of this machine. */
export interface LocalBackupLocation {
  kind: "local";
  /** Folder of the instance. */
  directory: string;
  /** Folder of the WAL archive. */
  archiveDirectory: string;
  /** Folder of the base backups. */
  backupDirectory: string;
  /** Days that can be restored. */
  retention: number;
}

/** Backups of a server in a container, in the repositories of pgBackRest. */
export interface DockerBackupLocation {
  kind: "docker";
  /** Docker engine; absent: as Docker's own tools find it. */
  engine?: string;
  /** Id of the image of both containers: PostgreSQL with pgBackRest. */
  image: string;
  version: Version;
  /** Container of the server; that of its backups is `backupContainerName` of it. */
  containerName: string;
  /** `<project>/<stack>/<name>` */
  owner: string;
  volumes: VolumeNames;
  /** Of the cluster. */
  systemIdentifier: string;
  /** pgBackRest's settings without what is secret; `toPgBackRestConf` renders them. */
  pgBackRest: PgBackRestPlan;
  /** Days that can be restored. */
  retention: number;
  /** Seconds from which on the newest backup is too old, by the schedule. */
  maxBackupAge: number;
}

/** A server that was restored for a look, and that is gone afterwards. */
export interface ThrowAwayServer {
  /** As superuser. */
  administration: Connection;
  /** Seconds from the first byte copied until it took connections. */
  restoreSeconds: number;
}

/** Whether there is a server, or at least its data. */
export type SourceState = "running" | "stopped" | "gone";

/** The backups and the archive of one generation. */
export interface BackupStore {
  /** As superuser; the server may be down. */
  readonly administration: Connection;
  /** Where the data of the generation are, for people. */
  readonly place: string;

  /** How the database is that the backups are of. */
  state(): Promise<SourceState>;

  /**
   * True when there are data of a generation that the stack may not know any more.
   *
   * @param own Number of the generation that this store is of.
   */
  isTaken(own: number, generation: number): Promise<boolean>;

  /**
   * Takes a backup, which is complete when this returns, and expires what retention does not need any more.
   *
   * @throws Fault for a type that the target cannot take, and when the server cannot be reached.
   */
  backup(type: BackupType, progress: Progress): Promise<Backup>;

  /** What is there. Works without a running server. */
  catalogue(): Promise<BackupCatalogue>;

  /**
   * Makes everything that was committed until now restorable: switches WAL and waits until it is archived.
   *
   * @throws Unreachable when the server is down; Fault when the archive does not take WAL.
   */
  flush(progress: Progress): Promise<void>;

  /**
   * How a restore to a moment would go. Changes nothing.
   *
   * @throws Fault for a moment that cannot be restored, with the windows that can.
   */
  plan(point: TargetPoint): Promise<RestorePlan>;

  /**
   * Restores into a throw-away server that archives nothing, and removes it afterwards.
   *
   * @throws Fault when recovery does not reach the target, in the server's own words.
   */
  throwAway<Result>(
    plan: RestorePlan,
    progress: Progress,
    work: (server: ThrowAwayServer) => Promise<Result>,
  ): Promise<Result>;
}
