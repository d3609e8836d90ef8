/** What does the configuration of the policy pack say? The file that pulumi's --policy-pack-config takes. */

import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Fault } from "../components/faults";
import { type Properties, record } from "../policies/reading/known";

/**
 * Reads the file; nothing where none is named.
 *
 * @throws Fault when it cannot be read, or is no JSON.
 */
export function readPackConfig(file: string | undefined): Properties {
  if (file === undefined) return {};
  try {
    return record(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new Fault(
      `the configuration ${file} cannot be read: ${(error as Error).message}`,
      "name a file as for pulumi's --policy-pack-config",
    );
  }
}

/** Runs work with a file of this content, and removes that. */
export async function withPackConfig<Result>(
  config: object,
  work: (file: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "durable-postgres-"));
  try {
    const file = path.join(folder, "policies.json");
    await writeFile(file, JSON.stringify(config));
    return await work(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}
