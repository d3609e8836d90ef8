/** `durable-postgres policy report`: what did the policies find in a preview, in the forms that pull requests show? */

import { writeFileSync } from "node:fs";
import path from "node:path";
import { Fault, throwFaults } from "../components/faults";
import { dataLosses } from "./guard/data-loss";
import { diagnosticsText, OUR_PACK, type Preview, type PreviewOptions, preview } from "./preview/run-preview";
import { findProject } from "./project";
import { isMandatory, type ReportedFinding, reportedFindings } from "./report/finding";
import { junit } from "./report/junit";
import { markdown } from "./report/markdown";
import { sarif } from "./report/sarif";
import { type SourceLine, sourceLines } from "./report/source-line";

/** Options of the command, as commander reads them. */
export interface PolicyReportOptions extends PreviewOptions {
  markdown?: string;
  junit?: string;
  sarif?: string;
}

/** What a person reads, and the exit code of the preview. */
export interface PolicyReportResult {
  text: string;
  code: number;
}

/** Writes the reports that are asked for. */
export async function policyReport(options: PolicyReportOptions): Promise<PolicyReportResult> {
  const packs = options.policyPack?.length ? options.policyPack : [OUR_PACK];
  const output = await preview({ ...options, policyPack: packs });
  if (!output.hasPolicies)
    throw new Fault(
      `${options.json} holds no findings of policies: --json leaves them out unless every event is asked for`,
      "PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true npx durable-postgres pulumi preview --json --policy-pack <pack> > preview.json",
    );
  const findings = reportedFindings(output);
  const stack = stackOf(output);
  const guard = dataLosses(output.steps);
  const lines = await findingLines(options, findings);
  const files: [file: string | undefined, text: () => string][] = [
    [options.markdown, () => markdown(stack, output, findings, guard)],
    [options.junit, () => junit(stack, output, findings)],
    [
      options.sarif,
      () =>
        `${JSON.stringify(sarif(stack, output, findings, { lines, fallback: projectFile() }), null, 2)}\n`,
    ],
  ];
  throwFaults(files.flatMap(([file, text]) => (file === undefined ? [] : writeFault(file, text()))));
  const mandatory = findings.filter(isMandatory).length;
  const written = files.flatMap(([file]) => file ?? []);
  const text = [
    diagnosticsText(output),
    ...findings
      .filter(isMandatory)
      .map(({ policy, fact, hint }) => `${policy}: ${fact}${hint === "" ? "" : `\nHINT: ${hint}`}`),
    `${mandatory} mandatory and ${findings.length - mandatory} advisory findings${written.length > 0 ? `, written to ${written.join(", ")}` : ""}`,
  ];
  return { text: text.filter((line) => line !== "").join("\n"), code: output.code };
}

/** `project/stack`, which every URN begins with. */
function stackOf({ steps, violations }: Preview): string {
  const urn = [...steps, ...violations].find((entry) => entry.urn !== "")?.urn ?? "";
  const [, stack, project] = /^urn:pulumi:(.*?)::(.*?)::/.exec(urn) ?? [];
  return stack === undefined ? "" : `${project}/${stack}`;
}

/** Lines of the program, for the report that shows them: they take a preview of their own. */
async function findingLines(
  options: PolicyReportOptions,
  findings: readonly ReportedFinding[],
): Promise<ReadonlyMap<string, SourceLine>> {
  if (options.sarif === undefined || options.json !== undefined || findings.length === 0) return new Map();
  const { steps } = await preview({ ...options, policyPack: [], policyPackConfig: [] }, "digest");
  return sourceLines(steps, findProject(), repository());
}

/** The folder of the repository, as far as the CI system tells. */
function repository(): string {
  return process.env.GITHUB_WORKSPACE ?? process.cwd();
}

/** Pulumi.yaml from the root of the repository. */
function projectFile(): string {
  return path.relative(repository(), path.join(findProject(), "Pulumi.yaml")).split(path.sep).join("/");
}

function writeFault(file: string, text: string): Fault[] {
  try {
    writeFileSync(file, text);
    return [];
  } catch (error) {
    return [
      new Fault(`${file} cannot be written: ${(error as Error).message}`, `mkdir -p ${path.dirname(file)}`),
    ];
  }
}
