/** Is it proven? Only where nothing is missing: what was not shown counts like what went wrong. */

import type { ConnectionReport } from "../../components/verify/report";
import type { Chain, DrillSection } from "./model";
import type { RehearsalRow } from "./state";

/** Why it is not proven, and what to do. */
export interface Reason {
  fact: string;
  hint: string;
}

/** What the verdict depends on. */
export interface VerdictArgs {
  stack: string;
  verification: ConnectionReport;
  drills: readonly DrillSection[];
  rehearsals: readonly RehearsalRow[];
  chains: readonly Chain[];
}

/** All reasons; none: it is proven. */
export function reasons({ stack, verification, drills, rehearsals, chains }: VerdictArgs): Reason[] {
  return [
    ...(verification.ok
      ? []
      : [
          {
            fact: "the server does not run as declared",
            hint: `npx durable-postgres start --stack ${stack}`,
          },
        ]),
    ...chains.flatMap(({ broken }) => broken ?? []),
    ...rehearsalReasons(rehearsals.at(-1), stack),
    ...drills.flatMap((section) => [...runReasons(section, stack), ...controlReasons(section, stack)]),
  ];
}

/** That there is none is no reason: a drill shows that restores work, and a new stack has no backup yet. */
function rehearsalReasons(newest: RehearsalRow | undefined, stack: string): Reason[] {
  if (!newest || newest.ok) return [];
  return [
    {
      fact: `the newest rehearsal of a restore failed: ${newest.failure}`,
      hint: `mend what it found, then: npx durable-postgres rehearse --stack ${stack}`,
    },
  ];
}

function runReasons({ drill, run, changes, rounds }: DrillSection, stack: string): Reason[] {
  const hint = `npx durable-postgres drill ${drill} --stack ${stack} --prove`;
  if (!run) return [{ fact: `drill ${drill} was not shown: there is no intact record of it`, hint }];
  if (run.verdict === "not run") return [{ fact: `drill ${drill} was not run: ${run.reason}`, hint }];
  const stale = {
    fact: `drill ${drill} ran with other settings: ${changes.map(({ name }) => name).join(", ")}`,
    hint,
  };
  const failed = {
    fact: `drill ${drill} failed: ${rounds.flatMap(({ findings }) => findings).join("; ")}`,
    hint: `mend what it found, then: ${hint}`,
  };
  return [...(run.verdict === "failed" ? [failed] : []), ...(changes.length > 0 ? [stale] : [])];
}

/** Of a drill that did not run it is enough to say that. */
function controlReasons({ drill, run, controls, controlsAt }: DrillSection, stack: string): Reason[] {
  const hint = `npx durable-postgres drill ${drill} --stack ${stack} --prove`;
  if (!run || run.verdict === "not run") return [];
  if (controlsAt === null) return [{ fact: `nothing shows that drill ${drill} can fail`, hint }];
  return controls
    .filter(({ found }) => !found)
    .map(({ name }) => ({ fact: `drill ${drill} does not find ${name}, so it proves nothing here`, hint }));
}
