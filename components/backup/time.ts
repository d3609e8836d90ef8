/** How are times with microseconds read and written? Date has milliseconds only, and a commit is found by its time. */

/** `2026-11-24T10:00:00.123456+01:00`; the zone as PostgreSQL and ISO 8601 write it. */
const TIME =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,6})\d*)?)?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?$/i;

/** Microseconds between 1970 and 2000, from which PostgreSQL counts. */
const POSTGRES_EPOCH = 946_684_800_000_000n;

function offsetMinutes(zone: string): number {
  const [, sign, hours, minutes = "0"] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  return sign === undefined ? 0 : (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** Reads a time as microseconds since 1970; undefined for one that does not exist. */
export function readTime(text: string): bigint | "no zone" | undefined {
  const match = TIME.exec(text.trim());
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second = "0", fraction = "", zone] = match;
  const fields = [year, month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [y, mo, d, h, mi, s] = fields;
  const date = new Date(Date.UTC(y, mo - 1, d, h, mi, s));
  const exists = date.getUTCMonth() === mo - 1 && date.getUTCDate() === d && h < 24 && mi < 60 && s < 60;
  if (!exists) return undefined;
  if (zone === undefined) return "no zone";
  const milliseconds = date.getTime() - offsetMinutes(zone) * 60_000;
  return BigInt(milliseconds) * 1000n + BigInt(fraction.padEnd(6, "0"));
}

/** `2026-11-24T10:00:00.123456Z` */
export function showTime(microseconds: bigint): string {
  const seconds = new Date(Number(microseconds / 1000n)).toISOString().slice(0, 19);
  return `${seconds}.${(microseconds % 1_000_000n).toString().padStart(6, "0")}Z`;
}

/** A time that this program or a server has written. */
export function time(text: string): bigint {
  const value = readTime(text);
  if (typeof value !== "bigint") throw new Error(`${text} is no time`);
  return value;
}

/** This machine's clock. */
export function now(): bigint {
  return BigInt(Date.now()) * 1000n;
}

/** A `TimestampTz` of the WAL. */
export function fromPostgres(timestamp: bigint): bigint {
  return timestamp + POSTGRES_EPOCH;
}
