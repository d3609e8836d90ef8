/** How do two test processes keep from installing or building the same thing at once? */

import { createServer, type Server } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** The lock, or undefined while another process has it. */
function tryListen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer().unref();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => resolve(server));
  });
}

/**
 * Runs a step while no other process on this machine runs one of the same name. The lock is a socket address that the
 * kernel frees with its process: nothing is left over after a kill. Elsewhere than on Linux there is no lock.
 */
export async function oneAtATime<Result>(name: string, step: () => Promise<Result>): Promise<Result> {
  if (process.platform !== "linux") return step();
  const address = `\0durable-postgres-test-${name}`;
  let server = await tryListen(address);
  while (!server) {
    await wait(200);
    server = await tryListen(address);
  }
  try {
    return await step();
  } finally {
    server.close();
  }
}
