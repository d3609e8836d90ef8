/** Which findings has somebody accepted, why, and until when? */

import { record } from "./reading/known";
import type { Resource } from "./rule";

/** What a waiver names as its rule when it lets `durable-postgres guard` pass; the pack itself finds nothing by it. */
export const PLAN_GUARD = "plan-guard";

/** An accepted finding. */
export interface Waiver {
  rule: string;
  /** Name or URN of the resource. */
  resource: string;
  reason: string;
  /** The last day it holds, such as `2026-12-31`. */
  expires: string;
}

/** A waiver that does not hold, and what to write. */
export interface RefusedWaiver {
  message: string;
  hint: string;
}

/** Schema of the list in the pack's configuration. Nothing is required there: a refusal says more than the schema. */
export const WAIVER_SCHEMA = {
  type: "array",
  default: [],
  items: {
    type: "object",
    properties: {
      rule: { type: "string", description: "Name of the rule" },
      resource: { type: "string", description: "Name or URN of the resource" },
      reason: { type: "string", description: "Why the finding is accepted" },
      expires: { type: "string", description: "The last day it holds: YYYY-MM-DD" },
    },
  },
} as const;

/** Waivers as they are configured, the good ones and the others. */
export class Waivers {
  readonly refused: RefusedWaiver[] = [];
  private readonly granted: { waiver: Waiver; uses: number }[] = [];

  /**
   * @param list What the configuration holds.
   * @param today `YYYY-MM-DD`
   */
  constructor(list: unknown, rules: readonly string[], today: string) {
    for (const [index, entry] of (Array.isArray(list) ? list : []).entries()) {
      const waiver = readWaiver(entry);
      const fault = waiverFault(waiver, rules, today);
      if (fault)
        this.refused.push({
          message: `waiver ${index + 1} (${describe(waiver)}) ${fault[0]}`,
          hint: fault[1],
        });
      else this.granted.push({ waiver, uses: 0 });
    }
  }

  /** Whether a finding is waived; counts it. */
  covers(rule: string, { name, urn }: Pick<Resource, "name" | "urn">): boolean {
    const found = this.granted.find(
      ({ waiver }) => waiver.rule === rule && (waiver.resource === name || waiver.resource === urn),
    );
    if (found) found.uses++;
    return found !== undefined;
  }

  /** One line for each waiver that holds, whether it was needed or not. */
  lines(): string[] {
    return this.granted.map(({ waiver, uses }) => {
      const unused =
        waiver.rule === PLAN_GUARD
          ? "for npx durable-postgres guard"
          : "matches nothing in this run: remove it";
      const used = uses === 0 ? unused : `${uses} finding${uses > 1 ? "s" : ""}`;
      return `${waiver.rule} on ${waiver.resource} is waived until ${waiver.expires} (${used}): ${waiver.reason}`;
    });
  }
}

function readWaiver(entry: unknown): Waiver {
  const field = (name: keyof Waiver): string => {
    const value = record(entry)[name];
    return typeof value === "string" ? value.trim() : "";
  };
  return {
    rule: field("rule"),
    resource: field("resource"),
    reason: field("reason"),
    expires: field("expires"),
  };
}

function describe({ rule, resource }: Waiver): string {
  return `${rule || "no rule"} on ${resource || "no resource"}`;
}

function waiverFault(
  waiver: Waiver,
  rules: readonly string[],
  today: string,
): [fact: string, hint: string] | undefined {
  const { rule, resource, reason, expires } = waiver;
  if (rule !== PLAN_GUARD && !rules.includes(rule))
    return [`names no rule of this pack`, "write the rule's name as the finding shows it"];
  if (resource === "") return ["names no resource", 'write `"resource": "<name or URN>"`'];
  if (reason === "") return ["has no reason", 'write `"reason": "<why the risk is accepted>"`'];
  if (!isDate(expires))
    return [`has no date on which it ends`, `write \`"expires": "${nextQuarter(today)}"\``];
  if (expires < today)
    return [`expired on ${expires}`, "mend the finding, or decide again and write a later date"];
  return undefined;
}

function isDate(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true
  );
}

function nextQuarter(today: string): string {
  const date = new Date(`${today}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 90);
  return date.toJSON().slice(0, 10);
}
