/**
 * What did the engine say in a preview?
 *
 * `pulumi preview --json` prints one object with steps and diagnostics, and leaves out what policies found (3.259,
 * measured). With PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true it prints every event on a line of its own, as `up --json`
 * and `destroy --json` always do; these hold the violations. Both forms are read.
 */

import { isDeepStrictEqual } from "node:util";
import { Fault } from "../../components/faults";
import { knownText, list, own, type Properties, record } from "../../policies/reading/known";

/** What the engine would do to a resource. */
export interface PlannedStep {
  op: string;
  urn: string;
  type: string;
  name: string;
  /** Properties that force a replacement, or where there is none, that differ. */
  reasons: readonly string[];
  old: Properties;
  new: Properties;
}

/** What a policy reported. */
export interface Violation {
  urn: string;
  policy: string;
  pack: string;
  level: string;
  severity: string;
  /** Without colours. */
  message: string;
}

export interface Diagnostic {
  severity: string;
  urn: string;
  message: string;
}

/** Everything that a preview said. */
export interface EngineOutput {
  /** Only a stream holds what policies found. */
  hasPolicies: boolean;
  steps: readonly PlannedStep[];
  violations: readonly Violation[];
  /** Names of the policies that passed somewhere. */
  passed: readonly string[];
  diagnostics: readonly Diagnostic[];
  /** Resources by operation. */
  changes: Readonly<Record<string, number>>;
  failed: boolean;
  /** The stack's own outputs would be others. */
  outputsChange: boolean;
}

/**
 * Reads the output of a preview.
 *
 * @throws Fault when it is none.
 */
export function readEngineOutput(text: string, source: string): EngineOutput {
  const whole = parse(text);
  if (Array.isArray(record(whole).steps)) return readDigest(record(whole));
  const events = whole === undefined ? text.split("\n").map((line) => record(parse(line))) : [record(whole)];
  const named = events.filter((event) => Object.keys(event).some((key) => key.endsWith("Event")));
  if (named.length === 0)
    throw new Fault(
      `${source} is no output of a preview`,
      "PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true npx durable-postgres pulumi preview --json > preview.json",
    );
  return readStream(named);
}

function parse(text: string): unknown {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readDigest(digest: Properties): EngineOutput {
  const diagnostics = list(digest.diagnostics).map((entry) => diagnosticOf(record(entry)));
  const steps = list(digest.steps).map((entry) => {
    const { op, urn, oldState, newState, ...rest } = record(entry);
    return stepOf(op, urn, record(oldState), record(newState), rest);
  });
  return {
    hasPolicies: false,
    steps,
    violations: [],
    passed: [],
    diagnostics: diagnostics.filter(({ severity }) => severity !== "debug"),
    changes: record(digest.changeSummary) as Record<string, number>,
    failed: diagnostics.some(({ severity }) => severity === "error"),
    outputsChange: steps.some(changesOutputs),
  };
}

function readStream(events: readonly Properties[]): EngineOutput {
  const of = (key: string) =>
    events
      .map((event) => own(event, key))
      .filter((event) => event !== undefined)
      .map(record);
  const diagnostics = of("diagnosticEvent").map(diagnosticOf);
  const steps = of("resourcePreEvent").map((event) => {
    const { op, urn, old, new: wanted, ...rest } = record(event.metadata);
    return stepOf(op, urn, record(old), record(wanted), rest);
  });
  const summaries = [...of("policyAnalyzeSummaryEvent"), ...of("policyAnalyzeStackSummaryEvent")];
  const summary = of("summaryEvent").at(-1);
  const passed = summaries.flatMap((event) => list(event.passed).flatMap((name) => knownText(name) ?? []));
  return {
    hasPolicies: true,
    steps,
    violations: of("policyEvent").map(violationOf),
    passed: [...new Set(passed)],
    diagnostics: diagnostics.filter(({ severity }) => severity !== "debug"),
    changes: record(summary?.resourceChanges) as Record<string, number>,
    // Without a summary the engine did not come to its end.
    failed:
      summary === undefined ||
      summary.result === "failed" ||
      diagnostics.some(({ severity }) => severity === "error"),
    outputsChange: of("resOutputsEvent")
      .map((event) => record(event.metadata))
      .some(({ op, urn, old, new: wanted }) =>
        changesOutputs(stepOf(op, urn, record(old), record(wanted), {})),
      ),
  };
}

function changesOutputs({ type, old, new: wanted }: PlannedStep): boolean {
  return type === "pulumi:pulumi:Stack" && !isDeepStrictEqual(old.outputs, wanted.outputs);
}

function stepOf(
  op: unknown,
  urn: unknown,
  old: Properties,
  wanted: Properties,
  rest: Properties,
): PlannedStep {
  const written = knownText(urn) ?? "";
  const replaces = [...list(rest.keys), ...list(rest.replaceReasons)];
  const detailed = Object.entries(record(rest.detailedDiff))
    .filter(([, diff]) => /replace/.test(knownText(record(diff).kind ?? record(diff).diffKind) ?? ""))
    .map(([property]) => property);
  const reasons = [replaces, detailed, [...list(rest.diffs), ...list(rest.diffReasons)]].find(
    (found) => found.length > 0,
  );
  return {
    op: knownText(op) ?? "",
    urn: written,
    ...urnParts(written),
    reasons: [...new Set(list(reasons).flatMap((reason) => knownText(reason) ?? []))],
    old,
    new: wanted,
  };
}

/** Type and name in `urn:pulumi:stack::project::parent$type::name`. */
export function urnParts(urn: string): { type: string; name: string } {
  const [, , types = "", ...name] = urn.split("::");
  return { type: types.split("$").at(-1) ?? "", name: name.join("::") };
}

/** Marks of colours, where the engine was not told to leave them out. */
function withoutColours(text: string): string {
  return text.replace(/<\{%[^%]*%\}>/g, "");
}

function violationOf(event: Properties): Violation {
  const field = (name: string) => knownText(event[name]) ?? "";
  return {
    urn: field("resourceUrn"),
    policy: field("policyName"),
    pack: field("policyPackName"),
    level: field("enforcementLevel"),
    severity: field("severity"),
    message: withoutColours(field("message")).trim(),
  };
}

function diagnosticOf(event: Properties): Diagnostic {
  const message = withoutColours(knownText(event.message) ?? "").trim();
  return {
    severity: knownText(event.severity) ?? "",
    urn: knownText(event.urn) ?? "",
    message: message.replace(/^(error|warning|info): /, ""),
  };
}
