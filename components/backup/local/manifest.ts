/** Which files does a base backup hold, and with which checksums? PostgreSQL's own format, so that pg_verifybackup reads it. */

import { createHash } from "node:crypto";
import { Fault } from "../../faults";
import type { CopiedFile } from "./copy";

/** Name of the file. https://www.postgresql.org/docs/15/backup-manifest-format.html */
export const MANIFEST = "backup_manifest";

/** WAL that makes the files a consistent whole. */
interface WalRange {
  timeline: number;
  startLsn: string;
  stopLsn: string;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** `2026-11-24 10:00:00 GMT` */
function showModified(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace("T", " ")} GMT`;
}

/** The text of a manifest. Its last line is the checksum of all lines before. */
export function renderManifest(files: readonly CopiedFile[], wal: WalRange): string {
  const entries = files.map(({ path, size, modified, checksum }) =>
    JSON.stringify({
      Path: path,
      Size: size,
      "Last-Modified": showModified(modified),
      "Checksum-Algorithm": "SHA256",
      Checksum: checksum,
    }),
  );
  const range = JSON.stringify({
    Timeline: wal.timeline,
    "Start-LSN": wal.startLsn,
    "End-LSN": wal.stopLsn,
  });
  const body = [
    '{ "PostgreSQL-Backup-Manifest-Version": 1,',
    '"Files": [',
    entries.join(",\n"),
    "],",
    '"WAL-Ranges": [',
    range,
    "],",
    "",
  ].join("\n");
  return `${body}"Manifest-Checksum": "${sha256(body)}"}\n`;
}

/**
 * Checksums by path.
 *
 * @throws Fault when the text is not what was written.
 */
export function readManifest(text: string, file: string): Map<string, string> {
  const body = text.slice(0, text.lastIndexOf('"Manifest-Checksum"'));
  const [, checksum] = /"Manifest-Checksum": "([0-9a-f]{64})"\}\s*$/.exec(text) ?? [];
  if (checksum !== sha256(body))
    throw new Fault(
      `${file} is damaged: its own checksum is wrong`,
      "restore from another backup: npx durable-postgres backups",
    );
  const { Files } = JSON.parse(text) as { Files: { Path: string; Checksum: string }[] };
  return new Map(Files.map((entry) => [entry.Path, entry.Checksum]));
}
