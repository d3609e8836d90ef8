/** On which port does a server on this machine listen? Chosen once, recorded, and checked free before it is taken. */

import { createHash } from "node:crypto";
import { createServer } from "node:net";
import { Fault } from "./faults";

/** Below the ephemeral ports of Linux and macOS, and away from 5432, where another PostgreSQL may live. */
const FIRST_PORT = 15_000;
const PORTS = 10_000;

/** True when a program could listen on this port now. */
export function isFree(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Every instance begins its search elsewhere, so that a new one does not take the port of one that is stopped. */
function firstChoice(seed: string): number {
  return createHash("sha256").update(seed).digest().readUInt32BE() % PORTS;
}

/**
 * A free port for a new instance, the same one for the same seed unless it is taken.
 *
 * @param seed What the instance is known by, such as its folder.
 * @param block Block of the configuration that can name a port.
 * @throws Fault when all of our range are taken.
 */
export async function chooseFreePort(
  seed: string,
  free: (port: number) => Promise<boolean> = (port) => isFree(port),
  block = "local",
): Promise<number> {
  const first = firstChoice(seed);
  for (let step = 0; step < PORTS; step++) {
    const port = FIRST_PORT + ((first + step) % PORTS);
    if (await free(port)) return port;
  }
  throw new Fault(
    `every port from ${FIRST_PORT} to ${FIRST_PORT + PORTS - 1} is taken`,
    `write \`port: <a free port>\` under ${block}`,
  );
}

/** A port was taken between our look at it and the server's start. */
export class PortTaken extends Fault {}

/** The fault for a port that another program listens on. */
export function portTaken(port: number, recorded: boolean): PortTaken {
  const whose = recorded ? `port ${port}, which this database has used so far, is` : `port ${port} is`;
  return new PortTaken(
    `${whose} taken by another program`,
    `stop it (who: \`ss -ltnp 'sport = :${port}'\`), or write \`port: <a free port>\` under local`,
  );
}
