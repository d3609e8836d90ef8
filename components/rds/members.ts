/** Which servers does a database consist of, and what are they called? Pure. */

import type { RdsPlan } from "./options";

/**
 * What a server does: `primary` takes the writes, `replica` copies one asynchronously, and a `member` of a cluster is
 * writer today and reader after the next failover.
 */
export type MemberRole = "primary" | "replica" | "member";

/** One server of a database. */
export interface Member {
  /** Part of the names of the resources that belong to it. */
  name: string;
  role: MemberRole;
  /**
   * `DBInstanceIdentifier`. AWS names the members of a Multi-AZ cluster, and does it so; what is told once the cluster
   * is there holds. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/multi-az-db-clusters-concepts.html
   */
  identifier: string;
}

/** A Multi-AZ cluster is a writer and two readable standbys, always. */
const CLUSTER_MEMBERS = 3;

function numbered(count: number, member: (number: number) => Member): Member[] {
  return Array.from({ length: count }, (_, index) => member(index + 1));
}

/** The servers of a database, the one that takes the first writes first. */
export function members({
  topology,
  identifier,
  replicas,
}: Pick<RdsPlan, "topology" | "identifier" | "replicas">): Member[] {
  switch (topology) {
    case "cluster":
      return numbered(CLUSTER_MEMBERS, (number) => ({
        name: `member-${number}`,
        role: "member",
        identifier: `${identifier}-instance-${number}`,
      }));
    case "aurora":
      return numbered(1 + replicas, (number) => ({
        name: `member-${number}`,
        role: "member",
        identifier: `${identifier}-${number}`,
      }));
    default:
      return [
        { name: "instance", role: "primary", identifier },
        ...numbered(replicas, (number) => ({
          name: `replica-${number}`,
          role: "replica",
          identifier: `${identifier}-replica-${number}`,
        })),
      ];
  }
}

/** Whether the database is a cluster of RDS, with an identifier, endpoints and logs of its own. */
export function isCluster({ topology }: Pick<RdsPlan, "topology">): boolean {
  return topology === "cluster" || topology === "aurora";
}
