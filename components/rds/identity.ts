/** What can a database on RDS not change once it is there, and how does one get there all the same? Pure. */

import { Fault } from "../faults";
import type { NetworkPlan, RdsPlan, Topology } from "./options";

/** What a deployment of an instance does with blue/green deployments. */
export interface RdsIdentityState {
  /**
   * True in the deployment that brings a new major version to an instance whose last deployment said `blue-green`: only
   * there the provider is to make a blue/green deployment. It would make one for every change otherwise.
   */
  blueGreen: boolean;
}

/** How one topology becomes another. */
interface Conversion {
  from: readonly Topology[];
  to: readonly Topology[];
  /** What AWS does; null: nothing but a new database. */
  inPlace: boolean;
  /** In one sentence without a full stop. */
  how: string;
}

const SECOND_STACK =
  "deploy a second stack with the new topology, switch the applications to its outputs, then destroy this one";

/** Every change of topology; what no row names is a change between equals. */
export const CONVERSIONS: readonly Conversion[] = [
  {
    from: ["single", "multi-az"],
    to: ["single", "multi-az"],
    inPlace: true,
    how: "AWS adds or removes the standby without an interruption; the first copy takes I/O",
  },
  {
    from: ["single", "multi-az"],
    to: ["cluster"],
    inPlace: false,
    how: `take a snapshot and name it there: \`restoreFrom: { snapshot: <its name> }\` under rds; ${SECOND_STACK}`,
  },
  {
    from: ["single", "multi-az"],
    to: ["aurora"],
    inPlace: false,
    how: `take a snapshot and name it there: \`restoreFrom: { snapshot: <its ARN> }\` under rds; ${SECOND_STACK}`,
  },
  {
    from: ["cluster"],
    to: ["single", "multi-az"],
    inPlace: false,
    how: `take a snapshot and name it there: \`restoreFrom: { snapshot: <its name> }\` under rds; ${SECOND_STACK}`,
  },
  {
    from: ["cluster"],
    to: ["aurora"],
    inPlace: false,
    how: `copy the data by logical replication or pg_dump; ${SECOND_STACK}`,
  },
  {
    from: ["aurora"],
    to: ["single", "multi-az", "cluster"],
    inPlace: false,
    how: `no snapshot of Aurora becomes another engine's: copy the data by logical replication or pg_dump; ${SECOND_STACK}`,
  },
];

/** How one topology becomes another one; undefined where both are the same. */
export function conversion(from: Topology, to: Topology): Conversion | undefined {
  if (from === to) return undefined;
  return CONVERSIONS.find((row) => row.from.includes(from) && row.to.includes(to));
}

/** Values that AWS would answer with a new, empty database; `line` is what keeps the one that is there. */
const FIXED: readonly { name: string; read(plan: RdsPlan): string; line(plan: RdsPlan): string }[] = [
  {
    name: "rds.identifier",
    read: (plan) => plan.identifier,
    line: (plan) => `write \`identifier: ${plan.identifier}\` under rds`,
  },
  {
    name: "rds.region",
    read: (plan) => plan.region,
    line: (plan) => `write \`region: ${plan.region}\` under rds`,
  },
  {
    name: "rds.masterUsername",
    read: (plan) => plan.masterUsername,
    line: (plan) => `write \`masterUsername: ${plan.masterUsername}\` under rds`,
  },
  {
    name: "rds.kmsKeyArn",
    read: (plan) => plan.kmsKeyArn ?? "a key of its own",
    line: (plan) =>
      plan.kmsKeyArn === undefined
        ? "remove `kmsKeyArn` from rds"
        : `write \`kmsKeyArn: ${plan.kmsKeyArn}\` under rds`,
  },
  {
    name: "database",
    read: (plan) => plan.database,
    line: (plan) => `write \`database: ${plan.database}\``,
  },
];

/**
 * Everything that a new configuration asks of a database and AWS cannot do, or can do only by throwing the data away.
 *
 * @param before The plan of the last deployment.
 */
export function identityFaults(before: RdsPlan, after: RdsPlan): Fault[] {
  return [
    ...topologyFaults(before, after),
    ...FIXED.flatMap(({ name, read, line }) =>
      read(before) === read(after)
        ? []
        : [
            new Fault(
              `${name} changed from ${read(before)} to ${read(after)}, and AWS would make a new, empty database`,
              `${line(before)}; for a database of another kind, deploy a second stack and copy the data`,
            ),
          ],
    ),
    ...networkFaults(before.network, after.network),
    ...storageFaults(before, after),
    ...versionFaults(before, after),
  ];
}

/** What a deployment is to do. */
export function identityState(before: RdsPlan | undefined, after: RdsPlan): RdsIdentityState {
  const isNewMajor = before !== undefined && before.version !== after.version;
  return { blueGreen: isNewMajor && after.majorUpgrade === "blue-green" };
}

function topologyFaults(before: RdsPlan, after: RdsPlan): Fault[] {
  const way = conversion(before.topology, after.topology);
  if (!way || way.inPlace) return [];
  return [
    new Fault(
      `rds.topology changed from ${before.topology} to ${after.topology}, which AWS does not do in place`,
      `write \`topology: ${before.topology}\` under rds; to get there: ${way.how}`,
    ),
  ];
}

function networkFaults(before: NetworkPlan, after: NetworkPlan): Fault[] {
  const place = (network: NetworkPlan) => (network.kind === "new" ? network.cidr : network.vpcId);
  const zones = (network: NetworkPlan) =>
    network.kind === "new" ? [...network.zones] : Object.keys(network.subnets);
  const line = before.kind === "new" ? `cidr: ${before.cidr}` : `vpcId: ${before.vpcId}`;
  if (before.kind !== after.kind || place(before) !== place(after))
    return [
      new Fault(
        `rds.network changed from ${place(before)} to ${place(after)}, and a database does not move to another VPC`,
        `write \`network: { ${line}, … }\` under rds; for another VPC, deploy a second stack and \`restoreFrom\` a snapshot`,
      ),
    ];
  const gone = zones(before).filter((zone) => !zones(after).includes(zone));
  if (gone.length === 0) return [];
  return [
    new Fault(
      `rds.network no longer has ${gone.join(", ")}, and a server may be there, or go there in a failover`,
      `keep ${gone.join(", ")} under rds.network`,
    ),
  ];
}

function storageFaults({ storage: before }: RdsPlan, { storage: after, topology }: RdsPlan): Fault[] {
  if (!before || !after) return [];
  const shrinks = after.allocatedStorage < before.allocatedStorage;
  // An instance's is changed in place; for a cluster the provider makes a new one.
  const isNewType = topology === "cluster" && after.storageType !== before.storageType;
  return [
    ...(shrinks
      ? [
          new Fault(
            `rds.allocatedStorage changed from ${before.allocatedStorage} to ${after.allocatedStorage}, and storage of RDS never shrinks`,
            `write \`allocatedStorage: ${before.allocatedStorage}\` under rds`,
          ),
        ]
      : []),
    ...(isNewType
      ? [
          new Fault(
            `rds.storageType changed from ${before.storageType} to ${after.storageType}, and for a cluster that would be a new, empty one`,
            `write \`storageType: ${before.storageType}\` under rds; to get there: take a snapshot and name it there: \`restoreFrom: { snapshot: <its name> }\` under rds; ${SECOND_STACK}`,
          ),
        ]
      : []),
  ];
}

/** `15.12` → [15, 12]; a major version alone is any minor one. */
function numbers(engineVersion: string): [number, number | undefined] {
  const [major, minor] = engineVersion.split(".");
  return [Number(major), minor === undefined ? undefined : Number(minor)];
}

function versionFaults(before: RdsPlan, after: RdsPlan): Fault[] {
  const [oldMajor, oldMinor] = numbers(before.engineVersion);
  const [newMajor, newMinor] = numbers(after.engineVersion);
  const isOlder =
    newMajor < oldMajor || (newMajor === oldMajor && (newMinor ?? oldMinor ?? 0) < (oldMinor ?? 0));
  if (isOlder)
    return [
      new Fault(
        `the version changed from ${before.engineVersion} to ${after.engineVersion}, and PostgreSQL does not go back`,
        `write \`version: "${before.version}"\`, and remove \`engineVersion\` from rds`,
      ),
    ];
  if (newMajor === oldMajor) return [];
  if (after.majorUpgrade === "refuse")
    return [
      new Fault(
        `version changed from ${before.version} to ${after.version}: a new major version is an upgrade with an interruption`,
        "take a snapshot, then write `majorUpgrade: in-place` under rds; with the shortest interruption: `majorUpgrade: blue-green`",
      ),
    ];
  if (after.majorUpgrade === "blue-green" && before.majorUpgrade !== "blue-green")
    return [
      new Fault(
        `version and majorUpgrade changed together, and a blue/green deployment needs settings that the running server does not have yet`,
        `deploy \`majorUpgrade: blue-green\` with \`version: "${before.version}"\` first, and the new version after it`,
      ),
    ];
  return [];
}
