/** What was shown, when, on what? One line of JSON each, chained: a line that is changed or removed later breaks it. */

import { createHash } from "node:crypto";
import { mkdir, open, readFile } from "node:fs/promises";
import path from "node:path";
import { Fault } from "../components/faults";

/**
 * A record with its place in the chain. The chain shows changes to whoever kept a later hash elsewhere, and to nobody
 * else: who can write the file can also write all of it anew.
 */
export interface Evidence {
  /** ISO 8601. */
  at: string;
  kind: string;
  /** `sha256` of the record before; null for the first one. */
  previous: string | null;
  /** SHA-256 of this record without this property, as JSON. */
  sha256: string;
  [property: string]: unknown;
}

/**
 * Appends a record to a file and flushes it.
 *
 * @throws Fault when the file's chain is broken: nothing is appended to it.
 */
export async function appendEvidence(
  file: string,
  record: Readonly<Record<string, unknown>> & { kind: string },
): Promise<Evidence> {
  const text = await textOf(file);
  const before = parsedEvidence(file, text);
  const content = {
    at: new Date().toISOString(),
    ...record,
    previous: before.at(-1)?.sha256 ?? null,
  };
  const evidence: Evidence = { ...content, sha256: digest(content) };
  await mkdir(path.dirname(file), { recursive: true });
  const handle = await open(file, "a", 0o644);
  try {
    // Of a record whose end was cut off nothing is missing but the end of its line: else its chain is broken.
    const separator = text === "" || text.endsWith("\n") ? "" : "\n";
    await handle.write(`${separator}${JSON.stringify(evidence)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return evidence;
}

/**
 * All records of a file, in their order; none where there is no file.
 *
 * @throws Fault at the first line that is no record, or does not follow the one before.
 */
export async function readEvidence(file: string): Promise<Evidence[]> {
  return parsedEvidence(file, await textOf(file));
}

function textOf(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}

function parsedEvidence(file: string, text: string): Evidence[] {
  const records: Evidence[] = [];
  for (const [index, line] of text.replace(/\n$/, "").split("\n").entries()) {
    if (text === "") break;
    const record = parsed(line);
    const { sha256, ...content } = record ?? {};
    const previous = records.at(-1)?.sha256 ?? null;
    if (!record || sha256 !== digest(content) || record.previous !== previous)
      throw new Fault(
        `line ${index + 1} of ${file} was changed, or a line before it is gone`,
        `move the file away: mv ${file} ${file}.broken`,
      );
    records.push(record);
  }
  return records;
}

function parsed(line: string): Evidence | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function digest(content: object): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}
