/** What is wrong with the storage? Pure. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html */

import { choiceFaults, countFaults } from "../../arguments";
import { Fault } from "../../faults";
import { type RdsOptions, STORAGE_TYPES, type Topology } from "../options";
import { growsByItself, MOST_STORAGE } from "../plan";
import { removeFrom, writeUnder } from "./wording";

/** GiB: the least of each type. */
const LEAST_STORAGE = { gp3: 20, io2: 100 } as const;

/** From this size on RDS spreads gp3 over four volumes, and only there more than the baseline can be bought. */
const GP3_STRIPED = 400;

const GP3_IOPS = { least: 12_000, most: 64_000 } as const;

/** Each IOPS limit with the number per GiB that a volume can do. */
const IO2_IOPS = { least: 1000, most: 256_000, perGiB: 1000 } as const;

/** Below this there is nothing left to grow into: RDS warns at once that the limit is near. */
const HEADROOM = 1.26;

/** Keys that speak of storage, and the topologies that have it. */
const STORAGE_KEYS: Readonly<Record<string, (topology: Topology) => boolean>> = {
  allocatedStorage: (topology) => topology !== "aurora",
  maxAllocatedStorage: growsByItself,
  storageType: (topology) => topology !== "aurora",
  iops: (topology) => topology !== "aurora",
  dedicatedLogVolume: growsByItself,
};

function unfitting(options: RdsOptions, topology: Topology): Fault[] {
  return Object.entries(STORAGE_KEYS)
    .filter(([key, fits]) => Boolean(options[key as keyof RdsOptions]) && !fits(topology))
    .map(
      ([key]) =>
        new Fault(
          topology === "aurora"
            ? `rds.${key} is nothing that aurora has: its storage grows and shrinks by itself`
            : `rds.${key} is nothing that a Multi-AZ cluster has`,
          removeFrom(key),
        ),
    );
}

function iopsFaults({ iops, storageType = "gp3", allocatedStorage = 100 }: RdsOptions): Fault[] {
  if (iops === undefined) return [];
  if (storageType === "io2") {
    const most = Math.min(IO2_IOPS.most, allocatedStorage * IO2_IOPS.perGiB);
    return countFaults("rds.iops", iops, IO2_IOPS.least, most);
  }
  if (allocatedStorage < GP3_STRIPED)
    return [
      new Fault(
        `rds.iops cannot be chosen for gp3 below ${GP3_STRIPED} GiB: it is always 3000 there`,
        `${removeFrom("iops")}, or ${writeUnder(`allocatedStorage: ${GP3_STRIPED}`)}`,
      ),
    ];
  return countFaults("rds.iops", iops, GP3_IOPS.least, GP3_IOPS.most);
}

function growthFaults({ allocatedStorage = 100, maxAllocatedStorage: most }: RdsOptions): Fault[] {
  const least = Math.min(MOST_STORAGE, Math.ceil(allocatedStorage * HEADROOM));
  if (most === undefined || !Number.isFinite(least)) return [];
  if (Number.isInteger(most) && most >= least && most <= MOST_STORAGE) return [];
  return [
    new Fault(
      `rds.maxAllocatedStorage ${JSON.stringify(most)} is not a whole number from ${least}, 26 % above allocatedStorage, to ${MOST_STORAGE}`,
      writeUnder(`maxAllocatedStorage: ${Math.min(MOST_STORAGE, allocatedStorage * 5)}`),
    ),
  ];
}

/** What is wrong with the storage. */
export function storageFaults(options: RdsOptions, topology: Topology): Fault[] {
  const unfit = unfitting(options, topology);
  if (topology === "aurora") return unfit;
  const type = options.storageType ?? "gp3";
  const faults = [
    ...choiceFaults("rds.storageType", options.storageType, STORAGE_TYPES),
    ...countFaults(
      "rds.allocatedStorage",
      options.allocatedStorage,
      LEAST_STORAGE[type as keyof typeof LEAST_STORAGE] ?? LEAST_STORAGE.gp3,
      MOST_STORAGE,
    ),
  ];
  if (faults.length > 0) return [...unfit, ...faults];
  if (growsByItself(topology) && options.dedicatedLogVolume === true && type !== "io2")
    faults.push(
      new Fault(
        `rds.dedicatedLogVolume needs io2, and storageType is ${type}`,
        writeUnder("storageType: io2"),
      ),
    );
  const growth = growsByItself(topology) ? growthFaults(options) : [];
  return [...unfit, ...faults, ...iopsFaults(options), ...growth];
}
