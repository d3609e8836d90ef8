/** What do the reports of a preview say, and are they what their readers take? */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Log } from "sarif";
import { policyReport } from "../../cli/policy-report";
import { digest, type Step, stream, urn, violation } from "./preview/recorded";

const CONTAINER = "docker:index/container:Container";
const STEPS: Step[] = [{ op: "create", type: CONTAINER, name: "db" }];

/** A message with everything that the formats have to escape. */
const HOSTILE = violation({
  message:
    'Title <b>\nFact with | pipe, <script>alert("&")</script>, ]]> and \u0000\u0007 control\nHINT: write `a | b`\n',
  policyName: "hostile",
  enforcementLevel: "advisory",
  severity: "low",
});

/** XML as Python's parser sees it: tag, attributes, text and children. */
function parseXml(file: string): {
  tag: string;
  attributes: Record<string, string>;
  text: string;
  children: ReturnType<typeof parseXml>[];
} {
  const script =
    "import json,sys,xml.etree.ElementTree as E\n" +
    "def node(e): return {'tag': e.tag, 'attributes': e.attrib, 'text': e.text or '', 'children': [node(c) for c in e]}\n" +
    "print(json.dumps(node(E.parse(sys.argv[1]).getroot())))";
  return JSON.parse(execFileSync("python3", ["-c", script, file], { encoding: "utf8" }));
}

/** What the schema of SARIF 2.1.0 requires of the parts that are written. */
function checkSarif(log: Log): void {
  assert.equal(log.version, "2.1.0");
  assert.match(log.$schema ?? "", /^https:\/\/.*sarif-schema-2\.1\.0\.json$/);
  assert.ok(Array.isArray(log.runs));
  for (const { tool, results = [], automationDetails, invocations = [] } of log.runs) {
    assert.ok(tool.driver.name);
    assert.ok(automationDetails?.id);
    for (const invocation of invocations) assert.equal(typeof invocation.executionSuccessful, "boolean");
    const rules = tool.driver.rules ?? [];
    assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length);
    for (const rule of rules) {
      assert.ok(rule.id && rule.shortDescription?.text);
      if (rule.helpUri !== undefined) assert.doesNotThrow(() => new URL(rule.helpUri ?? ""));
    }
    for (const { message, level, ruleId, ruleIndex = -1, locations = [], partialFingerprints } of results) {
      assert.ok(message.text);
      assert.ok(["none", "note", "warning", "error"].includes(level ?? ""));
      assert.equal(rules[ruleIndex]?.id, ruleId);
      assert.equal(locations.length, 1);
      const { artifactLocation, region } = locations[0]?.physicalLocation ?? {};
      assert.match(artifactLocation?.uri ?? "", /^[^/\\][^\\]*$/);
      assert.ok((region?.startLine ?? 0) >= 1);
      for (const fingerprint of Object.values(partialFingerprints ?? {}))
        assert.equal(typeof fingerprint, "string");
    }
  }
}

describe("policy report", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "report-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string) => path.join(folder, name);

  async function report(text: string) {
    writeFileSync(file("preview.json"), text);
    const result = await policyReport({
      json: file("preview.json"),
      markdown: file("out.md"),
      junit: file("out.xml"),
      sarif: file("out.sarif"),
    });
    const read = (name: string) => readFileSync(file(name), "utf8");
    const log: Log = JSON.parse(read("out.sarif"));
    checkSarif(log);
    return { ...result, markdown: read("out.md"), junit: parseXml(file("out.xml")), sarif: log };
  }

  it("says what stops the deployment, and exits as the preview did", async () => {
    const { code, text } = await report(stream(STEPS, [violation(), HOSTILE], "failed"));
    assert.equal(code, 1);
    assert.equal(
      text,
      [
        "fsync-off: docker Container db: fsync is off: a power cut can leave the cluster unreadable",
        'HINT: write `"fsync=on"` in command[2]',
        `1 mandatory and 1 advisory findings, written to ${["md", "xml", "sarif"].map((end) => file(`out.${end}`)).join(", ")}`,
      ].join("\n"),
    );
    assert.equal((await report(stream(STEPS, [HOSTILE]))).code, 0);
  });

  it("writes a summary for people", async () => {
    const { markdown } = await report(stream(STEPS, [violation(), HOSTILE], "failed"));
    assert.equal(
      markdown,
      [
        "## PostgreSQL policies: shop/dev — ❌ stopped",
        "1 mandatory and 1 advisory findings. Planned: 1 same.",
        "### Stops the deployment",
        [
          "| severity | rule | resource | finding | what to write |",
          "| --- | --- | --- | --- | --- |",
          '| critical | [`fsync-off`](https://example.com/fsync) | db | docker Container db: fsync is off: a power cut can leave the cluster unreadable | write `"fsync=on"` in command[2] |',
        ].join("\n"),
        "<details><summary>1 advisory findings</summary>",
        [
          "| severity | rule | resource | finding | what to write |",
          "| --- | --- | --- | --- | --- |",
          '| low | `hostile` | db | Fact with \\| pipe, &lt;script>alert("&amp;")&lt;/script>, ]]> and \u0000\u0007 control | write `a \\| b` |',
        ].join("\n"),
        "</details>",
        "",
      ].join("\n\n"),
    );
  });

  it("writes what would be lost into the summary", async () => {
    const { markdown } = await report(
      stream([{ op: "delete", type: "docker:index/volume:Volume", name: "data" }]),
    );
    assert.match(
      markdown,
      /⚠️ would lose data[\s\S]*### Data would be lost\n\n- docker Volume data would be deleted/,
    );
  });

  it("writes JUnit's XML, in which mandatory findings fail", async () => {
    const summary = { policyAnalyzeSummaryEvent: { passed: ["hba-trust", "fsync-off"] } };
    const { junit } = await report(stream(STEPS, [violation(), HOSTILE, summary], "failed"));
    assert.deepEqual(junit.attributes, { tests: "3", failures: "1", errors: "0" });
    const [suite] = junit.children;
    assert.equal(suite?.attributes.name, "policies of shop/dev");
    assert.deepEqual(
      suite?.children.map(({ attributes, children }) => [
        attributes.classname,
        attributes.name,
        children[0]?.tag,
      ]),
      [
        ["fsync-off", "fsync-off: db", "failure"],
        ["hostile", "hostile: db", "system-out"],
        ["hba-trust", "hba-trust", undefined],
      ],
    );
    const failure = suite?.children[0]?.children[0];
    assert.equal(failure?.attributes.type, "critical");
    assert.match(failure?.text ?? "", /^docker Container db: fsync is off.*\nHINT: .*\nDOCS: https/);
    assert.match(
      suite?.children[1]?.children[0]?.text ?? "",
      /<script>alert\("&"\)<\/script>, \]\]> and �� control\nHINT: write `a \| b`$/,
    );
  });

  it("writes SARIF, with the rule of each result", async () => {
    const { sarif } = await report(stream(STEPS, [violation(), HOSTILE], "failed"));
    const [run] = sarif.runs;
    assert.deepEqual(
      run?.results?.map(({ ruleId, level, message, locations }) => [
        ruleId,
        level,
        message.text?.split("\n")[0],
        locations?.[0]?.logicalLocations?.[0]?.fullyQualifiedName,
      ]),
      [
        [
          "fsync-off",
          "error",
          "docker Container db: fsync is off: a power cut can leave the cluster unreadable",
          urn(CONTAINER, "db"),
        ],
        [
          "hostile",
          "warning",
          'Fact with | pipe, <script>alert("&")</script>, ]]> and \u0000\u0007 control',
          urn(CONTAINER, "db"),
        ],
      ],
    );
    assert.deepEqual(run?.tool.driver.rules?.[0], {
      id: "fsync-off",
      shortDescription: { text: "fsync is on, not off" },
      helpUri: "https://example.com/fsync",
      properties: { tags: ["postgresql", "PMM:postgresql_fsync", "other:1"], "security-severity": "9.5" },
    });
  });

  it("writes where a finding is, and what it is: findings of one rule on one resource stay apart", async () => {
    const port = violation({ message: "Title\nFact\nPROPERTY: ports[0].ip\n" });
    const { sarif } = await report(stream(STEPS, [violation(), port], "failed"));
    const results = sarif.runs[0]?.results ?? [];
    assert.deepEqual(results[1]?.locations, [
      {
        physicalLocation: {
          artifactLocation: { uri: "Pulumi.yaml", uriBaseId: "%SRCROOT%" },
          region: { startLine: 1, startColumn: 1 },
        },
        logicalLocations: [
          { name: "db", fullyQualifiedName: urn(CONTAINER, "db"), kind: "resource" },
          {
            name: "ports[0].ip",
            fullyQualifiedName: `${urn(CONTAINER, "db")}::ports[0].ip`,
            kind: "property",
            parentIndex: 0,
          },
        ],
      },
    ]);
    const prints = results.map(({ partialFingerprints }) => partialFingerprints?.primaryLocationLineHash);
    assert.equal(new Set(prints).size, 2);
    for (const print of prints) assert.match(print ?? "", /^[0-9a-f]{16}:1$/);
  });

  it("shows what else stopped the preview", async () => {
    const error = { diagnosticEvent: { severity: "error", message: "error: no provider\n", urn: "" } };
    const { code, text, junit, markdown, sarif } = await report(stream([], [error], "failed"));
    assert.equal(code, 1);
    assert.match(text, /^ {4}error: no provider\n0 mandatory/);
    assert.match(markdown, /### Errors\n\n- no provider/);
    assert.deepEqual(junit.attributes, { tests: "1", failures: "0", errors: "1" });
    assert.equal(sarif.runs[0]?.invocations?.[0]?.executionSuccessful, false);
  });

  it("takes findings of other packs, and of the whole stack", async () => {
    const other = violation({
      message: "Buckets are private\nBucket is public.",
      policyName: "s3-public",
      policyPackName: "awsguard",
      resourceUrn: urn("pulumi:pulumi:Stack", "shop-dev"),
    });
    const { sarif, junit } = await report(stream(STEPS, [other], "failed"));
    assert.equal(sarif.runs[0]?.results?.[0]?.message.text, "Bucket is public.");
    assert.equal(junit.children[0]?.children[0]?.attributes.name, "s3-public");
  });

  it("refuses an output without findings, and says which one holds them", async () => {
    writeFileSync(file("digest.json"), digest(STEPS));
    await assert.rejects(
      policyReport({ json: file("digest.json") }),
      /digest\.json holds no findings of policies.*\nHINT: PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true /s,
    );
    writeFileSync(file("preview.json"), stream(STEPS));
    await assert.rejects(
      policyReport({ json: file("preview.json"), markdown: file("no/a.md"), sarif: file("no/a.sarif") }),
      /a\.md cannot be written[\s\S]*HINT: mkdir -p[\s\S]*a\.sarif cannot be written/,
    );
  });
});
