/** How do tests audit a file, written here or beside this one? */

import path from "node:path";
import { type AuditOptions, type AuditResult, audit } from "../../../cli/audit";
import { auditText } from "../../../cli/audit/argument";
import { findingsOf, measure } from "../../../cli/audit/verdict";
import type { Finding } from "../../../policies/rule";

/** A file of the folder of fixtures, from where the tests run. */
export function fixture(name: string): string {
  return path.relative(process.cwd(), path.join(__dirname, "fixtures", name));
}

/** What the command prints with --json, and its exit code. */
export async function auditJson(
  what: readonly string[],
  options: AuditOptions = {},
): Promise<{ ok: boolean; findings: Finding[]; code: number; errors: string }> {
  const { text, code, errors }: AuditResult = await audit(what, { ...options, json: true });
  return { ...JSON.parse(text), code, errors };
}

/** Findings of a text as if it were in a file of this name. */
export function findingsIn(text: string, file = "compose.yaml", config = {}, major?: number): Finding[] {
  const name = fixture(file);
  const by = measure("production", config, "2026-01-01");
  return findingsOf([auditText(text, name, major)], by).map(({ finding }) => finding);
}

/** `rule (property)` of each, in the order of the alphabet; findings that are only shown can be left out. */
export function rulesIn(
  findings: readonly Finding[],
  only: (rule: string) => boolean = () => true,
): string[] {
  return findings
    .filter(({ rule }) => only(rule))
    .map(({ rule, property }) => `${rule} (${property})`)
    .sort();
}
