/** How does a rule become a policy of Pulumi's? */

import type {
  Policies,
  PolicyConfigSchema,
  ResourceValidation,
  ResourceValidationPolicy,
  StackValidation,
  StackValidationPolicy,
} from "@pulumi/policy";
import { renderFinding } from "./judge";
import { levelOf } from "./profiles";
import type { Rule } from "./rule";
import { Run } from "./run";
import { isResourceRule } from "./subjects";
import { WAIVER_SCHEMA } from "./waivers";

/** The policies of the pack in the order in which the engine asks them: the first one looks, the last one sums up. */
export function packPolicies(
  rules: readonly Rule[],
  today = () => new Date().toJSON().slice(0, 10),
): Policies {
  const run = new Run(rules, today);
  return [
    waiverPolicy(run),
    ...rules.map((rule) => rulePolicy(rule, run)),
    refusedWaiverPolicy(run),
    notYetKnownPolicy(run),
  ];
}

/** Holds the waivers, which all other policies need: configuration is per policy. */
function waiverPolicy(run: Run): ResourceValidationPolicy & StackValidationPolicy {
  return {
    name: "waivers",
    description: "Findings that were accepted, why, and until when",
    enforcementLevel: "advisory",
    configSchema: {
      properties: { list: WAIVER_SCHEMA as unknown as PolicyConfigSchema["properties"][string] },
    },
    validateResource(args) {
      run.grant(args.getConfig<{ list?: unknown }>().list);
      run.examine(args);
    },
    validateStack(args, report) {
      run.grant(args.getConfig<{ list?: unknown }>().list);
      run.examineStack(args.resources);
      for (const line of run.waivers?.lines() ?? []) report(line);
    },
  };
}

function rulePolicy(rule: Rule, run: Run): ResourceValidationPolicy | StackValidationPolicy {
  const policy = {
    name: rule.name,
    description: rule.title,
    enforcementLevel: levelOf(rule, "production"),
    severity: rule.severity,
    url: rule.docs,
    tags: [rule.protects, ...rule.ids],
    remediationSteps: rule.why,
    ...configSchema(rule),
  };
  if (!isResourceRule(rule)) {
    const validate: StackValidation = (args, report) => {
      const reported = run.examinedStack(rule);
      for (const { finding, urn } of reported ?? run.stackFindings(rule, args.resources, args.getConfig()))
        report(renderFinding(finding, rule.docs), urn);
    };
    return askedForThresholds(
      rule,
      run,
      stackPolicy(policy, validate, () => run.isSilent(rule)),
    );
  }
  const validate: ResourceValidation = (args, report) => {
    for (const finding of run.findings(rule, args, args.getConfig()))
      report(renderFinding(finding, rule.docs));
  };
  return Object.defineProperty(policy as ResourceValidationPolicy, "validateResource", {
    enumerable: true,
    get: () => (run.isSilent(rule) ? undefined : validate),
  });
}

/** Thresholds become numbers in the pack's configuration. */
function configSchema({ thresholds }: Rule): { configSchema?: PolicyConfigSchema } {
  if (!thresholds) return {};
  const properties = Object.entries(thresholds).map(([name, { default: value, minimum, description }]) => [
    name,
    { type: "number", default: value, minimum, description },
  ]);
  return { configSchema: { properties: Object.fromEntries(properties) } };
}

/** Shows its function only where there is something to report: for each that is shown the SDK reads the stack anew. */
function stackPolicy(
  policy: Omit<StackValidationPolicy, "validateStack">,
  validate: StackValidation,
  isSilent: () => boolean,
): StackValidationPolicy {
  return Object.defineProperty(policy as StackValidationPolicy, "validateStack", {
    enumerable: true,
    get: () => (isSilent() ? undefined : validate),
  });
}

/** Reads a stack rule's thresholds beside the first resource: to read them in the stack, all of it would be read anew. */
function askedForThresholds(rule: Rule, run: Run, policy: StackValidationPolicy): StackValidationPolicy {
  const configure: ResourceValidation = (args) => run.configure(rule, args.getConfig());
  return Object.defineProperty(policy, "validateResource", {
    enumerable: true,
    get: () => (run.lacksThresholds(rule) ? configure : undefined),
  });
}

function refusedWaiverPolicy(run: Run): StackValidationPolicy {
  return stackPolicy(
    {
      name: "refused-waivers",
      description: "A waiver has a reason and a day on which it ends",
      enforcementLevel: "mandatory",
      severity: "high",
    },
    (_args, report) => {
      for (const { message, hint } of run.waivers?.refused ?? [])
        report(`${message}, and does not hold\nHINT: ${hint}`);
    },
    () => run.hasOnlyGoodWaivers(),
  );
}

function notYetKnownPolicy(run: Run): StackValidationPolicy {
  return stackPolicy(
    {
      name: "not-yet-known",
      description: "Values that decide are known only in the update",
      enforcementLevel: "advisory",
    },
    (_args, report) => {
      for (const { urn, line } of run.takeNotYetKnown()) report(line, urn);
    },
    () => run.knowsAll(),
  );
}
