/** What is a database, whatever it runs on? The contract of every target. */

import type { Input, Output } from "@pulumi/pulumi";
import type { Calibration, DurabilityArgs } from "./backup/objectives";
import type { BackupLocation } from "./backup/store";
import type { Version } from "./parameters/postgres";
import type { Settings } from "./parameters/settings";
import type { Storage, Workload } from "./parameters/sizing";
import type { ParameterInput } from "./parameters/user-values";
import type { ArchivePolicies } from "./rds/archive";
import type { RoleKind } from "./roles/roles";
import type { VerificationReport } from "./verify/report";

/** Name of the application's database where nothing is said. */
export const DEFAULT_DATABASE = "app";

/** Targets a database can be deployed to. */
export const TARGETS = ["local", "docker", "rds"] as const;
export type Target = (typeof TARGETS)[number];

/** What a user says about a database; the same for every target. */
export interface DatabaseArgs {
  /** Major version of PostgreSQL. Default: `15`. */
  version?: Version;
  /** Name of the application's database and of the role that owns it. Default: `app`. */
  database?: string;
  /** Memory the server may use, such as `8GiB`. Default: by target. */
  memory?: string;
  /** CPUs the server may use. Default: by target. */
  cpus?: number;
  /** Default: `ssd`. */
  storage?: Storage;
  /** Default: `web`. */
  workload?: Workload;
  /** `max_connections`. Default: 100, fewer where memory is short. */
  maxConnections?: number;
  /** Connections that run a query at the same time, for the memory budget. Default: a share of max_connections by workload. */
  activeConnections?: number;
  /** Further PostgreSQL parameters by name. */
  parameters?: Readonly<Record<string, ParameterInput>>;
  /** A new number makes new passwords. Default: 1. */
  passwordGeneration?: Input<number>;
  /** What may be lost, and how long recovery may take. */
  durability?: DurabilityArgs;
  /** What `calibrate` measured. Default: nothing, and cautious values are taken. */
  calibration?: Calibration;
}

/** A role that can log in. */
export interface RoleCredentials {
  user: string;
  password: string;
}

/** Roles by kind. A superuser is there where the target lets anybody be one. */
export type DatabaseRoles = Record<Exclude<RoleKind, "superuser">, RoleCredentials> & {
  superuser?: RoleCredentials;
};

/** What every target gives to applications and operators. */
export interface Database {
  readonly host: Output<string>;
  readonly port: Output<number>;
  readonly database: Output<string>;
  /** Owner of the database, no superuser. */
  readonly user: Output<string>;
  /** Secret. */
  readonly password: Output<string>;
  /** `postgresql://…`, percent-encoded. Secret. */
  readonly url: Output<string>;
  /** libpq's `sslmode`. */
  readonly sslmode: Output<string>;
  /** Root of the server's certificate, PEM; absent without TLS. */
  readonly ca?: Output<string>;
  /** `DATABASE_URL` and `PG*` variables. Secret. */
  readonly env: Output<Record<string, string>>;
  /** All roles with their passwords. Secret. */
  readonly roles: Output<DatabaseRoles>;
  /** Every parameter with value, origin and reason, and the memory budget. */
  readonly settings: Settings;
  /** How the running server compares with the settings. */
  readonly verification: Output<VerificationReport>;
  /** Where its backups and its archive are. */
  readonly backup?: Output<BackupLocation>;
  /** Target docker: name of the container. */
  readonly container?: Output<string>;
  /** Target docker: name of the private network. */
  readonly network?: Output<string>;
  /** Target docker: names of the volumes. */
  readonly volumes?: Output<{ data: string; archive: string; backup: string }>;
  /** Target docker: `url` for containers on the same network. Secret. */
  readonly networkUrl?: Output<string>;
  /** Target rds: where AWS publishes what `ca` holds, for clients that want a file of it. */
  readonly caBundle?: Output<string>;
  /** Target rds: names under which data can be read only; standbys and replicas. */
  readonly readerHosts?: Output<string[]>;
  /** Target rds: ARN of the instance or the cluster. */
  readonly instanceArn?: Output<string>;
  /** Target rds: ARN of the secret with the master user's name and password. */
  readonly secretArn?: Output<string>;
  /** Target rds: SQL that makes database and roles, where the deployment does not reach the server. Secret. */
  readonly rolesScript?: Output<string>;
  /** Target rds: name of the archive's bucket. */
  readonly bucket?: Output<string>;
  /** Target rds: ARNs of policies for who writes to the archive and reads from it. */
  readonly archivePolicies?: Output<ArchivePolicies>;
  /** Target rds: ARN of the role with which RDS exports snapshots into the archive. */
  readonly exportRole?: Output<string>;
  /** Target rds: ARN of the key that encrypts the database, its backups and the archive. */
  readonly keyArn?: Output<string>;
  /** Target rds: VPC of the database. */
  readonly vpcId?: Output<string>;
  /** Target rds: security group of the database. */
  readonly securityGroup?: Output<string>;
  /** Target rds: ARN of the topic of alarms and events. */
  readonly alarmTopic?: Output<string>;
}
