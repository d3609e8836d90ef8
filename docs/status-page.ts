/** What does docs/status.md say? Every check of `durable-postgres status`, when it speaks up, and why. */

import type { Check } from "../components/status/check";
import { CHECKS } from "../components/status/checks";
import { RDS_CHECKS } from "../components/status/rds-checks";
import { code, table } from "./markdown";

/** What a monitoring system would also look at, and why this command does not. */
const LEFT_OUT: readonly (readonly [what: string, why: string])[] = [
  [
    "lines of configuration files",
    `pg_monitor may not read them; ${code("verify")} does, as superuser. They are checked with the other settings once a superuser has said ${code("GRANT SELECT ON pg_file_settings TO app_monitor")} and ${code("GRANT EXECUTE ON FUNCTION pg_show_all_file_settings() TO app_monitor")}`,
  ],
  ["share of full-page images, waits for WAL buffers", "they are trends and have no threshold"],
  ["sessions that were killed", "an administrator's pg_terminate_backend counts like anybody's"],
];

function checkTable(
  checks: readonly Pick<Check, "name" | "warning" | "critical" | "why" | "reads">[],
): string {
  const rows = checks.map(({ name, warning = "", critical = "", why, reads }) => [
    name,
    warning,
    critical,
    why,
    reads,
  ]);
  return table(["check", "warning", "critical", "why", "reads"], rows);
}

/** docs/status.md. */
export function statusPage(): string {
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

Backups and archive are not asked of the server: their own files are read, after the server. So the line "archive" is the
one that finds an archive command which says yes and writes nothing, and the archiver's own count of failures is not
trusted: PostgreSQL counts none for a command that is not found, or that a signal kills. When the server is down, the
three lines before it are still there.

On target local nothing of ours runs by itself, and a backup is due after 8 days rather than after 26 hours: a line for
cron may be weekly, and a database that was not written to needs none. Rehearsals are due whatever was written, because
it is the backup that may have been lost.

Where a container has a bucket beside its backup volume, each is looked at, and the one that lags is named.

${checkTable(CHECKS)}

Not checked:

${table(["what", "why not"], LEFT_OUT)}

## On RDS

AWS's API is asked, and not the server: CloudWatch has alarms for what it does, see [rds.md](rds.md). \`--watch\` looks
every 30 s. Nothing here has been run on AWS yet, but on a double of its API.

${checkTable(RDS_CHECKS)}

## Alerting

\`--json\` prints an object that [status.schema.json](status.schema.json) describes. The names of the checks are stable.
By cron, which mails whatever is printed, with the folder of your project:

\`\`\`sh
*/5 * * * * cd /srv/shop && s=$(npx durable-postgres status --stack local) || echo "$s"
\`\`\`

For Prometheus, through node_exporter's textfile collector: 0 is ok, 1 a warning, 2 critical. The new file replaces the
old one at once, so that no half of it is read:

\`\`\`sh
npx durable-postgres status --stack local --json | jq -r '.checks[] |
  "durable_postgres_status{check=\\"\\(.name)\\"} \\({ok: 0, warning: 1, critical: 2}[.verdict])"' > status.tmp
mv status.tmp /var/lib/node_exporter/durable_postgres.prom
\`\`\`

Alert on \`max(durable_postgres_status) == 2\`, and on a file that is no longer written:
\`time() - node_textfile_mtime_seconds > 900\`. On RDS CloudWatch has alarms as well: [rds.md](rds.md).
`;
}
