/** What do durations and sizes of a Compose file mean? https://docs.docker.com/reference/compose-file/extension/#specifying-durations */

import { number, text, UNKNOWN } from "../../policies/reading/known";

const SECONDS: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of `1m30s`; a number is seconds. What is no duration is given back, so that a rule says so. */
export function seconds(value: unknown): unknown {
  const plain = number(value);
  const written = text(value);
  if (plain !== undefined || typeof written !== "string") return plain;
  const parts = [...written.slice(0, 100).matchAll(/([\d.]+)(us|ms|s|m|h|d)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== written.trim()) return value;
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (SECONDS[unit ?? ""] ?? 0), 0);
}

const POWERS = "bkmgtp";

/** MiB of `512mb`, `1gib` or a number of bytes. What is no size is given back. */
export function megabytes(value: unknown): unknown {
  const written = text(value);
  if (written === undefined || written === UNKNOWN) return written;
  const match = /^([\d.]+)\s*([bkmgtp]?)i?b?$/i.exec(written.trim().slice(0, 100));
  if (!match || Number.isNaN(Number(match[1]))) return value;
  const power = Math.max(0, POWERS.indexOf((match[2] || "b").toLowerCase()));
  return (Number(match[1]) * 1024 ** power) / 1024 ** 2;
}
