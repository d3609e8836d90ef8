/** What can go wrong with a database of RDS, and from which value on? One row per alarm; thresholds follow from the settings. */

import type { EffectiveValues } from "../../parameters/rules";
import type { MemberRole } from "../members";
import type { RdsPlan } from "../options";

/** Metrics of instances and of Multi-AZ clusters, with their units and where they exist. */
const METRICS = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html";
const AURORA_METRICS =
  "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html";
/** Thresholds that AWS recommends. */
const RECOMMENDED =
  "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html#RDS";
const AUTOSCALING = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html";
const LOG_VOLUME = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.dlv.html";
const READ_REPLICAS =
  "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PostgreSQL.Replication.ReadReplicas.html";
const WRAPAROUND = "https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-WRAPAROUND";

const GIB = 1024 ** 3;

/** RDS makes every dedicated log volume of this size. */
const LOG_VOLUME_SIZE = 1024 * GIB;

/** Half of the transaction ids there are, as AWS recommends. */
const WRAPAROUND_AGE = 1_000_000_000;

/** What a metric counts. */
export type MetricUnit = "Percent" | "Bytes" | "Count" | "Seconds" | "Milliseconds";

/** What thresholds are computed from. */
export interface AlarmFacts {
  plan: RdsPlan;
  /** Bytes. */
  memory: number;
  cpus: number;
  values: EffectiveValues;
}

/** One kind of alarm. */
export interface AlarmRow {
  name: string;
  /** Of the namespace AWS/RDS. */
  metric: string;
  unit: MetricUnit;
  statistic: "Average" | "Minimum" | "Maximum";
  comparison: "above" | "below";
  /** Seconds over which the statistic is taken. */
  period: number;
  /** Periods in a row that have to be on the wrong side. */
  periods: number;
  /** Servers that have the metric. */
  on: readonly MemberRole[];
  /** A server without figures is in trouble as well. Default: it is not. */
  missing?: "breaching";
  /** Whether the database can have the problem. Default: it can. */
  applies?(facts: AlarmFacts): boolean;
  threshold(facts: AlarmFacts): number;
  /** How the threshold is computed. */
  formula(facts: AlarmFacts): string;
  why: string;
  docs: string;
}

const EVERYWHERE: readonly MemberRole[] = ["primary", "replica", "member"];
/** Servers that take writes, now or after a failover. */
const WRITERS: readonly MemberRole[] = ["primary", "member"];

function isAurora({ plan }: AlarmFacts): boolean {
  return plan.topology === "aurora";
}

function isNotAurora(facts: AlarmFacts): boolean {
  return !isAurora(facts);
}

function isBurstable({ plan }: AlarmFacts): boolean {
  return plan.instanceClass.startsWith("db.t");
}

/** A `d` behind the generation is NVMe storage in the machine: `db.m6gd`, `db.r5d`, `db.x2iedn`. */
function hasLocalDisk({ plan }: AlarmFacts): boolean {
  return /^db\.[a-z]+\d[a-z]*d/.test(plan.instanceClass);
}

function grows({ plan }: AlarmFacts): boolean {
  return (plan.storage?.maxAllocatedStorage ?? 0) > (plan.storage?.allocatedStorage ?? 0);
}

/** Bytes the database starts with; RDS never shrinks them. */
function allocated({ plan }: AlarmFacts): number {
  return (plan.storage?.allocatedStorage ?? 0) * GIB;
}

/** Bytes of WAL that a slot may hold back; where there is no limit, a tenth of the storage. */
function slotLimit(facts: AlarmFacts): number {
  const limit = facts.values.bytes("max_slot_wal_keep_size");
  return limit >= 0 ? limit : allocated(facts) / 10;
}

function slotLimitName({ values }: AlarmFacts): string {
  return values.bytes("max_slot_wal_keep_size") >= 0 ? "max_slot_wal_keep_size" : "allocatedStorage × 10 %";
}

function isFast({ plan }: AlarmFacts): boolean {
  return plan.storage?.storageType === "io2";
}

/** Seconds that a read or write may take: AWS promises single-digit milliseconds for gp3, less than one for io2. */
function latency(facts: AlarmFacts): number {
  return isFast(facts) ? 0.005 : 0.02;
}

function latencyFormula(facts: AlarmFacts): string {
  return isFast(facts) ? "5 ms on io2" : "20 ms";
}

/** Every alarm, in the order of the dashboard and the docs. */
export const ALARMS: readonly AlarmRow[] = [
  {
    name: "cpu",
    metric: "CPUUtilization",
    unit: "Percent",
    statistic: "Average",
    comparison: "above",
    period: 300,
    periods: 3,
    on: EVERYWHERE,
    missing: "breaching",
    threshold: () => 90,
    formula: () => "90 %",
    why: "Queries wait for a processor. Without any figure for 15 minutes the server is gone.",
    docs: RECOMMENDED,
  },
  {
    name: "cpu-credits",
    metric: "CPUCreditBalance",
    unit: "Count",
    statistic: "Minimum",
    comparison: "below",
    period: 300,
    periods: 3,
    on: EVERYWHERE,
    applies: isBurstable,
    threshold: ({ cpus }) => cpus * 30,
    formula: () => "CPUs × 30: half an hour at full speed",
    why: "A class db.t has spent what it earned; from then on the surplus is billed.",
    docs: METRICS,
  },
  {
    name: "memory",
    metric: "FreeableMemory",
    unit: "Bytes",
    statistic: "Average",
    comparison: "below",
    period: 300,
    periods: 3,
    on: EVERYWHERE,
    threshold: (facts) => Math.floor(facts.memory / (isAurora(facts) ? 20 : 8)),
    formula: (facts) => (isAurora(facts) ? "memory / 20" : "memory / 8"),
    why: "Half of what the memory budget leaves to the page cache is gone; then the kernel kills a backend, and the server restarts. Aurora needs no page cache.",
    docs: RECOMMENDED,
  },
  {
    name: "swap",
    metric: "SwapUsage",
    unit: "Bytes",
    statistic: "Average",
    comparison: "above",
    period: 300,
    periods: 3,
    on: EVERYWHERE,
    // Aurora has the metric on some classes only.
    applies: isNotAurora,
    threshold: ({ memory }) => Math.floor(memory / 32),
    formula: () => "memory / 32",
    why: "The memory budget does not fit the load: pages that are in use are on disk.",
    docs: METRICS,
  },
  {
    name: "connections",
    metric: "DatabaseConnections",
    unit: "Count",
    statistic: "Maximum",
    comparison: "above",
    period: 60,
    periods: 5,
    on: EVERYWHERE,
    threshold: ({ values }) => Math.floor(values.number("max_connections") * 0.8),
    formula: () => "max_connections × 80 %",
    why: "At max_connections applications are refused.",
    docs: RECOMMENDED,
  },
  {
    name: "storage",
    metric: "FreeStorageSpace",
    unit: "Bytes",
    statistic: "Minimum",
    comparison: "below",
    period: 300,
    periods: 3,
    on: EVERYWHERE,
    // Aurora's volume grows by itself.
    applies: isNotAurora,
    threshold: (facts) => Math.floor(allocated(facts) * (grows(facts) ? 0.05 : 0.2)),
    formula: (facts) => (grows(facts) ? "allocatedStorage × 5 %" : "allocatedStorage × 20 %"),
    why: "A full disk stops the server. RDS grows storage at 10 % free: below half of that it did not, because the maximum is reached or it grew in the last six hours. Where nothing grows, 20 % is the time to act.",
    docs: AUTOSCALING,
  },
  {
    name: "log-volume",
    metric: "FreeStorageSpaceLogVolume",
    unit: "Bytes",
    statistic: "Minimum",
    comparison: "below",
    period: 300,
    periods: 1,
    on: EVERYWHERE,
    applies: ({ plan }) => plan.storage?.dedicatedLogVolume === true,
    threshold: () => Math.floor(LOG_VOLUME_SIZE / 5),
    formula: () => "1024 GiB × 20 %",
    why: "The volume of the WAL does not grow, and the server stops when it is full.",
    docs: LOG_VOLUME,
  },
  {
    name: "local-disk",
    metric: "FreeLocalStoragePercent",
    unit: "Percent",
    statistic: "Minimum",
    comparison: "below",
    period: 300,
    periods: 1,
    on: EVERYWHERE,
    applies: (facts) => isNotAurora(facts) && hasLocalDisk(facts),
    threshold: () => 20,
    formula: () => "20 %",
    why: "Sorts and hashes that outgrow work_mem fail when the local disk is full.",
    docs: METRICS,
  },
  {
    name: "local-storage",
    metric: "FreeLocalStorage",
    unit: "Bytes",
    statistic: "Minimum",
    comparison: "below",
    period: 300,
    periods: 1,
    on: EVERYWHERE,
    applies: isAurora,
    threshold: ({ memory }) => Math.floor(memory / 8),
    formula: () => "memory / 8",
    why: "Sorts, index builds and logs of Aurora are on local storage, and fail when it is full.",
    docs: AURORA_METRICS,
  },
  {
    name: "vacuum",
    metric: "MaximumUsedTransactionIDs",
    unit: "Count",
    statistic: "Maximum",
    comparison: "above",
    period: 300,
    periods: 3,
    on: WRITERS,
    applies: ({ values }) => 2 * values.number("autovacuum_freeze_max_age") < WRAPAROUND_AGE,
    threshold: ({ values }) => 2 * values.number("autovacuum_freeze_max_age"),
    formula: () => "autovacuum_freeze_max_age × 2",
    why: "Autovacuum began at autovacuum_freeze_max_age and does not get done: an old transaction, a forgotten slot or a prepared transaction holds it up.",
    docs: WRAPAROUND,
  },
  {
    name: "wraparound",
    metric: "MaximumUsedTransactionIDs",
    unit: "Count",
    statistic: "Maximum",
    comparison: "above",
    period: 300,
    periods: 1,
    on: WRITERS,
    threshold: () => WRAPAROUND_AGE,
    formula: () => "1,000,000,000",
    why: "Half of the transaction ids are used up; at 2,146,483,648 the server takes no writes any more.",
    docs: RECOMMENDED,
  },
  {
    name: "replica-lag",
    metric: "ReplicaLag",
    unit: "Seconds",
    statistic: "Maximum",
    comparison: "above",
    period: 60,
    periods: 10,
    on: ["replica"],
    threshold: () => 360,
    formula: () => "5 min + 60 s",
    why: "The replica shows old data, and its slot holds back WAL on the source. Without any write it counts up to five minutes of its own accord.",
    docs: READ_REPLICAS,
  },
  {
    name: "reader-lag",
    metric: "ReplicaLag",
    unit: "Seconds",
    statistic: "Maximum",
    comparison: "above",
    period: 60,
    periods: 10,
    on: ["member"],
    applies: isNotAurora,
    threshold: () => 60,
    formula: () => "60 s",
    why: "A failover has to replay what the reader is behind before the database takes writes.",
    docs: RECOMMENDED,
  },
  {
    name: "aurora-reader-lag",
    metric: "AuroraReplicaLag",
    unit: "Milliseconds",
    statistic: "Maximum",
    comparison: "above",
    period: 60,
    periods: 10,
    on: ["member"],
    applies: isAurora,
    threshold: () => 1000,
    formula: () => "1 s",
    why: "Readers share the writer's volume and are milliseconds behind; one that is not restarts itself.",
    docs: AURORA_METRICS,
  },
  {
    name: "slot-lag",
    metric: "OldestReplicationSlotLag",
    unit: "Bytes",
    statistic: "Maximum",
    comparison: "above",
    period: 300,
    periods: 3,
    on: WRITERS,
    applies: isNotAurora,
    threshold: (facts) => Math.floor(slotLimit(facts) / 2),
    formula: (facts) => `${slotLimitName(facts)} / 2`,
    why: "A replica or subscriber does not fetch its WAL: at the limit its slot is cut off, and it has to be made anew.",
    docs: METRICS,
  },
  {
    name: "wal",
    metric: "TransactionLogsDiskUsage",
    unit: "Bytes",
    statistic: "Maximum",
    comparison: "above",
    period: 300,
    periods: 3,
    on: WRITERS,
    applies: isNotAurora,
    threshold: (facts) => facts.values.bytes("max_wal_size") + slotLimit(facts),
    formula: (facts) => `max_wal_size + ${slotLimitName(facts)}`,
    why: "More WAL is there than checkpoints and slots may keep: it is not archived, and the point to which the database can be restored stands still.",
    docs: METRICS,
  },
  {
    name: "write-latency",
    metric: "WriteLatency",
    unit: "Seconds",
    statistic: "Average",
    comparison: "above",
    period: 300,
    periods: 3,
    on: EVERYWHERE,
    threshold: latency,
    formula: latencyFormula,
    why: "Every commit waits for a write.",
    docs: RECOMMENDED,
  },
  {
    name: "read-latency",
    metric: "ReadLatency",
    unit: "Seconds",
    statistic: "Average",
    comparison: "above",
    period: 300,
    periods: 3,
    on: EVERYWHERE,
    threshold: latency,
    formula: latencyFormula,
    why: "What is not in memory takes long to come: the storage is at its limit.",
    docs: RECOMMENDED,
  },
  {
    name: "io-balance",
    metric: "EBSIOBalance%",
    unit: "Percent",
    statistic: "Average",
    comparison: "below",
    period: 300,
    periods: 3,
    on: EVERYWHERE,
    applies: isNotAurora,
    threshold: () => 10,
    formula: () => "10 %",
    why: "Small classes reach their full IOPS for 30 minutes a day; then the storage slows down. Larger ones do not have the metric.",
    docs: RECOMMENDED,
  },
  {
    name: "throughput-balance",
    metric: "EBSByteBalance%",
    unit: "Percent",
    statistic: "Average",
    comparison: "below",
    period: 300,
    periods: 3,
    on: EVERYWHERE,
    applies: isNotAurora,
    threshold: () => 10,
    formula: () => "10 %",
    why: "As io-balance, for bytes per second.",
    docs: RECOMMENDED,
  },
];

/** Metrics on which there is no alarm, and why. */
export const METRICS_LEFT_OUT: Readonly<Record<string, string>> = {
  AuroraVolumeBytesLeftTotal: "Aurora MySQL has it; Aurora PostgreSQL does not.",
  BurstBalance: "Storage gp2 has it; gp3 and io2 do not burst.",
  CheckpointLag: "AWS does not say on which engines it is, and a server without writes makes no checkpoints.",
  ConnectionAttempts: "MySQL has it.",
  DBLoad: "It is on the dashboard: many sessions wait where CPU, latency or connections say why.",
  DiskQueueDepth: "How long a queue may be depends on the storage; latency says the same without.",
  OldestLogicalReplicationSlotLag: "OldestReplicationSlotLag is the larger of both.",
};
