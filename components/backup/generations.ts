/** Which generations of a database does a stack hold, and which one do applications use? Pure. */

import { closest } from "fastest-levenshtein";
import { choiceFaults } from "../arguments";
import { Fault } from "../faults";
import { readTargetPoint } from "./target-point";
import { now } from "./time";

/** From which generation, and from which moment of it, a new one is made. For its creation only. */
export interface RestoreFrom {
  generation: number;
  /** A time with zone, a position in the WAL, a restore point's name, or `latest`. */
  to: string;
}

/** One database of a stack: the first one, or one that was restored beside it. */
export interface Generation {
  number: number;
  restoreFrom?: RestoreFrom;
  /** Target rds: its protection is taken away, so that the next deployment can do without it. Default: false. */
  retiring?: boolean;
}

/** The generations of a stack, and the one whose address the outputs hold. */
export interface Generations {
  list: Generation[];
  active: number;
}

/** What a stack has that says nothing of generations. */
const FIRST: Generation = { number: 1 };

/** Keys of a generation, and of its `restoreFrom`. */
const KEYS = ["number", "restoreFrom", "retiring"];
const RESTORE_KEYS = ["generation", "to"];

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1;
}

function unknownKeys(place: string, value: Record<string, unknown>, known: readonly string[]): Fault[] {
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map(
      (key) =>
        new Fault(
          `unknown configuration key ${place}.${key}`,
          `did you mean ${closest(key, [...known])}? Known are ${known.join(", ")}`,
        ),
    );
}

function notANumber(place: string, value: unknown): Fault {
  return new Fault(
    `${place} ${JSON.stringify(value)} is not a whole number from 1 on`,
    `write \`${place.split(".").at(-1)}: 1\``,
  );
}

function restoreFaults(place: string, value: unknown): Fault[] {
  if (value === undefined) return [];
  if (!isObject(value))
    return [
      new Fault(
        `${place} ${JSON.stringify(value)} does not say from which generation, and to which moment`,
        "write `restoreFrom: { generation: 1, to: latest }`",
      ),
    ];
  const faults = unknownKeys(place, value, RESTORE_KEYS);
  if (!isNumber(value.generation)) faults.push(notANumber(`${place}.generation`, value.generation));
  if (typeof value.to !== "string")
    faults.push(
      new Fault(
        `${place}.to ${JSON.stringify(value.to)} is not a text`,
        'write `to: "2026-11-24T10:00:00Z"`, with quotes',
      ),
    );
  else
    try {
      readTargetPoint(value.to, now());
    } catch (error) {
      faults.push(error as Fault);
    }
  return faults;
}

function generationFaults(place: string, value: unknown): Fault[] {
  if (!isObject(value))
    return [new Fault(`${place} ${JSON.stringify(value)} is not a generation`, "write `- number: 1`")];
  const faults = unknownKeys(place, value, KEYS);
  if (!isNumber(value.number)) faults.push(notANumber(`${place}.number`, value.number));
  faults.push(...choiceFaults(`${place}.retiring`, value.retiring, ["false", "true"]));
  return [...faults, ...restoreFaults(`${place}.restoreFrom`, value.restoreFrom)];
}

function listFaults(list: readonly Generation[], active: number): Fault[] {
  const numbers = list.map(({ number }) => number);
  const faults = numbers
    .filter((number, index) => numbers.indexOf(number) !== index)
    .map(
      (number) =>
        new Fault(`generation ${number} is there twice`, "remove one of them, or give it another number"),
    );
  if (!numbers.includes(active))
    faults.push(
      new Fault(
        `active is ${active}, and there is no such generation`,
        `write \`active: ${numbers.at(-1)}\``,
      ),
    );
  for (const { number, restoreFrom } of list)
    if (restoreFrom?.generation === number)
      faults.push(
        new Fault(
          `generation ${number} is to be restored from itself`,
          "write the number of another generation, such as `generation: 1`",
        ),
      );
  return faults;
}

/**
 * Reads the generations of a stack's configuration.
 *
 * @param value The key `generations`; nothing and an empty list are the first generation alone.
 * @param active The key `active`. Default: 1.
 */
export function readGenerations(
  value: readonly unknown[] = [],
  active = FIRST.number,
): { generations: Generations; faults: Fault[] } {
  const faults = value.flatMap((entry, index) => generationFaults(`generations[${index}]`, entry));
  const list = value.length === 0 ? [FIRST] : (value as Generation[]);
  if (faults.length === 0) faults.push(...listFaults(list, active));
  return { generations: { list, active }, faults };
}

/** What a name of the first generation is in a later one: `postgres-2`. */
export function generationName(name: string, number: number): string {
  return number === FIRST.number ? name : `${name}-${number}`;
}

/** The name in another generation of what has this name in its own. */
export function otherGeneration(name: string, own: number, number: number): string {
  const first = name.slice(0, name.length - generationName("", own).length);
  return generationName(first, number);
}
