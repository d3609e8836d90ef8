/** Where do the figures come from, and what may be asked of a measurement? */

import { cpus, totalmem } from "node:os";

/** `2 CPUs, 24 GiB, Node 20.20.2, linux-x64` */
export function machine(): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} CPUs, ${memory} GiB, Node ${process.versions.node}, ${process.platform}-${process.arch}`;
}

/** Reads an option that is a whole number from 1 to `most`; throws what is wrong with it. */
export function wholeNumber(option: string, text: string, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new Error(`--${option} ${text}: a whole number from 1 to ${most} is needed`);
}

/** Reads an option that is a list of those, such as `1,5,10`: each once, the least first. */
export function wholeNumbers(option: string, text: string, most: number): number[] {
  const numbers = text.split(",").map((entry) => wholeNumber(option, entry, most));
  return [...new Set(numbers)].sort((one, other) => one - other);
}
