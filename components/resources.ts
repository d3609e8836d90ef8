/** The custom resources of our provider plugin, as Pulumi programs see them. Their CRUD is in provider/. */

import * as pulumi from "@pulumi/pulumi";
import type { PgBackRestSecrets } from "./backup/pgbackrest/conf";
import type { DockerBackupLocation, LocalBackupLocation } from "./backup/store";
import type { Connection } from "./connection";
import type { VolumeNames } from "./docker/options";
import type { DockerRestoreArgs } from "./docker/restore-args";
import type { LocalRestore } from "./local/settings";
import { packageManifest } from "./package";
import type { MasterAccess } from "./rds/master-connection";
import type { RdsPlan, Topology } from "./rds/options";
import type { GroupParameter } from "./rds/parameter-group";
import type { ApplicationRole } from "./rds/roles";
import type { RdsVerificationArgs } from "./rds/verify";
import type { RoleKind } from "./roles/roles";
import type { ConnectionReport, VerificationReport } from "./verify/report";

/**
 * Our plugin's version. Without it the engine would take the stack's own key `version`, PostgreSQL's major version, for
 * it, since project and plugin have the same name.
 */
function ofPlugin(opts: pulumi.CustomResourceOptions | undefined): pulumi.CustomResourceOptions {
  return pulumi.mergeOptions({ version: packageManifest.version }, opts);
}

/** Arguments of `LocalServer`; see `LocalServerArgs` in local/server.ts. */
interface LocalServerInputs {
  directory: pulumi.Input<string>;
  version: pulumi.Input<string>;
  port?: pulumi.Input<number>;
  osUser?: pulumi.Input<string>;
  parameters: pulumi.Input<Record<string, string>>;
  memory: pulumi.Input<number>;
  cpus: pulumi.Input<number>;
  archiveDirectory: pulumi.Input<string>;
  backupDirectory: pulumi.Input<string>;
  deleteData?: pulumi.Input<boolean>;
  restoreFrom?: pulumi.Input<LocalRestore>;
}

/** A PostgreSQL server on this machine that outlives the program. A change of `parameters` restarts it. */
export class LocalServer extends pulumi.CustomResource {
  declare readonly host: pulumi.Output<string>;
  declare readonly port: pulumi.Output<number>;
  declare readonly dataDirectory: pulumi.Output<string>;
  declare readonly logDirectory: pulumi.Output<string>;
  declare readonly systemIdentifier: pulumi.Output<string>;
  declare readonly serverVersion: pulumi.Output<string>;
  declare readonly startedAt: pulumi.Output<string>;
  declare readonly administration: pulumi.Output<Connection>;

  constructor(name: string, args: LocalServerInputs, opts?: pulumi.CustomResourceOptions) {
    const outputs = {
      host: undefined,
      dataDirectory: undefined,
      logDirectory: undefined,
      systemIdentifier: undefined,
      serverVersion: undefined,
      startedAt: undefined,
      administration: undefined,
    };
    super("durable-postgres:local:Server", name, { port: undefined, ...args, ...outputs }, ofPlugin(opts));
  }
}

/** What resources that talk to a running server need. */
interface OnServer {
  administration: pulumi.Input<Connection>;
  /** Start of the server: a new one makes the resource look again. */
  startedAt: pulumi.Input<string>;
}

/** Arguments of `LocalBackup`; see `LocalBackupInputs` in provider/local-backup.ts. */
interface LocalBackupInputs extends OnServer {
  location: pulumi.Input<LocalBackupLocation>;
}

/** The first backup of a local database: from then on it can be restored. */
export class LocalBackup extends pulumi.CustomResource {
  declare readonly location: pulumi.Output<LocalBackupLocation>;

  constructor(name: string, args: LocalBackupInputs, opts?: pulumi.CustomResourceOptions) {
    super("durable-postgres:local:Backup", name, { ...args }, ofPlugin(opts));
  }
}

/** What `docker.Engine` needs; see `PreflightArgs` in docker/preflight.ts. */
interface DockerEngineInputs {
  engine?: pulumi.Input<string>;
  image: pulumi.Input<string>;
  containerName: pulumi.Input<string>;
  owner: pulumi.Input<string>;
  volumes: pulumi.Input<VolumeNames>;
  address: pulumi.Input<string>;
  port?: pulumi.Input<number>;
  memory: pulumi.Input<number>;
}

/** The Docker engine of a database, looked at before anything is made. */
export class DockerEngine extends pulumi.CustomResource {
  /** The published port, chosen once. */
  declare readonly port: pulumi.Output<number>;

  constructor(name: string, args: DockerEngineInputs, opts?: pulumi.CustomResourceOptions) {
    super("durable-postgres:docker:Engine", name, { port: undefined, ...args }, ofPlugin(opts));
  }
}

/** What `docker.BackupImage` needs; see `BackupImageArgs` in docker/backup-image.ts. */
interface DockerBackupImageInputs {
  engine?: pulumi.Input<string>;
  base: pulumi.Input<string>;
  baseName: pulumi.Input<string>;
}

/** The image with PostgreSQL and pgBackRest: the configured one, or one that is built on it. */
export class DockerBackupImage extends pulumi.CustomResource {
  declare readonly image: pulumi.Output<string>;
  declare readonly release: pulumi.Output<string>;

  constructor(name: string, args: DockerBackupImageInputs, opts?: pulumi.CustomResourceOptions) {
    const outputs = { image: undefined, release: undefined };
    super("durable-postgres:docker:BackupImage", name, { ...args, ...outputs }, ofPlugin(opts));
  }
}

/** What `docker.Repository` needs; see `RepositoryArgs` in backup/pgbackrest/repository.ts. */
interface DockerRepositoryInputs {
  location: pulumi.Input<DockerBackupLocation>;
  /** Secret. */
  secrets: pulumi.Input<PgBackRestSecrets>;
  ca?: pulumi.Input<string>;
  network: pulumi.Input<string>;
}

/** pgBackRest's settings and repositories. */
export class DockerRepository extends pulumi.CustomResource {
  declare readonly location: pulumi.Output<DockerBackupLocation>;

  constructor(name: string, args: DockerRepositoryInputs, opts?: pulumi.CustomResourceOptions) {
    super("durable-postgres:docker:Repository", name, { ...args }, ofPlugin(opts));
  }
}

/** What `docker.Backup` needs; see `FirstBackupArgs` in backup/pgbackrest/first-backup.ts. */
interface DockerBackupInputs extends OnServer {
  container: pulumi.Input<string>;
  location: pulumi.Input<DockerBackupLocation>;
}

/** The first backup of a database in a container: from then on it can be restored. */
export class DockerBackup extends pulumi.CustomResource {
  declare readonly location: pulumi.Output<DockerBackupLocation>;

  constructor(name: string, args: DockerBackupInputs, opts?: pulumi.CustomResourceOptions) {
    super("durable-postgres:docker:Backup", name, { ...args }, ofPlugin(opts));
  }
}

/** What `docker.DataVolume` needs; see `DataVolumeArgs` in docker/data-volume.ts. */
interface DockerDataVolumeInputs {
  engine?: pulumi.Input<string>;
  image: pulumi.Input<string>;
  imageName: pulumi.Input<string>;
  version: pulumi.Input<string>;
  containerName: pulumi.Input<string>;
  owner: pulumi.Input<string>;
  volumes: pulumi.Input<VolumeNames>;
  deleteData: pulumi.Input<boolean>;
  restoreFrom?: { [name in keyof DockerRestoreArgs]: pulumi.Input<DockerRestoreArgs[name]> };
  restoreImage?: pulumi.Input<string>;
}

/** The cluster in a volume, made or adopted before a server starts on it. */
export class DockerDataVolume extends pulumi.CustomResource {
  declare readonly systemIdentifier: pulumi.Output<string>;

  constructor(name: string, args: DockerDataVolumeInputs, opts?: pulumi.CustomResourceOptions) {
    const outputs = { systemIdentifier: undefined };
    super("durable-postgres:docker:DataVolume", name, { ...args, ...outputs }, ofPlugin(opts));
  }
}

/** What `docker.Server` needs; see `DockerServerArgs` in docker/server.ts. */
interface DockerServerInputs {
  engine?: pulumi.Input<string>;
  container: pulumi.Input<string>;
  containerName: pulumi.Input<string>;
  host: pulumi.Input<string>;
  port: pulumi.Input<number>;
  password: pulumi.Input<string>;
  tls?: pulumi.Input<pulumi.Inputs>;
  systemIdentifier: pulumi.Input<string>;
  parameters: pulumi.Input<Record<string, string>>;
}

/** The server that runs in a container. A new container, or a restart, is an update. */
export class DockerServer extends pulumi.CustomResource {
  declare readonly serverVersion: pulumi.Output<string>;
  declare readonly startedAt: pulumi.Output<string>;
  declare readonly administration: pulumi.Output<Connection>;

  constructor(name: string, args: DockerServerInputs, opts?: pulumi.CustomResourceOptions) {
    const outputs = { serverVersion: undefined, startedAt: undefined, administration: undefined };
    super("durable-postgres:docker:Server", name, { ...args, ...outputs }, ofPlugin(opts));
  }
}

/** A key and a certificate that signs itself. */
export class Certificate extends pulumi.CustomResource {
  declare readonly certificate: pulumi.Output<string>;
  /** Secret. */
  declare readonly key: pulumi.Output<string>;

  constructor(name: string, args: { hosts: pulumi.Input<string[]> }, opts?: pulumi.CustomResourceOptions) {
    const outputs = { certificate: undefined, key: undefined };
    super("durable-postgres:index:Certificate", name, { ...args, ...outputs }, ofPlugin(opts));
  }
}

/** A random password; secret. */
export class Password extends pulumi.CustomResource {
  declare readonly result: pulumi.Output<string>;

  constructor(name: string, args: { generation: pulumi.Input<number> }, opts?: pulumi.CustomResourceOptions) {
    super("durable-postgres:index:Password", name, { ...args, result: undefined }, ofPlugin(opts));
  }
}

/** Arguments of `Roles`. */
interface RolesInputs extends OnServer {
  database: pulumi.Input<string>;
  passwords: pulumi.Input<Record<RoleKind, pulumi.Input<string>>>;
}

/** The application's database and the roles that use it. */
export class Roles extends pulumi.CustomResource {
  declare readonly names: pulumi.Output<Record<RoleKind, string>>;

  constructor(name: string, args: RolesInputs, opts?: pulumi.CustomResourceOptions) {
    super("durable-postgres:index:Roles", name, { ...args, names: undefined }, ofPlugin(opts));
  }
}

/** Arguments of `RunningSettings` and `Verification`. */
interface ParameterInputs extends OnServer {
  parameters: pulumi.Input<Record<string, string>>;
}

/** Reloadable parameters of a running server. A change is a reload: sessions and start time stay. */
export class RunningSettings extends pulumi.CustomResource {
  declare readonly applied: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: ParameterInputs, opts?: pulumi.CustomResourceOptions) {
    super("durable-postgres:index:RunningSettings", name, { ...args, applied: undefined }, ofPlugin(opts));
  }
}

/** The running server compared with what was declared; an unsafe or different server fails the deployment. */
export class Verification extends pulumi.CustomResource {
  declare readonly report: pulumi.Output<ConnectionReport>;

  constructor(name: string, args: ParameterInputs, opts?: pulumi.CustomResourceOptions) {
    super("durable-postgres:index:Verification", name, { ...args, report: undefined }, ofPlugin(opts));
  }
}

/** What a database on RDS cannot change once it is there; a change of it is refused in the preview. */
export class RdsIdentity extends pulumi.CustomResource {
  /**
   * True in the deployment that brings a new major version to an instance whose last deployment said `blue-green`: only
   * there the provider is to make a blue/green deployment. It would make one for every change otherwise.
   */
  declare readonly blueGreen: pulumi.Output<boolean>;

  constructor(name: string, args: { plan: pulumi.Input<RdsPlan> }, opts?: pulumi.CustomResourceOptions) {
    super("durable-postgres:rds:Identity", name, { ...args, blueGreen: undefined }, ofPlugin(opts));
  }
}

/** Arguments of `RdsRoles`; see `RdsRolesInputs` in provider/rds-roles.ts. */
interface RdsRolesInputs {
  access: pulumi.Input<MasterAccess>;
  database: pulumi.Input<string>;
  masterUsername: pulumi.Input<string>;
  passwords: pulumi.Input<Record<ApplicationRole, string>>;
  resourceId: pulumi.Input<string>;
}

/** The application's database and roles, made over a connection by a master user who is no superuser. */
export class RdsRoles extends pulumi.CustomResource {
  declare readonly database: pulumi.Output<string>;

  constructor(name: string, args: RdsRolesInputs, opts?: pulumi.CustomResourceOptions) {
    super("durable-postgres:rds:Roles", name, args, ofPlugin(opts));
  }
}

/** Arguments of `RdsVerification`. */
export interface RdsVerificationInputs {
  region: pulumi.Input<string>;
  topology: pulumi.Input<Topology>;
  /** Of the instance or the cluster. */
  identifier: pulumi.Input<string>;
  parameterGroup: pulumi.Input<string>;
  parameters: pulumi.Input<GroupParameter[]>;
  /** Where this machine reaches the server. */
  connect?: pulumi.Input<RdsVerificationArgs["connect"]>;
}

/** A database on RDS compared with what was declared, through AWS's API, or over a connection. */
export class RdsVerification extends pulumi.CustomResource {
  declare readonly report: pulumi.Output<VerificationReport>;

  constructor(name: string, args: RdsVerificationInputs, opts?: pulumi.CustomResourceOptions) {
    super("durable-postgres:rds:Verification", name, { ...args, report: undefined }, ofPlugin(opts));
  }
}
