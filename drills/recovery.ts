/** How much did a server replay, and how long did it take? Its log says from where to where, and when. */

import { lsn } from "../components/backup/lsn";

/** Bytes of WAL replayed, from the log since the last start; 0 where nothing was. `xlogrecovery.c` */
export function readRecovery(log: string): number {
  const from = /redo starts at ([0-9A-F]+\/[0-9A-F]+)/.exec(log)?.[1];
  const to = /redo done at ([0-9A-F]+\/[0-9A-F]+)/.exec(log)?.[1];
  return from && to ? Number(lsn(to) - lsn(from)) : 0;
}

/** `2026-11-24 10:00:00.123 UTC [42] LOG:  <message>`, with the prefix `%m [%p] `. */
function timeOf(log: string, message: string): number {
  const line = log.split("\n").find((candidate) => candidate.includes(message)) ?? "";
  const [, day, hour] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3}) /.exec(line) ?? [];
  if (day === undefined)
    throw new Error(`the server's log has no line with a time and "${message}":\n${log}`);
  return Date.parse(`${day}T${hour}Z`);
}

/**
 * Seconds from the first record replayed until the server took connections, which is after the checkpoint at the end of
 * recovery.
 *
 * @param log Since the last start, of a server with the default `log_line_prefix`.
 */
export function readReplay(log: string): number {
  const milliseconds =
    timeOf(log, "database system is ready to accept connections") - timeOf(log, "redo starts at");
  return Math.max(1, milliseconds) / 1000;
}
