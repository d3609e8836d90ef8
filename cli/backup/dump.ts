/** `durable-postgres dump`: a logical dump of a stack's database that was restored once. */

import path from "node:path";
import { takeDump } from "../../components/backup/local/dump";
import { Fault } from "../../components/faults";
import type { Progress } from "../../components/progress";
import { stackOutputs } from "../project";
import { showSize } from "./backups";
import { deployedGeneration, storeOf } from "./generations";

/** Dumps the active generation of a stack. */
export async function dump(stack: string, to: string | undefined, progress: Progress): Promise<string> {
  const generation = await deployedGeneration(stack);
  const { backup } = generation;
  if (backup.kind !== "local")
    throw new Fault(
      `the database of stack ${stack} does not run on this machine, and this command dumps servers of this machine`,
      `npx durable-postgres exec --stack ${stack} -- pg_dump --format=custom --file=<file>`,
    );
  const { database } = await stackOutputs(stack);
  const { file, size, tables, expired } = await takeDump(
    storeOf(generation).administration,
    {
      database,
      directory: to === undefined ? `${backup.directory}-dumps` : path.resolve(to),
      retention: backup.retention,
      programs: process.env.PGBIN,
    },
    progress,
  );
  if (expired.length > 0) progress.info(`expired after ${backup.retention} days: ${expired.join(", ")}`);
  return `dump ${file}: ${showSize(size)}, ${tables} tables, restored once`;
}
