/** Which resource of the stack does a property mean? */

import type { Resource } from "../rule";
import { type Known, knownText, UNKNOWN } from "./known";

/** Resources that others can refer to, by URN and by the names they have in AWS. */
export class Referable<Target extends { resource: Resource }> {
  private readonly byUrn = new Map<string, Target>();
  private readonly byName = new Map<string, Target[]>();

  constructor(
    targets: readonly Target[],
    private readonly names: (target: Target) => readonly string[],
  ) {
    for (const target of targets) {
      this.byUrn.set(target.resource.urn, target);
      for (const name of names(target)) {
        const same = this.byName.get(name);
        if (same) same.push(target);
        else this.byName.set(name, [target]);
      }
    }
  }

  /**
   * The resources that a property means. What it depends on counts, and the name only where there is no such thing:
   * a name that is not known yet comes from the resource. `UNKNOWN`: it can be any.
   *
   * @param property Top-level property: dependencies are known only of those.
   * @param value The name, or an ARN with the name at its end, where the property is nested.
   */
  of(from: Resource, property: string, value: unknown = from.properties[property]): Known<readonly Target[]> {
    const name = knownText(value)?.replace(/^arn:[^/]*:/, "");
    const origins = (from.propertyDependencies?.[property] ?? []).flatMap((urn) => {
      const target = this.byUrn.get(urn);
      return target ? [target] : [];
    });
    if (origins.length > 0) {
      const named = origins.filter((origin) => name !== undefined && this.names(origin).includes(name));
      return named.length > 0 ? named : origins;
    }
    if (value === UNKNOWN) return from.propertyDependencies === undefined ? UNKNOWN : [];
    return name === undefined ? [] : (this.byName.get(name) ?? []);
  }
}

/** Remembers what was computed of an object, for as long as there is the object. */
export function oncePer<Key extends object, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { value: Value }>();
  return (key) => {
    let entry = known.get(key);
    if (!entry) {
      entry = { value: compute(key) };
      known.set(key, entry);
    }
    return entry.value;
  };
}
