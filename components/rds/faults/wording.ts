/** How does a fault of the block `rds` read? The fact, and the line to write there. */

import { Fault } from "../../faults";

/** Instruction to write a line in the block or in one of its objects. */
export function writeUnder(line: string, block = "rds"): string {
  return `write \`${line}\` under ${block}`;
}

/** Instruction to remove keys of the block. */
export function removeFrom(keys: string, block = "rds"): string {
  return `remove \`${keys}\` from ${block}`;
}

/** A value that has to look a certain way. `example` is a line that does. */
export function patternFaults(
  key: string,
  value: unknown,
  pattern: RegExp,
  { what, example }: { what: string; example: string },
): Fault[] {
  if (value === undefined || (typeof value === "string" && pattern.test(value))) return [];
  const [name = "", ...blocks] = key.split(".").reverse();
  return [
    new Fault(
      `${key} ${JSON.stringify(value)} is not ${what}`,
      writeUnder(`${name.replace(/\[\d+\]$/, "")}: ${example}`, blocks.reverse().join(".")),
    ),
  ];
}

/** The elements of a list, or a fault where something else is written. */
export function listFaults(key: string, value: unknown, example: string): Fault[] {
  if (value === undefined || (Array.isArray(value) && value.every((element) => typeof element === "string")))
    return [];
  const [name = "", ...blocks] = key.split(".").reverse();
  return [
    new Fault(
      `${key} ${JSON.stringify(value)} is not a list of texts`,
      writeUnder(`${name}: ${example}`, blocks.reverse().join(".")),
    ),
  ];
}

/** The texts of a list; nothing where it is no list, which \`listFaults\` reports. */
export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((element) => typeof element === "string") : [];
}
