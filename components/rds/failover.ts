/** How is AWS told to fail a database over to its standby? */

import type { RdsBackups } from "./backup/backups";
import { isCluster } from "./members";

/**
 * Begins a failover; AWS answers before it acts. An instance is rebooted with its standby, of a cluster AWS chooses the
 * next writer.
 *
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RebootInstance.html
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_FailoverDBCluster.html
 */
export async function failOver(backups: RdsBackups): Promise<void> {
  const { identifier } = backups.location;
  await backups.asking(async (client) => {
    if (isCluster(backups.location)) await client.failoverDBCluster({ DBClusterIdentifier: identifier });
    else await client.rebootDBInstance({ DBInstanceIdentifier: identifier, ForceFailover: true });
  });
}
