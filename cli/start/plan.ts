/**
 * What would a deployment do: lose data, nothing at all, or something?
 *
 * A preview takes as long as an update that changes nothing (2.7 s of 3.5 s of a start, measured). So a preview that
 * plans nothing takes the update's place, and a start that changes nothing is no slower than without the guard.
 */

import { lstatSync, readdirSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../../components/package";
import { guardText, readWaivers } from "../guard";
import { dataLosses } from "../guard/data-loss";
import { diagnosticsText, OUR_PACK, type Preview, preview } from "../preview/run-preview";
import { lastDeployment } from "../project";
import { isMandatory, reportedFindings } from "../report/finding";

/** What the guard lets pass. */
export interface StartOptions {
  allow?: readonly string[];
  /** Configuration of the pack, with its waivers. */
  config?: string;
}

/** What to do next. */
export type Plan =
  | { kind: "deploy" }
  | { kind: "unchanged"; text: string }
  | { kind: "stopped"; text: string; code: number };

/** Looks at a stack that was deployed before. */
export async function planDeployment(
  projectRoot: string,
  stack: string,
  options: StartOptions,
): Promise<Plan> {
  const deployed = lastDeployment(projectRoot, stack);
  // Nothing is there that could be lost.
  if (deployed === undefined) return { kind: "deploy" };
  const waivers = readWaivers(options.config);
  const output = await preview({
    stack,
    ignoreProtect: true,
    policyPack: [OUR_PACK],
    policyPackConfig: options.config === undefined ? [] : [options.config],
  });
  const report = dataLosses(output.steps, { allow: options.allow, waivers });
  const refused = waivers?.refused.map(({ message, hint }) => `${message}\nHINT: ${hint}`) ?? [];
  if (report.losses.length > 0 || refused.length > 0)
    return { kind: "stopped", text: guardText(report, refused, output.steps.length), code: 1 };
  if (output.failed) return { kind: "stopped", text: failure(output), code: output.code || 1 };
  const isSame = output.hasPolicies && !output.outputsChange && output.steps.every(({ op }) => op === "same");
  // A change of options such as protect is no step of the plan, and still has to get into the state.
  if (!isSame || newestChange(projectRoot) >= deployed) return { kind: "deploy" };
  return { kind: "unchanged", text: unchanged(output) };
}

/** What stopped the preview, as the engine shows it. */
function failure(output: Preview): string {
  const findings = reportedFindings(output)
    .filter(isMandatory)
    .map(({ policy, message }) => `    [mandatory]  ${policy}\n    ${message.replaceAll("\n", "\n    ")}`);
  return ["Diagnostics:", diagnosticsText(output), ...findings].filter((text) => text !== "").join("\n");
}

function unchanged(output: Preview): string {
  const findings = reportedFindings(output).map(
    ({ level, policy, fact }) => `    [${level}]  ${policy}  ${fact}`,
  );
  return [
    diagnosticsText(output),
    ...(findings.length > 0 ? ["Policies:", ...findings] : []),
    `Resources:\n    ${output.steps.length} unchanged`,
  ]
    .filter((text) => text !== "")
    .join("\n");
}

/** When the program or its configuration changed last, as far as files tell. */
function newestChange(projectRoot: string): number {
  const built = [
    path.join(packageRoot, "dist", "tsconfig.tsbuildinfo"),
    path.join(packageRoot, "package.json"),
  ];
  return Math.max(newestIn(projectRoot), ...built.map(changed));
}

function newestIn(folder: string): number {
  let newest = changed(folder);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    const child = path.join(folder, entry.name);
    newest = Math.max(newest, entry.isDirectory() ? newestIn(child) : changed(child));
  }
  return newest;
}

/** npm gives the files of packages a time of their own, so that the time of the change of the entry counts as well. */
function changed(file: string): number {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  return stat ? Math.max(stat.mtimeMs, stat.ctimeMs) : 0;
}
