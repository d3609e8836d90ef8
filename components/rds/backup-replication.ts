/** Do backups survive the loss of a region? Automated backups are copied to another one, under a key of that region. */

import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { RdsPlan } from "./options";

/**
 * Copies automated backups to `plan.backupRegion`; nothing where none is given. Copies that are there stay for their
 * time when the replication ends, and so does their key.
 *
 * @param key ARN of a key of that region.
 */
export function createBackupReplication(
  name: string,
  plan: RdsPlan,
  { instanceArn, key }: { instanceArn: pulumi.Output<string>; key: pulumi.Output<string> },
  opts: pulumi.CustomResourceOptions,
): void {
  const { backupRegion: region, backupRetention } = plan;
  if (region === undefined) return;
  new aws.rds.InstanceAutomatedBackupsReplication(
    `${name}-backup-replication`,
    { sourceDbInstanceArn: instanceArn, kmsKeyId: key, retentionPeriod: backupRetention, region },
    opts,
  );
}
