/** A local server that archives, with its backups: what the tests of backups and restores begin with. */

import { LocalBackupStore } from "../../../../components/backup/local/store";
import type { LocalBackupLocation } from "../../../../components/backup/store";
import { readTargetPoint } from "../../../../components/backup/target-point";
import { now, showTime } from "../../../../components/backup/time";
import type { RestorePlan } from "../../../../components/backup/types";
import { type Connection, withClient } from "../../../../components/connection";
import { type LocalServerArgs, readLocalServer } from "../../../../components/local/server";
import { type LocalInstance, OWNER, Said, withInstance } from "../../../local-instance";

/** What the settings of a local database put on the command line. */
const ARCHIVING = { shared_buffers: "16MB", archive_mode: "on", archive_library: "basic_archive" };

/** A server that archives, its store, and short words for what tests do to it. */
export class ArchivingInstance {
  readonly said = new Said();
  readonly location: LocalBackupLocation;

  constructor(
    readonly instance: LocalInstance,
    readonly parameters: Record<string, string> = ARCHIVING,
  ) {
    const { directory, archiveDirectory, backupDirectory } = instance.args;
    this.location = { kind: "local", directory, archiveDirectory, backupDirectory, retention: 14 };
  }

  start(overrides: Partial<LocalServerArgs> = {}): Promise<unknown> {
    return this.instance.ensure({ parameters: this.parameters, ...overrides }, OWNER, this.said);
  }

  /** The store, with the address that the server has now. */
  async store(): Promise<LocalBackupStore> {
    const { port } = await readLocalServer(this.instance.args);
    return LocalBackupStore.at(this.location, port);
  }

  async backup(): Promise<void> {
    await (await this.store()).backup("full", this.said);
  }

  async flush(): Promise<void> {
    await (await this.store()).flush(this.said);
  }

  // biome-ignore lint/suspicious/noExplicitAny: rows of any query.
  async query(text: string): Promise<any[]> {
    const { administration } = await readLocalServer(this.instance.args);
    return query(administration, text);
  }

  /** Commits a note, and gives the time right after it. */
  async note(text: string): Promise<string> {
    await this.query(`CREATE TABLE IF NOT EXISTS note (text text); INSERT INTO note VALUES ('${text}')`);
    const [row] = await this.query(
      "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint::text AS now",
    );
    return showTime(BigInt(row.now));
  }

  async plan(to: string): Promise<RestorePlan> {
    return (await this.store()).plan(readTargetPoint(to, now()));
  }

  /** Notes in a throw-away server that was restored to a moment. */
  async notesAt(to: string): Promise<string[]> {
    const store = await this.store();
    return store.throwAway(await this.plan(to), this.said, ({ administration }) => notesOf(administration));
  }
}

/** Rows of a query. */
// biome-ignore lint/suspicious/noExplicitAny: rows of any query.
async function query(connection: Connection, text: string): Promise<any[]> {
  const result = await withClient(connection, (client) => client.query(text), { timeoutMs: 30_000 });
  return result.rows;
}

/** Every note, in the order they were written. */
export async function notesOf(connection: Connection): Promise<string[]> {
  return (await query(connection, "SELECT text FROM note")).map(({ text }) => text);
}

/** Runs a test on a server that archives and has a first backup. */
export function withBackups(
  test: (database: ArchivingInstance) => Promise<void>,
  overrides: Partial<LocalServerArgs> = {},
): Promise<void> {
  return withInstance(async (instance) => {
    const database = new ArchivingInstance(instance);
    await database.start();
    await database.backup();
    await test(database);
  }, overrides);
}
