/** Which settings does a local database get, and where does it live? */

import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { databaseSettings } from "../arguments";
import { type Generation, generationName, type RestoreFrom } from "../backup/generations";
import { archiveParameters, DURABILITY } from "../backup/objectives";
import type { LocalBackupLocation } from "../backup/store";
import type { DatabaseArgs } from "../database";
import type { Settings } from "../parameters/settings";
import { instancesHome, readRecord } from "./instance";
import { localResources } from "./machine";

/** What only a local database has. */
export interface LocalOptions {
  /** Folder of the instance. Default: `.durable-postgres/local/<stack>/<name>` in the project; for root below /var/lib/durable-postgres. */
  directory?: string;
  /** TCP port on 127.0.0.1. Default: a free one from 15000 on, chosen once and recorded. */
  port?: number;
  /** Operating system user of the server; only root can choose. Default: `postgres`, else `nobody`. */
  osUser?: string;
  /** Folder of the WAL archive. Default: the database's with `-archive` appended. */
  archiveDirectory?: string;
  /** Folder of the base backups. Default: the database's with `-backups` appended. */
  backupDirectory?: string;
  /** Delete data, archive and backups when the stack is destroyed; takes effect once deployed. Default: false. */
  deleteData?: boolean;
  /** Make the database from the backups of another one, up to a moment; for its creation only. */
  restoreFrom?: LocalRestore;
}

/** Where a local database comes from that is restored. */
export interface LocalRestore {
  /** Where the backups and the archive are. */
  source: LocalBackupLocation;
  /** A time with zone, a position in the WAL, a restore point's name, or `latest`. */
  to: RestoreFrom["to"];
}

function projectRoot(): string {
  return pulumi.runtime.getRootDirectory?.() ?? process.cwd();
}

/** The folder of an instance. `name` is the component's, unique in its stack. */
export function localDirectory(name: string, { directory }: LocalOptions): string {
  const root = projectRoot();
  return directory ? path.resolve(root, directory) : path.join(instancesHome(root), pulumi.getStack(), name);
}

/** Where the backups and the archive of an instance are. */
export function localBackups(name: string, args: DatabaseArgs & LocalOptions): LocalBackupLocation {
  const directory = localDirectory(name, args);
  const folder = (configured: string | undefined, kind: string) =>
    configured ? path.resolve(projectRoot(), configured) : `${directory}-${kind}`;
  return {
    kind: "local",
    directory,
    archiveDirectory: folder(args.archiveDirectory, "archive"),
    backupDirectory: folder(args.backupDirectory, "backups"),
    retention: args.durability?.retention ?? DURABILITY.retention,
  };
}

/** The arguments of one generation: later ones have folders and ports of their own. */
export function localGeneration<Args extends DatabaseArgs & LocalOptions>(
  name: string,
  args: Args,
  { number, restoreFrom }: Generation,
): Args {
  const own = (value: string | undefined, generation: number) => value && generationName(value, generation);
  const of = (generation: number): Args => ({
    ...args,
    directory: own(args.directory, generation),
    archiveDirectory: own(args.archiveDirectory, generation),
    backupDirectory: own(args.backupDirectory, generation),
    port: generation === 1 ? args.port : undefined,
  });
  if (!restoreFrom) return of(number);
  const { generation, to } = restoreFrom;
  const source = localBackups(generationName(name, generation), of(generation));
  return { ...of(number), restoreFrom: { source, to } };
}

/** The settings of a local database. Reads this machine's size, and the record of an existing instance. */
export function localSettings(name: string, args: DatabaseArgs & LocalOptions): Settings {
  return databaseSettings(
    args,
    (sound) => localResources(sound, readRecord(localDirectory(name, sound))),
    ({ durability }) => archiveParameters(durability),
    { keepsWal: "nothing of ours runs on this machine that would take the new backup" },
  );
}
