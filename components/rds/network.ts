/** Where in the network is the database, and who gets to it? A VPC without a way out, or subnets that exist. */

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { subnetRange } from "./addresses";
import type { Logs } from "./archive";
import type { RdsPlan } from "./options";

/** What the database needs of its network. */
export interface Network {
  vpcId: pulumi.Output<string>;
  /** Where it is of our own. */
  vpc: aws.ec2.Vpc | undefined;
  subnetGroup: pulumi.Output<string>;
  securityGroup: aws.ec2.SecurityGroup;
}

/** A source as the rule of a security group names it. */
export function ingressRuleArgs(
  source: string,
  { port }: Pick<RdsPlan, "port">,
): Omit<aws.vpc.SecurityGroupIngressRuleArgs, "securityGroupId"> {
  return {
    ...sourceArgs(source),
    ipProtocol: "tcp",
    fromPort: port,
    toPort: port,
    description: `PostgreSQL for ${source}`,
  };
}

function sourceArgs(source: string): Partial<aws.vpc.SecurityGroupIngressRuleArgs> {
  if (source.startsWith("sg-")) return { referencedSecurityGroupId: source };
  return source.includes(":") ? { cidrIpv6: source } : { cidrIpv4: source };
}

/** A source as part of a resource's name. */
function slug(source: string): string {
  return source.replace(/[:/]+/g, "-");
}

/**
 * Makes what is missing of the network, and the security group. The group has no rule for the way out: the server
 * begins no connection of its own.
 */
export function createNetwork(name: string, plan: RdsPlan, opts: pulumi.CustomResourceOptions): Network {
  const vpc = plan.network.kind === "new" ? createVpc(name, plan, opts) : undefined;
  const vpcId = vpc ? vpc.id : pulumi.output(plan.network.kind === "existing" ? plan.network.vpcId : "");
  const subnetIds =
    plan.network.kind === "existing"
      ? Object.values(plan.network.subnets)
      : createSubnets(name, plan.network, vpcId, opts);
  const subnetGroup = new aws.rds.SubnetGroup(
    `${name}-subnets`,
    { namePrefix: `${plan.identifier}-`, description: `Subnets of ${plan.identifier}`, subnetIds },
    opts,
  );
  return { vpc, vpcId, subnetGroup: subnetGroup.name, securityGroup: createGroup(name, plan, vpcId, opts) };
}

/** A VPC of its own; its default security group lets nothing through. */
function createVpc(name: string, plan: RdsPlan, opts: pulumi.CustomResourceOptions): aws.ec2.Vpc {
  const cidrBlock = plan.network.kind === "new" ? plan.network.cidr : "";
  const vpc = new aws.ec2.Vpc(
    `${name}-vpc`,
    // Clients find the database by name.
    { cidrBlock, enableDnsSupport: true, enableDnsHostnames: true, tags: { Name: plan.identifier } },
    opts,
  );
  new aws.ec2.DefaultSecurityGroup(
    `${name}-default-security-group`,
    { vpcId: vpc.id, ingress: [], egress: [] },
    opts,
  );
  return vpc;
}

/** A subnet per zone, all with a route table that leads nowhere but into the VPC. */
function createSubnets(
  name: string,
  { cidr, zones }: { cidr: string; zones: readonly string[] },
  vpcId: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string>[] {
  // Routes are left to others: a peering adds one, and an empty list here would take it away again.
  const routes = new aws.ec2.RouteTable(`${name}-routes`, { vpcId, tags: { Name: name } }, opts);
  return zones.map((availabilityZone) => {
    const subnet = new aws.ec2.Subnet(
      `${name}-subnet-${availabilityZone}`,
      {
        vpcId,
        availabilityZone,
        cidrBlock: subnetRange(cidr, availabilityZone),
        mapPublicIpOnLaunch: false,
        tags: { Name: `${name}-${availabilityZone}` },
      },
      opts,
    );
    new aws.ec2.RouteTableAssociation(
      `${name}-routes-${availabilityZone}`,
      { routeTableId: routes.id, subnetId: subnet.id },
      opts,
    );
    return subnet.id;
  });
}

function createGroup(
  name: string,
  plan: RdsPlan,
  vpcId: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): aws.ec2.SecurityGroup {
  const group = new aws.ec2.SecurityGroup(
    `${name}-security-group`,
    { namePrefix: `${plan.identifier}-`, description: `PostgreSQL ${plan.identifier}`, vpcId },
    opts,
  );
  for (const source of plan.sources)
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-from-${slug(source)}`,
      { ...ingressRuleArgs(source, plan), securityGroupId: group.id },
      opts,
    );
  return group;
}

/** The flow log of a VPC of our own: who tried to get in, and from where. */
export function createFlowLog(
  name: string,
  { vpc }: Network,
  logs: Logs,
  opts: pulumi.CustomResourceOptions,
): void {
  if (!vpc) return;
  new aws.ec2.FlowLog(
    `${name}-flow-log`,
    {
      vpcId: vpc.id,
      trafficType: "ALL",
      logDestinationType: "s3",
      logDestination: logs.arn,
      tags: { Name: name },
    },
    // Without leave to write, the flow log is refused.
    { ...opts, dependsOn: logs.policy },
  );
}
