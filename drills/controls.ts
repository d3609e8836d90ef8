/** Can the drills fail? Each of these servers is unsafe on purpose, and a drill has to find it. */

import type { DrillName } from "./claims";
import { type DrillArgs, runDrill } from "./drills";
import type { DrillRound } from "./rounds";
import type { DrillFinding, DrillServerArgs } from "./server";

/** A server that is unsafe on purpose. */
export interface Control extends Pick<DrillServerArgs, "prepare" | "archiveCommand"> {
  name: string;
  drill: DrillName;
  parameters?: Readonly<Record<string, string>>;
  /** What the drill has to find, one of these. */
  expects: readonly DrillFinding["kind"][];
}

/** Every negative control, with what was measured without it: nothing was found, and the server looked healthy. */
export const CONTROLS: readonly Control[] = [
  {
    name: "fsync = off",
    drill: "power-cut",
    parameters: { fsync: "off" },
    expects: ["lost", "corrupt", "down"],
  },
  {
    name: "synchronous_commit = off",
    drill: "crash",
    parameters: { synchronous_commit: "off" },
    expects: ["lost"],
  },
  {
    name: "ALTER ROLE … SET synchronous_commit = off",
    drill: "crash",
    prepare: ["ALTER ROLE drill SET synchronous_commit = off"],
    expects: ["lost"],
  },
  {
    name: "ALTER DATABASE … SET synchronous_commit = off",
    drill: "power-cut",
    prepare: ["ALTER DATABASE drill SET synchronous_commit = off"],
    // A cut right after its first statements takes the tables with it.
    expects: ["lost", "corrupt"],
  },
  {
    name: "full_page_writes = off",
    drill: "torn-page",
    parameters: { full_page_writes: "off" },
    expects: ["lost", "corrupt", "down"],
  },
  {
    name: "archive_command = 'cp …'",
    drill: "power-cut",
    archiveCommand: (directory) => `cp %p ${directory}/%f`,
    expects: ["archive"],
  },
];

/** What became of a control. */
export interface ControlResult {
  name: string;
  drill: DrillName;
  /** True when the drill found it. */
  found: boolean;
  rounds: DrillRound[];
}

/** Runs a drill on an unsafe server; a loss is a matter of moments, so there are several rounds to find it. */
export async function runControl(control: Control, args: DrillArgs): Promise<ControlResult> {
  const { name, drill, prepare, archiveCommand, expects } = control;
  const parameters = { ...args.parameters, ...control.parameters };
  const rounds = await runDrill(drill, { ...args, parameters, prepare, archiveCommand });
  const kinds = rounds.flatMap(({ findings }) => findings.map(({ kind }) => kind));
  return { name, drill, found: kinds.some((kind) => expects.includes(kind)), rounds };
}
