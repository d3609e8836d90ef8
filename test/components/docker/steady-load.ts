/** A client that commits until it is stopped, whatever happens to its server, and knows what was acknowledged. */

import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import type { Connection } from "../../../components/connection";

/** Commits between two ends of a segment of WAL. */
const COMMITS_PER_SEGMENT = 30;

/** Between two commits, in ms: about a segment a second, which an archive on a busy machine takes. */
const PAUSE_MS = 20;

/** A load of small commits. */
export class SteadyLoad {
  /** Numbers of the commits that the server has acknowledged. */
  readonly acknowledged: number[] = [];
  private next = 1;
  private ending = false;
  private running: Promise<void> | undefined;

  /** @param connection As superuser: ends of segments are a superuser's. */
  constructor(private readonly connection: Connection) {}

  async start(): Promise<void> {
    this.ending = false;
    const before = this.acknowledged.length;
    this.running = this.commitAll();
    while (this.acknowledged.length === before) await Promise.race([this.running, sleep(20)]);
  }

  async stop(): Promise<void> {
    this.ending = true;
    await this.running;
  }

  /** Connects again where the server went away; what was under way then counts for nothing. */
  private async commitAll(): Promise<void> {
    while (!this.ending) {
      const { ca, ...address } = this.connection;
      const client = new Client({ ...address, ...(ca !== undefined && { ssl: { ca } }) });
      client.on("error", () => undefined);
      try {
        await client.connect();
        await client.query("CREATE TABLE IF NOT EXISTS load (number int PRIMARY KEY)");
        while (!this.ending) {
          const number = this.next++;
          await client.query("INSERT INTO load VALUES ($1)", [number]);
          this.acknowledged.push(number);
          if (number % COMMITS_PER_SEGMENT === 0) await client.query("SELECT pg_switch_wal()");
          await sleep(PAUSE_MS);
        }
      } catch {
        await sleep(PAUSE_MS);
      }
      await client.end().catch(() => undefined);
    }
  }
}
