/** What does AWS refuse, though the provider lets it pass? Errors as AWS words them. Pure. */

import { pgNames, pgParameter, VERSIONS, type Version } from "../../../components/parameters/postgres";
import type { Properties } from "../../../provider/wire";

const INSTANCE = "aws:rds/instance:Instance";
const CLUSTER = "aws:rds/cluster:Cluster";
const GROUPS = [
  "aws:rds/parameterGroup:ParameterGroup",
  "aws:rds/clusterParameterGroup:ClusterParameterGroup",
];

/** Below this, GiB, gp3 has the IOPS and the throughput that come with it. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#gp3-storage */
const GP3_STRIPED = 400;

interface Parameter {
  name: string;
  value: string;
  applyMethod?: string;
}

function versionOf(family: unknown): Version | undefined {
  return VERSIONS.find((version) => String(family).endsWith(version));
}

/** Parameters that only a restart applies, beside those that PostgreSQL reads at its start. */
const STATIC_OF_RDS = ["rds.logical_replication"];

function isStatic(version: Version, name: string): boolean {
  return STATIC_OF_RDS.includes(name) || pgParameter(version, name)?.context === "postmaster";
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBParameterGroup.html */
function groupRefusals({ family, parameters }: Properties): string[] {
  const version = versionOf(family);
  if (!version) return [`InvalidParameterValue: ParameterGroupFamily ${String(family)} not found`];
  const names = pgNames(version);
  return ((parameters ?? []) as unknown as Parameter[]).flatMap(({ name, applyMethod = "immediate" }) => {
    if (!name.includes(".") && !names.includes(name))
      return [`InvalidParameterValue: Could not find parameter with name: ${name}`];
    if (applyMethod === "immediate" && isStatic(version, name))
      return [`InvalidParameterCombination: cannot use immediate apply method for static parameter: ${name}`];
    return [];
  });
}

function storageRefusals(type: string, inputs: Properties): string[] {
  const { storageType, allocatedStorage, iops, maxAllocatedStorage } = inputs;
  const size = Number(allocatedStorage ?? 0);
  // CreateDBCluster demands Iops of a Multi-AZ cluster, whatever its size.
  const tooSmall = type === INSTANCE && storageType === "gp3" && iops && size > 0 && size < GP3_STRIPED;
  const noRoom = maxAllocatedStorage && Number(maxAllocatedStorage) <= size;
  return [
    ...(tooSmall
      ? [
          `InvalidParameterCombination: You can't specify IOPS or storage throughput for engine postgres and a storage size less than ${GP3_STRIPED}.`,
        ]
      : []),
    ...(noRoom ? ["InvalidParameterCombination: Max storage size must be greater than storage size"] : []),
  ];
}

/** What AWS answers instead of making the resource. */
export function creationRefusals(type: string, inputs: Properties): string[] {
  if (GROUPS.includes(type)) return groupRefusals(inputs);
  return type === INSTANCE || type === CLUSTER ? storageRefusals(type, inputs) : [];
}

/** What AWS answers instead of changing it. */
export function changeRefusals(type: string, before: Properties, inputs: Properties): string[] {
  if (type !== INSTANCE && type !== CLUSTER) return creationRefusals(type, inputs);
  const [old, wanted] = [Number(before.allocatedStorage ?? 0), Number(inputs.allocatedStorage ?? 0)];
  const grows = Number(inputs.maxAllocatedStorage ?? 0) > wanted;
  const shrinks = wanted > 0 && wanted < old && !grows;
  return [
    ...storageRefusals(type, inputs),
    ...(shrinks
      ? [
          `InvalidParameterCombination: Invalid storage size for engine name postgres and storage type gp3: ${wanted}`,
        ]
      : []),
    ...versionRefusals(before, inputs),
  ];
}

function versionRefusals(before: Properties, inputs: Properties): string[] {
  if (typeof inputs.engineVersion !== "string" || typeof before.engineVersionActual !== "string") return [];
  const [old, wanted] = [before.engineVersionActual, inputs.engineVersion].map((version) =>
    version.split(".").map(Number),
  ) as [number[], number[]];
  const [oldMajor = 0, oldMinor = 0] = old;
  const [major = 0, minor] = wanted;
  if (major < oldMajor || (major === oldMajor && minor !== undefined && minor < oldMinor))
    return [
      `InvalidParameterCombination: Cannot upgrade postgres from ${before.engineVersionActual} to ${inputs.engineVersion}`,
    ];
  if (major > oldMajor && inputs.allowMajorVersionUpgrade !== true)
    return [
      "InvalidParameterCombination: The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.",
    ];
  return [];
}

/** What AWS, or the provider in its place, answers instead of deleting it. */
export function deletionRefusals(type: string, known: Properties): string[] {
  if (type !== INSTANCE && type !== CLUSTER) return [];
  const what = type === INSTANCE ? "DB Instance" : "DB Cluster";
  const hasSnapshot = known.skipFinalSnapshot === true || typeof known.finalSnapshotIdentifier === "string";
  return [
    ...(known.deletionProtection === true
      ? [
          `InvalidParameterCombination: Cannot delete protected ${what}, please disable deletion protection and try again.`,
        ]
      : []),
    ...(hasSnapshot ? [] : ["final_snapshot_identifier is required when skip_final_snapshot is false"]),
  ];
}
