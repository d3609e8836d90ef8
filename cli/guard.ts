/** `durable-postgres guard`: would this deployment replace or delete a resource that holds data? */

import { list, record } from "../policies/reading/known";
import { PLAN_GUARD, Waivers } from "../policies/waivers";
import { dataLosses, type GuardReport } from "./guard/data-loss";
import { readPackConfig } from "./pack-config";
import { diagnosticsText, type Preview, type PreviewOptions, preview } from "./preview/run-preview";

/** Options of the command, as commander reads them. */
export interface GuardOptions extends PreviewOptions {
  allow?: readonly string[];
  /** Configuration of the pack, for its waivers. */
  config?: string;
}

/** What a person reads, and the exit code. */
export interface GuardResult {
  text: string;
  code: number;
}

/** Looks at a preview, or at the preview of a destroy. */
export async function guard(options: GuardOptions): Promise<GuardResult> {
  const waivers = readWaivers(options.config);
  return guardResult(await preview({ ...options, ignoreProtect: true }), { ...options, waivers });
}

/** What the guard says of a preview that is there already. */
function guardResult(
  plan: Preview,
  { allow, waivers, destroy }: GuardOptions & { waivers?: Waivers },
): GuardResult {
  const report = dataLosses(plan.steps, { allow, waivers, isDestroy: destroy });
  const refused =
    waivers?.refused.map(({ message, hint }) => `${message}, and does not hold\nHINT: ${hint}`) ?? [];
  const broken = plan.failed
    ? [`the preview failed, so that its plan is not complete:\n${diagnosticsText(plan)}`]
    : [];
  const code = report.losses.length + refused.length + broken.length > 0 ? 1 : 0;
  return { text: guardText(report, [...refused, ...broken], plan.steps.length), code };
}

/** What a person reads of it. */
export function guardText({ losses, notes }: GuardReport, faults: readonly string[], steps: number): string {
  const lines = [
    ...losses.map(({ fact, hint }) => `${fact}\nHINT: ${hint}`),
    ...faults,
    ...notes.map((note) => `note: ${note}`),
  ];
  if (losses.length > 0) lines.push(`NOT ok: ${losses.length} of ${steps} planned steps would lose data`);
  else if (faults.length === 0) lines.push(`ok: none of ${steps} planned steps loses data`);
  return lines.join("\n");
}

/**
 * Waivers of the guard in the pack's configuration; the others are the pack's own.
 *
 * @throws Fault when the file cannot be read.
 */
export function readWaivers(file: string | undefined): Waivers | undefined {
  if (file === undefined) return undefined;
  const listed = list(record(readPackConfig(file).waivers).list);
  const ours = listed.filter((waiver) => record(waiver).rule === PLAN_GUARD);
  return new Waivers(ours, [PLAN_GUARD], new Date().toJSON().slice(0, 10));
}
