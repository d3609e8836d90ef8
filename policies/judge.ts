/** What do the rules say of resources? Pure: the policy pack, the audit and the tests ask here. */

import type { Context, Finding, Problem, Resource, Rule, Subjects } from "./rule";
import { isResourceRule, ReadResource, shortType, typesOf } from "./subjects";

/** What one rule made of one resource. */
export interface Judgement {
  readonly findings: readonly Finding[];
  /** Properties that decide and are not known yet. */
  readonly notYetKnown: readonly { resource: Resource; property: string }[];
}

/** What most rules make of most resources. */
const NOTHING: Judgement = { findings: [], notYetKnown: [] };

/** Thresholds that somebody changed, by name. */
export type Thresholds = Readonly<Record<string, unknown>>;

/** Longest value that a finding repeats. */
const LONGEST_VALUE = 200;

/** Applies one rule to one resource; nothing where it does not read such a resource. */
export function judgeResource(rule: Rule, read: ReadResource, thresholds: Thresholds = {}): Judgement {
  if (!isResourceRule(rule) || !typesOf(rule).includes(read.resource.type)) return NOTHING;
  const subject = read.subject(rule.reads);
  return subject === undefined ? NOTHING : judgeSubject(rule, subject, read.resource, thresholds);
}

/** Applies one rule to what it reads, wherever that came from: files and running servers are no resources of Pulumi's. */
export function judgeSubject(
  rule: Rule,
  subject: Subjects[keyof Subjects],
  resource: Resource,
  thresholds: Thresholds = {},
): Judgement {
  const context = asked.about(resource).by(rule, thresholds);
  // The subject fits the rule's kind: both came from `rule.reads`.
  const problems = (rule.judge as (subject: unknown, context: Context) => Problem[])(subject, context);
  const notYetKnown = context.taken();
  if (problems.length === 0 && notYetKnown.length === 0) return NOTHING;
  return { findings: problems.map((problem) => findingOf(rule, problem, resource)), notYetKnown };
}

/** Applies a rule that looks at all resources together. */
export function judgeStack(
  rule: Rule,
  resources: readonly Resource[],
  thresholds: Thresholds = {},
): Judgement & { resources: (Resource | undefined)[] } {
  if (rule.reads !== "stack") return { ...NOTHING, resources: [] };
  const context = asked.about(undefined).by(rule, thresholds);
  const problems = rule.judge(resources, context);
  return {
    findings: problems.map((problem) => findingOf(rule, problem, problem.resource)),
    notYetKnown: context.taken(),
    resources: problems.map(({ resource }) => resource),
  };
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

/** What rules ask, one rule after the other: a context for each would cost as much as judging. */
class Asked implements Context {
  resource: Resource | undefined;
  private rule: Rule | undefined;
  private thresholds: Thresholds = {};
  private notKnown: { resource: Resource; property: string }[] = [];

  about(resource: Resource | undefined): this {
    this.resource = resource;
    return this;
  }

  by(rule: Rule, thresholds: Thresholds): this {
    this.rule = rule;
    this.thresholds = thresholds;
    if (this.notKnown.length > 0) this.notKnown = [];
    return this;
  }

  // Rules take both functions out of the context.
  readonly threshold = (name: string): number => {
    const given = Object.hasOwn(this.thresholds, name) ? Number(this.thresholds[name]) : Number.NaN;
    return Number.isFinite(given) ? given : (this.rule?.thresholds?.[name]?.default ?? 0);
  };

  readonly notYetKnown = (property: string, meant = this.resource): void => {
    if (this.rule?.unknown === "later" && meant) this.notKnown.push({ resource: meant, property });
  };

  /** What the rule could not know. */
  taken(): Judgement["notYetKnown"] {
    return this.notKnown;
  }
}

const asked = new Asked();

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
