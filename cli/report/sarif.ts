/** How do findings look as SARIF 2.1.0, which code hosts show beside the code? https://docs.oasis-open.org/sarif/sarif/v2.1.0/ */

import { createHash } from "node:crypto";
import type { Log, ReportingDescriptor, Result } from "sarif";
import { packageManifest } from "../../components/package";
import type { EngineOutput } from "../preview/engine-output";
import { isMandatory, type ReportedFinding } from "./finding";

/** What GitHub sorts findings by: the bands of CVSS. */
const SECURITY_SEVERITY: Readonly<Record<string, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "2.0",
};

/**
 * The log of a preview.
 *
 * @param projectFile Path of Pulumi.yaml from the repository's root: the engine tells no line of the program.
 */
export function sarif(
  stack: string,
  output: EngineOutput,
  findings: readonly ReportedFinding[],
  projectFile: string,
): Log {
  const policies = [...new Set(findings.map(({ policy }) => policy))];
  const rules = policies.map((policy) => ruleOf(findings.find((finding) => finding.policy === policy)));
  return {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "durable-postgres", version: packageManifest.version, rules } },
        automationDetails: { id: `durable-postgres/${stack}` },
        invocations: [
          {
            executionSuccessful: !output.diagnostics.some(
              ({ severity, message }) => severity === "error" && message !== "preview failed",
            ),
          },
        ],
        results: findings.map((finding) => resultOf(finding, policies, projectFile)),
      },
    ],
  };
}

function ruleOf(finding: ReportedFinding | undefined): ReportingDescriptor {
  const { policy, title, docs, ids, severity } = finding as ReportedFinding;
  return {
    id: policy,
    shortDescription: { text: title },
    ...(docs !== "" && { helpUri: docs }),
    properties: {
      tags: ["postgresql", ...ids],
      ...(SECURITY_SEVERITY[severity] && { "security-severity": SECURITY_SEVERITY[severity] }),
    },
  };
}

function resultOf(finding: ReportedFinding, policies: readonly string[], projectFile: string): Result {
  const { policy, fact, hint, urn, resource } = finding;
  return {
    ruleId: policy,
    ruleIndex: policies.indexOf(policy),
    level: isMandatory(finding) ? "error" : "warning",
    message: { text: hint === "" ? fact : `${fact}\nHINT: ${hint}` },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: projectFile }, region: { startLine: 1 } },
        ...(urn !== "" && {
          logicalLocations: [{ name: resource || policy, fullyQualifiedName: urn, kind: "resource" }],
        }),
      },
    ],
    // A finding stays the same one when its words change.
    partialFingerprints: { "policyAndUrn/v1": createHash("sha256").update(`${policy} ${urn}`).digest("hex") },
  };
}
