/** `durable-postgres policy report`: what did the policies find in a preview, in the forms that pull requests show? */

import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Fault, throwFaults } from "../components/faults";
import { dataLosses } from "./guard/data-loss";
import { diagnosticsText, OUR_PACK, type Preview, type PreviewOptions, preview } from "./preview/run-preview";
import { findProject } from "./project";
import { isMandatory, reportedFindings } from "./report/finding";
import { junit } from "./report/junit";
import { markdown } from "./report/markdown";
import { sarif } from "./report/sarif";

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
  const files: [file: string | undefined, text: () => string][] = [
    [options.markdown, () => markdown(stack, output, findings, guard)],
    [options.junit, () => junit(stack, output, findings)],
    [options.sarif, () => `${JSON.stringify(sarif(stack, output, findings, projectFile()), null, 2)}\n`],
  ];
  throwFaults(files.flatMap(([file, text]) => (file === undefined ? [] : writeFault(file, text()))));
  const mandatory = findings.filter(isMandatory).length;
  const written = files.flatMap(([file]) => file ?? []);
  const lines = [
    diagnosticsText(output),
    ...findings
      .filter(isMandatory)
      .map(({ policy, fact, hint }) => `${policy}: ${fact}${hint === "" ? "" : `\nHINT: ${hint}`}`),
    `${mandatory} mandatory and ${findings.length - mandatory} advisory findings${written.length > 0 ? `, written to ${written.join(", ")}` : ""}`,
  ];
  return { text: lines.filter((line) => line !== "").join("\n"), code: output.code };
}

/** `project/stack`, which every URN begins with. */
function stackOf({ steps, violations }: Preview): string {
  const urn = [...steps, ...violations].find((entry) => entry.urn !== "")?.urn ?? "";
  const [, stack, project] = /^urn:pulumi:(.*?)::(.*?)::/.exec(urn) ?? [];
  return stack === undefined ? "" : `${project}/${stack}`;
}

/** Pulumi.yaml from the root of the repository. */
function projectFile(): string {
  const root = process.env.GITHUB_WORKSPACE ?? process.cwd();
  const isProject = existsSync("Pulumi.yaml");
  const file = path.relative(root, path.join(isProject ? process.cwd() : findProject(), "Pulumi.yaml"));
  return file.split(path.sep).join("/");
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
