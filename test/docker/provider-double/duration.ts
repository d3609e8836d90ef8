/** How does Go, in which Docker and its provider are written, read and write a duration? */

/** Nanoseconds of each unit. */
const units: Record<string, number> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };
const part = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g;
const whole = new RegExp(`^[+-]?(?:0|(?:${part.source})+)$`);

/** Nanoseconds, or undefined where the text is no duration. */
export function parseDuration(text: string): number | undefined {
  if (!whole.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(part)) total += Number(amount) * (units[unit ?? ""] ?? 0);
  return text.startsWith("-") ? -total : total;
}

/** Such as `1m30s`: what comes back from Docker, however it was written. */
export function formatDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return "0s";
  const small = Object.entries({ ms: 1e6, µs: 1e3, ns: 1 }).find(([, size]) => nanoseconds >= size);
  if (nanoseconds < 1e9 && small) return `${nanoseconds / small[1]}${small[0]}`;
  const seconds = (nanoseconds % 60e9) / 1e9;
  const minutes = Math.floor(nanoseconds / 60e9) % 60;
  const hours = Math.floor(nanoseconds / 3600e9);
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}
