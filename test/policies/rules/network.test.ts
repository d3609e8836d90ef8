/** Who reaches the server? Inline rules and both kinds beside, IPv4 and IPv6, ranges of ports and protocols. */

import assert from "node:assert/strict";
import { type Properties, UNKNOWN } from "../../../policies/reading/known";
import { reachOf } from "../../../policies/reading/security-group";
import {
  DEFAULT_SECURITY_GROUP,
  EGRESS_RULE,
  INGRESS_RULE,
  SECURITY_GROUP,
  SECURITY_GROUP_RULE,
  VPC,
} from "../../../policies/subjects";
import { foundBy, made, saidBy } from "./stack-of";

const IN = [
  "sg-no-public-postgres-port",
  "sg-wide-public-postgres-port",
  "sg-wide-private-postgres-port",
  "sg-no-open-ingress",
  "sg-public-ingress",
];
const OUT = ["sg-no-open-egress", "sg-public-egress"];
const [WORLD, WIDE, PRIVATE, EVERY, OTHER] = IN as [string, string, string, string, string];

/** One rule in all the forms in which it can be written. */
function forms(
  direction: "ingress" | "egress",
  protocol: unknown,
  from: unknown,
  to: unknown,
  cidr: unknown,
) {
  const ports = { fromPort: from, toPort: to };
  const is6 = typeof cidr === "string" && cidr.includes(":");
  const list = { [is6 ? "ipv6CidrBlocks" : "cidrBlocks"]: [cidr] };
  const single = { [is6 ? "cidrIpv6" : "cidrIpv4"]: cidr };
  return [
    made(SECURITY_GROUP, "g", { [direction]: [{ protocol, ...ports, ...list }] }),
    made(SECURITY_GROUP_RULE, "g", { type: direction, protocol, ...ports, ...list }),
    made(direction === "ingress" ? INGRESS_RULE : EGRESS_RULE, "g", {
      ipProtocol: protocol,
      ...ports,
      ...single,
    }),
  ];
}

function allForms(rules: string[], expected: string[], ...form: Parameters<typeof forms>): void {
  for (const resource of forms(...form))
    assert.deepEqual(
      rules.filter((rule) => foundBy(rule, resource).length > 0),
      expected,
      resource.type,
    );
}

const INGRESS: [string, unknown, unknown, unknown, unknown, string[]][] = [
  ["the port to the world", "tcp", 5432, 5432, "0.0.0.0/0", [WORLD]],
  ["the port to the world, as text", "TCP", "5432", "5432", "0.0.0.0/0", [WORLD]],
  ["the port to the world by its number", "6", 5432, 5432, "0.0.0.0/0", [WORLD]],
  ["the port to the world of IPv6", "tcp", 5432, 5432, "::/0", [WORLD]],
  ["the world written out", "tcp", 5432, 5432, "0000:0000:0000:0000:0000:0000:0000:0000/0", [WORLD]],
  ["any address with no bits", "tcp", 5432, 5432, "10.0.0.0/0", [WORLD]],
  ["a range that holds the port", "tcp", 5000, 6000, "0.0.0.0/0", [WORLD]],
  ["all ports of TCP", "tcp", 0, 65535, "0.0.0.0/0", [WORLD, EVERY]],
  ["all ports of TCP as -1", "tcp", -1, -1, "0.0.0.0/0", [WORLD, EVERY]],
  ["all protocols", "-1", 0, 0, "0.0.0.0/0", [WORLD, EVERY]],
  ["all protocols without ports", "-1", undefined, undefined, "::/0", [WORLD, EVERY]],
  ["all protocols by name", "all", 0, 0, "0.0.0.0/0", [WORLD, EVERY]],
  ["every message of ICMP", "icmp", -1, -1, "0.0.0.0/0", [OTHER]],
  ["every message of ICMPv6 by its number", 58, -1, -1, "::/0", [OTHER]],
  ["another port", "tcp", 443, 443, "0.0.0.0/0", [OTHER]],
  ["a range beside the port", "tcp", 5433, 6000, "0.0.0.0/0", [OTHER]],
  ["the port of UDP", "udp", 5432, 5432, "0.0.0.0/0", [OTHER]],
  ["half of the internet", "tcp", 5432, 5432, "128.0.0.0/1", [WIDE]],
  ["a provider of IPv6", "tcp", 5432, 5432, "2a00::/16", [WIDE]],
  ["a private network", "tcp", 5432, 5432, "10.0.0.0/8", [PRIVATE]],
  ["a private network of IPv6", "tcp", 5432, 5432, "fd00::/8", [PRIVATE]],
  ["a small public network", "tcp", 5432, 5432, "203.0.113.0/25", [PRIVATE]],
  ["a subnet", "tcp", 5432, 5432, "10.0.1.0/24", []],
  ["one address", "tcp", 5432, 5432, "203.0.113.7/32", []],
  ["an address that is not known", "tcp", 5432, 5432, UNKNOWN, []],
  ["a protocol that is not known", UNKNOWN, 5432, 5432, "10.0.1.0/24", []],
  ["nonsense", "tcp", 5432, 5432, "everybody", []],
];

describe("ingress", () => {
  for (const [name, protocol, from, to, cidr, expected] of INGRESS)
    it(`from ${String(cidr)}: ${name}`, () => allForms(IN, expected, "ingress", protocol, from, to, cidr));

  it("of one rule is not hidden by another, and each says where it is", () => {
    const ingress = [
      { protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] },
      { protocol: "tcp", fromPort: 5432, toPort: 5432, cidrBlocks: [UNKNOWN, "10.0.1.0/24", "0.0.0.0/0"] },
    ];
    assert.deepEqual(saidBy(WORLD, made(SECURITY_GROUP, "g", { ingress })), [
      "aws SecurityGroup g: port 5432 is open to 0.0.0.0/0: anybody tries passwords, and one that fits has all data\n" +
        "PROPERTY: ingress[1].cidrBlocks[2]\n" +
        "HINT: write the range of the clients, or `securityGroups: [<clients>.id]`, instead of ingress[1].cidrBlocks[2]\n" +
        "DOCS: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html\n" +
        "SAME AS: prowler:ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_postgres_5432, prowler:ec2_instance_port_postgresql_exposed_to_internet, terrascan:AC_AWS_0262, terrascan:AC_AWS_0263, KICS:tf 381c3f2a-ef6f-4eff-99f7-b169cda3422c, config:restricted-common-ports, config:vpc-sg-open-only-to-authorized-ports, FSBP:EC2.18, FSBP:EC2.19, powerpipe:vpc_security_group_restricted_common_ports, cdk-nag:AwsSolutions-RDS8, pulumi:aws-ec2-securitygroup-disallow-public-internet-ingress, prowler:ec2_securitygroup_allow_ingress_from_internet_to_any_port, KICS:tf 4728cd65-a20c-49da-8b31-9c08b423e4db, guard:EC2_SECURITY_GROUP_INGRESS_OPEN_TO_WORLD_RULE, cdk-nag:AwsSolutions-EC23",
    ]);
  });

  it("that names nobody is refused by AWS, one from a group or from itself is not", () => {
    const every = { protocol: "-1", fromPort: 0, toPort: 0 };
    const found = (more: Properties) =>
      foundBy(EVERY, made(SECURITY_GROUP, "g", { ingress: [{ ...every, ...more }] }));
    assert.deepEqual(found({}), ["g"]);
    assert.deepEqual(found({ securityGroups: ["sg-1"] }), []);
    assert.deepEqual(found({ prefixListIds: [UNKNOWN] }), []);
    assert.deepEqual(found({ self: true }), []);
  });

  it("with odd values: nothing is thrown", () => {
    const odd = [null, 7, "x", {}, [null], [7], [[]], UNKNOWN, [UNKNOWN]];
    for (const rule of [...IN, ...OUT])
      for (const value of odd)
        for (const type of [SECURITY_GROUP, SECURITY_GROUP_RULE, INGRESS_RULE])
          foundBy(rule, made(type, "g", { ingress: value, type: value, cidrBlocks: value, fromPort: value }));
  });
});

describe("egress", () => {
  const EGRESS: [string, unknown, unknown, unknown, unknown, string[]][] = [
    ["everything", "-1", 0, 0, "0.0.0.0/0", ["sg-no-open-egress"]],
    ["everything of IPv6", "-1", undefined, undefined, "::/0", ["sg-no-open-egress"]],
    ["every port of TCP", "tcp", -1, -1, "0.0.0.0/0", ["sg-no-open-egress"]],
    [
      "some ports of all protocols, which the provider refuses",
      "-1",
      20,
      200,
      "0.0.0.0/0",
      ["sg-public-egress"],
    ],
    ["one port", "tcp", 443, 443, "0.0.0.0/0", ["sg-public-egress"]],
    ["a network", "-1", 0, 0, "10.0.0.0/8", []],
  ];
  for (const [name, protocol, from, to, cidr, expected] of EGRESS)
    it(`to ${cidr}: ${name}`, () => allForms(OUT, expected, "egress", protocol, from, to, cidr));
});

describe("the default security group", () => {
  const group = (properties: Properties, from = {}) =>
    made(DEFAULT_SECURITY_GROUP, "default", properties, from);

  it("has no rule, and none for the world", () => {
    const self = { protocol: "-1", fromPort: 0, toPort: 0, self: true };
    const found = (properties: Properties) =>
      ["sg-default-closed", "sg-default-public"].filter(
        (rule) => foundBy(rule, group(properties)).length > 0,
      );
    assert.deepEqual(found({}), []);
    assert.deepEqual(found({ ingress: [], egress: [] }), []);
    assert.deepEqual(found({ ingress: [self] }), ["sg-default-closed"]);
    assert.deepEqual(found({ egress: [{ ...self, ipv6CidrBlocks: ["::/0"] }] }), [
      "sg-default-closed",
      "sg-default-public",
    ]);
  });

  it("is taken over for each VPC, without rules beside it", () => {
    const vpcs = [made(VPC, "a", {}), made(VPC, "b", {})];
    const ofA = group({ vpcId: UNKNOWN }, { vpcId: ["a"] });
    const rule = (type: string) =>
      made(type, "r", { securityGroupId: UNKNOWN }, { securityGroupId: ["default"] });
    assert.deepEqual(foundBy("vpc-default-sg-closed", ...vpcs), ["a", "b"]);
    assert.deepEqual(foundBy("vpc-default-sg-closed", ...vpcs, ofA), ["b"]);
    for (const type of [SECURITY_GROUP_RULE, INGRESS_RULE, EGRESS_RULE])
      assert.deepEqual(foundBy("vpc-default-sg-closed", ...vpcs, ofA, rule(type)), ["b", "r"]);
  });
});

describe("a range of addresses", () => {
  for (const [written, expected] of [
    ["0.0.0.0/0", "world"],
    ["::/0", "world"],
    ["8.0.0.0/8", "wide public"],
    ["8.8.8.0/24", "small public"],
    ["8.8.8.8/32", "few"],
    ["172.16.0.0/12", "wide private"],
    ["172.32.0.0/12", "wide public"],
    ["192.168.0.0/16", "wide private"],
    ["192.168.1.0/24", "few"],
    ["100.64.0.0/10", "wide private"],
    ["fd12::/48", "wide private"],
    ["2001:db8::/64", "small public"],
    ["2001:db8::1/128", "few"],
    ["", undefined],
    ["10.0.0.0", undefined],
    ["x/y", undefined],
  ] as const)
    it(`${written} reaches ${expected}`, () => assert.equal(reachOf(written), expected));
});
