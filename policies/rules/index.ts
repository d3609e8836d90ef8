/** Which rules are there? Durability first, then access, availability, and what others need to see. */

import type { Rule } from "../rule";
import { ACCESS_RULES } from "./access";
import { ARCHIVING_RULES } from "./archiving";
import { BACKUP_RULES } from "./backup";
import { CONNECTION_RULES } from "./connections";
import { DATA_DIRECTORY_RULES } from "./data-directory";
import { DURABILITY_RULES } from "./durability";
import { IMAGE_RULES } from "./images";
import { INITDB_RULES } from "./initdb";
import { ISOLATION_RULES } from "./isolation";
import { KMS_RULES } from "./kms";
import { LOGGING_RULES } from "./logging";
import { MEMORY_RULES } from "./memory";
import { NETWORK_RULES } from "./network";
import { PARAMETER_GROUP_RULES } from "./parameter-groups";
import { RDS_ACCESS_RULES } from "./rds-access";
import { RDS_BACKUP_RULES } from "./rds-backups";
import { RDS_DELETION_RULES } from "./rds-deletion";
import { RDS_ENCRYPTION_RULES } from "./rds-encryption";
import { RDS_EVENT_RULES } from "./rds-events";
import { RDS_OPERATION_RULES } from "./rds-operations";
import { RDS_OTHER_ENGINE_RULES } from "./rds-other-engines";
import { RDS_STACK_RULES } from "./rds-stack";
import { RDS_VERSION_RULES } from "./rds-versions";
import { S3_ENCRYPTION_RULES } from "./s3-encryption";
import { S3_LOGGING_RULES } from "./s3-logging";
import { S3_POLICY_RULES } from "./s3-policy";
import { S3_PUBLIC_RULES } from "./s3-public";
import { S3_RETENTION_RULES } from "./s3-retention";
import { SETTINGS_RULES } from "./settings";
import { SHUTDOWN_RULES } from "./shutdown";

/** Every rule of the pack. A family of rules is one file here and one line below. */
export const RULES: readonly Rule[] = [
  ...DURABILITY_RULES,
  ...DATA_DIRECTORY_RULES,
  ...INITDB_RULES,
  ...ARCHIVING_RULES,
  ...SHUTDOWN_RULES,
  ...MEMORY_RULES,
  ...SETTINGS_RULES,
  ...IMAGE_RULES,
  ...ACCESS_RULES,
  ...CONNECTION_RULES,
  ...ISOLATION_RULES,
  ...PARAMETER_GROUP_RULES,
  ...LOGGING_RULES,
  ...RDS_DELETION_RULES,
  ...RDS_BACKUP_RULES,
  ...RDS_ENCRYPTION_RULES,
  ...RDS_ACCESS_RULES,
  ...RDS_OPERATION_RULES,
  ...RDS_VERSION_RULES,
  ...RDS_STACK_RULES,
  ...RDS_EVENT_RULES,
  ...RDS_OTHER_ENGINE_RULES,
  ...S3_RETENTION_RULES,
  ...S3_PUBLIC_RULES,
  ...S3_POLICY_RULES,
  ...S3_ENCRYPTION_RULES,
  ...S3_LOGGING_RULES,
  ...KMS_RULES,
  ...BACKUP_RULES,
  ...NETWORK_RULES,
];
