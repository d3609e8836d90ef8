/** What do AWS's published models say? Written by record-models.ts. */

import recorded from "./recorded/models.json";

/** All of it. */
export interface RecordedModels {
  source: string;
  /** Values by `rds.SourceType`, or by `rds.CreateDBInstanceMessage.NetworkType` where only the documentation has them. */
  enumerations: Record<string, string[]>;
  /** Names of the members of a request. */
  members: Record<string, string[]>;
  /** Kinds of cluster that a member of CreateDBCluster is for; none where it is not said. */
  clusterMembers: Record<string, ("aurora" | "cluster")[]>;
  /** By engine. */
  engineVersions: Record<string, string[]>;
}

export const models = recorded as RecordedModels;
