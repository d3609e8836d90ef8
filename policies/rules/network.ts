/** Who reaches the server over AWS's network? */

import { inputsBlock, valueIn } from "../reading/block";
import { isAbsent, text, UNKNOWN } from "../reading/known";
import { Referable } from "../reading/references";
import {
  isEveryPort,
  isIcmp,
  type Opening,
  type Reach,
  reachesPort,
  reachOf,
  readOpenings,
} from "../reading/security-group";
import type { Context, Example, Problem, Resource, Rule, RuleOf } from "../rule";
import {
  DEFAULT_SECURITY_GROUP,
  EGRESS_RULE,
  INGRESS_RULE,
  SECURITY_GROUP,
  SECURITY_GROUP_RULE,
  VPC,
} from "../subjects";

const DOCS = "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html";
const DEFAULT = "https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html";

const PORT = {
  port: { default: 5432, minimum: 1, description: "Port that the server listens on" },
};

interface OpeningRow
  extends Pick<
    RuleOf<"resource">,
    "name" | "title" | "severity" | "ids" | "why" | "property" | "thresholds" | "levels"
  > {
  direction: Opening["direction"];
  /** Whether a rule is meant, by its ports. */
  isMeant(opening: Opening, context: Context): boolean;
  reaches: readonly Reach[];
  /** What is open, and what can be lost. */
  fact(opening: Opening, written: string): string;
  hint(property: string): string;
  /** What is wrong with a rule that names nobody. */
  withoutSource?: string;
  good: Example["change"];
  bad: Example["change"];
}

function openingRule(row: OpeningRow): RuleOf<"resource"> {
  const { direction, isMeant, reaches, fact, hint, withoutSource, good, bad, ...rest } = row;
  return {
    ...rest,
    protects: "access",
    docs: DOCS,
    reads: "resource",
    types: [SECURITY_GROUP, SECURITY_GROUP_RULE, direction === "ingress" ? INGRESS_RULE : EGRESS_RULE],
    unknown: "later",
    judge(properties, context) {
      const openings = readOpenings(context.resource?.type ?? "", properties);
      return openings.flatMap((opening): Problem[] => {
        if (opening.direction !== direction) return [];
        for (const property of opening.unknown) context.notYetKnown(property);
        if (!isMeant(opening, context)) return [];
        if (withoutSource !== undefined && !opening.hasSource && !opening.block.isUnknown)
          return [
            {
              property: opening.block.path === "" ? "cidrBlocks" : opening.block.path,
              value: "",
              fact: withoutSource,
              hint: `add \`securityGroups: [<clients>.id]\` to ${opening.block.path === "" ? "the rule" : opening.block.path}`,
            },
          ];
        return opening.ranges
          .filter(({ written }) => reaches.includes(reachOf(written) ?? "few"))
          .map(({ property, written }) => ({
            property,
            value: written,
            fact: fact(opening, written),
            hint: hint(property),
          }));
      });
    },
    good: { change: good },
    bad: { change: bad },
  };
}

function portsText(opening: Opening): string {
  const { protocol, from, to } = opening;
  if (isIcmp(opening)) return "ICMP";
  if (protocol === "all" || from === undefined || to === undefined) return "all ports";
  return from === to ? `port ${from}` : `ports ${from} to ${to}`;
}

function ingress(cidr: string, fromPort = 5432, toPort = fromPort, protocol = "tcp"): Example["change"] {
  return { ingress: [{ protocol, fromPort, toPort, cidrBlocks: [cidr], description: "clients" }] };
}

function egress(cidr: string, fromPort: number, protocol = "tcp"): Example["change"] {
  return { egress: [{ protocol, fromPort, toPort: fromPort, cidrBlocks: [cidr], description: "archive" }] };
}

function clientsHint(property: string): string {
  return `write the range of the clients, or \`securityGroups: [<clients>.id]\`, instead of ${property}`;
}

const openingRules: readonly Rule[] = [
  openingRule({
    name: "sg-no-public-postgres-port",
    title: "PostgreSQL's port is not open to the world",
    severity: "critical",
    ids: [
      "prowler:ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_postgres_5432",
      "prowler:ec2_instance_port_postgresql_exposed_to_internet",
      "terrascan:AC_AWS_0262",
      "terrascan:AC_AWS_0263",
      "KICS:tf 381c3f2a-ef6f-4eff-99f7-b169cda3422c",
      "config:restricted-common-ports",
      "config:vpc-sg-open-only-to-authorized-ports",
      "FSBP:EC2.18",
      "FSBP:EC2.19",
      "powerpipe:vpc_security_group_restricted_common_ports",
      "cdk-nag:AwsSolutions-RDS8",
      // Any port that is open to the world, for these.
      "pulumi:aws-ec2-securitygroup-disallow-public-internet-ingress",
      "prowler:ec2_securitygroup_allow_ingress_from_internet_to_any_port",
      "KICS:tf 4728cd65-a20c-49da-8b31-9c08b423e4db",
      "guard:EC2_SECURITY_GROUP_INGRESS_OPEN_TO_WORLD_RULE",
      "cdk-nag:AwsSolutions-EC23",
    ],
    property: "ingress[].cidrBlocks, ipv6CidrBlocks",
    why: "Passwords of open servers are tried within hours, and a superuser runs programs on the machine.",
    thresholds: PORT,
    direction: "ingress",
    isMeant: (opening, context) => reachesPort(opening, context.threshold("port")),
    reaches: ["world"],
    fact: (opening, written) =>
      `${portsText(opening)}${opening.from === opening.to && opening.protocol !== "all" ? " is" : ", among them PostgreSQL's, are"} open to ${written}: anybody tries passwords, and one that fits has all data`,
    hint: clientsHint,
    good: ingress("10.0.1.0/24"),
    bad: ingress("0.0.0.0/0"),
  }),
  openingRule({
    name: "sg-wide-public-postgres-port",
    title: "PostgreSQL's port is not open to large parts of the internet",
    severity: "high",
    ids: ["prowler:ec2_securitygroup_allow_wide_open_public_ipv4"],
    property: "ingress[].cidrBlocks, ipv6CidrBlocks",
    why: "A range of a provider is everybody who rents a machine there.",
    thresholds: PORT,
    direction: "ingress",
    isMeant: (opening, context) => reachesPort(opening, context.threshold("port")),
    reaches: ["wide public"],
    fact: (opening, written) =>
      `${portsText(opening)} can be reached from ${written}, a large part of the internet: strangers try passwords, and one that fits has all data`,
    hint: clientsHint,
    good: ingress("203.0.113.7/32"),
    bad: ingress("203.0.0.0/9"),
  }),
  openingRule({
    name: "sg-wide-private-postgres-port",
    title: "PostgreSQL's port is open to its clients only",
    severity: "low",
    ids: [
      "KICS:tf e35c16a2-d54e-419d-8546-a804d8e024d0",
      "KICS:tf 92fe237e-074c-4262-81a4-2077acb928c1",
      "prowler:ec2_securitygroup_allow_ingress_from_internet_to_any_port_from_ip",
    ],
    property: "ingress[].cidrBlocks, ipv6CidrBlocks",
    // KICS fails every private range; a subnet smaller than a /16 is how clients are named.
    why: "Every machine of the network that somebody takes over can try passwords.",
    thresholds: PORT,
    direction: "ingress",
    isMeant: (opening, context) => reachesPort(opening, context.threshold("port")),
    reaches: ["wide private", "small public"],
    fact: (opening, written) =>
      `${portsText(opening)} can be reached from ${written}, which is more than its clients: one machine that is taken over tries passwords`,
    hint: clientsHint,
    good: ingress("10.0.1.0/24"),
    bad: ingress("10.0.0.0/8"),
  }),
  openingRule({
    name: "sg-no-open-ingress",
    title: "Not every port is open to the world",
    severity: "critical",
    ids: [
      "CKV_AWS_277",
      "pulumi:aws-ec2-securitygroup-disallow-public-internet-ingress",
      "prowler:ec2_securitygroup_allow_ingress_from_internet_to_all_ports",
      "KICS:tf 4728cd65-a20c-49da-8b31-9c08b423e4db",
      "guard:EC2_SECURITY_GROUP_INGRESS_OPEN_TO_WORLD_RULE",
      "guard:SECURITY_GROUP_INGRESS_ALL_PROTOCOLS_RULE",
      "guard:SECURITY_GROUP_INGRESS_PORT_RANGE_RULE",
      "guard:SECURITY_GROUP_INGRESS_CIDR_NON_32_RULE",
      "cdk-nag:AwsSolutions-EC23",
      "powerpipe:vpc_security_group_restrict_ingress_tcp_udp_all",
    ],
    property: "ingress[].protocol, fromPort, toPort, cidrBlocks",
    why: "Whatever listens on the machine, now or later, is reached by everybody.",
    direction: "ingress",
    isMeant: isEveryPort,
    reaches: ["world"],
    fact: (_opening, written) =>
      `every port is open to ${written}: whatever listens there, now or later, is reached by everybody`,
    hint: clientsHint,
    withoutSource: "every port is open, and nobody is named: AWS refuses it, and this deployment will fail",
    good: ingress("10.0.1.0/24", 0, 0, "-1"),
    bad: ingress("0.0.0.0/0", 0, 0, "-1"),
  }),
  openingRule({
    name: "sg-public-ingress",
    title: "Ports are open to the world on purpose only",
    severity: "medium",
    // The tools say critical or high of any port. A web server beside the database has to be open: shown, not stopped.
    ids: [
      "pulumi:aws-ec2-securitygroup-disallow-public-internet-ingress",
      "prowler:ec2_securitygroup_allow_ingress_from_internet_to_any_port",
      "KICS:tf 4728cd65-a20c-49da-8b31-9c08b423e4db",
      "KICS:tf 590d878b-abdc-428f-895a-e2b68a0e1998",
      "guard:EC2_SECURITY_GROUP_INGRESS_OPEN_TO_WORLD_RULE",
      "cdk-nag:AwsSolutions-EC23",
    ],
    property: "ingress[].cidrBlocks, ipv6CidrBlocks",
    why: "What is open to everybody is where somebody gets in who then reaches the database from inside.",
    thresholds: PORT,
    direction: "ingress",
    isMeant: (opening, context) => !isEveryPort(opening) && !reachesPort(opening, context.threshold("port")),
    reaches: ["world"],
    fact: (opening, written) =>
      `${portsText(opening)} can be reached from ${written}: who gets in there reaches the database from inside`,
    hint: clientsHint,
    good: ingress("10.0.1.0/24", 22),
    bad: ingress("0.0.0.0/0", 22),
  }),
  openingRule({
    name: "sg-no-open-egress",
    title: "A server does not reach everything",
    severity: "low",
    ids: [
      "CKV_AWS_382",
      "trivy:AWS-0104",
      "guard:EC2_SECURITY_GROUP_EGRESS_OPEN_TO_WORLD_RULE",
      "guard:SECURITY_GROUP_EGRESS_ALL_PROTOCOLS_RULE",
      "guard:SECURITY_GROUP_EGRESS_PORT_RANGE_RULE",
      // Without egress CloudFormation opens everything. The provider takes that away: nothing to find.
      "guard:SECURITY_GROUP_MISSING_EGRESS_RULE",
    ],
    property: "egress[].protocol, fromPort, toPort, cidrBlocks",
    why: "Who gets in sends the data anywhere.",
    direction: "egress",
    isMeant: isEveryPort,
    reaches: ["world"],
    fact: (_opening, written) => `it reaches every port of ${written}: who gets in sends the data anywhere`,
    hint: (property) =>
      `write the ranges of the archive and of KMS, or \`prefixListIds\`, instead of ${property}`,
    good: egress("10.0.1.0/24", 0, "-1"),
    bad: egress("0.0.0.0/0", 0, "-1"),
  }),
  openingRule({
    name: "sg-public-egress",
    title: "A server reaches the internet on purpose only",
    severity: "low",
    ids: ["trivy:AWS-0104", "guard:EC2_SECURITY_GROUP_EGRESS_OPEN_TO_WORLD_RULE"],
    property: "egress[].cidrBlocks, ipv6CidrBlocks",
    why: "One port is enough to send the data away.",
    direction: "egress",
    isMeant: (opening) => !isEveryPort(opening),
    reaches: ["world"],
    fact: (opening, written) =>
      `it reaches ${portsText(opening)} of ${written}: who gets in sends the data away through it`,
    hint: (property) =>
      `write the ranges of the archive and of KMS, or \`prefixListIds\`, instead of ${property}`,
    good: egress("10.0.1.0/24", 443),
    bad: egress("0.0.0.0/0", 443),
  }),
];

function defaultRule(
  row: Pick<RuleOf<"resource">, "name" | "title" | "severity" | "ids" | "why">,
  isWrong: (opening: Opening) => boolean,
  fact: string,
  bad: Example["change"],
): RuleOf<"resource"> {
  return {
    ...row,
    protects: "access",
    docs: DEFAULT,
    reads: "resource",
    types: [DEFAULT_SECURITY_GROUP],
    property: "ingress, egress",
    unknown: "passes",
    judge: (properties) =>
      readOpenings(DEFAULT_SECURITY_GROUP, properties)
        .filter(isWrong)
        .map(({ block, ranges }) => ({
          property: block.path,
          value: ranges.map(({ written }) => written).join(", "),
          fact,
          hint: `remove ${block.path}`,
        })),
    good: { change: {} },
    bad: { change: bad },
  };
}

const defaultRules: readonly Rule[] = [
  defaultRule(
    {
      name: "sg-default-closed",
      title: "The default security group lets nothing through",
      severity: "medium",
      ids: [
        "CKV2_AWS_12",
        "trivy:AWS-0173",
        "prowler:ec2_securitygroup_default_restrict_traffic",
        "FSBP:EC2.2",
        "config:vpc-default-security-group-closed",
        "KICS:tf 9a4ef195-74b9-4c58-b8ed-2b2fe4353a75",
        "powerpipe:vpc_default_security_group_restricts_all_traffic",
      ],
      why: "What is made without a group gets this one, and nobody has thought of who reaches it.",
    },
    () => true,
    "the default group has a rule: whatever is made without a group, also a database, is reached by it",
    { ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, self: true }] },
  ),
  defaultRule(
    {
      name: "sg-default-public",
      title: "The default security group is not open to the world",
      severity: "high",
      ids: ["KICS:tf 46883ce1-dc3e-4b17-9195-c6a601624c73"],
      why: "What is made without a group is reached by everybody.",
    },
    ({ ranges }) => ranges.some(({ written }) => reachOf(written) === "world"),
    "the default group is open to the world: whatever is made without a group, also a database, is reached by everybody",
    { ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] }] },
  ),
];

const defaultOfVpc: RuleOf<"stack"> = {
  name: "vpc-default-sg-closed",
  title: "The default security group of a VPC is taken over, and left without rules",
  severity: "medium",
  protects: "access",
  ids: ["CKV2_AWS_12", "FSBP:EC2.2", "config:vpc-default-security-group-closed"],
  docs: DEFAULT,
  reads: "stack",
  types: [VPC, DEFAULT_SECURITY_GROUP, SECURITY_GROUP_RULE, INGRESS_RULE, EGRESS_RULE],
  property: "ec2.DefaultSecurityGroup.vpcId",
  why: "AWS makes it open: everything in it reaches everything in it, and the internet.",
  unknown: "passes",
  judge(resources) {
    const groups = resources
      .filter(({ type }) => type === DEFAULT_SECURITY_GROUP)
      .map((resource) => ({ resource }));
    const vpcs = resources.filter(({ type }) => type === VPC).map((resource) => ({ resource }));
    const referable = new Referable(vpcs, () => []);
    const closed = new Set<object>();
    for (const { resource } of groups) {
      const found = referable.of(resource, "vpcId");
      for (const vpc of found === UNKNOWN ? vpcs : found) closed.add(vpc);
    }
    return [
      ...vpcs
        .filter((vpc) => !closed.has(vpc))
        .map(({ resource }) => ({
          resource,
          property: "DefaultSecurityGroup",
          value: "",
          fact: "its default security group is as AWS made it: whatever is made without a group, also a database, reaches and is reached",
          hint: "add an ec2.DefaultSecurityGroup with `vpcId: <vpc>.id`, without ingress and egress",
        })),
      ...attached(resources, groups),
    ];
  },
  good: { change: {} },
  bad: { change: {}, others: [] },
};

/** Rules beside a default group, which open it as rules in it would. */
function attached(resources: readonly Resource[], groups: readonly { resource: Resource }[]): Problem[] {
  const referable = new Referable(groups, () => []);
  return resources.flatMap((resource): Problem[] => {
    if (![SECURITY_GROUP_RULE, INGRESS_RULE, EGRESS_RULE].includes(resource.type)) return [];
    const inputs = inputsBlock(resource.properties);
    const found = referable.of(resource, "securityGroupId");
    if (found === UNKNOWN || found.length === 0 || isAbsent(valueIn(inputs, "securityGroupId"))) return [];
    const written = text(valueIn(inputs, "securityGroupId"));
    return [
      {
        resource,
        property: "securityGroupId",
        value: typeof written === "string" ? written : "",
        fact: "it is a rule of the default group: whatever is made without a group, also a database, is reached by it",
        hint: "write the id of a group of its own as securityGroupId",
      },
    ];
  });
}

export const NETWORK_RULES: readonly Rule[] = [...openingRules, ...defaultRules, defaultOfVpc];
