/** Can the drills fail? Each of these servers is unsafe on purpose, and a drill has to find it. */

import { SYSTEM_IDENTIFIER } from "../components/backup/segments";
import type { DrillName } from "./claims";
import { type DrillArgs, runDrill } from "./drills";
import { FAILOVER_ROLE } from "./failover";
import type { DrillRound } from "./rounds";
import type { DrillFinding, DrillServerArgs, SegmentChange } from "./server";

/** A server that is unsafe on purpose. */
export interface Control
  extends Pick<DrillServerArgs, "prepare" | "archiveCommand">,
    Pick<DrillArgs, "restore" | "rto"> {
  name: string;
  drill: DrillName;
  parameters?: Readonly<Record<string, string>>;
  /** What the drill has to find, one of these. */
  expects: readonly DrillFinding["kind"][];
  /** What it has to find besides. */
  also?: DrillFinding["kind"];
}

/** A control whose archive is damaged between backup and restore point: the restore has to fail, also once it has begun. */
function damaged(name: string, segment: SegmentChange): Control {
  return { name, drill: "restore", restore: { segment }, expects: ["restore"], also: "archive" };
}

/** A segment as another cluster writes it. */
function foreign(content: Buffer): Buffer {
  const identifier = content.readBigUInt64LE(SYSTEM_IDENTIFIER);
  content.writeBigUInt64LE(identifier + 1n, SYSTEM_IDENTIFIER);
  return content;
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
    name: "rto = 1ms",
    drill: "crash",
    // No server is up that soon: the drill has to say that the objective is missed.
    rto: 0.001,
    expects: ["slow"],
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
  damaged("a segment of WAL was removed", () => undefined),
  damaged("a segment of WAL is zeroed", (content) => content.fill(0)),
  damaged("a segment of WAL is another cluster's", foreign),
  {
    name: "restored to an earlier point",
    drill: "restore",
    restore: { to: "earlier" },
    expects: ["lost"],
  },
  {
    name: "restored to a later point",
    drill: "restore",
    restore: { to: "later" },
    expects: ["unacknowledged"],
  },
  {
    name: "ALTER ROLE … SET synchronous_commit = off",
    drill: "failover",
    prepare: [`ALTER ROLE ${FAILOVER_ROLE} SET synchronous_commit = off`],
    expects: ["lost"],
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
  const { name, drill, prepare, archiveCommand, restore, rto, expects, also } = control;
  const parameters = { ...args.parameters, ...control.parameters };
  const rounds = await runDrill(drill, { ...args, parameters, prepare, archiveCommand, restore, rto });
  const kinds = rounds.flatMap(({ findings }) => findings.map(({ kind }) => kind));
  const found = kinds.some((kind) => expects.includes(kind)) && (also === undefined || kinds.includes(also));
  return { name, drill, found, rounds };
}
