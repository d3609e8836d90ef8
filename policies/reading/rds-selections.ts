/** Does a backup plan of the stack have a database of RDS? */

import type { Resource } from "../rule";
import { BACKUP_SELECTION, CLUSTER } from "../subjects";
import { knownText, list, type Properties, record, UNKNOWN } from "./known";
import { isEmpty } from "./rds";

/** Selections of backup plans, and whether one of them has a database. */
export class Selections {
  private readonly selections: { resource: Resource; named: ReadonlySet<string> }[];

  constructor(resources: readonly Resource[]) {
    this.selections = resources
      .filter(({ type }) => type === BACKUP_SELECTION)
      .map((resource) => ({ resource, named: new Set(resource.propertyDependencies?.resources ?? []) }));
  }

  cover(target: Resource): boolean {
    return this.selections.some(({ resource, named }) => covers(resource, named, target));
  }
}

function covers(
  { properties, propertyDependencies }: Resource,
  named: ReadonlySet<string>,
  target: Resource,
): boolean {
  const { resources, notResources, selectionTags, conditions } = properties;
  if (list(notResources).some((arn) => matchesArn(knownText(arn), target))) return false;
  if (propertyDependencies?.notResources?.includes(target.urn)) return false;
  const isNamed = list(resources).some((arn) =>
    // What is not known yet comes from one of the resources that the list depends on.
    arn === UNKNOWN
      ? propertyDependencies === undefined || named.has(target.urn)
      : matchesArn(knownText(arn), target),
  );
  if (isNamed && isEmpty(conditions)) return true;
  if (list(selectionTags).some((tag) => hasTag(target, record(tag)))) return true;
  // Conditions narrow what is named, or everything where nothing is.
  return !isEmpty(conditions) && (isNamed || isEmpty(resources)) && meetsConditions(target, conditions);
}

function tagsOf({ properties }: Resource): Properties {
  return properties.tags === UNKNOWN ? {} : record(properties.tags);
}

function hasTag(target: Resource, { key, value }: Properties): boolean {
  const name = (knownText(key) ?? "").replace(/^aws:ResourceTag\//, "");
  const tag = Object.hasOwn(tagsOf(target), name) ? tagsOf(target)[name] : undefined;
  return (
    target.properties.tags === UNKNOWN || tag === UNKNOWN || (tag !== undefined && tag === knownText(value))
  );
}

function meetsConditions(target: Resource, conditions: unknown): boolean {
  return (Array.isArray(conditions) ? conditions : [conditions]).every((condition) => {
    const { stringEquals, stringNotEquals } = record(condition);
    // Patterns of tags are not read: they are taken to be meant for it.
    return (
      list(stringEquals).every((tag) => hasTag(target, record(tag))) &&
      !list(stringNotEquals).some((tag) => hasTag(target, record(tag)))
    );
  });
}

/** Whether an ARN, or a pattern of ARNs, means a database. One whose identifier AWS chooses is meant by patterns only. */
function matchesArn(pattern: string | undefined, { type, properties }: Resource): boolean {
  if (pattern === undefined || pattern.length > 1000) return false;
  const [, partition, , region, account] = pattern.split(":");
  const part = (written: string | undefined, any: string) =>
    written === undefined || written === "" || written.includes("*") ? any : written;
  const [kind, property] = type === CLUSTER ? ["cluster", "clusterIdentifier"] : ["db", "identifier"];
  const arn = [
    "arn",
    part(partition, "aws"),
    "rds",
    part(region, "eu-central-1"),
    part(account, "111122223333"),
    kind,
    // No identifier has such a character: only a star matches it.
    knownText(properties[property]) || "\u0000",
  ].join(":");
  return matchesGlob(pattern, arn);
}

/** Whether a text matches a pattern with stars, in time that grows with their lengths only. */
function matchesGlob(pattern: string, text: string): boolean {
  let [at, star, back] = [0, -1, 0];
  let index = 0;
  while (index < text.length) {
    if (pattern[at] === "*") [star, back, at] = [at, index, at + 1];
    else if (pattern[at] === text[index]) [at, index] = [at + 1, index + 1];
    else if (star >= 0) [back, index, at] = [back + 1, back + 1, star + 1];
    else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}
