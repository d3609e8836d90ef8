/** What has the pack seen in this run of the engine? One resource after the other, then the stack. */

import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import { plainInputs } from "./inputs";
import { type Judgement, judgeResource, judgeStack, type Thresholds } from "./judge";
import type { Properties } from "./reading/known";
import type { Finding, Resource, Rule } from "./rule";
import { isResourceRule, ReadResource, typesOf } from "./subjects";
import { Waivers } from "./waivers";

/** A finding and the resource it is shown on. */
export interface Reported {
  finding: Finding;
  urn: string | undefined;
}

/** What the first policy found out about the resource, or the stack, that the engine asks about. */
type Examined =
  | { kind: "resource"; urn: string; read: ReadResource; judgements: ReadonlyMap<Rule, Judgement> }
  | { kind: "stack"; judgements: ReadonlyMap<Rule, Reported[]> };

const NONE: Thresholds = {};

/**
 * The state behind all policies of the pack.
 *
 * The SDK reads a resource's inputs anew for each policy that has a function to call: 120 of them cost 2 ms a container
 * (measured), and more than all rules together. So the first policy judges by all rules at once, and the others only
 * show a function where there is something to report. This holds from one request of the engine to its end, which is
 * in one turn of the event loop; without it every policy judges by itself, which is slower and finds the same.
 */
export class Run {
  waivers: Waivers | undefined;
  private examined: Examined | undefined;
  /** Thresholds of the configuration, by rule: each policy is shown its own, and only while it is called. */
  private readonly thresholds = new Map<Rule, Thresholds>();
  private readonly resources = new Map<string, Resource>();
  private readonly notYetKnown = new Map<string, { resource: Resource; properties: Set<string> }>();
  /** Rules that read a type of resource. */
  private readonly rulesOf = new Map<string, Rule[]>();
  private readonly stackTypes: ReadonlySet<string>;

  constructor(
    private readonly rules: readonly Rule[],
    private readonly today: () => string,
  ) {
    for (const rule of rules)
      for (const type of typesOf(rule)) this.rulesOf.set(type, [...(this.rulesOf.get(type) ?? []), rule]);
    this.stackTypes = new Set(rules.filter((rule) => !isResourceRule(rule)).flatMap((rule) => typesOf(rule)));
  }

  /** Takes the waivers from the configuration, which is the same for the whole run. */
  grant(list: unknown): void {
    this.waivers ??= new Waivers(
      list,
      this.rules.map(({ name }) => name),
      this.today(),
    );
  }

  /** Takes a rule's thresholds from the configuration, which is the same for the whole run. */
  configure(rule: Rule, thresholds: Thresholds): void {
    this.thresholds.set(rule, thresholds);
  }

  /** Whether a resource is being judged, and the thresholds of a rule could be asked for beside it. */
  lacksThresholds(rule: Rule): boolean {
    return this.examined?.kind === "resource" && this.thresholdsOf(rule) === undefined;
  }

  /** Judges a resource by all rules whose thresholds are known, for the policies that come after the first. */
  examine(args: ResourceValidationArgs): void {
    const read = this.read(args);
    const judgements = new Map<Rule, Judgement>();
    for (const rule of this.rulesOf.get(args.type) ?? []) {
      const thresholds = this.thresholdsOf(rule);
      if (!thresholds) continue;
      const judgement = judgeResource(rule, read, thresholds);
      this.remember(judgement);
      if (judgement.findings.length > 0) judgements.set(rule, judgement);
    }
    this.hold({ kind: "resource", urn: args.urn, read, judgements });
  }

  /** Judges the stack by all rules whose thresholds are known, for the policies that come after the first. */
  examineStack(resources: readonly PolicyResource[]): void {
    const judgements = new Map<Rule, Reported[]>();
    const stack = this.stackResources(resources);
    for (const rule of this.rules) {
      const thresholds = isResourceRule(rule) ? undefined : this.thresholdsOf(rule);
      const reported = thresholds ? this.judgedStack(rule, stack, thresholds) : [];
      if (reported.length > 0) judgements.set(rule, reported);
    }
    this.hold({ kind: "stack", judgements });
  }

  /** Whether a rule has nothing to say of what the engine asks about; false where nobody has looked yet. */
  isSilent(rule: Rule): boolean {
    if (!this.examined || this.examined.judgements.has(rule)) return false;
    if (this.thresholdsOf(rule)) return true;
    return this.examined.kind === "resource" && !typesOf(rule).includes(this.examined.read.resource.type);
  }

  /** Whether the first policy has looked at the stack, and no waiver is refused. */
  hasOnlyGoodWaivers(): boolean {
    return this.examined?.kind === "stack" && this.waivers?.refused.length === 0;
  }

  /** Whether the first policy has looked at the stack, and all that decides is known. */
  knowsAll(): boolean {
    return this.examined?.kind === "stack" && this.notYetKnown.size === 0;
  }

  /** Findings of one rule on a resource that are not waived. */
  findings(rule: Rule, args: ResourceValidationArgs, thresholds: Thresholds): Finding[] {
    const { examined } = this;
    this.configure(rule, thresholds);
    const isSame = examined?.kind === "resource" && examined.urn === args.urn;
    const read = isSame ? examined.read : this.read(args);
    const known = isSame ? examined.judgements.get(rule) : undefined;
    const judgement = known ?? judgeResource(rule, read, thresholds);
    this.remember(judgement);
    return judgement.findings.filter(() => !this.waivers?.covers(rule.name, read.resource));
  }

  /** Findings of one rule on the stack that are not waived. */
  stackFindings(rule: Rule, resources: readonly PolicyResource[], thresholds: Thresholds): Reported[] {
    return this.judgedStack(rule, this.stackResources(resources), thresholds);
  }

  private judgedStack(rule: Rule, stack: readonly Resource[], thresholds: Thresholds): Reported[] {
    const types = new Set(typesOf(rule));
    const judgement = judgeStack(
      rule,
      stack.filter(({ type }) => types.has(type)),
      thresholds,
    );
    this.remember(judgement);
    return judgement.findings.flatMap((finding, index): Reported[] => {
      const resource = judgement.resources[index];
      const isWaived = resource !== undefined && this.waivers?.covers(rule.name, resource) === true;
      return isWaived ? [] : [{ finding, urn: resource?.urn }];
    });
  }

  /** What the first policy found of a stack rule; undefined where it did not look, or found nothing. */
  examinedStack(rule: Rule): Reported[] | undefined {
    return this.examined?.kind === "stack" ? this.examined.judgements.get(rule) : undefined;
  }

  /** Properties that decide and were not known, each resource once; forgets them. */
  takeNotYetKnown(): { urn: string; line: string }[] {
    const taken = [...this.notYetKnown.values()].map(({ resource, properties }) => ({
      urn: resource.urn,
      line: `${[...properties].sort().join(", ")} of ${resource.name}: not yet known in this preview, judged in the update`,
    }));
    this.notYetKnown.clear();
    return taken;
  }

  private thresholdsOf(rule: Rule): Thresholds | undefined {
    return rule.thresholds ? this.thresholds.get(rule) : NONE;
  }

  private read(args: ResourceValidationArgs): ReadResource {
    const isRead = this.rulesOf.has(args.type);
    const resource: Resource = {
      type: args.type,
      name: args.name,
      urn: args.urn,
      properties: isRead ? (plainInputs(args.props) as Properties) : {},
      protect: args.opts.protect,
    };
    if (this.stackTypes.has(args.type)) this.resources.set(args.urn, resource);
    return new ReadResource(resource);
  }

  private remember({ notYetKnown }: Judgement): void {
    for (const { resource, property } of notYetKnown) {
      const entry = this.notYetKnown.get(resource.urn) ?? { resource, properties: new Set<string>() };
      entry.properties.add(property);
      this.notYetKnown.set(resource.urn, entry);
    }
  }

  /** The resources that stack rules read: inputs where they were seen, for a stack policy is given outputs. */
  private stackResources(resources: readonly PolicyResource[]): Resource[] {
    return resources
      .filter(({ type }) => this.stackTypes.has(type))
      .map(({ type, name, urn, props, opts, propertyDependencies }) => ({
        type,
        name,
        urn,
        properties: this.resources.get(urn)?.properties ?? (plainInputs(props) as Properties),
        protect: opts.protect,
        propertyDependencies: Object.fromEntries(
          Object.entries(propertyDependencies).map(([property, origins]) => [
            property,
            origins.map((origin) => origin.urn),
          ]),
        ),
      }));
  }

  private hold(examined: Examined): void {
    this.examined = examined;
    setImmediate(() => {
      if (this.examined === examined) this.examined = undefined;
    });
  }
}
