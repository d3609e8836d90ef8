/** Which subnets is a database of RDS in, and do they lead to the internet? */

import type { Resource } from "../rule";
import {
  INTERNET_GATEWAY,
  ROUTE,
  ROUTE_TABLE,
  ROUTE_TABLE_ASSOCIATION,
  SUBNET,
  SUBNET_GROUP,
} from "../subjects";
import { flag, knownText, list, type Properties, record, UNKNOWN } from "./known";
import { isEmpty } from "./rds";
import { type Lookup, meant, referable } from "./rds-stack";

/** A subnet that anybody on the internet gets to, and why. */
export interface OpenSubnet {
  subnet: Resource;
  reason: string;
}

/** What joins databases to the internet: subnet groups, subnets and their routes. */
export class Subnets {
  private readonly groups: Lookup;
  private readonly subnets: Lookup;
  private readonly reasons = new Map<Resource, string>();

  constructor(resources: readonly Resource[]) {
    this.groups = referable(resources, SUBNET_GROUP, "name");
    this.subnets = referable(resources, SUBNET, "id");
    for (const subnet of resources.filter(({ type }) => type === SUBNET)) {
      const reason = ownReason(subnet.properties);
      if (reason) this.reasons.set(subnet, reason);
    }
    this.readRoutes(resources);
  }

  /** The first open subnet of a database. */
  openOf(database: Resource): OpenSubnet | undefined {
    for (const group of meant(this.groups, database, "dbSubnetGroupName"))
      for (const subnet of meant(this.subnets, group, "subnetIds")) {
        const reason = this.reasons.get(subnet);
        if (reason) return { subnet, reason };
      }
    return undefined;
  }

  private readRoutes(resources: readonly Resource[]): void {
    const tables = referable(resources, ROUTE_TABLE, "id");
    const gateways = referable(resources, INTERNET_GATEWAY, "id");
    const open = new Set(
      resources.filter(({ type }) => type === ROUTE_TABLE).filter((table) => hasOpenRoute(table, gateways)),
    );
    for (const route of resources.filter(({ type }) => type === ROUTE))
      if (isOpenRoute(route, "gatewayId", route.properties, gateways))
        for (const table of meant(tables, route, "routeTableId")) open.add(table);
    for (const association of resources.filter(({ type }) => type === ROUTE_TABLE_ASSOCIATION)) {
      const table = meant(tables, association, "routeTableId").find((one) => open.has(one));
      if (!table) continue;
      for (const subnet of meant(this.subnets, association, "subnetId"))
        this.reasons.set(subnet, `its route table ${table.name} leads to an internet gateway`);
    }
  }
}

/** What a subnet says of itself. The first is what KICS reads, though AWS takes no such block. */
function ownReason({ cidrBlock, ipv6CidrBlock, mapPublicIpOnLaunch }: Properties): string | undefined {
  if (knownText(cidrBlock) === "0.0.0.0/0" || knownText(ipv6CidrBlock) === "::/0")
    return "its block is every address";
  return flag(mapPublicIpOnLaunch) === true ? "it gives out public addresses" : undefined;
}

function hasOpenRoute(table: Resource, gateways: Lookup): boolean {
  return list(table.properties.routes).some((route) => isOpenRoute(table, "routes", record(route), gateways));
}

function isOpenRoute(from: Resource, property: string, route: Properties, gateways: Lookup): boolean {
  const everywhere = ["cidrBlock", "ipv6CidrBlock", "destinationCidrBlock", "destinationIpv6CidrBlock"].some(
    (name) => ["0.0.0.0/0", "::/0"].includes(knownText(route[name]) ?? ""),
  );
  if (!everywhere || isEmpty(route.gatewayId)) return false;
  if (/^igw-/.test((knownText(route.gatewayId) ?? "").slice(0, 30))) return true;
  const targets = gateways.of(from, property, route.gatewayId);
  return targets !== UNKNOWN && targets.length > 0;
}
