/** Do backups survive the loss of a region? Automated backups are copied to another one, under a key of that region. */

import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { createBackupKey } from "./keys";
import type { RdsPlan } from "./options";

/**
 * Copies automated backups to `plan.backupRegion`; nothing where none is given. Copies that are there stay for their
 * time when the replication ends, and so does their key.
 */
export function createBackupReplication(
  name: string,
  plan: RdsPlan,
  inputs: { instanceArn: pulumi.Output<string>; accountArn: pulumi.Output<string> },
  opts: pulumi.CustomResourceOptions,
): void {
  const { backupRegion: region, backupRetention } = plan;
  if (region === undefined) return;
  const kmsKeyId = createBackupKey(name, plan, region, inputs.accountArn, opts);
  new aws.rds.InstanceAutomatedBackupsReplication(
    `${name}-backup-replication`,
    { sourceDbInstanceArn: inputs.instanceArn, kmsKeyId, retentionPeriod: backupRetention, region },
    opts,
  );
}
