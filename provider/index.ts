/** The provider plugin `durable-postgres`: which resource types are there? */

import { packageManifest } from "../components/package";
import { certificate } from "./certificate";
import { dockerBackup } from "./docker-backup";
import { dockerBackupImage } from "./docker-backup-image";
import { dockerDataVolume } from "./docker-data-volume";
import { dockerEngine } from "./docker-engine";
import { dockerRepository } from "./docker-repository";
import { dockerServer } from "./docker-server";
import { localBackup } from "./local-backup";
import { localServer } from "./local-server";
import { password } from "./password";
import { rdsIdentity } from "./rds-identity";
import { rdsRoles } from "./rds-roles";
import { rdsVerification } from "./rds-verification";
import type { AnyResourceType } from "./resource";
import { roles } from "./roles";
import { runningSettings } from "./running-settings";
import { Plugin } from "./server";
import { verification } from "./verification";

/** Resource types by token. */
const RESOURCE_TYPES: Record<string, AnyResourceType> = {
  "durable-postgres:docker:Backup": dockerBackup,
  "durable-postgres:docker:BackupImage": dockerBackupImage,
  "durable-postgres:docker:DataVolume": dockerDataVolume,
  "durable-postgres:docker:Engine": dockerEngine,
  "durable-postgres:docker:Repository": dockerRepository,
  "durable-postgres:docker:Server": dockerServer,
  "durable-postgres:index:Certificate": certificate,
  "durable-postgres:index:Password": password,
  "durable-postgres:index:Roles": roles,
  "durable-postgres:index:RunningSettings": runningSettings,
  "durable-postgres:index:Verification": verification,
  "durable-postgres:local:Backup": localBackup,
  "durable-postgres:local:Server": localServer,
  "durable-postgres:rds:Identity": rdsIdentity,
  "durable-postgres:rds:Roles": rdsRoles,
  "durable-postgres:rds:Verification": rdsVerification,
};

// The server may run as another user, who has to pass through the folders made here. Private ones have modes of their own.
process.umask(0o022);

/** The engine passes its address as the last argument that is no flag. */
const engineAddress = process.argv.slice(2).findLast((argument) => /^[^-].*:\d+$/.test(argument));

new Plugin(RESOURCE_TYPES, packageManifest.version, engineAddress).serve();
