/** What is wrong with the network, and with who may connect? Pure. */

import { BlockList, isIP } from "node:net";
import { Fault } from "../../faults";
import type { NetworkOptions, RdsOptions, Topology } from "../options";
import { listFaults, patternFaults, removeFrom, texts, writeUnder } from "./wording";

/** Availability zones that a database needs subnets in. */
function zonesNeeded(topology: Topology): number {
  return topology === "cluster" ? 3 : 2;
}

/** Ranges that are nobody's on the internet. RFC 1918, 6598 and 4193. */
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"];

/** An address range in the notation of CIDR. */
interface Range {
  address: string;
  family: "ipv4" | "ipv6";
  bits: number;
}

function readRange(text: string): Range | undefined {
  const match = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text);
  const address = match?.[1] ?? "";
  const version = isIP(address);
  const bits = Number(match?.[2]);
  if (version === 0 || bits > (version === 4 ? 32 : 128)) return undefined;
  return { address, family: version === 4 ? "ipv4" : "ipv6", bits };
}

/** True where the whole range is private. */
function isPrivate({ address, family, bits }: Range): boolean {
  return PRIVATE.some((text) => {
    const block = readRange(text) as Range;
    if (block.family !== family || bits < block.bits) return false;
    const list = new BlockList();
    list.addSubnet(block.address, block.bits, block.family);
    return list.check(address, family);
  });
}

/** The first address of an IPv4 range, which is how AWS writes it. */
function firstAddress({ address, bits }: Range): string {
  const number = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - bits);
  const first = Math.floor(number / size) * size;
  return [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".");
}

/** \`eu-central-1a, eu-central-1b\`, as many as the topology needs. */
function exampleZones(region: string, topology: Topology): string[] {
  return ["a", "b", "c"].slice(0, zonesNeeded(topology)).map((letter) => `${region}${letter}`);
}

function exampleNetwork(region: string, topology: Topology): { created: string; existing: string } {
  const zones = exampleZones(region, topology);
  const subnets = zones.map((zone) => `${zone}: subnet-…`).join(", ");
  return {
    created: `network: { cidr: 10.42.0.0/16, zones: [${zones.join(", ")}] }`,
    existing: `network: { vpcId: vpc-…, subnets: { ${subnets} } }`,
  };
}

function zoneFaults(key: string, zones: readonly string[], region: string, topology: Topology): Fault[] {
  const example = exampleZones(region, topology);
  const foreign = zones.filter(
    (zone) => !(zone.startsWith(region) && /^[a-p]$/.test(zone.slice(region.length))),
  );
  const faults = foreign.map(
    (zone) =>
      new Fault(
        `${key}: ${zone} is no availability zone of ${region}`,
        `write \`${example[0]}\` or another zone of ${region} there`,
      ),
  );
  const count = new Set(zones).size;
  if (count < zones.length)
    faults.push(
      new Fault(`${key} names a zone twice`, `name each zone once: ${[...new Set(zones)].join(", ")}`),
    );
  if (count >= zonesNeeded(topology)) return faults;
  faults.push(
    new Fault(
      `${key} has ${count} availability zone${count === 1 ? "" : "s"}, and ${topology} needs ${zonesNeeded(topology)}: a zone that fails must not take the database with it`,
      `write all of ${example.join(", ")} there, or other zones of ${region}`,
    ),
  );
  return faults;
}

function existingFaults({ vpcId, subnets }: NetworkOptions, region: string, topology: Topology): Fault[] {
  const { existing } = exampleNetwork(region, topology);
  if (vpcId === undefined || subnets === undefined)
    return [
      new Fault(
        `rds.network has ${vpcId === undefined ? "subnets, but no vpcId" : "a vpcId, but no subnets"}`,
        writeUnder(existing),
      ),
    ];
  const entries = Object.entries(subnets ?? {});
  const ids = entries.map(([, id]) => id);
  return [
    ...patternFaults("rds.network.vpcId", vpcId, /^vpc-(?:[0-9a-f]{8}|[0-9a-f]{17})$/, {
      what: "the id of a VPC",
      example: "vpc-0a1b2c3d4e5f60718",
    }),
    ...entries.flatMap(([zone, id]) =>
      patternFaults(`rds.network.subnets.${zone}`, id, /^subnet-(?:[0-9a-f]{8}|[0-9a-f]{17})$/, {
        what: "the id of a subnet",
        example: "subnet-0a1b2c3d4e5f60718",
      }),
    ),
    ...(new Set(ids).size < ids.length
      ? [
          new Fault(
            "rds.network.subnets names one subnet for two zones, and a subnet is in one",
            writeUnder("<zone>: <a subnet of that zone>", "rds.network.subnets"),
          ),
        ]
      : []),
    ...zoneFaults(
      "rds.network.subnets",
      entries.map(([zone]) => zone),
      region,
      topology,
    ),
  ];
}

function newVpcFaults({ cidr, zones }: NetworkOptions, region: string, topology: Topology): Fault[] {
  const { created } = exampleNetwork(region, topology);
  if (cidr === undefined || zones === undefined)
    return [
      new Fault(
        `rds.network has ${cidr === undefined ? "zones, but no cidr" : "a cidr, but no zones"}`,
        writeUnder(created),
      ),
    ];
  const faults = listFaults("rds.network.zones", zones, `[${exampleZones(region, topology).join(", ")}]`);
  if (faults.length === 0) faults.push(...zoneFaults("rds.network.zones", zones, region, topology));
  const range = typeof cidr === "string" ? readRange(cidr) : undefined;
  if (range?.family !== "ipv4" || range.bits < 16 || range.bits > 24)
    return [
      new Fault(
        `rds.network.cidr ${JSON.stringify(cidr)} is not an IPv4 range from /16 to /24: each zone gets a sixteenth of it, and AWS takes subnets from /28 on`,
        writeUnder("cidr: 10.42.0.0/16", "rds.network"),
      ),
      ...faults,
    ];
  const hint = (first: string) => writeUnder(`cidr: ${first}`, "rds.network");
  return [...alignmentFaults("rds.network.cidr", range, hint), ...faults];
}

/** AWS would write another address than the one given, and find a difference for ever. */
function alignmentFaults(key: string, range: Range, hint: (range: string) => string): Fault[] {
  const first = range.family === "ipv4" ? firstAddress(range) : range.address;
  if (first === range.address) return [];
  return [
    new Fault(
      `${key} ${range.address}/${range.bits} does not begin with its first address`,
      hint(`${first}/${range.bits}`),
    ),
  ];
}

/** What is wrong with where the database is. Nothing is looked up: the program names zones and subnets. */
export function networkFaults({ network }: RdsOptions, region: string, topology: Topology): Fault[] {
  const { vpcId, subnets, cidr, zones } = network ?? {};
  const isExisting = vpcId !== undefined || subnets !== undefined;
  const isNew = cidr !== undefined || zones !== undefined;
  const { created, existing } = exampleNetwork(region, topology);
  if (!isExisting && !isNew)
    return [
      new Fault(
        "rds.network does not say where the database is to be",
        `${writeUnder(created)} for a new VPC, or \`${existing}\` for one that exists`,
      ),
    ];
  if (isExisting && isNew)
    return [
      new Fault(
        "rds.network names a VPC that exists and a new one",
        `${removeFrom("cidr, zones", "rds.network")} or ${removeFrom("vpcId, subnets", "rds.network")}`,
      ),
    ];
  return isExisting
    ? existingFaults(network ?? {}, region, topology)
    : newVpcFaults(network ?? {}, region, topology);
}

/** Said twice: once by the key, once by the identifier. */
function isConfirmed({ publiclyAccessible, confirmPublic }: RdsOptions, identifier: string): boolean {
  return publiclyAccessible === true && confirmPublic === identifier;
}

function sourceFaults(source: string, confirmed: boolean, identifier: string): Fault[] {
  if (/^sg-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(source)) return [];
  const range = readRange(source);
  if (!range)
    return [
      new Fault(
        `rds.sources: ${JSON.stringify(source)} is no address range and no security group`,
        writeUnder(
          `sources: [${isIP(source) === 0 ? "10.0.0.0/16" : `${source}/${isIP(source) === 4 ? 32 : 128}`}]`,
        ),
      ),
    ];
  if (range.bits === 0)
    return [
      new Fault(
        `rds.sources: ${source} is the whole internet`,
        `${writeUnder("sources: [10.0.0.0/16]")}, or the ranges that connect`,
      ),
    ];
  if (!isPrivate(range) && !confirmed)
    return [
      new Fault(
        `rds.sources: ${source} is on the internet, and the database is not public`,
        `${writeUnder("sources: [10.0.0.0/16]")}, or \`publiclyAccessible: true\` and \`confirmPublic: ${identifier}\``,
      ),
    ];
  return alignmentFaults("rds.sources:", range, (first) => writeUnder(`sources: [${first}]`));
}

/** What is wrong with who may connect. */
export function accessFaults(options: RdsOptions, identifier: string): Fault[] {
  const { sources, publiclyAccessible, confirmPublic } = options;
  const confirmed = isConfirmed(options, identifier);
  const faults = listFaults("rds.sources", sources, "[10.0.0.0/16]");
  if (publiclyAccessible === true && !confirmed)
    faults.push(
      new Fault(
        `rds.publiclyAccessible gives ${identifier} an address on the internet, and that has to be said twice`,
        `${removeFrom("publiclyAccessible")}, or ${writeUnder(`confirmPublic: ${identifier}`)}`,
      ),
    );
  if (publiclyAccessible !== true && confirmPublic !== undefined)
    faults.push(
      new Fault("rds.confirmPublic is there without publiclyAccessible", removeFrom("confirmPublic")),
    );
  return [...faults, ...texts(sources).flatMap((source) => sourceFaults(source, confirmed, identifier))];
}
