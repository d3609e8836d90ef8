/** Writes the documentation that follows from the source. Run: `npm run docs`. */

import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CONFIG, type ConfigKey } from "../components/config";
import { TARGETS } from "../components/database";
import { CATALOGUE, type CatalogueRow, docUrl, safeValues } from "../components/parameters/catalogue";
import { pgParameter, VERSIONS } from "../components/parameters/postgres";
import { RULES } from "../components/parameters/rules";
import { resolveSettings, type Setting } from "../components/parameters/settings";
import type { Machine } from "../components/parameters/sizing";
import { packConfig, profileFile } from "../policies/profiles";
import { PROFILES } from "../policies/rule";
import { RULES as POLICIES } from "../policies/rules";
import { evidencePage } from "./evidence-page";
import { between, code, table } from "./markdown";
import { policiesPage } from "./policies-page";
import { rdsPage } from "./rds-page";
import { statusPage } from "./status-page";

const ROOT = path.resolve(__dirname, "..");

/** The machine whose values stand in docs/parameters.md. */
const MACHINE: Machine = { memory: 8 * 1024 ** 3, cpus: 4, storage: "ssd", workload: "web" };

const KEYS: readonly (readonly [name: string, key: ConfigKey])[] = Object.entries(CONFIG);

/** `type`, with the default where there is one. */
function typeText({ type, default: value }: ConfigKey): string {
  return value === undefined ? type : `${type}, default ${value}`;
}

function declaration(name: string, key: ConfigKey): string[] {
  const inner = Object.entries(key.keys ?? {}).map(
    ([innerName, innerKey]) => `${innerName} (${typeText(innerKey)}): ${innerKey.description}`,
  );
  return [
    `  ${name}:`,
    `    type: ${key.type}`,
    ...(key.type === "array" ? ["    items: { type: object }"] : []),
    `    default: ${JSON.stringify(key.default ?? (key.type === "array" ? [] : {}))}`,
    `    description: ${JSON.stringify([key.description, ...inner].join(" "))}`,
  ];
}

/** The part of Pulumi.yaml that declares the configuration. */
export function projectConfig(): string {
  return [
    "# What a stack can say, for example `durable-postgres:memory: 2GiB` in Pulumi.local.yaml.",
    "config:",
    ...KEYS.flatMap(([name, key]) => declaration(name, key)),
  ].join("\n");
}

/** Keys that only one target has stand below a key of its name. */
const ofOneTarget = (name: string) => (TARGETS as readonly string[]).includes(name);

/** A row for each key, with the keys of its objects below it. */
function keyRows(keys: readonly (readonly [name: string, key: ConfigKey])[]): string[][] {
  return keys.flatMap(([name, { type, default: value, description, keys: inner = {} }]) => [
    [code(name), type, value === undefined ? "" : code(String(value)), description],
    ...keyRows(Object.entries(inner).map(([innerName, key]) => [`${name}.${innerName}`, key])),
  ]);
}

const KEY_HEAD = ["key", "type", "default", "meaning"];

/** The configuration table of README.md: what every target has. */
export function configurationTable(): string {
  return table(KEY_HEAD, keyRows(KEYS.filter(([name]) => !ofOneTarget(name))));
}

/** docs/configuration.md. */
export function configurationPage(): string {
  const target = ([name, key]: (typeof KEYS)[number]) =>
    `## Target ${name}\n\n${table(KEY_HEAD, keyRows([[name, key]]))}\n`;
  return `# Configuration

Written by \`npm run docs\` from components/config.ts. Every key is optional and starts with \`durable-postgres:\` in
\`Pulumi.<stack>.yaml\`. A key of another target than the stack's is refused.

## Every target

${configurationTable()}

${KEYS.filter(([name]) => ofOneTarget(name))
  .map(target)
  .join("\n")}`;
}

/** What a parameter gets at `MACHINE`, from the oldest version that has it. */
function settingOf(name: string): Setting & { since: string } {
  const version = VERSIONS.find((candidate) => pgParameter(candidate, name));
  const setting = version && resolveSettings({ version, machine: MACHINE }).parameters[name];
  if (!setting) throw new Error(`no version of PostgreSQL has the parameter ${name}`);
  return { ...setting, since: version === VERSIONS[0] ? "" : `, from PostgreSQL ${version} on` };
}

function unsafeText(row: CatalogueRow): string {
  if (row.control !== "fixed") return "";
  const others = safeValues(row).filter((value) => value !== row.value);
  const also = others.map((value) => `${code(value)} is safe as well.`);
  const unsafe = Object.entries(row.unsafe).map(([value, danger]) => `${code(value)}: ${danger}.`);
  return [...unsafe, ...also].join(" ");
}

function parameterRow([name, row]: [string, CatalogueRow]): string[] {
  const { value, formula, context, since } = settingOf(name);
  return [
    `[${name}](${docUrl(row)})`,
    `${code(value)}${formula ? ` (${formula})` : ""}${since}`,
    context,
    unsafeText(row),
    row.why,
  ];
}

/** docs/parameters.md. */
export function parametersPage(): string {
  const { memoryBudget } = resolveSettings({ machine: MACHINE });
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1024 ** 2)}MB`;
  return `# Parameters

Written by \`npm run docs\` from components/parameters. Values are those of a server with 8 GiB of memory, 4 CPUs,
storage ssd and workload web. For another machine: \`npx durable-postgres explain --memory 16GiB --cpus 8\`.

_change_ is what a new value takes. A **fixed** parameter takes no unsafe value: the deployment refuses it.

${table(["parameter", "value at 8 GiB", "change", "unsafe values", "why"], Object.entries(CATALOGUE).map(parameterRow))}

Every other parameter of PostgreSQL can be set under \`parameters\` and is checked against PostgreSQL's own types,
units and ranges.

## Memory

These have to fit into the memory together, or the deployment stops and shows the sum:

${table(
  ["memory", "at 8 GiB", "formula"],
  [
    ...memoryBudget.terms.map(({ name, bytes, formula }) => [name, megabytes(bytes), formula]),
    ["total", megabytes(memoryBudget.total), `of ${megabytes(memoryBudget.memory)}`],
  ],
)}

## Rules between values

${RULES.map(({ name }) => `- ${name}`).join("\n")}
`;
}

/** Files that hold generated text, and the whole text each should have. */
export const GENERATED: Readonly<Record<string, (current: string) => string>> = {
  "Pulumi.yaml": (current) =>
    between(current, "# BEGIN configuration (npm run docs)", "# END configuration", projectConfig()),
  "README.md": (current) =>
    between(
      current,
      "<!-- BEGIN configuration -->",
      "<!-- END configuration -->",
      `\n${configurationTable()}\n`,
    ),
  "docs/configuration.md": () => configurationPage(),
  "docs/parameters.md": () => parametersPage(),
  "docs/evidence/README.md": () => evidencePage(),
  "docs/policies.md": () => policiesPage(),
  "docs/rds.md": rdsPage,
  "docs/status.md": () => statusPage(),
  ...Object.fromEntries(
    PROFILES.map((profile) => [
      path.posix.join("policies", profileFile(profile)),
      () => `${JSON.stringify(packConfig(POLICIES, profile), null, 2)}\n`,
    ]),
  ),
};

/** A file's text on disk; empty when there is none. */
export function onDisk(file: string): string {
  try {
    return readFileSync(path.join(ROOT, file), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

function main(): void {
  for (const [file, render] of Object.entries(GENERATED)) {
    const current = onDisk(file);
    const text = render(current);
    if (text === current) continue;
    writeFileSync(path.join(ROOT, file), text);
    console.log(`wrote ${file}`);
  }
}

if (require.main === module) main();
