/** Which part of a VPC's address range does the subnet of a zone get? Pure; IPv4. */

/** VPCs are split into this many parts, so that a subnet for every zone of any region fits, and others beside. */
const PARTS = 16;

/**
 * The range of a zone's subnet, one sixteenth of the VPC's: of `10.42.0.0/16`, `eu-central-1a` gets `10.42.0.0/20` and
 * `eu-central-1b` `10.42.16.0/20`. It follows from the zone's letter and not from its place in a list, so that no
 * subnet moves when a zone is added. https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
 */
export function subnetRange(vpc: string, zone: string): string {
  const [address = "", length] = vpc.split("/");
  const bits = Number(length) + Math.log2(PARTS);
  const first = address.split(".").reduce((number, part) => number * 256 + Number(part), 0);
  const start = first + zoneIndex(zone) * 2 ** (32 - bits);
  return `${[24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256).join(".")}/${bits}`;
}

/** 0 for zone `a`. */
function zoneIndex(zone: string): number {
  return zone.charCodeAt(zone.length - 1) - "a".charCodeAt(0);
}
