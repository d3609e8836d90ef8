/** When has a server archived all the WAL that it has finished? */

import { setTimeout as sleep } from "node:timers/promises";
import { interrupted } from "./timing";

/**
 * Waits until nothing waits for the archive.
 *
 * @param query Asks the server, as its superuser.
 */
export async function archived(query: (text: string) => Promise<{ files: number }[]>): Promise<void> {
  const waiting = "SELECT count(*)::int AS files FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'";
  for (;;) {
    const [row] = await query(waiting);
    if (row?.files === 0) return;
    interrupted.throwIfAborted();
    await sleep(20);
  }
}
