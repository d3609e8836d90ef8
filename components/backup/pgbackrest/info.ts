/** What does `pgbackrest info --output=json` say? Pure. https://pgbackrest.org/command.html#command-info */

import { showTime } from "../time";
import type { Backup, BackupType } from "../types";

/** The part of the answer that is read. */
interface InfoStanza {
  name: string;
  backup: {
    label: string;
    type: BackupType;
    /** Pages with wrong checksums were found, or the backup could not be finished. */
    error: boolean | null;
    database: { id: number; "repo-key": number };
    archive: { start: string | null; stop: string | null };
    lsn: { start: string; stop: string } | null;
    info: { size: number; repository: { delta: number } };
    /** Seconds since 1970. */
    timestamp: { start: number; stop: number };
  }[];
  db: { id: number; "repo-key": number; "system-id": number; version: string }[];
  /** Of the whole, and of each repository. */
  status: { code: number; message: string };
  repo: { key: number; status: { code: number; message: string } }[];
}

/** A backup, and the repository that holds it. */
export interface RepositoryBackup extends Backup {
  /** Number of the repository, from 1 on. */
  repository: number;
  /** Pages of the database had wrong checksums when it was taken. */
  damaged: boolean;
}

function moment(seconds: number, lsn: string): { time: string; lsn: string } {
  return { time: showTime(BigInt(seconds) * 1_000_000n), lsn };
}

/** The system identifiers as texts: they do not fit into a JavaScript number. */
function withTextIdentifiers(json: string): string {
  return json.replace(/("system-id"\s*:\s*)(\d+)/g, '$1"$2"');
}

/** Every backup of a stanza in all its repositories, oldest first. */
export function readInfo(json: string, stanza: string): RepositoryBackup[] {
  const found = (JSON.parse(withTextIdentifiers(json)) as InfoStanza[]).find(({ name }) => name === stanza);
  const backups = (found?.backup ?? []).map((backup): RepositoryBackup => {
    const repository = backup.database["repo-key"];
    const database = found?.db.find(
      ({ id, "repo-key": key }) => id === backup.database.id && key === repository,
    );
    const { start, stop } = backup.timestamp;
    return {
      id: backup.label,
      type: backup.type,
      serverVersion: database?.version ?? "",
      systemIdentifier: String(database?.["system-id"] ?? ""),
      timeline: Number.parseInt(backup.archive.stop?.slice(0, 8) ?? "1", 16),
      start: moment(start, backup.lsn?.start ?? "0/0"),
      // It ended within this second: a restore to its beginning could end before the backup does.
      stop: moment(stop + 1, backup.lsn?.stop ?? "0/0"),
      size: backup.info.repository.delta,
      restoredSize: backup.info.size,
      repository,
      damaged: backup.error === true,
    };
  });
  return backups.sort((one, other) => one.id.localeCompare(other.id) || one.repository - other.repository);
}
