/** Does the server fit into the memory it is given? The same inequality that sizes our own servers. */

import { SIZE_PARAMETERS, size, type UserSizes } from "../../components/parameters/sizing";
import { showBytes } from "../../components/parameters/units";
import { type Known, knownText, number, UNKNOWN } from "../reading/known";
import type { Context, Rule, RuleOf, Subjects } from "../rule";
import { effective, settingBytes, settingNumber, settingText } from "../server";
import { command } from "./setting";

const MIB = 1024 ** 2;
const MEMORY_DOCS = "https://www.postgresql.org/docs/current/kernel-resources.html#LINUX-MEMORY-OVERCOMMIT";

/** The limit in bytes; undefined: none, or not known. */
function memoryLimit({ properties }: Subjects["container"]): Known<number> | undefined {
  const limit = number(properties.memory);
  if (limit === UNKNOWN || limit === undefined || limit <= 0) return limit === UNKNOWN ? UNKNOWN : undefined;
  return limit * MIB;
}

/** The memory inequality of a server in a container; undefined while one of its values is not known. */
function budgetOf(
  container: Subjects["container"],
  context: Context,
): ReturnType<typeof size>["budget"] | undefined {
  const limit = memoryLimit(container);
  if (limit === UNKNOWN) context.notYetKnown("memory");
  if (limit === undefined || limit === UNKNOWN) return undefined;
  const sizes: UserSizes = {};
  for (const name of SIZE_PARAMETERS) {
    const { value, given } = effective(container.server, name);
    if (value === UNKNOWN && given) context.notYetKnown(given.property);
    const read = /connections|workers|multiplier/.test(name)
      ? settingNumber(container.server, name)
      : settingBytes(container.server, name);
    if (read === undefined) return undefined;
    sizes[name] = read;
  }
  const active = context.threshold("activeConnections");
  if (active > 0) sizes.activeConnections = active;
  return size(
    { memory: limit, cpus: sizes.max_parallel_workers ?? 1, storage: "ssd", workload: "web" },
    sizes,
  ).budget;
}

const ACTIVE_CONNECTIONS = {
  activeConnections: {
    default: 0,
    minimum: 0,
    description: "Connections that run a query at the same time; 0: a quarter of max_connections",
  },
};

const overcommit: RuleOf<"container"> = {
  name: "memory-overcommit",
  title: "The server fits into the container's memory",
  severity: "high",
  protects: "availability",
  ids: [],
  docs: MEMORY_DOCS,
  reads: "container",
  property: "memory, command",
  why: "At the limit the kernel kills a backend; the server then ends all sessions and recovers. It kills the postmaster as well where the whole group goes.",
  unknown: "later",
  thresholds: ACTIVE_CONNECTIONS,
  judge(container, context) {
    const budget = budgetOf(container, context);
    if (!budget || budget.fits) return [];
    const needed = Math.ceil(budget.total / MIB / 64) * 64;
    return [
      {
        property: "memory",
        value: knownText(container.properties.memory) ?? "",
        fact: `the settings do not fit into the container's memory (${budget.inequality}): the kernel kills the server under load`,
        hint: `write \`memory: ${Math.ceil((needed * 4) / 3 / 64) * 64}\`, or lower max_connections, work_mem or shared_buffers in command`,
      },
    ];
  },
  good: { change: { memory: 4096 } },
  bad: { change: { memory: 1024, command: command({ max_connections: "200", work_mem: "64MB" }) } },
};

const noHeadroom: RuleOf<"container"> = {
  name: "no-memory-headroom",
  title: "A server that can use most of its memory has swap to fall back on",
  severity: "low",
  protects: "availability",
  ids: [],
  docs: MEMORY_DOCS,
  reads: "container",
  property: "memory, memorySwap",
  why: "Without swap the first query above the estimate ends the server.",
  unknown: "later",
  thresholds: {
    ...ACTIVE_CONNECTIONS,
    percent: {
      default: 80,
      minimum: 1,
      description: "Share of the memory above which swap is wanted, in percent",
    },
  },
  judge(container, context) {
    const [memory, swap] = [number(container.properties.memory), number(container.properties.memorySwap)];
    if (typeof memory !== "number" || swap !== memory) return [];
    const budget = budgetOf(container, context);
    const percent = context.threshold("percent");
    if (!budget || budget.total <= (budget.memory * percent) / 100) return [];
    const used = Math.round((budget.total / budget.memory) * 100);
    return [
      {
        property: "memorySwap",
        value: String(swap),
        fact: `the settings can take ${used} % of the memory, and memorySwap allows no swap: the first query above the estimate ends the server`,
        hint: `write \`memorySwap: ${memory * 2}\``,
      },
    ];
  },
  good: { change: { memory: 8192, memorySwap: 8192 } },
  bad: { change: { memory: 2048, memorySwap: 2048, command: command({ max_connections: "100" }) } },
};

const sharedBuffers: RuleOf<"container"> = {
  name: "shared-buffers-share",
  title: "shared_buffers leaves memory to queries and to the page cache",
  severity: "medium",
  protects: "availability",
  ids: [],
  docs: "https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-SHARED-BUFFERS",
  reads: "container",
  property: "memory, command shared_buffers",
  why: "PostgreSQL also relies on the operating system's cache; above 40 % both hold the same pages.",
  unknown: "later",
  thresholds: {
    percent: { default: 40, minimum: 1, description: "Largest share of the memory, in percent" },
  },
  judge(container, context) {
    const limit = memoryLimit(container);
    const buffers = settingBytes(container.server, "shared_buffers");
    if (limit === undefined || limit === UNKNOWN || buffers === undefined) return [];
    const percent = context.threshold("percent");
    if (buffers <= (limit * percent) / 100) return [];
    const { given, shown } = effective(container.server, "shared_buffers");
    const safe = showBytes(Math.max(1, Math.floor(limit / 4 / MIB)) * MIB);
    const hint = given ? given.write(safe) : container.server.place.write("shared_buffers", safe);
    return [
      {
        property: given?.property ?? "memory",
        value: given?.written ?? shown,
        fact: `shared_buffers is ${shown}, more than ${percent} % of the container's memory: little is left to queries and to the page cache`,
        hint,
      },
    ];
  },
  good: { change: { memory: 4096, command: command({ shared_buffers: "1GB" }) } },
  bad: { change: { memory: 4096, command: command({ shared_buffers: "3GB" }) } },
};

const shmSize: RuleOf<"container"> = {
  name: "shm-size-small",
  title: "/dev/shm holds the memory of parallel queries",
  severity: "medium",
  protects: "availability",
  ids: [],
  docs: "https://github.com/docker-library/docs/blob/master/postgres/README.md#caveats",
  reads: "container",
  property: "shmSize",
  why: "Docker gives 64 MB, and a larger parallel query fails: could not resize shared memory segment.",
  unknown: "later",
  thresholds: { leastMegabytes: { default: 256, minimum: 64, description: "Smallest shmSize, in MB" } },
  judge({ properties, server, mounts }, context) {
    const [ipc, type] = [knownText(properties.ipcMode), settingText(server, "dynamic_shared_memory_type")];
    if (/^(host|shareable|container:.*)$/.test(ipc ?? "") || type !== "posix") return [];
    if (mounts.some(({ target }) => target === "/dev/shm")) return [];
    const size = number(properties.shmSize);
    if (size === UNKNOWN) context.notYetKnown("shmSize");
    if (size === UNKNOWN) return [];
    const reserved = settingBytes(server, "min_dynamic_shared_memory") ?? 0;
    const least = Math.max(context.threshold("leastMegabytes"), Math.ceil(reserved / MIB));
    if (size !== undefined && size >= least) return [];
    const found = size === undefined ? "Docker's default of 64 MB" : `${size} MB`;
    return [
      {
        property: "shmSize",
        value: size === undefined ? "" : String(size),
        fact: `/dev/shm is ${found}: parallel queries fail with "could not resize shared memory segment"`,
        hint: `write \`shmSize: ${least}\``,
      },
    ];
  },
  good: { change: { shmSize: 256 } },
  bad: { change: { shmSize: undefined } },
};

const limit: RuleOf<"container"> = {
  name: "docker-memory-limit",
  title: "The container's memory is limited",
  severity: "medium",
  protects: "availability",
  ids: ["CIS-Docker:5.11", "docker-bench:check_5_11", "KICS:compose bb9ac4f7-e13b-423d-a010-c74a1bfbe492"],
  docs: "https://docs.docker.com/engine/containers/resource_constraints/#memory",
  reads: "container",
  property: "memory",
  why: "Without a limit one query takes the machine's memory, and the kernel chooses which program dies. Sizes of the server's memory need a limit to fit into.",
  unknown: "later",
  judge({ properties }, context) {
    if (properties.memory === UNKNOWN) context.notYetKnown("memory");
    const given = number(properties.memory);
    if (given === UNKNOWN || (given !== undefined && given > 0)) return [];
    return [
      {
        property: "memory",
        value: knownText(properties.memory) ?? "",
        fact: "its memory has no limit: one query can take all of the machine's, and the kernel chooses what dies",
        hint: "write `memory: 4096` (MB)",
      },
    ];
  },
  good: { change: { memory: 4096 } },
  bad: { change: { memory: undefined } },
};

export const MEMORY_RULES: readonly Rule[] = [overcommit, noHeadroom, sharedBuffers, shmSize, limit];
