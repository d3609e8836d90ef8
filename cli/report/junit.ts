/** How do findings look as JUnit's XML, which every CI system shows as tests? https://github.com/testmoapp/junitxml */

import { XMLBuilder } from "fast-xml-parser";
import type { EngineOutput } from "../preview/engine-output";
import { isMandatory, type ReportedFinding } from "./finding";

/** One test for each policy that found nothing, and one for each finding; only mandatory findings fail. */
export function junit(stack: string, output: EngineOutput, findings: readonly ReportedFinding[]): string {
  const violated = new Set(findings.map(({ policy }) => policy));
  const passed = output.passed
    .filter((policy) => !violated.has(policy))
    .map((policy) => testcase(policy, policy));
  const errors = output.diagnostics
    .filter(({ severity, message }) => severity === "error" && message !== "preview failed")
    .map(({ message }) => ({
      ...testcase("pulumi", "preview"),
      error: { "@_message": text(message.split("\n")[0] ?? ""), "#text": text(message) },
    }));
  const cases = [...findings.map(findingCase), ...errors, ...passed];
  const counts = {
    "@_tests": cases.length,
    "@_failures": findings.filter(isMandatory).length,
    "@_errors": errors.length,
  };
  const suite = {
    "@_name": text(stack === "" ? "policies" : `policies of ${stack}`),
    ...counts,
    testcase: cases,
  };
  const builder = new XMLBuilder({ ignoreAttributes: false, format: true, suppressEmptyNode: true });
  return `${builder.build({ "?xml": { "@_version": "1.0", "@_encoding": "UTF-8" }, testsuites: { ...counts, testsuite: suite } })}`;
}

function testcase(classname: string, name: string): Record<string, unknown> {
  return { "@_classname": text(classname), "@_name": text(name) };
}

function findingCase(finding: ReportedFinding): Record<string, unknown> {
  const { policy, resource, severity, fact, hint, docs } = finding;
  const whole = text([fact, hint && `HINT: ${hint}`, docs && `DOCS: ${docs}`].filter(Boolean).join("\n"));
  const made = testcase(policy, resource === "" ? policy : `${policy}: ${resource}`);
  return isMandatory(finding)
    ? { ...made, failure: { "@_type": severity, "@_message": text(fact), "#text": whole } }
    : { ...made, "system-out": `advisory: ${whole}` };
}

/** XML has no way to write most control characters. https://www.w3.org/TR/xml/#charsets */
function text(value: string): string {
  return value.replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "�");
}
