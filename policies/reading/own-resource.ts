/** Which settings do resources of this product give a server? `parameters` by name, of which some are elsewhere. */

import { LONGEST_TEXT } from "../../components/parameters/shell";
import { type Given, parameterOf, type Server } from "../server";
import { knownText, type Properties, record, text, UNKNOWN } from "./known";
import { refusalOf } from "./settings";

/** Reads `parameters`; undefined where there are none. */
export function readOwnResource(properties: Properties): Server | undefined {
  if (properties.parameters === undefined) return undefined;
  const major = Number.parseInt(knownText(properties.version) ?? "", 10) || undefined;
  const given = new Map<string, Given>();
  for (const [written, value] of Object.entries(record(properties.parameters))) {
    const name = parameterOf({ major }, written)?.name ?? written.slice(0, 100);
    const read = text(value);
    if (read === undefined || (read !== UNKNOWN && read.length > LONGEST_TEXT)) continue;
    given.set(name, {
      name,
      text: read,
      property: `parameters.${name}`,
      written: `${name}: ${read === UNKNOWN ? "…" : read}`,
      write: (safe) => `write \`${name}: ${safe}\` under parameters`,
    });
  }
  return {
    kind: "own resource",
    major,
    given,
    refusals: [...given.values()].flatMap((entry) => refusalOf(entry, major) ?? []),
    defaults: {},
    hiddenSource: { kind: "own", property: "parameters", source: "the other resources of the database" },
    place: { property: "parameters", write: (name, value) => `write \`${name}: ${value}\` under parameters` },
  };
}
