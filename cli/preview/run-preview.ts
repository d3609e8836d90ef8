/** Where does a preview come from: from the engine, from a file, or from standard input? */

import { readFileSync } from "node:fs";
import path from "node:path";
import { Fault } from "../../components/faults";
import { packageRoot } from "../../components/package";
import { runPulumi } from "../../toolchain/run-pulumi";
import { findProject, isOwnStack } from "../project";
import { type EngineOutput, readEngineOutput } from "./engine-output";

/** Our pack, as `--policy-pack` takes it. */
export const OUR_PACK = path.join(packageRoot, "policies");

/** Options of the commands that read a preview. */
export interface PreviewOptions {
  stack?: string;
  /** A file with the engine's output, or `-`. */
  json?: string;
  destroy?: boolean;
  /** Plan the deletion of protected resources as well: the engine ends the preview at the first one otherwise. */
  ignoreProtect?: boolean;
  policyPack?: readonly string[];
  policyPackConfig?: readonly string[];
}

/** A preview, and the exit code of the command that made it. */
export interface Preview extends EngineOutput {
  code: number;
}

/** What a preview prints: each event, with what policies found, or one object, with the lines of the program. */
type PreviewForm = "events" | "digest";

/**
 * Runs a preview, or reads what one printed.
 *
 * @throws Fault when there is none.
 */
export async function preview(options: PreviewOptions, form: PreviewForm = "events"): Promise<Preview> {
  if (options.json !== undefined) {
    const output = readEngineOutput(readOutput(options.json), options.json);
    return { ...output, code: output.failed ? 1 : 0 };
  }
  const projectRoot = findProject();
  const stack = options.stack ?? (isOwnStack(projectRoot, "local") ? "local" : undefined);
  const run = (more: PreviewOptions) =>
    runPulumi(previewArguments({ ...options, stack, ...more }), {
      projectRoot,
      stdio: "capture",
      own: stack !== undefined && isOwnStack(projectRoot, stack),
      env: { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: String(form === "events") },
    });
  let result = await run({});
  // An older CLI does not know it.
  if (/unknown flag: --ignore-protect/.test(result.stderr)) result = await run({ ignoreProtect: false });
  const { code, stdout, stderr } = result;
  if (!/^\s*\{/m.test(stdout))
    throw new Fault(
      `the preview did not begin: ${stderr.trim().replace(/^error: /, "") || `pulumi exited ${code}`}`,
      `npx durable-postgres pulumi preview${stack === undefined ? "" : ` --stack ${stack}`}`,
    );
  return { ...readEngineOutput(stdout, "the output of pulumi preview"), code };
}

function previewArguments({
  stack,
  destroy,
  ignoreProtect,
  policyPack = [],
  policyPackConfig = [],
}: PreviewOptions): string[] {
  return [
    ...(destroy ? ["destroy", "--preview-only"] : ["preview"]),
    ...(ignoreProtect && !destroy ? ["--ignore-protect"] : []),
    "--json",
    "--non-interactive",
    ...(stack === undefined ? [] : ["--stack", stack]),
    ...policyPack.flatMap((pack) => ["--policy-pack", pack]),
    ...policyPackConfig.flatMap((file) => ["--policy-pack-config", file]),
  ];
}

function readOutput(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new Fault(
      `${file} cannot be read: ${(error as Error).message}`,
      "name the file that pulumi preview --json has written, or -",
    );
  }
}

/** What was said besides findings of policies, as the engine's own display shows it. */
export function diagnosticsText({ diagnostics }: EngineOutput): string {
  const said = diagnostics.filter(({ message }) => message !== "" && message !== "preview failed");
  return said
    .map(({ severity, message }) => {
      const label = severity.startsWith("info") ? "" : `${severity}: `;
      return `    ${label}${message.replaceAll("\n", "\n    ")}`;
    })
    .join("\n");
}
