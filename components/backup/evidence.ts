/** Where are the results of rehearsals kept, and was the record changed since? JSON Lines, each with the checksum of the one before. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import path from "node:path";
import { Fault, isFault } from "../faults";
import { syncDirectory } from "../local/instance";
import type { Rehearsal } from "./rehearsal-protocol";

/** A line of the record; docs/rehearsal.schema.json describes it. */
export interface Evidence extends Rehearsal {
  stack: string;
  generation: number;
  /** SHA-256 of the line before; null in the first. */
  previous: string | null;
}

/** Folder of all that was shown of a stack. */
export function evidenceFolder(projectRoot: string, stack: string): string {
  return path.join(projectRoot, ".durable-postgres", "evidence", stack);
}

/** Name of the record in that folder. */
export const REHEARSALS = "rehearsals.jsonl";

/** The record of a stack. */
export function evidenceFile(projectRoot: string, stack: string): string {
  return path.join(evidenceFolder(projectRoot, stack), REHEARSALS);
}

function lines(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n").filter(Boolean);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new Fault(`${file} cannot be read: ${(error as Error).message}`, "run as the user who owns it");
  }
}

function checksum(line: string): string {
  return createHash("sha256").update(line).digest("hex");
}

/**
 * Reads the record, oldest first.
 *
 * @throws Fault where a line is not the one that the next one was written after.
 */
export function readEvidence(file: string): Evidence[] {
  let previous: string | null = null;
  return lines(file).map((line, index) => {
    let evidence: Evidence | undefined;
    try {
      evidence = JSON.parse(line);
    } catch {
      // A line that was cut off is no record of anything.
    }
    if (evidence?.previous !== previous)
      throw new Fault(
        `line ${index + 1} of ${file} does not follow on the line before: the record was changed`,
        `move it away, and rehearse again: mv ${file} ${file}.changed`,
      );
    previous = checksum(line);
    return evidence as Evidence;
  });
}

/** The checksum of a line that was read, which the next one names. */
export function checksumOf(evidence: Evidence): string {
  return checksum(JSON.stringify(evidence));
}

/** What is shown of the newest rehearsal. */
export interface LastRehearsal {
  ok: boolean;
  /** ISO 8601; null where the record was changed. */
  finishedAt: string | null;
  restoreSeconds: number | null;
  failure: string | null;
}

/** The newest rehearsal of a stack; undefined while there is none. A record that was changed counts as a failure. */
export function lastRehearsal(projectRoot: string, stack: string): LastRehearsal | undefined {
  try {
    const last = readEvidence(evidenceFile(projectRoot, stack)).at(-1);
    if (!last) return undefined;
    const { ok, finishedAt, restoreSeconds, failure } = last;
    return { ok, finishedAt, restoreSeconds, failure };
  } catch (error) {
    if (!isFault(error)) throw error;
    return { ok: false, finishedAt: null, restoreSeconds: null, failure: error.message };
  }
}

/** The newer of two rehearsals. A record that was changed has no time and is never outdone: nobody knows what it said. */
export function newerRehearsal(
  recorded: LastRehearsal | null | undefined,
  other: LastRehearsal | null | undefined,
): LastRehearsal | undefined {
  if (!recorded || !other) return recorded ?? other ?? undefined;
  const isOlder = recorded.finishedAt !== null && recorded.finishedAt < (other.finishedAt ?? "");
  return isOlder ? other : recorded;
}

/** Appends a result, on disk when this returns. */
export async function appendEvidence(file: string, evidence: Omit<Evidence, "previous">): Promise<void> {
  const last = lines(file).at(-1);
  const line = JSON.stringify({ ...evidence, previous: last === undefined ? null : checksum(last) });
  await mkdir(path.dirname(file), { recursive: true });
  const handle = await open(file, "a");
  try {
    await handle.appendFile(`${line}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncDirectory(path.dirname(file));
}
