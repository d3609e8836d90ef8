/** Which variables does a container's server see? `envs` of docker.Container: a list of `NAME=value`. */

import { LONGEST_TEXT } from "../../components/parameters/shell";
import { type Known, list, own, text, UNKNOWN } from "./known";

/** The environment of a container. */
export interface Environment {
  values: Readonly<Record<string, string>>;
  /** Path of the property of each. */
  properties: Readonly<Record<string, string>>;
  /** Properties of the entries that are not known yet; neither are their names. */
  unknown: readonly string[];
}

/** Reads `envs`; of a name written twice the last one counts. */
export function readEnvironment(envs: unknown): Environment {
  const values: Record<string, string> = Object.create(null);
  const properties: Record<string, string> = Object.create(null);
  const unknown: string[] = [];
  for (const [index, entry] of list(envs).entries()) {
    const written = text(entry);
    const property = envs === UNKNOWN ? "envs" : `envs[${index}]`;
    if (written === UNKNOWN) unknown.push(property);
    if (typeof written !== "string" || written.length > LONGEST_TEXT) continue;
    const equals = written.indexOf("=");
    if (equals < 1) continue;
    const name = written.slice(0, equals);
    values[name] = written.slice(equals + 1);
    properties[name] = property;
  }
  return { values, properties, unknown };
}

/** Value of a variable; unknown where an entry that is not known yet could be it. */
export function variable(environment: Environment, name: string): Known<string> | undefined {
  return own(environment.values, name) ?? (environment.unknown.length > 0 ? UNKNOWN : undefined);
}
