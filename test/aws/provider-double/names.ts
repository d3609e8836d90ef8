/** What is a resource called where the program does not say? Pulumi's auto-naming, and Terraform's prefixes. */

import type { Properties } from "../../../provider/wire";
import { recordedResource } from "../recorded-schema";

/** Types that are auto-named without having a prefix. */
const WITHOUT_PREFIX: Readonly<Record<string, string>> = { "aws:cloudwatch/metricAlarm:MetricAlarm": "name" };

/** Where a generated name comes from: text that no other resource has. */
export type Unique = () => string;

/** The property that names a resource of the type, where it can be left out: `identifier`, `bucket`, `name`. */
function namingProperty(type: string): string | undefined {
  const { inputs } = recordedResource(type);
  const prefix = Object.keys(inputs).find((name) => name.endsWith("Prefix") && name.slice(0, -6) in inputs);
  return prefix?.slice(0, -6) ?? WITHOUT_PREFIX[type];
}

/**
 * Inputs with a name. A generated one stays from one deployment to the next.
 *
 * @param resource Name of the resource in the program.
 * @param before Inputs of the last operation.
 */
export function named(
  type: string,
  resource: string,
  inputs: Properties,
  { before, unique }: { before?: Properties; unique: Unique },
): Properties {
  const property = namingProperty(type);
  if (property === undefined || inputs[property] !== undefined || inputs[`${property}Prefix`] !== undefined)
    return inputs;
  const generated = `${resource}-${unique().slice(0, 7)}`;
  const alias = type === "aws:kms/alias:Alias" ? "alias/" : "";
  return { ...inputs, [property]: before?.[property] ?? `${alias}${generated}` };
}

/** The name that a prefix becomes when the resource is made: the property and its value. */
export function fromPrefix(type: string, inputs: Properties, unique: Unique): Properties {
  const property = namingProperty(type);
  const prefix = property && inputs[`${property}Prefix`];
  if (property === undefined || typeof prefix !== "string" || inputs[property] !== undefined) return {};
  return { [property]: `${prefix}${unique().slice(0, 26)}` };
}
