/** How does a plan look to tools that read Terraform's? https://developer.hashicorp.com/terraform/internals/json-format */

import type { Properties } from "../../policies/reading/known";
import { judged, type Planned } from "../components/rds/planned";
import { MARKS } from "./provider-double/terraform";
import { type PropertyType, recordedResource } from "./recorded-schema";
import { terraformAttribute, terraformType } from "./terraform-names";

interface Expression {
  references: string[];
}

type Values = Record<string, unknown>;

/** One resource, as the three parts of a plan need it. */
interface Converted {
  type: string;
  name: string;
  address: string;
  /** What is known before anything is made. */
  values: Values;
  /** Attributes that another resource gives. */
  expressions: Record<string, Expression>;
}

/** Names in Terraform are words. */
function address({ type, name }: Pick<Planned, "type" | "name">): string {
  return `${terraformType(type)}.${name.replace(/[^\w-]/g, "_")}`;
}

/** A value in Terraform's form: names with underscores, a block as a list of one. */
function converted(resourceType: string, type: PropertyType, value: unknown): unknown {
  if (value === undefined || value === null || typeof type === "string" || "map" in type) return value;
  if ("list" in type)
    return (value as unknown[]).map((one) => unblocked(converted(resourceType, type.list, one)));
  const entries = Object.entries(value as Properties).map(([name, inner]) => {
    const inside = type.object[name] ?? "string";
    return [terraformAttribute(resourceType, name, inside), converted(resourceType, inside, inner)];
  });
  return [Object.fromEntries(entries)];
}

/** The elements of a list of blocks are no lists themselves. */
function unblocked(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}

/** True where the whole value comes from other resources, so that Terraform would not know it before they are made. */
function isReference(value: unknown): boolean {
  return typeof value === "string" || (Array.isArray(value) && value.every((one) => typeof one === "string"));
}

/** The attribute of the other resource; the mocks' ids, ARNs and names tell which. */
function attributeOf(value: unknown): string {
  const [text] = [value].flat() as string[];
  if (text?.startsWith("arn:")) return "arn";
  return text?.endsWith("-id") ? "id" : "name";
}

function resourceOf(
  { type, name, inputs }: Planned,
  dependencies: Readonly<Record<string, readonly string[]>> = {},
  addresses: ReadonlyMap<string, string>,
): Converted {
  const terraform = terraformType(type);
  const { inputs: declared } = recordedResource(type);
  const values: Values = {};
  const expressions: Record<string, Expression> = {};
  const attribute = (property: string) =>
    terraformAttribute(terraform, property, declared[property] ?? "string");
  for (const [property, value] of Object.entries(MARKS[type]?.defaults ?? {}))
    values[attribute(property)] = value;
  for (const [property, value] of Object.entries(inputs)) {
    const others = (dependencies[property] ?? []).flatMap((urn) => addresses.get(urn) ?? []);
    if (others.length > 0 && isReference(value)) {
      delete values[attribute(property)];
      const references = others.flatMap((other) => [`${other}.${attributeOf(value)}`, other]);
      expressions[attribute(property)] = { references };
    } else values[attribute(property)] = converted(terraform, declared[property] ?? "string", value);
  }
  const [, label = ""] = address({ type, name }).split(".");
  return { type: terraform, name: label, address: `${terraform}.${label}`, values, expressions };
}

/**
 * Terraform's plan of the resources of AWS. Ids that the mocks made up are unknown in it, and refer to where they come
 * from; documents are known, with made-up ARNs inside.
 */
export function terraformPlan(plan: readonly Planned[]): object {
  const resources = judged(plan).map(({ urn, propertyDependencies }, index) => {
    const planned = plan[index] as Planned;
    return { urn, propertyDependencies, planned };
  });
  const ofAws = resources.filter(({ planned }) => planned.type.startsWith("aws:"));
  const addresses = new Map(ofAws.map(({ urn, planned }) => [urn, address(planned)]));
  const all = ofAws.map(({ planned, propertyDependencies }) =>
    resourceOf(planned, propertyDependencies, addresses),
  );
  const provider = "registry.terraform.io/hashicorp/aws";
  const shared = ({ address, type, name }: Converted) => ({ address, mode: "managed", type, name });
  return {
    format_version: "1.2",
    terraform_version: "1.9.0",
    planned_values: {
      root_module: {
        resources: all.map((one) => ({ ...shared(one), provider_name: provider, values: one.values })),
      },
    },
    resource_changes: all.map((one) => ({
      ...shared(one),
      provider_name: provider,
      change: {
        actions: ["create"],
        before: null,
        after: one.values,
        after_unknown: Object.fromEntries(Object.keys(one.expressions).map((name) => [name, true])),
      },
    })),
    configuration: {
      root_module: {
        resources: all.map((one) => ({
          ...shared(one),
          provider_config_key: "aws",
          expressions: one.expressions,
        })),
      },
    },
  };
}
