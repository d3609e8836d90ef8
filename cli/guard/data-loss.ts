/** Which planned steps would lose data, and because of which property? Pure. */

import { flag, isAbsent, record } from "../../policies/reading/known";
import { shortType } from "../../policies/subjects";
import { PLAN_GUARD, type Waivers } from "../../policies/waivers";
import type { PlannedStep } from "../preview/engine-output";
import { CONTAINER, DATA_TYPES, KEEPS_DATA } from "./data-types";

/** A step that would lose data. */
export interface DataLoss {
  urn: string;
  name: string;
  /** Undefined: the resource is not in the program any more. */
  properties: readonly string[];
  fact: string;
  hint: string;
}

/** What the guard makes of a plan. */
export interface GuardReport {
  losses: readonly DataLoss[];
  /** Losses that somebody allowed, and steps that look worse than they are. */
  notes: readonly string[];
}

/** Looks at every step of a plan. */
export function dataLosses(
  steps: readonly PlannedStep[],
  {
    allow = [],
    waivers,
    isDestroy = false,
  }: { allow?: readonly string[]; waivers?: Waivers; isDestroy?: boolean } = {},
): GuardReport {
  const losses: DataLoss[] = [];
  const notes: string[] = [];
  for (const [urn, step] of worstSteps(steps)) {
    const title = `${shortType(step.type)} ${step.name}`;
    const isReplaced = step.op !== "delete";
    if (step.type === CONTAINER && isReplaced)
      notes.push(
        `${title} is replaced (${step.reasons.join(", ") || "no property is named"}): its volumes stay`,
      );
    const lost = Object.hasOwn(DATA_TYPES, step.type) ? DATA_TYPES[step.type] : undefined;
    if (lost === undefined) continue;
    if (!isReplaced && isKept(step)) {
      notes.push(`${title} is deleted from the stack, and its data are kept`);
      continue;
    }
    const loss = isReplaced ? replacement(step, title, lost) : deletion(step, title, lost, steps, isDestroy);
    if (allow.includes(urn) || allow.includes(step.name)) notes.push(`allowed by --allow: ${loss.fact}`);
    else if (waivers?.covers(PLAN_GUARD, { name: step.name, urn })) notes.push(`waived: ${loss.fact}`);
    else losses.push(loss);
  }
  return { losses, notes };
}

/** One step of each resource that is replaced or deleted: a replacement is planned as several. */
function worstSteps(steps: readonly PlannedStep[]): Map<string, PlannedStep> {
  const worst = new Map<string, PlannedStep>();
  for (const step of steps) {
    if (!/^(delete|replace|create-replacement|delete-replaced|import-replacement)$/.test(step.op)) continue;
    const known = worst.get(step.urn);
    // The deletion of what was replaced names no property.
    if (!known || (known.reasons.length === 0 && step.reasons.length > 0)) worst.set(step.urn, step);
  }
  return worst;
}

/** Whether deleting leaves the data where they are. A replacement does not count: the new resource is empty. */
function isKept({ type, old }: PlannedStep): boolean {
  if (flag(old.retainOnDelete) === true) return true;
  return KEEPS_DATA.includes(type) && flag(record(old.inputs).deleteData) !== true;
}

function replacement(step: PlannedStep, title: string, lost: string): DataLoss {
  const { reasons, urn, name } = step;
  const [before, after] = [record(step.old.inputs), record(step.new.inputs)];
  const changes = reasons.map(
    (property) => `\`${property}\` changes${change(before[property], after[property])}`,
  );
  const cause = changes.length > 0 ? `because ${changes.join(" and ")}` : "and the engine names no property";
  const [first] = reasons;
  const back =
    first === undefined
      ? "look at the preview: npx durable-postgres pulumi preview --diff"
      : writeBack(first, before);
  const kept = flag(step.old.retainOnDelete) === true ? ` (the old one is kept, the new one is empty)` : "";
  return {
    urn,
    name,
    properties: reasons,
    fact: `${title} would be replaced, ${cause}: lost is ${lost}${kept}`,
    hint: `${back}; if the loss is meant: --allow ${name}`,
  };
}

function change(before: unknown, after: unknown): string {
  return isAbsent(before) || isAbsent(after) ? "" : ` from ${shown(before)} to ${shown(after)}`;
}

function writeBack(property: string, before: Readonly<Record<string, unknown>>): string {
  return isAbsent(before[property])
    ? `write \`${property}\` as it was`
    : `write \`${property}: ${shown(before[property])}\` again`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "";
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function deletion(
  step: PlannedStep,
  title: string,
  lost: string,
  steps: readonly PlannedStep[],
  isDestroy: boolean,
): DataLoss {
  const { urn, name, type } = step;
  const made = steps.find((other) => other.op === "create" && other.type === type);
  const cause = isDestroy ? "" : ", because the program does not declare it any more";
  const isProtected = flag(step.old.protect) === true;
  const back = isDestroy
    ? "write `protect: true` in its options and deploy, then: pulumi destroy --exclude-protected"
    : made
      ? `if it is ${made.name} now, write \`aliases: [{ name: "${name}" }]\` in the options of ${made.name}`
      : `write it into the program again`;
  return {
    urn,
    name,
    properties: [],
    fact: `${title} would be deleted${cause}: lost is ${lost}${isProtected ? " (it is protected: the engine stops there)" : ""}`,
    hint: `${back}; if the loss is meant: --allow ${name}`,
  };
}
