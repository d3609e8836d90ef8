/** What does checkov still say of a database on RDS, and why is that accepted? A test runs it on every topology. */

import type { Topology } from "../components/rds/options";

/** A check that fails, with the resources that it names by their part of the name. */
export interface CheckovFinding {
  check: string;
  /** What it wants, in checkov's words. */
  wants: string;
  /** Resources by topology, such as `instance` of the database `db`'s `db-instance`. */
  resources: Partial<Record<Topology, readonly string[]>>;
  why: string;
}

const BUCKETS = ["archive", "logs"];
const LOGS = ["logs"];
const CLUSTER = ["cluster"];

export const CHECKOV_FINDINGS: readonly CheckovFinding[] = [
  {
    check: "CKV2_AWS_8",
    wants: "Ensure that RDS clusters has backup plan of AWS Backup",
    resources: { cluster: CLUSTER, aurora: CLUSTER },
    why: "A vault that survives a break-in is in another account, which this stack does not have. Automated backups and the final snapshot are here.",
  },
  {
    check: "CKV2_AWS_27",
    wants: "Ensure Postgres RDS as aws_rds_cluster has Query Logging enabled",
    resources: { cluster: CLUSTER, aurora: CLUSTER },
    why: "Statements hold what users write, and the log would be a second copy of it. Who needs them sets `log_statement`.",
  },
  {
    check: "CKV2_AWS_57",
    wants: "Ensure Secrets Manager secrets should have automatic rotation enabled",
    resources: { single: ["master"] },
    why: "Only where RDS cannot manage the password itself, with read replicas or blue/green. `passwordGeneration` makes a new one.",
  },
  {
    check: "CKV_AWS_133",
    wants: "Ensure that RDS instances has backup policy",
    resources: { single: ["replica-1"] },
    why: "A read replica has no data of its own; its source is backed up.",
  },
  {
    check: "CKV_AWS_144",
    wants: "Ensure that S3 bucket has cross-region replication enabled",
    resources: { single: BUCKETS, "multi-az": BUCKETS, cluster: BUCKETS, aurora: BUCKETS },
    why: "What is in the archive are copies: of snapshots, of dumps, of databases that run elsewhere. Logs are of no restore.",
  },
  {
    check: "CKV_AWS_145",
    wants: "Ensure that S3 buckets are encrypted with KMS by default",
    resources: { single: LOGS, "multi-az": LOGS, cluster: LOGS, aurora: LOGS },
    why: "Delivery of access logs knows no key but S3's own.",
  },
  {
    check: "CKV_AWS_157",
    wants: "Ensure that RDS instances have Multi-AZ enabled",
    resources: { single: ["instance", "replica-1"] },
    why: "The topology `single` is asked for, and a replica is not what a failover goes to.",
  },
];
