/** How much did a server replay? Its log says from where to where. */

/** Bytes of WAL replayed, from the log since the last start; 0 where nothing was. `xlogrecovery.c` */
export function readRecovery(log: string): number {
  const from = /redo starts at ([0-9A-F]+\/[0-9A-F]+)/.exec(log)?.[1];
  const to = /redo done at ([0-9A-F]+\/[0-9A-F]+)/.exec(log)?.[1];
  return from && to ? Number(readLsn(to) - readLsn(from)) : 0;
}

/** Position in the WAL. https://www.postgresql.org/docs/current/datatype-pg-lsn.html */
export function readLsn(text: string): bigint {
  const [high = "", low = ""] = text.split("/");
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}
