/** Which drills are there, what does each prove, and what does it not prove? */

import type { Target } from "../components/database";

/** Names of the drills. */
export const DRILLS = ["crash", "power-cut", "torn-page", "restore", "failover"] as const;
export type DrillName = (typeof DRILLS)[number];

/** What a drill says of itself, beside its result. */
export interface Claims {
  title: string;
  proves: string;
  doesNotProve: string;
  /** Where it can be run. */
  targets: readonly Target[];
}

const OWN_SERVERS = ["local", "docker"] as const;

/** Printed with every result. */
export const CLAIMS: Readonly<Record<DrillName, Claims>> = {
  crash: {
    title: "every process of the server is killed under load",
    proves: "The server recovers by itself, and a commit does not wait in the server's memory only.",
    doesNotProve:
      "Durability: the operating system lives on and writes what the server left to it. A server with fsync=off passes.",
    targets: OWN_SERVERS,
  },
  "power-cut": {
    title: "the file systems of data and archive lose everything that was not flushed",
    proves: "Every acknowledged commit and every archived segment was flushed, in the right order.",
    doesNotProve:
      "That your disk keeps what it says it has flushed: the cut is above the disk. Test the disk by pulling its plug.",
    targets: OWN_SERVERS,
  },
  "torn-page": {
    title: "pages are left half new and half old, as a power cut in mid-write leaves them",
    proves: "Recovery repairs pages of which only a part reached the disk.",
    doesNotProve: "Anything about commits that were not flushed; power-cut does.",
    targets: OWN_SERVERS,
  },
  restore: {
    title: "a base backup that was taken under load is brought forward to a named point",
    proves:
      "Backup and archive hold every commit that was acknowledged before the point, and none that was begun after it.",
    doesNotProve:
      "That the stack's own backups can be restored: `rehearse` does. Nor that they outlive the machine they are on.",
    targets: OWN_SERVERS,
  },
  failover: {
    title: "AWS fails the database itself over to its standby, under load",
    proves:
      "Every acknowledged commit was on the standby as well, and how long applications cannot commit when one goes.",
    doesNotProve:
      "The loss of a zone: AWS ends the server, and both zones go on. Nor how your applications take it: they have to connect again.",
    targets: ["rds"],
  },
};

/** The drills that can be run on a target. */
export function drillsOn(target: Target): DrillName[] {
  return DRILLS.filter((drill) => CLAIMS[drill].targets.includes(target));
}

/** Rounds where nothing is said; also how many a negative control gets to be found in. */
export const DEFAULT_ROUNDS = 5;
