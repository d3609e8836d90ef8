/** Which settings does a parameter group of RDS or Aurora give to PostgreSQL? */

import { RDS_DEFAULTS } from "../../components/rds/parameters";
import type { Given, Refusal, Server } from "../server";
import { parameterOf } from "../server";
import { knownText, list, type Properties, record, text, UNKNOWN } from "./known";
import { refusalOf } from "./settings";

/** A parameter group whose family is one of PostgreSQL. */
export interface ParameterGroup {
  properties: Properties;
  family: string;
  isAurora: boolean;
  major: number;
  /** In the order in which they are written. */
  entries: readonly GroupEntry[];
  server: Server;
}

/** One element of `parameters`. */
export interface GroupEntry {
  name: string;
  value: string | typeof UNKNOWN | undefined;
  applyMethod: string | typeof UNKNOWN | undefined;
  /** Path of the element, such as `parameters[0]`. */
  property: string;
}

/** RDS computes these itself, from the memory of the instance class. */
const FORMULA = /\{|\b(GREATEST|LEAST|SUM|LOG)\s*\(/i;

/** Reads a parameter group; undefined for another engine, or where the family is not known. */
export function readParameterGroup(properties: Properties): ParameterGroup | undefined {
  const family = knownText(properties.family);
  const match = /^(aurora-postgresql|postgres)(\d+)/.exec(family ?? "");
  if (!match || family === undefined) return undefined;
  const major = Number(match[2]);
  const entries = list(properties.parameters).map((entry, index): GroupEntry => {
    const { name, value, applyMethod } = record(entry);
    return {
      name: (knownText(name) ?? "").toLowerCase(),
      value: entry === UNKNOWN ? UNKNOWN : text(value),
      applyMethod: text(applyMethod),
      property: properties.parameters === UNKNOWN ? "parameters" : `parameters[${index}]`,
    };
  });
  const server = groupServer(
    entries.filter(({ name }) => name !== ""),
    major,
  );
  return { properties, family, isAurora: match[1] === "aurora-postgresql", major, entries, server };
}

function groupServer(entries: readonly GroupEntry[], major: number): Server {
  const given = new Map<string, Given>();
  const refusals: Refusal[] = [];
  for (const { name, value, property } of entries) {
    // A formula is RDS's own language: its result depends on the instance class.
    if (value === undefined || (value !== UNKNOWN && FORMULA.test(value.slice(0, 1000)))) continue;
    const parameter = parameterOf({ major }, name);
    const write = (safe: string) =>
      `write \`{ name: "${name}", value: "${groupValue(parameter?.vartype, safe)}" }\` as ${property}, or remove it`;
    const written = `${name} = ${value === UNKNOWN ? "…" : value.slice(0, 200)}`;
    const entry: Given = {
      name: parameter?.name ?? name,
      text: value,
      property: `${property}.value`,
      written,
      write,
    };
    given.set(entry.name, entry);
    if (value === UNKNOWN || !parameter) continue;
    if (parameter.unit && /^\s*-?[\d.]+\s*[a-zA-Z]+\s*$/.test(value.slice(0, 100)))
      refusals.push({
        property: entry.property,
        written,
        reason: `RDS takes plain numbers, here in units of ${parameter.unit}`,
        hint: write(`<number of ${parameter.unit}>`),
      });
    else {
      const refusal = refusalOf(entry, major);
      if (refusal) refusals.push(refusal);
    }
  }
  return {
    kind: "parameter group",
    major,
    given,
    refusals,
    defaults: RDS_DEFAULTS,
    hiddenSource: undefined,
    place: {
      property: "parameters",
      write: (name, value) =>
        `add \`{ name: "${name}", value: "${groupValue(parameterOf({ major }, name)?.vartype, value)}" }\` to parameters`,
    },
  };
}

/** RDS writes booleans as numbers. */
function groupValue(type: string | undefined, value: string): string {
  return type === "bool" ? (value === "on" ? "1" : "0") : value;
}
