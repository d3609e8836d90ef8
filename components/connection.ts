/** How do we talk to a running server? */

import type { Duplex } from "node:stream";
import { Client } from "pg";
import { Fault } from "./faults";

/** Where and as whom to connect. */
export interface Connection {
  /** Host name, address, or directory of a Unix socket. */
  host: string;
  port: number;
  user: string;
  database: string;
  /** Absent: the server trusts the operating system user (peer authentication over the socket). */
  password?: string;
  /** Certificate that the server's has to be signed by, PEM. Absent: no TLS. */
  ca?: string;
  /** A way to a server to which no network leads. Absent: the network, or a Unix socket. */
  stream?(): Duplex;
}

/** The server does not answer, or refuses the login. */
export class Unreachable extends Fault {
  /**
   * @param code SQLSTATE of the server's refusal, or the code of the system's error.
   */
  constructor(
    fact: string,
    hint: string,
    readonly code?: string,
  ) {
    super(fact, hint);
  }
}

/** How long a live question may take: the engine asks in every preview. */
const TIMEOUT_MS = 2000;

/**
 * Connects, runs `work`, disconnects.
 *
 * @throws Unreachable when the server cannot be reached or refuses the login.
 */
export async function withClient<Result>(
  connection: Connection,
  work: (client: Client) => Promise<Result>,
  options: { timeoutMs?: number } = {},
): Promise<Result> {
  const timeout = options.timeoutMs ?? TIMEOUT_MS;
  const { ca, ...address } = connection;
  const client = new Client({
    ...address,
    ...(ca !== undefined && { ssl: { ca } }),
    connectionTimeoutMillis: timeout,
    query_timeout: timeout,
  });
  // A server that goes away emits an error between queries; the next query reports it.
  client.on("error", () => undefined);
  try {
    await client.connect();
    // Not in the startup packet: there they would count as what the server is configured with (`reset_val`).
    await client.query(`SET application_name = 'durable-postgres'; SET statement_timeout = ${timeout}`);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw unreachable(connection, error as Error & { code?: string });
  }
  return work(client).finally(() => client.end().catch(() => undefined));
}

function unreachable(
  { host, port, user, database }: Connection,
  error: Error & { code?: string },
): Unreachable {
  const place = `${user}@${host}:${port}/${database}`;
  const login = error.code?.startsWith("28");
  return new Unreachable(
    `no connection to ${place}: ${error.message || error.code}`,
    login
      ? "run the deployment again: it sets the passwords that the state holds"
      : "run the deployment again: it starts a stopped server",
    error.code,
  );
}
