/** What does a reviewer read in a pull request? */

import type { GuardReport } from "../guard/data-loss";
import type { EngineOutput } from "../preview/engine-output";
import { isMandatory, type ReportedFinding } from "./finding";

/** The summary of a preview. */
export function markdown(
  stack: string,
  output: EngineOutput,
  findings: readonly ReportedFinding[],
  { losses }: GuardReport,
): string {
  const mandatory = findings.filter(isMandatory);
  const advisory = findings.filter((finding) => !isMandatory(finding));
  const errors = output.diagnostics.filter(
    ({ severity, message }) => severity === "error" && message !== "preview failed",
  );
  const changes = Object.entries(output.changes).map(([op, count]) => `${count} ${op}`);
  const verdict = output.failed ? "❌ stopped" : losses.length > 0 ? "⚠️ would lose data" : "✅ passed";
  return [
    `## PostgreSQL policies${stack === "" ? "" : `: ${cell(stack)}`} — ${verdict}`,
    `${mandatory.length} mandatory and ${advisory.length} advisory findings. Planned: ${changes.join(", ") || "nothing"}.`,
    ...section(
      "Data would be lost",
      losses.map(({ fact, hint }) => `- ${line(fact)}\n  - ${line(hint)}`),
    ),
    ...section(
      "Errors",
      errors.map(({ message }) => `- ${line(message)}`),
    ),
    ...section("Stops the deployment", mandatory.length === 0 ? [] : [table(mandatory)]),
    ...(advisory.length === 0
      ? []
      : [
          `<details><summary>${advisory.length} advisory findings</summary>\n\n${table(advisory)}\n\n</details>`,
        ]),
    "",
  ].join("\n\n");
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`### ${title}`, lines.join("\n")];
}

function table(findings: readonly ReportedFinding[]): string {
  const rows = findings.map(({ severity, policy, docs, resource, fact, hint }) => {
    const rule = docs === "" ? `\`${policy}\`` : `[\`${policy}\`](${docs})`;
    return `| ${severity} | ${rule} | ${cell(resource)} | ${cell(fact)} | ${cell(hint)} |`;
  });
  return [
    "| severity | rule | resource | finding | what to write |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

/** Text in one line; what looks like HTML is shown, not interpreted. */
function line(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replace(/\s*\n\s*/g, " ");
}

function cell(text: string): string {
  return line(text).replaceAll("|", "\\|");
}
