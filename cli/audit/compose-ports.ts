/** Which ports does a service publish? https://docs.docker.com/reference/compose-file/services/#ports */

import { HIDDEN } from "../../components/parameters/shell";
import { isAbsent, knownText, list, type Properties, record, UNKNOWN } from "../../policies/reading/known";

/** Most ports of a range that are looked at. */
const LARGEST_RANGE = 1000;

/** Published ports, each with the entry it comes from. */
export function readPorts(value: unknown): { ports: (Properties | typeof UNKNOWN)[]; places: string[] } {
  const ports: (Properties | typeof UNKNOWN)[] = [];
  const places: string[] = [];
  for (const [index, entry] of list(value).entries()) {
    const written = knownText(entry);
    const found = written === undefined ? longPort(record(entry)) : shortPort(written);
    for (const port of found) {
      ports.push(port);
      places.push(`ports[${index}]`);
    }
  }
  return { ports, places };
}

/** `[address:][published:]target[/protocol]`, each of the ports also a range. */
function shortPort(written: string): (Properties | typeof UNKNOWN)[] {
  if (written.includes(HIDDEN)) return [partlyKnown(written)];
  const [mapping = "", protocol] = written.split("/", 2);
  const match = /^(?:(\[[^\]]*\]|[^:]*):)?(?:([\d-]*):)?([\d-]+)$/.exec(mapping);
  if (!match) return [];
  // Of two parts the first is the published port, not an address.
  const [, first, second, target = ""] = match;
  const isAddress = second !== undefined || /[.[\]a-z]/i.test(first ?? "");
  const published = isAddress ? second : first;
  const address = isAddress ? first : undefined;
  return ranges(target, published, { ip: address?.replace(/^\[|\]$/g, ""), protocol });
}

/** A port whose address is written is as safe as its address, whatever its number. */
function partlyKnown(written: string): Properties | typeof UNKNOWN {
  const [address, ...rest] = written.split(":");
  if (rest.length === 2 && address !== undefined && !address.includes(HIDDEN)) return { ip: address };
  const target = rest.at(-1);
  if (rest.length === 1 && /^\d+$/.test(target ?? "")) return { internal: Number(target) };
  return UNKNOWN;
}

function longPort(entry: Properties): Properties[] {
  const { target, published, host_ip: ip, protocol } = entry;
  const hostIp = knownText(ip)?.includes(HIDDEN) ? UNKNOWN : ip;
  return ranges(knownText(target) ?? "", knownText(published), { ip: hostIp, protocol });
}

function ranges(target: string, published: string | undefined, rest: Properties): Properties[] {
  const internal = range(target);
  const external = range(published ?? "");
  return internal.map((port, index) => ({
    internal: port,
    ...(external.length > 0 && { external: external[Math.min(index, external.length - 1)] }),
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => !isAbsent(value))),
  }));
}

function range(written: string): number[] {
  const [first, last = first] = written.split("-", 2).map(Number);
  if (first === undefined || last === undefined || written === "" || !(last >= first)) return [];
  return Array.from({ length: Math.min(last - first + 1, LARGEST_RANGE) }, (_, index) => first + index);
}
