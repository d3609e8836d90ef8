/** What has the server acknowledged? Written down outside of what the drill breaks, before the next commit. */

import { type FileHandle, mkdir, open, readFile } from "node:fs/promises";
import path from "node:path";

/** The acknowledged commits of one client, flushed to disk one by one. */
export class AcknowledgedLog {
  private constructor(private readonly handle: FileHandle) {}

  /** Opens the log of a client for appending. */
  static async open(directory: string, client: number): Promise<AcknowledgedLog> {
    await mkdir(directory, { recursive: true });
    return new AcknowledgedLog(await open(logFile(directory, client), "a", 0o600));
  }

  /** Returns once the commit is written down and flushed. */
  async append(sequence: number): Promise<void> {
    await this.handle.write(`${sequence}\n`);
    await this.handle.datasync();
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

function logFile(directory: string, client: number): string {
  return path.join(directory, `client-${client}.log`);
}

/** All sequences that a client saw acknowledged, in their order. */
export async function acknowledgedBy(directory: string, client: number): Promise<number[]> {
  const text = await readFile(logFile(directory, client), "utf8").catch(() => "");
  return text.split("\n").slice(0, -1).map(Number);
}
