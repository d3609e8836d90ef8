/** What does a policy's message say, and where? */

import type { EngineOutput, Violation } from "../preview/engine-output";
import { urnParts } from "../preview/engine-output";

/** A violation, taken apart. */
export interface ReportedFinding extends Violation {
  /** Name of the resource; empty: the whole stack. */
  resource: string;
  type: string;
  /** What must be true: the policy's description, which the engine puts before the message. */
  title: string;
  /** What is wrong. */
  fact: string;
  /** Path of the property in the resource's inputs; empty where the message names none. */
  property: string;
  hint: string;
  docs: string;
  ids: readonly string[];
}

/** Findings of a preview, those that stop the deployment first. Messages of other packs have a title and a fact alone. */
export function reportedFindings({ violations }: EngineOutput): ReportedFinding[] {
  const found = violations.map((violation) => {
    const lines = violation.message.split("\n");
    const marked = (mark: string) =>
      lines.find((line) => line.startsWith(`${mark}: `))?.slice(mark.length + 2) ?? "";
    const plain = lines.filter((line) => line.trim() !== "" && !/^(PROPERTY|HINT|DOCS|SAME AS): /.test(line));
    const [title = "", ...facts] = plain;
    const { type, name } = urnParts(violation.urn);
    const isStack = type === "pulumi:pulumi:Stack" || type === "";
    const ids = marked("SAME AS");
    return {
      ...violation,
      type,
      resource: isStack ? "" : name,
      title,
      fact: facts.join(" ") || title,
      property: marked("PROPERTY"),
      hint: marked("HINT"),
      docs: marked("DOCS"),
      ids: ids === "" ? [] : ids.split(", "),
    };
  });
  return [...found.filter(isMandatory), ...found.filter((finding) => !isMandatory(finding))];
}

/** Whether a finding stops the deployment. */
export function isMandatory({ level }: Violation): boolean {
  return level === "mandatory";
}
