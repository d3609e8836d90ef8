/** How do findings look as SARIF 2.1.0, which code hosts show beside the code? https://docs.oasis-open.org/sarif/sarif/v2.1.0/ */

import { createHash } from "node:crypto";
import type { Location, Log, ReportingDescriptor, Result } from "sarif";
import { packageManifest } from "../../components/package";
import type { EngineOutput } from "../preview/engine-output";
import { isMandatory, type ReportedFinding } from "./finding";
import type { SourceLine } from "./source-line";

/** What GitHub sorts findings by: the bands of CVSS. */
const SECURITY_SEVERITY: Readonly<Record<string, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "2.0",
};

/** Where resources are declared. */
export interface Places {
  lines: ReadonlyMap<string, SourceLine>;
  /** The file for findings without a line: code hosts show nothing that is in no file. */
  fallback: string;
}

/** The log of a preview. */
export function sarif(
  stack: string,
  output: EngineOutput,
  findings: readonly ReportedFinding[],
  places: Places,
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
        results: findings.map((finding) => resultOf(finding, policies, places)),
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

function resultOf(finding: ReportedFinding, policies: readonly string[], places: Places): Result {
  const { policy, fact, hint } = finding;
  return {
    ruleId: policy,
    ruleIndex: policies.indexOf(policy),
    level: isMandatory(finding) ? "error" : "warning",
    message: { text: hint === "" ? fact : `${fact}\nHINT: ${hint}` },
    locations: [locationOf(finding, places)],
    partialFingerprints: { primaryLocationLineHash: `${fingerprint(finding)}:1` },
  };
}

function locationOf({ urn, resource, property, policy }: ReportedFinding, places: Places): Location {
  const { file, line, column } = places.lines.get(urn) ?? { file: places.fallback, line: 1, column: 1 };
  const within = property === "" ? [] : [{ name: property, kind: "property", parentIndex: 0 }];
  return {
    physicalLocation: {
      artifactLocation: { uri: encodeURI(file), uriBaseId: "%SRCROOT%" },
      region: { startLine: line, startColumn: column },
    },
    ...(urn !== "" && {
      logicalLocations: [
        { name: resource || policy, fullyQualifiedName: urn, kind: "resource" },
        ...within.map((part) => ({ ...part, fullyQualifiedName: `${urn}::${property}` })),
      ],
    }),
  };
}

/**
 * A finding stays the same one when its words or its line change. GitHub compares this one alone, and would else take
 * the text of the line: two resources of one line would be one finding.
 */
function fingerprint({ policy, urn, property }: ReportedFinding): string {
  return createHash("sha256").update(`${policy} ${urn} ${property}`).digest("hex").slice(0, 16);
}
