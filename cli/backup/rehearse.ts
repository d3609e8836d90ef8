/** `durable-postgres rehearse`: tries a restore, and keeps the result. */

import Table from "cli-table3";
import { appendEvidence, evidenceFile, lastRehearsal } from "../../components/backup/evidence";
import { rehearse } from "../../components/backup/rehearsal";
import type { Rehearsal } from "../../components/backup/rehearsal-protocol";
import type { Progress } from "../../components/progress";
import { findProject } from "../project";
import { deployedGeneration, isOnRds, storeOf } from "./generations";

/** Rehearses the active generation of a stack. */
export async function rehearseStack(stack: string, progress: Progress): Promise<Rehearsal> {
  const generation = await deployedGeneration(stack);
  const rehearsal = isOnRds(generation)
    ? await (await import("./rds")).rehearseRds(
        stack,
        generation,
        progress,
        lastRehearsal(findProject(), stack)?.restoreSeconds,
      )
    : await rehearse(storeOf(generation), progress);
  const file = evidenceFile(findProject(), stack);
  await appendEvidence(file, { stack, generation: generation.number, ...rehearsal });
  return rehearsal;
}

function dataText(age: number | null): string {
  return age === null
    ? "NOBODY LOOKED INTO IT: this machine does not reach the database"
    : `the newest row was ${age.toFixed(1)} s old by then`;
}

/** The result as a person reads it. */
export function rehearsalText({ ok, steps, restoreSeconds, dataAgeSeconds, failure }: Rehearsal): string {
  const table = new Table({
    head: ["step", "", "seconds", "found"],
    style: { head: [], border: [], compact: true },
    colAligns: ["left", "left", "right", "left"],
    wordWrap: true,
    colWidths: [null, null, null, 70],
  });
  for (const { name, ok: passed, seconds, detail } of steps)
    table.push([name, passed ? "ok" : "FAILED", seconds.toFixed(1), detail]);
  const end = ok
    ? `ok: restored in ${restoreSeconds?.toFixed(1)} s; ${dataText(dataAgeSeconds)}`
    : `FAILED: ${failure}`;
  return [table.toString(), end].join("\n");
}
