/**
 * Metrics of the namespace AWS/RDS that exist for PostgreSQL, with the units that CloudWatch counts them in.
 *
 * Copied from https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html and
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html in November 2026.
 */

export const RDS_POSTGRESQL: Readonly<Record<string, string>> = {
  BurstBalance: "Percent",
  CPUCreditBalance: "Count",
  CPUCreditUsage: "Count",
  CPUUtilization: "Percent",
  CheckpointLag: "Seconds",
  DatabaseConnections: "Count",
  DiskQueueDepth: "Count",
  "EBSByteBalance%": "Percent",
  "EBSIOBalance%": "Percent",
  FreeLocalStorage: "Bytes",
  FreeLocalStoragePercent: "Percent",
  FreeStorageSpace: "Bytes",
  FreeStorageSpaceLogVolume: "Bytes",
  FreeableMemory: "Bytes",
  MaximumUsedTransactionIDs: "Count",
  OldestLogicalReplicationSlotLag: "Bytes",
  OldestReplicationSlotLag: "Bytes",
  ReadIOPS: "Count/Second",
  ReadLatency: "Seconds",
  ReadThroughput: "Bytes/Second",
  ReplicaLag: "Seconds",
  ReplicationSlotDiskUsage: "Bytes",
  SwapUsage: "Bytes",
  TransactionLogsDiskUsage: "Bytes",
  WriteIOPS: "Count/Second",
  WriteLatency: "Seconds",
  WriteThroughput: "Bytes/Second",
};

export const AURORA_POSTGRESQL: Readonly<Record<string, string>> = {
  AuroraReplicaLag: "Milliseconds",
  CPUCreditBalance: "Count",
  CPUUtilization: "Percent",
  DatabaseConnections: "Count",
  DiskQueueDepth: "Count",
  "EBSByteBalance%": "Percent",
  "EBSIOBalance%": "Percent",
  FreeLocalStorage: "Bytes",
  FreeableMemory: "Bytes",
  MaximumUsedTransactionIDs: "Count",
  ReadIOPS: "Count/Second",
  ReadLatency: "Seconds",
  ReadThroughput: "Bytes/Second",
  ReplicationSlotDiskUsage: "Bytes",
  SwapUsage: "Bytes",
  TransactionLogsDiskUsage: "Bytes",
  WriteIOPS: "Count/Second",
  WriteLatency: "Seconds",
  WriteThroughput: "Bytes/Second",
};
