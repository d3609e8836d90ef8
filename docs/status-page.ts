/** What does docs/status.md say? Every check of `durable-postgres status`, when it speaks up, and why. */

import { CHECKS } from "../components/status/checks";
import { code, table } from "./markdown";

/** What a monitoring system would also look at, and why this command does not. */
const LEFT_OUT: readonly (readonly [what: string, why: string])[] = [
  ["lines of configuration files", `pg_monitor may not read them; ${code("verify")} does, as superuser`],
  ["share of full-page images, waits for WAL buffers", "they are trends and have no threshold"],
  ["sessions that were killed", "an administrator's pg_terminate_backend counts like anybody's"],
];

/** docs/status.md. */
export function statusPage(): string {
  const rows = CHECKS.map(({ name, warning = "", critical = "", why, reads }) => [
    name,
    warning,
    critical,
    why,
    reads,
  ]);
  return `# Status

Written by \`npm run docs\` from components/status. These ${CHECKS.length} checks judge the server of a stack:

\`\`\`sh
npx durable-postgres status --stack local
npx durable-postgres status --stack local --watch
npx durable-postgres status --stack local --json
\`\`\`

The exit code is 0 when all is ok, 1 when the gravest verdict is a warning, and 2 when something is critical or the
server cannot be read. \`--watch\` looks every 2 s until Ctrl-C; with \`--json\` it prints one line each time.

Checks run as the stack's monitor, who is in pg_monitor and can change nothing. They read in one transaction; rates
come from two readings. Thresholds follow from the server's own settings. An idle server raises nothing.

${table(["check", "warning", "critical", "why", "reads"], rows)}

Not checked:

${table(["what", "why not"], LEFT_OUT)}
`;
}
