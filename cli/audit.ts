/** `durable-postgres audit`: what do the pack's rules say of what already runs, without Pulumi? */

import { Fault, faultsIn } from "../components/faults";
import { VERSIONS } from "../components/parameters/postgres";
import type { Finding } from "../policies/rule";
import { auditArgument } from "./audit/argument";
import { type Audited, findingsOf, type LevelledFinding, measure } from "./audit/verdict";
import { readPackConfig } from "./pack-config";

/** Options of the command, as commander reads them. */
export interface AuditOptions {
  profile?: string;
  config?: string;
  version?: string;
  json?: boolean;
}

/** What an audit came to. */
export interface AuditResult {
  /** Standard output. */
  text: string;
  /** What could not be read, and what else a person should know: standard error. */
  errors: string;
  /** 0: nothing mandatory was found, 1: something was, 2: something could not be read. */
  code: number;
}

/** Audits everything that is named; what cannot be read does not keep the rest from being judged. */
export async function audit(what: readonly string[], options: AuditOptions): Promise<AuditResult> {
  const faults: Fault[] = [];
  const by = await collecting(faults, () =>
    measure(options.profile, readPackConfig(options.config), new Date().toJSON().slice(0, 10)),
  );
  const major = await collecting(faults, () => majorOf(options.version));
  const audited: Audited[] = [];
  for (const argument of by ? what : []) {
    const one = await collecting(faults, () => auditArgument(argument, major));
    if (one) audited.push(one);
  }
  const found = by ? findingsOf(audited, by) : [];
  const isMandatory = found.some(({ level }) => level === "mandatory");
  const ok = faults.length === 0 && !isMandatory;
  const errors = faults.map(({ message }) => message);
  return {
    text: options.json
      ? JSON.stringify({ ok, findings: found.map(({ finding }) => plain(finding)) }, null, 2)
      : auditText(audited, found, by?.waivers.lines() ?? []),
    errors: errors.join("\n"),
    code: faults.length > 0 ? 2 : isMandatory ? 1 : 0,
  };
}

async function collecting<Result>(
  faults: Fault[],
  work: () => Result | Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    faults.push(...faultsIn(error));
    return undefined;
  }
}

function majorOf(version: string | undefined): number | undefined {
  if (version === undefined) return undefined;
  if (!(VERSIONS as readonly string[]).includes(version))
    throw new Fault(`version ${version} is not one of ${VERSIONS.join(", ")}`, `--version ${VERSIONS[0]}`);
  return Number(version);
}

/** Exactly the fields that are promised. */
function plain({ rule, severity, resource, property, value, message, hint, ids }: Finding): Finding {
  return { rule, severity, resource, property, value, message, hint, ids };
}

/** The findings as a person reads them: a line that can be copied is not cut into a table. */
function auditText(
  audited: readonly Audited[],
  found: readonly LevelledFinding[],
  waivers: readonly string[],
): string {
  const blocks = found.map(({ finding, level, docs }) => {
    const { rule, severity, property, message, hint, ids } = finding;
    return [
      `${level.padEnd(9)}  ${severity.padEnd(8)}  ${rule}${property === "" ? "" : ` (${property})`}`,
      `  ${message}`,
      `  HINT: ${hint}`,
      ...(docs === "" ? [] : [`  DOCS: ${docs}`]),
      ...(ids.length === 0 ? [] : [`  SAME AS: ${ids.join(", ")}`]),
    ].join("\n");
  });
  const notes = audited.flatMap(({ name, notes }) => notes.map((note) => `note: ${name}: ${note}`));
  const mandatory = found.filter(({ level }) => level === "mandatory").length;
  const names = audited.map(({ name }) => name).join(", ") || "nothing";
  const verdict = mandatory > 0 ? "NOT ok" : "ok";
  const summary = `${verdict}: ${mandatory} mandatory and ${found.length - mandatory} advisory findings in ${names}`;
  return [...blocks, [...waivers.map((line) => `waived: ${line}`), ...notes, summary].join("\n")].join(
    "\n\n",
  );
}
