/** What does the policy pack still say of a database on RDS, and why is that accepted? Nothing of it stops a deployment. */

import type { Topology } from "../../../components/rds/options";

/** Rules that find something, with the reason for which the database stays as it is. */
const REASONS = {
  "rds-query-logging-params":
    "Statements hold what users write, and the log would be a second copy of it. Who needs them sets log_statement.",
  "pg-log-connections": "One line per connection of a pool that reconnects; log_connections turns it on.",
  "pg-log-disconnections": "As log_connections.",
  "pg-log-duration": "A line for every statement; Performance Insights has the durations.",
  "pg-log-error-verbosity":
    "The default has the message and the statement; verbose adds lines of PostgreSQL's source.",
  "pg-log-replication-commands": "Replication is AWS's own on RDS.",
  "pg-log-statement": "As rds-query-logging-params.",
  "rds-instance-multi-az":
    "The topology `single` is asked for, and a replica is not what a failover goes to.",
  "rds-in-backup-plan":
    "A vault that survives a break-in is in another account, which this stack does not have. Automated backups, the final snapshot and the copies in another region are here.",
  "s3-bucket-mfa-delete":
    "It takes the root user and rules out a lifecycle. `archiveLockDays` locks the archive; logs cannot be locked, since delivery is refused then.",
  "s3-bucket-replication":
    "What is in the archive are copies: of snapshots, of dumps, of databases that run elsewhere. Logs are of no restore.",
  "s3-bucket-sse-kms": "Delivery of access logs knows no key but S3's own.",
  "s3-object-write-logging": "A trail is the account's and costs by event; the bucket has an access log.",
  "s3-object-read-logging": "As s3-object-write-logging.",
  "backups-not-protected":
    "The key of the other region is kept when it goes out of the stack; protected, `backupRegion` could not be taken away again.",
} as const satisfies Record<string, string>;

/** A finding as `<rule> <resource>`, and why it is accepted. */
interface Accepted {
  finding: string;
  why: string;
}

function accepted(
  ...findings: (readonly [rule: keyof typeof REASONS, ...resources: string[]])[]
): Accepted[] {
  return findings.flatMap(([rule, ...resources]) =>
    resources.map((resource) => ({ finding: `${rule} ${resource}`, why: REASONS[rule] })),
  );
}

const PARAMETERS = [
  ["rds-query-logging-params", "db-parameters"],
  ["pg-log-connections", "db-parameters"],
  ["pg-log-disconnections", "db-parameters"],
  ["pg-log-duration", "db-parameters"],
  ["pg-log-error-verbosity", "db-parameters"],
  ["pg-log-replication-commands", "db-parameters"],
  ["pg-log-statement", "db-parameters"],
] as const;

const LOGGING = [
  ["s3-bucket-sse-kms", "db-logs"],
  ["s3-object-write-logging", "db-archive", "db-logs"],
  ["s3-object-read-logging", "db-archive", "db-logs"],
] as const;

const UNLOCKED = ["s3-bucket-mfa-delete", "db-archive", "db-logs"] as const;
const REPLICATION = ["s3-bucket-replication", "db-archive", "db-logs"] as const;

/** By topology, in the order of the rules. */
export const FINDINGS: Readonly<Record<Topology, readonly Accepted[]>> = {
  single: accepted(
    ...PARAMETERS,
    ["rds-instance-multi-az", "db-instance", "db-replica-1"],
    ["rds-in-backup-plan", "db-instance"],
    UNLOCKED,
    REPLICATION,
    ...LOGGING,
  ),
  "multi-az": accepted(
    ...PARAMETERS,
    ["rds-in-backup-plan", "db-instance"],
    ["s3-bucket-mfa-delete", "db-logs"],
    REPLICATION,
    ["backups-not-protected", "db-backup-key"],
    ...LOGGING,
  ),
  cluster: accepted(...PARAMETERS, ["rds-in-backup-plan", "db-cluster"], UNLOCKED, REPLICATION, ...LOGGING),
  aurora: accepted(...PARAMETERS, ["rds-in-backup-plan", "db-cluster"], UNLOCKED, REPLICATION, ...LOGGING),
};
