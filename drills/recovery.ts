/** How much did a server replay? Its log says from where to where. */

import { lsn } from "../components/backup/lsn";

/** Bytes of WAL replayed, from the log since the last start; 0 where nothing was. `xlogrecovery.c` */
export function readRecovery(log: string): number {
  const from = /redo starts at ([0-9A-F]+\/[0-9A-F]+)/.exec(log)?.[1];
  const to = /redo done at ([0-9A-F]+\/[0-9A-F]+)/.exec(log)?.[1];
  return from && to ? Number(lsn(to) - lsn(from)) : 0;
}
