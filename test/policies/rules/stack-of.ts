/** Resources of a stack as the rules are given them, with what they refer to. */

import { judgeAll, renderFinding } from "../../../policies/judge";
import type { Properties } from "../../../policies/reading/known";
import type { Resource } from "../../../policies/rule";
import { RULES } from "../../../policies/rules";

/** A resource; `from` names the resources that a property's value came from. */
export function made(
  type: string,
  name: string,
  properties: Properties,
  from: Readonly<Record<string, readonly string[]>> = {},
): Resource {
  const propertyDependencies = Object.fromEntries(
    Object.entries(from).map(([property, names]) => [property, names.map((other) => `urn:${other}`)]),
  );
  return { type, name, urn: `urn:${name}`, properties, protect: true, propertyDependencies };
}

/** Names of the resources that a rule finds something on. */
export function foundBy(rule: string, ...resources: readonly Resource[]): string[] {
  return judgeAll([ruleNamed(rule)], resources).map(({ resource }) => resource);
}

/** Whole messages of a rule. */
export function saidBy(rule: string, ...resources: readonly Resource[]): string[] {
  const row = ruleNamed(rule);
  return judgeAll([row], resources).map((finding) => renderFinding(finding, row.docs));
}

function ruleNamed(name: string) {
  const row = RULES.find((rule) => rule.name === name);
  if (!row) throw new Error(`no rule ${name}`);
  return row;
}
