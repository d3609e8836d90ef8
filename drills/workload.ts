/** What do the clients of a drill do? Every commit is ordered, has a checksum, and is written down once acknowledged. */

import { createHash, randomBytes, randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import type { Connection } from "../components/connection";
import { AcknowledgedLog, acknowledgedBy } from "./acknowledged";
import { ACCOUNTS, covered, type Known } from "./ledger";

/** Clients that write at the same time. */
const CLIENTS = 8;

/** Bytes of a large value: it goes to a TOAST table, in many rows. */
const LARGE = 48 * 1024;

/** One kind of transaction; runs between BEGIN and COMMIT. */
type Transaction = (client: Client, number: number, sequence: number) => Promise<void>;

async function insert(
  client: Client,
  row: { number: number; sequence: number; part: number; parts: number },
  payload: string,
) {
  const { number, sequence, part, parts } = row;
  const checksum = createHash("sha256")
    .update(covered(number, sequence, part, payload))
    .digest("hex");
  await client.query({
    // A name makes it a prepared statement.
    name: "entry",
    text: "INSERT INTO drill_entry VALUES ($1, $2, $3, $4, $5, $6)",
    values: [number, sequence, part, parts, payload, checksum],
  });
}

const single: Transaction = (client, number, sequence) =>
  insert(client, { number, sequence, part: 1, parts: 1 }, randomBytes(64).toString("hex"));

const large: Transaction = (client, number, sequence) =>
  insert(client, { number, sequence, part: 1, parts: 1 }, randomBytes(LARGE / 2).toString("hex"));

const several: Transaction = async (client, number, sequence) => {
  for (let part = 1; part <= 5; part++)
    await insert(client, { number, sequence, part, parts: 5 }, randomBytes(64).toString("hex"));
};

const transfer: Transaction = async (client, number, sequence) => {
  const [source, target, amount] = [randomInt(1, ACCOUNTS + 1), randomInt(1, ACCOUNTS + 1), randomInt(1, 10)];
  await single(client, number, sequence);
  await client.query("INSERT INTO drill_transfer VALUES ($1, $2, $3, $4, $5)", [
    number,
    sequence,
    source,
    target,
    amount,
  ]);
  // In the order of their ids: two transfers never wait for each other in a circle.
  await client.query(
    `UPDATE drill_account SET balance = balance + CASE WHEN id = $2 THEN $3::int ELSE 0 END - CASE WHEN id = $1 THEN $3::int ELSE 0 END
     WHERE id IN (SELECT id FROM drill_account WHERE id IN ($1, $2) ORDER BY id FOR UPDATE)`,
    [source, target, amount],
  );
};

/** Half of the commits are single inserts. */
const MIX: readonly Transaction[] = [
  single,
  transfer,
  single,
  several,
  single,
  transfer,
  single,
  several,
  single,
  large,
];

/** What happens beside the clients: checkpoints, full segments, vacuum, changing indexes and tables. */
export const BESIDE: readonly string[] = [
  "CHECKPOINT",
  "CREATE INDEX CONCURRENTLY IF NOT EXISTS drill_entry_payload ON drill_entry (md5(payload))",
  "SELECT pg_switch_wal()",
  "CREATE TABLE IF NOT EXISTS drill_copy AS SELECT * FROM drill_account",
  "VACUUM drill_entry, drill_account",
  "ALTER TABLE drill_copy ADD COLUMN IF NOT EXISTS note text DEFAULT 'none'",
  "DROP INDEX CONCURRENTLY IF EXISTS drill_entry_payload",
  "DROP TABLE IF EXISTS drill_copy",
];

/** Clients that commit until they are stopped, or their server goes. */
export class Workload {
  /** Acknowledged commits since the start of this workload. */
  commits = 0;
  /** When the last commit was acknowledged; milliseconds since 1970. */
  lastCommit = 0;
  private readonly next = new Map<number, number>();
  private readonly unanswered = new Map<number, number[]>();
  private running: Promise<unknown> | undefined;
  private ending = false;
  private disconnected = 0;
  private readonly beside: readonly string[];
  private readonly answerMs: number | undefined;

  /**
   * @param logs Folder of the acknowledged commits: never on what the drill breaks.
   * @param beside Statements that are run beside the clients. Default: everything, which takes a superuser.
   * @param answerMs Milliseconds after which a server counts as lost that does not answer: behind a network a lost one
   * may just be silent. Default: for ever.
   */
  constructor(
    private readonly logs: string,
    { beside = BESIDE, answerMs }: { beside?: readonly string[]; answerMs?: number } = {},
  ) {
    this.beside = beside;
    this.answerMs = answerMs;
  }

  /** True once every client has lost its server. */
  get isInterrupted(): boolean {
    return this.disconnected === CLIENTS;
  }

  /** Starts all clients; returns once each of them has committed. */
  async start(application: Connection, administration: Connection): Promise<void> {
    this.ending = false;
    this.disconnected = 0;
    const clients = Array.from({ length: CLIENTS }, (_, index) => index + 1);
    let waiting = clients.length;
    await new Promise<void>((resolve, reject) => {
      const onFirst = () => {
        waiting -= 1;
        if (waiting === 0) resolve();
      };
      const ends = clients.map((number) => this.commitAll(application, number, onFirst));
      this.running = Promise.all([...ends, this.workBeside(administration)]);
      this.running.then(() => resolve(), reject);
    });
  }

  /** Ends all clients: after the crash, whose errors are expected, or before it. */
  async stop(): Promise<void> {
    this.ending = true;
    await this.running;
  }

  /** What the clients know; read from their logs. */
  async known(): Promise<Known> {
    const acknowledged = new Map<number, number[]>();
    for (const number of this.next.keys()) acknowledged.set(number, await acknowledgedBy(this.logs, number));
    return { acknowledged, unanswered: this.unanswered };
  }

  /** The last commit that each client has begun. */
  begun(): ReadonlyMap<number, number> {
    return new Map([...this.next].map(([client, sequence]) => [client, sequence - 1]));
  }

  private async commitAll(connection: Connection, number: number, onFirst: () => void): Promise<void> {
    const log = await AcknowledgedLog.open(this.logs, number);
    let client: Client | undefined;
    try {
      client = await connect(connection, this.answerMs);
      for (let isFirst = true; !this.ending; isFirst = false) {
        const sequence = this.next.get(number) ?? 1;
        this.next.set(number, sequence + 1);
        // Until the answer is there, nobody knows whether it is committed.
        const unanswered = this.unanswered.get(number) ?? [];
        this.unanswered.set(number, [...unanswered, sequence]);
        await client.query("BEGIN");
        await (MIX[sequence % MIX.length] as Transaction)(client, number, sequence);
        await client.query("COMMIT");
        await log.append(sequence);
        this.unanswered.set(number, unanswered);
        this.commits += 1;
        this.lastCommit = Date.now();
        if (isFirst) onFirst();
      }
      await client.end();
    } catch (error) {
      // Also closes the socket of a server that is silent.
      client?.end().catch(() => undefined);
      if (!isDisconnection(error)) throw error;
      this.disconnected += 1;
    } finally {
      await log.close();
    }
  }

  private async workBeside(connection: Connection): Promise<void> {
    let client: Client | undefined;
    try {
      client = await connect(connection, this.answerMs);
      for (let index = 0; !this.ending; index++) {
        await client.query(this.beside[index % this.beside.length] as string);
        await sleep(randomInt(20, 200));
      }
      await client.end();
    } catch (error) {
      client?.end().catch(() => undefined);
      if (!isDisconnection(error)) throw error;
    }
  }
}

async function connect({ ca, ...address }: Connection, answerMs?: number): Promise<Client> {
  const client = new Client({
    ...address,
    ...(ca !== undefined && { ssl: { ca } }),
    ...(answerMs !== undefined && { connectionTimeoutMillis: answerMs, query_timeout: answerMs }),
  });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

/** True for an error that a killed server leaves; any other one is a fault of the drill. */
function isDisconnection(error: unknown): boolean {
  const { code = "", message } = error as Error & { code?: string };
  return (
    /^(57P0|08|ECONN|EPIPE|ENOENT)/.test(code) ||
    // A checkpoint that a power cut interrupts fails in the server first, and the server ends after it.
    /Connection terminated|read timeout|not queryable|Client was closed|Input\/output error|checkpoint request failed/.test(
      message,
    )
  );
}
