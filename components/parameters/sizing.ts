/** How large should each parameter be on this machine? One memory inequality decides, and is printed as evidence. */

import type { ComputedName } from "./catalogue";
import { showBytes } from "./units";

const KB = 1024;
const MB = 1024 * KB;
const GB = 1024 * MB;

/** Kinds of storage: they decide the planner's I/O costs. */
export const STORAGES = ["ssd", "hdd", "san"] as const;
export type Storage = (typeof STORAGES)[number];

/** Kinds of load: web requests, short transactions, data warehouse, or a mix. */
export const WORKLOADS = ["web", "oltp", "dw", "mixed"] as const;
export type Workload = (typeof WORKLOADS)[number];

/** What the server may use. */
export interface Machine {
  /** Bytes that count: the container's limit, not the host's memory. */
  memory: number;
  cpus: number;
  storage: Storage;
  workload: Workload;
}

interface WorkloadRow {
  /** Share of the connections that run a query at the same time. */
  activeShare: number;
  /** Sort or hash steps of one query that hold work_mem at the same time. */
  steps: number;
  maxConnections: number;
  maxWalSize: number;
  jit: "on" | "off";
}

const WORKLOAD: Record<Workload, WorkloadRow> = {
  web: { activeShare: 0.25, steps: 2, maxConnections: 100, maxWalSize: GB, jit: "off" },
  oltp: { activeShare: 0.5, steps: 1, maxConnections: 100, maxWalSize: 2 * GB, jit: "off" },
  dw: { activeShare: 0.5, steps: 3, maxConnections: 40, maxWalSize: 4 * GB, jit: "on" },
  mixed: { activeShare: 0.25, steps: 3, maxConnections: 100, maxWalSize: GB, jit: "on" },
};

const STORAGE: Record<Storage, { random_page_cost: string; effective_io_concurrency: string }> = {
  ssd: { random_page_cost: "1.1", effective_io_concurrency: "200" },
  hdd: { random_page_cost: "4", effective_io_concurrency: "2" },
  san: { random_page_cost: "1.1", effective_io_concurrency: "300" },
};

/** Private memory of a backend. Measured on 15.18: 2.5 MB after the first query, 5 MB after reading the catalogues. */
const IDLE_BACKEND = 3 * MB;
/** One that has opened 500 tables held 34 MB; 10 MB leaves room for prepared statements and caches. */
const ACTIVE_BACKEND = 10 * MB;

/** Tried from the first on until the inequality holds; the first is the workload's own. */
const FEWER_CONNECTIONS = [75, 50, 40, 30, 25, 20, 15, 10];

/** Less sorts on disk all the time: PostgreSQL's own default is the floor. */
const WORK_MEM_FLOOR = 4 * MB;

/** Memory counts in whole steps of this: its 4th, 16th and 64th part are whole MB. */
const STEP = 64 * MB;

/** The most that shared_buffers takes: 2^30 - 1 pages of 8 kB. */
const MOST_BUFFERS = (2 ** 30 - 1) * 8 * KB;

/** The parameters that take part in the memory inequality. */
export const SIZE_PARAMETERS = [
  "max_connections",
  "shared_buffers",
  "work_mem",
  "hash_mem_multiplier",
  "maintenance_work_mem",
  "autovacuum_work_mem",
  "autovacuum_max_workers",
  "max_parallel_workers",
] as const;

/** Values the user set himself, in the parameter's meaning: bytes for memory, counts for the rest. */
export type UserSizes = Partial<Record<(typeof SIZE_PARAMETERS)[number] | "activeConnections", number>>;

/** One part of the memory inequality. */
export interface BudgetTerm {
  name: string;
  bytes: number;
  formula: string;
}

/** `memory ≥ sum of the terms`: the evidence that the values fit. */
export interface MemoryBudget {
  memory: number;
  terms: BudgetTerm[];
  total: number;
  fits: boolean;
  /** Connections assumed to run a query at the same time. */
  activeConnections: number;
  /** The inequality in one line, in MB. */
  inequality: string;
}

/** A computed value with the formula it came from. */
export interface Sized {
  /** In PostgreSQL's notation. */
  value: string;
  formula: string;
}

/** What `size` returns. */
export interface Sizing {
  values: Record<ComputedName, Sized>;
  budget: MemoryBudget;
}

/**
 * Shared memory of a server: an upper bound of what `postgres -C shared_memory_size` answers on 15 to 18 (tested).
 * Unset, wal_buffers is a 32nd of shared_buffers, at most one WAL segment.
 */
export function sharedMemory(sharedBuffers: number, maxConnections: number): number {
  const walBuffers = Math.min(sharedBuffers / 32, 16 * MB);
  return Math.ceil(sharedBuffers * 1.03 + walBuffers + 12 * MB + maxConnections * 0.08 * MB);
}

/** Largest power of two not above `bytes`, in whole kB at least. */
function powerOfTwo(bytes: number): number {
  return bytes < KB ? 0 : 2 ** Math.floor(Math.log2(bytes));
}

/** Whole MB not above `bytes` (whole kB below 1 MB). */
function wholeMegabytes(bytes: number): number {
  const step = bytes < MB ? KB : MB;
  return Math.floor(bytes / step) * step;
}

interface Solved {
  max_connections: number;
  shared_buffers: number;
  work_mem: number;
  maintenance_work_mem: number;
  autovacuum_work_mem: number;
  max_parallel_workers: number;
  budget: MemoryBudget;
}

/** Solves the inequality for work_mem, up to a limit, with a given number of connections. */
function solve(machine: Machine, user: UserSizes, connections: number, mostWorkMem = 2 * GB): Solved {
  // Whole steps: else 1 byte more of memory could round several sizes up and leave less for work_mem.
  const memory = Math.floor(machine.memory / STEP) * STEP;
  const { activeShare, steps } = WORKLOAD[machine.workload];
  const max_connections = user.max_connections ?? connections;
  const active = Math.min(
    max_connections,
    user.activeConnections ?? Math.ceil(max_connections * activeShare),
  );
  const shared_buffers = user.shared_buffers ?? wholeMegabytes(Math.min(memory / 4, MOST_BUFFERS));
  const maintenance_work_mem = user.maintenance_work_mem ?? wholeMegabytes(Math.min(memory / 16, 2 * GB));
  const autovacuum_work_mem = user.autovacuum_work_mem ?? wholeMegabytes(Math.min(memory / 64, 512 * MB));
  const autovacuumWorkers = user.autovacuum_max_workers ?? 3;
  const max_parallel_workers = user.max_parallel_workers ?? machine.cpus;
  const hashMultiplier = Math.max(1, user.hash_mem_multiplier ?? 2);
  const autovacuumMemory = autovacuum_work_mem < 0 ? maintenance_work_mem : autovacuum_work_mem;
  const terms: BudgetTerm[] = [
    { name: "operating system and page cache", bytes: Math.ceil(memory / 4), formula: "memory / 4" },
    {
      name: "shared memory",
      bytes: sharedMemory(shared_buffers, max_connections),
      formula: "1.03 × shared_buffers + wal_buffers + 12MB + 0.08MB × max_connections",
    },
    {
      name: "backends",
      bytes: active * ACTIVE_BACKEND + (max_connections - active) * IDLE_BACKEND,
      formula: `${active} active × ${showBytes(ACTIVE_BACKEND)} + ${max_connections - active} idle × ${showBytes(IDLE_BACKEND)}`,
    },
    { name: "maintenance", bytes: maintenance_work_mem, formula: "1 × maintenance_work_mem" },
    {
      name: "autovacuum",
      bytes: autovacuumWorkers * autovacuumMemory,
      formula: `${autovacuumWorkers} workers × autovacuum_work_mem`,
    },
  ];
  const before = terms.reduce((sum, term) => sum + term.bytes, 0);
  const shares = (active + max_parallel_workers) * steps * hashMultiplier;
  const work_mem =
    user.work_mem ?? Math.max(WORK_MEM_FLOOR, Math.min(mostWorkMem, powerOfTwo((memory - before) / shares)));
  terms.push({
    name: "queries",
    bytes: Math.ceil(shares * work_mem),
    formula: `(${active} active + ${max_parallel_workers} parallel workers) × ${steps} steps × ${hashMultiplier} hash_mem_multiplier × work_mem`,
  });
  const budget = memoryBudget(memory, terms, active);
  return {
    max_connections,
    shared_buffers,
    work_mem,
    maintenance_work_mem,
    autovacuum_work_mem,
    max_parallel_workers,
    budget,
  };
}

function memoryBudget(memory: number, terms: BudgetTerm[], activeConnections: number): MemoryBudget {
  const total = terms.reduce((sum, term) => sum + term.bytes, 0);
  const megabytes = (bytes: number) => `${Math.ceil(bytes / MB)}MB`;
  const fits = total <= memory;
  const sum = terms.map((term) => `${megabytes(term.bytes)} ${term.name}`).join(" + ");
  const inequality = `${Math.floor(memory / MB)}MB memory ${fits ? "≥" : "<"} ${megabytes(total)} = ${sum}`;
  return { memory, terms, total, fits, activeConnections, inequality };
}

/** The user's values that take a restart anyway; the number of connections follows these and no others. */
function restartSizes({ shared_buffers, autovacuum_max_workers, activeConnections }: UserSizes): UserSizes {
  return { shared_buffers, autovacuum_max_workers, activeConnections };
}

/** The largest usual number of connections below the present one with which these values fit. */
export function fewerConnections(machine: Machine, user: UserSizes): number | undefined {
  const { max_connections: present = Number(size(machine, user).values.max_connections.value) } = user;
  return FEWER_CONNECTIONS.find(
    (count) => count < present && solve(machine, { ...user, max_connections: count }, count).budget.fits,
  );
}

/**
 * Sizes a server. Pure and monotonic: more memory never gives a smaller value.
 *
 * Where the workload's number of connections does not fit, fewer are taken; a number given by the user never is
 * changed. The connections do not depend on what the user says of reloadable values: a new work_mem must not restart
 * the server. `budget.fits` is false when nothing fits: the caller refuses.
 */
export function size(machine: Machine, user: UserSizes = {}): Sizing {
  const workload = WORKLOAD[machine.workload];
  const tried = [
    workload.maxConnections,
    ...FEWER_CONNECTIONS.filter((count) => count < workload.maxConnections),
  ];
  const fitting = tried.find((connections) => solve(machine, restartSizes(user), connections).budget.fits);
  const connections = fitting ?? (tried.at(-1) as number);
  // Memory goes to the connections first: work_mem grows once all of them fit.
  const lowered = user.max_connections === undefined && connections < workload.maxConnections;
  const solved = solve(machine, user, connections, lowered ? WORK_MEM_FLOOR : undefined);
  const perGather = Math.max(1, Math.min(4, Math.ceil(machine.cpus / 2)));
  const fewer = lowered ? `, lowered until ${showBytes(WORK_MEM_FLOOR)} of work_mem fits` : "";
  const { random_page_cost, effective_io_concurrency } = STORAGE[machine.storage];
  const values: Record<ComputedName, Sized> = {
    max_connections: {
      value: String(solved.max_connections),
      formula: `${workload.maxConnections} for workload ${machine.workload}${fewer}`,
    },
    shared_buffers: { value: showBytes(solved.shared_buffers), formula: "memory / 4" },
    effective_cache_size: {
      value: showBytes(wholeMegabytes(Math.min((machine.memory * 3) / 4, MOST_BUFFERS))),
      formula: "memory × 3 / 4",
    },
    maintenance_work_mem: {
      value: showBytes(solved.maintenance_work_mem),
      formula: "memory / 16, at most 2GB",
    },
    autovacuum_work_mem: {
      value: showBytes(Math.max(solved.autovacuum_work_mem, 0)),
      formula: "memory / 64, at most 512MB",
    },
    work_mem: {
      value: showBytes(solved.work_mem),
      formula: "largest power of two for which the memory inequality holds, at least 4MB",
    },
    max_wal_size: { value: showBytes(workload.maxWalSize), formula: `workload ${machine.workload}` },
    max_worker_processes: { value: String(Math.max(8, machine.cpus)), formula: "cpus, at least 8" },
    max_parallel_workers: { value: String(machine.cpus), formula: "cpus" },
    max_parallel_workers_per_gather: { value: String(perGather), formula: "cpus / 2, at most 4" },
    max_parallel_maintenance_workers: { value: String(perGather), formula: "cpus / 2, at most 4" },
    random_page_cost: { value: random_page_cost, formula: `storage ${machine.storage}` },
    effective_io_concurrency: { value: effective_io_concurrency, formula: `storage ${machine.storage}` },
    jit: { value: workload.jit, formula: `workload ${machine.workload}` },
  };
  return { values, budget: solved.budget };
}
