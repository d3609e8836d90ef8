/** What do the tools ask of containers that this pack leaves out, and why? Everything else of theirs is a rule. */

import type { Coverage } from "./coverage-aws";

/** By the entry's name. */
export const DOCKER_LEFT_OUT: Readonly<Record<string, Extract<Coverage, { leftOut: string }>>> = {
  "docker-no-host-uts": { leftOut: "Pulumi's Docker provider has no property for the UTS namespace." },
  "docker-pids-limit": { leftOut: "Pulumi's Docker provider has no property for the number of processes." },
};
