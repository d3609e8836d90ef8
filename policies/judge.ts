/** What do the rules say of resources? Pure: the policy pack, the audit and the tests ask here. */

import type { Context, Finding, Problem, Resource, Rule, Subjects } from "./rule";
import { isResourceRule, ReadResource, shortType, typesOf } from "./subjects";

/** What one rule made of one resource. */
export interface Judgement {
  findings: Finding[];
  /** Properties that decide and are not known yet. */
  notYetKnown: { resource: Resource; property: string }[];
}

/** Thresholds that somebody changed, by name. */
export type Thresholds = Readonly<Record<string, unknown>>;

/** Longest value that a finding repeats. */
const LONGEST_VALUE = 200;

/** Applies one rule to one resource; nothing where it does not read such a resource. */
export function judgeResource(rule: Rule, read: ReadResource, thresholds: Thresholds = {}): Judgement {
  if (!isResourceRule(rule) || !typesOf(rule).includes(read.resource.type))
    return { findings: [], notYetKnown: [] };
  const subject = read.subject(rule.reads);
  if (subject === undefined) return { findings: [], notYetKnown: [] };
  return judgeSubject(rule, subject, read.resource, thresholds);
}

/** Applies one rule to what it reads, wherever that came from: files and running servers are no resources of Pulumi's. */
export function judgeSubject(
  rule: Rule,
  subject: Subjects[keyof Subjects],
  resource: Resource,
  thresholds: Thresholds = {},
): Judgement {
  const judgement: Judgement = { findings: [], notYetKnown: [] };
  const context = contextOf(rule, thresholds, judgement, resource);
  // The subject fits the rule's kind: both came from `rule.reads`.
  const problems = (rule.judge as (subject: unknown, context: Context) => Problem[])(subject, context);
  judgement.findings = problems.map((problem) => findingOf(rule, problem, resource));
  return judgement;
}

/** Applies a rule that looks at all resources together. */
export function judgeStack(
  rule: Rule,
  resources: readonly Resource[],
  thresholds: Thresholds = {},
): Judgement & { resources: (Resource | undefined)[] } {
  const judgement: Judgement = { findings: [], notYetKnown: [] };
  if (rule.reads !== "stack") return { ...judgement, resources: [] };
  const problems = rule.judge(resources, contextOf(rule, thresholds, judgement, undefined));
  judgement.findings = problems.map((problem) => findingOf(rule, problem, problem.resource));
  return { ...judgement, resources: problems.map(({ resource }) => resource) };
}

/** Applies all rules to all resources. */
export function judgeAll(rules: readonly Rule[], resources: readonly Resource[]): Finding[] {
  const reads = resources.map((resource) => new ReadResource(resource));
  return rules.flatMap((rule) =>
    isResourceRule(rule)
      ? reads.flatMap((read) => judgeResource(rule, read).findings)
      : judgeStack(rule, resources).findings,
  );
}

function contextOf(
  rule: Rule,
  thresholds: Thresholds,
  judgement: Judgement,
  resource: Resource | undefined,
): Context {
  return {
    resource,
    threshold(name) {
      const given = Object.hasOwn(thresholds, name) ? Number(thresholds[name]) : Number.NaN;
      return Number.isFinite(given) ? given : (rule.thresholds?.[name]?.default ?? 0);
    },
    notYetKnown(property, meant = resource) {
      if (rule.unknown === "later" && meant) judgement.notYetKnown.push({ resource: meant, property });
    },
  };
}

function findingOf(rule: Rule, problem: Problem, resource: Resource | undefined): Finding {
  const value =
    problem.value.length > LONGEST_VALUE ? `${problem.value.slice(0, LONGEST_VALUE)}…` : problem.value;
  const subject = resource ? `${shortType(resource.type)} ${resource.name}` : "the stack";
  return {
    rule: rule.name,
    severity: rule.severity,
    resource: resource?.name ?? "",
    property: problem.property,
    value,
    message: `${subject}: ${problem.fact}`,
    hint: problem.hint,
    ids: rule.ids,
  };
}

/** A finding as a person reads it: fact, place, line to write, where to read on, and what other tools call it. */
export function renderFinding({ message, property, hint, ids }: Finding, docs: string): string {
  const others = ids.length > 0 ? `\nSAME AS: ${ids.join(", ")}` : "";
  return `${message}\nPROPERTY: ${property}\nHINT: ${hint}\nDOCS: ${docs}${others}`;
}
