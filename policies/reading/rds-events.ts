/** Is somebody told what happens to a database of RDS? */

import type { Resource } from "../rule";
import { EVENT_SUBSCRIPTION } from "../subjects";
import { flag, knownText, list, UNKNOWN } from "./known";
import { isEmpty } from "./rds";

/** Events that somebody has to be told of. */
export interface Events {
  sourceType: string;
  categories: readonly string[];
}

/** Subscriptions to one kind of events, and whether one of them has a resource. */
export class Subscriptions {
  readonly all: readonly Resource[];

  constructor(
    resources: readonly Resource[],
    private readonly events: Events,
  ) {
    this.all = resources.filter(({ type }) => type === EVENT_SUBSCRIPTION);
  }

  /** Subscriptions to this kind by name, none of which tells all of it. */
  incomplete(): readonly Resource[] {
    const meantFor = this.all.filter(
      ({ properties }) => knownText(properties.sourceType) === this.events.sourceType,
    );
    return meantFor.some((one) => this.tells(one)) ? [] : meantFor;
  }

  cover(target: Resource, identifier: string): boolean {
    return this.all.some(
      (subscription) => this.tells(subscription) && isSource(subscription, target, identifier),
    );
  }

  /** Whether it is on and has all categories. Without a type or categories it has all of them. */
  private tells({ properties }: Resource): boolean {
    const { enabled, sourceType, eventCategories } = properties;
    if (flag(enabled) === false) return false;
    if (sourceType !== UNKNOWN && !isEmpty(sourceType) && knownText(sourceType) !== this.events.sourceType)
      return false;
    const categories = list(eventCategories);
    if (categories.length === 0 || categories.includes(UNKNOWN)) return true;
    return this.events.categories.every((wanted) => categories.some((one) => knownText(one) === wanted));
  }
}

function isSource(
  { properties, propertyDependencies }: Resource,
  target: Resource,
  identifier: string,
): boolean {
  const ids = list(properties.sourceIds);
  if (ids.length === 0 || propertyDependencies?.sourceIds?.includes(target.urn)) return true;
  if (ids.includes(UNKNOWN) && propertyDependencies === undefined) return true;
  const name = knownText(target.properties[identifier]);
  return name !== undefined && ids.some((id) => knownText(id) === name);
}
