/** What does docs/policies.md say? Every rule with its level, what it reads, why it is there, and an example. */

import { AWS_COVERAGE } from "../policies/coverage-aws";
import { DOCKER_LEFT_OUT } from "../policies/coverage-docker";
import { RDS_COVERAGE, RDS_DECISIONS } from "../policies/coverage-rds";
import { exampleResources } from "../policies/examples";
import { judgeAll } from "../policies/judge";
import { levelOf } from "../policies/profiles";
import type { Example, Protected, Rule } from "../policies/rule";
import { RULES } from "../policies/rules";
import { typesOf } from "../policies/subjects";
import { code, table } from "./markdown";

const CHAPTERS: Readonly<Record<Protected, string>> = {
  data: "Data: committed rows can be lost or corrupted",
  access: "Access: somebody reads or changes what he must not",
  availability: "Availability: the server stops, or does not start",
  evidence: "Evidence: nobody can tell afterwards what happened",
};

/** `docker:index/container:Container` is `docker.Container`. */
export function typeName(type: string): string {
  const [module = "", path = "", name] = type.split(":");
  const folder = path.split("/")[0];
  return name === undefined ? type : [module, ...(folder === "index" ? [] : [folder]), name].join(".");
}

function shown(value: unknown): string {
  return value === undefined ? "(removed)" : JSON.stringify(value);
}

/** What an example changes on inputs that are otherwise safe. */
function exampleText(rule: Rule, example: Example): string {
  const of = (change: object) =>
    Object.entries(change).map(([name, value]) => code(`${name}: ${shown(value)}`));
  const type = example.type ?? typesOf(rule)[0] ?? "";
  const own = of(example.change);
  const protect = example.protect === undefined ? [] : [code(`protect: ${example.protect}`)];
  const others = (example.others ?? []).map((other) =>
    [`with ${typeName(other.type)}`, ...of(other.change)].join(" "),
  );
  const parts = [...own, ...protect, ...others];
  return parts.length === 0 ? `a safe ${typeName(type)}` : parts.join(", ");
}

/** The finding on the rule's own bad example. */
function finding(rule: Rule): string {
  const [found] = judgeAll([rule], exampleResources(rule, rule.bad));
  if (!found) throw new Error(`${rule.name} does not find its own bad example`);
  return `${found.message}\nHINT: ${found.hint}`;
}

function chapter(title: string, rules: readonly Rule[]): string {
  const row = (rule: Rule) => [
    `[${rule.name}](#${rule.name})`,
    rule.severity,
    levelOf(rule, "production"),
    levelOf(rule, "development"),
    `${rule.title}.`,
  ];
  return `## ${title}\n\n${table(["policy", "severity", "production", "development", "what must be true"], rules.map(row))}`;
}

function details(rule: Rule): string {
  const types = [...new Set(typesOf(rule).map(typeName))];
  const thresholds = Object.entries(rule.thresholds ?? {}).map(
    ([name, { default: value, description }]) =>
      `- Threshold ${code(name)}, ${value} by default: ${description}`,
  );
  return [
    `### ${rule.name}`,
    "",
    `${rule.title}. ${rule.why}`,
    "",
    `- Reads ${code(rule.property)} of ${types.join(", ")}.`,
    `- Bad: ${exampleText(rule, rule.bad)}`,
    `- Good: ${exampleText(rule, rule.good)}`,
    ...thresholds,
    `- [Documentation](${rule.docs})${rule.ids.length > 0 ? `. Others call it ${rule.ids.join(", ")}` : ""}.`,
    "",
    "```text",
    finding(rule),
    "```",
  ].join("\n");
}

const WAIVER_EXAMPLE = {
  waivers: {
    enforcementLevel: "advisory",
    list: [
      {
        rule: "docker-image-pinned",
        resource: "db",
        reason: "built here every night",
        expires: "2027-03-31",
      },
    ],
  },
};

function leftOut(): string[][] {
  const all = Object.entries({ ...DOCKER_LEFT_OUT, ...RDS_COVERAGE, ...AWS_COVERAGE });
  return all.flatMap(([name, coverage]) => ("leftOut" in coverage ? [[name, coverage.leftOut]] : []));
}

/** docs/policies.md. */
export function policiesPage(): string {
  const chapters = Object.entries(CHAPTERS).map(([subject, title]) =>
    chapter(
      title,
      RULES.filter(({ protects }) => protects === subject),
    ),
  );
  return `# Policies

Written by \`npm run docs\` from policies/rules. ${RULES.length} policies judge every PostgreSQL in a Pulumi program, ours or not:

\`\`\`sh
npx pulumi preview --policy-pack node_modules/durable-postgres/policies
\`\`\`

A **mandatory** finding stops the deployment, an **advisory** one is shown. Without configuration the profile is
\`production\`. \`policies/profiles/development.json\` has the levels for a developer's machine:

\`\`\`sh
npx pulumi preview --policy-pack node_modules/durable-postgres/policies --policy-pack-config node_modules/durable-postgres/policies/profiles/development.json
\`\`\`

For a profile of your own copy one of these files, and change levels and thresholds. A finding that you accept is a
waiver in the list of the policy \`waivers\`, with a reason and the day on which it ends; every run lists them:

\`\`\`json
${JSON.stringify(WAIVER_EXAMPLE, null, 2)}
\`\`\`

A value that a preview does not know yet is judged in the update, and reported once as not yet known.

Databases of RDS with another engine than PostgreSQL are looked at as well, for what does not ask for the engine:
encryption, addresses, backups, deletion. Their policies end in \`-of-other-engines\`, are advisory, and stop nothing.

${chapters.join("\n\n")}

# Left out

These are rules of other tools that apply here and have no policy:

${table(["rule", "why not"], leftOut())}

Where tools contradict each other, it was decided once:

${table(
  ["policy", "others", "here", "because"],
  RDS_DECISIONS.map(({ rule, tools, here, because }) => [rule, tools, here, because]),
)}

# Policy by policy

Examples are changes to a resource that is safe otherwise. Each of them is run as a test.

${RULES.map(details).join("\n\n")}
`;
}
