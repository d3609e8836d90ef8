/** How does a rule about one parameter's value become a row? */

import { type CatalogueRow, catalogueRow, docUrl } from "../../components/parameters/catalogue";
import { knownText, UNKNOWN } from "../reading/known";
import type { Context, Problem, RuleOf } from "../rule";
import { effective, parameterOf, type Server, writeSetting } from "../server";

/** A rule about one parameter. */
export interface SettingRow
  extends Omit<RuleOf<"server">, "reads" | "property" | "docs" | "judge" | "good" | "bad" | "unknown"> {
  parameter: string;
  /** Page and anchor below the PostgreSQL documentation; default: the catalogue's. */
  doc?: string;
  /** What can be lost with this value; undefined: nothing. */
  danger(value: string | number, server: Server, context: Context): string | undefined;
  /** The value to write. */
  safe: string;
  /** A value that the rule refuses, for its example. */
  unsafe: string;
  /** Further settings that the examples need. */
  with?: Readonly<Record<string, string>>;
}

/** Makes the row. What is refused by the server itself is left to the rule about that. */
export function settingRule(row: SettingRow): RuleOf<"server"> {
  const { parameter, doc, danger, safe, unsafe, with: others = {}, ...rest } = row;
  return {
    ...rest,
    reads: "server",
    property: parameter,
    docs: docsOf(parameter, doc),
    unknown: "later",
    judge(server, context) {
      return judgeSetting(server, context, parameter, (value) => danger(value, server, context), safe);
    },
    good: { change: { command: command({ ...others, [parameter]: safe }) } },
    bad: { change: { command: command({ ...others, [parameter]: unsafe }) } },
  };
}

function docsOf(parameter: string, doc: string | undefined): string {
  const row: CatalogueRow | undefined = catalogueRow(parameter);
  if (doc === undefined && row) return docUrl(row);
  return `https://www.postgresql.org/docs/current/${doc ?? "runtime-config.html"}`;
}

/** `["postgres", "-c", "name=value", …]` */
export function command(parameters: Readonly<Record<string, string>>): string[] {
  return ["postgres", ...Object.entries(parameters).flatMap(([name, value]) => ["-c", `${name}=${value}`])];
}

/** One problem where a parameter's effective value is dangerous. */
export function judgeSetting(
  server: Server,
  context: Context,
  parameter: string,
  danger: (value: string | number) => string | undefined,
  safe: string,
): Problem[] {
  if (!parameterOf(server, parameter)) return [];
  const { value, shown, given } = effective(server, parameter);
  if (value === UNKNOWN && given) context.notYetKnown(given.property);
  if (value === UNKNOWN || value === undefined) return [];
  const lost = danger(value);
  if (lost === undefined) return [];
  const how = given ? "" : " by default";
  const { property, hint } = writeSetting(server, parameter, safe);
  // A number without a unit reads as it was written: 0644.
  const { vartype, unit } = parameterOf(server, parameter) ?? {};
  const written = vartype === "integer" && unit === undefined ? knownText(given?.text) : undefined;
  const name = shown === "" ? `${parameter} is empty` : `${parameter} is ${written ?? shown}`;
  return [{ property, value: given?.written ?? shown, fact: `${name}${how}: ${lost}`, hint }];
}
