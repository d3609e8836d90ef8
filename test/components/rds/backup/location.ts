/** Where the backups of a test's database are, and how they are asked for without waiting as long as for AWS. */

import type { RdsBackupLocation } from "../../../../components/backup/store";
import { RdsBackups } from "../../../../components/rds/backup/backups";

export const LOCATION: RdsBackupLocation = {
  kind: "rds",
  region: "eu-central-1",
  topology: "multi-az",
  identifier: "shop",
  servers: 1,
  version: "17",
  owner: "shop/prod/db",
  connect: true,
  secretArn: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:rds!db-1",
  instanceClass: "db.m7g.large",
  port: 5432,
  subnetGroup: "shop-subnets",
  securityGroup: "sg-0a1b2c3d4e5f",
  parameterGroup: "shop-17",
  bucket: "shop-archive",
  exportRole: "arn:aws:iam::111122223333:role/shop-snapshot-export",
  keyArn: "arn:aws:kms:eu-central-1:111122223333:key/1",
  retention: 35,
};

/** The backups of a database like this one. */
export function backupsOf(changes: Partial<RdsBackupLocation> = {}): RdsBackups {
  return new RdsBackups({ ...LOCATION, ...changes }, { first: 5, longest: 5 });
}
