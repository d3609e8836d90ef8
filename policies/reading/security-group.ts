/** Who gets at which port? Rules inside a security group, and the two kinds of resources beside it. */

import { EGRESS_RULE, INGRESS_RULE, SECURITY_GROUP_RULE } from "../subjects";
import { type Block, blocksIn, inputsBlock, pathIn, valueIn } from "./block";
import { flag, isAbsent, knownText, number, text, UNKNOWN } from "./known";

/** One rule of a security group. */
export interface Opening {
  direction: "ingress" | "egress";
  block: Block;
  /** In lower case; `all` for -1. Undefined: not given, or not yet known. */
  protocol: string | undefined;
  from: number | undefined;
  to: number | undefined;
  /** Ranges of addresses, and where they are written. */
  ranges: readonly { property: string; written: string }[];
  /** Ports, protocol or ranges that are not known yet. */
  unknown: readonly string[];
  /** Somebody is named: a range, another group, a list of prefixes, or itself. */
  hasSource: boolean;
}

/** The rules that a resource makes. */
export function readOpenings(type: string, properties: unknown): Opening[] {
  const inputs = inputsBlock(properties);
  if (type === INGRESS_RULE) return [opening("ingress", inputs)];
  if (type === EGRESS_RULE) return [opening("egress", inputs)];
  if (type === SECURITY_GROUP_RULE) {
    const direction = text(valueIn(inputs, "type"));
    return direction === "ingress" || direction === "egress" ? [opening(direction, inputs)] : [];
  }
  return (["ingress", "egress"] as const).flatMap((direction) =>
    blocksIn(inputs, direction).map((block) => opening(direction, block)),
  );
}

const RANGES = ["cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6"];
const OTHERS = [
  "securityGroups",
  "prefixListIds",
  "sourceSecurityGroupId",
  "referencedSecurityGroupId",
  "prefixListId",
];

function opening(direction: Opening["direction"], block: Block): Opening {
  const protocol = knownText(valueIn(block, "protocol", "ipProtocol"))?.toLowerCase();
  const parts = RANGES.flatMap((name) => rangesOf(block, name));
  const isUnknown = (name: string) => valueIn(block, name) === UNKNOWN;
  return {
    direction,
    block,
    protocol: protocol === "-1" ? "all" : protocol,
    from: port(block, "fromPort"),
    to: port(block, "toPort"),
    ranges: parts.flatMap(({ property, written }) => (written === UNKNOWN ? [] : [{ property, written }])),
    unknown: [
      ...["protocol", "ipProtocol", "fromPort", "toPort"]
        .filter(isUnknown)
        .map((name) => pathIn(block, name)),
      ...parts.flatMap(({ property, written }) => (written === UNKNOWN ? [property] : [])),
    ],
    hasSource:
      parts.length > 0 ||
      flag(valueIn(block, "self")) !== undefined ||
      OTHERS.some((name) => isGiven(block, name)),
  };
}

function isGiven(block: Block, name: string): boolean {
  const value = valueIn(block, name);
  return Array.isArray(value) ? value.length > 0 : !isAbsent(value) && value !== "";
}

function rangesOf(block: Block, name: string): { property: string; written: string | typeof UNKNOWN }[] {
  const value = valueIn(block, name);
  const elements: readonly unknown[] = Array.isArray(value) ? value : [value];
  return elements.flatMap((element, index) => {
    const written = text(element);
    const property = pathIn(block, name) + (Array.isArray(value) ? `[${index}]` : "");
    return written === undefined || written === "" ? [] : [{ property, written }];
  });
}

function port(block: Block, name: string): number | undefined {
  const value = number(valueIn(block, name));
  return value === UNKNOWN ? undefined : value;
}

/** Whether a rule is about ICMP, by name or by number: what stands for ports there are types of messages. */
export function isIcmp({ protocol }: Opening): boolean {
  return ["icmp", "icmpv6", "1", "58"].includes(protocol ?? "");
}

/** Whether a rule is for every port: `-1`, `0` to `0` of all protocols, which is how it is written, or 0 to 65535. */
export function isEveryPort(opening: Opening): boolean {
  const { protocol, from, to } = opening;
  if (isIcmp(opening)) return false;
  const isAll = protocol === "all";
  if (isAll && (from ?? 0) <= 0 && (to ?? 0) <= 0) return true;
  return (from === -1 && to === -1) || ((from ?? 1) <= 0 && (to ?? 0) >= 65535);
}

/** Whether a rule lets connections to a port through. The tools read 0 to 0 as all ports, for any protocol. */
export function reachesPort({ protocol, from, to }: Opening, wanted: number): boolean {
  if (protocol === "all") return true;
  if (protocol !== "tcp" && protocol !== "6") return false;
  if (from === undefined || to === undefined) return false;
  return (from <= wanted && wanted <= to) || (from <= 0 && to === from);
}

/** How far a range reaches. */
export type Reach = "world" | "wide public" | "small public" | "wide private" | "few";

/** How far a range of addresses reaches; undefined: it is none. */
export function reachOf(written: string): Reach | undefined {
  const [address = "", length = ""] = written.trim().split("/");
  if (!/^\d{1,3}$/.test(length) || address === "" || address.length > 64) return undefined;
  const bits = Number(length);
  if (bits === 0) return "world";
  if (address.includes(":")) {
    if (/^f[cd]|^fe[89ab]/i.test(address)) return bits <= 48 ? "wide private" : "few";
    return bits <= 32 ? "wide public" : bits <= 64 ? "small public" : "few";
  }
  if (
    /^(10|127)\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\.|^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./.test(
      address,
    )
  )
    return bits <= 16 ? "wide private" : "few";
  return bits < 24 ? "wide public" : bits < 30 ? "small public" : "few";
}
