/** `durable-postgres dump`: a logical dump of a stack's database that was restored once. */

import path from "node:path";
import type { DumpTaken } from "../../components/backup/dump";
import { dumpDirectory, takeDump } from "../../components/backup/local/dump";
import { printDump, takeContainerDump } from "../../components/backup/pgbackrest/dump";
import { Fault } from "../../components/faults";
import type { Progress } from "../../components/progress";
import { stackOutputs } from "../project";
import { showSize } from "./backups";
import { deployedGeneration, storeOf } from "./generations";

/** Dumps the active generation of a stack. */
export async function dump(stack: string, to: string | undefined, progress: Progress): Promise<string> {
  const generation = await deployedGeneration(stack);
  const { backup } = generation;
  if (backup.kind === "rds")
    throw new Fault(
      `the database of stack ${stack} is on RDS, where nothing of ours runs that would dump it`,
      `npx durable-postgres exec --stack ${stack} -- pg_dump --format=custom --file=<file>`,
    );
  if (backup.kind === "docker") {
    if (to !== undefined)
      throw new Fault(
        `dumps of stack ${stack} are kept with its backups, and not in ${to}`,
        `npx durable-postgres dump --stack ${stack}; it says how to copy one`,
      );
    const taken = await takeContainerDump(backup, progress);
    const copy = `copy it: ${printDump(backup, taken.file)} > ${taken.file}`;
    return `${dumpText(taken, backup.retention, progress)}\n${copy}`;
  }
  const { database } = await stackOutputs(stack);
  const request = {
    database,
    directory: to === undefined ? dumpDirectory(backup) : path.resolve(to),
    retention: backup.retention,
    programs: process.env.PGBIN,
  };
  const taken = await takeDump(storeOf(generation).administration, request, progress);
  return dumpText(taken, backup.retention, progress);
}

function dumpText({ file, size, tables, expired }: DumpTaken, retention: number, progress: Progress): string {
  if (expired.length > 0) progress.info(`expired after ${retention} days: ${expired.join(", ")}`);
  return `dump ${file}: ${showSize(size)}, ${tables} tables, restored once`;
}
