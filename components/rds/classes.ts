/** How large is an instance class, and what can it serve? Rows recorded from AWS's own answers; see record.ts. */

import { closest } from "fastest-levenshtein";
import type { Topology } from "./options";
import recorded from "./recorded/instance-classes.json";

/** An instance class of RDS, such as `db.m7g.large`. */
export interface InstanceClass {
  /** MiB of the machine; the database gets less. */
  memory: number;
  vcpus: number;
  /** Topologies that some region offers on it. */
  topologies: readonly Topology[];
}

/** What record.ts writes. */
export interface RecordedClasses {
  /** Packages that carry AWS's answers, with their versions. */
  source: string;
  /** Day of the recording. */
  date: string;
  classes: Readonly<Record<string, InstanceClass>>;
}

const RECORDED = recorded as RecordedClasses;

const MIB = 1024 ** 2;

/** Taken by the operating system and RDS's own processes, whatever the class. */
const RESERVED = 300 * MIB;

/** Share of the rest that the kernel's own structures leave. */
const LEFT = 0.94;

/** The class of that name. */
export function instanceClass(name: string): InstanceClass | undefined {
  return Object.hasOwn(RECORDED.classes, name) ? RECORDED.classes[name] : undefined;
}

/**
 * Bytes of `DBInstanceClassMemory`, estimated low: for the memory inequality and nothing else.
 *
 * AWS does not publish the number. A db.t4g.micro of 1024 MiB was seen with 721 MiB (shared_buffers 184648 kB, a
 * quarter of it), for which this gives 680 MiB. What a group says by a formula is RDS's to resolve.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ParamValuesRef.html
 */
function classMemory({ memory }: InstanceClass): number {
  return Math.floor((memory * MIB - RESERVED) * LEFT);
}

/** Aurora's own shared_buffers, SUM({DBInstanceClassMemory/12038},-50003) pages of 8 kB. */
function auroraBuffers(memory: number): number {
  return Math.floor(memory / 12_038 - 50_003) * 8192;
}

/**
 * What the memory inequality starts from: bytes and CPUs.
 *
 * Aurora has one large buffer cache and no page cache. The inequality gives half of the memory to the two; so on Aurora
 * it starts from twice of what Aurora's buffer cache leaves.
 */
export function classResources(row: InstanceClass, topology: Topology): { memory: number; cpus: number } {
  const memory = classMemory(row);
  const own = topology === "aurora" ? 2 * (memory - Math.max(0, auroraBuffers(memory))) : memory;
  return { memory: own, cpus: row.vcpus };
}

/** Classes that serve a topology, smallest first. */
export function classesFor(topology: Topology): string[] {
  const serving = Object.entries(RECORDED.classes).filter(([, row]) => row.topologies.includes(topology));
  return serving
    .sort(([, one], [, other]) => one.memory - other.memory || one.vcpus - other.vcpus)
    .map(([name]) => name);
}

/** `m7g` of `db.m7g.large` */
function generation(name: string): string | undefined {
  return name.split(".")[1];
}

/** What was probably meant by a name that is no class, or that does not serve the topology. */
export function closestClass(name: string, topology: Topology): string {
  return closest(name, classesFor(topology));
}

/** The smallest class that has enough for the database: of the same generation if there is one. */
export function classWith(
  isEnough: (row: InstanceClass) => boolean,
  { topology, like }: { topology: Topology; like: string },
): string | undefined {
  const large = classesFor(topology).filter((name) => isEnough(RECORDED.classes[name] as InstanceClass));
  return large.find((name) => generation(name) === generation(like)) ?? large[0];
}
